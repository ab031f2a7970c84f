"""explain, replay and check-config --connect on brokers: what they say, and that they leave no trace."""

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata
from confluent_kafka import Consumer as OtherConsumer
from confluent_kafka import Producer
from confluent_kafka import TopicPartition as OtherPartition
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from typer.testing import Result

from agent.consumer import peek
from agent.consumer.probe import Verdict, probe
from agent.consumer.rights import ask_to_commit, coordinator_of
from tests.commanding import LIMITED, PLAIN, answer, run
from tests.kafka.conftest import Broker
from tests.kafka.damage import batch, corrupt, undecodable, write
from tests.kafka.recorder import Recorder, joined, produce, running, settings
from tests.tools import kafka
from tests.tools.cache import require
from tests.tools.embedded import Embedded
from tests.tools.kafka import Kafka
from tests.waiting import until

NAMED = {"topic", "read"}
EVENT, GOOD = json.dumps(LIMITED).encode(), json.dumps(PLAIN).encode()


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., str]:
    """Write settings for a broker and topics; the answer is the file's name."""

    def write_down(bootstrap: str, *topics: str, **more: object) -> str:
        file = tmp_path / "agent.yaml"
        reach = {
            "bootstrap_servers": [bootstrap],
            "topics": list(topics),
            "group_id": f"group-of-{topics[0]}",
        }
        file.write_text(json.dumps({"kafka": reach, **more}))
        return str(file)

    return write_down


Config = Callable[..., str]


def member(bootstrap: str, topic: str) -> OtherConsumer:
    """Somebody else in the group that the settings name."""
    return OtherConsumer({"bootstrap.servers": bootstrap, "group.id": f"group-of-{topic}", "log_level": 3})


def commit(bootstrap: str, topic: str, offset: int) -> None:
    """Commit *offset* for every partition."""
    consumer = member(bootstrap, topic)
    consumer.commit(
        offsets=[OtherPartition(topic, number, offset) for number in range(4)], asynchronous=False
    )
    consumer.close()


def committed(bootstrap: str, topic: str) -> list[int]:
    """What the group has committed by partition, below 0 where it has nothing."""
    consumer = member(bootstrap, topic)
    found = consumer.committed([OtherPartition(topic, number) for number in range(4)], timeout=10)
    consumer.close()
    return [it.offset for it in found]


def groups(bootstrap: str) -> set[str]:
    return {
        it.group_id
        for it in AdminClient({"bootstrap.servers": bootstrap}).list_consumer_groups().result().valid
    }


def topics(bootstrap: str) -> set[str]:
    return set(AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=10).topics)


def check(config: str) -> Result:
    return run("check-config", "--connect", "--config.file", config)


def verdicts(result: Result) -> dict[str, str]:
    """How each check ended, by its first word and its object."""
    lines = [line.split() for line in result.stdout.splitlines()[1:]]
    return {f"{words[1]} {words[2]}" if words[1] in NAMED else words[1]: words[0] for words in lines}


# --- explain ------------------------------------------------------------------------------------------


def test_a_record_of_a_topic_is_explained(broker: Broker, topic: str, config: Config) -> None:
    produce(broker.bootstrap, topic, [GOOD, GOOD, GOOD, GOOD, GOOD, EVENT])
    where = ("--topic", topic, "--partition", "1", "--offset", "1")

    report = answer("explain", *where, "--config.file", config(broker.bootstrap, topic))

    assert report["record"] == f"{topic}-1 offset 1"
    assert report["outcome"]["type"] == "rate_limit_error"
    records = f'api_error_agent_records_total{{partition="1",topic="{topic}"}}'
    assert {"series": records, "value": 1} in report["counts"]


