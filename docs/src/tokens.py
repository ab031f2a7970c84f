"""What each token of the rules means: by its own name, else by the end of its name."""

import re
from collections.abc import Iterable, Mapping

from grafana.src.tokens import defaults

SHARED = (
    *("selector", "release", "by", "interval", "window", "long_window", "quiet_window", "quiet_responses"),
    *("few_count", "few_share", "few_stay", "stay_part", "ok_window", "over_window", "over_slow_window"),
    *("over_part", "late_share", "past_window", "past_offset"),
    *("forecast_window", "forecast_window_seconds"),
)
"""Tokens that several alerts use, and that people may want to change."""

ANNOTATIONS = ("runbooks_url", "grafana_url", "seen_by", "provider_board", "limits_board", "agent_board")
PIECES = ("late", "guard", "answered", "long_guard", "quiet_guard", "wall")

OWN: Mapping[str, str] = {
    "selector": "These label matchers choose the series of the agent.",
    "release": "These labels tell one release of the agent from another.",
    "by": "There is one alert for each combination of these labels.",
    "interval": "The rules are evaluated so often.",
    "window": "Provider alerts count over this time.",
    "agent_all_ignored_others": "So many events that were not ignored keep the alert silent.",
    "long_window": "Over this time they ask whether it lasts, or whether a few calls nearly all fail.",
    "quiet_window": "Provider alerts count over this time if the provider is quiet.",
    "quiet_responses": "A provider with fewer responses than this in `window` is quiet.",
    "few_count": "Where nearly nobody calls, a provider fails if so many calls fail in `long_window`.",
    "few_share": "Of the calls in `long_window` more than this share must have failed then.",
    "few_stay": "While such an alert fires, so many failed calls in `long_window` keep it.",
    "stay_part": "While an alert fires, this part of its count and of its share keeps it.",
    "ok_window": "A release without a success in this time reads a topic that carries errors only.",
    "over_window": "Critical alerts look at this last part of `window` to see whether a burst is over.",
    "over_slow_window": "They look at this part where scrapes are a minute apart.",
    "over_part": "A burst is over if the share in `over_window` is this part of the limit or less.",
    "past_window": "Alerts that compare a provider with its own past look at this time of it.",
    "past_offset": "The `past_window` ended so long ago.",
    "late_share": "Alerts about a provider are mute while more than this share of its new records is late.",
    "runbooks_url": "This is the start of `runbook_url`. The name of the alert and `.md` follow.",
    "grafana_url": "This is the address of your Grafana, for `dashboard_url`.",
    "seen_by": "This names the job and the namespace of the agent, at the end of a description.",
    "provider_board": 'This is `dashboard_url` of most provider alerts: the board "Overview".',
    "limits_board": 'This is `dashboard_url` of alerts on limits: the board "Rate limits and overload".',
    "agent_board": 'This is `dashboard_url` of alerts on the agent: the board "Agent".',
    "late": "The alert is mute if the late records alone could explain its share.",
    "guard": "The alert is mute while most of the records counted in `window` are late.",
    "answered": "Some provider of the release has answered well in `ok_window`.",
    "long_guard": "The alert is mute while most of the records counted in `long_window` are late.",
    "quiet_guard": "The alert is mute while most of the records counted in `quiet_window` are late.",
    "wall": "This is the time in seconds until nothing is left of a limit.",
    "headroom_low_share": "Less than this share of the limit must be left.",
    "forecast_window": "The forecast of when a limit is used up follows its pace over this time.",
    "forecast_window_seconds": "This is `forecast_window` in seconds.",
    "retry_after_ignored_refused_share": "Of the calls that did not wait, more than this share is refused.",
    "wall_ahead_window": "The pace is measured over this time.",
    "wall_ahead_reset_seconds": "The limit must reset later than this many seconds from now.",
    "wall_ahead_within_seconds": "The limit must be used up in fewer seconds than this.",
    "latency_high_quantile": "This quantile of the durations is compared; 0.95 leaves out the slowest 5 %.",
    "latency_high_many_count": "With fewer calls than this, the lower quantile is compared too.",
    "latency_high_few_quantile": "This one is compared too where calls are few.",
    "latency_high_seconds": "The quantile must be above this many seconds.",
    "first_token_slow_quantile": "This quantile of the times to the first token is compared.",
    "first_token_slow_many_count": "With fewer calls than this, the lower quantile is compared too.",
    "first_token_slow_few_quantile": "This one is compared too where calls are few.",
    "first_token_slow_seconds": "The quantile must be above this many seconds.",
    "first_token_slow_factor": "The quantile must be more than this many times its median in the past.",
    "callers_hang_up_factor": "The share must be more than this many times the share of the past.",
    "error_budget_objective": "This share of the calls should succeed. With 0 the alert is off.",
    "error_budget_soon_ticket_count": "Warning, soon: so many must have failed in `window`, on average.",
    "error_budget_slow_ticket_past": "Warning, slow: calls must have come for so long.",
    "error_budget_shift_ticket_count": "Warning, a shift: so many must have failed in `window`, on average.",
    "traffic_stopped_before": "More responses than this must have come each second before.",
    "traffic_stopped_before_window": "What came before is measured over this time.",
    "traffic_stopped_offset": "The time over which it is measured ended so long ago.",
    "traffic_stopped_window": "No response must have come for so long.",
    "traffic_stopped_past_window": "If there was also nothing at some point in this time of yesterday, or "
    "of the same day a week ago, the alert is mute.",
    "traffic_stopped_yesterday_offset": "The time of yesterday ended so long ago.",
    "traffic_stopped_last_week_offset": "The time of last week ended so long ago.",
    "agent_down_before": "A release that was seen in this time must still be there.",
    "agent_lagging_seconds": "Counting must be more than this many seconds behind.",
    "agent_lagging_critical_seconds": "Critical: counting must be more than this many seconds behind.",
    "agent_not_committing_seconds": "What was counted must have waited for more than this many seconds.",
    "agent_counts_uncertain_before": "The value before the window is looked for this far back.",
    "agent_restarting_count": "An instance must have restarted more often than this.",
}

