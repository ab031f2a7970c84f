"""What a real agent says of itself while everything happens to it: each metric comes to show another value.

The story has stages, one after the other; at each a page is kept that shows what happened.
"""

import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from agent import __version__
from agent.metrics.catalogue import METRICS, PREFIX
from tests.kafka.live import samples_of
from tests.kafka.recorder import produce
from tests.kafka.test_consumer_lag import transaction
from tests.kafka.test_every_setting import as_json, late_and_large
from tests.tools import certificates, kafka
from tests.tools.agent import SCRAPER, Agent
from tests.tools.kafka import Kafka
from tests.tools.process import until

TOPIC = "every-self-metric"
DAY = 86_400.0
LONG = 60.0  # seconds for a stage, most of which take some
KEY = "sk-" + "a1B2" * 10
"""Shaped like a secret: it becomes no label."""

GOOD = 40
FROZEN = 1.5  # seconds
MOST_TRIES = 5
MOST = "X-Prometheus-Scrape-Timeout-Seconds: 120"

Page = Mapping[str, float]
"""Of each metric the sum of its samples, and the sums by the labels of its own, as name{value}."""


class Story(NamedTuple):
    """What came out.

    Attributes:
        pages: By stage.

        times: When each stage was over, in unix seconds.
    """

    pages: dict[str, Page]
    times: dict[str, float]

    def value(self, metric: str, stage: str) -> float | None:
        return self.pages[stage].get(metric)


class Told:
    """An agent whose story is told."""

    def __init__(self, broker: Kafka, certs: Path) -> None:
        self.broker, self.certs = broker, certs
        self.agent = self.another()
        self.story = Story({}, {})

    def another(self) -> Agent:
        return Agent(self.broker.bootstrap, TOPIC, **settings(self.broker, self.certs))

    def stage(self, name: str, least: Mapping[str, float], *, scraped: bool = False) -> None:
        """Wait until a page has at least so much of each, and keep it."""

        def has_come() -> bool:
            page = self.story.pages[name] = summed(self.agent.page(SCRAPER if scraped else {}))
            return all(page.get(PREFIX + metric, 0.0) >= value for metric, value in least.items())

        until(has_come, LONG, f"{name}: {least} is not to be seen")
        self.story.times[name] = time.time()

    def has_shown_all(self) -> bool:
        """Whether all is read and nothing waits, once a scraper has looked."""
        page = summed(self.agent.page(SCRAPER))
        return page.get(f"{PREFIX}lag_records") == page[f"{PREFIX}waiting_records"] == 0

    def produce(self, *values: bytes) -> None:
        produce(self.broker.bootstrap, TOPIC, values or [as_json(status=200)] * GOOD)


def summed(page: str) -> Page:
    found: dict[str, float] = {}
    for sample in samples_of(page):
        kinds = [value for name, value in sample.labels.items() if name not in {"topic", "partition", "le"}]
        for name in {sample.name, "".join([sample.name, *(f"{{{kind}}}" for kind in kinds)])}:
            found[name] = found.get(name, 0.0) + sample.value
    return found


def settings(broker: Kafka, certs: Path) -> dict[str, Any]:
    files = {"ca_file": "ca.pem", "cert_file": "client.pem", "key_file": "client.key"}
    return {
        "kafka": {
            "bootstrap_servers": [broker.ssl_bootstrap],
            "security_protocol": "SSL",
            "tls": {name: str(certs / file) for name, file in files.items()},
            "max_batch_bytes": 1024 * 1024,
            "stall_seconds": 5,
        },
        "commit": {"max_uncommitted_seconds": 3, "unfenced_after_seconds": 1},
        "metrics": {"late_after_seconds": 60},
        "events": {"only": ["path != /left-out"]},
    }


