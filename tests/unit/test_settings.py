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


def test_without_anything_the_agent_reads_one_topic_here_and_commits_by_scrape() -> None:
    settings = load()

    assert settings.model_fields_set == set()
    assert (settings.kafka.bootstrap_servers, settings.kafka.topics) == (
        ["localhost:9092"],
        ["api-responses"],
    )
    assert (settings.commit.mode, settings.web.listen_address) == ("scrape", "0.0.0.0:9464")


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


def test_all_problems_are_said_at_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("{kafka: {start: sometimes, topics: []}, labels: {extra: [type]}, wab: {}}")
    monkeypatch.setenv("AGENT_KAFKA__TOPIC", "a")
    monkeypatch.setenv("AGENT_LOG__LEVEL", "loud")

    assert [problem.partition(" is ")[0] for problem in problems(file)] == [
        "AGENT_KAFKA__TOPIC",
        "kafka.topics",
        "kafka.start",
        "labels.extra[0]",
        "AGENT_LOG__LEVEL (log.level)",
        "wab",
    ]


def test_a_flag_is_not_taken_for_the_variable_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_WEB__LISTEN_ADDRESS", "0.0.0.0:9464")

    with pytest.raises(SettingsError, match=r"^web\.listen_address is 'nowhere': "):
        load(None, {"web": {"listen_address": "nowhere"}})


def test_a_section_in_which_everything_is_commented_out_says_nothing(file: Path) -> None:
    file.write_text("kafka:\n  # topics: [a]\n  tls:\n    # ca_file: x\nlog:\n")

    assert load(file).model_dump() == Settings().model_dump()


def test_an_unset_value_is_one_only_where_there_may_be_none(file: Path) -> None:
    file.write_text("kafka: {group_instance_id: null, start: null}")

    (problem,) = problems(file)
    assert problem.startswith("kafka.start is null: ")


def test_what_kubernetes_sets_for_a_service_called_agent_is_none_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AGENT_SERVICE_HOST", "AGENT_SERVICE_PORT_HTTP", "AGENT_PORT", "AGENT_PORT_80_TCP"):
        monkeypatch.setenv(name, "tcp://10.0.0.1:80")

    assert load().model_fields_set == set()


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-22T05:00:00Z", 1795323600),
        ("2026-11-22 06:00:00+01:00", 1795323600),
        ("1795323600", 1795323600),
        ("1795323600.5", 1795323600.5),
        ("1795323600000", 1795323600),
        ("1795323600000e-3", 1795323600),
        ("2012121201212", 2012121201.212),  # digits that could be those of a day and a time
    ],
)
def test_a_start_may_be_a_moment(file: Path, written: str, moment: float) -> None:
    file.write_text(f"kafka: {{start: {written}}}")

    assert load(file).kafka.start_timestamp == moment


@pytest.mark.parametrize(
    "address", [":9464", "0.0.0.0:0", "[::]:9464", "localhost:9464", "my-host.example:1"]
)
def test_addresses_to_listen_on(file: Path, address: str) -> None:
    file.write_text(f"web: {{listen_address: '{address}'}}")

    assert load(file).web.listen_address == address


@pytest.mark.parametrize(
    "brokers",
    ["kafka:9092", "kafka-0.kafka:9092,kafka_1:65535", "[::1]:9092,[2001:db8::2]:9092", "10.0.0.1:1"],
)
def test_brokers(monkeypatch: pytest.MonkeyPatch, brokers: str) -> None:
    monkeypatch.setenv("AGENT_KAFKA__BOOTSTRAP_SERVERS", brokers)

    assert load().kafka.bootstrap_servers == brokers.split(",")