KINDS: Mapping[str, str] = {
    "keep_firing_for": "The alert stays for so long after its condition has ended.",
    "for": "The condition must hold for so long before the alert fires.",
    "count": "At least so many must have been counted.",
    "share": "The share must be above this; 0.05 is 5 %.",
    "window": "The alert counts over this time.",
    "days": "The certificate must end in fewer days than this.",
    "long": "The errors of this time must spend the budget too fast.",
    "short": "The errors of this last part of it must do so too: it still goes on.",
    "factor": "Too fast is more than this many times as fast as the objective allows.",
}

CASES: Mapping[str, str] = {
    r"_critical_|_page_(keep_firing_)?for$": "Critical",
    r"_ticket_(keep_firing_)?for$": "Warning",
    r"_quiet_": "Quiet provider",
    r"authentication_failing_slow_": "Small share that lasts",
    r"_slow_page_": "Critical, slow",
    r"_page_": "Critical, fast",
    r"_slow_ticket_": "Warning, slow",
    r"_soon_ticket_": "Warning, soon",
    r"_shift_ticket_": "Warning, a shift",
    r"_ticket_": "Warning, fast",
}
"""Which one of several conditions of its alert a token belongs to; the first that fits its name."""


def table(tokens: Iterable[str]) -> str:
    values = {token: value or '""' for token, value in defaults().items()}
    rows = "\n".join(f"| `{token}` | {meaning(token)} | `{values[token]}` |" for token in tokens)
    return f"| token | meaning | default |\n|---|---|---|\n{rows}\n"


def meaning(token: str) -> str:
    """One sentence.

    Raises:
        KeyError: If the token has no meaning here; write it in OWN.
    """
    if token in OWN:
        return OWN[token]
    for kind, sentence in KINDS.items():
        if token.endswith(f"_{kind}"):
            return _of_case(token, sentence)
    raise KeyError(f"{token}: say in OWN what it means")


def _of_case(token: str, sentence: str) -> str:
    case = next((text for name, text in CASES.items() if re.search(name, token)), None)
    return f"{case}: {sentence[0].lower()}{sentence[1:]}" if case else sentence
