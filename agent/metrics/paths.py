"""Request path -> template: a path without query, ids, or anything that could be a secret."""

import re
from collections.abc import Iterable
from functools import cache

from agent.redaction import looks_secret

ID = "{id}"
ROOT = "/"

_LONGEST = 512
_MOST_SEGMENTS = 8
_LONGEST_SEGMENT = 40
_PLAIN = re.compile(r"[A-Za-z0-9._~:@!$&'()*+,;=%-]+\Z")
_IDS = re.compile(
    r"\d+"  # 42
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}"  # a UUID
    r"|(?=[^/]*\d)[0-9a-fA-F]{8,}"  # hexadecimal with a digit
    r"|(?=[^/]*\d)[a-z]{1,16}[_-][0-9A-Za-z_]{10,}"  # resp_68c42de0, msgbatch_01McVJYh
    r"|(?=[^/]*\d)(?=[^/]*[A-Za-z])[0-9A-Za-z_]{20,}"  # a bare token
)


class Routes:
    """Known paths, told by their templates; a {name} in one stands for a segment or part of one."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._by_length: dict[int, list[tuple[re.Pattern[str], str]]] = {}
        for template in dict.fromkeys(templates):
            self._by_length.setdefault(template.count("/"), []).append((_pattern(template), template))

    def find(self, path: str) -> str | None:
        """The template that *path* fits; one spelt out wins over one with names, as it stands first."""
        candidates = self._by_length.get(path.count("/"), ())
        fitting = [template for pattern, template in candidates if pattern.fullmatch(path)]
        return min(fitting, key=lambda template: template.count("{"), default=None)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    anything = "[^/:]+" if ":" in template else "[^/]+"
    return re.compile(anything.join(map(re.escape, re.split(r"\{\w+\}", template))))


def bare(path: str) -> str:
    """*path* without scheme, host, query and fragment, and without a slash at its end.

    >>> bare("https://api.openai.com/v1/models/?limit=2#top")
    '/v1/models'
    """
    if "://" in path[:16]:
        path = ROOT + path.split("://", 1)[1].partition("/")[2]
    path = path.partition("?")[0].partition("#")[0]
    return ROOT + path.strip("/")


def template(path: str) -> str | None:
    """The template of a bare path that no route describes; None when nothing sound can be made of it.

    >>> template("/v1/widgets/42/parts")
    '/v1/widgets/{id}/parts'
    """
    segments = path.split("/")[1:]
    if len(path) > _LONGEST or len(segments) > _MOST_SEGMENTS:
        return None
    return ROOT + "/".join(_segment(segment) for segment in segments)


def _segment(segment: str) -> str:
    if not segment:
        return segment
    is_plain = len(segment) <= _LONGEST_SEGMENT and _PLAIN.match(segment)
    return segment if is_plain and not _IDS.fullmatch(segment) and not looks_secret(segment) else ID
