"""Values: all documented, all in the schema, and every misuse answered with what to do."""

import copy
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from agent.events.presets import PRESETS
from agent.settings import fields
from docs.src import chart
from release import artefacts
from release.versions import version
from tests.chart.misuse import FINE, MISUSE, WRONG_TYPES
from tests.chart.rendering import CASES, CHART, container, render, values
from tests.tools.cache import ROOT
from tests.tools.helm import Refused, helm, lint

SCHEMA = json.loads((CHART / "values.schema.json").read_text())


@pytest.mark.parametrize(
    ("wrong", "answer"), MISUSE, ids=lambda each: None if isinstance(each, dict) else each[:50]
)
def test_misuse_is_answered_with_what_to_do(wrong: dict[str, Any], answer: str) -> None:
    with pytest.raises(Refused, match=re.escape(answer)):
        render(wrong)


def test_a_password_among_the_values_is_not_repeated() -> None:
    with pytest.raises(Refused) as said:
        render({"kafka": {"sasl": {"password": "hunter2"}}})

    assert "hunter2" not in str(said.value)


@pytest.mark.parametrize("values", FINE, ids=str)
def test_what_only_looks_like_misuse_is_rendered(values: dict[str, Any]) -> None:
    assert render(values)


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
        if is_section(schema) and path != ".global":  # which other charts have more in
            assert schema["additionalProperties"] is False, path


def objects(schema: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The schema of every key, by dotted name; `true` is the schema of a key that the template refuses."""
    yield path, schema
    for key, each in {} if schema is True else schema.get("properties", {}).items():
        yield from objects(each, f"{path}.{key}")


def test_values_and_schema_have_the_same_keys() -> None:
    assert set(keys(values())) - set(schema_keys()) == set()
    ours = {key for key in set(schema_keys()) - refused() if not key.startswith("agent.")}
    assert ours - set(keys(values())) == {"enabled"}


def test_names_of_other_charts_are_answered_wherever_the_schema_lets_them_through() -> None:
    text = (CHART / "templates" / "_validations.tpl").read_text()
    (table,) = re.findall(r'usualNames" -}}\n(.*?){{- end', text, re.DOTALL)
    here = yaml.safe_load(table)

    assert set(here) | {"kafka.sasl.password"} == {n for n in refused() if not n.startswith("agent.")}
    assert set(here.values()) <= {key for key, _ in prefixes(schema_keys())}


def prefixes(names: list[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        yield name, name
        yield name.partition(".")[0], name


def test_the_case_with_everything_sets_everything() -> None:
    everything = set(keys(yaml.safe_load(CASES["everything"].read_text())))
    rarely = {f"agent.kafka.{key}_seconds" for key in ("request_timeout", "stall", "metadata_max_age")}
    rarely |= {"agent.kafka.max_batch_bytes"}
    injected = {
        f"agent.kafka.{key}" for key in ("tls.ca_file", "tls.cert_file", "tls.key_file", "sasl.password_file")
    }
    injected |= {"agent.web.config_file"}

    assert set(schema_keys()) - everything == refused() | rarely | injected


def keys(mapping: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Dotted keys, as deep as the schema knows them."""
    deep = {path.removeprefix(".") for path, schema in objects(SCHEMA, "") if is_section(schema)}
    for key, value in mapping.items():
        if prefix + key in deep:
            yield from keys(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def is_section(schema: Any) -> bool:
    return schema is not True and "properties" in schema


def schema_keys() -> list[str]:
    return [path.removeprefix(".") for path, schema in objects(SCHEMA, "") if path and not is_section(schema)]


def test_every_value_has_its_sentence() -> None:
    assert set(chart.sentences()) - {"agent"} == set(keys(values()))


def refused() -> set[str]:
    """Settings of the agent that have their place elsewhere: the schema lets the template say so."""
    return {path.removeprefix(".") for path, schema in objects(SCHEMA, "") if schema is True}


def test_the_schema_knows_every_setting_of_the_agent_and_no_other() -> None:
    known = {key.removeprefix("agent.") for key in schema_keys() if key.startswith("agent.")}

    assert known == {name for name, _ in fields()}


@pytest.mark.parametrize(("name", "field"), list(fields()))
def test_the_schema_has_the_choices_of_the_agent(name: str, field: Any) -> None:
    schema = dict(objects(SCHEMA, ""))[f".agent.{name}"]
    kinds = [field.annotation, *get_args(field.annotation)]
    choices: list[object] = [each for kind in kinds for each in get_args(kind) if isinstance(each, str)]

    if name == "events.preset":
        choices = list(PRESETS)
    if "off" in choices:
        choices.insert(choices.index("off") + 1, False)  # as YAML reads it
    assert schema is True or schema.get("enum", []) == choices


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("securityProtocol", "security_protocol"), ("sasl.mechanism", "sasl.mechanism")],
)
def test_the_schema_has_the_choices_of_the_login(ours: str, theirs: str) -> None:
    annotation = dict(fields())[f"kafka.{theirs}"].annotation
    choices = [each for kind in (annotation, *get_args(annotation)) for each in get_args(kind)]

    assert set(dict(objects(SCHEMA, ""))[f".kafka.{ours}"]["enum"]) - {""} == set(choices) & set(
        map(str, choices)
    )


