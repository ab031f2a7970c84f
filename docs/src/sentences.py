"""docs/sentences.md, from the tables of phrases by which the classifier reads sentences."""

from collections.abc import Collection, Iterable, Iterator

from agent.classify import pairs, sentences
from agent.classify.dialects import DIALECTS
from agent.classify.families import ENGLISH, FAMILIES, Row
from agent.classify.finer import FINER
from agent.classify.languages import ERROR_CHARACTERS, ERROR_ENDINGS, ERROR_WORDS
from agent.classify.loose_words import ABOUT_REQUESTS, LOOSE_WORDS
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

{_phrases(LOOSE_WORDS.rules)}

{_pairs(ENGLISH)}

Of a text with one of these words it is also asked, without a status, which reason of a bad request it names:

{_words(ABOUT_REQUESTS)}

## Which texts are asked about

A pair of the languages other than English is looked for in a text without these words; one of them may stand
in a text with Chinese, Japanese or Korean characters:

{_words(pairs.ENGLISH_WORDS)}

A pair of English words, which prose may hold too, is looked for beside one of these:

{_words(pairs.CALLS)}

Without a status, a text is prose, and no message of an error, if somebody speaks of himself in it:

{_words(sentences.FIRST_PERSON)}

or if it is a long text with two of these words:

{_words(sentences.ENGLISH)}

and hardly any of these, of which a text about a call speaks:

{_words(sentences.CALLS)}

A text reports an error, where nothing else says so, by one of these words:

{_words(ERROR_WORDS)}

by a word that ends in one of these:

{_words(ERROR_ENDINGS)}

or by one of these characters or parts of words:

{_words(ERROR_CHARACTERS)}

The sentence of a server is looked for behind the words for a cause where one of these stands:

{_words(sentences.MARKS)}
"""


def _words(words: Collection[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words))


def _vendors() -> str:
    known = {each.name: each for each in DIALECTS if each.phrases.rules}
    return "\n\n".join(f"### {name}\n\n{_phrases(known[name].phrases.rules)}" for name in sorted(known))


def _details() -> str:
    phrases = [f"### `{reason}`\n\n{_phrases(table.rules)}" for reason, table in DETAILS.items()]
    met = [f"### `{reason}`, pairs\n\n{_pairs(rows)}" for reason, rows in FINER.items()]
    return "\n\n".join((*phrases, *met))


def _phrases(rules: Iterable[tuple[str, Reason]]) -> str:
    return _table((phrase, reason) for phrase, reason in rules)


def _pairs(families: Iterable[tuple[Reason, Iterable[Row]]]) -> str:
    return _table((" + ".join(row), reason) for reason, rows in families for row in rows)


def _table(rows: Iterable[tuple[str, Reason]]) -> str:
    return "\n".join(("| phrase | reason |", "|---|---|", *_lines(rows)))


def _lines(rows: Iterable[tuple[str, Reason]]) -> Iterator[str]:
    for phrase, reason in rows:
        yield f"| `{phrase.replace('|', chr(92) + '|')}` | `{reason}` |"
