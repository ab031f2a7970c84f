"""The image, built from scratch and run with next to no rights on a real Kafka."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka.recorder import produce
from tests.tools import image, kafka
from tests.tools.cache import ROOT, require
from tests.tools.image import Contained
from tests.tools.kafka import Kafka
from tests.tools.process import until

TOPIC = "responses"
EVENTS = 1000
RATE_LIMITED = json.dumps(
    {"provider": "openai", "path": "/v1/responses", "status": 429, "body": {"error": {"message": "Too fast"}}}
).encode()
LEAVES_WITHIN = 10.0  # seconds from SIGTERM; pods have 30
USER = 65532  # as in the chart

NEEDED = ("agent.service", "aiokafka", "cramjam", "aws_msk_iam_sasl_signer", "opentelemetry.proto")
NEEDLESS = ("pip", "flit_core", "pytest", "confluent_kafka")


@pytest.fixture(scope="module")
def built() -> str:
    return require(image.ensure)


@pytest.fixture(scope="module")
def broker() -> Iterator[Kafka]:
    require(kafka.ensure)
    with Kafka() as broker:
        broker.create_topic(TOPIC)
        yield broker


@pytest.fixture(scope="module")
def agent(built: str, broker: Kafka) -> Iterator[Contained]:
    with Contained(built, broker.bootstrap, TOPIC) as agent:
        yield agent


def test_it_says_what_it_is_and_starts_without_a_shell(built: str) -> None:
    said = image.config(built)
    labels = {name.rpartition(".")[2]: value for name, value in said["Labels"].items()}

    assert said["User"] == f"{USER}:{USER}"
    assert (said["Entrypoint"], said["Cmd"]) == (["api-error-agent"], ["run"])
    assert list(said["ExposedPorts"]) == ["9464/tcp"]
    assert labels["title"] == "api-error-agent"
    assert labels["licenses"] == "Apache-2.0"
    assert labels["version"] in image.ran(built, "version")
    assert "unknown" not in labels.values()
    described = {
        "url",
        "source",
        "documentation",
        "authors",
        "vendor",
        "revision",
        "created",
        "digest",
        "name",
    }
    assert described <= labels.keys()


def test_two_builds_of_one_commit_are_one_image() -> None:
    assert image.built_anew() == image.built_anew()


def test_everything_that_settings_offer_is_in_it_and_nothing_that_only_building_needs(built: str) -> None:
    look = f"import importlib.util as u; print(*(m for m in {(*NEEDED, *NEEDLESS)} if u.find_spec(m)))"

    assert image.ran(built, "-c", look, program="python").split() == list(NEEDED)


def test_wrong_settings_are_named_and_end_it(built: str) -> None:
    with pytest.raises(image.Failed, match=r"kafka\.bootstrap_servers"):
        image.ran(built, "check-config", AGENT_KAFKA__BOOTSTRAP_SERVERS="no port")


def test_it_counts_every_event_of_a_real_kafka(agent: Contained, broker: Kafka) -> None:
    produce(broker.bootstrap, TOPIC, [RATE_LIMITED] * EVENTS)

    until(lambda: agent.total("api_responses_total") >= EVENTS, 30, "not every event is counted")

    assert agent.total("api_responses_total", type="rate_limit_error", status="429") == EVENTS


def test_it_has_no_rights_and_nothing_to_write_to(agent: Contained) -> None:
    facts = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{agent.inner}/status").read_text().splitlines()
    )
    mounts = [line.split() for line in Path(f"/proc/{agent.inner}/mountinfo").read_text().splitlines()]
    (root,) = [mount for mount in mounts if mount[4] == "/"]

    assert facts["Uid"].split() == [str(USER)] * 4
    assert facts["NoNewPrivs"] == "1"
    assert {int(facts[kind], 16) for kind in ("CapEff", "CapPrm", "CapBnd")} == {0}
    assert "ro" in root[5].split(",")


def test_it_needs_less_memory_than_the_chart_asks_for(agent: Contained) -> None:
    status = Path(f"/proc/{agent.inner}/status").read_text()
    (peak,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]  # KiB

    assert peak < 192 * 1024


def test_it_leaves_in_time_when_it_is_told_to(agent: Contained) -> None:
    assert agent.terminate(LEAVES_WITHIN) == 0
    assert agent.events()[-1] == "service.stopped"


@pytest.mark.usefixtures("built")
def test_the_context_holds_what_is_built_from_and_no_more(tmp_path: Path) -> None:
    wanted = {"agent/a.py", "agent/deep/b.py", "requirements/base.txt", "pyproject.toml"}
    needless = {
        "agent/deep/__pycache__/b.pyc",
        "tests/agent/c.py",
        ".git/config",
        ".env",
        ".cache/big",
        "agent.key",
    }
    for name in wanted | needless:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".dockerignore").write_bytes((ROOT / ".dockerignore").read_bytes())
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")

    assert set(context(tmp_path)) == wanted


def context(folder: Path) -> list[str]:
    """List the files that a build in this folder is given."""
    name = f"localhost/context:{folder.name}"
    image.command("buildah", "build", "--file", folder / "Dockerfile", "--tag", name, folder)
    container = image.command("buildah", "from", "--pull=never", name).strip()
    try:
        root = Path(image.command("buildah", "mount", container).strip())
        return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    finally:
        image.command("buildah", "rm", container)
        image.command("buildah", "rmi", "--force", name)
