"""The whole agent on a real Kafka, beside the floor, the naive way and the same in Go.

python -m bench [--events 2000000] [--rounds 2] [--only repeat_5 ...]
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence

from bench import cores, pages, results, rounds
from bench.candidates import CANDIDATES, yardstick
from bench.mixes import BY_NAME, MIXES
from bench.progress import Progress
from tests.tools.cache import ToolMissing
from tests.tools.kafka import Kafka


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000, help="of each mix (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="of all candidates (default %(default)s)")
    parser.add_argument(
        "--only", nargs="+", choices=BY_NAME, help="these mixes, and no pages; nothing is written"
    )
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: everything is ended in order
    mixes = [BY_NAME[name] for name in options.only] if options.only else MIXES
    os.sched_setaffinity(0, cores.others())
    with Progress() as progress, Kafka(heap="1g", jvm=()) as broker:
        found = rounds.bench(broker, mixes, _present(progress), options.events, options.rounds, progress)
        if not options.only:
            results.write(found | results.circumstances())
            results.write(pages.bench(broker, progress))
            progress.say("bench/results.json and bench/RESULTS.md are written")
    return 0


def _present(progress: Progress) -> list[str]:
    """All candidates that can be had here."""
    try:
        progress.say(f"the yardstick in Go is {yardstick.ensure().name}")
    except ToolMissing as missing:
        progress.say(f"NOT MEASURED: the yardstick in Go: {missing}")
        return [name for name in CANDIDATES if name != "go"]
    return list(CANDIDATES)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
