"""What the last resort learns from the labelled texts of tests/data, and how it does beside loose words.

python -m tests.unit.classify.last_resort writes agent/classify/learned_*.tsv, and the figures that
docs/taxonomy.md shows: each fifth of the texts is judged by what the others teach, by their words alone.
Whoever adds a labelled text runs it again; it takes a minute or two.
"""

import hashlib
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from agent.classify import OutcomeType, explain, learned, model
from agent.classify.decide import type_of
from agent.classify.finding import text_of
from agent.classify.loose_words import guess
from agent.classify.matching import Words, words_of
from agent.classify.model import Model
from agent.classify.taxonomy import Reason
from agent.events.response import FIRST_ERROR, ApiResponse
from tests.unit.classify.bodies import OWN, ROOT, Collected, collected, own, rows
from tests.unit.classify.earned import of_sentence

TYPES = ROOT / "agent" / "classify" / "learned_types.tsv"
REASONS = ROOT / "agent" / "classify" / "learned_reasons.tsv"
STATUSES = ROOT / "agent" / "classify" / "learned_statuses.tsv"
FIGURES = ROOT / "docs" / "src" / "last_resort.json"
FEWEST = 2  # texts in which a feature must stand
FEWEST_MET = 10  # errors with a status
PARTS = 5
ROUNDS = 6
_RATE = 0.8
_CAUTION = 0.1  # what each feature's gradients are taken to have summed up to before the first


class Text(NamedTuple):
    """A labelled text; the reason is "" where nobody says it."""

    source: str
    words: Words
    type: str
    reason: str = ""


def texts() -> list[Text]:
    """What every labelled text of the repository says, by the file that it comes from."""
    kinds = {kind.value for kind in learned.REASONS}
    said = [
        *(Text(source, words_of(_said(of)), kind, reason or "") for source, of, kind, reason in _labelled()),
        *(Text("lines", words_of(row["text"]), row["type"], row.get("reason", "")) for row in _of("lines")),
        *(Text("prose", words_of(row["text"]), OutcomeType.OK.value) for row in _of("prose")),
    ]
    return [text for text in said if text.words.found and text.type in kinds and not _says_nothing(text)]


def _says_nothing(text: Text) -> bool:
    """Whether the label is about a body around the text, which by itself may be anything."""
    return text.type == OutcomeType.UNKNOWN and text.source != "lines"


def _labelled() -> Iterator[tuple[str, ApiResponse, str, str | None]]:
    for body in own():
        yield body.name.rpartition("-")[0], body.response, body.type, body.reason
    for name in ("wordings", "languages"):
        yield from ((name, ApiResponse(body=row["text"]), row["type"], None) for row in _of(name))
    for row in _of("kinds"):
        response = ApiResponse(status=row.get("status"), body=row["body"])
        yield "kinds", response, row["type"], row.get("reason")
    yield from (("sentences", of_sentence(row), row["type"], None) for row in _of("sentences"))
    yield from (("collected", body.response, body.type, body.reason) for body in collected())


def _of(name: str) -> list[dict[str, Any]]:
    return rows(OWN.parent / f"{name}.jsonl")


def _said(response: ApiResponse) -> str:
    finding = explain(response).finding
    return text_of(response, finding)[: model.LONGEST] if finding else ""


def fingerprint() -> str:
    """What tells whether the labelled texts have changed since they were learned."""
    files = sorted((*OWN.parent.glob("*.jsonl"), *OWN.glob("*.jsonl")))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


Weights = dict[str, list[float]]


def learn(found: Iterable[tuple[Words, str]], labels: Sequence[str]) -> Weights:
    """Fit logistic regression by AdaGrad, one rate for all weights of a feature; the same each time."""
    listed = [(sorted(model.features(words)), labels.index(label)) for words, label in found]
    often = Counter(feature for features, _ in listed for feature in features)
    listed = [([each for each in features if often[each] >= FEWEST], label) for features, label in listed]
    listed = [text for text in listed if text[0]]
    weights = {each: [0.0] * len(labels) for features, _ in listed for each in features}
    steepness = dict.fromkeys(weights, _CAUTION)
    order = random.Random(1)
    for _ in range(ROUNDS):
        order.shuffle(listed)
        for features, label in listed:
            _step(features, label, weights, steepness)
    return weights


