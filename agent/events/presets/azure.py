"""Azure's resource logs: Azure OpenAI, API Management, Application Gateway and Front Door."""

from collections.abc import Iterable, Mapping

from agent.events import rules
from agent.events.invalid import Field
from agent.events.paths import opened as opened_text
from agent.events.presets.preset import JsonObject, Preset, at, guessed, logged
from agent.events.response import Ending
from agent.events.sources import Rule, Sources

# The categories that tell of calls. Others tell of the same calls again (AzureOpenAIRequestUsage,
# GatewayLlmLogs), of what people do in the portal (Audit), or of the service itself.
_CALLS = frozenset({"requestresponse", "gatewaylogs", "applicationgatewayaccesslog", "frontdooraccesslog"})
_GATEWAY = "gatewaylogs"
# Azure OpenAI names the operation of its REST reference, not the path.
_OPERATIONS = {
    "chatcompletions": "/openai/deployments/{deployment}/chat/completions",
    "completions": "/openai/deployments/{deployment}/completions",
    "embeddings": "/openai/deployments/{deployment}/embeddings",
    "imagegenerations": "/openai/deployments/{deployment}/images/generations",
    "transcriptions": "/openai/deployments/{deployment}/audio/transcriptions",
    "translations": "/openai/deployments/{deployment}/audio/translations",
    "responses": "/openai/responses",
}
# Error handling in API Management policies, lastError.reason.
_REASONS = {
    "clientconnectionfailure": Ending.CLIENT_CLOSED,
    "backendconnectionfailure": Ending.CONNECTION_FAILED,
    "timeout": Ending.UPSTREAM_TIMEOUT,
    "operationnotfound": Ending.NO_ROUTE,
    "ratelimitexceeded": Ending.RATE_LIMITED,
    "quotaexceeded": Ending.RATE_LIMITED,
    "subscriptionkeynotfound": Ending.UNAUTHENTICATED,
    "subscriptionkeyinvalid": Ending.UNAUTHENTICATED,
    "backendcircuitbreakeropen": Ending.OVERFLOW,
}
_BEFORE_THE_BACKEND = frozenset(
    {Ending.NO_ROUTE, Ending.RATE_LIMITED, Ending.UNAUTHENTICATED, Ending.OVERFLOW}
)
_REASON = ("properties.lastError.reason", "LastErrorReason", "properties.errorReason")


def _both(rule: Rule, *names: str) -> Sources:
    """The rule at names below `properties`, beside them, and as a column of a Log Analytics table."""
    return guessed(
        rule,
        *(place for name in names for place in (f"properties.{name}", name, name[:1].upper() + name[1:])),
    )


def _entries(event: JsonObject) -> Iterable[object] | None:
    records = event.get("records")
    return records if isinstance(records, list) else None


def _properties(event: Mapping[str, object]) -> Mapping[str, object]:
    found = event.get("properties")
    found = opened_text(found) if type(found) is str else found
    return found if isinstance(found, Mapping) else {}


def _category(event: Mapping[str, object]) -> str:
    return str(event.get("category") or event.get("Category") or "").lower()


def _is_other(event: JsonObject) -> bool:
    """Whether its category tells of no calls."""
    category = _category(event)
    return (bool(category) and category not in _CALLS) or "metricName" in event


def _ending_of(event: Mapping[str, object]) -> Ending | None:
    error = _properties(event).get("lastError")
    reason = error.get("reason") if isinstance(error, Mapping) else event.get("LastErrorReason")
    return _ending(reason)


def _ending(value: object) -> Ending | None:
    """`lastError.reason` of API Management."""
    return _REASONS.get(str(value).lower())


def _left(value: object) -> int | None:
    """499, where the reason is `ClientConnectionFailure` and no status was written."""
    return 499 if _ending(value) is Ending.CLIENT_CLOSED else None


def _own(event: object) -> str | None:
    """The gateway itself, `azure-apim`, where API Management asked no backend."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    if _category(event) != _GATEWAY and _GATEWAY not in str(event.get("OperationName")).lower():
        return None
    properties, ending = _properties(event), _ending_of(event)
    if properties.get("backendResponseCode") or event.get("BackendResponseCode"):
        return None
    called = properties.get("backendUrl") or event.get("BackendUrl")  # be it in vain
    refused = ending in _BEFORE_THE_BACKEND or not called
    return "azure-apim" if refused and ending is not Ending.CLIENT_CLOSED else None


def _by_resource(value: object) -> str | None:
    """The name `azure`, for a resource of its AI services."""
    return "azure" if "MICROSOFT.COGNITIVESERVICES" in str(value).upper() else None


def _path_of(value: object) -> str | None:
    """The path of Azure OpenAI's operation, such as `ChatCompletions_Create`."""
    return _OPERATIONS.get(str(value).lower().split("_")[0])


def _method_of(value: object) -> str | None:
    """The method of Azure OpenAI's operations on models: POST."""
    return "POST" if _path_of(value) else None


def _error(value: object) -> object:
    """`lastError` of API Management."""
    if not isinstance(value, Mapping):
        return None
    return {"error": {"code": value.get("reason"), "message": value.get("message")}}


AZURE = Preset(
    "Azure's resource logs, as diagnostic settings send them to Event Hubs",
    "learn.microsoft.com, Azure Monitor resource log schema; API Management GatewayLogs schema",
    {
        Field.STATUS: (
            *_both(rules.status, "responseCode", "httpStatusCode", "httpStatus", "statusCode"),
            *guessed(rules.status, "resultSignature", "ResultSignature", "resultCode"),
            *_both(rules.status, "backendResponseCode"),
            *at(_left, *_REASON),
        ),
        Field.PROVIDER: (
            *_both(rules.host, "backendUrl", "url", "requestUri", "originUrl"),
            *at(_by_resource, "resourceId", "ResourceId", "_ResourceId"),
        ),
        Field.METHOD: (
            *_both(rules.method, "method", "httpMethod", "requestMethod"),
            *at(_method_of, "operationName", "OperationName"),
        ),
        Field.PATH: (
            *_both(rules.path, "url", "requestUri", "backendUrl"),
            *at(_path_of, "operationName", "OperationName"),
        ),
        Field.DURATION: (
            *logged(rules.milliseconds, "durationMs", "DurationMs"),
            *_both(rules.milliseconds, "totalTime"),
            *_both(rules.seconds, "timeTaken"),
        ),
        Field.TIMESTAMP: logged(rules.timestamp, "time", "timeStamp", "TimeGenerated", "timestamp"),
        Field.REQUEST_ID: _both(rules.identifier, "correlationId", "trackingReference", "requestId"),
        Field.HEADERS: _both(rules.headers, "responseHeaders", "backendResponseHeaders"),
        Field.ENDING: at(_ending, *_REASON),
    },
    (
        *_both(rules.body, "responseBody", "backendResponseBody"),
        *at(_error, "properties.lastError"),
        *_both(rules.body, "lastErrorMessage", "resultDescription"),
    ),
    attributes={"model": _both(rules.attribute, "modelName", "modelDeploymentName", "deploymentName")},
    entries=_entries,
    is_other=_is_other,
    own=at(_own, "*"),
)
