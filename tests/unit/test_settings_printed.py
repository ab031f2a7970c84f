"""Settings on paper: docs/settings.md and `check-config --print` say what the agent takes."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from agent.settings import fields, load
from agent.settings.model import is_secret
from agent.settings.printing import in_effect
from agent.settings.words import may_be
from tests.commanding import run

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"\| `([a-z_.]+)` \| (.+) \| (.+) \| `(.*)` \| `(.+)` \| `(.+)` \|")
ROWS = [found.groups() for line in PAGE.read_text().splitlines() if (found := ROW.fullmatch(line))]

# What else must be set with some settings.
COMPANY = {
    "kafka.security_protocol": "{kafka: {sasl: {mechanism: PLAIN, username: a, password: b}}}",
    "kafka.sasl.mechanism": "{kafka: {security_protocol: SASL_SSL, sasl: {username: a, password: b}}}",
    "kafka.sasl.password_file": (
        "{kafka: {security_protocol: SASL_SSL, sasl: {mechanism: PLAIN, username: a}}}"
    ),
    "kafka.tls.cert_file": "{kafka: {security_protocol: SSL, tls: {key_file: k}}}",
    "kafka.tls.key_file": "{kafka: {security_protocol: SSL, tls: {cert_file: c}}}",
}
SASL = "{kafka: {security_protocol: SASL_SSL, sasl: {mechanism: PLAIN, username: a, password: b}}}"
TLS = "{kafka: {security_protocol: SSL}}"


def company(name: str) -> dict[str, dict[str, object]]:
    text = COMPANY.get(name) or (SASL if ".sasl." in name else TLS if ".tls." in name else "{}")
    found: dict[str, dict[str, object]] = yaml.safe_load(text)
    return found


def written(name: str, entry: str) -> str:
    """A file with one entry of the page in its place, and what must stand beside it."""
    content = company(name)
    section: dict[str, object] = content  # type: ignore[assignment]
    for part in name.split(".")[:-1]:
        section = section.setdefault(part, {})  # type: ignore[assignment]
    section.update(yaml.safe_load(entry))
    return yaml.safe_dump(content)


def value(settings: object, name: str) -> object:
    for part in name.split("."):
        settings = getattr(settings, part)
    return settings


def test_every_setting_has_its_row() -> None:
    assert [row[0] for row in ROWS if row[0]] == sorted(
        (name for name, _ in fields()), key=[row[0] for row in ROWS].index
    )


@pytest.mark.parametrize(("name", "entry", "variable"), [(row[0], row[4], row[5]) for row in ROWS])
def test_an_example_means_the_same_in_the_file_and_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, entry: str, variable: str
) -> None:
    with_it, without_it = tmp_path / "with.yaml", tmp_path / "without.yaml"
    with_it.write_text(written(name, entry))
    without_it.write_text(yaml.safe_dump(company(name)))

    from_file = value(load(with_it), name)
    (assignment,) = shlex.split(variable)
    monkeypatch.setenv(*assignment.split("=", 1))

    assert value(load(without_it), name) == from_file
    assert from_file not in (None, [], {})


@pytest.mark.parametrize(
    ("variable", "written", "expected"),
    [
        ("AGENT_KAFKA__TOPICS", "a, b", ["a", "b"]),
        ("AGENT_KAFKA__TOPICS", "a,b,", ["a", "b"]),
        ("AGENT_KAFKA__TOPICS", "[a, 'b']", ["a", "b"]),
        ("AGENT_KAFKA__TOPICS", '["a", "b"]', ["a", "b"]),
        ("AGENT_METRICS__DURATION_BUCKETS", "[0.5, 1]", [0.5, 1]),
        ("AGENT_METRICS__DURATION_BUCKETS", "0.5, 1", [0.5, 1]),
        ("AGENT_LABELS__BUDGETS", '{"path": 3}', {"path": 3}),
        ("AGENT_LABELS__BUDGETS", "path: 3", {"path": 3}),
        ("AGENT_LABELS__EXTRA_ON_HISTOGRAMS", "yes", True),
        ("AGENT_COMMIT__INTERVAL_SECONDS", " 2.5 ", 2.5),
        ("AGENT_KAFKA__GROUP_ID", "007", "007"),
    ],
)
def test_lists_and_mappings_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, variable: str, written: str, expected: object
) -> None:
    monkeypatch.setenv(variable, written)

    assert value(load(), variable.removeprefix("AGENT_").lower().replace("__", ".")) == expected


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kafka.session_timeout_seconds", "a number from 6 to 1800"),
        ("metrics.late_after_seconds", "a number above 0 and at most 604800"),
        ("events.max_bytes", "a whole number from 1024 to 104857600"),
        ("commit.scrapers", "one of all, any"),
        ("kafka.sasl.mechanism", "one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, AWS_MSK_IAM"),
        ("kafka.tls.ca_file", "the path of a file"),
        ("kafka.tls.check_hostname", "true or false"),
        ("kafka.sasl.username", "a string"),
    ],
)
def test_the_page_says_what_a_setting_may_be(name: str, words: str) -> None:
    assert {row[0]: row[2] for row in ROWS}[name] == words


def test_what_is_printed_without_settings_has_every_setting_at_its_default() -> None:
    content = yaml.safe_load(run("check-config", "--print").stdout)

    for name, info in fields():
        found = content
        for part in name.split("."):
            found = found[part]
        assert found == info.get_default(), name


def test_the_complete_file_in_docs_is_taken_and_changes_nothing() -> None:
    assert load(PAGE.with_name("agent.yaml")).model_dump() == load().model_dump()


def test_what_is_printed_explains_every_setting() -> None:
    text = " ".join(run("check-config", "--print").stdout.replace("#", " ").split())

    for _, info in fields():
        assert str(info.description) in text
        assert f"Value: {may_be(info)}." in text


def test_what_is_printed_are_the_settings_in_effect_and_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, printed = tmp_path / "agent.yaml", tmp_path / "printed.yaml"
    file.write_text(
        "kafka: {client_rack: Zürich, security_protocol: SASL_SSL,\n"
        "        sasl: {mechanism: PLAIN, username: me, password: hunter2}}\n"
        "events: {fields: {duration: {path: a.b, unit: ms}, status: ['x: y', '\"#\"']}}\n"
        "labels: {extra: [model], budgets: {model: 7}, paths: ['/v1/{id}']}"
    )
    monkeypatch.setenv("AGENT_KAFKA__TOPICS", "from-the-environment")

    result = run("check-config", "--config.file", str(file), "--print", "--web.listen-address", ":1234")
    printed.write_text(result.stdout)
    monkeypatch.delenv("AGENT_KAFKA__TOPICS")

    assert "hunter2" not in result.output
    assert "\n  client_rack: Zürich\n" in result.stdout
    assert run("check-config", "--config.file", str(printed)).exit_code == 0
    found, wanted = load(printed), load(file)
    assert (found.kafka.topics, found.web.listen_address) == (["from-the-environment"], ":1234")
    assert (found.events, found.labels) == (wanted.events, wanted.labels)


def test_what_is_in_effect_is_known_by_name_with_what_differs_from_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text("kafka: {topics: [a], group_id: api-error-agent}\nevents: {fields: {status: a.b}}")

    found = list(in_effect(load(file)))

    assert [it.name for it in found] == [name for name, _ in fields()]
    assert {it.name: it.value for it in found if not it.is_default} == {
        "kafka.topics": "[a]",
        "events.fields": "{status: a.b}",
    }


def test_no_secret_is_printed() -> None:
    assert [name for name, info in fields() if is_secret(info)] == ["kafka.sasl.password"]


def test_nothing_is_printed_of_wrong_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_LOG__LEVEL", "loud")

    result = run("check-config", "--print")

    assert (result.exit_code, result.stdout) == (2, "")


def test_printing_and_connecting_are_two_things() -> None:
    assert run("check-config", "--print", "--connect").exit_code == 2
