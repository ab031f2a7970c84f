"""docs/events.md, from the presets, the rules and the samples of their tests."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from agent.events import mapping
from agent.events.invalid import WHY
from agent.events.presets import DEFAULT, NATIVE, PRESETS, Preset
from agent.events.presets.preset import under
from agent.events.rules import UNITS
from agent.events.sources import Source, Sources
from agent.events.wrappers import MOST_EVENTS, WRAPPERS
from docs.src.markdown import NOTE, listed

SAMPLES = Path(__file__).parents[2] / "tests" / "data" / "events"

RECORDS = f"""
An event is one JSON object for one API response. Only a status or a recognisable error body is needed.

A record of the topic holds one event or several. Without any setting the agent opens

* a list of objects, and lists in it;
* lines of JSON (NDJSON), objects that follow each other without a line break, and JSON text sequences;
* a text that holds JSON (`"{{\\"status\\": 429}}"`);
* gzip, told by its first bytes. It is unpacked up to `events.max_bytes` and never further;
* an envelope: an object without a status of its own that carries an object, or JSON in a text, under one of
  {listed(f"`{key}`" for key in WRAPPERS)}. A header of syslog or of the container runtime before the JSON is
  passed over. `explain` says what was opened.

With a setting:

* `events.each: records` names the list inside a record that holds its events, as in `{{"records": [...]}}`.
* `events.unwrap: message` names the place below which the event stands. The whole preset holds there: its
  places, its rules and its flags. Fields of `events.fields` and extra labels are also looked for beside it.
* `events.only: [path != /healthz]` says which events count; the others are ignored. A condition is
  `FIELD == VALUE`, `!=`, `=~` or `!~` (a regular expression that must fit as a whole), `FIELD exists` or
  `FIELD absent`. FIELD is `status`, `provider`, `method`, `path` (without its query) or `ending` as it was
  read, or else a path in the event. All conditions must hold.

Every record is read or skipped, and every event in it ends as counted, invalid or ignored. One bad entry of a
list is invalid alone; its place is in the log (`first_place`, from 0 on). A record stays whole for offsets: a
crash while it is counted neither loses nor doubles an entry. A record may hold {MOST_EVENTS:,} events; what
comes behind them counts as one invalid event.

* A byte order mark, and a schema-registry prefix (a zero byte and four more) before JSON, are skipped.
* Of a key that stands twice in an object, the last counts.

