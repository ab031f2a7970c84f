"""A program that ends when whoever started it is gone, however that came: the other end of its stdin closes.

python -m agent.demo.leash run    the agent's command line, on a leash
"""

import os
import runpy
import signal
import threading

_STDIN = 0


def wait_for_end() -> None:
    """Wait until nobody holds the other end of stdin; the kernel closes that of a killed parent too."""
    while os.read(_STDIN, 1024):
        pass


def end_with_parent() -> None:
    """From here on ask this process to end, as SIGTERM does, once the parent is gone."""

    def watch() -> None:
        wait_for_end()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    end_with_parent()
    runpy.run_module("agent", run_name="__main__")
