"""Rules made wrong in every way, all beside each other in one file, so that each recording is played once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tests.rules.scenarios import SEPARATOR, Scenario, judge
from tests.rules.variants import as_text, closure, renamed, variants

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
    """The changes of the alert that no scenario notices."""
    noticed: set[int] = set()
    labels = [label for label, _ in variants(title, {})]
    for tokens, group in by_tokens(scenarios).items():
        changed = list(variants(title, dict(tokens)))
        right = closure(title, dict(tokens))
        wrong = [rule for number, (_, each) in enumerate(changed) for rule in renamed(each, right, number)]
        asked = [replace(each, copies=range(len(changed))) for each in group]
        said = "".join(judge(promtool, as_text(right[:-1] + wrong), asked, folder))
        noticed |= {int(number) for number in re.findall(rf"{SEPARATOR}(\d+)", said)}
    return [label for number, label in enumerate(labels) if number not in noticed]
