"""Which provider stands behind a gateway's backend, cluster, service or route, by its host or its name."""

import re

from agent.events import rules
from agent.events.hosts import provider_named

_NAMESPACED = re.compile(r"[^/]+/([^/]+)/route/")


def host(value: object) -> str | None:
    """A host name or URL at which a known provider answers."""
    return rules.host(value) if type(value) is str and value else None


def named(value: object) -> str | None:
    """A name with a known provider's name in it."""
    return provider_named(value) if type(value) is str else None


def backend(value: object) -> str | None:
    """A backend's name: the known provider in it, else the name itself."""
    name = rules.provider(value)
    within = _NAMESPACED.match(name)
    return provider_named(within[1] if within else name) or (within[1] if within else name)
