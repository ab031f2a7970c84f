"""What the last resort learns from the labelled texts of tests/data, and how it does beside loose words.

python -m tests.unit.classify.last_resort writes agent/classify/learned.tsv, and the figures that
docs/taxonomy.md shows: loose words and model judge the texts of each dialect by their words alone, and the
model has learned from all texts but the dialect's own. Whoever adds a labelled text runs it again.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from agent.classify import OutcomeType, explain, learned
from agent.classify.decide import type_of
from agent.classify.finding import text_of
from agent.classify.guesses import guess
from agent.classify.learned import Counts
from agent.classify.matching import Words, words_of
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import OWN, ROOT, own, rows
from tests.unit.classify.earned import of_sentence

TABLE = ROOT / "agent" / "classify" / "learned.tsv"
FIGURES = ROOT / "docs" / "src" / "last_resort.json"
FEWEST = 2  # texts in which a feature must stand


class Text(NamedTuple):
    source: str
    words: Words
    type: OutcomeType


def texts() -> list[Text]:
    """What every labelled error of the repository says, by the file that it comes from."""
    kinds = {kind.value: kind for kind in learned.REASONS}
    said = (
        Text(source, words_of(_said(response)), kinds[kind])
        for source, response, kind in _labelled()
        if kind in kinds
    )
    return [text for text in said if text.words.found]


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
    return text_of(response, finding)[: learned.LONGEST] if finding else ""


def count(found: Iterable[Text]) -> Counts:
    """Count in how many texts of each type there is anything at all, and each feature."""
    totals, features = Counter[OutcomeType](), defaultdict[str, Counter[OutcomeType]](Counter)
    for text in found:
        totals[text.type] += 1
        for feature in learned.features(text.words):
            features[feature][text.type] += 1
    often = {name: each for name, each in features.items() if each.total() >= FEWEST}
    return Counts({kind: totals[kind] for kind in learned.REASONS}, often)


def by_loose_words(words: Words) -> OutcomeType | None:
    match = guess(words)
    return None if match is None else type_of(match.reason, None)


def figures(found: list[Text]) -> dict[str, int]:
    """Count how many texts each way answers, and how many right; and what the model adds to loose words."""
    counts: Counter[str] = Counter(texts=len(found))
    for source in sorted({text.source for text in found}):
        others = count(text for text in found if text.source != source)
        for text in (each for each in found if each.source == source):
            loose, like = by_loose_words(text.words), learned.likeness(text.words, others)
            counts.update(loose=loose is not None, loose_right=loose == text.type)
            counts.update(model=like is not None, model_right=like == text.type)
            if loose is None:
                counts.update(added=like is not None, added_right=like == text.type)
    return dict(counts)


if __name__ == "__main__":
    everything = texts()
    TABLE.write_text(learned.written(count(everything)), encoding="utf-8")
    FIGURES.write_text(json.dumps(figures(everything)) + "\n", encoding="utf-8")
