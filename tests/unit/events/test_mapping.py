"""The settings events.fields: where the fields of an own format stand, and what is wrong with them."""

from pathlib import Path

import pytest
import yaml

from agent.events import ApiResponse, Event, Extractor, Field
from agent.events.presets import PRESETS
from agent.settings import Settings, SettingsError, load

OWN = {
    "response": {"status": 429, "body": {"error": {"type": "rate_limit_error"}}, "host": "api.openai.com"},
    "latencies": {"request": 250},
    "started_at": 1795323600000,
    "trace.id": {"value": "t1"},
    "request": {"model": "gpt-5", "verb": ""},
}


def extract(fields: dict[str, object], event: dict[str, object] = OWN, preset: str = "native") -> Event:
    return Extractor(("model",), preset, fields).extract(event)


def read(**fields: object) -> ApiResponse:
    return extract(fields).response


def test_an_own_format_is_mapped_whole() -> None:
    event = extract(
        {
            "status": "response.status",
            "provider": {"value": "OpenAI"},
            "duration": {"path": "latencies.request", "unit": "ms"},
            "timestamp": {"path": "started_at", "unit": "ms"},
            "request_id": '"trace.id".value',
            "body": "response.body",
            "attributes": {"model": "request.model"},
        }
    )

    assert event.bad_fields == ()
    assert event.response == ApiResponse(
        status=429,
        provider="openai",
        duration=0.25,
        timestamp=1795323600,
        request_id="t1",
        attributes={"model": "gpt-5"},
        body={"error": {"type": "rate_limit_error"}},
    )


@pytest.mark.parametrize(("unit", "expected"), [("s", 250), ("ms", 0.25), ("us", 0.00025), ("ns", 2.5e-7)])
def test_a_duration_has_a_unit(unit: str, expected: float) -> None:
    assert read(duration={"path": "latencies.request", "unit": unit}).duration == expected


def test_a_duration_without_a_unit_is_in_seconds() -> None:
    assert read(duration="latencies.request").duration == 250


def test_the_unit_of_a_timestamp_is_told_by_its_size_unless_it_is_given() -> None:
    assert read(timestamp="started_at").timestamp == 1795323600
    assert extract({"timestamp": {"path": "started_at", "unit": "s"}}).bad_fields == (Field.TIMESTAMP,)


def test_of_several_places_the_first_with_a_value_counts() -> None:
    assert read(status=["reply.status", "response.status", {"value": 200}]).status == 429
    assert read(method=["request.verb", {"value": "post"}]).method == "POST"


def test_a_bad_value_ends_the_search() -> None:
    event = extract({"status": ["response.body", {"value": 200}]})

    assert event.response.status is None
    assert event.bad_fields == (Field.STATUS,)


def test_a_mapped_field_is_looked_for_in_no_other_place() -> None:
    assert extract({"path": "request.path"}, {"status": 200, "path": "/v1"}).response.path == ""


def test_an_override_leaves_the_rest_of_a_preset_alone() -> None:
    event: dict[str, object] = {"response": {"status": 200}, "request": {"uri": "/v1"}, "took": 3}

    response = extract({"duration": "took"}, event, "kong").response

    assert (response.status, response.path, response.duration) == (200, "/v1", 3)


def test_a_mapped_provider_may_be_a_host() -> None:
    assert read(provider="response.host").provider == "openai"


def test_a_mapped_body_ends_the_rule_of_the_bare_body() -> None:
    event = {"code": 429, "detail": "slow down"}

    assert extract({"status": "code"}, event).response.body == event
    assert extract({"status": "code", "body": "reply"}, event).response.body is None


def test_a_path_through_what_is_no_object_leads_nowhere() -> None:
    assert extract({"status": "started_at.status"}).response.status is None


def test_a_record_header_is_a_place_like_any_other() -> None:
    extractor = Extractor(fields={"status": "header:X-Status", "body": "*"})

    event = extractor.extract({"detail": "no"}, [("x-status", b"503"), ("x-status", b"200"), ("empty", None)])

    assert event.response == ApiResponse(status=503, body={"detail": "no"})


def test_a_key_of_the_event_is_no_record_header() -> None:
    event: dict[str, object] = {"header:x-status": 200, "headers": {"x-status": 200}}

    assert extract({"status": "header:x-status"}, event).response.status is None
    assert extract({"status": '"header:x-status"'}, event).response.status == 200


@pytest.mark.parametrize(
    ("preset", "fields", "expected"),
    [
        ("native", {}, False),
        ("kong", {}, False),
        ("litellm", {}, False),
        ("cloudevents", {}, True),
        ("kong", {"body": ["reply", "header:x-body"]}, True),
        ("kong", {"attributes": {"model": "header:x-model"}}, True),
    ],
)
def test_record_headers_are_asked_for_only_when_a_place_names_one(
    preset: str, fields: dict[str, object], *, expected: bool
) -> None:
    assert Extractor(("model",), preset, fields).reads_headers is expected


def test_the_mappings_in_the_documentation_work() -> None:
    page = (Path(__file__).parents[3] / "docs" / "events.md").read_text()
    own, in_headers = [yaml.safe_load(part.split("```")[0])["events"] for part in page.split("```yaml")[1:]]
    headers = [("X-Status", b"429"), ("X-Duration-Ms", b"250"), ("X-Path", b"/v1/models")]

    assert extract(own["fields"]).response.request_id == "t1"
    assert Extractor(fields=in_headers["fields"]).extract({"detail": "no"}, headers).response == ApiResponse(
        status=429, duration=0.25, path="/v1/models", body={"detail": "no"}
    )


