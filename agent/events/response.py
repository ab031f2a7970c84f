"""The value that the rest of the agent works on."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """One finished API call.

    Attributes:
        status: HTTP status code, 100-599; None when the event does not say.

        provider: Who answered, such as "openai"; "unknown" when the event does not say.

        method: HTTP method in upper case; "unknown" when the event does not say.

        path: Request path as sent by the client, not yet a label value.

        duration: Seconds from the first request byte to the last response byte.

        timestamp: Unix seconds at which the response was sent.

        request_id: The provider's or gateway's id of the call.

        attributes: Sources of extra labels, such as model, tenant or region.

        headers: Response headers with lower-case names.

        body: The response body: parsed JSON, text, or None.
    """

    status: int | None = None
    provider: str = "unknown"
    method: str = "unknown"
    path: str = ""
    duration: float | None = None
    timestamp: float | None = None
    request_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
