"""What aiokafka's complaints mean: what keeps us from reading, and which setting to look at."""

import re
from enum import StrEnum
from typing import NamedTuple


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


class _Cause(NamedTuple):
    pattern: re.Pattern[str]
    problem: Problem
    hint: str


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
            r"TopicAuthorizationFailed|\[Error 29\]",
            Problem.NOT_AUTHORIZED,
            "the user may not read the topic: allow READ and DESCRIBE on kafka.topics",
        ),
        (
            r"GroupAuthorizationFailed|\[Error 30\]",
            Problem.NOT_AUTHORIZED,
            "the user may not use the group: allow READ on the group kafka.group_id",
        ),
        (
            r"Connection at \S+ closed|0 bytes read|IncompleteRead|ConnectionReset|reset by peer",
            Problem.UNREACHABLE,
            "the broker closes the connection: is kafka.security_protocol what it speaks on this port?",
        ),
        (
            r"timed? ?out|TimeoutError|RequestTimedOut",
            Problem.UNREACHABLE,
            "the broker does not answer: a firewall, a wrong port, or a broker that hangs",
        ),
    )
)


def hint(complaint: str) -> str:
    """Which setting a complaint is about; empty when that cannot be told."""
    cause = _cause(complaint)
    return cause.hint if cause else ""


def problem(complaint: str) -> Problem:
    """What a complaint means; a broker that cannot be reached when that cannot be told."""
    cause = _cause(complaint)
    return cause.problem if cause else Problem.UNREACHABLE


def _cause(complaint: str) -> _Cause | None:
    return next((cause for cause in _CAUSES if cause.pattern.search(complaint)), None)