def test_record_headers_are_read(broker: Broker, topic: str, config: Config) -> None:
    producer = Producer({"bootstrap.servers": broker.bootstrap, "log_level": 3, "enable.idempotence": True})
    producer.produce(topic, b"{}", partition=0, headers={"x-status": "503"})
    assert producer.flush(30) == 0
    file = config(broker.bootstrap, topic, events={"fields": {"status": "header:x-status"}})

    report = answer(*f"explain --topic {topic} --partition 0 --offset 0 --config.file {file}".split())

    assert {"field": "status", "from": "header:x-status", "value": 503} in report["fields"]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("--topic {topic} --partition 0 --offset 7", "offset 7 is not in {topic}-0; it holds offsets 0 to 1"),
        ("--topic {topic} --partition 3 --offset 0", "offset 0 is not in {topic}-3; it holds no record"),
        ("--topic {topic} --partition 9 --offset 0", "partition 9 is not in topic {topic}; it has 0 to 3"),
        ("--topic nowhere --partition 0 --offset 0", "topic nowhere is not there"),
    ],
)
def test_what_is_not_there_ends_with_2_and_what_is(
    broker: Broker, topic: str, config: Config, where: str, said: str
) -> None:
    produce(broker.bootstrap, topic, [GOOD] * 3)
    produce(broker.bootstrap, topic, [GOOD])
    file = config(broker.bootstrap, topic)

    result = run("explain", *where.format(topic=topic).split(), "--config.file", file)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said.format(topic=topic) in result.stderr
    assert "nowhere" not in topics(broker.bootstrap)


@pytest.mark.parametrize(("which", "count"), [("", 1), ("--last 4", 4)])
def test_the_last_records_of_a_topic_are_explained(
    broker: Broker, topic: str, config: Config, which: str, count: int
) -> None:
    produce(broker.bootstrap, topic, [GOOD, EVENT, GOOD, GOOD])

    result = run(*f"explain --topic {topic} {which} --config.file {config(broker.bootstrap, topic)}".split())

    assert result.exit_code == 0
    assert result.stdout.count("read by the preset") == count
    assert f"the last {count} of {topic}: one event a record" in result.stderr


# --- classify -----------------------------------------------------------------------------------------


def test_the_records_of_a_topic_are_classified_as_those_of_a_file(
    broker: Broker, topic: str, config: Config
) -> None:
    produce(broker.bootstrap, topic, [GOOD, b"nope", EVENT])

    result = run("classify", "--topic", topic, "--config.file", config(broker.bootstrap, topic))

    assert result.exit_code == 0
    assert sorted(result.stdout.splitlines()) == sorted(
        run("classify", stdin=b"\n".join([GOOD, b"nope", EVENT])).stdout.splitlines()
    )


@pytest.mark.parametrize("command", ["classify", "explain", "replay"])
def test_a_record_that_is_no_event_ends_with_1(
    broker: Broker, topic: str, config: Config, command: str
) -> None:
    produce(broker.bootstrap, topic, [b"nope"])
    where = f"--topic {topic} --partition 0 --offset 0 --config.file {config(broker.bootstrap, topic)}"

    result = run(command, *where.split())

    assert result.exit_code == 1
    assert f"offset 0 of {topic}-0: none of 1 record can be read as an event" in result.stderr


# --- replay -------------------------------------------------------------------------------------------


def test_the_last_records_of_all_partitions_are_replayed(broker: Broker, topic: str, config: Config) -> None:
    produce(broker.bootstrap, topic, [b"{old", *[GOOD] * 3999, *[EVENT] * 2000])

    report = answer(
        "replay", "--topic", topic, "--last", "5000", "--config.file", config(broker.bootstrap, topic)
    )

    assert (report["records"], report["counted"], report["invalid"]) == (5000, 5000, {})
    assert report["types"]["rate_limit_error"]["events"] == 2000


def test_fewer_records_than_asked_for_are_all(broker: Broker, topic: str, config: Config) -> None:
    produce(broker.bootstrap, topic, [GOOD, b"nope", b"[]"])

    report = answer("replay", "--topic", topic, "--config.file", config(broker.bootstrap, topic))

    assert (report["records"], report["counted"]) == (3, 1)
    assert report["invalid"]["json"] == {"events": 1, "example": f"{topic}-1 offset 0"}


