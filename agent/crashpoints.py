"""Places at which a test ends the process as a crash does: the few milliseconds that random kills miss.

AGENT_CRASH_POINT=after_ack ends it there by SIGKILL; after_ack:3 at the third time. check-config warns of it.
"""

import os
import signal
from collections import Counter

VARIABLE = "AGENT_CRASH_POINT"

POINTS = ("after_probe", "after_merge", "after_write", "after_ack", "after_commit")
"""In the order in which one scrape passes them."""

_times: Counter[str] = Counter()


def reached(point: str) -> None:
    """End the process if it was started to die here."""
    name, _, number = os.environ.get(VARIABLE, "").partition(":")
    if name != point:
        return
    _times[point] += 1
    if _times[point] >= int(number or 1):
        os.kill(os.getpid(), signal.SIGKILL)
