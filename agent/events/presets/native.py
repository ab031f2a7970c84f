"""The agent's own envelope, and the names that applications give the same things in their logs.

Sources of the names: pino-http (res.statusCode, responseTime, err), structlog and python-json-logger (event,
exception, exc_info, asctime), logstash-logback-encoder (@timestamp, stack_trace), Serilog (@t, @x,
StatusCode, Elapsed), zap (ts, msg, error), and OpenTelemetry's and ECS's names in an application's own log.
"""

from agent.events import applog, envoy, grpc, leaving, rules, semconv
from agent.events.invalid import Field
from agent.events.presets import cloudflare, haproxy
from agent.events.presets.preset import Preset, at, guessed, logged

# Words that stand under `status` beside the real status, and the numbers that say that there was no response.
_OUTCOMES = frozenset(
    {
        *("error", "failed", "failure", "fail", "timeout", "cancelled", "canceled", "aborted", "rejected"),
        *("warning", "unknown", "completed"),
    }
)
_SUCCESSES = frozenset({"success", "succeeded", "successful", "ok"})
_WORDS = _OUTCOMES | _SUCCESSES
_NO_RESPONSE = frozenset({0, -1, "0", "000", "-1"})
_ERRORS_FROM = 400
_TEXTS = (
    *("error", "exception", "err", "exc_info", "exc_text", "stack_trace", "@x"),
    *("error_message", "errorMessage", '"error.message"', '"exception.message"', '"exception.type"'),
)
_MESSAGES = ("message", "msg", "event")


def _status(value: object) -> int | None:
    """An HTTP status: 429, "429", "429 Too Many Requests"; a word such as `error` and 0 stand for none."""
    if type(value) is dict and value:
        return None
    if type(value) is str:
        if value.strip().lower() in _WORDS:
            return None
        words = value.split()
        value = words[words[0].lower().startswith("http/")] if len(words) > 1 else value
    return None if type(value) in {int, str} and value in _NO_RESPONSE else rules.status(value)


def _error_status(value: object) -> int | None:
    """An HTTP status of 400 and above."""
    status = rules.status(value)
    return status if status >= _ERRORS_FROM else None


def _succeeded(value: object) -> int | None:
    """200 for `success`, `ok` and true."""
    return 200 if value is True or (type(value) is str and value.lower() in _SUCCESSES) else None


def _request_line(value: object) -> str:
    """The request line of HTTP."""
    if type(value) is not str or " HTTP/" not in value:
        raise ValueError(value)
    return value


def _line_method(value: object) -> str:
    """The method of a request line."""
    return rules.method(_request_line(value))


def _line_path(value: object) -> str:
    """The path of a request line."""
    return rules.path(_request_line(value))


