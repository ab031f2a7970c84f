"""The whole of /status.json: labels, and what is masked already; never the content of an event."""

import math
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from agent.classify.taxonomy import OutcomeType
from agent.classify.unclassified import Kept, Kind
from agent.metrics import catalogue
from agent.metrics.readings import Reading
from agent.redaction import HIDDEN, looks_secret
from agent.status.history import RESPONSES, Counts, History, Recent, by_type
from agent.status.links import links, page_of
from agent.status.verdict import Health, verdict

MOST_REASONS = 12
MOST_LIMITS = 24
MOST_KINDS = 12
LONGEST = 300
"""Characters of any one text."""

Row = dict[str, Any]


class Seen(NamedTuple):
    """Everything that the page is made of.

    Attributes:
        counts: All that is counted, shown to a scraper or not.

        limits: The tightest valid reading by provider, resource and, where it is a label, model.

        troubles: Rows of Troubles.

        topics: By topic the partitions that are ours, and those there are if that is known.

        settings: Name, value, and whether it is the default; secrets hidden.

        config_file: The file in which settings stand; "" if there is none.
    """

    version: str
    health: Health
    history: History
    counts: Counts
    limits: Mapping[tuple[str, ...], Reading]
    troubles: Sequence[Row]
    unclassified: Iterable[tuple[Kind, Kept]]
    topics: Mapping[str, tuple[int, int | None]]
    settings: Iterable[tuple[str, str, bool]]
    group: str
    config_file: str


def report(seen: Seen, now: float) -> Row:
    """Everything as JSON can have it; *now* is in unix seconds."""
    recent = seen.history.recent(now, seen.counts)
    said = verdict(seen.health, recent, now)
    for concern in said["concerns"]:
        concern["page"] = page_of(concern["runbook"])
    return {
        "now": now,
        "version": seen.version,
        "group": seen.group,
        "topics": [
            {"topic": topic, "owned": owned, "partitions": there}
            for topic, (owned, there) in seen.topics.items()
        ],
        "verdict": said,
        "health": _health(seen.health, recent, seen.counts),
        "traffic": seen.history.traffic(now, seen.counts),
        "recent_seconds": recent.seconds,
        "types": _types(recent.counts, seen.counts),
        "reasons": _reasons(recent.counts, seen.counts),
        "limits": _limits(seen.limits, now),
        "troubles": list(seen.troubles),
        "unclassified": _unclassified(seen.unclassified, seen.config_file),
        "settings": [
            {"name": name, "value": _short(value), "is_default": is_default}
            for name, value, is_default in seen.settings
        ],
        "links": links(),
    }


def _health(health: Health, recent: Recent, counts: Counts) -> Row:
    late = (recent.of(catalogue.LATE_RECORDS), Recent(0, counts).of(catalogue.LATE_RECORDS))
    names = [name for name in Health.__dataclass_fields__ if name != "certificates"]
    return {name: getattr(health, name) for name in names} | {"late_recent": late[0], "late": late[1]}


def _types(recent: Counts, counts: Counts) -> list[Row]:
    """Every type that was counted, the most frequent of late first."""
    late, all_ = by_type(recent), by_type(counts)
    types = sorted(all_, key=lambda type_: (-late[type_], -all_[type_], type_))
    return [{"type": type_, "recent": late[type_], "counted": all_[type_]} for type_ in types]


def _reasons(recent: Counts, counts: Counts) -> list[Row]:
    """The most frequent errors of the last minutes, by provider, path, status, type and reason."""
    late, all_ = _errors(recent), _errors(counts)
    errors = late.total()
    return [
        {
            **dict(zip(("provider", "path", "status", "type", "reason"), labels, strict=True)),
            "recent": count,
            "share": count / errors,
            "counted": all_[labels],
        }
        for labels, count in late.most_common(MOST_REASONS)
    ]


def _errors(counts: Counts) -> Counter[tuple[str, ...]]:
    """Errors by (provider, path, status, type, reason), whatever further labels there are."""
    found: Counter[tuple[str, ...]] = Counter()
    for series, count in counts.items():
        if series.metric in RESPONSES:
            provider, _, path, status, type_, reason = series.labels[:6]
            if type_ != OutcomeType.OK:
                found[provider, path, status, type_, reason] += int(count)
    return found


def _limits(readings: Mapping[tuple[str, ...], Reading], now: float) -> list[Row]:
    """Rate limits of which it is known how much is left, the tightest first."""
    known = {key: reading for key, reading in readings.items() if math.isfinite(reading.headroom)}
    tightest = sorted(known, key=lambda key: known[key].headroom)[:MOST_LIMITS]
    return [
        {
            "provider": key[0],
            "resource": key[1],
            "model": key[2] if len(key) > 2 else "",  # noqa: PLR2004 - provider, resource, model
            "limit": known[key].limit,
            "remaining": known[key].remaining,
            "headroom": min(1.0, max(0.0, known[key].headroom)),
            "resets_in": _left(known[key].reset, now),
        }
        for key in tightest
    ]


def _left(reset: float | None, now: float) -> float | None:
    return None if reset is None else max(0.0, reset - now)


def _unclassified(kinds: Iterable[tuple[Kind, Kept]], config_file: str) -> list[Row]:
    """What errors said that nobody knows, the newest first, each with the command that explains one."""
    return [
        {
            "provider": _short(kind.provider),
            "status": "unknown" if kind.status is None else str(kind.status),
            "skeleton": kind.skeleton,
            "events": kept.events,
            "at": kept.at,
            "command": _explain(*kept.place, config_file),
        }
        for kind, kept in list(kinds)[:MOST_KINDS]
    ]


def _explain(topic: str, partition: int, offset: int, config_file: str) -> str:
    place = ["--topic", topic, "--partition", str(partition), "--offset", str(offset)]
    file = ["--config.file", config_file] if config_file else []
    return shlex.join(["api-error-agent", "explain", *place, *file])


def _short(text: str) -> str:
    """A text that is no label: what looks like a key in it is not shown, nor what is beyond all measure."""
    return HIDDEN if looks_secret(text) else text[:LONGEST]
