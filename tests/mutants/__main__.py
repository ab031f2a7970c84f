"""Mutants: code is changed in small ways, and the tests of its room should notice.

python -m tests.mutants --seed 7
"""

import argparse
import random
import signal
import sys
from collections.abc import Sequence

from tests.mutants import figures, rounds
from tests.mutants.rooms import ROOMS


def main(arguments: Sequence[str] | None = None) -> int:
    names = [room.name for room in ROOMS]
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, help="which changes are tried (default: a random one)")
    parser.add_argument("--minutes", type=float, default=15, help="longest time in all (default %(default)g)")
    parser.add_argument("--each", type=int, default=60, help="most changes by room (default %(default)d)")
    parser.add_argument("--processes", type=int, default=2, help="copies at work (default %(default)d)")
    parser.add_argument("--room", choices=names, action="append", help="this room only (may be repeated)")
    options = parser.parse_args(arguments)
    seed = random.randrange(10_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: everything is ended in order
    rooms = [room for room in ROOMS if room.name in (options.room or names)]
    verdicts = rounds.play(rooms, seed, options.each, options.processes, 60 * options.minutes)
    print("\n".join(figures.lines(rooms, verdicts)), flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
