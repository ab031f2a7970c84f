"""What the commands do with each record that is read."""

import json
import time

from rich.text import Text

from agent.assembly import assemble
from agent.commands import render, streams, terminal
from agent.commands.checks import count_all
from agent.commands.classify import classify
from agent.commands.explain import explain
from agent.commands.record import Origin
from agent.commands.replay import Review
from agent.commands.series import Lines
from agent.consumer.excerpt import Peeked
from agent.meaning import Record
from agent.settings import Settings


class Answering:
    """Answers record by record.

    Attributes:
        records: How many there were.

        events: How many of them are events.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.records = 0
        self.events = 0

    def lost(self, peeked: Peeked) -> None:
        topic, partition = peeked.partition
        streams.complain(f"a record of {topic}-{partition} cannot be read")


class Classifying(Answering):
    """Writes a line of JSON for each record."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._parts = assemble(settings)

    def take(self, record: Record, _origin: Origin) -> None:
        self.records += 1
        for report in classify(self._parts, record, time.time()):
            self.events += "error" not in report
            streams.write(json.dumps(report))


class Explaining(Answering):
    """Writes all that is known of each record."""

    def __init__(self, settings: Settings, *, as_json: bool) -> None:
        super().__init__(settings)
        self._as_json = as_json
        self._shown = 0
        labels = settings.labels
        self._lines = Lines(tuple(labels.extra), extra_on_histograms=labels.extra_on_histograms)

    def take(self, record: Record, origin: Origin) -> None:
        parts = assemble(self._settings)  # anew, or the gauges would be those of earlier records too
        for report in explain(parts, self._lines, self._settings, record, origin, time.time()):
            if self._as_json:
                streams.write(render.as_json(report))
            else:
                terminal.show([*([Text("")] if self._shown else []), *render.explanation(report)])
            self._shown += 1
            self.events += report["invalid"] is None
        self.records += 1


class Replaying:
    """Reviews all records together."""

    def __init__(self, settings: Settings) -> None:
        self.review = Review(assemble(settings))

    def take(self, record: Record, origin: Origin) -> None:
        self.review.count(record, origin, time.time())

    def lost(self, peeked: Peeked) -> None:
        count_all(self.review, [peeked._replace(records=())], time.time())
