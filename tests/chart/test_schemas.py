"""What is rendered is what Kubernetes and the operators take, unknown fields included."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chart import composing
from tests.chart.composing import EVERY_CASE
from tests.chart.rendering import CASES, Manifest, render
from tests.tools import schemas
from tests.tools.cache import require

OLDEST, NEWEST = "1.25", "1.37"
WITH_POLICY_OF_UNREADY_PODS = 27  # the minor version from which the budget says what to do with them


@pytest.fixture(scope="module", autouse=True)
def _tools() -> None:
    require(schemas.kubernetes)
    require(schemas.operators)


@pytest.fixture(scope="module")
def rendered() -> dict[str, list[tuple[str, Manifest]]]:
    """Every object of every case by its name, as the oldest Kubernetes gets it and as the newest does."""
    return {version: list(named(version)) for version in (OLDEST, NEWEST)}


def named(version: str) -> Iterator[tuple[str, Manifest]]:
    """The composed cases are told no version; their kinds are those of the others."""
    options = () if version == NEWEST else (f"--kube-version={version}",)
    for case in EVERY_CASE:
        manifests = render(CASES[case], options=options) if case in CASES else composing.case(case)
        for each in manifests:
            yield f"{case}: {each['kind']} {each['metadata']['name']}", each


def test_kubernetes_versions_are_all_there() -> None:
    assert (schemas.versions()[0], schemas.versions()[-1]) == (OLDEST, NEWEST)
    assert len(schemas.versions()) == 13


@pytest.mark.parametrize("minor", range(25, 38))
def test_every_object_is_one_of_kubernetes(minor: int, rendered: dict[str, Any]) -> None:
    manifests = rendered[NEWEST if minor >= WITH_POLICY_OF_UNREADY_PODS else OLDEST]

    assert schemas.complaints(manifests, f"1.{minor}") == []


def test_every_custom_resource_is_one_of_its_operator(rendered: dict[str, Any]) -> None:
    judged = (*schemas.OPERATORS, *schemas.COPIES)
    kinds = {each["kind"] for _, each in rendered[NEWEST] if each["apiVersion"] in judged}

    assert kinds == {"PodMonitor", "ServiceMonitor", "PrometheusRule", "ScaledObject"}
    assert schemas.operator_complaints(rendered[NEWEST]) == []


@pytest.mark.parametrize(
    ("kind", "path", "wrong", "complaint"),
    [
        ("StatefulSet", ["spec", "template", "spec", "automountToken"], False, "automountToken"),
        ("StatefulSet", ["spec", "replicas"], "one", "replicas"),
        ("ConfigMap", ["data", "config.yaml"], 1, "config.yaml"),
    ],
)
def test_a_wrong_object_of_kubernetes_is_noticed(
    kind: str, path: list[str], wrong: object, complaint: str
) -> None:
    manifest = one(kind, CASES["default"])
    place(manifest, path, wrong)

    assert complaint in "".join(schemas.complaints([("it", manifest)], NEWEST))


WRONG: list[tuple[str, list[str | int], object, str]] = [
    ("PodMonitor", ["spec", "sampelLimit"], 1, "'\"sampelLimit\"' does not exist"),
    ("PodMonitor", ["spec", "podMetricsEndpoints", 0, "intervall"], "15s", "'\"intervall\"' does not exist"),
    ("PodMonitor", ["spec", "podMetricsEndpoints", 0, "scheme"], "tls", "'\"tls\"' is not assignable"),
    ("PodMonitor", ["spec", "podMetricsEndpoints", 0, "interval"], "15 s", "interval must match pattern"),
    ("PrometheusRule", ["spec", "groups", 0, "rulez"], [], "'\"rulez\"' does not exist"),
    ("PrometheusRule", ["spec", "groups", 0, "rules", 0, "for"], "5 minutes", "for must match pattern"),
    ("ScaledObject", ["spec", "triggers", 0, "type"], None, "type"),
    ("ScaledObject", ["spec", "triggers", 0, "metadatas"], {}, "'\"metadatas\"' does not exist"),
]


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    """About all that is wrong, each named by its number: the judge is slow to start."""
    everything = render(CASES["everything"])
    wrong = []
    for number, (kind, path, value, _) in enumerate(WRONG):
        manifest = copy.deepcopy(next(each for each in everything if each["kind"] == kind))
        place(manifest, path, value)
        wrong.append((f"<{number}>", manifest))
    return schemas.operator_complaints(wrong)


@pytest.mark.parametrize("number", range(len(WRONG)), ids=lambda number: ".".join(map(str, WRONG[number][1])))
def test_a_wrong_custom_resource_is_noticed(number: int, complaints: list[str]) -> None:
    assert any(line.startswith(f"<{number}>") and WRONG[number][3] in line for line in complaints)


def one(kind: str, case: Any) -> Manifest:
    return next(each for each in render(case) if each["kind"] == kind)


def place(manifest: Any, path: list[Any], value: object) -> None:
    *way, last = path
    for key in way:
        manifest = manifest[key]
    manifest[last] = value
