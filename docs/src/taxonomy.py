"""docs/taxonomy.md, from the taxonomy, the registry of dialects and their test bodies."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from agent.classify.codes import CODES, VAGUE
from agent.classify.dialects import DIALECTS
from agent.classify.statuses import BY_STATUS
from agent.classify.taxonomy import OutcomeType, Reason
from docs.src.markdown import NOTE, listed

HERE = Path(__file__).parent
BODIES = HERE.parents[1] / "tests" / "data" / "bodies"
LEAVE_ONE_OUT = HERE / "leave_one_out.json"
LAST_RESORT = HERE / "last_resort.json"

_T, _R = OutcomeType, Reason

TODO: Mapping[OutcomeType, str] = {
    _T.OK: "Nothing.",
    _T.INVALID_REQUEST: "Correct the request. Do not retry it as it is.",
    _T.AUTHENTICATION: "Check the key that the caller sends, and rotate it if it has leaked. Do not retry.",
    _T.INSUFFICIENT_BALANCE: "Pay or raise the budget, or send the traffic elsewhere. Retries cannot help.",
    _T.PERMISSION: "Ask the vendor or the owner of the account for the right. Do not retry.",
    _T.NOT_FOUND: "Correct the name of the model or the path. Do not retry.",
    _T.REQUEST_TOO_LARGE: "Send less.",
    _T.RATE_LIMIT: "Wait for the retry hint, then send slower; raise the limit if it happens daily.",
    _T.TIMEOUT: "Retry with backoff; allow more time or ask for shorter answers if it stays.",
    _T.API: "Retry with backoff; look at the vendor's status page; fail over if it stays.",
    _T.OVERLOADED: "Retry with longer backoff, or use another model or vendor: it is not about your limits.",
    _T.CLIENT_CLOSED: "Nobody is to blame; when its share jumps, look whether answers have become slow.",
    _T.UNKNOWN: "See what such bodies have in common, and write a rule: `api-error-agent replay`.",
}

FINER: Mapping[Reason, str] = {
    _R.CONCURRENCY_LIMIT: "fewer calls at once; waiting between calls does not help",
    _R.BURST_LIMIT: "raise the traffic slowly",
    _R.FREE_TIER_LIMIT: "pay, or wait for the next day",
    _R.SUBSCRIPTION_WINDOW: "wait until the window resets: hours or days",
    _R.REQUEST_OVER_TOKEN_BUDGET: "make this request smaller; waiting never helps",
    _R.UPSTREAM_RATE_LIMITED: "another provider behind the gateway, or a key of your own",
    _R.EDGE_RATE_LIMITED: "slow down; it counts addresses, not keys",
    _R.INSUFFICIENT_CREDITS: "top up",
    _R.QUOTA_EXHAUSTED: "a larger plan",
    _R.SPEND_LIMIT_REACHED: "raise the budget that you or your administrator set",
    _R.BILLING_PROBLEM: "check the payment method",
    _R.PAYMENT_OVERDUE: "pay the bill",
    _R.MISSING_API_KEY: "configure the client",
    _R.EXPIRED_CREDENTIAL: "refresh the token",
    _R.REGION_BLOCKED: "call from a served region",
    _R.SERVICE_DISABLED: "enable the API in the project",
    _R.EDGE_BLOCKED: "look at the caller's address and headers",
    _R.MODEL_DECOMMISSIONED: "move to the successor",
    _R.NO_MATCHING_ENDPOINT: "loosen the account's filters",
    _R.CONTEXT_LENGTH_EXCEEDED: "shorten the prompt",
    _R.CONTENT_POLICY: "look at the prompt; do not retry",
    _R.MEDIA_FETCH_FAILED: "see that the vendor can reach the URL",
    _R.TOOL_USE_FAILED: "retry may help: the model answered differently than asked",
    _R.MODEL_NOT_LOADED: "wait for the model to load",
    _R.GATEWAY_MISCONFIGURED: "tell whoever runs the gateway",
    _R.MAINTENANCE: "wait, or fail over",
    _R.OUT_OF_MEMORY: "a smaller model or a larger machine",
    _R.PLACEHOLDER: "a template was sent: look at the producer of the events",
}

_BY_WORD = {reason.value: reason for reason in Reason}
# Shapes of many, which name no vendor.
SHARED = frozenset(
    {"none", "flat", "text", "html", "openai_like", "error_string", "detail", "typed", "problem"}
)


RULES = """classify:
  rules:
    - when: {provider: our-gateway, status: [403, 5xx], message: budget * used up}
      type: insufficient_balance
      reason: spend_limit_reached
    - when: {code: tenant_paused}
      type: permission_error
      reason: access_denied