def test_an_empty_topic_ends_with_1(broker: Broker, topic: str, config: Config) -> None:
    result = run("replay", "--topic", topic, "--config.file", config(broker.bootstrap, topic))

    assert result.exit_code == 1
    assert f"the last 1,000 of {topic}: there is no record" in result.stderr


def test_what_ends_a_transaction_is_no_record(real_kafka: Kafka, real_topic: str, config: Config) -> None:
    producer = Producer({"bootstrap.servers": real_kafka.bootstrap, "transactional.id": "t", "log_level": 3})
    producer.init_transactions(30)
    for end in (producer.commit_transaction, producer.abort_transaction, producer.commit_transaction):
        producer.begin_transaction()
        producer.produce(real_topic, GOOD, partition=0)
        producer.flush(30)  # else an abort takes back what was never sent
        end()
    file = config(real_kafka.bootstrap, real_topic)

    assert answer("replay", "--topic", real_topic, "--config.file", file)["records"] == 2
    marker = run(*f"explain --topic {real_topic} --partition 0 --offset 1 --config.file {file}".split())
    assert marker.exit_code == 2
    assert f"offset 1 of {real_topic}-0 holds no record" in marker.stderr


@pytest.mark.parametrize("damage", [corrupt, undecodable])
def test_what_cannot_be_read_is_counted_and_the_rest_is_read(
    embedded_kafka: Embedded, config: Config, damage: Callable[[bytes], bytes]
) -> None:
    topic = f"replayed-{damage.__name__}"
    embedded_kafka.create_topic(topic)
    produce(embedded_kafka.bootstrap, topic, [GOOD] * 40)
    asyncio.run(write(embedded_kafka.bootstrap, topic, damage(batch([b"lost"]))))
    produce(embedded_kafka.bootstrap, topic, [GOOD] * 40)

    report = answer("replay", "--topic", topic, "--config.file", config(embedded_kafka.bootstrap, topic))

    assert (report["records"], report["counted"], report["skipped"]) == (81, 80, 1)


@pytest.mark.parametrize("command", ["classify", "explain"])
def test_what_cannot_be_read_is_told_and_the_rest_is_answered(
    embedded_kafka: Embedded, config: Config, command: str
) -> None:
    topic = f"told-by-{command}"
    embedded_kafka.create_topic(topic)
    produce(embedded_kafka.bootstrap, topic, [EVENT] * 4)
    asyncio.run(write(embedded_kafka.bootstrap, topic, corrupt(batch([b"lost"]))))
    where = f"--topic {topic} --last 100 --config.file {config(embedded_kafka.bootstrap, topic)}"

    result = run(command, *where.split())

    assert result.exit_code == 0
    assert result.stdout.count({"classify": '"type"', "explain": "read by the preset"}[command]) == 4
    assert f"api-error-agent: a record of {topic}-2 cannot be read" in result.stderr


# --- no trace -----------------------------------------------------------------------------------------


def look_around(file: str, topic: str) -> None:
    """Every command that reads a topic."""
    for command in ("classify", "explain", "replay"):
        for where in ("--partition 0 --offset 0", "--last 40"):
            assert run(*f"{command} --topic {topic} {where} --config.file {file}".split()).exit_code == 0
    assert check(file).exit_code == 0


def test_no_offset_of_a_group_is_moved(broker: Broker, topic: str, config: Config) -> None:
    produce(broker.bootstrap, topic, [GOOD] * 40)
    commit(broker.bootstrap, topic, 3)

    look_around(config(broker.bootstrap, topic), topic)

    assert committed(broker.bootstrap, topic) == [3] * 4


