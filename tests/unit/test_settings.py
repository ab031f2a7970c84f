"""Settings: file, environment and flags in that order, and every problem at once with its cure."""

from pathlib import Path

import pytest

from agent.settings import Settings, SettingsError, load


def problems(file: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as error:
        load(file)
    return error.value.problems


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "agent.yaml"


def test_without_anything_the_defaults_stand() -> None:
    assert load().model_dump() == Settings().model_dump()


def test_flags_go_over_the_environment_and_that_over_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(
        "{kafka: {topics: [a], group_id: f}, log: {level: debug}, web: {listen_address: '1.1.1.1:1'}}"
    )
    monkeypatch.setenv("AGENT_KAFKA__TOPICS", "b, c")
    monkeypatch.setenv("AGENT_LOG__LEVEL", "error")

    settings = load(file, {"log": {"level": "warning"}})

    assert (settings.kafka.topics, settings.kafka.group_id) == (["b", "c"], "f")
    assert (settings.log.level, settings.web.listen_address) == ("warning", "1.1.1.1:1")


def test_all_problems_are_said_at_once(file: Path) -> None:
    file.write_text("{kafka: {start: sometimes, topics: []}, labels: {extra: [type]}, wab: {}}")

    assert "\n".join(problems(file)) == (
        "kafka.topics is []: List should have at least 1 item after validation, not 0; a right value is"
        " kafka.topics: [api-responses] (or AGENT_KAFKA__TOPICS)\n"
        "kafka.start is 'sometimes': neither latest, earliest nor a moment; a right value is"
        " kafka.start: '2026-11-22T05:00:00Z' (or AGENT_KAFKA__START)\n"
        "labels.extra.0 is 'type': not a free label name: lower-case letters, digits and _; a right value is"
        " labels.extra: [model] (or AGENT_LABELS__EXTRA)\n"
        "wab is no setting; there are kafka, events, labels, metrics, commit, web, log"
    )


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("kafka: {bootstrap_servers: [localhost]}", "kafka.bootstrap_servers.0 is 'localhost'"),
        ("kafka: {topic: a}", "kafka.topic is no setting; there are kafka.bootstrap_servers"),
        ("web: {listen_address: '0.0.0.0:99999'}", "web.listen_address is '0.0.0.0:99999'"),
        ("metrics: {duration_buckets: [2, 1]}", "metrics.duration_buckets is [2, 1]"),
        ("labels: {budgets: {paths: 3}}", "budgets name paths; there are path, provider, status"),
        ("labels: {max_series: 10}", "labels.max_series is 10"),
        ("commit: {interval_seconds: fast}", "commit.interval_seconds is 'fast'"),
        ("log: {level: loud}", "log.level is 'loud'"),
        ("[1, 2]", "agent.yaml holds a list; give a mapping in YAML"),
        ("a: [", "agent.yaml cannot be read"),
    ],
)
def test_a_problem_quotes_the_value_and_names_the_place(file: Path, text: str, quoted: str) -> None:
    file.write_text(text)

    assert quoted in problems(file)[0]


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert "cannot be read" in problems(tmp_path / "none.yaml")[0]


def test_a_variable_that_is_no_setting_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_KAFKA__TOPIC", "a")

    assert problems() == [
        "AGENT_KAFKA__TOPIC is no setting; a right one is AGENT_KAFKA__TOPICS=api-responses"
    ]


def test_what_kubernetes_sets_for_a_service_called_agent_is_none_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AGENT_SERVICE_HOST", "AGENT_SERVICE_PORT_HTTP", "AGENT_PORT", "AGENT_PORT_80_TCP"):
        monkeypatch.setenv(name, "tcp://10.0.0.1:80")

    assert load().model_dump() == Settings().model_dump()


def test_a_start_may_be_a_moment(file: Path) -> None:
    file.write_text("kafka: {start: 2026-11-22T05:00:00Z}")

    assert load(file).kafka.start_timestamp == 1795323600
