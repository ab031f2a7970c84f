"""All scenarios, by the alert they are about, and all incidents by their name."""

from collections import defaultdict
from collections.abc import Mapping

from tests.rules import committing, others, own, shares
from tests.rules.incidents import incidents
from tests.rules.scenarios import Scenario


def _by_title() -> Mapping[str, list[Scenario]]:
    found: Mapping[str, list[Scenario]] = defaultdict(list)
    for each in (*shares.scenarios(), *others.scenarios(), *own.scenarios(), *committing.scenarios()):
        found[each.title].append(each)
    return found


SCENARIOS = _by_title()
INCIDENTS = {each.name: each for each in incidents()}