def _step(features: list[str], label: int, weights: Weights, steepness: dict[str, float]) -> None:
    scale = 1 / math.sqrt(len(features))
    scores = [sum(column) * scale for column in zip(*(weights[each] for each in features), strict=True)]
    highest = max(scores)
    shares = [math.exp(score - highest) for score in scores]
    whole = sum(shares)
    missed = [share / whole for share in shares]
    missed[label] -= 1
    slope = sum(each * each for each in missed) * scale * scale
    for each in features:
        steepness[each] += slope
        step = _RATE * scale / math.sqrt(steepness[each])
        weights[each] = [weight - step * gone for weight, gone in zip(weights[each], missed, strict=True)]


def of_types(found: Iterable[Text]) -> str:
    """The table of types that *found* teach."""
    labels = tuple(kind.value for kind in learned.REASONS)
    return model.written(labels, learn(((text.words, text.type) for text in found), labels), fingerprint())


def of_reasons(found: Iterable[Text]) -> str:
    """The table of reasons."""
    labels = tuple(reason.value for reason in Reason)
    told = ((text.words, text.reason) for text in found if text.reason)
    return model.written(labels, learn(told, labels), fingerprint())


def of_statuses(found: Iterable[Collected]) -> str:
    """The table of how many errors with a status were of each type, for statuses that were met often."""
    labels = [kind.value for kind in learned.REASONS if kind not in {OutcomeType.OK, OutcomeType.UNKNOWN}]
    met: dict[int, Counter[str]] = defaultdict(Counter)
    for body in found:
        if body.type in labels and (body.response.status or 0) >= FIRST_ERROR:
            met[body.response.status or 0][body.type] += 1
    often = [(status, counts) for status, counts in sorted(met.items()) if counts.total() >= FEWEST_MET]
    rows = [
        (fingerprint(), *labels),
        *((status, *(counts[kind] for kind in labels)) for status, counts in often),
    ]
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


def by_loose_words(words: Words) -> str:
    match = guess(words)
    return "" if match is None else type_of(match.reason, None).value


def figures(found: list[Text]) -> Mapping[str, int]:
    """Count how many texts each way answers, and how many right; and what the model adds to loose words."""
    counts: Counter[str] = Counter()
    mixed = random.Random(1).sample(found, len(found))
    for part in range(PARTS):
        others = [text for at, text in enumerate(mixed) if at % PARTS != part]
        counts.update(_judged(mixed[part::PARTS], model.read(of_types(others).splitlines())))
    return counts


def _judged(found: Iterable[Text], types: Model) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in found:
        features = model.features(text.words)
        whole = types.belief(features)
        alarm = model.likeliest(whole)[0] not in {"", OutcomeType.OK}
        if text.type == OutcomeType.OK:
            counts.update(ordinary=1, alarms=alarm)
            continue
        best, share = model.likeliest(types.belief(features, learned.ERRORS))
        like = best if share >= learned.CONFIDENT else ""
        loose = by_loose_words(text.words)
        counts.update(texts=1, seen=alarm, loose=bool(loose), loose_right=loose == text.type)
        counts.update(model=bool(like), model_right=like == text.type)
        if not loose:
            counts.update(added=bool(like), added_right=like == text.type)
    return counts


def tables(found: list[Text]) -> Mapping[Path, str]:
    return {TYPES: of_types(found), REASONS: of_reasons(found), STATUSES: of_statuses(collected())}


if __name__ == "__main__":
    everything = texts()
    for path, table in tables(everything).items():
        path.write_text(table, encoding="utf-8")
    FIGURES.write_text(json.dumps(figures(everything)) + "\n", encoding="utf-8")
