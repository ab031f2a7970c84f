"""Chaos: everything that may fail does, and the sums are held against the topic.

python -m tests.chaos --duration 600 --seed 7
"""

import argparse
import random
import signal
import sys
import time
from collections.abc import Sequence

from tests.chaos import chaos, report


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--duration", type=float, default=600, help="seconds of load (default %(default)g)")
    parser.add_argument("--seed", type=int, help="of all dice (default: a random one)")
    parser.add_argument(
        "--only", choices=chaos.MODES[-1:], help="leave out the groups that are there to compare with"
    )
    options = parser.parse_args(arguments)
    seed = random.randrange(10_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: everything is ended in order
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:7.1f} s  {text}", flush=True)

    outcome = chaos.run(options.duration, seed, say, [options.only] if options.only else chaos.MODES)
    print("\n".join(report.lines(outcome)), flush=True)
    return 0 if outcome.is_sound else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