def test_no_group_comes_to_be(real_kafka: Kafka, real_topic: str, config: Config) -> None:
    produce(real_kafka.bootstrap, real_topic, [GOOD] * 40)
    before = groups(real_kafka.bootstrap)

    look_around(config(real_kafka.bootstrap, real_topic), real_topic)

    assert groups(real_kafka.bootstrap) == before
    assert all(offset < 0 for offset in committed(real_kafka.bootstrap, real_topic))


def test_nothing_is_committed_where_nothing_was(embedded_kafka: Embedded, config: Config) -> None:
    embedded_kafka.create_topic("untouched")
    produce(embedded_kafka.bootstrap, "untouched", [GOOD] * 40)

    look_around(config(embedded_kafka.bootstrap, "untouched"), "untouched")

    assert all(offset < 0 for offset in committed(embedded_kafka.bootstrap, "untouched"))


async def test_the_question_for_the_right_to_commit_moves_nothing_whatever_it_names(
    real_kafka: Kafka, real_topic: str
) -> None:
    commit(real_kafka.bootstrap, real_topic, 3)
    other = {TopicPartition(real_topic, 0): OffsetAndMetadata(99, "")}
    group = f"group-of-{real_topic}"

    async with peek.Peek(settings(real_kafka.bootstrap, real_topic)) as peeking:
        admin = peeking.client.admin
        await ask_to_commit(admin, await coordinator_of(admin, group), group, other)

    assert committed(real_kafka.bootstrap, real_topic) == [3] * 4


async def test_a_running_agent_is_not_disturbed(real_kafka: Kafka, real_topic: str) -> None:
    produce(real_kafka.bootstrap, real_topic, [GOOD] * 40)
    books, reach = Recorder(), settings(real_kafka.bootstrap, real_topic)

    async with running(reach, books) as consumer:
        await joined(consumer)
        await until(lambda: len(books.values) >= 40)
        checks, _ = await probe(reach, 20)
        produce(real_kafka.bootstrap, real_topic, [GOOD] * 40)
        await until(lambda: len(books.values) >= 80)

        assert [check for check in checks if check.verdict is not Verdict.OK] == []
        assert consumer.assignments == 1
        assert len(books.values) == 80


# --- check-config -------------------------------------------------------------------------------------


def test_all_checks_of_a_right_connection_are_ok(broker: Broker, topic: str, config: Config) -> None:
    produce(broker.bootstrap, topic, [GOOD] * 39 + [b"nope"])
    commit(broker.bootstrap, topic, 3)

    result = check(config(broker.bootstrap, topic))

    assert set(verdicts(result).values()) == {"ok"}
    assert result.exit_code == 0
    assert f"has committed {topic}-0 at 3, {topic}-1 at 3" in result.stdout
    assert (
        f"19 events in the last 20 records are counted; 1 invalid, json (such as {topic}-3 offset 9)"
        in result.stdout
    )


def test_a_topic_without_records_can_be_checked_but_for_its_events(
    broker: Broker, topic: str, config: Config
) -> None:
    result = check(config(broker.bootstrap, topic))

    assert (verdicts(result)[f"read {topic}"], verdicts(result)["events"]) == ("ok", "skipped")
    assert result.exit_code == 0


def test_records_none_of_which_is_an_event_fail_the_check(broker: Broker, topic: str, config: Config) -> None:
    produce(broker.bootstrap, topic, [b'{"answer":{"result":500}}'] * 4)

    result = check(config(broker.bootstrap, topic))

    assert (verdicts(result)["events"], result.exit_code) == ("failed", 1)
    assert "0 events in the last 4 records are counted; 4 invalid, no_status" in result.stdout
    assert "events.preset" in result.stdout


def test_a_missing_topic_fails_the_others_are_checked_and_none_is_made(
    broker: Broker, topic: str, config: Config
) -> None:
    produce(broker.bootstrap, topic, [GOOD])

    result = check(config(broker.bootstrap, topic, "mistyped"))

    found = verdicts(result)
    assert (found["topic mistyped"], found["read mistyped"]) == ("failed", "skipped")
    assert (found[f"read {topic}"], found["commit"], found["events"]) == ("ok", "ok", "ok")
    assert result.exit_code == 1
    assert "mistyped" not in topics(broker.bootstrap)


