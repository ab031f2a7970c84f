"""The contract with users: name, kind, help, labels and buckets of every exported series.

docs/metrics.md is generated from METRICS; rules, boards and tests look names and labels up here.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

PREFIX = "api_error_agent_"

DURATION_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600)
FIRST_TOKEN_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 30, 60)
RETRY_AFTER_BUCKETS = (1, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400)
LATE_AFTER = 300.0
"""Default of metrics.late_after_seconds."""

EVENT_AGE_BUCKETS = (1, 5, 15, 30, 60, 120, 300, 900, 3600, 21600, 86400)


class Kind(StrEnum):
    """Prometheus's own words for what a series is."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """One metric family.

    Attributes:
        name: As it stands in queries; counters end in _total.

        buckets: Upper bounds in the metric's unit, without +Inf; histograms only.
    """

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


def _counter(name: str, help_: str, *labels: str) -> Metric:
    return Metric(name, Kind.COUNTER, help_, labels)


def _gauge(name: str, help_: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, help_, labels)


# --- What the providers answered ---------------------------------------------------------------------

RESPONSES = _counter(
    "api_responses_total",
    "API responses by what they mean; type is ok for a success.",
    *("provider", "method", "path", "status", "type"),
)
ERRORS = _counter(
    "api_errors_total",
    "API responses that are errors, by type and reason.",
    *("provider", "path", "status", "type", "reason"),
)
DURATION = Metric(
    "api_response_duration_seconds",
    Kind.HISTOGRAM,
    "Seconds from the first request byte to the last response byte, if the event says it.",
    ("provider", "path", "status", "type"),
    DURATION_BUCKETS,
)
DURATION_ALONE = replace(DURATION, help="Durations of responses that are counted apart, by more labels.")
"""On pages it is DURATION. Under that one responses are counted too, as long as both have the same labels."""

TIME_TO_FIRST_TOKEN = Metric(
    "api_time_to_first_token_seconds",
    Kind.HISTOGRAM,
    "Seconds until the first piece of a streamed answer, where the event says.",
    ("provider", "path", "type"),
    FIRST_TOKEN_BUCKETS,
)
ATTEMPTS = _counter(
    "api_attempts_total",
    "Failed attempts that a gateway made before the response it logged, by what their status alone means.",
    *("provider", "path", "status", "type"),
)
RETRY_AFTER = Metric(
    "api_retry_after_seconds",
    Kind.HISTOGRAM,
    "Seconds after which the provider says to try again.",
    ("provider", "type"),
    RETRY_AFTER_BUCKETS,
)
CALLS_IN_COOLDOWN = _counter(
    "api_calls_in_cooldown_total",
    "Calls that came before a wait was over that the provider had told, by what came of them.",
    *("provider", "type"),
)
RATELIMIT_LIMIT = _gauge(
    "api_ratelimit_limit",
    "The limit of the tightest rate-limit reading since the last scrape that is still valid.",
    *("provider", "resource"),
)
RATELIMIT_REMAINING = _gauge(
    "api_ratelimit_remaining",
    "What is left in the tightest rate-limit reading since the last scrape that is still valid.",
    *("provider", "resource"),
)
RATELIMIT_RESET = _gauge(
    "api_ratelimit_reset_timestamp_seconds",
    "Unix time at which the window of that reading resets.",
    *("provider", "resource"),
)
RATELIMIT_UTILIZATION = _gauge(
    "api_ratelimit_utilization",
    "The used share of a limit, 0 to 1, where the provider tells no more of it than that.",
    *("provider", "resource"),
)

# --- What became of the records: derived from them, so counted and shown like them -------------------

RECORDS = _counter(
    PREFIX + "records_total",
    "Records passed; each was skipped, or read and taken for its events.",
    *("topic", "partition"),
)
EVENTS = _counter(
    PREFIX + "events_total",
    "Events found in records; each ended as counted (api_responses_total), invalid or ignored.",
    *("topic", "partition"),
)
IGNORED_EVENTS = _counter(
    PREFIX + "ignored_events_total",
    "Events left out on purpose: by events.only, or as they are no API call.",
    *("topic", "partition"),
)
LATE_RECORDS = _counter(
    PREFIX + "late_records_total",
    "Records counted long after their Kafka timestamp (metrics.late_after_seconds), by whose they are.",
    *("topic", "partition", "provider"),
)
SKIPPED_RECORDS = _counter(
    PREFIX + "skipped_records_total",
    "Records that could not be read, and were skipped after three tries.",
    *("topic", "partition"),
)
OFFSET_GAP_RECORDS = _counter(
    PREFIX + "offset_gap_records_total",
    "Records that Kafka deleted before they could be read.",
    *("topic", "partition"),
)
INVALID_EVENTS = _counter(
    PREFIX + "invalid_events_total", "Records that are not events, by reason.", "reason"
)
INVALID_FIELDS = _counter(
    PREFIX + "invalid_fields_total",
    "Fields that could not be used; their events are counted nevertheless.",
    "field",
)
FOLDED_EVENTS = _counter(
    PREFIX + "folded_events_total",
    "Events with a label value that was counted as other: its budget is used up, or it looks like a secret.",
    "label",
)
EVENT_AGE = Metric(
    PREFIX + "event_age_seconds",
    Kind.HISTOGRAM,
    "Seconds from a record's Kafka timestamp until it was counted.",
    (),
    EVENT_AGE_BUCKETS,
)

# --- The state of the process ------------------------------------------------------------------------

LAG_RECORDS = _gauge(
    PREFIX + "lag_records",
    "Records not yet counted, those behind an open transaction among them.",
    *("topic", "partition"),
)
LAG_SECONDS = _gauge(
    PREFIX + "lag_seconds",
    "Seconds by which counting is behind; 0 when nothing waits, absent until the first record is counted.",
    *("topic", "partition"),
)
ASSIGNED_PARTITIONS = _gauge(
    PREFIX + "assigned_partitions", "Partitions that this process reads, also when there are none.", "topic"
)
TOPIC_PARTITIONS = _gauge(PREFIX + "topic_partitions", "Partitions that the topic has.", "topic")
LAST_POLL = _gauge(PREFIX + "last_poll_timestamp_seconds", "Unix time of the last poll of the consumer.")
LAST_COMMIT = _gauge(PREFIX + "last_commit_timestamp_seconds", "Unix time of the last accepted commit.")
WAITING_RECORDS = _gauge(PREFIX + "waiting_records", "Records counted and not yet shown in a scrape.")
OLDEST_WAITING = _gauge(
    PREFIX + "oldest_waiting_timestamp_seconds",
    "Unix time at which the oldest record not yet shown was counted; absent when none waits.",
)
CONNECTED = _gauge(
    PREFIX + "connected",
    "1 while brokers answer, the group has given its partitions out, and they are read; 0 otherwise.",
)
CONNECTION_PROBLEM = _gauge(
    PREFIX + "connection_problem",
    "1 for the problem that keeps the agent from reading, 0 for all other problems.",
    "problem",
)
REBALANCES = _counter(PREFIX + "rebalances_total", "Assignments received from the group.")
CONSUMER_REBUILDS = _counter(
    PREFIX + "consumer_rebuilds_total",
    "Times that the Kafka client was replaced by a new one, because nothing moved any more.",
)
SERIES = _gauge(PREFIX + "series", "Time series derived from records, as Prometheus counts them.")
HELD_SERIES = _gauge(PREFIX + "held_series", "New series that wait until a scrape has seen them as 0.")
SCRAPES = _counter(PREFIX + "scrapes_total", "Scrapes of /metrics by how they ended.", "outcome")
UNFENCED_EXPOSURES = _counter(
    PREFIX + "unfenced_exposures_total",
    "Scrapes that showed new counts without proof that their partitions still belong to this process.",
)
UNSCRAPED_COMMITS = _counter(
    PREFIX + "unscraped_commits_total",
    "Commits of counts that no scrape has seen, as nobody scraped for too long.",
)
UNDONE_RECORDS = _counter(
    PREFIX + "undone_records_total",
    "Records shown, then refused by the group: another instance counts them, later ones make up for it.",
)
EVENT_LOOP_LAG = _gauge(
    PREFIX + "event_loop_lag_seconds", "Longest delay of the event loop in the last minute."
)
CERTIFICATE_EXPIRY = _gauge(
    PREFIX + "certificate_expiry_timestamp_seconds", "Unix time at which a certificate in use ends.", "file"
)
BUILD_INFO = _gauge(PREFIX + "build_info", "1, with the version of the agent as a label.", "version")

COUNTED_METRICS = (RESPONSES, ERRORS, DURATION, TIME_TO_FIRST_TOKEN, ATTEMPTS, RETRY_AFTER, CALLS_IN_COOLDOWN)
RATELIMIT_METRICS = (RATELIMIT_LIMIT, RATELIMIT_REMAINING, RATELIMIT_RESET, RATELIMIT_UTILIZATION)
PROVIDER_METRICS = (*COUNTED_METRICS, *RATELIMIT_METRICS)
RECORD_METRICS = (
    *(RECORDS, EVENTS, IGNORED_EVENTS, LATE_RECORDS, SKIPPED_RECORDS, OFFSET_GAP_RECORDS),
    *(INVALID_EVENTS, INVALID_FIELDS, FOLDED_EVENTS, EVENT_AGE),
)
PROCESS_METRICS = (
    *(
        CONNECTED,
        CONNECTION_PROBLEM,
        LAG_RECORDS,
        LAG_SECONDS,
        ASSIGNED_PARTITIONS,
        TOPIC_PARTITIONS,
        LAST_POLL,
        LAST_COMMIT,
    ),
    *(WAITING_RECORDS, OLDEST_WAITING, REBALANCES, CONSUMER_REBUILDS, SERIES, HELD_SERIES, SCRAPES),
    *(UNFENCED_EXPOSURES, UNSCRAPED_COMMITS, UNDONE_RECORDS, EVENT_LOOP_LAG, CERTIFICATE_EXPIRY, BUILD_INFO),
)
METRICS = (*PROVIDER_METRICS, *RECORD_METRICS, *PROCESS_METRICS)
