"""Counting, explain, replay and classify say the same of any record: they go one way to its meaning."""

import json
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from agent.assembly import assemble
from agent.commands.classify import classify
from agent.commands.explain import explain
from agent.commands.record import Given, Origin
from agent.commands.replay import Review
from agent.commands.series import Lines
from agent.metrics import catalogue
from agent.settings import Settings
from tests.examples import EXAMPLES

NOW = 1_796_000_000.0
WHERE = Origin(("file", 0), "file line 1", is_file=True)
RULES = [
    {"when": {"status": 200, "message": "limit*reached"}, "type": "api_error", "reason": "maintenance"},
    {"when": {"message": "fine"}, "type": "timeout_error", "reason": "generation_timeout"},
    {"when": {"status": "5xx"}, "type": "ok", "reason": "none"},
]
SETTINGS = Settings.model_validate({"events": {"only": ["path != /healthz"]}, "classify": {"rules": RULES}})

words = st.sampled_from(
    ["rate limit reached", "try again in 7 s", "insufficient balance", "fine", "/healthz", ""]
)
values = words | st.sampled_from([200, 429, 503, 0, -1, None, True, "429", 2e9, 3.8e9])
names = st.sampled_from(
    [
        "status",
        "path",
        "provider",
        "message",
        "error",
        "code",
        "type",
        "timestamp",
        "retryAfterSeconds",
        "body",
    ]
)
events = st.recursive(
    st.dictionaries(names, values, max_size=5),
    lambda below: st.dictionaries(names, values | below, max_size=4) | st.lists(below, max_size=3),
    max_leaves=5,
)


@EXAMPLES
@given(event=events, is_text=st.booleans())
def test_four_ways_to_ask_give_one_answer(*, event: object, is_text: bool) -> None:
    text = json.dumps(event)
    record = Given(json.dumps({"log": text}).encode() if is_text else text.encode())

    explained = explain(assemble(SETTINGS), Lines(), SETTINGS, record, WHERE, NOW)
    classified = classify(assemble(SETTINGS), record, NOW)
    review = Review(assemble(SETTINGS))
    review.count(record, WHERE, NOW)
    replayed = review.report()

    kinds = Counter(it["outcome"]["type"] for it in explained if "outcome" in it)
    assert kinds == Counter(it["type"].value for it in classified if not {"error", "ignored"} & it.keys())
    assert kinds == Counter({name: it["events"] for name, it in replayed["types"].items()})
    invalid = Counter(it["invalid"]["reason"] for it in explained if it["invalid"])
    assert invalid == Counter(it["error"].partition(":")[0] for it in classified if "error" in it)
    assert invalid == Counter({name: it["events"] for name, it in replayed["invalid"].items()})
    assert counted(record) == (kinds.total(), invalid.total(), sum(it["ignored"] for it in explained))


def counted(record: Given) -> tuple[int, int, int]:
    """How many events the agent counts, calls invalid, and ignores."""
    delta = assemble(SETTINGS).pipeline.process(("file", 0), [record], NOW).delta
    numbers: Counter[str] = Counter()
    for series, amounts in delta.items():
        is_timed = series.metric is catalogue.DURATION
        numbers[series.metric.name] += int(sum(amounts[:-1]) if is_timed else amounts[0])
    responses = numbers[catalogue.RESPONSES.name] + numbers[catalogue.DURATION.name]
    return responses, numbers[catalogue.INVALID_EVENTS.name], numbers[catalogue.IGNORED_EVENTS.name]
