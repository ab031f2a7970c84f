"""A record may hold several events: a process that dies amid them counts none twice, and loses none."""

import time
from random import Random

from tests.chaos import report
from tests.chaos.conftest import SEED, new_rig
from tests.conftest import Say
from tests.tools.kafka import Kafka

EVENTS_IN_A_RECORD = 40
KILLS = 5
STATIC = {"group_instance_id": "agent-{n}"}
"""A process that comes back need not wait until the session of the one before it is over."""


def test_a_record_of_several_events_is_counted_whole_or_not_at_all(broker: Kafka, measured: Say) -> None:
    chance = Random(SEED)
    with new_rig(broker, rate=4000, batch=EVENTS_IN_A_RECORD) as rig:
        group = rig.agents("batches", count=1, kafka=STATIC)
        (member,) = group.members
        member.launch()
        prom = rig.prometheus()
        rig.load.start()
        rig.wait_joined()

        for _ in range(KILLS):
            time.sleep(chance.uniform(1, 3))  # the fault must come at any moment of reading
            member.kill()
            member.launch()
            rig.wait_joined()
        rig.finish(prom)

        verdict = rig.verdict(group, prom)
    measured(report.line("batches", verdict, KILLS, SEED))
    assert verdict.comparison.lost == 0, "\n".join(report.why(verdict))
    assert verdict.comparison.doubled <= verdict.may_double * EVENTS_IN_A_RECORD
    assert not verdict.breaches
