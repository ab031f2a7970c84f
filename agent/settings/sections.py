"""The sections of the settings, one model each; docs/settings.md is generated from them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from agent.events import MAX_BYTES
from agent.events.presets import DEFAULT, PRESETS
from agent.events.rules import timestamp
from agent.ledger.ledger import MAX_UNCOMMITTED
from agent.metrics.catalogue import DURATION_BUCKETS, LATE_AFTER
from agent.metrics.labels import BUDGETS
from agent.metrics.tally import MAX_SERIES
from agent.settings import values
from agent.settings.values import Address, LabelName


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class KafkaTlsSettings(Section):
    """Files for TLS to the brokers, in PEM; read again when they change."""

    ca_file: Path | None = Field(
        None,
        description="Authorities that may have signed the brokers' certificates; without it, the system's.",
        examples=["/etc/api-error-agent/kafka/ca.crt"],
    )
    cert_file: Path | None = Field(
        None,
        description="Our own certificate, where brokers ask for one.",
        examples=["/etc/api-error-agent/kafka/tls.crt"],
    )
    key_file: Path | None = Field(
        None, description="The key of our certificate.", examples=["/etc/api-error-agent/kafka/tls.key"]
    )
    check_hostname: bool = Field(
        default=True, description="Whether a broker's certificate must name its host.", examples=[True]
    )

    @model_validator(mode="after")
    def _certificate_and_key(self) -> "KafkaTlsSettings":
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file need each other; set both or none")
        return self

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(path for path in (self.ca_file, self.cert_file, self.key_file) if path)


class KafkaSaslSettings(Section):
    """Who we are to the brokers."""

    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"] | None = (
        Field(
            None, description="How we say so, with a security_protocol of SASL_*.", examples=["SCRAM-SHA-512"]
        )
    )
    username: str | None = Field(
        None, description="User of PLAIN and SCRAM; client id of OAUTHBEARER.", examples=["api-error-agent"]
    )
    password: SecretStr | None = Field(
        None, description="Password of PLAIN and SCRAM; client secret of OAUTHBEARER.", examples=["..."]
    )
    password_file: Path | None = Field(
        None,
        description="The same from a file, which is read whenever the client is built.",
        examples=["/etc/api-error-agent/kafka/password"],
    )
    token_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="Token endpoint of OAUTHBEARER (client credentials).",
        examples=["https://login.example.org/oauth2/token"],
    )
    scope: str | None = Field(None, description="Scope to ask the token endpoint for.", examples=["kafka"])
    region: str | None = Field(None, description="Region of AWS_MSK_IAM.", examples=["eu-central-1"])

    @model_validator(mode="after")
    def _what_the_mechanism_needs(self) -> "KafkaSaslSettings":
        missing = [name for name in _NEEDED.get(self.mechanism or "", ()) if getattr(self, name) is None]
        has_password = self.password is not None or self.password_file is not None
        if "username" in _NEEDED.get(self.mechanism or "", ()) and not has_password:
            missing.append("password_file (or password)")
        if missing:
            raise ValueError(f"mechanism {self.mechanism} needs {', '.join(missing)}")
        if self.password is not None and self.password_file is not None:
            raise ValueError("password and password_file are both set; keep one")
        return self


_NEEDED = {
    "PLAIN": ("username",),
    "SCRAM-SHA-256": ("username",),
    "SCRAM-SHA-512": ("username",),
    "OAUTHBEARER": ("username", "token_url"),
    "AWS_MSK_IAM": ("region",),
}


class KafkaSettings(Section):
    """Where the events are."""

    bootstrap_servers: Annotated[list[Address], BeforeValidator(values.split)] = Field(
        ["localhost:9092"],
        min_length=1,
        description="Brokers to start from.",
        examples=[["kafka-0.kafka:9092", "kafka-1.kafka:9092"]],
    )
    topics: Annotated[list[str], BeforeValidator(values.split)] = Field(
        ["api-responses"],
        min_length=1,
        description="Topics to read. The agent never creates one; it waits until they exist.",
        examples=[["api-responses"]],
    )
    group_id: str = Field(
        "api-error-agent", min_length=1, description="Consumer group.", examples=["api-error-agent"]
    )
    group_instance_id: str | None = Field(
        None,
        description="Stable identity of this process in the group (static membership): a restart then "
        "disturbs nobody. Only where the identity is really stable, such as a StatefulSet's pod name.",
        examples=["api-error-agent-0"],
    )
    client_id: str = Field(
        "api-error-agent", description="Name under which brokers log us.", examples=["api-error-agent"]
    )
    client_rack: str | None = Field(
        None,
        description="Availability zone that we run in, as brokers name theirs in broker.rack: we then fetch "
        "from a replica in it where brokers have a RackAwareReplicaSelector (KIP-392).",
        examples=["eu-central-1a"],
    )
    start: Annotated[str, BeforeValidator(values.start)] = Field(
        "latest",
        description="Where a new group begins: latest, earliest, or a moment (RFC 3339 or unix time).",
        examples=["2026-11-22T05:00:00Z"],
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT",
        description="How brokers are spoken to, in Kafka's own words.",
        examples=["SASL_SSL"],
    )
    tls: KafkaTlsSettings = KafkaTlsSettings()
    sasl: KafkaSaslSettings = KafkaSaslSettings()
    session_timeout_seconds: float = Field(
        45,
        ge=1,
        le=1800,
        description="Silence after which the group takes our partitions away; a multiple of 3 s heartbeats.",
        examples=[45],
    )
    request_timeout_seconds: float = Field(
        40,
        ge=10,  # of three quarters, which the group waits for us, letting go takes 3 s and a lease 3 s
        le=600,
        description="Longest wait for a broker's answer.",
        examples=[40],
    )
    stall_seconds: float = Field(
        60,
        ge=1,
        description="Time without an answer for any partition after which the client is built anew.",
        examples=[60],
    )
    metadata_max_age_seconds: float = Field(
        60, ge=1, description="Time after which new partitions and topics are noticed.", examples=[60]
    )
    max_batch_bytes: int = Field(
        64 * 1024 * 1024,
        ge=1024 * 1024,
        description="Largest batch of records that is read, in bytes once it is unpacked. A larger one is "
        "skipped and counted, without being unpacked.",
        examples=[67108864],
    )

    @model_validator(mode="after")
    def _protocol_fits(self) -> "KafkaSettings":
        uses_sasl, uses_tls = (
            self.security_protocol.startswith("SASL"),
            self.security_protocol.endswith("SSL"),
        )
        if uses_sasl != (self.sasl.mechanism is not None):
            raise ValueError(
                f"security_protocol {self.security_protocol} and sasl.mechanism {self.sasl.mechanism} do not "
                "fit; a right pair is security_protocol: SASL_SSL and sasl.mechanism: SCRAM-SHA-512"
            )
        if self.tls.files and not uses_tls:
            raise ValueError(
                f"tls has files, but security_protocol is {self.security_protocol}; set SSL or SASL_SSL"
            )
        return self

    @property
    def start_timestamp(self) -> float:
        """The moment that start names, in unix seconds; start must not be latest or earliest."""
        return timestamp(self.start)


class EventsSettings(Section):
    """How a record is read."""

    preset: Annotated[str, AfterValidator(values.preset)] = Field(
        DEFAULT,
        description=f"Wire shape of the events: {', '.join(PRESETS)} (docs/events.md).",
        examples=["kong"],
    )
    fields: Annotated[dict[str, Any], BeforeValidator(values.field_mapping)] = Field(
        {},
        description="Where single fields stand, in place of what the preset says (docs/events.md).",
        examples=[{"status": "response.status", "duration": {"path": "latencies.request", "unit": "ms"}}],
    )
    max_bytes: int = Field(
        MAX_BYTES,
        ge=1024,
        le=100 * 1024 * 1024,
        description="Longest record value that is parsed; longer ones count as invalid, too_large.",
        examples=[1048576],
    )


class LabelsSettings(Section):
    """Which label values there may be, and how many."""

    extra: Annotated[list[LabelName], BeforeValidator(values.split)] = Field(
        [], description="Fields of the event that become labels of the counters.", examples=[["model"]]
    )
    extra_on_histograms: bool = Field(
        default=False, description="Put them on the duration histogram too.", examples=[False]
    )
    paths: Annotated[list[str], BeforeValidator(values.split)] = Field(
        [],
        description="Path templates always admitted, besides the shipped table of AI-API routes.",
        examples=[["/v1/widgets/{id}"]],
    )
    budgets: Annotated[dict[str, Annotated[int, Field(ge=1)]], BeforeValidator(values.parsed_mapping)] = (
        Field(
            {},
            description="Most values by label; further values are counted as other.",
            examples=[{"path": 200}],
        )
    )
    max_series: int = Field(
        MAX_SERIES,
        ge=1_000,
        description="Most time series of responses, as Prometheus counts them.",
        examples=[10000],
    )

    @model_validator(mode="after")
    def _budgets_name_labels(self) -> "LabelsSettings":
        known = {*BUDGETS, *self.extra}
        wrong = sorted(set(self.budgets) - known)
        if wrong:
            raise ValueError(f"budgets name {', '.join(wrong)}; there are {', '.join(sorted(known))}")
        return self


class MetricsSettings(Section):
    """What is measured, and how."""

    duration_buckets: Annotated[
        list[float], BeforeValidator(values.split), AfterValidator(values.ascending)
    ] = Field(
        list(DURATION_BUCKETS),
        max_length=60,
        description="Upper bounds of the duration histogram, in seconds.",
        examples=[[0.5, 1, 5, 30, 120]],
    )
    late_after_seconds: float = Field(
        LATE_AFTER, gt=0, description="Age from which a record counts as late.", examples=[300]
    )


class CommitSettings(Section):
    """When offsets are given back to Kafka."""

    mode: Literal["scrape", "interval"] = Field(
        "scrape",
        description="scrape: an offset is committed when the scrape that carried its events was delivered, "
        "so that no restart loses or repeats an event. interval: what was counted is committed every few "
        "seconds (docs/delivery.md says when to take it).",
        examples=["scrape"],
    )
    interval_seconds: float = Field(
        5, ge=0.1, le=3600, description="Time between commits in mode interval.", examples=[5]
    )
    scraper: Literal["prometheus", "any_request"] = Field(
        "prometheus",
        description="Whose requests are scrapes. prometheus: those with Prometheus's scrape-timeout header; "
        "others see the counts and move nothing. any_request: for scrapers that do not send it.",
        examples=["prometheus"],
    )
    scrapers: Literal["all", "any"] = Field(
        "all",
        description="Where several scrape: all commits what every one of them has seen, so that none loses "
        "an event; any commits what one has seen, so that a crash repeats nothing to it.",
        examples=["all"],
    )
    max_uncommitted_seconds: float = Field(
        MAX_UNCOMMITTED,
        ge=1,
        description="Time without a delivered scrape after which what was counted is committed unseen. Keep "
        "it far below the topic's retention.",
        examples=[900],
    )
    unfenced_after_seconds: float = Field(
        60,
        ge=1,
        description="Time without an answer from the brokers after which new counts are shown without proof "
        "that their partitions are still ours: to be woken comes before to count exactly.",
        examples=[60],
    )


class WebSettings(Section):
    """Where /metrics is."""

    listen_address: Address = Field(
        "0.0.0.0:9464",
        description="Address and port of /metrics, /healthz and /readyz; port 0 takes a free one.",
        examples=["0.0.0.0:9464"],
    )
    config_file: Path | None = Field(
        None,
        description="Web config file (the format of Prometheus's exporters) for TLS, client certificates and "
        "passwords; read again when it or a certificate changes.",
        examples=["/etc/api-error-agent/web.yaml"],
    )


class LogSettings(Section):
    """What is said."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe level that is written.", examples=["info"]
    )
    format: Literal["auto", "json", "console"] = Field(
        "auto", description="auto: console on a terminal, json elsewhere.", examples=["json"]
    )
