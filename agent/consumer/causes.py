"""What aiokafka's complaints mean: what keeps us from reading, and which setting to look at."""

import re
from enum import StrEnum
from typing import NamedTuple

from agent.redaction import mask


class Problem(StrEnum):
    """Why records are not read."""

    STARTING = "starting"
    UNREACHABLE = "unreachable"
    CREDENTIALS = "credentials"
    TLS = "tls"
    FILES = "files"
    NOT_AUTHORIZED = "not_authorized"
    MISSING_TOPIC = "missing_topic"
    JOINING = "joining"
    GROUP_REFUSED = "group_refused"
    FENCED = "fenced"
    NOT_COMMITTED = "not_committed"
    FAILED = "failed"


class _Cause(NamedTuple):
    pattern: re.Pattern[str]
    problem: Problem
    hint: str


FENCED_HINT = "another agent has the same kafka.group_instance_id: give each one of its own"

# The first that fits is said. Sources: messages of aiokafka, Python's ssl module and the system, as seen.
_CAUSES = tuple(
    _Cause(re.compile(pattern, re.IGNORECASE), problem, hint)
    for pattern, problem, hint in (
        (
            r"SaslAuthenticationFailed|Authentication failed|\[Error 58\]",
            Problem.CREDENTIALS,
            "the broker refuses user or password: see kafka.sasl.username and kafka.sasl.password_file",
        ),
        (
            r"does not support .* sasl|UnsupportedSaslMechanism|\[Error 33\]",
            Problem.CREDENTIALS,
            "the broker does not take this kafka.sasl.mechanism",
        ),
        (
            r"no token|invalid_client|token endpoint",
            Problem.CREDENTIALS,
            "the agent got no token: see kafka.sasl.token_url, username and password_file",
        ),
        (
            r"password in the clear",
            Problem.CREDENTIALS,
            "anybody on the way can read the password: kafka.security_protocol: SASL_SSL hides it",
        ),
        (
            r"Hostname mismatch|doesn't match|IP address mismatch|not valid for",
            Problem.TLS,
            "the broker's certificate names another host: use its name in kafka.bootstrap_servers",
        ),
        (
            r"certificate has expired",
            Problem.TLS,
            "the broker's certificate has expired",
        ),
        (
            r"CERTIFICATE_VERIFY_FAILED|self.signed certificate|unable to get local issuer",
            Problem.TLS,
            "the authority that signed the broker's certificate is not trusted: see kafka.tls.ca_file",
        ),
        (
            r"CERTIFICATE_REQUIRED|certificate required|BAD.CERTIFICATE|UNKNOWN.CA",
            Problem.TLS,
            "the broker asks for a client certificate: see kafka.tls.cert_file and key_file",
        ),
        (
            r"WRONG_VERSION_NUMBER|RECORD_LAYER|record layer failure|UNEXPECTED_MESSAGE",
            Problem.TLS,
            "the broker speaks no TLS on this port: see kafka.security_protocol and the port",
        ),
        (
            r"Name or service not known|getaddrinfo|Temporary failure in name resolution",
            Problem.UNREACHABLE,
            "the host name in kafka.bootstrap_servers is not known",
        ),
        (
            r"No such file|Permission denied: '|PEM lib|KEY_VALUES_MISMATCH|no start line",
            Problem.FILES,
            "a file of kafka.tls or kafka.sasl cannot be used",
        ),
        (
            r"Connect call failed|Connection refused|\[Errno 111\]",
            Problem.UNREACHABLE,
            "nothing listens there: see the port in kafka.bootstrap_servers",
        ),
        (
            r"TopicAuthorizationFailed|\[Error 29\]|not authorized (for|to read)|unauthorized topics",
            Problem.NOT_AUTHORIZED,
            "the user may not read the topic: allow READ and DESCRIBE on kafka.topics",
        ),
        (
            r"GroupAuthorizationFailed|\[Error 30\]",
            Problem.NOT_AUTHORIZED,
            "the user may not use the group: allow READ on the group kafka.group_id",
        ),
        (
            r"ClusterAuthorizationFailed|\[Error 31\]",
            Problem.NOT_AUTHORIZED,
            "the user lacks a right on the cluster: the broker's log of refused requests names it",
        ),
        (
            r"FencedInstanceId|\[Error 82\]",
            Problem.FENCED,
            FENCED_HINT,
        ),
        (
            r"UnknownMemberId|member_id was not|\[Error 25\]|IllegalGeneration|generation id is not",
            Problem.JOINING,
            "the group gave our place to another with our kafka.group_instance_id, or we were silent",
        ),
        (
            r"RebalanceInProgress|is rebalancing|\[Error 27\]",
            Problem.JOINING,
            "the group shares its partitions out anew, as it does when an agent comes or goes",
        ),
        (
            r"InvalidSessionTimeout|\[Error 26\]",
            Problem.GROUP_REFUSED,
            "kafka.session_timeout_seconds is outside what the broker allows (group.*.session.timeout.ms)",
        ),
        (
            r"InconsistentGroupProtocol|\[Error 23\]",
            Problem.GROUP_REFUSED,
            "the members of the group are of another kind: give the agents a kafka.group_id of their own",
        ),
        (
            r"InvalidGroupId|\[Error 24\]",
            Problem.GROUP_REFUSED,
            "the broker does not take this kafka.group_id",
        ),
        (
            r"GroupMaxSizeReached|\[Error 81\]",
            Problem.GROUP_REFUSED,
            "the group has as many members as the broker's group.max.size allows",
        ),
        (
            r"NotCommitted",
            Problem.NOT_COMMITTED,
            "the group does not take our start, so nothing is counted: __consumer_offsets may lack replicas",
        ),
        (
            r"CoordinatorNotAvailable|LoadInProgress|NotCoordinator|coordinator dead|\[Error 1[456]\]",
            Problem.JOINING,
            "the broker that keeps the group is not ready, as after its start; it is asked again",
        ),
        (
            r"UnknownTopicOrPartition|unknown topic|not found in cluster|No partition metadata|\[Error 3\]",
            Problem.MISSING_TOPIC,
            "the topic is not there, or this user may not DESCRIBE it: see kafka.topics",
        ),
        (
            r"LeaderNotAvailable|NotLeader|\[Error [56]\]",
            Problem.UNREACHABLE,
            "a partition has no leader at the moment, as when a broker restarts",
        ),
        (
            r"UnsupportedVersion|broker version|\[Error 35\]",
            Problem.UNREACHABLE,
            "the broker is too old for us, or is no Kafka",
        ),
        (
            r"Connection at \S+ closed|0 bytes read|IncompleteRead|ConnectionReset|reset by peer",
            Problem.UNREACHABLE,
            "the broker closes the connection: see kafka.security_protocol, and kafka.tls.cert_file",
        ),
        (
            r"\btimed? ?out\b|\b(Kafka|Connection)?TimeoutError|RequestTimedOut|session expired|no answer",
            Problem.UNREACHABLE,
            "the broker does not answer: a firewall, a wrong port, or a broker that hangs",
        ),
        (
            r"Unable (connect|to request|to update)|Failed fetch|Error sending|request failed|KafkaConn",
            Problem.UNREACHABLE,
            "a broker cannot be reached: see kafka.bootstrap_servers and what the brokers advertise",
        ),
    )
)

_UNKNOWN = "no setting is known to cause this; the broker's log of this moment may say more"


def hint(complaint: str) -> str:
    """Which setting a complaint is about, or where else to look; never empty."""
    cause = _cause(complaint)
    return cause.hint if cause else _UNKNOWN


def words(complaint: str) -> str:
    """The hint; what cannot be told is quoted, for people who have no log at hand."""
    return hint(complaint) if _cause(complaint) else f"{_UNKNOWN}: {mask(complaint)}"


def problem(complaint: str, otherwise: Problem) -> Problem:
    """What a complaint means; *otherwise* when that cannot be told."""
    cause = _cause(complaint)
    return cause.problem if cause else otherwise


def _cause(complaint: str) -> _Cause | None:
    return next((cause for cause in _CAUSES if cause.pattern.search(complaint)), None)
