"""kwok, which plays the kubelets: pods on its nodes become ready and end, and no container runs.

python -m tests.tools.kwok    build it
"""

from pathlib import Path

from tests.tools import golang
from tests.tools.cache import CACHE, linked, placed, run

VERSION = "0.8.0"
SOURCE = Path(__file__).with_name("kwok")
FOLDER = CACHE / f"kwok-{VERSION}"

KUBELETS = (
    "node/fast/node-initialize",
    "node/heartbeat/node-heartbeat",
    "pod/fast/pod-ready",
    "pod/fast/pod-complete",
    "pod/fast/pod-delete",
)
"""What kwok is to play, by its own files. Given nothing to play it ends with "no stages found"."""


def ensure() -> Path:
    """Give the program `kwok`."""
    return linked(placed(FOLDER, _build) / "kwok", "kwok")


def stages() -> Path:
    """Give the file with what kwok plays."""
    return ensure().resolve().with_name("stages.yaml")


def _build(folder: Path) -> None:
    reason = "kwok is built with Go 1.26 or newer"
    golang.build(folder, SOURCE, ["sigs.k8s.io/kwok/cmd/kwok"], reason=reason)
    find = ["go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"]
    module = Path(run(find, cwd=folder, **golang.ENVIRON).strip())
    files = [module / "kustomize" / "stage" / f"{name}.yaml" for name in KUBELETS]
    texts = [file.read_text() for file in (*files, SOURCE / "run-once.yaml")]
    (folder / "stages.yaml").write_text("---\n".join(texts))


if __name__ == "__main__":
    print(ensure())
