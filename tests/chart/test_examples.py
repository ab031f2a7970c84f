"""The files of values for other people's clouds and operators: the agent takes what comes of them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.deployed import HOME, mounted
from tests.chart.rendering import CHART, EXAMPLES, Manifest, container, only, pod, render, settings, workload
from tests.tools import certificates
from tests.tools.cache import ROOT

GITOPS = ROOT / "deploy" / "gitops"
WANTED = {
    *("openshift", "msk-iam", "msk-scram", "confluent-cloud", "aiven", "event-hubs", "redpanda", "strimzi"),
}
MSK = "aws_msk_iam_sasl_signer"


class AnySecret(dict[str, str]):
    """A Secret that has every key; certificates are certificates."""

    def __missing__(self, key: str) -> str:
        files = {"ca": "ca.pem", "service.cert": "client.pem", "service.key": "client.key"}
        for name, file in files.items():
            if key.startswith(name):
                return (certificates.ensure() / file).read_text()
        return "secret"


class AnySecrets(dict[str, AnySecret]):
    def __missing__(self, name: str) -> AnySecret:
        return AnySecret()


def test_every_example_is_there() -> None:
    assert set(EXAMPLES) == WANTED


@pytest.mark.parametrize("name", EXAMPLES)
def test_check_config_says_that_the_settings_are_right(name: str, tmp_path: Path) -> None:
    manifests = render(EXAMPLES[name])
    home = mounted(manifests, AnySecrets(), tmp_path / "etc")
    (tmp_path / MSK).mkdir()  # the extra of the image, of which only the presence is looked at
    (tmp_path / MSK / "__init__.py").touch()
    variables = {each["name"]: "from-a-secret" for each in container(manifests).get("env", [])}

    said = subprocess.run(
        [sys.executable, "-m", "agent", "check-config", f"--config.file={home / 'config' / 'config.yaml'}"],
        env=variables | {"PYTHONPATH": f"{ROOT}:{tmp_path}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, "the settings are right" in said.stdout) == (0, True), said


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_about_its_place_alone(name: str) -> None:
    """What to do with boards and alerts is said by other files, which can be given beside it."""
    other = CHART / "values-kube-prometheus-stack.yaml"

    assert only(render(EXAMPLES[name], other), "PrometheusRule")
    assert "image" not in yaml.safe_load(EXAMPLES[name].read_text())


def test_on_openshift_the_project_chooses_the_user() -> None:
    manifests = render(EXAMPLES["openshift"])

    for spec in (pod(manifests), only(manifests, "Pod")["spec"]):
        assert spec["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}


def test_on_eks_the_pods_have_an_account_of_their_own() -> None:
    manifests = render(EXAMPLES["msk-iam"])

    assert only(manifests, "ServiceAccount")["metadata"]["name"] == "api-error-agent"
    assert pod(manifests)["serviceAccountName"] == "api-error-agent"


def application() -> Manifest:
    found: Manifest = yaml.safe_load((GITOPS / "argocd.yaml").read_text())
    return found


def test_argo_cd_gets_the_objects_of_helm_and_does_not_wait_for_the_operators_types() -> None:
    source = application()["spec"]["source"]
    files = [CHART / name for name in source["helm"]["valueFiles"]]

    manifests = render(*files, source["helm"]["valuesObject"], release=source["helm"]["releaseName"])

    assert (ROOT / source["path"]).samefile(CHART)
    for kind in ("PodMonitor", "PrometheusRule"):
        assert only(manifests, kind)["metadata"]["annotations"] == {
            "argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true"
        }


def test_flux_gets_the_objects_of_helm() -> None:
    source, release = yaml.safe_load_all((GITOPS / "flux.yaml").read_text())
    chart = release["spec"]["chart"]["spec"]

    manifests = render(*(ROOT / file for file in chart["valuesFiles"]), release["spec"]["values"])

    assert chart["sourceRef"]["name"] == source["metadata"]["name"]
    assert (ROOT / chart["chart"]).samefile(CHART)
    assert workload(manifests)["spec"]["replicas"] == 2


def test_strimzi_gives_the_secrets_that_the_example_names() -> None:
    found: dict[str, Any] = yaml.safe_load(settings(render(EXAMPLES["strimzi"])))

    assert found["kafka"]["sasl"]["password_file"] == f"{HOME}/kafka/password"
    assert found["kafka"]["tls"]["ca_file"] == f"{HOME}/kafka/ca.crt"
