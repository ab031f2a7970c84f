"""Tencent Cloud (Hunyuan): {Response: {Error: {Code: "A.B", Message}, RequestId}} under HTTP 200.

Codes: cloud.tencent.com/document/product/1729/101847 and its common error codes.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "authfailure": Reason.AUTH_FAILED,
    "authfailure.invalidsecretid": Reason.INVALID_API_KEY,
    "authfailure.secretidnotfound": Reason.INVALID_API_KEY,
    "authfailure.tokenfailure": Reason.INVALID_API_KEY,
    "authfailure.signatureexpire": Reason.EXPIRED_CREDENTIAL,
    "authfailure.unauthorizedoperation": Reason.ACCESS_DENIED,
    "unauthorizedoperation": Reason.ACCESS_DENIED,
    "operationdenied": Reason.ACCESS_DENIED,
    "operationdenied.ipinblacklist": Reason.ACCESS_DENIED,
    "failedoperation": Reason.INTERNAL_ERROR,
    "failedoperation.enginerequesttimeout": Reason.UPSTREAM_TIMEOUT,
    "failedoperation.requesttimeout": Reason.UPSTREAM_TIMEOUT,
    "failedoperation.engineservererror": Reason.INTERNAL_ERROR,
    "failedoperation.engineserverlimitexceeded": Reason.CAPACITY,
    "failedoperation.freeresourcepackexhausted": Reason.QUOTA_EXHAUSTED,
    "failedoperation.resourcepackexhausted": Reason.QUOTA_EXHAUSTED,
    "failedoperation.servicenotactivated": Reason.SERVICE_DISABLED,
    "failedoperation.servicestop": Reason.SERVICE_DISABLED,
    "failedoperation.servicestoparrears": Reason.PAYMENT_OVERDUE,
    "failedoperation.balanceinsufficient": Reason.INSUFFICIENT_CREDITS,
    "failedoperation.userunautherror": Reason.ACCESS_DENIED,
    "failedoperation.imagedecodefailed": Reason.INVALID_MEDIA,
    "failedoperation.imagedownloaderror": Reason.MEDIA_FETCH_FAILED,
    "failedoperation.generateimagefailed": Reason.CONTENT_POLICY,
    "resourceunavailable.inarrears": Reason.PAYMENT_OVERDUE,
    "resourceunavailable.lowbalance": Reason.INSUFFICIENT_CREDITS,
    "resourceunavailable.notexist": Reason.SERVICE_DISABLED,
    "resourceunavailable.resourcepackagerunout": Reason.QUOTA_EXHAUSTED,
    "resourceunavailable": Reason.SERVICE_UNAVAILABLE,
    "resourceinsufficient": Reason.CAPACITY,
    "resourceinsufficient.chargeresourceexhaust": Reason.INSUFFICIENT_CREDITS,
    "resourcessoldout": Reason.CAPACITY,
    "resourcessoldout.chargestatusexception": Reason.BILLING_PROBLEM,
    "resourcenotfound": Reason.RESOURCE_NOT_FOUND,
    "requestlimitexceeded": Reason.RATE_LIMIT_GENERIC,
    "requestlimitexceeded.jobnumexceed": Reason.CONCURRENCY_LIMIT,
    "limitexceeded": Reason.QUOTA_EXHAUSTED,
    "internalerror": Reason.INTERNAL_ERROR,
    "invalidaction": Reason.ENDPOINT_NOT_FOUND,
    "nosuchversion": Reason.UNSUPPORTED_VALUE,
    "nosuchproduct": Reason.ENDPOINT_NOT_FOUND,
    "invalidparameter": Reason.INVALID_REQUEST_GENERIC,
    "invalidparametervalue": Reason.INVALID_VALUE,
    "invalidparametervalue.model": Reason.MODEL_NOT_FOUND,
    "invalidrequest": Reason.INVALID_REQUEST_GENERIC,
    "missingparameter": Reason.MISSING_FIELD,
    "unknownparameter": Reason.UNSUPPORTED_PARAMETER,
    "unsupportedoperation": Reason.UNSUPPORTED_FEATURE,
    "unsupportedoperation.nonwhitelistaccount": Reason.ACCESS_DENIED,
    "unsupportedregion": Reason.REGION_BLOCKED,
    "requestsizelimitexceeded": Reason.PAYLOAD_TOO_LARGE,
    "operationdenied.textillegaldetected": Reason.CONTENT_POLICY,
    "operationdenied.imageillegaldetected": Reason.CONTENT_POLICY,
    "failedoperation.moderationfailed": Reason.CONTENT_POLICY,
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"Response": {"Error": {"Code": code, "Message": message}}}:
            return _evidence(code, message)
        case {"Response": {"ErrorMsg": {"Code": code, "Msg": message}}}:  # inside a stream
            return _evidence(code, message)
    return None


def _evidence(code: object, message: object) -> Evidence:
    """Give the code, and the part before its dot: the second level differs from service to service."""
    whole = fields.word(code)
    head = whole.partition(".")[0]
    return Evidence(fields.words(code, head) if head != whole else fields.words(code), fields.text(message))


HOSTS = {
    "tencentcloudapi.com": "tencent",
    "hunyuan.cloud.tencent.com": "tencent",
    "lkeap.cloud.tencent.com": "tencent",
}
DIALECT = Dialect(
    "tencent",
    "flat",
    recognise,
    CODES,
    provider="tencent",
    others=frozenset({"hunyuan", "lkeap"}),
    keys=frozenset({"Response"}),
    hosts=HOSTS,
)
