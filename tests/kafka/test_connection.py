"""An agent that reads nothing says so on its first page, and says why: a real agent, a real Kafka."""

import json
import socket
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from structlog.testing import capture_logs

from agent import __version__
from agent.consumer.causes import Problem
from agent.consumer.commits import CommitResult, Commits
from agent.consumer.session import Session
from tests.kafka.conftest import Broker
from tests.kafka.recorder import Recorder, joined, produce, running, settings
from tests.kafka.test_traps import inside
from tests.tools.agent import Agent
from tests.tools.kafka import Kafka
from tests.tools.process import LOOPBACK, until
from tests.waiting import until as until_async

EVENT = b'{"provider": "openai", "path": "/v1/embeddings", "status": 200}'
NOBODY = "127.0.0.1:9"


def problem(agent: Agent) -> str:
    """What the page says keeps the agent from reading; it never says two things."""
    lines = agent.page().splitlines()
    prefix = 'api_error_agent_connection_problem{problem="'
    (connected,) = [line for line in lines if line.startswith("api_error_agent_connected ")]
    found = [
        line.removeprefix(prefix).split('"')[0]
        for line in lines
        if line.startswith(prefix) and line.endswith(" 1.0")
    ]
    assert connected.endswith(" 0.0" if found else " 1.0")
    return ",".join(found)


def readiness(agent: Agent) -> str:
    try:
        with urlopen(f"{agent.url}/readyz", timeout=5) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        with error:
            return str(error.read().decode())


def lines(agent: Agent, event: str) -> list[dict[str, Any]]:
    """The lines of its log that tell of an event."""
    every = (json.loads(line) for line in agent.log.read_text().splitlines() if line.startswith("{"))
    return [line for line in every if line.get("event") == event]


def test_an_agent_that_reaches_no_broker_says_so_from_its_first_page_on() -> None:
    with Agent(NOBODY, "events", ready=False) as agent:
        assert problem(agent) in {"starting", "unreachable"}
        until(lambda: problem(agent) == "unreachable", 10, "the page does not say that no broker is there")

        assert NOBODY in readiness(agent)
        assert "nothing listens there" in readiness(agent)
        assert 'api_error_agent_assigned_partitions{topic="events"} 0.0' in agent.page()


def test_the_first_line_of_the_log_says_what_the_agent_works_with() -> None:
    with Agent(NOBODY, "events", "more-events", ready=False) as agent:
        assert agent.events()[0] == "agent.started"
        (line,) = lines(agent, "agent.started")

    assert line["version"] == __version__
    assert line["config_file"] == str(agent.folder / "agent.yaml")
    assert (line["bootstrap_servers"], line["topics"]) == ([NOBODY], ["events", "more-events"])
    assert (line["group_id"], line["group_instance_id"]) == ("agents-of-events-more-events", "none")


def test_a_refused_password_is_not_taken_for_a_broker_that_is_away(
    real_kafka: Kafka, real_topic: str
) -> None:
    sasl = {"mechanism": "SCRAM-SHA-512", "username": "agent", "password": "wrong"}
    secure = {
        "security_protocol": "SASL_SSL",
        "sasl": sasl,
        "tls": {"ca_file": str(real_kafka.ca_file)},
    }
    with Agent(real_kafka.sasl_bootstrap, real_topic, ready=False, kafka=secure) as agent:
        until(lambda: problem(agent) == "credentials", 20, "the page does not say that we are refused")

        assert "kafka.sasl.username" in readiness(agent)


def test_a_topic_that_is_not_there_is_named_until_it_is(real_kafka: Kafka, real_topic: str) -> None:
    topic = f"{real_topic}-later"
    with Agent(real_kafka.bootstrap, topic, ready=False) as agent:
        until(lambda: problem(agent) == "missing_topic", 20, "the page does not say what is missing")
        assert f"{topic} is not there" in readiness(agent)

        real_kafka.create_topic(topic)
        until(lambda: problem(agent) == "", 30, "the page does not see the topic")
        assert readiness(agent) == "ready\n"


def test_a_broker_that_hangs_is_told_long_before_a_request_times_out() -> None:
    with socket.create_server((LOOPBACK, 0)) as hanging:  # the kernel accepts, and nobody answers
        address = f"{LOOPBACK}:{hanging.getsockname()[1]}"
        with Agent(address, "events", ready=False, kafka={"request_timeout_seconds": 40}) as agent:
            until(lambda: "no broker has answered" in readiness(agent), 15, "nothing says that it hangs")

            assert problem(agent) == "unreachable"
            (line,) = lines(agent, "kafka.not_answering")
            assert line["bootstrap_servers"] == [address]
            assert "a broker that hangs" in line["hint"]
            assert lines(agent, "kafka.unreachable") == []


