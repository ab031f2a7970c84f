"""The page is what Prometheus reads: right types, canonical buckets, exact content type, nothing extra."""

import subprocess

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics

from agent.classify import Outcome, OutcomeType, Reason
from agent.classify.outcome import RateLimit
from agent.events import ApiResponse
from agent.metrics import catalogue
from agent.metrics.delta import Delta
from agent.metrics.exposition import Exposition
from agent.metrics.labels import Labels
from agent.metrics.process import ProcessMetrics
from agent.metrics.tally import Tally
from tests.tools import prometheus
from tests.tools.cache import require

NOW = 1_795_323_600.0
OPENMETRICS = "application/openmetrics-text; version=1.0.0"
LIMITED = Outcome(OutcomeType.RATE_LIMIT, Reason.REQUESTS_PER_MINUTE, "openai", 20.0)


def page(registry: CollectorRegistry, accept: str = "") -> tuple[str, str]:
    """A page with a bit of everything on it, and its content type."""
    tally = Tally(Labels())
    exposition = Exposition(registry, tally.readings)
    delta: Delta = {}
    response = ApiResponse(429, 'open"ai\\', "POST", "/v1/embeddings", 0.3)
    tally.response(delta, response, LIMITED)
    reading = LIMITED._replace(rate_limits=(RateLimit("requests", 100, 0, None),))
    tally.limits(response, reading, NOW)
    tally.add(delta, catalogue.RECORDS, ("events", "0"))
    tally.observe(delta, catalogue.EVENT_AGE, (), 2)
    body, content_type = exposition.page(delta, accept, NOW + 1)
    return body.decode(), content_type


def test_the_text_format_is_the_default() -> None:
    text, content_type = page(CollectorRegistry())

    assert content_type.startswith("text/plain; version=")
    assert "# TYPE api_responses_total counter" in text
    assert 'le="0.1"' in text
    assert 'le="1.0"' in text
    assert 'le="+Inf"' in text
    assert 'provider="open\\"ai\\\\"' in text


def test_openmetrics_is_given_to_who_asks_for_it() -> None:
    text, content_type = page(CollectorRegistry(), OPENMETRICS)

    assert content_type.startswith("application/openmetrics-text; version=")
    assert "# TYPE api_responses counter" in text
    assert text.count("# EOF") == 1
    assert text.endswith("# EOF\n")
    assert len(list(parse_openmetrics(text))) > 5  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("accept", ["", OPENMETRICS])
def test_there_are_no_created_lines(accept: str) -> None:
    assert "_created" not in page(ProcessMetrics("1.2.3").registry, accept)[0]


def test_every_metric_of_the_catalogue_is_there_and_no_other() -> None:
    text, _ = page(ProcessMetrics("1.2.3").registry)

    exported = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    ours = {name for name in exported if not name.startswith(("process_", "python_"))}
    assert ours == {metric.name for metric in catalogue.METRICS}


def test_help_and_kind_stand_as_in_the_catalogue() -> None:
    text, _ = page(ProcessMetrics("1.2.3").registry)

    for metric in catalogue.METRICS:
        assert f"# HELP {metric.name} {metric.help}\n" in text
        assert f"# TYPE {metric.name} {metric.kind}\n" in text


def test_a_limit_of_0_is_shown_and_an_absent_reset_is_not() -> None:
    text, _ = page(CollectorRegistry())

    assert 'api_ratelimit_remaining{provider="open\\"ai\\\\",resource="requests"} 0.0' in text
    assert "api_ratelimit_reset_timestamp_seconds{" not in text


def test_promtool_finds_no_fault() -> None:
    text, _ = page(ProcessMetrics("1.2.3").registry)

    result = subprocess.run(
        [require(prometheus.promtool), "check", "metrics"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout + result.stderr) == (0, "")