## The native envelope
"""

FIELDS = """
* A field that cannot be used (a duration of -1, a status of `true`, a timestamp more than a minute ahead of
  the agent's clock) is counted in `api_error_agent_invalid_fields_total` by its name; the event still counts.
* `provider` when nobody names one: from a host or URL, else from the shape of the body, else `unknown`.
* `status` when there is none: the body's own (`statusCode`, or `error.code`, from 100 to 599), else `unknown`
  if the body is a recognisable error.
* `body` is an object, JSON in a string, or plain text: HTML, server-sent events, a cut line of a log.

## Bare error bodies

Under the native preset an error body alone is an event, so that a topic may carry errors only. AI/ML API's
(also without its commas, as that provider's documentation prints it) and PipeLLM's give their status
themselves:

```json
{"message": "...", "path": "/v1/embeddings", "requestId": "...", "statusCode": "403", "timestamp": "..."}
{"error": {"type": "rate_limit_error", "code": "429", "message": "..."}}
```
"""

OWN_FORMAT = """
`events.fields` says where single fields stand, in place of what the preset says of them; the other fields
stay as the preset has them. An empty string and `-` count as no value. A gateway of your own:

```yaml
events:
  fields:
    status: response.status
    body: response.body
    provider: {value: openai}
    duration: {path: latencies.request, unit: ms}
    timestamp: {path: started_at, unit: ms}
    request_id: [request.id, '"trace.id".value']
    attributes: {model: request.model}
```

Responses as they came, with what is known about them in record headers:

```yaml
events:
  fields:
    status: header:x-status
    duration: {path: "header:x-duration-ms", unit: ms}
    path: header:x-path
    body: "*"
```

A place is

* a path: keys joined by dots. A key with a dot in it stands in double quotes: `'"trace.id".value'`. In a list
  stand a place from 0 on (`tries.0.code`), `last` (`tries.last.code`), or the first object with a certain
  value: `attributes.where(key = http.status_code).value.intValue`. A path goes on in a text that holds JSON:
  `ai_log.model`;
* `header:x-status`: a header of the Kafka record, as text. Upper and lower case are the same; of a repeated
  header the first counts. Headers are read only when a place names one;
* `*`: the event as a whole, as the body;
* `{path: ..., unit: ...}`: for a duration (seconds unless it says otherwise) and a timestamp (told by its
  size unless it says otherwise). A text may name its unit itself: `0.182s`, `182ms`, `1m2.5s`, `PT0.5S`,
  `00:00:01.25`;
* `{path: errorCode, absent: 200}`: the value where nothing stands there;
* `{start: begun, end: done}`: the time between two instants, for a duration;
* `{prefix: sent_http_}`: for headers that are keys of the event itself;
* `{value: ...}`: the same for every event;
* a list of these: the first with a value counts. A value that cannot be used ends the search.

And:

* `provider` may lead to a name, a host or a URL; `method` and `path` also to a request line
  (`POST /v1/embeddings HTTP/1.1`); `headers` to an object, to pairs, or to a list of names and values.
* A timestamp is RFC 3339, also with a space or a comma, the time of web servers' logs
  (`20/Nov/2026:10:00:00 +0000`), the date of HTTP headers, or a unix time.
* `model` is short for `attributes.model`, `pool` for `attributes.pool`, and `trace_id` for
  `attributes.trace_id`. A pool is what tells two limits at one provider apart: an account, a project, a
  deployment, a region. Without a place it is the key `pool`, else what the response headers say of it
  (`openai-organization`, `openai-project`, `anthropic-organization-id`, `x-ms-region`,
  `x-ms-deployment-name`, `x-litellm-model-id`, ...). The trace is read for
  `metrics.exemplars` alone. It is an id or a `traceparent`; unless a place is given, it is looked for under
  the usual names, also in the record header `traceparent`.
* `attributes` are the sources of `labels.extra`, by label.
* A mapped `body` ends the rule of the bare error body.
* In the environment the mapping is written in YAML: `AGENT_EVENTS__FIELDS='{status: response.status}'`.
"""

# Rules that go without saying in the tables of presets: the native table has said them.
PLAIN = frozenset(
    {
        "attribute",
        "status",
        "provider",
        "method",
        "text",
        "path",
        "timestamp",
        "identifier",
        "headers",
        "body",
    }
)
SPELLINGS = (
    "Keys may be spelled in any usual way: `responseCode`, `response-code` and "
    '`{"response": {"code": ...}}` are `response_code`.'
)
NOTES = {
    "envoy": "Envoy logs no body, and headers only if its format asks for them, as in `retry-after: "
    '"%RESP(RETRY-AFTER)%"`. '
    f"{SPELLINGS}"
    " A caller who left before an answer (code 0) is 499. Envoy answered itself where a flag "
    "(RL, RLSE, UAEX, UO, NR, NC, FI, IH, DPE, LH, OM, DO, NFCF; DI without an upstream host)"
    " or the details say so (direct_response, route_not_found, the word of a filter), or "
    "where it has a code below 500 and no upstream host: the provider is then `envoy`. A "
    "failed connection and the lack of a healthy upstream (UF, DF, UH) stay the upstream's. "
    "Flags, details and gRPC status say how a call under 200 ended. One record is one "
    "request; the attempt count tells of hidden attempts. The timestamp is the start of the "
    "call.",
    "kong": "A body is there with the AI plugins' `log_payloads`. The provider is `kong` where "
    "`source` says so, or where nothing was proxied (`latencies.proxy` -1, in releases "
    "without `source`); an upstream that was tried and not reached stays the provider. One "
    "record is one request; `tries` and `tried_targets` tell of hidden attempts. The "
    "timestamp is the start of the call.",
    "nginx": "nginx logs no body. `proxy_host` is the host in `proxy_pass`. "
    f"{SPELLINGS}"
    " The provider is `nginx` where `upstream_status` and `upstream_addr` are there and "
    "empty. 000, a caller who left before a status was sent, is 499. One record is one "
    "request; of `504, 200` the first is a hidden attempt.",
    "apisix": "A body is there with `include_resp_body: true`. "
    f"{SPELLINGS}"
    " The provider is `apisix` for an error with neither an upstream's latency or address nor"
    " a first token. One record is one request; `upstream` and `upstream_status` tell of "
    "hidden attempts. The timestamp is the start of the call.",
    "traefik": "Traefik logs no body, and headers only with `fields.headers`. 0, a caller who left "
    "before a status was sent, is 499. The provider is `traefik` where no service gave a "
    "status (`OriginStatus` is 0 or absent); a service without a server stays the provider. "
    "One record is one request; `RetryAttempts` tells of hidden attempts. Calls of Traefik's "
    "own services (`ping@internal`) are ignored. The timestamp is the start of the call.",
    "haproxy": "HAProxy logs no body. "
    f"{SPELLINGS}"
    " -1 with a state that begins with C, a caller who left before a status was sent, is 499."
    " The provider is `haproxy` where the state says that it denied the call or answered "
    "itself (PR, PC, PT, L, R, I, sQ, cR). One record is one request; `retries` tells of "
    "hidden attempts. The timestamp is the start of the call.",
    "caddy": "Caddy logs no body. 0, a caller who left before a status was sent, is 499. Lines of "
    "other loggers than `http.log.access` are ignored. Caddy does not say who answered.",
    "cloudflare": "Bodies are encrypted and not read. The provider is `cloudflare` with `RateLimited`, and "
    "where the edge of a zone refused a call (4xx) before it asked the origin.",
    "litellm": "The message of a failure carries the provider's body. What stands on top of the payload "
    "stands below `metadata` in a spend log. The router logs each attempt as an event of its own. Where "
    "LiteLLM itself refused the call (a key's limit, a budget, a guardrail, no deployment that is not "
    "cooling down), the provider is `litellm`; `error_rate_limit_category` tells, else the class and "
    "the words of the error.",
    "cloudevents": "`data` is an object, JSON in a text, or `data_base64`. In binary mode the value of "
    "the record is the data: its paths begin with `data.` too. Data that names an error may be an error "
    "body alone.",
    "bifrost": "An entry with `status: processing` is ignored: another follows. The attempts of the "
    "trail but the last are hidden attempts. Where a virtual key, a budget or a limit of Bifrost "
    "refused the call, the provider is `bifrost`. The timestamp is the start of the call.",
    "azure": "An object with `records` holds several events. Of categories, `RequestResponse`, "
    "`GatewayLogs`, `ApplicationGatewayAccessLog` and `FrontDoorAccessLog` tell of calls; others are "
    "ignored, as they tell of the same calls again or of none. `properties` may be a text. Where API "
    "Management asked no backend, the provider is `azure-apim`. Azure OpenAI logs no path: that of its "
    "operation stands for it.",
    "otlp": "An export request holds several events, in JSON (`encoding: otlp_json` of the Collector's "
    "Kafka exporter) or in protobuf (`otlp_proto`, its default), which needs "
    "`pip install 'api-error-agent[otlp]'`. A span counts if it names a model or a provider (`gen_ai.*`, "
    "`llm.*`) and no agent, tool or workflow. An HTTP request to a known provider counts if its trace has no "
    "such span in the same record. Of log records also those with an HTTP status count, by the names of the "
    "native envelope in their attributes or body. What is left is ignored. A resource's attributes stand "
    "among those of its spans.",
    "ecs": "Keys may be nested, joined by dots, or both. What tells of no HTTP exchange, no model and "
    "no error is ignored.",
}


def page() -> str:
    presets = "\n".join(_preset(name, shape) for name, shape in PRESETS.items() if name != DEFAULT)
    reasons = "\n".join(f"| `{reason}` | {why} |" for reason, why in WHY.items())
    return f"""{NOTE}
# Events

{RECORDS.strip()}

{_sample(DEFAULT)}
{_native()}
Any other string on the top level can become a label: `labels.extra: [model]`.

{FIELDS.strip()}

## What is invalid

What is not an event is counted once, in `api_error_agent_invalid_events_total`, by `reason`:

| reason | meaning |
|---|---|
{reasons}

## Presets

`events.preset` names the format: {listed(f"`{name}`" for name in PRESETS)}.
Of several places the first with a value counts. Unless the table says otherwise, a field may have the values
that it may have under `{DEFAULT}`. In a log an empty string and `-` count as no value. `*` is the event as a
whole, `header:ce_time` a header of the Kafka record.

{presets}
## An own format

{OWN_FORMAT.strip()}
* Fields: {listed(f"`{name}`" for name in mapping.RULES)}.
* Units: {listed(f"`{unit}`" for unit in UNITS)}.
"""


def _preset(name: str, shape: Preset) -> str:
    return (
        f"### {name}\n\n{shape.title}. Source: {shape.origin}.\n\n{_sample(name)}\n{_fields(shape)}\n"
        f"{REFUSED if shape.own else ''}{NOTES[name]}\n"
    )


REFUSED = (
    "What the gateway answered by itself counts under its own name, whatever the settings say of the "
    "provider. "
)


def _sample(name: str) -> str:
    return f"```json\n{(SAMPLES / f'{name}.json').read_text()}```\n"


def _native() -> str:
    """A row for each rule: of some fields applications have forty names, which nobody reads in one row."""
    rows = "\n".join(
        f"| {'' if number else field} | {_named(group)} | {_sentence(group[0])} |"
        for field, sources in _places(NATIVE).items()
        for number, group in enumerate(_groups(sources))
    )
    return (
        "A new producer should write the first name of each field. The others are those under which\n"
        "applications already log the same things: the first with a value counts, from left to right and\n"
        "from row to row.\n\n"
        f"| field | where it stands | what may stand there |\n|---|---|---|\n{rows}\n"
    )


def _fields(shape: Preset) -> str:
    rows = "\n".join(f"| {field} | {_told(field, sources)} |" for field, sources in _places(shape).items())
    return f"| field | where it stands |\n|---|---|\n{rows}\n"


def _places(shape: Preset) -> dict[str, Sources]:
    """All that a preset reads, by the name that the page gives it."""
    return {
        **{field.value: sources for field, sources in shape.fields.items()},
        **({"body": shape.body} if shape.body else {}),
        **{f"label {name}": sources for name, sources in shape.attributes.items()},
    }


def _told(field: str, sources: Sources) -> str:
    """Paths that share a rule stand together, and the rule behind them unless it goes without saying.

    Places that are those of the native envelope below a key are not listed again.
    """
    parts, at = [], 0
    for start, end, key in _borrowed(field, sources):
        parts += [_grouped(sources[at:start]), f"below `{key}` as under `{DEFAULT}`"]
        at = end
    return "; ".join(filter(None, (*parts, _grouped(sources[at:]))))


def _borrowed(field: str, sources: Sources) -> Iterator[tuple[int, int, str]]:
    """Where the native envelope's sources of a field stand among others, and below which key."""
    native = _places(NATIVE)
    for start, source in enumerate(sources):
        key = source.path.partition(".")[0]
        below = under(key, native.get(field, ()))
        if below and sources[start : start + len(below)] == below:
            yield start, start + len(below), key


def _grouped(sources: Sources) -> str:
    return "; ".join(
        _named(group) + ("" if group[0].rule.__name__ in PLAIN else f" ({_sentence(group[0])})")
        for group in _groups(sources)
    )


def _groups(sources: Sources) -> list[list[Source]]:
    """Sources that follow each other and have one rule, or rules of which the table says nothing."""
    alike = groupby(sources, key=_sentence)
    return [list(group) for _, group in alike]


def _named(group: Sequence[Source]) -> str:
    return listed(f"`{source.path}`" for source in group)


def _sentence(source: Source) -> str:
    sentence = (source.rule.__doc__ or "").splitlines()[0].removesuffix(".")
    is_name = sentence.startswith(("LiteLLM", "RFC", "HTTP"))
    return sentence if is_name else sentence[0].lower() + sentence[1:]
