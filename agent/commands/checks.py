"""The last check of a connection: whether what is read there are events."""

from collections.abc import Iterable

from agent.commands.amounts import many
from agent.commands.record import Origin
from agent.commands.replay import Report, Review
from agent.consumer.excerpt import Peeked
from agent.consumer.probe import Check, Verdict


def check_events(review: Review, peeked: Iterable[Peeked], now: float) -> Check:
    """Send the records that were read through the mapping."""
    count_all(review, peeked, now)
    name, report = "events", review.report()
    if not review.records:
        return Check(name, Verdict.SKIPPED, "no record was read")
    text = _words(report)
    if not report["counted"]:
        return Check(name, Verdict.FAILED, f"{text}; see `explain`, and set events.preset or events.fields")
    return Check(name, Verdict.OK, text)


def count_all(review: Review, peeked: Iterable[Peeked], now: float) -> None:
    """Count what was read, and what could not be."""
    for partition, records, unreadable in peeked:
        for record in records:
            review.count(record, origin_of(partition, record.offset), now)
        if unreadable is not None:
            review.skip(partition, unreadable.records, unreadable.next_offset)


def origin_of(partition: tuple[str, int], offset: int) -> Origin:
    topic, number = partition
    return Origin(partition, f"{topic}-{number} offset {offset}", is_file=False)


def _words(report: Report) -> str:
    """The numbers of a report in one line."""
    looked_at = "record" if report["records"] == 1 else many(report["records"], "record")
    verb = "is" if report["counted"] == 1 else "are"
    parts = [f"{many(report['counted'], 'event')} in the last {looked_at} {verb} counted"]
    parts += [
        f"{invalid['events']} invalid, {reason} (such as {invalid['example']})"
        for reason, invalid in report["invalid"].items()
    ]
    parts += [
        f"{field['events']} with an unusable {name} (such as {field['example']})"
        for name, field in report["invalid_fields"].items()
    ]
    if report["ignored"]:
        parts.append(f"{report['ignored']} ignored, by events.only or by the preset")
    if report["skipped"]:
        parts.append(f"{report['skipped']} unreadable")
    parts += report["advice"][:1]
    return "; ".join(parts)
