"""docs/codes.md, from the tables of codes that the classifier looks errors up in."""

from collections import defaultdict
from collections.abc import Mapping

from agent.classify.codes import CODES, VAGUE
from agent.classify.dialects import DIALECTS
from agent.classify.exception_names import EXCEPTIONS
from agent.classify.taxonomy import Reason
from docs.src.markdown import NOTE, listed


def page() -> str:
    return f"""{NOTE}
# Codes

The codes that the agent knows: look up here whether one of yours is among them, and what it is counted as.
What a reason means, and what to do about it, stands in [taxonomy.md](taxonomy.md). What is missing here, you
can say in [`classify.rules`](taxonomy.md#rules-of-your-own). Where an error has no code, or none that is
known, its sentences and its HTTP status say what it means: `api-error-agent explain` shows which.

Codes are in lower case, and are compared as a whole.

## Any vendor

{_codes(CODES)}

These say that there is an error and hardly which; the HTTP status may know better:

{_codes(VAGUE)}

Names of exceptions, also behind the name of an SDK or a vendor, and with Error or Exception at the end:

{_codes(EXCEPTIONS)}

## Who has answered

Where an event names no provider, its host may tell it, or a body in a shape that one provider alone writes.
By its other names a provider has the same codes and sentences.

{_providers()}

{_dialects()}"""


def _providers() -> str:
    """A line for each dialect that tells one; a vendor may have several of one name."""
    lines = []
    for name in sorted({each.name for each in DIALECTS}):
        same = [each for each in DIALECTS if each.name == name]
        provider = next((each.provider for each in same if each.provider), "")
        hosts = [f"`{host}`: `{whose}`" for each in same for host, whose in each.hosts.items()]
        others = sorted({f"`{other}`" for each in same for other in each.others})
        if provider or hosts:
            told = f"`{provider}`" if provider else ""
            lines.append(f"| `{name}` | {told} | {', '.join(hosts)} | {', '.join(others)} |")
    return "\n".join(("| shape | tells | hosts | other names |", "|---|---|---|---|", *lines))


def _dialects() -> str:
    known = {each.name: each for each in DIALECTS if each.codes}
    return "\n".join(f"## {name}\n\n{_codes(known[name].codes)}\n" for name in sorted(known))


def _codes(codes: Mapping[str, Reason]) -> str:
    found: dict[Reason, list[str]] = defaultdict(list)
    for code, reason in codes.items():
        found[reason].append(f"`{code.replace('|', chr(92) + '|')}`")
    lines = (f"| `{reason}` | {listed(words)} |" for reason, words in found.items())
    return "\n".join(("| reason | codes |", "|---|---|", *lines))
