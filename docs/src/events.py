"""docs/events.md, from the presets, the rules and the samples of their tests."""

from itertools import groupby
from pathlib import Path

from agent.events import mapping
from agent.events.invalid import WHY
from agent.events.presets import DEFAULT, NATIVE, PRESETS, Preset
from agent.events.rules import UNITS
from agent.events.sources import Source, Sources
from docs.src.markdown import NOTE, listed

SAMPLES = Path(__file__).parents[2] / "tests" / "data" / "events"

RECORDS = """
One JSON object per record, one record per API response. Only a status or a recognisable error body is
needed.

* A byte order mark, and a schema-registry prefix (a zero byte and four more) before JSON, are skipped.
* Of a key that stands twice in an object, the last counts.
* A record is counted once: as a response, as invalid, or as skipped.

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

* a path: keys joined by dots. A key with a dot in it stands in double quotes: `'"trace.id".value'`;
* `header:x-status`: a header of the Kafka record, as text. Upper and lower case are the same; of a repeated
  header the first counts. Headers are read only when a place names one;
* `*`: the event as a whole, as the body;
* `{path: ..., unit: ...}`: for a duration (seconds unless it says otherwise) and a timestamp (told by its
  size unless it says otherwise);
* `{value: ...}`: the same for every event;
* a list of these: the first with a value counts. A value that cannot be used ends the search.

And:

* `provider` may lead to a name, a host or a URL.
* `attributes` are the sources of `labels.extra`, by label.
* A mapped `body` ends the rule of the bare error body.
* In the environment the mapping is written in YAML: `AGENT_EVENTS__FIELDS='{status: response.status}'`.
"""

# Rules that go without saying in the tables of presets: the native table has said them.
PLAIN = frozenset({"status", "provider", "method", "text", "timestamp", "identifier", "headers", "body"}) | {
    "attribute"
}
NOTES = {
    "envoy": "Envoy logs no body, and headers only if its format asks for them, as in `response_headers: "
    '{retry-after: "%RESP(RETRY-AFTER)%"}`. Where no response was begun (code 0) and the flag stands for no '
    "code, the event is invalid, `no_status`.",
    "kong": "Kong logs no body. A batch (`max_batch_size` above 1) is an array, which is not an event. The "
    "timestamp is the start of the call.",
    "nginx": "nginx logs no body. `proxy_host` is the host in `proxy_pass`.",
    "apisix": "A body is there with `include_resp_body: true`. The timestamp is the start of the call.",
    "litellm": "The message of a failure carries the provider's body.",
    "cloudevents": "`data` is an object, JSON in a string, or `data_base64`. In binary mode the value of the "
    "record is the data: its paths begin with `data.` too. Batches are not events. For data that is an error "
    "body alone, map `body: data`.",
}


def page() -> str:
    presets = "\n".join(_preset(name, shape) for name, shape in PRESETS.items() if name != DEFAULT)
    reasons = "\n".join(f"| `{reason}` | {why} |" for reason, why in WHY.items())
    return f"""{NOTE}
# Events

{RECORDS.strip()}

{_sample(DEFAULT)}
{_fields(NATIVE)}
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
        f"{NOTES[name]}\n"
    )


def _sample(name: str) -> str:
    return f"```json\n{(SAMPLES / f'{name}.json').read_text()}```\n"


def _fields(shape: Preset) -> str:
    places = {
        **{field.value: sources for field, sources in shape.fields.items()},
        **({"body": shape.body} if shape.body else {}),
        **{f"label {name}": sources for name, sources in shape.attributes.items()},
    }
    unsaid = frozenset[str]() if shape is NATIVE else PLAIN
    rows = "\n".join(f"| {field} | {_places(sources, unsaid)} |" for field, sources in places.items())
    return f"| field | where it stands |\n|---|---|\n{rows}\n"


def _places(sources: Sources, unsaid: frozenset[str]) -> str:
    """Paths that share a rule stand together, and the rule behind them unless it goes without saying."""
    groups = groupby(sources, key=lambda source: _says(source, unsaid))
    return "; ".join(listed(f"`{source.path}`" for source in group) + says for says, group in groups)


def _says(source: Source, unsaid: frozenset[str]) -> str:
    if source.rule.__name__ in unsaid:
        return ""
    sentence = (source.rule.__doc__ or "").splitlines()[0].removesuffix(".")
    is_name = sentence.startswith(("LiteLLM", "RFC"))
    return f" ({sentence if is_name else sentence[0].lower() + sentence[1:]})"
