"""OTLP: spans and log records of model calls."""

from collections.abc import Mapping

from agent.events import applog, grpc, leaving, otlp, otlp_protobuf, rules, semconv
from agent.events.invalid import Field
from agent.events.presets.native import NATIVE
from agent.events.presets.preset import JsonObject, Preset, at, guessed, if_usable, under
from agent.events.response import CLOSED_REQUEST, Ending
from agent.events.sources import Rule, Source, Sources, compiled, first

_OK, _ERROR = {"", "0", "1", "STATUS_CODE_UNSET", "STATUS_CODE_OK"}, {"2", "STATUS_CODE_ERROR"}
_LONGEST = 20  # digits of 64 bits
_HEADER = "http.response.header."
_WAITED = ("timeout", "timed out", "timed_out", "deadline")


def _attribute(rule: Rule, *names: str) -> Sources:
    """The rule at attributes, whose names have dots."""
    return guessed(rule, *(f'attributes."{name}"' for name in names))


def _from_log(field: Field) -> Sources:
    """The names of the native envelope, in a log record that an application has filled with its own."""
    sources = NATIVE.fields[field]
    return (*under("attributes", sources), *under("body", sources))


def _ns(event: object, name: str) -> int:
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    digits = str(event.get(name))
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST else 0


def _duration(event: object) -> float | None:
    """`endTimeUnixNano` less `startTimeUnixNano`."""
    start, end = _ns(event, "startTimeUnixNano"), _ns(event, "endTimeUnixNano")
    return rules.nanoseconds(end - start) if start and end else None


def _instant(value: object) -> float | None:
    """A unix time in ns; 0 stands for none."""
    return None if str(value) == "0" else rules.timestamp_in("ns")(value)


def _failed(event: Mapping[str, object]) -> bool:
    """Whether a span says so itself, or names an error."""
    status = event.get("status")
    code = str(status.get("code", "")) if isinstance(status, Mapping) else ""
    return code in _ERROR or (code in _OK and bool(_named(event)))


def _named(event: Mapping[str, object]) -> str:
    """The error's type, of the span or of its exception."""
    attributes, raised = otlp.flat(event.get("attributes")), event.get("exception")
    inside = raised.get("exception.type") if isinstance(raised, Mapping) else None
    kinds = (attributes.get("error.type"), attributes.get("exception.type"), inside)
    return next((kind for kind in kinds if type(kind) is str and kind), "")


def _described(event: Mapping[str, object]) -> str:
    """What the exception, the span's status or an attribute says of the error."""
    attributes, raised, status = (
        otlp.flat(event.get("attributes")),
        event.get("exception"),
        event.get("status"),
    )
    said = (
        raised.get("exception.message") if isinstance(raised, Mapping) else None,
        attributes.get("exception.message"),
        status.get("message") if isinstance(status, Mapping) else None,
        attributes.get("error.message"),
    )
    return next((text for text in said if type(text) is str and text), "")


def _succeeded(event: object) -> int | None:
    """200 for a span that tells of no error."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    return 200 if otlp.is_span(event) and not _failed(event) else None


def _error(event: object) -> object:
    """The error's type, and what the exception or the span's status says."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    kind, message = _named(event), _described(event)
    if not (kind or message) or (otlp.is_span(event) and not _failed(event)):
        return None
    return {"error": {"type": kind or None, "message": message}}


def _ending(event: object) -> Ending | None:
    """The caller left, a wait ended, or another failure: by the error of a span."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    kind, message = _named(event), _described(event)
    if leaving.ending(kind) or leaving.ending(message):
        return Ending.CLIENT_CLOSED
    if not otlp.is_span(event) or not _failed(event) or _error_status(event) is not None:
        return None
    words = f"{kind} {message[:512]}".lower()
    return Ending.UPSTREAM_TIMEOUT if any(word in words for word in _WAITED) else Ending.FAILED


def _error_status(event: object) -> int | None:
    """The status that the exception or the span's status tells of, as in `Error code: 429`."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    return first(event, _STATUS_STEPS) or applog.status_in(_described(event))  # type: ignore[return-value]


