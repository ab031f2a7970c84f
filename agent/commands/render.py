"""Reports as text for people: plain lines, which a terminal shows in colour and a pipe unbroken."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from agent.commands.amounts import many
from agent.consumer.probe import Check, Verdict
from agent.redaction import mask
from agent.settings.words import in_file

Report = Mapping[str, Any]
Row = tuple[str, ...]

_VERDICTS = {Verdict.OK: "green", Verdict.FAILED: "bold red", Verdict.SKIPPED: "yellow"}


def as_json(report: Report) -> str:
    return json.dumps(report, indent=2)


def checks(found: Sequence[Check]) -> Iterator[Text]:
    """A line for each check."""
    width = max(len(check.name) for check in found)
    for name, verdict, text in found:
        yield Text.assemble((f"{verdict.value:8}", _VERDICTS[verdict]), f"{name:{width}}  {mask(text)}")


def explanation(report: Report) -> Iterator[Text]:
    """What explain() says."""
    yield Text(f"{report['record']}, read by the preset {report['preset']}")
    yield from _part("opened", [(step,) for step in report["opened"]])
    if "fields" in report:
        absent = [("(absent)", "", ", ".join(report["absent"]))] if report["absent"] else []
        yield from _part("fields, and where they stood", [*map(_field, report["fields"]), *absent])
        yield from _part("fields that cannot be used", map(_field, report["unusable"]), "red")
    if report["invalid"]:
        invalid = report["invalid"]
        yield from _part("invalid", [(invalid["reason"], invalid["why"]), ("", invalid["advice"])], "red")
    elif report["ignored"]:
        yield from _part("ignored", [(report["ignored_by"],)], "yellow")
    else:
        yield from _part("why", _why(report["meaning"]))
        yield from _part("outcome", _outcome(report["outcome"]), "bold")
    yield from _part("advice", [(line,) for line in report.get("advice", ())], "yellow")
    yield from _part("counts", ((it["series"], f"+{it['value']:g}") for it in report["counts"]))
    yield from _part(
        "gauges, at the event's time", ((it["series"], f"{it['value']:g}") for it in report["gauges"])
    )


def _field(it: Report) -> Row:
    return it["field"], it["from"], _said(it["value"])


def _why(meaning: Report) -> Iterator[Row]:
    if meaning["undone"]:
        yield "undone", ", ".join(meaning["undone"])
    yield "dialect", meaning["dialect"]
    yield "rule", meaning["rule"]
    if meaning["status"] is not None:
        yield "status", str(meaning["status"])
    if meaning["message"]:
        yield "message", meaning["message"]


def _outcome(outcome: Report) -> Iterator[Row]:
    yield "type", outcome["type"], outcome["type_means"]
    yield "reason", outcome["reason"], outcome["reason_means"]
    if outcome["retry_after_seconds"] is not None:
        yield "retry after", f"{outcome['retry_after_seconds']:g} s"
    for limit in outcome["rate_limits"]:
        said = (
            f"{name} {_said(limit[name])}"
            for name in ("limit", "remaining", "reset")
            if limit[name] is not None
        )
        yield "rate limit", limit["resource"], ", ".join(said)


def review(report: Report, source: str) -> Iterator[Text]:
    """What became of many records."""
    invalid = sum(it["events"] for it in report["invalid"].values())
    yield Text(
        f"{source}: {many(report['records'], 'record')}, {report['skipped']:,} unreadable;"
        f" {many(report['events'], 'event')}, {report['counted']:,} counted, {invalid:,} invalid,"
        f" {report['ignored']:,} ignored;"
        f" {many(report['series'], 'series')}"
    )
    yield from _part(
        "types", ((name, _many(it), f"{it['share']:.1%}") for name, it in report["types"].items())
    )
    yield from _part("reasons", ((it["type"], it["reason"], _many(it)) for it in report["reasons"]))
    yield from _part("unclassified", map(_unclassified, report["unclassified"]), "yellow")
    rules = [row for kind in report["unclassified"] if kind["rule"] for row in _rule(kind)]
    if unseen := report["errors_not_looked_at"]:
        yield from _part("not looked at", [("errors of further kinds", f"{unseen:,}")], "yellow")
    yield from _part("classify.rules to start from: choose type and reason (docs/taxonomy.md)", rules)
    for name in ("invalid", "invalid_fields"):
        rows = ((word, _many(it), f"such as {it['example']}") for word, it in report[name].items())
        yield from _part(name.replace("_", " "), rows, "red")
    yield from _part("advice", ((text,) for text in report["advice"]), "yellow")
    yield from _part("folded to other", ((label, f"{count:,}") for label, count in report["folded"].items()))


def _unclassified(it: Report) -> Row:
    kind = f"{it['provider']} {it['status']} {it['type']}/{it['reason']}"
    return kind, _many(it), f"such as {it['place']}: {it['message'] or '(no message)'}"


def _rule(it: Report) -> Iterator[Row]:
    """An entry as it may stand in the settings, below a comment on what it would do."""
    changed = [
        f"{other['type']}/{other['reason']}: {_many(other)}, such as {other['place']}"
        for other in it["would_change"]
    ]
    would = (
        f"would also change {'; '.join(changed)}"
        if changed
        else "would change nothing that is classified now"
    )
    yield (f"# {_many(it)}, such as {it['place']}; {would}",)
    yield (f"- {in_file(it['rule'])}",)


def _many(it: Report) -> str:
    return f"{it['events']:,}"


def _part(title: str, rows: Iterable[Row], style: str = "") -> Iterator[Text]:
    """A titled block with aligned columns; nothing when there is no row."""
    listed = list(rows)
    if not listed:
        return
    yield Text("")
    yield Text(title, "bold cyan")
    columns = max(map(len, listed))
    widths = [max(len(row[at]) for row in listed if len(row) > at) for at in range(columns)]
    for row in listed:
        cells = "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False))
        yield Text(f"  {cells.rstrip()}", style)


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {content}" for name, content in value.items()) or "(no header of use)"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
