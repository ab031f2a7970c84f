"""Label values: from a closed set, a template, or a capped set. What does not fit is counted as other."""

import re
from collections.abc import Collection, Iterable, Mapping

from agent.bounded import Bounded
from agent.metrics.paths import Routes, bare, template
from agent.metrics.routes import ROUTES
from agent.redaction import looks_secret

OTHER = "other"
UNKNOWN = "unknown"

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", UNKNOWN})

BUDGETS: Mapping[str, int] = {"provider": 50, "path": 200, "status": 60}
"""How many values each label may take; an extra label without one of its own gets DEFAULT_BUDGET."""

DEFAULT_BUDGET = 100

WRONG_ADDRESS = frozenset({404, 405})
"""Statuses of which a path is no label value before it was seen with another one."""

_LONGEST = 128
_MOST_BYTES = 1 << 20  # of paths whose templates are remembered, and of other words
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class CappedSet:
    """The values that one label has taken. A value once admitted stays."""

    def __init__(self, budget: int, members: Iterable[str] = ()) -> None:
        self._budget = budget
        self._members = {OTHER, UNKNOWN, *members}
        self._taken = 0

    def __contains__(self, value: object) -> bool:
        return value in self._members

    def __len__(self) -> int:
        return len(self._members)

    def admit(self, value: str) -> str:
        if value in self._members:
            return value
        if self._taken >= self._budget:
            return OTHER
        self._taken += 1
        self._members.add(value)
        return value


class Labels:
    """Turns what events say into label values.

    Args:
        budgets: Most values by label name; names left out have the default.

        paths: Path templates that are always admitted, besides the shipped routes.
    """

    def __init__(
        self,
        budgets: Mapping[str, int] | None = None,
        paths: Collection[str] = (),
        extra: Collection[str] = (),
    ) -> None:
        limits = {**BUDGETS, **dict.fromkeys(extra, DEFAULT_BUDGET), **(budgets or {})}
        self._sets = {name: CappedSet(limit) for name, limit in limits.items()}
        self._routes = Routes((*paths, *ROUTES))
        self._values: Bounded[str] = Bounded(_MOST_BYTES)
        self._templates: Bounded[tuple[str | None, str | None]] = Bounded(_MOST_BYTES)

    def value(self, label: str, raw: str) -> str:
        """The label value for a provider or an extra label."""
        return self._values.get((label, raw)) or self._value(label, raw)

    def _value(self, label: str, raw: str) -> str:
        """The same of a word not met before. It stays so: what was admitted stays, and no more are later."""
        text = _UNPRINTABLE.sub("\ufffd", raw[: _LONGEST + 1])
        is_shown = len(text) <= _LONGEST and not looks_secret(text)
        value = self._sets[label].admit(text or UNKNOWN) if is_shown else OTHER
        self._values.keep((label, raw), value)
        return value

    def status(self, status: int | None) -> str:
        return UNKNOWN if status is None else self._sets["status"].admit(str(status))

    def method(self, method: str) -> str:
        return method if method in METHODS else OTHER

    @property
    def paths(self) -> int:
        """How many paths have been admitted that are no routes."""
        return len(self._sets["path"])

    def path(self, raw: str, status: int | None) -> str:
        """The path's template, if it is a route, or was first seen with a status that says it exists."""
        if not raw:
            return UNKNOWN
        route, found = self._templates.get((raw,)) or self._template(raw)
        if route is not None:
            return route
        known = self._sets["path"]
        if found is None or (status in WRONG_ADDRESS and found not in known):
            return OTHER
        return known.admit(found)

    def _template(self, raw: str) -> tuple[str | None, str | None]:
        """The route that a path fits, else its template. Many combinations share a path."""
        path = bare(raw)
        route = self._routes.find(path)
        found = route, None if route is not None else template(path)
        self._templates.keep((raw,), found)
        return found
