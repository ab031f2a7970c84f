"""A status in which every part of the page has something to show."""

from collections import deque
from typing import Any

from agent.classify.unclassified import Kept, Kind, Place
from agent.metrics import catalogue
from agent.metrics.delta import InvalidEvent, Series
from agent.metrics.readings import Reading
from agent.settings import Settings
from agent.settings.printing import in_effect
from agent.status import Health, History, Seen, Troubles, report

NOW = 1_795_323_600.0


def status(**health: Any) -> dict[str, Any]:
    """An agent that has skipped three records, and is well but for that and for what *health* says."""
    counts = {
        series("openai", "/v1/chat/completions", "200", "ok", "none"): 1882.0,
        series("openai", "/v1/chat/completions", "429", "rate_limit_error", "tokens_per_minute"): 735.0,
        series("aimlapi", "/v1/tts", "403", "insufficient_balance", "insufficient_credits"): 31.0,
        series("acme", "/v1/brew", "418", "unknown", "unmapped_status"): 3.0,
        Series(catalogue.SKIPPED_RECORDS, ("api-responses", "0"), 1): 3.0,
    }
    history = History(NOW - 300)
    for number in range(1, 60):
        values = {one: [count * number / 60] for one, count in counts.items()}
        deque(history.take(NOW - 300 + 5 * number, values), 0)
    troubles = Troubles()
    troubles.invalid(("api-responses", 1), [InvalidEvent(41, 2, "json")], NOW - 9)
    troubles.skipped(("api-responses", 0), 3, 103, NOW - 4)
    usual = {"lag_seconds": 0.0, "scraped_at": NOW - 4, "committed_at": NOW - 4, "series": 3100}
    seen = Seen(
        version="0.1.0",
        health=Health(NOW - 3600, max_series=10_000, **(usual | health)),
        history=history,
        counts=counts,
        limits={
            ("openai", "tokens"): Reading(NOW, 2_000_000, 31_250, NOW + 21),
            ("openai", "requests"): Reading(NOW, 10_000, 1_200, NOW + 21),
            ("anthropic", "input_tokens"): Reading(NOW, 400_000, 266_739, None),
        },
        troubles=troubles.rows(),
        unclassified=[
            (Kind("acme", 418, "the * is a teapot"), Kept(3, Place("api-responses", 2, 1041), NOW - 70))
        ],
        topics={"api-responses": (4, 4)},
        settings=in_effect(Settings(kafka={"topics": ["api-responses"]})),
        group="api-error-agent",
        config_file="/etc/api-error-agent/agent.yaml",
    )
    return report(seen, NOW)


def series(provider: str, path: str, status_: str, type_: str, reason: str) -> Series:
    return Series(catalogue.RESPONSES, (provider, "POST", path, status_, type_, reason), 1)