NATIVE = Preset(
    "The agent's own envelope",
    "this page",
    {
        Field.STATUS: (
            *at(_status, "status", "statusCode", "status_code", "http_status", "httpStatus"),
            *at(_status, "http_status_code", "httpStatusCode", "response_status", "responseStatus"),
            *at(_status, "response_code", "responseCode", "response_status_code", "http_code", "StatusCode"),
            *at(_status, "response.status", "response.status_code", "response.statusCode"),
            *at(_status, '"response.status"', '"response.status_code"', "res.statusCode", "res.status"),
            *at(_status, "http.response.status_code", '"http.response.status_code"'),
            *at(_status, "http.status_code", '"http.status_code"', "http.status"),
            *guessed(_error_status, "error.status", "error.status_code", "error.statusCode"),
            *guessed(_error_status, "err.status", "err.statusCode", "err.response.status", "code"),
            *at(applog.status_in, *_TEXTS),
            *at(leaving.closed_request, *_TEXTS, "error_type", "error_class", "status", *_MESSAGES),
            *at(_succeeded, "status", "outcome", "success"),
        ),
        Field.PROVIDER: (
            *at(rules.provider, "provider"),
            *guessed(
                semconv.provider, "vendor", "llm_provider", "llmProvider", "provider_name", "providerName"
            ),
            *guessed(semconv.provider, "model_provider", "ai_provider", "gen_ai.provider.name"),
            *guessed(semconv.provider, '"gen_ai.provider.name"', "gen_ai.system", '"gen_ai.system"'),
            *guessed(rules.host, "host", "url", "base_url", "baseUrl", "api_base", "endpoint", "upstream"),
            *guessed(rules.host, "upstream_host"),
            *guessed(rules.host, "request_url", "uri", "request.url", "request.host", "request.headers.host"),
            *guessed(rules.host, "req.url", "req.headers.host", "http.url", '"http.url"', "url.full"),
            *guessed(rules.host, '"url.full"', "server.address", '"server.address"', "hostname"),
        ),
        Field.METHOD: (
            *at(rules.method, "method"),
            *guessed(rules.method, "http_method", "httpMethod", "request_method", "requestMethod", "verb"),
            *guessed(rules.method, "request.method", "req.method", "http.request.method"),
            *guessed(rules.method, '"http.request.method"', "http.method", '"http.method"', "RequestMethod"),
            *guessed(_line_method, "request", "request_line"),
        ),
        Field.PATH: (
            *at(rules.path, "path"),
            *guessed(rules.path, "url", "endpoint", "uri", "request_uri", "requestUri", "request_path"),
            *guessed(rules.path, "requestPath", "route", "http_path", "request_url", "requestUrl"),
            *guessed(rules.path, "request.path", "request.uri", "request.url", "req.url", "req.path"),
            *guessed(rules.path, "url.path", '"url.path"', "http.route", '"http.route"'),
            *guessed(rules.path, "http.target", '"http.target"', "http.url", '"http.url"', "RequestPath"),
            *guessed(_line_path, "request", "request_line"),
        ),
        Field.DURATION: (
            *at(rules.seconds, "duration_seconds"),
            *at(rules.milliseconds, "duration_ms", "durationMs", "latency_ms", "latencyMs"),
            *at(rules.milliseconds, "response_time_ms", "responseTimeMs", "elapsed_ms", "elapsedMs"),
            *at(rules.milliseconds, "request_time_ms", "took_ms", "responseTime", "Elapsed"),
            *at(rules.seconds, "duration_s", "durationSeconds", "latency_seconds", "latency_s"),
            *at(rules.seconds, "response_time_seconds", "response_time_s", "elapsed_seconds", "elapsed_s"),
            *at(rules.microseconds, "duration_us", "latency_us", "elapsed_us"),
            *at(rules.nanoseconds, "duration_ns", "latency_ns", "event.duration", '"event.duration"'),
            *guessed(rules.with_unit, "duration", "latency", "elapsed", "response_time", "took"),
        ),
        Field.TIME_TO_FIRST_TOKEN: (
            *at(
                rules.seconds, "time_to_first_token", "time_to_first_token_seconds", "ttft_seconds", "ttft_s"
            ),
            *at(rules.milliseconds, "time_to_first_token_ms", "timeToFirstTokenMs", "ttft_ms"),
            *guessed(rules.with_unit, "ttft"),
        ),
        Field.TIMESTAMP: (
            *at(rules.timestamp, "timestamp", "@timestamp", "time", "ts", "datetime"),
            *at(rules.timestamp, "asctime", "@t", "Timestamp", "event_time", "eventTime"),
        ),
        Field.REQUEST_ID: (
            *at(rules.identifier, "request_id", "requestId"),
            *guessed(rules.identifier, "req_id", "reqId", "x_request_id", '"x-request-id"', "RequestId"),
            *guessed(rules.identifier, "req.id", "request.id", "http.request.id", "correlation_id"),
        ),
        Field.ATTEMPTS: at(rules.attempts, "attempts"),
        Field.HEADERS: (
            *at(rules.headers, "headers"),
            *guessed(rules.headers, "response_headers", "responseHeaders", "response.headers", "res.headers"),
            *guessed(rules.headers, "error.headers", "err.headers"),
        ),
        Field.ENDING: (
            *at(leaving.ending, "status", *_TEXTS, "error_type", "error_class", *_MESSAGES),
            *at(grpc.ending, "grpc_status", "grpcStatus"),
            *at(envoy.ending, "response_flags"),
            *at(haproxy.ending, "termination_state"),
        ),
    },
    (
        *at(rules.body, "body"),
        *logged(rules.body, "response_body", "responseBody", "response.body", "error_body", "response_text"),
    ),
    attributes={
        "model": (
            *at(rules.attribute, "model"),
            *guessed(rules.attribute, "model_name", "modelName", "llm_model", "request.model", "model_id"),
            *guessed(rules.attribute, "gen_ai.request.model", '"gen_ai.request.model"'),
        )
    },
    own=(*cloudflare.LIMITED, *at(envoy.refuser, "response_flags")),
)
