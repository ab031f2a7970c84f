"""docs/codes.md, from the tables of codes and sentences that the classifier looks errors up in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from agent.classify.codes import CODES, VAGUE
from agent.classify.dialects import DIALECTS
from agent.classify.evidence import Dialect
from agent.classify.families import ENGLISH, FAMILIES, FINER, Row
from agent.classify.phrases import DETAILS, OVERRIDES
from agent.classify.taxonomy import Reason
from docs.src.markdown import NOTE, listed

PARAGRAPH = "\n\n"


def page() -> str:
    return f"""{NOTE}
# Codes and sentences

What the agent knows of errors by heart: look up here whether a code or a sentence of yours is among them.
What a reason means, and what to do about it, stands in [taxonomy.md](taxonomy.md). What is missing here, you
can say in [`classify.rules`](taxonomy.md#rules-of-your-own).

Codes are in lower case, and fit as a whole. In sentences `*` stands for up to twelve words, `..` for up to
three, `|` parts alternatives, `~` ends a word that may go on, `^` and `$` are the ends of the message.
Accents are left out. The first sentence of a table that fits decides.

## Any vendor

Codes:

{_codes(CODES)}

Codes that say that there is an error and hardly which; the HTTP status may know better:

{_codes(VAGUE)}

Sentences that decide whatever the HTTP status is:

{_sentences(OVERRIDES.rules)}

Sentences that tell the finer reason, once the meaning is known:

{_finer()}

Where no sentence fits: what is spoken of, and what befell it, in a short text in whatever order.

{_families((*FAMILIES, *ENGLISH, *(family for finer in FINER.values() for family in finer)))}

{_dialects()}"""


def _finer() -> str:
    return PARAGRAPH.join(
        f"`{reason}` may be{PARAGRAPH}{_sentences(it.rules)}" for reason, it in DETAILS.items()
    )


def _dialects() -> str:
    known = {each.name: each for each in DIALECTS if each.codes or each.phrases.rules}
    return "\n".join(f"## {name}{PARAGRAPH}{_dialect(known[name])}\n" for name in sorted(known))


def _dialect(dialect: Dialect) -> str:
    codes = [_codes(dialect.codes)] if dialect.codes else []
    sentences = [_sentences(dialect.phrases.rules)] if dialect.phrases.rules else []
    return PARAGRAPH.join((*codes, *sentences))


def _codes(codes: Mapping[str, Reason]) -> str:
    found: dict[Reason, list[str]] = defaultdict(list)
    for code, reason in codes.items():
        found[reason].append(_word(code))
    return _table("codes", ((reason, listed(words)) for reason, words in found.items()))


def _sentences(rules: Iterable[tuple[str, Reason]]) -> str:
    return _table("sentence", ((reason, _word(sentence)) for sentence, reason in rules))


def _families(families: Iterable[tuple[Reason, Sequence[Row]]]) -> str:
    rows = ((reason, " and ".join(map(_word, row))) for reason, rows in families for row in rows)
    return _table("words", rows)


def _table(name: str, rows: Iterable[tuple[Reason, str]]) -> str:
    lines = (f"| `{reason}` | {words} |" for reason, words in rows)
    return "\n".join((f"| reason | {name} |", "|---|---|", *lines))


def _word(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`"
