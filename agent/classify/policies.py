"""RateLimit and RateLimit-Policy of the IETF, in all forms of draft-ietf-httpapi-ratelimit-headers.

Drafts 8 to 11: `"daily";r=900;t=3600, "burst";r=3` with the policy `"daily";q=1000;qu="tokens";w=86400`.
Draft 7: `limit=100, remaining=50, reset=5` with the policy `100;w=60`. Before there are RateLimit-Limit,
-Remaining and -Reset, as the names say, with `100;w=60` in RateLimit-Policy or in RateLimit-Limit.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.classify.durations import number

_LONGEST, _MOST = 4096, 16
_ITEM = re.compile(r'(?:"[^"]*"|[^,"])+')
_PARAMETER = re.compile(r'(?:"[^"]*"|[^;"])+')
_DRAFT_7 = {"limit": "q", "remaining": "r", "reset": "t"}


class Policy(NamedTuple):
    """One policy, or what is left of it.

    Attributes:
        name: "" where it has none.

        said: Its parameters: r, t, q, w, qu, pk.
    """

    name: str
    said: dict[str, str]

    def number(self, letter: str) -> float | None:
        return number(self.said.get(letter))


def policies(limits: str, policy: str) -> list[Policy]:
    """What both fields say, by name and by pk, which tells whose limit it is."""
    told = {each.name: each.said for each in _items(policy)}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name, said in _items(limits):
        found.setdefault((name, said.get("pk", "")), {}).update(said)
    for name, said in told.items():
        if not any(name == other for other, _ in found):
            found[name, said.get("pk", "")] = {}
    return [Policy(name, {**told.get(name, {}), **said}) for (name, _), said in found.items()]


def quotas(text: str) -> dict[float, float]:
    """Of quotas such as `100, 100;w=60` the seconds of the window of each that names one."""
    found = ((number(name), said.number("w")) for said in _read(text) if (name := said.name))
    return {quota: window for quota, window in found if quota is not None and window is not None}


def _items(text: str) -> Iterator[Policy]:
    """Policies with a name of their own; those of draft 7, which are all of one, and have none, as one."""
    nameless: dict[str, str] = {}
    for policy in _read(text):
        name, equals, value = policy.name.partition("=")
        if equals and name in _DRAFT_7:
            nameless[_DRAFT_7[name]] = value.strip()
        elif number(policy.name) is None:
            yield policy
    if nameless:
        yield Policy("", nameless)


def _read(text: str) -> Iterator[Policy]:
    for item in _ITEM.findall(text[:_LONGEST])[:_MOST]:
        head, *parameters = _PARAMETER.findall(item) or [""]
        pairs = (parameter.partition("=") for parameter in parameters[:_MOST])
        yield Policy(_bare(head), {name.strip(): _bare(value) for name, _, value in pairs})


def _bare(text: str) -> str:
    """A string without its quotes, or bytes without their colons."""
    return text.strip().strip('"').strip(":")
