"""The alerts about providers that have one of two forms: a share of the responses, or the error budget."""

from grafana.src.alerts.burn import Burn, Pair
from grafana.src.alerts.counted import FAULTS, GONE, LIMITS, REFUSALS, Counted, Known, Overloads, Part
from grafana.src.alerts.share import Share
from grafana.src.alerts.text import Alert

FILE = "api-provider-shares.yaml"
OVERVIEW, LIMIT_BOARD = "${provider_board}", "${limits_board}"
RESPONSES = "{{ $value | humanizePercentage }} of the responses"


def text() -> str:
    """The file of rules, tokens and all."""
    rules = "\n".join(each.text() for each in (*SHARES, *BURNS))
    return f"""\
groups:
  - name: api-provider-shares
    interval: ${{interval}}
    rules:
{rules}"""


def _warning(name: str, summary: str, said: str, board: str = OVERVIEW) -> Alert:
    return Alert(name, "warning", summary, f"{RESPONSES} {said}", board)


def _critical(name: str, summary: str, said: str, board: str = OVERVIEW) -> Alert:
    return Alert(name, "critical", summary, f"{RESPONSES} {said}", board)


def _part(name: str, label: str, word: str) -> Share:
    """*word* is what stands before the path or model: on, to."""
    said = f"""\
{word} {{{{ $labels.{label} }}}} of {{{{ $labels.provider }}}} are rate limits, refusals or the
            provider's own faults"""
    board = OVERVIEW + "&var-path={{ $labels.path | urlquery }}" * (label == "path")
    alert = _warning(name, f"Most calls {word} one {label} of the provider fail.", said, board)
    return Share(alert, f"{label}_failing", Part((*LIMITS, *FAULTS), label), quiet=True)


OF = "of {{ $labels.provider }}"

SHARES = (
    Share(
        _warning(
            "ApiRateLimited",
            "The provider refuses calls for exceeding its rate limit.",
            f"{OF} are rate limits",
            LIMIT_BOARD,
        ),
        "rate_limited",
        Counted(LIMITS),
        lasting=True,
        quiet=True,
    ),
    Share(
        _critical(
            "ApiRateLimitStorm",
            "The provider refuses a large part of all calls for exceeding its rate limit.",
            f"{OF} are rate limits",
            LIMIT_BOARD,
        ),
        "rate_limit_storm",
        Counted(LIMITS),
        over=True,
    ),
    Share(
        _warning(
            "ApiOverloaded",
            "The provider turns calls away because it is overloaded.",
            f"{OF} say that it is overloaded",
            LIMIT_BOARD,
        ),
        "overloaded",
        Overloads(),
    ),
    Share(
        _critical(
            "ApiOverloadSustained",
            "The provider keeps turning a large part of all calls away because it is overloaded.",
            f"{OF} say that it is overloaded",
            LIMIT_BOARD,
        ),
        "overload_sustained",
        Overloads(),
        over=True,
    ),
    Share(
        _warning(
            "ApiProviderFailing",
            "The provider fails to answer calls that are in order.",
            f"{OF} are its own faults: errors, timeouts, overload",
        ),
        "provider_failing",
        Counted(FAULTS),
        quiet=True,
    ),
    Share(
        _critical(
            "ApiProviderFailing",
            "The provider fails to answer most calls.",
            f"{OF} are its own faults: errors, timeouts, overload",
        ),
        "provider_failing_critical",
        Counted(FAULTS),
        over=True,
        few=True,
    ),
    Share(
        _warning(
            "ApiTimeoutsHigh",
            "Calls to the provider end without an answer in time.",
            f"{OF} are timeouts",
        ),
        "timeouts_high",
        Counted(("timeout_error",)),
    ),
    _part("ApiPathFailing", "path", "on"),
    _part("ApiModelFailing", "model", "to"),
    Share(
        _critical(
            "ApiBalanceExhausted",
            "The provider refuses a large part of all calls because the balance or a budget is used up.",
            f"{OF} say that the balance or a budget is used up",
            LIMIT_BOARD,
        ),
        "balance_exhausted_critical",
        Counted(("insufficient_balance",)),
    ),
    Share(
        _warning(
            "ApiAuthenticationFailing",
            "The provider does not accept our API key.",
            f"{OF} refuse the API key",
        ),
        "authentication_failing",
        Counted(("authentication_error",)),
        quiet=True,
        slow=Counted(("authentication_error",)),
    ),
    Share(
        _critical(
            "ApiAuthenticationFailing",
            "The provider does not accept our API key for most calls.",
            f"{OF} refuse the API key",
        ),
        "authentication_failing_critical",
        Counted(("authentication_error",)),
        few=True,
    ),
    Share(
        _warning(
            "ApiRequestsRefused",
            "The provider refuses our calls because they are wrong.",
            f"{OF} say that the call was wrong",
        ),
        "requests_refused",
        Counted(REFUSALS),
        answered=True,
        quiet=True,
        slow=Known(GONE),
    ),
    Share(
        _critical(
            "ApiRequestsRefused",
            "The provider refuses most of our calls because they are wrong.",
            f"{OF} say that the call was wrong",
        ),
        "requests_refused_critical",
        Counted(REFUSALS),
        answered=True,
        over=True,
    ),
)

SPENT = f"""\
{RESPONSES} of {{{{ $labels.provider }}}} are its own faults; the objective is
            ${{error_budget_objective}}"""

BURNS = (
    Burn(
        Alert(
            "ApiErrorBudgetBurn",
            "critical",
            "The error budget of the provider burns so fast that little of it will be left in days.",
            SPENT,
            OVERVIEW,
        ),
        "error_budget_page",
        (Pair("error_budget_page", now=True), Pair("error_budget_slow_page", now=True)),
    ),
    Burn(
        Alert(
            "ApiErrorBudgetBurn",
            "warning",
            "The error budget of the provider will not last for its month.",
            SPENT,
            OVERVIEW,
        ),
        "error_budget_ticket",
        (
            Pair("error_budget_soon_ticket", counted=True),
            Pair("error_budget_shift_ticket", counted=True),
            Pair("error_budget_ticket"),
            Pair("error_budget_slow_ticket", known=True),
        ),
    ),
)
