"""The chart refuses an address or a name exactly where the agent would refuse it in its pod."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.settings import values
from tests.chart.rendering import render
from tests.tools.helm import Refused

BROKERS = [
    *("kafka:9092", "KAFKA_0.kafka:9092", "10.0.0.1:9092", "[::1]:9092", "kafka.:9092", "k:1", "k:65535"),
    *(
        "kafka",
        "kafka:",
        ":9092",
        "kafka:0",
        "kafka:65536",
        "kafka:99999",
        "kafka:9092/",
        "kafka:9092 ",
        "a b:1",
    ),
    *(
        "SASL_SSL://kafka:9092",
        "http://kafka:9092",
        "::1:9092",
        "[kafka]:9092",
        "kafka:9092:9092",
        "käfka:9092",
    ),
    *(
        "kafka:-1",
        "kafka:port",
        "@kafka:9092",
        "kafka:00009092",
        "kafka:1000000009092",
        "[]:9092",
        "[::1]",
        "kafka/9092",
    ),
]
TOPICS = [
    *("api-responses", "api.responses_2", "A", "9", "a" * 249, "..."),
    *(".", "..", "a" * 250, "api responses", "api-*", "^api", "api/responses", "äpi", "a,b", "{a}", "api:"),
]
LISTEN = ["0.0.0.0:9464", ":9464", "[::]:9464", "0.0.0.0:65535", "agent:9464"]
LISTEN += [
    "9464",
    "0.0.0.0:65536",
    "0.0.0.0",
    "http://0.0.0.0:9464",
    "*:9464",
    "::9464",
    "0.0.0.0:x",
    "a b:9464",
]
TOKEN_URLS = ["https://login.example.org/token", "http://login:8080", "https://a.example.org/t?x=1"]
TOKEN_URLS += [
    "login.example.org",
    "ftp://a",
    "https://",
    "https://me:secret@a",
    "https:///token",
    "https://a:0/t",
]
OAUTH = {"mechanism": "OAUTHBEARER", "username": "agent", "existingSecret": "login"}


def refused(judge: Callable[[str], object], value: str) -> bool:
    try:
        judge(value)
    except (ValueError, Refused):
        return True
    return False


def kafka(**given: Any) -> Any:
    return render({"kafka": given})


@pytest.mark.parametrize("broker", BROKERS)
def test_a_broker(broker: str) -> None:
    assert refused(lambda each: kafka(bootstrapServers=[each]), broker) == refused(values.broker, broker)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic(topic: str) -> None:
    assert refused(lambda each: kafka(topics=[each]), topic) == refused(values.topic, topic)


@pytest.mark.parametrize("address", LISTEN)
def test_an_address_to_listen_at(address: str) -> None:
    def chart(each: str) -> object:
        return render({"agent": {"web": {"listen_address": each}}})

    assert refused(chart, address) == refused(values.listen_address, address)


@pytest.mark.parametrize("url", TOKEN_URLS)
def test_an_address_of_tokens(url: str) -> None:
    def chart(each: str) -> object:
        return kafka(securityProtocol="SASL_SSL", sasl=OAUTH | {"tokenUrl": each})

    assert refused(chart, url) == refused(values.token_url, url)