"""


def page() -> str:
    types = "\n".join(_section(kind) for kind in OutcomeType)
    return f"""{NOTE}
# What errors mean

Every response gets one type and one reason. Both sets are closed. A type says what to do; a reason says why.
A vendor's code counts first, then its type word, then its sentence, then the HTTP status. Where a gateway
says how the call ended (an answer that broke off under 200, a circuit breaker behind a 503), this decides if
the body is silent and the status names no cause of its own. The HTTP status alone means:

| status | type | reason |
|---|---|---|
{_statuses()}

Other 5xx are `{_R.INTERNAL_ERROR}`, other 4xx `{_R.UNMAPPED_STATUS}` unless the body says more. Without a
status, an exception's name or a single word decides where nothing better does.

"Seen in" names the dialects whose tables or test bodies have the reason, "any" the codes that mean the same
everywhere. A dialect is told by the shape of a body: a gateway that copies a vendor's shape is seen as that
vendor.

{types}
## Rules of your own

`classify.rules` says what an error means that the agent does not know, or that means something else in your
house. The rules come before all that the agent knows. The first that holds decides, and what it says is
counted like anything else.

```yaml
{RULES}```

| condition | holds if |
|---|---|
| `provider` | this provider answered, as the label `provider` says |
| `status` | the HTTP status is this number, such as 429, or of this class, such as `5xx` |
| `code`, `type` | this is one of the vendor's codes or type words; both conditions look at the same words |
| `message` | this is a part of the message, which `explain` shows, or of any text of a body without one |

* All conditions of a rule must hold. A condition may be a list, of which one value is enough.
* Upper and lower case are the same, and so are spaces and line breaks. `*` stands for any text:
  `budget * used up`, and `quota_*` for a code, which must otherwise fit as a whole. There are no regular
  expressions: what is matched comes from outside, and a text can be written that keeps one busy for hours.
* `type` and `reason` are words of this page, and the reason must stand under the type. `type: ok` with
  `reason: none` says that it is no error.
* A response that looks like a success is looked at only by rules that name its status (200, `2xx`). What has
  no status, and is not known for an error either, becomes one only by a rule with `code`, `type` or
  `message`.
* `check-config` refuses a word that does not exist, and a rule that an earlier one leaves nothing. `explain`
  says which rule has decided, and what would have decided without it.

## From unknown to known

An error is unclassified if its type is `unknown`, or if it is an `api_error` that the status alone has
decided although the body says more than the name of the status, or if the last resort has guessed its type.

`api-error-agent replay --topic api-responses` groups unclassified errors by what they have in common: their
words, with `*` for numbers, names in quotes, ids, keys and addresses. For each group it shows how many there
are, where one of them stands, and an entry for `classify.rules` that would catch them. It also says which
errors that are classified now would fall under that entry. Choose the type and the reason, run `replay` again
with the new settings, and see what has changed.

## Dialects

| dialect | implies the provider | shape |
|---|---|---|
{_dialects()}

## What a dialect is worth

Types right on a corpus of real bodies, for vendors with at least five: by the HTTP status alone, with the
vendor's main dialect left out, and with all. What is left out stands for a vendor that nobody has described.

| vendor | bodies | by status | dialect | without it | with it |
|---|---|---|---|---|---|
{_worth()}

## The last resort

What no rule knows is guessed by what labelled texts with the same words meant: `learned` in `explain`. Two
small linear models (logistic regression over words, pairs of words and parts of words) answer. One tells the
types apart, and errors from ordinary texts: a text or a `message` without any status is an error where that
is likelier. The other picks the reason where the rules leave it open. They stay silent where they are not
confident; the type is `unknown` then. `replay` shows what was guessed among the unclassified. They have
learned from the labelled texts under `tests/data` and nothing else: whoever adds one runs
`python -m tests.unit.classify.last_resort`, which learns anew.

