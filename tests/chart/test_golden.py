"""What each case renders, reviewable as a diff. Boards and rules are named only: other tests compare them."""

import os
from typing import Any

import pytest
import yaml

from tests.chart import composing
from tests.chart.composing import EVERY_CASE
from tests.chart.rendering import HERE, Manifest

UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


class Readable(yaml.SafeDumper):
    """Text of several lines stays text of several lines."""


Readable.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)


def shortened(manifest: Manifest) -> Manifest:
    if manifest["kind"] == "PrometheusRule":
        for group in manifest["spec"]["groups"]:
            group["rules"] = [rule.get("alert", rule.get("record")) for rule in group["rules"]]
    data: dict[str, Any] = manifest.get("data", {})
    data.update({name: "..." for name in data if name.endswith(".json")})
    return manifest


def rendered(case: str, major: int) -> str:
    manifests = composing.case(case, major)
    return yaml.dump_all([shortened(each) for each in manifests], Dumper=Readable, width=120)


@pytest.mark.parametrize("case", EVERY_CASE)
def test_a_case_renders_what_its_golden_file_says(case: str) -> None:
    golden = HERE / "golden" / f"{case}.yaml"
    if UPDATE:
        golden.write_text(rendered(case, major=4))

    assert rendered(case, major=4) == golden.read_text(), (
        f"golden/{case}.yaml differs; if that is meant: UPDATE_GOLDEN=1 python -m pytest tests/chart"
    )


@pytest.mark.parametrize("case", EVERY_CASE)
def test_helm_3_and_helm_4_render_the_same(case: str) -> None:
    assert composing.case(case, major=3) == composing.case(case, major=4)


def test_every_golden_file_has_its_case() -> None:
    assert {path.stem for path in (HERE / "golden").iterdir()} == set(EVERY_CASE)
