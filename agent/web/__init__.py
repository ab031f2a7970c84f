"""HTTP: /metrics, /healthz, /readyz, and the proof that a scrape was delivered."""

from agent.web.config import WebConfigError
from agent.web.server import Content, Pages, Server

__all__ = ["Content", "Pages", "Server", "WebConfigError"]