Where only the status or a vague code has decided, the words are weighed against it: what they are like,
times how often errors with that status were of that type (Bayes' rule). So 500 for a file that is too large,
and 402 for a wrong key, mean what they say; `explain` shows `learned: like authentication_error under 402`.
The counts are those of errors from public reports, documents and sources (`tests/data/collected.jsonl`). A
type that was never met under a status is not given for it.

Before them loose words are asked ("quota", "denied"), which give way to a guess that is nearly sure. Both by
words alone, each fifth of the labelled texts judged by what the others teach (the loose words were written
with a third of them in sight):

| errors | loose words answer | right | the model answers | right | where loose words are silent | right |
|---|---|---|---|---|---|---|
{_last_resort()}

{_ordinary()}

On errors that were collected from public reports and labelled before anything judged them, when none of them
was in `tests/data`, {_BLIND}
"""


def _section(kind: OutcomeType) -> str:
    under_any = len(OutcomeType)  # types of a reason that stands under every one
    reasons = [
        reason
        for reason in Reason
        if (len(reason.types) == under_any if kind is _T.UNKNOWN else kind in reason.types)
        and (kind is _T.UNKNOWN or len(reason.types) < under_any)
    ]
    rows = "\n".join(
        f"| `{reason}` | {reason.help} | {FINER.get(reason, '')} | {listed(_seen(reason))} |"
        for reason in reasons
    )
    return f"""## {kind}

{kind.help[0].upper()}{kind.help[1:]}. {TODO[kind]}

| reason | meaning | what to do | seen in |
|---|---|---|---|
{rows}
"""


def _seen(reason: Reason) -> Iterator[str]:
    if reason in CODES.values() or reason in VAGUE.values():
        yield "any"
    yield from (f"`{name}`" for name in sorted(_where()[reason] - SHARED))


@cache
def _where() -> Mapping[Reason, set[str]]:
    found: dict[Reason, set[str]] = defaultdict(set)
    for dialect in DIALECTS:
        for reason in (*dialect.codes.values(), *(reason for _, reason in dialect.phrases.rules)):
            found[reason].add(dialect.name)
    for path in BODIES.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found[_BY_WORD[row["reason"]]].add(row["dialect"])
    return found


def _statuses() -> str:
    return "\n".join(
        f"| {status} | `{reason.types[0]}` | `{reason}` |" for status, reason in sorted(BY_STATUS.items())
    )


def _dialects() -> str:
    by_name = {each.name: each for each in reversed(DIALECTS)}
    return "\n".join(
        f"| `{name}` | {each.provider or ''} | {_cell(_title(each.recognise.__module__))} |"
        for name, each in sorted(by_name.items())
    )


def _title(module: str) -> str:
    """The first sentence of a dialect's module."""
    return " ".join((sys.modules[module].__doc__ or "").partition("\n\n")[0].split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


_BLIND = (
    "481 of 494 had the right type at first sight (97 %; 98 % with a status, 95 % without one),\n"
    "and 452 the right reason (91 %). Of 236 that were put together from tables of rare APIs, 200 had\n"
    "the right type (85 %)."
)


def _figures() -> dict[str, int]:
    found: dict[str, int] = json.loads(LAST_RESORT.read_text(encoding="utf-8"))
    return found


def _last_resort() -> str:
    names = ("texts", "loose", "loose_right", "model", "model_right", "added", "added_right")
    own = _figures()
    return f"| {' | '.join(str(own[name]) for name in names)} |"


def _ordinary() -> str:
    own = _figures()
    return (
        f"Of these {own['texts']} errors {own['seen']} are likelier errors than ordinary texts; so are"
        f" {own['alarms']} of {own['ordinary']} ordinary\ntexts, most of which were written to be mistaken."
        " They count only where an event has no status at all."
    )


def _worth() -> str:
    return "\n".join(
        f"| {row['vendor']} | {row['bodies']} | {row['by_status']} | `{row['dialect']}` | {row['without']} |"
        f" {row['whole']} |"
        for row in json.loads(LEAVE_ONE_OUT.read_text(encoding="utf-8"))
    )
