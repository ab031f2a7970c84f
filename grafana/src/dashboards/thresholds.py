"""Where the alerts begin, from the tokens of the rules: the boards draw the same lines."""

from grafana.src.tokens import defaults


def limit(token: str) -> float:
    return float(defaults()[token])


RATE_LIMITED = limit("rate_limited_share")
STORM = limit("rate_limit_storm_share")
AVOIDABLE = limit("retry_after_ignored_share")
HEADROOM = limit("headroom_low_share")
OVERLOADED = limit("overloaded_share")
SUSTAINED = limit("overload_sustained_share")
FAILING = limit("provider_failing_share")
FAILING_BADLY = limit("provider_failing_critical_share")
PATH_FAILING = limit("path_failing_share")
BALANCE = limit("balance_exhausted_critical_share")
KEYS = limit("authentication_failing_share")
KEYS_BADLY = limit("authentication_failing_critical_share")
REFUSED = limit("requests_refused_share")
REFUSED_BADLY = limit("requests_refused_critical_share")
HANG_UPS = limit("callers_hang_up_share")
LATENCY = limit("latency_high_seconds")
LAGGING = limit("agent_lagging_seconds")
LAGGING_BADLY = limit("agent_lagging_critical_seconds")
INVALID = limit("agent_invalid_events_share")
LATE = limit("late_share")
WAITING = limit("agent_not_committing_seconds")
CERTIFICATE = limit("agent_certificate_expiring_days") * 86400
