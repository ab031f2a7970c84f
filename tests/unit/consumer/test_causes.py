"""What a complaint of the Kafka client is said to mean: never nothing, and never something else."""

import pytest
from aiokafka.errors import BrokerResponseError, KafkaConnectionError, KafkaError, for_code, kafka_errors

from agent.consumer import connection, guards
from agent.consumer.causes import Problem, hint, problem, words
from agent.consumer.commits import NotCommittedError

guards.install()

FIREWALL = "firewall"
GROUP, JOINING, RIGHT, AWAY = (
    Problem.GROUP_REFUSED,
    Problem.JOINING,
    Problem.NOT_AUTHORIZED,
    Problem.UNREACHABLE,
)

# What aiokafka says, what it means, and a word that the hint must have.
COMPLAINTS = [
    ("KafkaError('InvalidSessionTimeoutError()')", GROUP, "kafka.session_timeout_seconds"),
    ("[Error 26] InvalidSessionTimeoutError", GROUP, "kafka.session_timeout_seconds"),
    ("InconsistentGroupProtocolError()", GROUP, "kafka.group_id"),
    ("InvalidGroupIdError()", GROUP, "kafka.group_id"),
    ("KafkaError('GroupMaxSizeReachedError()')", GROUP, "group.max.size"),
    ("KafkaError('FencedInstanceIdError()')", Problem.FENCED, "kafka.group_instance_id"),
    ("Heartbeat failed: local member_id was not recognized; resetting", JOINING, "group_instance_id"),
    ("Heartbeat failed for group g because it is rebalancing", JOINING, "shares its partitions out"),
    ("Group Coordinator Request failed: GroupCoordinatorNotAvailableError()", JOINING, "keeps the group"),
    ("Marking the coordinator dead (node 1)for group g.", JOINING, "keeps the group"),
    ("GroupAuthorizationFailedError('g')", RIGHT, "kafka.group_id"),
    ("OffsetCommit failed for unauthorized topics {'t'}", RIGHT, "kafka.topics"),
    ("Topic t is not authorized for this client", RIGHT, "kafka.topics"),
    ("Not authorized to read from topic t.", RIGHT, "kafka.topics"),
    ("Topic t not found in cluster metadata", Problem.MISSING_TOPIC, "DESCRIBE"),
    ("RequestTimedOutError()", AWAY, FIREWALL),
    ("Heartbeat session expired - marking coordinator dead", JOINING, "keeps the group"),
    ('Unable connect to "b:9092": [Errno 111] Connect call failed', AWAY, "nothing listens"),
    ("Unable to update metadata from [0, 1]", AWAY, "kafka.bootstrap_servers"),
    (repr(NotCommittedError("NotEnoughReplicasError()")), Problem.NOT_COMMITTED, "__consumer_offsets"),
    (repr(NotCommittedError("TopicAuthorizationFailedError({'t'})")), RIGHT, "kafka.topics"),
    ("Sending username and password in the clear", Problem.CREDENTIALS, "SASL_SSL"),
    # In the words of the ssl module and of the system, and other words of aiokafka
    ("[Error 58] SaslAuthenticationFailedError", Problem.CREDENTIALS, "kafka.sasl.username"),
    ("SaslAuthenticationFailed", Problem.CREDENTIALS, "kafka.sasl.password_file"),
    ("Authentication failed due to invalid credentials", Problem.CREDENTIALS, "kafka.sasl"),
    ("Broker does not support SCRAM-SHA-512 sasl mechanism", Problem.CREDENTIALS, "kafka.sasl.mechanism"),
    ("[Error 33] UnsupportedSaslMechanismError", Problem.CREDENTIALS, "kafka.sasl.mechanism"),
    ("UnsupportedSaslMechanism: PLAIN", Problem.CREDENTIALS, "kafka.sasl.mechanism"),
    ("no token: HTTPError('Unauthorized')", Problem.CREDENTIALS, "kafka.sasl.token_url"),
    ("{'error': 'invalid_client'}", Problem.CREDENTIALS, "kafka.sasl.token_url"),
    ("Hostname mismatch, certificate is not valid for 'kafka'", Problem.TLS, "kafka.bootstrap_servers"),
    ("IP address mismatch, certificate is not for '10.0.0.1'", Problem.TLS, "names another host"),
    ("hostname 'kafka' doesn't match 'broker'", Problem.TLS, "names another host"),
    ("certificate verify failed: certificate has expired", Problem.TLS, "has expired"),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", Problem.TLS, "kafka.tls.ca_file"),
    ("self-signed certificate in certificate chain", Problem.TLS, "kafka.tls.ca_file"),
    ("unable to get local issuer certificate", Problem.TLS, "kafka.tls.ca_file"),
    ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED]", Problem.TLS, "kafka.tls.cert_file"),
    ("tlsv13 alert certificate required", Problem.TLS, "kafka.tls.cert_file"),
    ("[SSL: SSLV3_ALERT_BAD_CERTIFICATE]", Problem.TLS, "kafka.tls.cert_file"),
    ("[SSL: TLSV1_ALERT_UNKNOWN_CA]", Problem.TLS, "kafka.tls.cert_file"),
    ("[SSL: WRONG_VERSION_NUMBER] wrong version number", Problem.TLS, "kafka.security_protocol"),
    ("[SSL] record layer failure", Problem.TLS, "kafka.security_protocol"),
    ("[SSL: UNEXPECTED_MESSAGE]", Problem.TLS, "kafka.security_protocol"),
    ("[Errno -2] Name or service not known", AWAY, "the host name"),
    ("getaddrinfo failed", AWAY, "the host name"),
    ("Temporary failure in name resolution", AWAY, "the host name"),
    ("[Errno 2] No such file or directory: 'ca.crt'", Problem.FILES, "a file of kafka.tls"),
    ("[Errno 13] Permission denied: 'tls.key'", Problem.FILES, "a file of kafka.tls"),
    ("[SSL] PEM lib (_ssl.c:4149)", Problem.FILES, "a file of kafka.tls"),
    ("[X509: KEY_VALUES_MISMATCH] key values mismatch", Problem.FILES, "a file of kafka.tls"),
    ("[PEM: NO_START_LINE] no start line", Problem.FILES, "a file of kafka.tls"),
    ("[Errno 111] Connect call failed ('10.0.0.1', 9092)", AWAY, "nothing listens there"),
    ("Connection refused", AWAY, "nothing listens there"),
    ("[Error 29] TopicAuthorizationFailedError", RIGHT, "kafka.topics"),
    ("TopicAuthorizationFailedError: {'events'}", RIGHT, "kafka.topics"),
    ("[Error 30] GroupAuthorizationFailedError", RIGHT, "kafka.group_id"),
    ("GroupAuthorizationFailedError: agents", RIGHT, "kafka.group_id"),
    ("Connection at kafka:9092 closed", AWAY, "closes the connection"),
    ("0 bytes read on a total of 4 expected bytes", AWAY, "closes the connection"),
    ("ConnectionResetError(104)", AWAY, "closes the connection"),
    ("[Errno 104] Connection reset by peer", AWAY, "closes the connection"),
    ("RequestTimedOutError", AWAY, "does not answer"),
    ("TimeoutError()", AWAY, "does not answer"),
    ("the request timed out", AWAY, "does not answer"),
]


