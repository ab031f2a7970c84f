"""The section kafka: brokers, topics, the group, TLS and SASL."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from agent.events.rules import timestamp
from agent.settings import values, written
from agent.settings.section import DAY, Section


class KafkaTlsSettings(Section):
    """Files for TLS to the brokers, in PEM format. The agent reads them again when they change."""

    ca_file: Path | None = Field(
        None,
        description="File with the authorities that may have signed the certificates of the brokers. Without "
        "it, those of the system are trusted.",
        examples=["/etc/api-error-agent/kafka/ca.crt"],
    )
    cert_file: Path | None = Field(
        None,
        description="File with the certificate of the agent, for brokers that ask for one.",
        examples=["/etc/api-error-agent/kafka/tls.crt"],
    )
    key_file: Path | None = Field(
        None,
        description="File with the key of that certificate, without a passphrase.",
        examples=["/etc/api-error-agent/kafka/tls.key"],
    )
    check_hostname: bool = Field(
        default=True,
        description="Whether the certificate of a broker must name the host of the broker.",
        examples=[True],
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
    """How the agent logs in to the brokers, where security_protocol is SASL_PLAINTEXT or SASL_SSL."""

    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"] | None = (
        Field(None, description="The way of logging in, by Kafka's own name.", examples=["SCRAM-SHA-512"])
    )
    username: str | None = Field(
        None,
        description="User of PLAIN and SCRAM; client id of OAUTHBEARER.",
        examples=["api-error-agent"],
    )
    password: SecretStr | None = Field(
        None, description="Password of PLAIN and SCRAM; client secret of OAUTHBEARER.", examples=["..."]
    )
    password_file: Path | None = Field(
        None,
        description="File with the password, in place of password. It is read whenever the agent connects "
        "anew.",
        examples=["/etc/api-error-agent/kafka/password"],
    )
    token_url: Annotated[str, AfterValidator(values.token_url)] | None = Field(
        None,
        title="an http or https address",
        description="Token endpoint of OAUTHBEARER (client credentials).",
        examples=["https://login.example.org/oauth2/token"],
    )
    scope: str | None = Field(
        None, description="Scope that is asked of the token endpoint.", examples=["kafka"]
    )
    region: str | None = Field(None, description="Region of AWS_MSK_IAM.", examples=["eu-central-1"])

    @model_validator(mode="after")
    def _what_the_mechanism_needs(self) -> "KafkaSaslSettings":
        if self.mechanism is None:
            return self._nothing_without_mechanism()
        missing = [name for name in _NEEDED[self.mechanism] if getattr(self, name) is None]
        has_password = self.password is not None or self.password_file is not None
        if "username" in _NEEDED[self.mechanism] and not has_password:
            missing.append("password_file (or password)")
        if missing:
            raise ValueError(f"mechanism {self.mechanism} needs {', '.join(missing)}")
        if self.password is not None and self.password_file is not None:
            raise ValueError("password and password_file are both set; keep one")
        return self

    def _nothing_without_mechanism(self) -> "KafkaSaslSettings":
        found = sorted(name for name in self.model_fields_set if getattr(self, name) is not None)
        if found:
            raise ValueError(
                f"nobody logs in without a mechanism, but {', '.join(found)} is set; set mechanism too, "
                "such as SCRAM-SHA-512"
            )
        return self


_NEEDED = {
    "PLAIN": ("username",),
    "SCRAM-SHA-256": ("username",),
    "SCRAM-SHA-512": ("username",),
    "OAUTHBEARER": ("username", "token_url"),
    "AWS_MSK_IAM": ("region",),
}


class KafkaSettings(Section):
    """Which topics the agent reads, and how it reaches them."""

    bootstrap_servers: Annotated[list[values.Broker], BeforeValidator(written.split)] = Field(
        ["localhost:9092"],
        title="a list of host:port, at least one",
        min_length=1,
        description="Brokers that the agent asks for all the others.",
        examples=[["kafka-0.kafka:9092", "kafka-1.kafka:9092"]],
    )
    topics: Annotated[list[values.Topic], BeforeValidator(written.split), AfterValidator(written.unique)] = (
        Field(
            ["api-responses"],
            title="a list of names, at least one; each of A to Z, a to z, 0 to 9, '.', '_' and '-'",
            min_length=1,
            description="Topics to read. The agent never creates one; it waits until they exist.",
            examples=[["api-responses"]],
        )
    )
    group_id: str = Field(
        "api-error-agent",
        max_length=255,
        description="Consumer group. Agents with the same group share the partitions.",
        examples=["api-error-agent"],
    )
    group_instance_id: Annotated[str, AfterValidator(values.kafka_name)] | None = Field(
        None,
        title="a text of A to Z, a to z, 0 to 9, '.', '_' and '-', 249 at most",
        description="Stable identity of this process in the group (static membership): a restart then causes "
        "no rebalance. Set it only where the identity is really stable, such as a StatefulSet's pod name.",
        examples=["api-error-agent-0"],
    )
    client_id: str = Field(
        "api-error-agent",
        description="Name of the agent in the logs of the brokers.",
        examples=["api-error-agent"],
    )
    client_rack: str | None = Field(
        None,
        description="Availability zone of the agent, as brokers name theirs in broker.rack. The agent then "
        "fetches from a replica in its zone, where brokers have a RackAwareReplicaSelector (KIP-392).",
        examples=["eu-central-1a"],
    )
    start: Annotated[str, BeforeValidator(values.start)] = Field(
        "latest",
        title="latest, earliest, or a moment: RFC 3339 with its time zone, or a unix time",
        description="Where a group begins that has committed nothing yet.",
        examples=["2026-11-22T05:00:00Z"],
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT",
        description="How the agent speaks with the brokers, by Kafka's own names.",
        examples=["SASL_SSL"],
    )
    tls: KafkaTlsSettings = KafkaTlsSettings()
    sasl: KafkaSaslSettings = KafkaSaslSettings()
    session_timeout_seconds: float = Field(
        45,
        ge=6,
        le=1800,
        description="Silence after which the group gives the partitions of this process to others. Fifteen "
        "heartbeats are sent in that time. Brokers refuse what is outside their group.min.session.timeout.ms "
        "and group.max.session.timeout.ms, which are 6 s and 30 min by default.",
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
        le=DAY,
        description="Time without an answer for any partition after which the agent connects anew.",
        examples=[60],
    )
    metadata_max_age_seconds: float = Field(
        60,
        ge=1,
        le=DAY,
        description="Time after which new partitions and topics are noticed.",
        examples=[60],
    )
    max_batch_bytes: int = Field(
        64 * 1024 * 1024,
        ge=1024 * 1024,
        le=1024 * 1024 * 1024,
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
