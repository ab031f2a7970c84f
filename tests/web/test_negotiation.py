"""Who asks for a format gets it if we write it, and else one that we write, under its own name."""

import pytest

from agent.metrics.formats import Format
from agent.web import preferred
from agent.web.negotiation import takes_gzip

TEXTS = (Format.TEXT, Format.OPENMETRICS)
PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
PROTOBUF_FIRST = (
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
)
VICTORIA_METRICS = "text/plain;version=0.0.4;q=1,*/*;q=0.1"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept",
    [
        PROMETHEUS_2,
        PROMETHEUS_3,
        PROTOBUF_FIRST + PROMETHEUS_3,
        "application/openmetrics-text",
        "application/openmetrics-text; version=1.0.0",
        'APPLICATION/OpenMetrics-Text;Version="1.0.0"',
        "application/openmetrics-text, */*",
        "*/*, application/openmetrics-text",
        "application/*",
        "text/plain;q=0.5, application/openmetrics-text;q=0.6",
        "text/plain;q=0, */*;q=0.1",
        "application/openmetrics-text;version=1.0.0,text/plain",
        "text/plain;version=1.0.0,application/openmetrics-text;version=1.0.0;q=0.5",
    ],
)
def test_openmetrics_is_given_to_who_would_rather_have_it(accept: str) -> None:
    assert preferred(accept, TEXTS) is Format.OPENMETRICS


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "text/*",
        "text/plain",
        "text/plain;version=0.0.4",
        "text/plain, application/openmetrics-text;q=0.9",
        "text/plain,application/openmetrics-text",
        "application/openmetrics-text;q=0.1, text/plain;q=0.2",
        "application/openmetrics-text;q=0, */*",
        VICTORIA_METRICS,
        BROWSER,
    ],
)
def test_the_text_format_is_given_to_everybody_else(accept: str) -> None:
    assert preferred(accept, TEXTS) is Format.TEXT


@pytest.mark.parametrize(
    "accept",
    [
        "application/openmetrics-text;version=2.0.0",
        "application/openmetrics-text;version=0.0.1",
        "text/plain;version=1.0.0;escaping=allow-utf-8",
        "text/plain;version=9",
        "application/json",
        ";;,,=",
        ";q=1",
        ",",
    ],
)
def test_who_asks_only_for_what_we_do_not_write_gets_the_text_format(accept: str) -> None:
    assert preferred(accept, TEXTS) is Format.TEXT


@pytest.mark.parametrize("quality", ["", "high", "nan", "inf", "-1", "-0.1", "1.5", "7"])
def test_a_quality_that_is_none_rules_nothing_out_and_wins_over_nothing(quality: str) -> None:
    assert (
        preferred(f"application/openmetrics-text;q={quality}, text/plain;q=0.5", TEXTS) is Format.OPENMETRICS
    )
    assert preferred(f"text/plain, application/openmetrics-text;q={quality}", TEXTS) is Format.TEXT


@pytest.mark.parametrize(
    ("accept_encoding", "is_taken"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("GZIP;q=0.5", True),
        ("*", True),
        ("identity;q=0.5, *;q=0.8", True),
        ("identity, gzip", True),
        ("", False),
        ("deflate", False),
        ("gzip;q=0", False),
        ("*, gzip;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("not-gzip", False),
    ],
)
def test_a_page_is_packed_for_who_wants_it_packed(accept_encoding: str, is_taken: bool) -> None:  # noqa: FBT001
    assert takes_gzip(accept_encoding) is is_taken