# --- settings -------------------------------------------------------------------------------------------


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "agent.yaml"
    file.write_text(f"events: {text}")
    return load(file)


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as error:
        settings(tmp_path, text)
    return error.value.problems


RIGHT = (
    "a right value is events.fields: {status: response.status, "
    "duration: {path: latencies.request, unit: ms}} (or AGENT_EVENTS__FIELDS)"
)


def test_an_unknown_preset_is_quoted_beside_the_right_ones(tmp_path: Path) -> None:
    assert problems(tmp_path, "{preset: kongg}") == [
        (
            f"events.preset is 'kongg': no such preset; there are {', '.join(PRESETS)}; did you mean kong?; "
            "a right value is events.preset: kong (or AGENT_EVENTS__PRESET)"
        )
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("staus: a", "events.fields.staus is 'a': no such field; there are status, provider, method, path, "),
        ("path: ''", "events.fields.path is '': '' is not a path: write keys joined by dots, such as "),
        ("path: a..b", "events.fields.path is 'a..b': 'a..b' is not a path: "),
        ("path: 'header:'", "events.fields.path is 'header:': 'header:' is not a path: "),
        ("path: '\"a'", "events.fields.path is '\"a': '\"a' is not a path: "),
        ("path: {path: 5}", "events.fields.path is {'path': 5}: 5 is not a path: "),
        ("path: 5", "events.fields.path is 5: neither a path nor a mapping such as {path: "),
        ("path: []", "events.fields.path is []: an empty list; give at least one path"),
        ("path: [a, '']", "events.fields.path is ['a', '']: '' is not a path: "),
        ("path: {pth: a}", "events.fields.path is {'pth': 'a'}: unknown word pth; there are path, unit, "),
        ("path: {}", "events.fields.path is {}: give {path: "),
        ("path: {path: a, value: b}", "events.fields.path is {'path': 'a', 'value': 'b'}: give {path: "),
        (
            "duration: {path: a, unit: m}",
            "events.fields.duration is {'path': 'a', 'unit': 'm'}: unit 'm' is none of s, ms, us, ns",
        ),
        ("duration: {value: 1, unit: s}", "give {path: "),
        ("path: {path: a, unit: s}", "path has no unit; duration, time_to_first_token, timestamp have"),
        ("status: {value: 999}", "events.fields.status is {'value': 999}: 999 cannot be a status"),
        ("path: {start: a, end: b}", "start and end give a duration; path is none"),
        ("path: {end: b}", "start and end give a duration; path is none"),
        ("duration: {start: a}", "give both start and end"),
        ("duration: {end: a}", "give both start and end"),
        ("path: {prefix: a}", "a prefix is a text that the names of headers begin with"),
        ("headers: {prefix: ''}", "a prefix is a text that the names of headers begin with"),
        ("headers: {prefix: 5}", "a prefix is a text that the names of headers begin with"),
        ("path: a|b", "for one of several places write a list of paths"),
        ("path: 'a[*].b'", "a field is one value; several events in one record are opened by events.each"),
        ("path: $.a.b", "write a.b"),
        ("path: /a/b", "write a.b"),
        ("path: 'a[0].b'", "write a.0.b"),
        ("path: 'a[-1]'", "write a.last"),
        ("path: \"a['b']\"", "write a.b"),
        ("path: \"a['b.c']\"", 'write a."b.c"'),
        ("path: a b.", "write a b"),
        ("path: where(a = b).c", "where(...) stands behind a key that holds a list"),
        ("path: 'header: '", "'header: ' is not a path"),
        ("attributes: model", "events.fields.attributes is 'model': not a mapping such as {model: "),
        ("attributes: {model: ''}", "events.fields.attributes.model is '': '' is not a path: "),
    ],
)
def test_a_bad_mapping_is_quoted_with_its_place_and_a_right_value(
    tmp_path: Path, fields: str, expected: str
) -> None:
    (problem,) = problems(tmp_path, f"{{fields: {{{fields}}}}}")

    assert expected in problem
    assert problem.endswith(RIGHT)


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path, "{preset: x, fields: {attributes: b, staus: a, path: '', duration: {path: a, unit: h}}}"
    )

    assert [problem.split(" is ")[0] for problem in found] == [
        "events.preset",
        "events.fields.attributes",
        "events.fields.staus",
        "events.fields.path",
        "events.fields.duration",
    ]


def test_fields_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_EVENTS__FIELDS", "{status: response.status}")

    assert load().events.fields == {"status": "response.status"}


def test_fields_in_the_environment_that_are_no_yaml_are_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_EVENTS__FIELDS", "{status: [")

    with pytest.raises(SettingsError, match=r"\(events\.fields\) is '\{status: \[': not YAML: "):
        load()


def test_fields_that_are_no_mapping_are_a_problem(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "{fields: [status]}")

    assert problem.endswith(RIGHT)


@pytest.mark.parametrize(
    "condition",
    [
        "status >= 400",
        "status <= 400",
        "path",
        "== x",
        "path =~ [",
        "status == 500 and path == /x",
        "a == b || c exists",
    ],
)
def test_a_condition_that_is_none_is_refused_in_its_own_words(tmp_path: Path, condition: str) -> None:
    (problem,) = problems(tmp_path, f"{{only: ['{condition}']}}")

    assert condition in problem
