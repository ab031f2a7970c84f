"""A cluster for all of these tests, and for each a namespace of its own that takes restricted pods only."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from tests.cluster.release import Release
from tests.tools import operators
from tests.tools.kubernetes import Cluster

RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}

NewRelease = Callable[..., Release]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        cluster.kubectl("apply", "--server-side", f"--filename={operators.ensure()}")
        cluster.kubectl("wait", "--for=condition=Established", "crds", "--all", "--timeout=30s")
        cluster.create_namespace("monitoring")  # where Grafana would look for boards
        cluster.create_namespace("ai")  # a namespace in values
        yield cluster


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def namespace(cluster: Cluster, _numbers: Iterator[int]) -> str:
    name = f"restricted-{next(_numbers)}"
    cluster.create_namespace(name, **RESTRICTED)
    return name


@pytest.fixture
def release(cluster: Cluster, namespace: str) -> NewRelease:
    """Give the release of a name, not installed yet, for the Helm of a major version."""

    def _release(name: str = "agent", major: int = 4) -> Release:
        return Release(cluster, namespace, name, major)

    return _release
