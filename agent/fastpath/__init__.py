"""The short way for what nearly all events are: nothing but their times, ids and counters is new.

It exists for speed alone, and decides nothing. An event is read by code that is compiled for its keys, its
words are looked up, and its numbers are added to the series of those. A property test holds both ways to the
same counts.
"""

from agent.fastpath.counting import FastPath, Otherwise

__all__ = ["FastPath", "Otherwise"]
