"""All scenarios, by the alert they are about, and all incidents by their name."""

from collections import defaultdict
from collections.abc import Mapping

from tests.rules import committing, connecting, others, own, shares
from tests.rules.calm import calm_day
from tests.rules.courses import courses
from tests.rules.incidents import incidents
from tests.rules.reported import reported, slow_burns, weekly
from tests.rules.scenarios import Scenario


def _by_title() -> Mapping[str, list[Scenario]]:
    found: Mapping[str, list[Scenario]] = defaultdict(list)
    rooms = (shares, others, own, committing, connecting)
    for each in (scenario for room in rooms for scenario in room.scenarios()):
        found[each.title].append(each)
    return found


SCENARIOS = _by_title()
LONG = {each.name: each for each in (*slow_burns(), *weekly())}
INCIDENTS = {each.name: each for each in (*incidents(), *reported(), *courses(), calm_day())}