def test_the_limit_of_samples_goes_by_the_agents_own_default() -> None:
    templates = (CHART / "templates" / "_validations.tpl").read_text()

    assert f'"max_series" {dict(fields())["labels.max_series"].default} ' in templates


def test_the_chart_is_of_the_agents_version() -> None:
    about = yaml.safe_load((CHART / "Chart.yaml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert about["appVersion"] == project["project"]["version"]


SECTIONS = [path.removeprefix(".") for path, schema in objects(SCHEMA, "") if path and is_section(schema)]
SINGLE = [key for key in keys(values()) if not isinstance(chart.at(values(), key), dict | list)]
EVERYTHING: dict[str, Any] = yaml.safe_load(CASES["default"].read_text()) | {
    key: {"enabled": True} for key in ("podMonitor", "prometheusRule", "dashboards", "networkPolicy")
}


def nothing(name: str) -> dict[str, Any]:
    """Values of which *name* is null, as a block of comments is, with most objects there."""
    *way, last = name.split(".")
    found = copy.deepcopy(EVERYTHING)
    place = found
    for key in way:
        place = place.setdefault(key, {})
    place[last] = None
    return found


@pytest.mark.parametrize("major", [3, 4])
def test_a_block_of_comments_is_as_if_it_were_not_there(major: int) -> None:
    assert render(CASES["blocks-of-comments"], major=major) == render(major=major)


@pytest.mark.parametrize("name", sorted({*SECTIONS, *SINGLE} - {"kafka", "kafka.bootstrapServers"}))
def test_no_null_is_a_crash(name: str) -> None:
    assert render(nothing(name)) == render(without(name))


@pytest.mark.parametrize("name", ["kafka", "kafka.bootstrapServers"])
def test_where_there_is_no_default_it_is_said_what_must_be_set(name: str) -> None:
    with pytest.raises(Refused, match=r"kafka\.bootstrapServers is empty; set your brokers"):
        render(nothing(name))


def without(name: str) -> dict[str, Any]:
    """The values that are not *name*; mostly the same, which are rendered once."""
    section, _, key = name.partition(".")
    if key:
        return (
            EVERYTHING | {section: {k: v for k, v in EVERYTHING[section].items() if k != key}}
            if section in EVERYTHING
            else EVERYTHING
        )
    return {k: v for k, v in EVERYTHING.items() if k != section}


def test_the_chart_says_who_and_what_it_is() -> None:
    about = yaml.safe_load((CHART / "Chart.yaml").read_text())
    (shipped,) = yaml.safe_load(about["annotations"]["artifacthub.io/images"])

    assert about["home"] == about["sources"][0]
    assert about["maintainers"][0]["name"]
    assert about["icon"].startswith("data:image/svg+xml;base64,")
    assert shipped["image"] == container(render())["image"]
    assert yaml.safe_load(about["annotations"]["artifacthub.io/links"])
    assert yaml.safe_load(about["annotations"]["artifacthub.io/changes"])


def test_a_release_fits_into_the_secret_that_helm_keeps_of_it() -> None:
    assert artefacts.stored(json.dumps(render(CASES["everything"]))) < 500_000


def notes(*options: str) -> str:
    sets = [f"--set={option}" for option in options]
    return _notes("--set=image.registry=images.example.org", *sets)


def notes_of(file: Path, more: dict[str, Any]) -> str:
    return _notes(f"--values={file}", *(f"--set-json={key}={json.dumps(each)}" for key, each in more.items()))


def _notes(*given: str) -> str:
    values = f"--values={CASES['default']}"
    return helm("install", "agent", CHART, values, *given, "--dry-run=client").partition("NOTES:")[2]


def test_notes_warn_of_a_monitor_without_release_label() -> None:
    assert "WARNING: podMonitor.labels is empty" in notes("podMonitor.enabled=true")
    assert "WARNING" not in notes("podMonitor.enabled=true", "podMonitor.labels.release=monitoring")


def test_notes_warn_of_rules_that_look_for_another_job() -> None:
    wanted = 'WARNING: the alerts look for job="agent",namespace="default"'

    assert wanted in notes("prometheusRule.enabled=true")
    assert wanted not in notes("prometheusRule.enabled=true", "podMonitor.enabled=true")


def test_notes_say_how_to_come_by_the_image_while_there_is_no_registry() -> None:
    wanted = f"WARNING: image.registry is empty, and no registry has api-error-agent:{version()}"

    assert wanted in notes("image.registry=")
    assert f"kind load docker-image api-error-agent:{version()}" in notes("image.registry=")
    assert "WARNING" not in notes()
    assert "WARNING" not in notes("image.registry=", "global.imageRegistry=mirror.example.org")


def test_notes_know_a_registry_that_is_written_into_the_repository() -> None:
    assert "WARNING" not in notes("image.registry=", "image.repository=ghcr.io/us/api-error-agent")
    assert "WARNING" in notes("image.registry=", "image.repository=us/api-error-agent")


def test_notes_name_the_group_and_the_image() -> None:
    assert (
        f"as group default-agent-api-error-agent, with image images.example.org/api-error-agent:{version()}."
        in notes()
    )


def test_notes_name_what_must_be_there_before_a_pod_starts() -> None:
    text = notes_of(
        CASES["everything"], {"extraEnvFrom": [{"secretRef": {"name": "maybe", "optional": True}}]}
    )

    assert "in namespace ai no pod starts" in text
    assert "\n  secret/kafka-login with secret, id\n" in text  # one Secret, in a file and in the environment
    assert "\n  secret/errors-web with web-config.yaml\n" in text
    assert "\n  secret/regcred\n" in text
    assert "maybe" not in text
    assert "describe secret/errors-tls secret/errors-web secret/kafka-ca " in text
    assert "no pod starts" not in notes()


def test_notes_warn_of_boards_without_the_rules_that_they_show() -> None:
    wanted = "WARNING: the boards show what the rules record, and prometheusRule.enabled is false"

    assert wanted in notes("dashboards.enabled=true")
    assert wanted not in notes("dashboards.enabled=true", "prometheusRule.enabled=true")


def test_notes_ask_for_the_address_of_grafana_that_no_file_of_values_can_know() -> None:
    text = notes_of(CASES["kube-prometheus-stack"], {})

    assert "set prometheusRule.tokens.grafana_url to the address of your Grafana" in text


def test_notes_speak_of_the_namespace_in_values() -> None:
    assert "kubectl --namespace ai rollout status" in notes("namespaceOverride=ai")


def test_notes_give_the_next_commands() -> None:
    text = notes("agent.web.listen_address=0.0.0.0:8080")

    assert "kubectl --namespace default rollout status statefulset/agent-api-error-agent" in text
    assert "port-forward statefulset/agent-api-error-agent 8080" in text


def test_notes_speak_of_the_workload_and_the_scheme_that_there_are() -> None:
    text = notes("workload.kind=Deployment", "web.existingSecret=web", "web.tls=true")

    assert "rollout status deployment/agent-api-error-agent" in text
    assert "curl -sk https://localhost:9464/metrics" in text
    assert "If the web config in Secret web asks for a password, curl needs --user NAME." in text
    assert "helm test agent --namespace default --logs" in text
