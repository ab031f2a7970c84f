"""What /status.json holds, by what the parts know."""

import json
import shlex
from typing import Any

import pytest

from agent.classify.unclassified import Kept, Kind, Place
from agent.metrics import catalogue
from agent.metrics.delta import InvalidEvent, Series
from agent.metrics.readings import Reading
from agent.settings import Settings
from agent.settings.printing import in_effect
from agent.status import Health, History, Seen, Troubles, links, report
from agent.status.troubles import KEPT

NOW = 1_795_323_600.0
KEY = "sk-proj-abcdefghijklmnop"


def seen(**parts: Any) -> Seen:
    usual: dict[str, Any] = {
        "version": "0.1.0",
        "health": Health(NOW - 60),
        "history": History(NOW - 60),
        "counts": {},
        "limits": {},
        "troubles": [],
        "unclassified": [],
        "topics": {"events": (2, 4)},
        "settings": in_effect(Settings()),
        "group": "agents",
        "config_file": "",
    }
    return Seen(**{**usual, **parts})


def said(**parts: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(json.dumps(report(seen(**parts), NOW), allow_nan=False))
    return answer


def response(type_: str, reason: str, *extra: str, path: str = "/v1/embeddings") -> Series:
    return Series(catalogue.RESPONSES, ("openai", "POST", path, "429", type_, reason, *extra), 1)


def test_the_most_frequent_errors_come_first_and_successes_are_none() -> None:
    counts = {
        response("ok", "none"): 90,
        response("api_error", "internal_error"): 3,
        response("rate_limit_error", "requests_per_minute", "gpt-5"): 4,
        response("rate_limit_error", "requests_per_minute", "gpt-6"): 5,
    }

    first, second = said(counts=counts)["reasons"]

    assert (first["provider"], first["path"], first["status"]) == ("openai", "/v1/embeddings", "429")
    assert (first["reason"], first["recent"], first["share"]) == ("requests_per_minute", 9, 0.75)
    assert (second["type"], second["counted"]) == ("api_error", 3)


def test_types_add_up_to_all_responses() -> None:
    types = said(counts={response("ok", "none"): 90, response("api_error", "internal_error"): 3})["types"]

    assert types == [
        {"type": "ok", "recent": 90, "counted": 90},
        {"type": "api_error", "recent": 3, "counted": 3},
    ]


def test_limits_come_with_what_is_left_and_when_they_reset_the_tightest_first() -> None:
    limits = {
        ("openai", "requests"): Reading(NOW, 100, 90, NOW + 30),
        ("openai", "tokens"): Reading(NOW, 1000, 10, None),
        ("gemini", "requests"): Reading(NOW, None, 7, None),  # nobody knows of how many
    }

    tokens, requests = said(limits=limits)["limits"]

    assert (tokens["headroom"], tokens["resets_in"]) == (0.01, None)
    assert (requests["remaining"], requests["limit"], requests["resets_in"]) == (90, 100, 30)


def test_the_last_records_in_trouble_stand_there_with_their_place() -> None:
    troubles = Troubles()
    troubles.invalid(("events", 1), [InvalidEvent(41, 2, "json")], NOW - 9)
    troubles.skipped(("events", 0), 3, 103, NOW)

    skipped, invalid = said(troubles=troubles.rows())["troubles"]

    assert (skipped["what"], skipped["offset"], skipped["records"]) == ("skipped", 100, 3)
    assert (invalid["partition"], invalid["offset"], invalid["place"]) == (1, 41, 2)
    assert (invalid["what"], invalid["reason"]) == ("invalid", "json")


def test_of_endless_trouble_only_the_last_is_kept() -> None:
    troubles = Troubles()
    for offset in range(0, 9000, 3000):
        troubles.invalid(("events", 0), [InvalidEvent(offset + n, 0, "json") for n in range(3000)], NOW)

    assert [row["offset"] for row in troubles.rows()] == list(range(8999, 8999 - KEPT, -1))


@pytest.mark.parametrize("topic", ["events", "a topic; rm -rf ~", "$(id)"])
def test_what_nobody_knows_comes_with_a_command_that_a_shell_reads_as_it_is_meant(topic: str) -> None:
    kinds = [(Kind("acme", 418, "the * is a teapot"), Kept(3, Place(topic, 1, 41), NOW))]

    (row,) = said(unclassified=kinds, config_file="/etc/my agent.yaml")["unclassified"]

    assert (row["provider"], row["status"], row["skeleton"], row["events"]) == (
        *("acme", "418", "the * is a teapot", 3),
    )
    assert shlex.split(row["command"]) == [
        *("api-error-agent", "explain", "--topic", topic, "--partition", "1", "--offset", "41"),
        *("--config.file", "/etc/my agent.yaml"),
    ]


def test_a_key_in_the_place_of_a_provider_is_not_shown() -> None:
    kinds = [(Kind(KEY, None, ""), Kept(1, Place("events", 0, 1), NOW))]

    assert KEY not in json.dumps(said(unclassified=kinds))


def test_settings_stand_there_as_they_are_in_effect_and_secrets_are_hidden() -> None:
    settings = Settings(
        kafka={
            "topics": ["events"],
            "security_protocol": "SASL_SSL",
            "sasl": {"mechanism": "PLAIN", "username": "me", "password": "correct horse"},
        }
    )

    found = {row["name"]: row for row in said(settings=in_effect(settings))["settings"]}

    assert found["kafka.topics"] == {"name": "kafka.topics", "value": "[events]", "is_default": False}
    assert found["kafka.sasl.password"]["value"] == "(hidden)"
    assert found["commit.mode"]["is_default"]
    assert "correct horse" not in json.dumps(list(found.values()))


def test_a_concern_leads_to_its_runbook_once_these_are_published(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Health(NOW - 60, waits_for="no broker has answered")
    assert said(health=broken)["verdict"]["concerns"][0]["page"] == ""
    assert [link["url"] for link in said()["links"]] == ["metrics", "readyz", "status.json"]

    monkeypatch.setattr(links, "RUNBOOKS", "https://forge.invalid/runbooks/")
    monkeypatch.setattr(links, "DOCS", "https://forge.invalid/docs")
    assert said(health=broken)["verdict"]["concerns"][0]["page"] == (
        "https://forge.invalid/runbooks/ApiErrorAgentNotConnected.md"
    )
    assert "https://forge.invalid/docs" in [link["url"] for link in said()["links"]]
