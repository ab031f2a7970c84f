"""Rules made wrong in every way, all beside each other in one file, so that each recording is played once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grafana.src.tokens import defaults, fill
from tests.rules.scenarios import SEPARATOR, Scenario, judge
from tests.rules.variants import as_text, closure, renamed, variants

ANSWERED = " ".join(fill(defaults()["answered"], defaults()).split())
TWICE = "the branch of what is quiet asks the same of all that it counts"
FEW = "its branch asks for few calls in five minutes, and the record of those leaves the same out"
EQUIVALENT = {
    ("ApiPathFailing", f"ApiPathFailing without {ANSWERED} (3)"): TWICE,
    ("ApiModelFailing", f"ApiModelFailing without {ANSWERED} (3)"): TWICE,
    ("ApiModelFailing", 'job_provider_model_type:api_responses:increase30m without model!=""'): FEW,
}
"""Changes that nobody could notice, by their alert, each with the reason."""

AT_A_TIME = 6

Groups = dict[tuple[tuple[str, object], ...], list[Scenario]]


def by_tokens(scenarios: Iterable[Scenario]) -> Groups:
    found: Groups = defaultdict(list)
    for scenario in scenarios:
        found[tuple(scenario.tokens.items())].append(scenario)
    return found


def complaints(promtool: Path, title: str, scenarios: Sequence[Scenario], folder: Path) -> dict[str, str]:
    """What promtool says of each scenario against the alert as it is."""
    found: dict[str, str] = {}
    for tokens, group in by_tokens(scenarios).items():
        said = judge(promtool, as_text(closure(title, dict(tokens))), group, folder)
        found |= dict(zip([each.name for each in group], said, strict=True))
    return found


def unnoticed(promtool: Path, title: str, scenarios: Sequence[Scenario], folder: Path) -> list[str]:
    """The changes of the alert that no scenario notices, but for those that are equivalent.

    Scenarios are asked some at a time, each about what none before it has noticed: most is noticed early.
    """
    labels = [label for label, _ in variants(title, {})]
    left = {number: label for number, label in enumerate(labels) if (title, label) not in EQUIVALENT}
    for tokens, group in by_tokens(scenarios).items():
        if not left:
            break
        right = closure(title, dict(tokens))
        changed = [rules for _, rules in variants(title, dict(tokens))]
        for start in range(0, len(group), AT_A_TIME):
            wrong = [rule for number in left for rule in renamed(changed[number], right, number)]
            asked = [replace(each, copies=list(left)) for each in group[start : start + AT_A_TIME]]
            said = "".join(judge(promtool, as_text(right[:-1] + wrong), asked, folder))
            noticed = {int(number) for number in re.findall(rf"{SEPARATOR}(\d+)", said)}
            left = {number: label for number, label in left.items() if number not in noticed}
    return list(left.values())
