"""How the demo is asked to end: Ctrl-C, SIGTERM, or a terminal that is closed."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], None]


class Ended(KeyboardInterrupt):
    """Somebody asked for the end.

    Attributes:
        code: The exit code that shells know it by.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


def end(number: int, _frame: FrameType | None) -> None:
    """End in order, wherever we are."""
    raise Ended(number)


@contextmanager
def on_signals(handler: Handler, *numbers: signal.Signals) -> Iterator[None]:
    """Call *handler*, except where a signal is to be ignored, as nohup asks for it."""
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    earlier = {number: signal.signal(number, handler) for number in heeded}
    try:
        yield
    finally:
        for number, before in earlier.items():
            signal.signal(number, before)
