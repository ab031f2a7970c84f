"""What each of Envoy's flags and details says of a call that was broken off before a code was sent."""

import pytest

from agent.events import Extractor

FLAGS = """
DC   DownstreamConnectionTermination   client_closed        499
DR   DownstreamRemoteReset             client_closed        499
UT   UpstreamRequestTimeout            upstream_timeout     504
UMSDR UpstreamMaxStreamDurationReached upstream_timeout     504
SI   StreamIdleTimeout                 upstream_timeout     408
DT   DurationTimeout                   upstream_timeout     408
UC   UpstreamConnectionTermination     upstream_closed      503
UR   UpstreamRemoteReset               upstream_closed      503
UPE  UpstreamProtocolError             failed               502
LR   LocalReset                        failed               503
UF   UpstreamConnectionFailure         connection_failed    503
DF   DnsResolutionFailed               connection_failed    503
UH   NoHealthyUpstream                 no_healthy_upstream  503
UO   UpstreamOverflow                  overflow             503  envoy
NR   NoRouteFound                      no_route             404  envoy
NC   NoClusterFound                    unavailable          503  envoy
RL   RateLimited                       rate_limited         429  envoy
RLSE RateLimitServiceError             failed               500  envoy
UAEX UnauthorizedExternalService       permission_denied    403  envoy
IH   InvalidEnvoyRequestHeaders        invalid_request      400  envoy
DPE  DownstreamProtocolError           invalid_request      400  envoy
LH   FailedLocalHealthCheck            unavailable          503  envoy
OM   OverloadManagerTerminated         unavailable          503  envoy
DO   DropOverload                      unavailable          503  envoy
UDO  UnconditionalDropOverload         unavailable          503  envoy
NFCF NoFilterConfigFound               failed               500  envoy
FI   FaultInjected                     None                 None envoy
DI   DelayInjected                     None                 None envoy
"""
"""Two spellings, how it ended, the code that stands for it, and who answered if that was Envoy."""

DETAILS = """
downstream_remote_disconnect                                          client_closed       499
http2.remote_reset                                                    client_closed       499
http3.remote_refuse                                                   client_closed       499
no_healthy_upstream                                                   no_healthy_upstream 503
response_timeout                                                      upstream_timeout    504
upstream_response_timeout                                             upstream_timeout    504
upstream_per_try_timeout                                              upstream_timeout    504
upstream_per_try_idle_timeout                                         upstream_timeout    504
upstream_max_stream_duration_reached                                  upstream_timeout    504
stream_idle_timeout                                                   upstream_timeout    408
max_duration_timeout                                                  upstream_timeout    408
duration_timeout                                                      upstream_timeout    408
dns_resolution_failure{nodata}                                        connection_failed   503
upstream_reset_before_response_started{connection_termination}        upstream_closed     503
upstream_reset_before_response_started{remote_reset}                  upstream_closed     503
upstream_reset_before_response_started{overflow}                      overflow            503 envoy
upstream_reset_before_response_started{overload_manager}              unavailable         503 envoy
upstream_reset_after_response_started{protocol_error}                 failed              502
upstream_reset_before_response_started{local_reset}                   failed              503
upstream_reset_before_response_started{connection_failure}            connection_failed   503
upstream_reset_before_response_started{local_connection_failure,late} connection_failed   503
upstream_reset_before_response_started{remote_connection_failure}     connection_failed   503
upstream_reset_before_response_started{connection_timeout}            connection_failed   503
route_not_found                                                       no_route            404 envoy
cluster_not_found                                                     unavailable         503 envoy
filter_chain_not_found                                                no_route            404 envoy
local_rate_limited                                                    rate_limited        429 envoy
request_rate_limited                                                  rate_limited        429 envoy
rate_limiter_error                                                    failed              500 envoy
ext_authz_denied                                                      permission_denied   403 envoy
rbac_access_denied_matched_policy[none]                               permission_denied   403 envoy
jwt_authn_access_denied{Jwt_is_missing}                               unauthenticated     401 envoy
maintenance_mode                                                      unavailable         503 envoy
overload                                                              unavailable         503 envoy
drop_overload                                                         unavailable         503 envoy
unconditional_drop_overload                                           unavailable         503 envoy
http1.codec_error                                                     invalid_request     400 envoy
http2.violation.of.messaging.rule                                     invalid_request     400 envoy
http3.invalid_header_field                                            invalid_request     400 envoy
direct_response                                                       None                None envoy
a_word_of_a_filter                                                    None                None envoy
via_upstream                                                          None                None
internal_redirect                                                     None                None
downstream_local_disconnect(pool_drain)                               None                None
"""


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def read(**said: object) -> list[str]:
    event = {"response_code": 0, "path": "/v1/messages", "upstream_cluster": "anthropic"}
    response, _ = Extractor((), "envoy").extract(event | said)
    ending = response.ending.value if response.ending else None
    return [str(ending), str(response.status), *(["envoy"] if response.provider == "envoy" else [])]


@pytest.mark.parametrize("row", rows(FLAGS), ids=lambda row: row[0])
def test_a_flag_says_how_a_call_ended_in_both_of_its_spellings(row: list[str]) -> None:
    short, long, *expected = row

    assert read(response_flags=short) == expected
    assert read(response_flags_long=long) == expected


@pytest.mark.parametrize("row", rows(DETAILS), ids=lambda row: row[0])
def test_details_say_how_a_call_ended(row: list[str]) -> None:
    details, *expected = row

    assert read(response_code_details=details) == expected


def test_an_answer_of_an_upstream_stays_one_though_a_flag_says_that_envoy_refused() -> None:
    assert read(response_code=200, response_flags="RL", response_code_details="via_upstream") == [
        "None",
        "200",
    ]


@pytest.mark.parametrize(("code", "expected"), [(99, 0), (100, 1), (404, 1), (499, 1), (500, 0)])
def test_an_answer_below_500_without_an_upstream_host_is_of_envoy_itself(code: int, expected: int) -> None:
    assert read(response_code=code, upstream_host="-").count("envoy") == expected
