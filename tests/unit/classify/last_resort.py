"""Would a learned model guess better than the loose words that are asked last? Both judge by words alone.

python -m tests.unit.classify.last_resort writes the figures that docs/taxonomy.md shows. The model is naive
Bayes over words, pairs of words, and pairs of characters in scripts without spaces. It learns from the
labelled texts of tests/data, and for each dialect from all but the dialect's own.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from agent.classify import OutcomeType, explain
from agent.classify.decide import type_of
from agent.classify.finding import text_of
from agent.classify.guesses import LONGEST, guess
from agent.classify.matching import Words, words_of
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import OWN, ROOT, own, rows
from tests.unit.classify.earned import of_sentence

TABLE = ROOT / "docs" / "src" / "last_resort.json"
CONFIDENT = 0.6  # share of the belief; below it the model says nothing
FEWEST = 2  # texts in which a feature must stand
_SMOOTHING = 0.03
_LONGEST_WORD = 20
_NUMBER = re.compile(r"\S*\d\S*")  # of one kind, like names of models and ids
_SPACED = re.compile(r"[\0-\u2e7f]+")


class Text(NamedTuple):
    source: str
    words: Words
    type: str


class Model(NamedTuple):
    """In how many texts of each type there is anything at all, and each feature."""

    texts: Counter[str]
    features: dict[str, Counter[str]]


def texts() -> list[Text]:
    """What every labelled error of the repository says, by the file that it comes from."""
    said = ((source, words_of(_said(response)[:LONGEST]), kind) for source, response, kind in _labelled())
    errors = {kind.value for kind in OutcomeType} - {"ok", "unknown"}
    return [Text(*each) for each in said if each[1].found and each[2] in errors]


def _labelled() -> Iterator[tuple[str, ApiResponse, str]]:
    yield from ((body.name.rpartition("-")[0], body.response, body.type) for body in own())
    for name in ("wordings", "languages"):
        yield from ((name, ApiResponse(body=row["text"]), row["type"]) for row in _of(name))
    for row in _of("kinds"):
        yield "kinds", ApiResponse(status=row.get("status"), body=row["body"]), row["type"]
    yield from (("sentences", of_sentence(row), row["type"]) for row in _of("sentences"))


def _of(name: str) -> list[dict[str, Any]]:
    return rows(OWN.parent / f"{name}.jsonl")


def _said(response: ApiResponse) -> str:
    finding = explain(response).finding
    return text_of(response, finding) if finding else ""


def features(words: Words) -> set[str]:
    listed = [each[:_LONGEST_WORD] for each in _NUMBER.sub("0", words.text).split()]
    pairs = (f"{first} {second}" for first, second in pairwise(listed))
    dense = _SPACED.sub("", words.dense)
    return {*listed, *pairs, *(dense[at : at + 2] for at in range(len(dense) - 1))}


def learned(found: Iterable[Text]) -> Model:
    totals, counted = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for text in found:
        totals[text.type] += 1
        for feature in features(text.words):
            counted[feature][text.type] += 1
    return Model(totals, {name: each for name, each in counted.items() if each.total() >= FEWEST})


def by_model(words: Words, model: Model) -> str | None:
    """The type of the texts that are most alike, if the model is confident."""
    known = [found for each in features(words) if (found := model.features.get(each))]
    scores = {kind: _score(kind, known, model) for kind in model.texts}
    best = max(scores, key=lambda kind: scores[kind])
    share = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
    return best if share >= CONFIDENT else None


def _score(kind: str, known: list[Counter[str]], model: Model) -> float:
    """Log of a belief. Features hang together: divided by the root of their number they claim less."""
    texts = model.texts[kind]
    seen = sum(math.log((each[kind] + _SMOOTHING) / (texts + 10 * _SMOOTHING)) for each in known)
    return math.log(texts) / 2 + seen / math.sqrt(max(1, len(known)))


def by_loose_words(words: Words) -> str | None:
    match = guess(words)
    return None if match is None else type_of(match.reason, None).value


def figures(found: list[Text]) -> dict[str, int]:
    """Count how many texts each way answers, and how many it answers right."""
    counts: Counter[str] = Counter(texts=len(found))
    for source in sorted({text.source for text in found}):
        model = learned(text for text in found if text.source != source)
        for text in (each for each in found if each.source == source):
            loose, like = by_loose_words(text.words), by_model(text.words, model)
            counts.update(loose=loose is not None, loose_right=loose == text.type)
            counts.update(model=like is not None, model_right=like == text.type)
    return dict(counts)


if __name__ == "__main__":
    TABLE.write_text(json.dumps(figures(texts())) + "\n", encoding="utf-8")