def test_two_agents_with_one_identity_are_told_so_until_one_has_gone(
    real_kafka: Kafka, real_topic: str
) -> None:
    same = {"group_instance_id": "pod-0"}
    with Agent(real_kafka.bootstrap, real_topic, kafka=same) as first:
        with Agent(real_kafka.bootstrap, real_topic, ready=False, kafka=same) as second:
            for agent in (first, second):
                until(lambda it=agent: lines(it, "member.fenced"), 30, "the log does not say it")  # type: ignore[misc]
                until(lambda it=agent: problem(it) == "fenced", 30, "the page does not say it")  # type: ignore[misc]
                assert "another agent has the same kafka.group_instance_id" in readiness(agent)
                assert lines(agent, "member.fenced")[0]["group_instance_id"] == "pod-0"

        until(lambda: problem(first) == "", 60, "the one that is left does not get its place back")
        assert readiness(first) == "ready\n"


def test_an_agent_that_is_restarted_with_its_identity_shares_it_with_nobody(
    real_kafka: Kafka, real_topic: str
) -> None:
    with Agent(real_kafka.bootstrap, real_topic, kafka={"group_instance_id": "pod-1"}) as agent:
        for end in (agent.stop, agent.kill):
            end()
            agent.start()
            until(lambda: problem(agent) == "", 30, "the agent does not come back")

        assert lines(agent, "member.fenced") == []


@pytest.mark.parametrize("end", [Kafka.pause, Kafka.kill], ids=["hangs", "dies"])
def test_within_15_seconds_of_a_brokers_end_nothing_says_that_all_is_well(
    own_kafka: Kafka, end: Callable[[Kafka], None]
) -> None:
    topic = f"events-{end.__name__}"
    own_kafka.create_topic(topic)
    produce(own_kafka.bootstrap, topic, [EVENT] * 40)
    with Agent(own_kafka.bootstrap, topic) as agent:
        until(lambda: problem(agent) == "", 30, "the agent does not connect")
        until(lambda: "api_error_agent_lag_seconds{" in agent.page(), 10, "there is no lag")
        end(own_kafka)
        try:
            until(lambda: problem(agent) == "unreachable", 15, "the page says that all is well")

            assert "no broker has answered for" in readiness(agent)
            assert "api_error_agent_lag_seconds{" not in agent.page()
            assert "api_error_agent_lag_records{" not in agent.page()
        finally:
            own_kafka.resume() if own_kafka.running else own_kafka.start()
        until(lambda: problem(agent) == "", 60, "the agent does not come back")
        assert readiness(agent) == "ready\n"


# --- one consumer, without a process around it ----------------------------------------------------------


async def test_a_client_that_breaks_down_is_not_taken_for_what_was_so_before(
    broker: Broker, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(_: Session) -> None:
        raise RuntimeError("as a defect of ours would")

    async with running(settings(broker.bootstrap, topic), Recorder()) as consumer:
        await joined(consumer)
        with monkeypatch.context() as patched:
            patched.setattr(Session, "run", break_down)
            inside(consumer)._client._sync_task.cancel()
            await until_async(lambda: consumer.rebuilds >= 3, what="clients that break down")
            await until_async(lambda: consumer.connection.problem is Problem.FAILED)
            assert "as a defect of ours would" in consumer.connection.words
            assert not consumer.is_ready
        await joined(consumer)


async def test_while_the_group_shares_out_anew_a_consumer_is_ready_and_does_not_read(
    broker: Broker, topic: str
) -> None:
    async with running(settings(broker.bootstrap, topic), Recorder()) as consumer:
        await joined(consumer)
        assert consumer._session is not None
        await consumer._session.membership.on_partitions_revoked([])

        found = consumer.connection
        assert (found.problem, found.is_made) == (Problem.JOINING, False)
        assert consumer.is_ready


async def test_a_client_that_is_thrown_away_leaves_its_reason_behind(
    broker: Broker, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.consumer.consumer._FIRST_PAUSE", 3.0)
    async with running(settings(broker.bootstrap, topic), Recorder()) as consumer:
        await joined(consumer)
        inside(consumer)._client._sync_task.cancel()
        await until_async(lambda: consumer.rebuilds)

        found = consumer.connection
        assert (found.problem, found.is_made) == (Problem.FAILED, False)
        assert "tasks of the client have ended" in found.words


async def test_a_start_that_is_never_committed_is_told_and_nobody_is_ready(
    broker: Broker, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unanswered(*_: object) -> CommitResult:
        return CommitResult.UNANSWERED

    with capture_logs() as said, monkeypatch.context() as patched:
        patched.setattr(Commits, "send", unanswered)
        async with running(settings(broker.bootstrap, topic), Recorder()) as consumer:
            await until_async(lambda: consumer.connection.problem is Problem.NOT_COMMITTED)
            assert "__consumer_offsets" in consumer.connection.words
            assert not consumer.connection.is_made
            assert not consumer.is_ready
            assert [it["hint"] for it in said if it["event"] == "start.not_committed"]

            patched.undo()
            await joined(consumer)
            assert consumer.connection.is_made
