"""What can be said of the image without building it."""

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.tools import image
from tests.tools.cache import ROOT, require

DOCKERFILE = image.DOCKERFILE.read_text()
(PYTHON,) = re.findall(r"^ARG BASE_NAME=python:(\d+\.\d+)-slim$", DOCKERFILE, re.MULTILINE)
EXTRAS = {"aws-msk-iam-sasl-signer-python", "confluent-kafka", "opentelemetry-proto"}


def copied() -> set[str]:
    """The files and folders that the Dockerfile takes from the repository."""
    lines = [line.split() for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    return {
        source.split("/")[0] for _, *sources, _ in lines for source in sources if "--from" not in sources[0]
    }


def pins(lock: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "requirements" / lock).read_text(), re.MULTILINE)
    return dict(found)


def test_hadolint_finds_nothing() -> None:
    said = subprocess.run(
        [require(image.hadolint), image.DOCKERFILE], capture_output=True, text=True, check=False
    )

    assert (said.returncode, said.stdout) == (0, "")


def test_the_context_is_what_the_dockerfile_copies_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text().split("\n")
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied()


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_package_has_a_wheel_for_both_kinds_of_machines(machine: str) -> None:
    require(lambda: image.wheels("x86_64", image.PYTHON))  # or nothing can be fetched here

    image.wheels(machine, PYTHON)


@pytest.mark.parametrize("lock", ["base.txt", "msk.txt", "demo.txt", "build.txt"])
def test_the_image_is_made_of_what_was_tested(lock: str) -> None:
    tested = pins("dev.txt")
    common = {name: version for name, version in pins(lock).items() if name in tested}

    assert common
    assert common == {name: tested[name] for name in common}


def test_each_variant_has_what_it_is_for() -> None:
    assert {"aws-msk-iam-sasl-signer-python", "opentelemetry-proto"} == pins("msk.txt").keys() & EXTRAS
    assert {"confluent-kafka"} == pins("demo.txt").keys() & EXTRAS
    assert set() == pins("base.txt").keys() & EXTRAS


@pytest.mark.parametrize("engine", ["docker", "podman", "buildah"])
def test_any_engine_that_works_builds_the_image(engine: str, tmp_path: Path) -> None:
    said = built_with(tmp_path, **{"docker": "exit 1", engine: 'echo "$@"'})

    assert said.startswith(f"{engine} builds api-error-agent:")
    assert re.search(
        r"\nbuild (--timestamp \d+ )?--tag api-error-agent:\S+ --build-arg REQUIREMENTS=base ", said
    )
    assert "--file deploy/image/Dockerfile" in said
    assert said.endswith(" .\n")


def test_without_an_engine_it_says_what_to_install(tmp_path: Path) -> None:
    assert "apt-get install buildah" in built_with(tmp_path, docker="exit 1")


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        (
            "docker",
            "buildx build --platform linux/amd64,linux/arm64 --output type=image,name=api-error-agent:",
        ),
        ("podman", "--platform linux/amd64,linux/arm64 --manifest api-error-agent:"),
        ("buildah", "--platform linux/amd64,linux/arm64 --manifest api-error-agent:"),
    ],
)
def test_an_engine_is_told_to_build_for_several_kinds_of_machines(
    engine: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATFORMS", "linux/amd64,linux/arm64")

    assert told in built_with(tmp_path, **{"docker": "exit 1", engine: 'echo "$@"'})


def test_the_time_of_a_build_is_that_of_its_commit(tmp_path: Path) -> None:
    commit = ("git", "show", "--no-patch", "--format=%ct", "HEAD")
    epoch = subprocess.run(commit, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    said = built_with(tmp_path, docker="exit 1", buildah='echo "$@"')

    assert f"--timestamp {epoch}" in said
    assert f"SOURCE_DATE_EPOCH={epoch}" in said
    assert f"CREATED={datetime.fromtimestamp(int(epoch), UTC):%Y-%m-%dT%H:%M:%SZ}" in said


def test_the_base_is_pinned_by_digest() -> None:
    assert re.search(r"^ARG BASE_DIGEST=sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)
    assert "ARG BASE=${BASE_NAME}@${BASE_DIGEST}\n" in DOCKERFILE


@pytest.mark.parametrize("answered", ["sha256:" + "0" * 64, ""])
def test_the_digest_of_the_base_is_renewed_or_left_alone(answered: str, tmp_path: Path) -> None:
    for name in ("Dockerfile", "renew-base.sh"):
        shutil.copy(image.DOCKERFILE.with_name(name), tmp_path)
    (tmp_path / "docker").write_text(f"#!/bin/sh\necho {answered}\n")
    (tmp_path / "docker").chmod(0o755)

    done = subprocess.run(
        [tmp_path / "renew-base.sh"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    after = (tmp_path / "Dockerfile").read_text()
    assert after == (re.sub(r"(?<=BASE_DIGEST=)sha256:\w+", answered, DOCKERFILE) if answered else DOCKERFILE)
    assert done.returncode == (0 if answered else 1), done


def built_with(folder: Path, **engines: str) -> str:
    """Run build.sh on a machine that has these engines."""
    for name, script in engines.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    for name in ("sh", "sed", "git", "dirname", "date"):
        (folder / name).symlink_to(shutil.which(name) or "/nowhere")
    done = subprocess.run(
        [image.BUILD, "--build-arg", "REQUIREMENTS=base"],
        env={"PATH": str(folder), "PLATFORMS": os.environ.get("PLATFORMS", "")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr
