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
    ('Unable connect to "b:9092": [Errno 111] Connect call failed', AWAY, "nobody listens"),
    ("Unable to update metadata from [0, 1]", AWAY, "kafka.bootstrap_servers"),
    (repr(NotCommittedError("NotEnoughReplicasError()")), Problem.NOT_COMMITTED, "__consumer_offsets"),
    (repr(NotCommittedError("TopicAuthorizationFailedError({'t'})")), RIGHT, "kafka.topics"),
    ("Sending username and password in the clear", Problem.CREDENTIALS, "SASL_SSL"),
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