@pytest.fixture(scope="module")
def story(mortal_kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    certs = shutil.copytree(certificates.ensure(), tmp_path_factory.mktemp("settings") / "certificates")
    until(lambda: kafka.answers(mortal_kafka.bootstrap), LONG, "the broker does not come back")
    mortal_kafka.create_topic(TOPIC)
    with ExitStack() as stack:
        told = Told(mortal_kafka, certs)
        stack.callback(told.agent.close)
        stack.callback(mortal_kafka.resume)
        away(told)
        counted(told)
        left_open(told)
        deleted(told)
        frozen(told)
        renewed(told)
        shared(told)
        thrown_out(told)
        silent(told)
        yield told.story


def away(told: Told) -> None:
    told.broker.pause()
    told.agent.launch()
    until(lambda: told.agent.status("/healthz") == 200, LONG, "the agent does not start")
    told.stage("away", {"connection_problem{unreachable}": 1})
    told.broker.resume()


def counted(told: Told) -> None:
    told.stage("joined", {"connected": 1, "assigned_partitions": 4, "topic_partitions": 4})
    wrong = {
        "no json": b"{",
        "field": as_json(status=200, duration_seconds=-1),
        "label": as_json(status=200, provider=KEY),
        "left out": as_json(status=200, path="/left-out"),
    }
    told.produce(*[as_json(status=200)] * GOOD, *wrong.values())
    late_and_large(told.broker, TOPIC)
    told.stage("counted", {"records_total": GOOD + len(wrong) + 1, "skipped_records_total": 1})
    told.stage("unscraped", {"unscraped_commits_total": 1})


def left_open(told: Told) -> None:
    with transaction(told.broker, TOPIC, [as_json(status=200)] * GOOD) as opened:
        told.stage("left open", {"lag_records": 4 * GOOD, "lag_seconds": 0.001})
        before = told.story.pages["unscraped"][f"{PREFIX}records_total"]
        opened.commit_transaction(30)
    told.stage("let go", {"records_total": before + 4 * GOOD})
    told.stage(
        "committed",
        {"unscraped_commits_total": told.story.pages["let go"][f"{PREFIX}unscraped_commits_total"] + 1},
    )


def deleted(told: Told) -> None:
    told.agent.stop()
    told.produce()
    admin = AdminClient({"bootstrap.servers": told.broker.bootstrap})
    for future in admin.delete_records([TopicPartition(TOPIC, 0, -1)]).values():
        future.result(30)
    told.agent.start()
    told.stage("deleted", {"offset_gap_records_total": GOOD / 4})


def frozen(told: Told) -> None:
    told.agent.pause()
    time.sleep(FROZEN)
    told.agent.resume()
    told.stage("frozen", {"event_loop_lag_seconds": FROZEN / 2})


def renewed(told: Told) -> None:
    metric = "certificate_expiry_timestamp_seconds"
    before = told.story.pages["away"][PREFIX + metric]
    certificates.renew(told.certs, days="4000")
    told.stage("renewed", {metric: before + 1})


def shared(told: Told) -> None:
    with told.another():
        told.stage("shared", {"rebalances_total": 2})
    told.stage("alone", {"rebalances_total": 3, "assigned_partitions": 4})


def thrown_out(told: Told) -> None:
    """While a page is on its way to somebody slow, the group gives up waiting for the agent.

    When the agent wakes up, it may hear of that before it commits: then it has nothing to undo, and again.
    """
    told.stage("scraped", {"scrapes_total{delivered}": 2}, scraped=True)
    for _ in range(MOST_TRIES):
        throw_out(told)
        if told.story.value(f"{PREFIX}undone_records_total", "thrown out"):
            return


def throw_out(told: Told) -> None:
    until(told.has_shown_all, LONG, "what was counted is not shown")
    told.produce()
    told.stage("waiting", {"waiting_records": GOOD})
    rebalances = told.story.pages["waiting"][f"{PREFIX}rebalances_total"]
    with slow(told.agent) as read_on, ThreadPoolExecutor(1) as thread:
        told.agent.pause()
        read = thread.submit(read_on)
        until(lambda: not members(told.broker), LONG, "the group goes on waiting")
        told.agent.resume()
        read.result(LONG)
    told.stage("thrown out", {"rebalances_total": rebalances + 1, "assigned_partitions": 4})


def silent(told: Told) -> None:
    told.stage("back", {"connected": 1, "assigned_partitions": 4})
    told.produce()
    told.stage("waiting again", {"waiting_records": 1})
    told.broker.pause()
    told.stage("silent", {"unfenced_exposures_total": 1}, scraped=True)
    told.stage("built anew", {"consumer_rebuilds_total": 1})


@contextmanager
def slow(agent: Agent) -> Iterator[Callable[[], None]]:
    """Who has asked for a page, and has read its first bytes only; gives what reads the others."""
    host, _, port = agent.address.partition(":")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((host, int(port)))
        connection.sendall(
            f"GET /metrics HTTP/1.1\r\nHost: a\r\n{MOST}\r\nConnection: close\r\n\r\n".encode()
        )
        assert connection.recv(64).startswith(b"HTTP/1.1 200")

        def read() -> None:
            while connection.recv(65536):
                pass

        yield read


def members(broker: Kafka) -> int:
    group = f"agents-of-{TOPIC}"
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    asked: dict[str, Any] = admin.describe_consumer_groups([group])
    return len(asked[group].result(30).members)


class Row(NamedTuple):
    """What a metric has come to at a stage; a text is about the time at which the stage was over."""

    metric: str
    stage: str
    value: float | str
    kind: str = ""


NOW, RENEWED, SOME = "now", "in 4000 days", "some"

ROWS = (
    Row("records_total", "counted", GOOD + 6),
    Row("events_total", "counted", GOOD + 5),
    Row("ignored_events_total", "counted", 1),
    Row("late_records_total", "counted", 1),
    Row("skipped_records_total", "counted", 1),
    Row("offset_gap_records_total", "deleted", GOOD / 4),
    Row("invalid_events_total", "counted", 1, "{json}"),
    Row("invalid_fields_total", "counted", 1, "{duration}"),
    Row("folded_events_total", "counted", 1, "{provider}"),
    Row("event_age_seconds", "counted", GOOD + 5, "_count"),
    Row("connected", "joined", 1),
    Row("connection_problem", "joined", 0, "{unreachable}"),
    Row("lag_records", "left open", 4 * GOOD),
    Row("lag_seconds", "left open", SOME),
    Row("assigned_partitions", "shared", 2),
    Row("topic_partitions", "joined", 4),
    Row("last_poll_timestamp_seconds", "counted", NOW),
    Row("last_commit_timestamp_seconds", "unscraped", NOW),
    Row("waiting_records", "waiting", GOOD),
    Row("oldest_waiting_timestamp_seconds", "waiting", NOW),
    Row("rebalances_total", "shared", 2),
    Row("consumer_rebuilds_total", "built anew", SOME),
    Row("series", "counted", SOME),
    Row("held_series", "counted", SOME),
    Row("scrapes_total", "scraped", 2, "{delivered}"),
    Row("unfenced_exposures_total", "silent", SOME),
    Row("unscraped_commits_total", "unscraped", 1),
    Row("undone_records_total", "thrown out", GOOD),
    Row("event_loop_lag_seconds", "frozen", SOME),
    Row("certificate_expiry_timestamp_seconds", "renewed", RENEWED),
    Row("build_info", "joined", 1, f"{{{__version__}}}"),
)


def test_every_metric_of_the_agent_has_a_row() -> None:
    names = {metric.name for metric in METRICS if metric.name.startswith(PREFIX)}

    assert {PREFIX + row.metric for row in ROWS} == names


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.metric)
def test_a_metric_says_what_happened(story: Story, row: Row) -> None:
    name = f"{PREFIX}{row.metric}{row.kind}"

    found = story.pages[row.stage][name]

    if isinstance(row.value, str):
        least, most = bounds(row.value, story.times[row.stage])
        assert least < found <= most
    else:
        assert found == row.value
    if row.metric != "build_info":
        assert found != story.pages["away"].get(name)


def bounds(word: str, now: float) -> tuple[float, float]:
    """Between which numbers a value lies that a test cannot know to the last digit."""
    if word == NOW:
        return now - LONG, now
    if word == RENEWED:
        return now + 3999 * DAY, now + 4001 * DAY
    return 0.0, 1e9
