"""The sections of the settings but kafka, one model each; docs/settings.md is generated from them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from agent.events import MAX_BYTES
from agent.events.presets import DEFAULT, PRESETS
from agent.ledger.ledger import MAX_UNCOMMITTED
from agent.metrics.catalogue import DURATION_BUCKETS, LATE_AFTER
from agent.metrics.labels import BUDGETS, DEFAULT_BUDGET
from agent.metrics.tally import MAX_SERIES
from agent.settings import values, written
from agent.settings.section import DAY, Section

_WEEK = 7 * DAY
_USUAL_BUDGETS = ", ".join(f"{label} {most}" for label, most in BUDGETS.items())


class EventsSettings(Section):
    """How the agent reads a record."""

    preset: Annotated[str, AfterValidator(values.preset)] = Field(
        DEFAULT,
        title=f"one of {', '.join(PRESETS)}",
        description="This is the format of the events (docs/events.md).",
        examples=["kong"],
    )
    fields: Annotated[dict[str, Any], BeforeValidator(values.field_mapping)] = Field(
        {},
        title="a mapping of fields to paths",
        description="This says where single fields stand, in place of what the preset says (docs/events.md).",
        examples=[{"status": "response.status", "duration": {"path": "latencies.request", "unit": "ms"}}],
    )
    each: Annotated[str | None, AfterValidator(values.path)] = Field(
        None,
        title="a path of keys joined by dots",
        description="The list inside a record that holds its events. A record that is a list itself, or is "
        "lines of JSON, is opened without it.",
        examples=["records"],
    )
    unwrap: Annotated[str | None, AfterValidator(values.path)] = Field(
        None,
        title="a path of keys joined by dots",
        description="The place of the event, as an object or as JSON in a string. The whole preset holds "
        "there. A record without it is read as it is.",
        examples=["message"],
    )
    only: Annotated[list[str], BeforeValidator(written.split), AfterValidator(values.conditions)] = Field(
        [],
        title="a condition or a list of them, such as path != /healthz",
        description="Which events count: those for which every condition holds. The others are ignored, "
        "and counted in api_error_agent_ignored_events_total.",
        examples=[["path != /healthz", "method exists"]],
    )
    max_bytes: int = Field(
        MAX_BYTES,
        ge=1024,
        le=100 * 1024 * 1024,
        description="The value of a record may have this many bytes at most. A longer one is not parsed; "
        "it counts as invalid, with the reason too_large.",
        examples=[1048576],
    )


class ClassifySettings(Section):
    """What errors mean, in addition to what the agent knows."""

    rules: Annotated[list[dict[str, Any]], BeforeValidator(values.classify_rules)] = Field(
        [],
        title="a list of rules, each {when: {provider, status, code, type, message}, type, reason}",
        description="These rules of your own come before all that the agent knows, and the first that holds "
        "decides (docs/taxonomy.md).",
        examples=[
            [
                {
                    "when": {
                        "provider": "our-gateway",
                        "status": [403, "5xx"],
                        "message": "budget * used up",
                    },
                    "type": "insufficient_balance",
                    "reason": "spend_limit_reached",
                }
            ]
        ],
    )


class LabelsSettings(Section):
    """Which label values there may be, and how many."""

    extra: Annotated[
        list[values.LabelName], BeforeValidator(written.split), AfterValidator(written.unique)
    ] = Field(
        [],
        title="a list of label names, each of a to z, 0 to 9 and '_'",
        description="These fields of the event become labels of the counters.",
        examples=[["model"]],
    )
    extra_on_histograms: bool = Field(
        default=False,
        description="If true, the duration histogram gets the labels of labels.extra too.",
        examples=[False],
    )
    paths: Annotated[
        list[values.PathTemplate], BeforeValidator(written.split), AfterValidator(written.unique)
    ] = Field(
        [],
        title="a list of paths that begin with /, with {id} for each part that varies",
        description="These path templates are always label values, in addition to the built-in table of "
        "AI-API routes.",
        examples=[["/v1/widgets/{id}"]],
    )
    budgets: Annotated[
        dict[str, Annotated[values.Budget, Field(ge=1, le=1_000_000)]], BeforeValidator(written.parsed)
    ] = Field(
        {},
        title="a mapping of label names to whole numbers from 1 to 1000000",
        description="How many different values a label may have; every further value is counted as other. "
        f"Labels without an entry have {_USUAL_BUDGETS}, and each label of labels.extra {DEFAULT_BUDGET}.",
        examples=[{"path": 200}],
    )
    max_series: int = Field(
        MAX_SERIES,
        ge=1_500,
        le=10_000_000,
        description="There may be this many time series of responses at most, as Prometheus counts them. "
        "What does not fit is counted as other.",
        examples=[10000],
    )

    @model_validator(mode="after")
    def _budgets_name_labels(self) -> "LabelsSettings":
        known = {*BUDGETS, *self.extra}
        wrong = sorted(set(self.budgets) - known)
        if wrong:
            raise ValueError(
                f"budgets name {', '.join(wrong)}; there are {', '.join(sorted(known))}"
                f"{written.did_you_mean(wrong[0], known)}"
            )
        return self


class MetricsSettings(Section):
    """How the agent measures."""

    duration_buckets: Annotated[
        list[values.Bound], BeforeValidator(written.split), AfterValidator(values.ascending)
    ] = Field(
        list(DURATION_BUCKETS),
        title="a list of 1 to 60 numbers above 0, each higher than the one before",
        min_length=1,
        max_length=60,
        description="These are the upper bounds of the buckets of the duration histogram, in seconds.",
        examples=[[0.5, 1, 5, 30, 120]],
    )
    late_after_seconds: float = Field(
        LATE_AFTER,
        gt=0,
        le=_WEEK,
        description="A record that is older than this when it is read counts as late.",
        examples=[300],
    )
    exemplars: Annotated[Literal["off", "request_id", "trace_id"], BeforeValidator(written.off)] = Field(
        "off",
        description="With request_id or trace_id, counters and buckets of responses carry the id of the "
        "newest response in them, for scrapers that ask for OpenMetrics (docs/metrics.md).",
        examples=["trace_id"],
    )
    native_histograms: bool = Field(
        default=False,
        description="If true, a Prometheus that scrapes native histograms gets the duration histogram as "
        "one, beside its buckets (docs/metrics.md).",
        examples=[True],
    )


class CommitSettings(Section):
    """When the agent commits offsets to Kafka."""

    mode: Literal["scrape", "interval"] = Field(
        "scrape",
        description="With scrape, the agent commits an offset when the scrape that carried its events was "
        "delivered, so that no restart loses or repeats an event. With interval, it commits "
        "what it has counted every few seconds (docs/delivery.md says when to choose it).",
        examples=["scrape"],
    )
    interval_seconds: float = Field(
        5, ge=0.1, le=3600, description="With mode interval, the agent commits this often.", examples=[5]
    )
    scraper: Literal["prometheus", "any_request"] = Field(
        "prometheus",
        description="This says which requests are scrapes. With prometheus, they are those with "
        "Prometheus's header X-Prometheus-Scrape-Timeout-Seconds; other requests see the "
        "counts and change nothing. With any_request, they are all requests, for scrapers "
        "that do not send the header.",
        examples=["prometheus"],
    )
    scrapers: Literal["all", "any"] = Field(
        "all",
        description="This matters if several scrape the agent. With all, the agent commits what every one "
        "of them has seen, so that none loses an event. With any, it commits what one of "
        "them has seen, so that a crash repeats nothing for that one.",
        examples=["all"],
    )
    max_uncommitted_seconds: float = Field(
        MAX_UNCOMMITTED,
        ge=1,
        le=_WEEK,
        description="If no scrape was delivered for so long, the agent commits what it has counted "
        "although nobody has seen it. Keep this far below the retention of the topic.",
        examples=[900],
    )
    unfenced_after_seconds: float = Field(
        60,
        ge=1,
        le=DAY,
        description="If the brokers give no answer for so long, the agent shows new counts although it "
        "cannot know whether the partitions still belong to it: an alert in time is worth "
        "more than an exact count.",
        examples=[60],
    )


class WebSettings(Section):
    """Where the agent serves /metrics, and to whom."""

    listen_address: Annotated[str, AfterValidator(values.listen_address)] = Field(
        "0.0.0.0:9464",
        title="host:port, or :port for all interfaces",
        description="The agent serves /metrics, the status page at /, /healthz and /readyz at this address "
        "and port. With port 0 it takes a free port.",
        examples=["0.0.0.0:9464"],
    )
    config_file: Path | None = Field(
        None,
        description="This file sets up TLS, client certificates and passwords for the pages "
        "(docs/web.md). The agent reads it again when it or a certificate changes.",
        examples=["/etc/api-error-agent/web.yaml"],
    )


class LogSettings(Section):
    """What the agent writes to its log, on stderr."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        description="The agent writes lines of this level and of all higher levels.",
        examples=["info"],
    )
    format: Literal["auto", "json", "console"] = Field(
        "auto",
        description="This is the format of the lines; auto is console on a terminal and json elsewhere.",
        examples=["json"],
    )
