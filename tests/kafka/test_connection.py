"""An agent that reads nothing says so on its first page, and says why: a real agent, a real Kafka."""

from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.kafka.recorder import produce
from tests.tools import kafka
from tests.tools.agent import Agent
from tests.tools.cache import require
from tests.tools.kafka import Kafka
from tests.tools.process import until

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


def test_an_agent_that_reaches_no_broker_says_so_from_its_first_page_on() -> None:
    with Agent(NOBODY, "events", ready=False) as agent:
        assert problem(agent) in {"starting", "unreachable"}
        until(lambda: problem(agent) == "unreachable", 10, "the page does not say that no broker is there")

        assert NOBODY in readiness(agent)
        assert "nothing listens there" in readiness(agent)
        assert 'api_error_agent_assigned_partitions{topic="events"} 0.0' in agent.page()


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


@pytest.fixture
def own_kafka() -> Iterator[Kafka]:
    require(kafka.ensure)
    with Kafka() as broker:
        broker.create_topic("events")
        yield broker


def test_within_15_seconds_of_a_brokers_end_nothing_says_that_all_is_well(own_kafka: Kafka) -> None:
    produce(own_kafka.bootstrap, "events", [EVENT] * 40)
    with Agent(own_kafka.bootstrap, "events") as agent:
        until(lambda: problem(agent) == "", 30, "the agent does not connect")
        until(lambda: "api_error_agent_lag_seconds{" in agent.page(), 10, "there is no lag")
        own_kafka.pause()
        try:
            until(lambda: problem(agent) == "unreachable", 15, "the page says that all is well")

            assert "no broker has answered for" in readiness(agent)
            assert "api_error_agent_lag_seconds{" not in agent.page()
        finally:
            own_kafka.resume()
        until(lambda: problem(agent) == "", 60, "the agent does not come back")
        assert readiness(agent) == "ready\n"
