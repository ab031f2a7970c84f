"""docs/sentences.md, from the tables of phrases by which the classifier reads sentences."""

from collections.abc import Iterable, Iterator

from agent.classify.dialects import DIALECTS
from agent.classify.families import ENGLISH, FAMILIES, Row
from agent.classify.finer import FINER
from agent.classify.guesses import GUESSES
from agent.classify.phrases import DETAILS, OVERRIDES
from agent.classify.taxonomy import Reason
from docs.src.markdown import NOTE


def page() -> str:
    return f"""{NOTE}
# Sentences

The phrases by which the agent tells what the sentence of an error means, in the order in which they are
tried: the first that matches decides. `api-error-agent explain` names the one that decided for an error of
yours. What is missing here, you can say in [`classify.rules`](taxonomy.md#rules-of-your-own); what no phrase
says, is guessed from [all words of the text](taxonomy.md#the-last-resort).

`*` stands for up to twelve words and `..` for up to three; `|` parts the alternatives of a word, `~` ends a
word that may go on, and `^` and `$` are the ends of the text. Messages are compared in lower case, without
accents and punctuation, Chinese in simplified characters. A pair `a + b` asks for one of the words on each
side, in any order, in a short sentence.

## Of some vendors only

{_vendors()}

## Of any vendor

{_phrases(OVERRIDES.rules)}

## In languages other than English

{_pairs(FAMILIES)}

## Which reason exactly

Asked when a code, a status or a phrase has said what kind of error it is, and left the cause open.

{_details()}

## Without a status, asked last

{_phrases(GUESSES.rules)}

{_pairs(ENGLISH)}
"""


def _vendors() -> str:
    known = {each.name: each for each in DIALECTS if each.phrases.rules}
    return "\n\n".join(f"### {name}\n\n{_phrases(known[name].phrases.rules)}" for name in sorted(known))


def _details() -> str:
    phrases = [f"### `{reason}`\n\n{_phrases(table.rules)}" for reason, table in DETAILS.items()]
    pairs = [f"### `{reason}`, pairs\n\n{_pairs(rows)}" for reason, rows in FINER.items()]
    return "\n\n".join((*phrases, *pairs))


def _phrases(rules: Iterable[tuple[str, Reason]]) -> str:
    return _table((phrase, reason) for phrase, reason in rules)


def _pairs(families: Iterable[tuple[Reason, Iterable[Row]]]) -> str:
    return _table((" + ".join(row), reason) for reason, rows in families for row in rows)


def _table(rows: Iterable[tuple[str, Reason]]) -> str:
    return "\n".join(("| phrase | reason |", "|---|---|", *_lines(rows)))


def _lines(rows: Iterable[tuple[str, Reason]]) -> Iterator[str]:
    for phrase, reason in rows:
        yield f"| `{phrase.replace('|', chr(92) + '|')}` | `{reason}` |"
