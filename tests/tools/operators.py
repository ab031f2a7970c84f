"""The custom resource definitions of the Prometheus Operator and of KEDA.

They are made as the operators themselves make them: by controller-gen, out of their Go types.

python -m tests.tools.operators    make them
"""

import shutil
import tempfile
from pathlib import Path

from tests.tools import golang
from tests.tools.cache import CACHE, placed, run

SOURCE = Path(__file__).with_name("operators")
MONITORING, KEDA = "0.93.1", "2.20.2"
FOLDER = CACHE / f"operators-{MONITORING}-{KEDA}"

TYPES = (
    "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1",
    "github.com/kedacore/keda/v2/apis/keda/v1alpha1",
)
DEFINED = (
    "monitoring.coreos.com_podmonitors",
    "monitoring.coreos.com_prometheusrules",
    "monitoring.coreos.com_servicemonitors",
    "keda.sh_scaledobjects",
)


def ensure() -> Path:
    """Give the folder with a YAML file of each definition that the chart has use for."""
    return placed(FOLDER, _make)


def _make(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        _generate(work)
        for kind in DEFINED:
            shutil.copy(work / "made" / f"{kind}.yaml", folder)


def _generate(work: Path) -> None:
    generator = "sigs.k8s.io/controller-tools/cmd/controller-gen"
    golang.build(work, SOURCE, [generator], reason="controller-gen is built with Go 1.26 or newer")
    paths = [f"paths={path}" for path in TYPES]
    options = ["crd:maxDescLen=0", *paths, f"output:crd:dir={work / 'made'}"]
    run([work / "controller-gen", *options], cwd=work, **golang.ENVIRON)


if __name__ == "__main__":
    print(ensure())
