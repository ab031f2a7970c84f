"""What the status page says: plain values in, JSON out; no clock, no socket, nothing asked of anybody."""

from agent.status.history import EVERY, History, counts_of
from agent.status.report import Seen, report
from agent.status.troubles import Troubles
from agent.status.verdict import Health

__all__ = ["EVERY", "Health", "History", "Seen", "Troubles", "counts_of", "report"]