@pytest.mark.parametrize(("complaint", "wanted", "word"), COMPLAINTS)
def test_a_complaint_is_told_by_its_cause(complaint: str, wanted: Problem, word: str) -> None:
    assert problem(complaint, Problem.FAILED) is wanted
    assert word in hint(complaint)


@pytest.mark.parametrize("error", kafka_errors.values())
def test_no_error_of_a_broker_is_without_a_hint_or_blamed_on_a_firewall(
    error: type[BrokerResponseError],
) -> None:
    for said in (repr(error()), str(error())):
        assert hint(said)
        assert (FIREWALL in hint(said)) == (error.errno == 7)  # a request that timed out


@pytest.mark.parametrize(("code", "name"), [(81, "GroupMaxSizeReachedError"), (82, "FencedInstanceIdError")])
def test_a_refusal_of_the_group_that_aiokafka_does_not_know_has_its_name(code: int, name: str) -> None:
    assert for_code(code).__name__ == name


def test_what_cannot_be_told_is_quoted_without_its_secrets() -> None:
    said = words("ProblemOfTomorrow with sk-abcdefgh1234")

    assert "ProblemOfTomorrow" in said
    assert "sk-abcdefgh1234" not in said


def test_what_cannot_be_told_is_no_broker_that_is_away_while_we_read() -> None:
    assert connection.refused(repr(KafkaError("?"))).problem is Problem.FAILED
    assert connection.failed(str(KafkaConnectionError("?")), ["b:1"]).problem is AWAY
