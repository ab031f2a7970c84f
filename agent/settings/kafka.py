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
        description="This file holds the authorities that may have signed the certificates of the "
        "brokers. Without it, the agent trusts those of the system.",
        examples=["/etc/api-error-agent/kafka/ca.crt"],
    )
    cert_file: Path | None = Field(
        None,
        description="This file holds the certificate of the agent, for brokers that ask for one.",
        examples=["/etc/api-error-agent/kafka/tls.crt"],
    )
    key_file: Path | None = Field(
        None,
        description="This file holds the private key of that certificate. The key must have no passphrase.",
        examples=["/etc/api-error-agent/kafka/tls.key"],
    )
    check_hostname: bool = Field(
        default=True,
        description="If true, the certificate of a broker must name the host of that broker.",
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
        Field(
            None,
            description="This is the way of logging in, by Kafka's own name.",
            examples=["SCRAM-SHA-512"],
        )
    )
    username: str | None = Field(
        None,
        description="This is the user for PLAIN and SCRAM, and the client id for OAUTHBEARER.",
        examples=["api-error-agent"],
    )
    password: SecretStr | None = Field(
        None,
        description="This is the password for PLAIN and SCRAM, and the client secret for OAUTHBEARER. It "
        "is better kept in password_file.",
        examples=["..."],
    )
    password_file: Path | None = Field(
        None,
        description="This file holds the password, in place of password. The agent reads it each time it "
        "connects.",
        examples=["/etc/api-error-agent/kafka/password"],
    )
    token_url: Annotated[str, AfterValidator(values.token_url)] | None = Field(
        None,
        title="an http or https address",
        description="The agent gets its tokens for OAUTHBEARER from this address (grant type "
        "client_credentials).",
        examples=["https://login.example.org/oauth2/token"],
    )
    scope: str | None = Field(
        None, description="The agent asks for tokens of this scope.", examples=["kafka"]
    )
    region: str | None = Field(
        None, description="This is the AWS region of the cluster, for AWS_MSK_IAM.", examples=["eu-central-1"]
    )

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
        description="The agent connects to these brokers first. They tell it about all the others.",
        examples=[["kafka-0.kafka:9092", "kafka-1.kafka:9092"]],
    )
    topics: Annotated[list[values.Topic], BeforeValidator(written.split), AfterValidator(written.unique)] = (
        Field(
            ["api-responses"],
            title="a list of names, at least one; each of A to Z, a to z, 0 to 9, '.', '_' and '-'",
            min_length=1,
            description="The agent reads these topics. It never creates a topic; it waits until all of them "
            "exist.",
            examples=[["api-responses"]],
        )
    )
    group_id: str = Field(
        "api-error-agent",
        max_length=255,
        description="This is the consumer group. Agents with the same group share the partitions between "
        "them.",
        examples=["api-error-agent"],
    )
    group_instance_id: Annotated[str, AfterValidator(values.kafka_name)] | None = Field(
        None,
        title="a string of A to Z, a to z, 0 to 9, '.', '_' and '-', 249 at most",
        description="With this name the process is a static member of the group: when it restarts, there "
        "is no rebalance. Set it only if the name is stable and no other process has it, such "
        "as the name of a pod in a StatefulSet.",
        examples=["api-error-agent-0"],
    )
    client_id: str = Field(
        "api-error-agent",
        description="The brokers see the agent under this name in their logs.",
        examples=["api-error-agent"],
    )
    client_rack: str | None = Field(
        None,
        description="This is the availability zone of the agent, as brokers name theirs in broker.rack. "
        "The agent then fetches from a replica in its own zone, if the brokers have a "
        "RackAwareReplicaSelector (KIP-392).",
        examples=["eu-central-1a"],
    )
    start: Annotated[str, BeforeValidator(values.start)] = Field(
        "latest",
        title="latest, earliest, or a moment: RFC 3339 with its time zone, or a unix time",
        description="A group that has committed no offset yet begins here.",
        examples=["2026-11-22T05:00:00Z"],
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT",
        description="This says whether connections to the brokers use TLS (SSL) and a login (SASL), by "
        "Kafka's own names.",
        examples=["SASL_SSL"],
    )
    tls: KafkaTlsSettings = KafkaTlsSettings()
    sasl: KafkaSaslSettings = KafkaSaslSettings()
    session_timeout_seconds: float = Field(
        45,
        ge=6,
        le=1800,
        description="If the brokers hear nothing from this process for so long, the group gives its "
        "partitions to others. The agent sends fifteen heartbeats in that time. Brokers "
        "refuse a value outside their group.min.session.timeout.ms and "
        "group.max.session.timeout.ms, which are 6 s and 30 min by default.",
        examples=[45],
    )
    request_timeout_seconds: float = Field(
        40,
        ge=10,  # of three quarters, which the group waits for us, letting go takes 3 s and a lease 3 s
        le=600,
        description="The agent waits so long at most for the answer of a broker.",
        examples=[40],
    )
    stall_seconds: float = Field(
        60,
        ge=1,
        le=DAY,
        description="If no partition gets an answer for so long, the agent builds a new connection.",
        examples=[60],
    )
    metadata_max_age_seconds: float = Field(
        60,
        ge=1,
        le=DAY,
        description="The agent looks for new partitions and topics this often.",
        examples=[60],
    )
    max_batch_bytes: int = Field(
        64 * 1024 * 1024,
        ge=1024 * 1024,
        le=1024 * 1024 * 1024,
        description="A batch of records may have this many bytes at most after decompression. A larger "
        "one is skipped and counted, without being decompressed.",
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