def _left(event: object) -> int | None:
    """499, where the caller left."""
    return CLOSED_REQUEST if _ending(event) is Ending.CLIENT_CLOSED else None


def _post(value: object) -> str | None:
    """The method of a model's call: POST."""
    return "POST" if value else None


def _headers(value: object) -> dict[str, str] | None:
    """`http.response.header.*`."""
    return rules.headers_with(_HEADER, value)


_STATUS = (
    *_attribute(rules.status, "http.response.status_code", "http.status_code"),
    *_attribute(rules.status, "error.type", "gen_ai.response.status_code"),
    *_from_log(Field.STATUS),
)
_STATUS_STEPS = compiled(Source(path, if_usable(rule)) for path, rule in _STATUS)


def _is_other(event: JsonObject) -> bool:
    """Whether it is no call of a model: of a log record that names none, whether it also has no status."""
    is_call = otlp.is_call(event)
    return first(otlp.opened(event), _STATUS_STEPS) is None if is_call is None else not is_call


OTLP = Preset(
    "OpenTelemetry's OTLP: traces and logs, as the Collector's Kafka exporter writes them",
    "github.com/open-telemetry: opentelemetry-proto; semantic-conventions, gen-ai",
    {
        Field.STATUS: (*_STATUS, *at(_left, "*"), *at(_error_status, "*"), *at(_succeeded, "*")),
        Field.PROVIDER: (
            *_attribute(rules.host, "server.address", "url.full", "http.url", "net.peer.name"),
            *_attribute(
                semconv.provider, "gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system"
            ),
            *_from_log(Field.PROVIDER),
        ),
        Field.METHOD: (
            *_attribute(rules.method, "http.request.method", "http.method"),
            *_from_log(Field.METHOD),
            *_attribute(_post, "gen_ai.operation.name", "gen_ai.request.model", "llm.request.type"),
        ),
        Field.PATH: (
            *_attribute(rules.path, "url.path", "http.route", "http.target", "url.full", "http.url"),
            *_from_log(Field.PATH),
        ),
        Field.DURATION: (*at(_duration, "*"), *_from_log(Field.DURATION)),
        Field.TIME_TO_FIRST_TOKEN: (
            *_attribute(rules.seconds, "gen_ai.response.time_to_first_chunk"),
            *_attribute(
                rules.seconds, "gen_ai.response.time_to_first_token", "gen_ai.server.time_to_first_token"
            ),
            *_attribute(rules.milliseconds, "ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"),
            *_from_log(Field.TIME_TO_FIRST_TOKEN),
        ),
        Field.TIMESTAMP: at(_instant, "endTimeUnixNano", "timeUnixNano", "observedTimeUnixNano"),
        Field.REQUEST_ID: (
            *_attribute(rules.identifier, "gen_ai.response.id", "http.request.id", "aws.request_id"),
            *_from_log(Field.REQUEST_ID),
        ),
        Field.HEADERS: (*at(_headers, "attributes"), *_from_log(Field.HEADERS)),
        Field.ENDING: (
            *_attribute(grpc.ending, "rpc.grpc.status_code", "rpc.response.status_code"),
            *at(_ending, "*"),
            *_from_log(Field.ENDING),
        ),
    },
    (
        *_attribute(rules.body, "http.response.body", "http.response.body.content"),
        *under("attributes", NATIVE.body),
        *under("body", NATIVE.body),
        *at(_error, "*"),
        *at(applog.error_in, "body"),
    ),
    attributes={
        "model": (
            *_attribute(rules.attribute, "gen_ai.request.model", "gen_ai.response.model", "llm.model_name"),
            *under("attributes", NATIVE.attributes["model"]),
            *under("body", NATIVE.attributes["model"]),
        )
    },
    under="attributes.",
    opened=otlp.opened,
    entries=otlp.entries,
    is_other=_is_other,
    parse=otlp_protobuf.read,
)
