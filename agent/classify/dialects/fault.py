"""API gateways: {fault: {faultstring, detail: {errorcode}}} of Apigee, {fault: {code, message}} of WSO2.

Codes: cloud.google.com/apigee/docs, runtime errors; apim.docs.wso2.com, error handling.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    # Apigee
    "policies.ratelimit.quotaviolation": Reason.RATE_LIMIT_GENERIC,
    "policies.ratelimit.spikearrestviolation": Reason.BURST_LIMIT,
    "oauth.v2.invalidapikey": Reason.INVALID_API_KEY,
    "oauth.v2.invalidapikeyforgivenresource": Reason.ACCESS_DENIED,
    "steps.oauth.v2.failedtoresolveapikey": Reason.MISSING_API_KEY,
    "steps.oauth.v2.failedtoresolveaccesstoken": Reason.MISSING_API_KEY,
    "oauth.v2.invalidaccesstoken": Reason.INVALID_API_KEY,
    "keymanagement.service.invalid_access_token": Reason.INVALID_API_KEY,
    "keymanagement.service.access_token_expired": Reason.EXPIRED_CREDENTIAL,
    "messaging.adaptors.http.flow.gatewaytimeout": Reason.GATEWAY_TIMEOUT,
    "messaging.adaptors.http.flow.serviceunavailable": Reason.SERVICE_UNAVAILABLE,
    "messaging.adaptors.http.flow.applicationnotfound": Reason.ENDPOINT_NOT_FOUND,
    # WSO2
    "900800": Reason.RATE_LIMIT_GENERIC,
    "900801": Reason.RATE_LIMIT_GENERIC,
    "900802": Reason.RATE_LIMIT_GENERIC,
    "900803": Reason.RATE_LIMIT_GENERIC,
    "900804": Reason.RATE_LIMIT_GENERIC,
    "900805": Reason.ACCESS_DENIED,
    "900807": Reason.BURST_LIMIT,
    "900900": Reason.AUTH_FAILED,
    "900901": Reason.INVALID_API_KEY,
    "900902": Reason.MISSING_API_KEY,
    "900903": Reason.EXPIRED_CREDENTIAL,
    "900904": Reason.INVALID_API_KEY,
    "900906": Reason.ENDPOINT_NOT_FOUND,
    "900907": Reason.SERVICE_UNAVAILABLE,
    "900908": Reason.ACCESS_DENIED,
    "900909": Reason.ACCESS_DENIED,
    "900910": Reason.ACCESS_DENIED,
    "101503": Reason.UPSTREAM_CONNECT_ERROR,
    "101504": Reason.GATEWAY_TIMEOUT,
    "101508": Reason.GATEWAY_TIMEOUT,
    "303001": Reason.NO_HEALTHY_UPSTREAM,
}

PHRASES = Phrases([("rate limit quota violation", Reason.RATE_LIMIT_GENERIC)])


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"fault": {"faultstring": str(message), **rest}}:
            return Evidence(fields.words(fields.mapping(rest.get("detail")).get("errorcode")), message)
        case {"fault": {"code": code, "message": str(message), **rest}}:
            return Evidence(fields.words(code), f"{message}. {fields.text(rest.get('description'))}")
    return None


DIALECT = Dialect(
    "fault",
    "flat",
    recognise,
    CODES,
    PHRASES,
    states_error=lambda body: bool(body.get("fault")),
    keys=frozenset({"fault"}),
)