def test_a_broker_that_is_not_there_fails_at_once(config: Config) -> None:
    begun = time.monotonic()

    result = check(config("127.0.0.1:1", "events"))

    assert verdicts(result)["address"] == verdicts(result)["connection"] == "failed"
    assert set(verdicts(result).values()) == {"failed", "skipped"}
    assert "127.0.0.1:1 cannot be reached: Connection refused" in result.stdout
    assert result.exit_code == 1
    assert time.monotonic() - begun < 5


def test_a_broker_that_does_not_answer_is_given_up_in_time(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peek, "REQUEST_WITHIN", 1.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()

        result = check(config(f"127.0.0.1:{silent.getsockname()[1]}", "events"))

    assert (verdicts(result)["address"], verdicts(result)["connection"]) == ("ok", "failed")
    assert time.monotonic() - begun < 10


def test_a_listener_that_wants_tls_is_told_with_what_to_look_at(real_kafka: Kafka, config: Config) -> None:
    result = check(config(real_kafka.sasl_bootstrap, "events"))

    assert verdicts(result)["connection"] == "failed"
    assert result.stdout.count("kafka.security_protocol") == 1


# --- rights -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded_kafka() -> Iterator[Kafka]:
    """A Kafka that looks at rights, with topics of a few events, and one without any."""
    require(kafka.ensure)
    authorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
    rights = {"authorizer.class.name": authorizer, "allow.everyone.if.no.acl.found": "true"}
    with Kafka(properties=rights) as broker:
        for name, events in (("open", [GOOD] * 4), ("closed", [GOOD] * 4), ("void", [])):
            broker.create_topic(name)
            produce(broker.bootstrap, name, events)
        yield broker


def deny(broker: Kafka, kind: ResourceType, name: str, operation: AclOperation) -> None:
    """Take a right from everybody who has no name."""
    admin: Any = AdminClient({"bootstrap.servers": broker.bootstrap})
    literal, denied = ResourcePatternType.LITERAL, AclPermissionType.DENY
    everything = AclBinding(
        kind, name, literal, "User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.ALLOW
    )
    wanted = AclBinding(kind, name, literal, "User:ANONYMOUS", "*", operation, denied)
    for binding in (everything, wanted):
        admin.create_acls([binding])[binding].result(30)


@pytest.mark.parametrize("topic", ["closed", "void"])
def test_a_topic_that_may_not_be_read_is_told(guarded_kafka: Kafka, config: Config, topic: str) -> None:
    deny(guarded_kafka, ResourceType.TOPIC, topic, AclOperation.READ)

    result = check(config(guarded_kafka.bootstrap, topic, "open"))

    found = verdicts(result)
    assert (found[f"topic {topic}"], found[f"read {topic}"], found["read open"]) == ("ok", "failed", "ok")
    assert "allow READ and DESCRIBE on kafka.topics" in result.stdout
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("operation", "failed"), [(AclOperation.READ, {"commit"}), (AclOperation.ALL, {"group"})]
)
def test_a_group_that_may_not_be_used_is_told(
    guarded_kafka: Kafka, tmp_path: Path, operation: AclOperation, failed: set[str]
) -> None:
    group = f"forbidden-{operation.name}"
    deny(guarded_kafka, ResourceType.GROUP, group, operation)
    file = tmp_path / "agent.yaml"
    reach = {"bootstrap_servers": [guarded_kafka.bootstrap], "topics": ["open"], "group_id": group}
    file.write_text(json.dumps({"kafka": reach}))

    result = check(str(file))

    assert {name for name, verdict in verdicts(result).items() if verdict == "failed"} == failed
    assert "allow READ on the group kafka.group_id" in result.stdout
    assert result.exit_code == 1
