"""Replay: what becomes of many records, in numbers that add up."""

import json
from pathlib import Path

import yaml

from agent.settings import own_rules
from tests.commanding import LIMITED, PLAIN, answer, lines, run

TEAPOT = {"provider": "acme", "status": 418, "body": "I am a teapot"}


def test_every_record_ends_as_counted_or_invalid() -> None:
    events = [PLAIN, PLAIN, LIMITED, "{nope", "[1]", "{}", TEAPOT]

    report = answer("replay", "-", stdin=lines(events))

    invalid = sum(it["events"] for it in report["invalid"].values())
    assert (report["records"], report["counted"], invalid, report["skipped"]) == (7, 4, 3, 0)
    assert report["types"] == {
        "ok": {"events": 2, "share": 0.5},
        "rate_limit_error": {"events": 1, "share": 0.25},
        "unknown": {"events": 1, "share": 0.25},
    }
    assert report["reasons"] == [
        {"type": "rate_limit_error", "reason": "rate_limit_generic", "events": 1},
        {"type": "unknown", "reason": "unmapped_status", "events": 1},
    ]


def test_blank_lines_are_no_records_and_lines_may_end_as_on_windows() -> None:
    text = f"\n{json.dumps(PLAIN)}\r\n  \n"

    assert answer("replay", "-", stdin=text)["counted"] == 1


def test_what_is_no_event_is_told_with_the_line_where_the_first_one_stands(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(lines([PLAIN, "{nope", "{nope"]))

    assert answer("replay", str(file))["invalid"] == {"json": {"events": 2, "example": f"{file} line 2"}}


def test_what_nobody_could_classify_is_told_by_what_it_has_in_common() -> None:
    asleep = [TEAPOT | {"body": f"User {number} is asleep"} for number in (1, 2)]
    events = [
        PLAIN,
        asleep[0],
        TEAPOT | {"status": 500},
        asleep[1],
        TEAPOT | {"status": 500, "body": "Internal Error"},
    ]

    first, second = answer("replay", "-", stdin=lines(events))["unclassified"]

    assert first == {
        "provider": "acme",
        "status": "418",
        "type": "unknown",
        "reason": "unmapped_status",
        "skeleton": "User * is asleep",
        "events": 2,
        "place": "stdin line 2",
        "message": "User 1 is asleep",
        "rule": {
            "when": {"provider": "acme", "status": 418, "message": "User * is asleep"},
            "type": "unknown",
            "reason": "unmapped_status",
        },
        "would_change": [],
    }
    assert (second["type"], second["skeleton"], second["events"]) == ("api_error", "I am a teapot", 1)


def test_the_rule_that_is_suggested_does_what_is_said_of_it(tmp_path: Path) -> None:
    known = LIMITED | {
        "provider": "acme",
        "status": 418,
        "body": {"error": {"code": "rate_limit_exceeded", "message": "x y"}},
    }
    events = lines([TEAPOT | {"body": "x"}, known, known])
    (kind,) = answer("replay", "-", stdin=events)["unclassified"]

    assert kind["would_change"] == [
        {"type": "rate_limit_error", "reason": "rate_limit_generic", "events": 2, "place": "stdin line 2"}
    ]
    settings = tmp_path / "agent.yaml"
    rule = kind["rule"] | {"type": "overloaded_error", "reason": "capacity"}
    settings.write_text(json.dumps({"classify": {"rules": [rule]}}))
    report = answer("replay", "-", "--config.file", str(settings), stdin=events)
    assert (report["types"], report["unclassified"]) == (
        {"overloaded_error": {"events": 3, "share": 1.0}},
        [],
    )


def test_people_can_copy_the_rule_into_their_settings() -> None:
    said = run("replay", "-", stdin=lines([TEAPOT])).stdout

    copied = [line.strip() for line in said.splitlines() if line.strip().startswith(("- {", "# "))]
    assert copied[0] == "# 1, such as stdin line 1; would change nothing that is classified now"
    (rule,) = yaml.safe_load("\n".join(copied))
    assert own_rules.problems([rule]) == []


def test_a_body_without_words_is_caught_by_its_code_or_by_its_status() -> None:
    events = [
        TEAPOT | {"body": {"code": "KettleDry", "message": "17"}},
        TEAPOT | {"status": 419, "body": None},
    ]

    found = answer("replay", "-", stdin=lines(events))["unclassified"]

    assert [it["rule"]["when"] for it in found] == [
        {"provider": "acme", "status": 418, "code": "kettledry"},
        {"provider": "acme", "status": 419},
    ]


def test_a_message_is_shortened() -> None:
    report = answer("replay", "-", stdin=lines([TEAPOT | {"body": "tea " * 500}]))

    assert len(report["unclassified"][0]["message"]) == 200


def test_fields_that_cannot_be_used_are_told() -> None:
    report = answer("replay", "-", stdin=lines([PLAIN, PLAIN | {"duration_ms": -1}]))

    assert report["invalid_fields"] == {"duration": {"events": 1, "example": "stdin line 2"}}


def test_what_was_folded_and_how_many_series_there_are_is_told(tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text("labels: {budgets: {path: 2}}")
    events = [PLAIN | {"path": f"/own/{word}"} for word in ("a", "b", "c", "d")]

    report = answer("replay", "-", "--config.file", str(file), stdin=lines(events))

    assert (report["folded"], report["series"]) == ({"path": 2}, 3)


def test_people_see_the_same_numbers() -> None:
    said = run("replay", "-", stdin=lines([PLAIN, LIMITED, TEAPOT, "{nope"])).stdout

    assert said.startswith("stdin: 4 records, 0 unreadable; 4 events, 3 counted, 1 invalid, 0 ignored; ")
    assert "acme 418 unknown/unmapped_status  1  such as stdin line 3: I am a teapot" in said
    assert "json  1  such as stdin line 4" in said


def test_nothing_to_read_ends_with_1() -> None:
    result = run("replay", "-", stdin="\n")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "stdin: there is no record" in result.stderr


def test_the_same_advice_on_many_values_is_one_line() -> None:
    events = [{"provider": "acme", "response": {"http_status": code}} for code in (200, 429, 503)]

    report = json.loads(run("replay", "-", "--format", "json", stdin=lines(events)).stdout)

    (advice,) = report["advice"]
    assert advice.startswith("3 of the first 3 records: `response.http_status` holds 200: set ")


def test_a_file_of_which_all_is_ignored_is_not_told_as_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text("events: {only: [path != /v1/embeddings]}")

    result = run("replay", "-", "--config.file", str(file), stdin=lines([PLAIN, PLAIN]))

    assert result.exit_code == 1
    assert "stdin: 2 events, and each is ignored: see events.only and events.preset" in result.stderr
    assert "can be read" not in result.stderr


def test_one_record_is_told_in_the_singular() -> None:
    said = run("replay", "-", stdin=lines([PLAIN])).stdout

    assert said.startswith("stdin: 1 record, 0 unreadable; 1 event,")
