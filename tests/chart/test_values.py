"""Values: all documented, all in the schema, and every misuse answered with what to do."""

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, get_args

import pytest
import yaml

from agent.settings import fields
from tests.chart.rendering import CASES, CHART, render, values
from tests.tools.cache import ROOT
from tests.tools.helm import Refused, helm, lint

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
KAFKA = {"bootstrapServers": "kafka:9092", "topics": ["api-responses"]}

MISUSE = [
    ({"kafka": {"bootstrapServers": ""}}, "kafka.bootstrapServers is empty; set your brokers"),
    ({"kafka": {"bootstrapServers": "kafka"}}, 'kafka.bootstrapServers has "kafka"; write host:port'),
    ({"kafka": {"bootstrapServers": "a:1, b"}}, 'kafka.bootstrapServers has " b"; write host:port'),
    ({"kafka": {"topics": []}}, "kafka.topics is empty; set the topics to read"),
    (
        {"agent": {"kafka": {"bootstrap_servers": ["a:1"]}}},
        'agent.kafka.bootstrap_servers is ["a:1"]; set kafka.bootstrapServers instead',
    ),
    ({"agent": {"kafka": {"topics": ["b"]}}}, 'agent.kafka.topics is ["b"]; set kafka.topics instead'),
    ({"agent": {"kafka": {"group_id": "g"}}}, 'agent.kafka.group_id is "g"; set kafka.groupId instead'),
    (
        {"agent": {"kafka": {"group_instance_id": "one"}}},
        'agent.kafka.group_instance_id is "one"; leave it out: every pod takes its own name',
    ),
    (
        {"agent": {"web": {"listen_address": "9464"}}},
        'agent.web.listen_address is "9464"; write address:port with a fixed port',
    ),
    (
        {"agent": {"web": {"listen_address": "0.0.0.0:0"}}},
        'agent.web.listen_address is "0.0.0.0:0"; write address:port with a fixed port',
    ),
    (
        {"agent": {"web": {"listen_address": "127.0.0.1:9464"}}},
        'agent.web.listen_address is "127.0.0.1:9464", where neither Prometheus nor the probes can reach it',
    ),
    ({"extraArgs": ["--config.file=/x"]}, 'extraArgs has "--config.file=/x"; the chart writes that file'),
    (
        {"extraArgs": ["--web.listen-address=:1"]},
        'extraArgs has "--web.listen-address=:1", which the probes do not know of',
    ),
    (
        {"extraEnv": [{"name": "AGENT_KAFKA__GROUP_INSTANCE_ID", "value": "x"}]},
        "extraEnv has AGENT_KAFKA__GROUP_INSTANCE_ID; leave it out",
    ),
    (
        {"extraEnv": [{"name": "AGENT_WEB__LISTEN_ADDRESS", "value": "x"}]},
        "extraEnv has AGENT_WEB__LISTEN_ADDRESS, which the probes do not know of",
    ),
    (
        {"workload": {"terminationGracePeriodSeconds": 10}},
        "workload.terminationGracePeriodSeconds is 10; the agent takes up to 10 s",
    ),
    (
        {"workload": {"terminationGracePeriodSeconds": 0}},
        "workload.terminationGracePeriodSeconds is 0; the agent takes up to 10 s",
    ),
    (
        {"prometheusRule": {"tokens": {"rate_limit_share": 0.1}}},
        "prometheusRule.tokens.rate_limit_share is 0.1, but the rules have no such token; they have agent_",
    ),
    (
        {"prometheusRule": {"enabled": True, "tokens": {"selector": 'job="a": [b'}}},
        "prometheusRule.tokens make rules/api-providers.yaml unreadable",
    ),
]

WRONG_TYPES = [
    ({"replica": 2}, "replica"),
    ({"kafka": {"topics": "api-responses"}}, "topics"),
    ({"agent": {"labls": {}}}, "labls"),
    ({"agent": {"log": {"level": "loud"}}}, "level"),
    ({"podMonitor": {"interval": "15"}}, "interval"),
    ({"image": {"digest": "latest"}}, "digest"),
    ({"prometheusRule": {"tokens": {"window": ["5m"]}}}, "window"),
]


@pytest.mark.parametrize(
    ("wrong", "answer"), MISUSE, ids=lambda each: None if isinstance(each, dict) else each[:50]
)
def test_misuse_is_answered_with_what_to_do(wrong: dict[str, Any], answer: str) -> None:
    with pytest.raises(Refused, match=re.escape(answer)):
        render(wrong)


@pytest.mark.parametrize("major", [3, 4])
def test_all_problems_come_at_once(major: int) -> None:
    with pytest.raises(
        Refused, match=r"(?s)kafka\.bootstrapServers is empty.*kafka\.topics is empty.*extraArgs"
    ):
        render(
            {"kafka": {"bootstrapServers": "", "topics": []}, "extraArgs": ["--config.file=x"]}, major=major
        )


