"""What Envoy's response flags and response code details say of a call.

Sources: envoyproxy.io, Access logging, RESPONSE_FLAGS and RESPONSE_FLAGS_LONG, and Response code details;
github.com/envoyproxy/envoy, envoy/stream_info/stream_info.h, and the details that its HTTP filters set:
ext_authz, jwt_authn, rbac, ratelimit, local_ratelimit, fault, ext_proc, dynamic_forward_proxy.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from agent.events.response import Ending

NAME = "envoy"


class Meaning(NamedTuple):
    """What a flag or a detail says.

    Attributes:
        status: The code that stands beside the flag in Envoy's documentation or source, for the calls that
            were broken off before one was sent.

        is_own: Whether Envoy itself refused the call, so that no upstream was heard.
    """

    ending: Ending | None = None
    status: int | None = None
    is_own: bool = False


_NOTHING = Meaning()
DELAYED = Meaning(is_own=True)
"""Fault injection made the call wait. It went on then, unless no upstream was heard."""

_FLAGS = {
    ("DC", "DownstreamConnectionTermination"): Meaning(Ending.CLIENT_CLOSED, 499),
    ("DR", "DownstreamRemoteReset"): Meaning(Ending.CLIENT_CLOSED, 499),
    ("UT", "UpstreamRequestTimeout"): Meaning(Ending.UPSTREAM_TIMEOUT, 504),
    ("UMSDR", "UpstreamMaxStreamDurationReached"): Meaning(Ending.UPSTREAM_TIMEOUT, 504),
    ("SI", "StreamIdleTimeout"): Meaning(Ending.UPSTREAM_TIMEOUT, 408),
    ("DT", "DurationTimeout"): Meaning(Ending.UPSTREAM_TIMEOUT, 408),
    ("UC", "UpstreamConnectionTermination"): Meaning(Ending.UPSTREAM_CLOSED, 503),
    ("UR", "UpstreamRemoteReset"): Meaning(Ending.UPSTREAM_CLOSED, 503),
    ("UPE", "UpstreamProtocolError"): Meaning(Ending.FAILED, 502),
    ("LR", "LocalReset"): Meaning(Ending.FAILED, 503),
    ("UF", "UpstreamConnectionFailure"): Meaning(Ending.CONNECTION_FAILED, 503),
    ("DF", "DnsResolutionFailed"): Meaning(Ending.CONNECTION_FAILED, 503),
    ("UH", "NoHealthyUpstream"): Meaning(Ending.NO_HEALTHY_UPSTREAM, 503),
    ("UO", "UpstreamOverflow"): Meaning(Ending.OVERFLOW, 503, is_own=True),
    ("NR", "NoRouteFound"): Meaning(Ending.NO_ROUTE, 404, is_own=True),
    ("NC", "NoClusterFound"): Meaning(Ending.UNAVAILABLE, 503, is_own=True),
    ("RL", "RateLimited"): Meaning(Ending.RATE_LIMITED, 429, is_own=True),
    ("RLSE", "RateLimitServiceError"): Meaning(Ending.FAILED, 500, is_own=True),
    ("UAEX", "UnauthorizedExternalService"): Meaning(Ending.PERMISSION_DENIED, 403, is_own=True),
    ("IH", "InvalidEnvoyRequestHeaders"): Meaning(Ending.INVALID_REQUEST, 400, is_own=True),
    ("DPE", "DownstreamProtocolError"): Meaning(Ending.INVALID_REQUEST, 400, is_own=True),
    ("LH", "FailedLocalHealthCheck"): Meaning(Ending.UNAVAILABLE, 503, is_own=True),
    ("OM", "OverloadManagerTerminated"): Meaning(Ending.UNAVAILABLE, 503, is_own=True),
    ("DO", "DropOverload"): Meaning(Ending.UNAVAILABLE, 503, is_own=True),
    ("UDO", "UnconditionalDropOverload"): Meaning(Ending.UNAVAILABLE, 503, is_own=True),
    ("NFCF", "NoFilterConfigFound"): Meaning(Ending.FAILED, 500, is_own=True),
    ("FI", "FaultInjected"): Meaning(is_own=True),
    ("DI", "DelayInjected"): DELAYED,
}
_BY_WORD = {word.upper(): meaning for words, meaning in _FLAGS.items() for word in words}

# The first that a detail begins with counts.
_DETAILS = (
    ("via_upstream", _NOTHING),
    ("internal_redirect", _NOTHING),
    ("downstream_local_disconnect", _NOTHING),
    ("downstream_remote_disconnect", Meaning(Ending.CLIENT_CLOSED, 499)),
    *((f"http{version}.remote_re", Meaning(Ending.CLIENT_CLOSED, 499)) for version in (2, 3)),
    ("no_healthy_upstream", Meaning(Ending.NO_HEALTHY_UPSTREAM, 503)),
    ("response_timeout", Meaning(Ending.UPSTREAM_TIMEOUT, 504)),
    ("upstream_response_timeout", Meaning(Ending.UPSTREAM_TIMEOUT, 504)),
    ("upstream_per_try", Meaning(Ending.UPSTREAM_TIMEOUT, 504)),
    ("upstream_max_stream_duration", Meaning(Ending.UPSTREAM_TIMEOUT, 504)),
    ("stream_idle_timeout", Meaning(Ending.UPSTREAM_TIMEOUT, 408)),
    ("max_duration_timeout", Meaning(Ending.UPSTREAM_TIMEOUT, 408)),
    ("duration_timeout", Meaning(Ending.UPSTREAM_TIMEOUT, 408)),
    ("dns_", Meaning(Ending.CONNECTION_FAILED, 503)),
    ("upstream_", Meaning(Ending.UPSTREAM_CLOSED, 503)),
    ("route_", _BY_WORD["NR"]),
    ("cluster_not_found", _BY_WORD["NC"]),
    ("filter_chain_not_found", _BY_WORD["NR"]),
    ("local_rate_limited", _BY_WORD["RL"]),
    ("request_rate_limited", _BY_WORD["RL"]),
    ("rate_limiter_error", _BY_WORD["RLSE"]),
    ("ext_authz_denied", _BY_WORD["UAEX"]),
    ("rbac_access_denied", _BY_WORD["UAEX"]),
    ("jwt_authn", Meaning(Ending.UNAUTHENTICATED, 401, is_own=True)),
    ("maintenance_mode", _BY_WORD["OM"]),
    ("overload", _BY_WORD["OM"]),
    ("drop_overload", _BY_WORD["DO"]),
    ("unconditional_drop_overload", _BY_WORD["UDO"]),
    ("http1.", _BY_WORD["DPE"]),
    ("http2.", _BY_WORD["DPE"]),
    ("http3.", _BY_WORD["DPE"]),
    ("", Meaning(is_own=True)),  # any filter may answer by itself, in a word of its own
)
# What stands in the braces of upstream_reset_before_response_started{...} and ..._after_...: why.
_RESETS = (
    ("overflow", _BY_WORD["UO"]),
    ("overload_manager", _BY_WORD["OM"]),
    ("protocol_error", _BY_WORD["UPE"]),
    ("local_re", _BY_WORD["LR"]),
    *((f"{word}connection_failure", _BY_WORD["UF"]) for word in ("", "local_", "remote_")),
    ("connection_timeout", _BY_WORD["UF"]),
)
_FLAG = re.compile(r"[A-Z]+")
_RESET = re.compile(r"upstream_reset_\w+\{(.*)")
_VIA_UPSTREAM = "via_upstream"
_READ, _REMEMBERED = 256, 1024


def meanings(flags: object, details: str) -> tuple[Meaning, ...]:
    """What is known of a call: first by its flags, then by its details.

    The answer of an upstream stays one, whatever Envoy did on the way, as long as it came to its end.

    Args:
        flags: "UF,URX", ["UF", "URX"], or {"upstream_connection_failure": true}.
    """
    if isinstance(flags, Mapping):
        flags = [str(name).replace("_", "") for name, is_set in flags.items() if is_set]
    words = flags if isinstance(flags, list) else [flags]
    told = ",".join(word for word in words if type(word) is str)
    return _meanings(told[:_READ], details[:_READ])


def ending(flags: object) -> Ending | None:
    """How a call ended, by its flags alone."""
    return next((meaning.ending for meaning in meanings(flags, "") if meaning.ending), None)


def refuser(flags: object) -> str | None:
    """`envoy`, where its flags say that it refused the call itself."""
    return NAME if any(meaning.is_own and meaning is not DELAYED for meaning in meanings(flags, "")) else None


@lru_cache(_REMEMBERED)
def _meanings(flags: str, details: str) -> tuple[Meaning, ...]:
    by_flag = [_BY_WORD[flag] for flag in _FLAG.findall(flags.upper()) if flag in _BY_WORD]
    if details.startswith(_VIA_UPSTREAM):
        by_flag = [meaning for meaning in by_flag if not meaning.is_own]
    return (*by_flag, _of_details(details.lower())) if details else tuple(by_flag)


def _of_details(details: str) -> Meaning:
    reset = _RESET.match(details)
    if reset is not None:
        for beginning, meaning in _RESETS:
            if reset[1].startswith(beginning):
                return meaning
    return next(meaning for beginning, meaning in _DETAILS if details.startswith(beginning))
