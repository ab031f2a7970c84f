"""Whoever publishes says where: no owner stands in the repository."""

import yaml

from release import address
from tests.chart.rendering import CHART
from tests.tools.cache import ROOT

HOME, TAG = "https://github.com/someone/agent", "v1.2.3"


def stamped(name: str) -> str:
    return address.placed_at((ROOT / name).read_text(), HOME, TAG)


def test_the_address_is_written_wherever_the_example_stands() -> None:
    files = [file.relative_to(ROOT).as_posix() for file in address.files()]

    assert {"pyproject.toml", "deploy/helm/api-error-agent/Chart.yaml", "deploy/image/Dockerfile"} < {*files}
    assert [name for name in files if address.EXAMPLE in stamped(name)] == []


def test_a_page_is_that_of_the_tag() -> None:
    chart = yaml.safe_load(stamped("deploy/helm/api-error-agent/Chart.yaml"))

    assert chart["home"] == HOME
    assert f"{HOME}/blob/{TAG}/docs/deploy.md" in chart["annotations"]["artifacthub.io/links"]


def test_the_published_chart_takes_the_published_image() -> None:
    before = (CHART / "values.yaml").read_text()

    after = address.with_registry(before, "ghcr.io/someone")

    wanted = yaml.safe_load(before)
    wanted["image"]["registry"] = "ghcr.io/someone"
    assert yaml.safe_load(after) == wanted


def test_what_is_published_must_not_name_the_example() -> None:
    said = list(address.unsaid())

    assert len(said) == len(address.files())
    assert said[0].endswith("python -m release.address https://github.com/OWNER/NAME v1.2.3 ghcr.io/OWNER")
