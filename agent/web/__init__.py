"""HTTP: /metrics, /healthz, /readyz, and the proof that a scrape was delivered."""

from agent.web.config import WebConfigError
from agent.web.listener import ListenError
from agent.web.negotiation import preferred
from agent.web.pages import Content, Pages, Scrape
from agent.web.server import Server

__all__ = ["Content", "ListenError", "Pages", "Scrape", "Server", "WebConfigError", "preferred"]
