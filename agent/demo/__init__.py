"""The demo: an embedded broker, a scenario, the real agent on it, and a comparison of every count.

Nothing is imported before it is asked for: the broker's process needs none of the rest, and only
the demo needs confluent-kafka.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.demo.player import play

__all__ = ["play"]


def __getattr__(name: str) -> Any:
    if name != "play":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from agent.demo.player import play

    return play
