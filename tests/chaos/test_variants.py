"""The same faults for agents that differ in one thing each: scrape interval, membership, TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import report
from tests.chaos.conftest import SEED, new_rig
from tests.chaos.endpoint import behind_tls
from tests.chaos.injector import Injector
from tests.chaos.plan import END, KILL, STALL, faults
from tests.chaos.rig import Rig
from tests.chaos.verdict import Verdict
from tests.conftest import Say
from tests.tools.kafka import Kafka

pytestmark = pytest.mark.chaos

SECONDS = 60
FAULTS = [fault for fault in faults(SEED, SECONDS) if fault.kind in (KILL, STALL, END)]
STATIC = {"group_instance_id": "agent-{n}"}
VARIANTS = ("static", "every-5s", "every-5s-static", "tls")


@pytest.fixture(scope="module")
def verdicts(broker: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Verdict]]:
    """What became of each variant in a minute of faults that hit all of them at once."""
    with new_rig(broker) as rig:
        yield minute_of_faults(rig, broker, tmp_path_factory.mktemp("web"))


def minute_of_faults(rig: Rig, broker: Kafka, folder: Path) -> dict[str, Verdict]:
    web, https = behind_tls(folder)
    groups = [
        rig.agents("static", kafka=STATIC),
        rig.agents("every-5s"),
        rig.agents("every-5s-static", kafka=STATIC),
        rig.agents("tls", web={"config_file": str(web)}),
    ]
    often, seldom = rig.prometheus(groups[0]), rig.prometheus(*groups[1:3], interval="5s")
    proms = [often, seldom, seldom, rig.prometheus(groups[3], **https)]
    for group in groups:
        group.launch()
    rig.load.start()
    rig.wait_joined()
    with Injector(FAULTS, groups, broker, rig.topic, print) as injector:
        rig.wait_for(lambda: False, SECONDS)
        injector.finish(60)
    rig.finish(*proms)
    return {group.name: rig.verdict(group, prom) for group, prom in zip(groups, proms, strict=True)}


@pytest.mark.parametrize("variant", VARIANTS)
def test_faults_lose_nothing(verdicts: dict[str, Verdict], variant: str, measured: Say) -> None:
    verdict = verdicts[variant]

    measured(report.line(variant, verdict, len(FAULTS), SEED))
    assert verdict.is_sound, "\n".join(report.why(verdict))
