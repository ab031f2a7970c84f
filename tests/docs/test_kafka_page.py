"""docs/kafka.md and docs/install.md name the versions that are tested, and the defaults that there are."""

import re
import tomllib

import pytest

from agent.settings import fields
from tests.docs.pages import DOCS, blocks
from tests.kafka.recorder import produce
from tests.tools import kafka
from tests.tools.agent import Agent
from tests.tools.cache import ROOT
from tests.tools.embedded import Embedded
from tests.tools.process import until

KAFKA = (DOCS / "kafka.md").read_text()
INSTALL = (DOCS / "install.md").read_text()
DEPLOY = (DOCS / "deploy.md").read_text()


def test_the_first_version_of_kafka_is_that_of_the_tests() -> None:
    (first, *_) = re.findall(r"(?m)^\| (\d+\.\d+\.\d+)", KAFKA)

    assert first == kafka.VERSION


def test_python_is_the_one_that_the_package_needs() -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]

    assert {f">={version}" for version in re.findall(r"Python (\d+\.\d+) or later", INSTALL)} == {needed}


@pytest.mark.parametrize("name", ["Helm", "Kubernetes"])
def test_both_pages_ask_for_the_same_version(name: str) -> None:
    version = rf"{name} (\d+\.\d+)\s+or\s+later"

    assert re.findall(version, INSTALL) == re.findall(version, DEPLOY) != []


@pytest.mark.parametrize(
    ("name", "said", "value"),
    [
        ("kafka.metadata_max_age_seconds", "60", 60),
        ("events.max_bytes", "1 MiB", 1024 * 1024),
        ("commit.max_uncommitted_seconds", "15 minutes", 15 * 60),
    ],
)
def test_a_default_that_the_page_names_is_the_default(name: str, said: str, value: float) -> None:
    assert re.search(rf"`{name}` \({said}\b", KAFKA)
    assert dict(fields())[name].default == value


def test_what_the_page_installs_from_is_there() -> None:
    files = set(re.findall(r"(?:requirements|deploy)/[\w./-]+", INSTALL))

    assert [file for file in files if not (ROOT / file).exists()] == []


def test_the_recipe_fetches_the_version_of_the_tests() -> None:
    fetched = re.findall(r"kafka/(\d[\d.]+)/|kafka_2\.13-(\d+\.\d+\.\d+)", KAFKA)

    assert {version for pair in fetched for version in pair if version} == {kafka.VERSION}


def test_the_three_events_of_the_recipe_are_counted_as_it_shows() -> None:
    (events,) = blocks(DOCS / "kafka.md", "json")
    (shown,) = re.findall(r"(?m)^\$ curl .*\n((?:api_.*\n)+)```", KAFKA)

    with Embedded() as broker:
        broker.create_topic("api-responses")
        with Agent(broker.bootstrap, "api-responses") as agent:
            produce(broker.bootstrap, "api-responses", [line.encode() for line in events.splitlines()])
            until(lambda: agent.total("api_responses_total") == 3, 30, "not all events are counted")
            page = agent.page(headers={})

    assert set(re.findall(r"(?m)^api_(?:responses|errors)_total.*", page)) == set(shown.splitlines())
