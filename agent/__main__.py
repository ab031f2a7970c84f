"""python -m agent is api-error-agent."""

import sys
from signal import SIGINT


def main() -> None:
    """Run the command line. Ctrl-C ends it in silence also while it loads, which takes half a second."""
    try:
        from agent import cli

        cli.main()
    except KeyboardInterrupt:
        sys.exit(128 + SIGINT)


if __name__ == "__main__":
    main()
