"""OTLP in protobuf means what it means in JSON."""

import orjson
import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from agent.events import Extractor, InvalidEventError, InvalidReason, otlp_protobuf
from agent.events.presets.otlp import OTLP
from tests.unit.events.samples import SAMPLES, sample
from tests.unit.events.understood import words

HEX_IDS = ("traceId", "spanId", "parentSpanId")


def in_base64(value: object) -> object:
    """What OTLP's JSON writes in hexadecimal digits, protobuf's own JSON writes in base64."""
    if isinstance(value, list):
        return [in_base64(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: "MDEyMzQ1Njc4OWFiY2RlZg==" if key in HEX_IDS else in_base64(held) for key, held in value.items()
    }


def first(request: object) -> object:
    assert isinstance(request, dict)
    assert OTLP.entries is not None
    event = next(iter(OTLP.entries(request) or ()))
    assert isinstance(event, dict)
    return Extractor(("model",), "otlp").extract(event)


def test_a_span_means_the_same_in_protobuf() -> None:
    request = ParseDict(in_base64(sample("otlp")), ExportTraceServiceRequest())

    assert first(otlp_protobuf.read(request.SerializeToString())) == first(sample("otlp"))


def test_a_log_record_means_the_same_in_protobuf() -> None:
    log = orjson.loads((SAMPLES / "otlp" / "log.json").read_bytes())
    request = ParseDict(log, ExportLogsServiceRequest())

    assert first(otlp_protobuf.read(request.SerializeToString())) == first(log)


def test_metrics_in_protobuf_hold_no_calls() -> None:
    metric = {"name": "gen_ai.client.token.usage", "sum": {"dataPoints": [{"asInt": "5"}]}}
    request = ParseDict(
        {"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]}, ExportMetricsServiceRequest()
    )

    found = otlp_protobuf.read(request.SerializeToString())

    assert isinstance(found, dict)
    assert OTLP.entries is not None
    assert OTLP.is_other is not None
    assert all(OTLP.is_other(event) for event in OTLP.entries(found) or () if isinstance(event, dict))


@pytest.mark.parametrize("value", [b"\x0a\xff\xff", b"\x0a\x05ab", b"\x00\x01", b"hello", b""])
def test_what_is_no_protobuf_of_otlp_is_refused(value: bytes) -> None:
    with pytest.raises(InvalidEventError):
        otlp_protobuf.read(value)


def test_without_the_package_the_reason_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_protobuf, "IS_INSTALLED", False)

    with pytest.raises(InvalidEventError) as error:
        otlp_protobuf.read(b"\x0a\x00")

    assert error.value.reason is InvalidReason.PROTOBUF
    assert words(b"\x0a\x00", "otlp") == ["protobuf"]


def test_a_record_in_protobuf_is_opened_as_its_json_is() -> None:
    request = ParseDict(in_base64(sample("otlp")), ExportTraceServiceRequest())

    assert words(request.SerializeToString(), "otlp") == words(sample("otlp"), "otlp")