@pytest.mark.parametrize("major", [3, 4])
@pytest.mark.parametrize(
    ("wrong", "place"), WRONG_TYPES, ids=lambda each: each if isinstance(each, str) else None
)
def test_the_schema_names_the_wrong_key(wrong: dict[str, Any], place: str, major: int) -> None:
    with pytest.raises(Refused, match=rf"(?s)specifications of the schema.*{place}"):
        render(wrong, major=major)


@pytest.mark.parametrize("major", [3, 4])
@pytest.mark.parametrize("case", CASES)
def test_lint_has_nothing_to_say(case: str, major: int) -> None:
    lint(CHART, CASES[case], major=major)


def test_the_schema_is_strict_wherever_the_chart_knows_the_keys() -> None:
    for path, schema in objects(SCHEMA, ""):
        if "properties" in schema:
            assert schema["additionalProperties"] is False, path


def objects(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schema of every key, by dotted name; `true` is the schema of a key that the template refuses."""
    schema = {} if schema is True else schema
    yield path, schema
    for key, each in schema.get("properties", {}).items():
        yield from objects(each, f"{path}.{key}")


def test_values_and_schema_have_the_same_keys() -> None:
    assert set(keys(values())) - set(schema_keys()) == set()
    assert {key for key in schema_keys() if not key.startswith("agent.")} - set(keys(values())) == {"global"}


def test_the_case_with_everything_sets_everything() -> None:
    everything = set(keys(yaml.safe_load(CASES["everything"].read_text())))
    elsewhere = {
        f"agent.kafka.{key}" for key in ("bootstrap_servers", "topics", "group_id", "group_instance_id")
    }
    rarely = {f"agent.kafka.{key}_seconds" for key in ("request_timeout", "stall", "metadata_max_age")}

    assert set(schema_keys()) - everything == elsewhere | rarely


def keys(mapping: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Dotted keys, as deep as the schema knows them."""
    deep = {path.removeprefix(".") for path, schema in objects(SCHEMA, "") if "properties" in schema}
    for key, value in mapping.items():
        if prefix + key in deep:
            yield from keys(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def schema_keys() -> list[str]:
    return [
        path.removeprefix(".") for path, schema in objects(SCHEMA, "") if path and "properties" not in schema
    ]


def test_every_value_has_its_sentence() -> None:
    assert set(keys(values())) - commented() == set()


def commented() -> set[str]:
    """Dotted keys of values.yaml that stand below a comment."""
    found, path = set(), [""] * 9
    for above, line in pairwise((CHART / "values.yaml").read_text().splitlines()):
        if key := re.match(r"( *)(\w+):", line):
            depth = len(key[1]) // 2
            path[depth] = key[2]
            if above.strip().startswith("#"):
                found.add(".".join(path[: depth + 1]))
    return found | {"nameOverride"}  # the first line's comment has no line above it


def test_the_schema_knows_every_setting_of_the_agent_and_no_other() -> None:
    known = {key.removeprefix("agent.") for key in schema_keys() if key.startswith("agent.")}

    assert known == {name for name, _ in fields()}


@pytest.mark.parametrize(("name", "field"), list(fields()))
def test_the_schema_has_the_choices_of_the_agent(name: str, field: Any) -> None:
    section, key = name.split(".")
    schema = SCHEMA["properties"]["agent"]["properties"][section]["properties"][key]
    choices = [each for each in get_args(field.annotation) if isinstance(each, str)]

    assert choices == ([] if schema is True else schema.get("enum", []))


def test_the_chart_is_of_the_agents_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert chart["appVersion"] == project["project"]["version"]


def notes(*options: str) -> str:
    sets = [f"--set={option}" for option in options]
    values = f"--values={CASES['default']}"
    return helm("install", "agent", CHART, values, "--dry-run=client", *sets).partition("NOTES:")[2]


def test_notes_warn_of_a_monitor_without_release_label() -> None:
    assert "WARNING: podMonitor.labels is empty" in notes("podMonitor.enabled=true")
    assert "WARNING" not in notes("podMonitor.enabled=true", "podMonitor.labels.release=monitoring")


def test_notes_warn_of_rules_that_look_for_another_job() -> None:
    wanted = 'WARNING: the alerts look for job="agent",namespace="default"'

    assert wanted in notes("prometheusRule.enabled=true")
    assert wanted not in notes("prometheusRule.enabled=true", "podMonitor.enabled=true")


def test_notes_give_the_next_commands() -> None:
    text = notes("agent.web.listen_address=0.0.0.0:8080")

    assert "kubectl --namespace default rollout status statefulset/agent-api-error-agent" in text
    assert "port-forward statefulset/agent-api-error-agent 8080" in text
