"""The files of the stack fit together, and the real programs accept them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.compose.stack import FILE, Services, mounted
from tests.tools import alertmanager, compose, kafka, prometheus
from tests.tools.cache import ROOT, require

FOLDER = FILE.parent
GRAFANA = FOLDER / "grafana"


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def accepts(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    require(compose.reader)
    file = tmp_path / "compose.yaml"
    file.write_text(FILE.read_text().replace("cap_drop", "cap_dropped"))

    with pytest.raises(compose.Refused, match="cap_dropped"):
        compose.config(file)


def test_promtool_accepts_the_configuration_and_finds_the_rules(described: Services, tmp_path: Path) -> None:
    root = mounted(described["prometheus"], tmp_path, {})

    said = accepts(
        require(prometheus.promtool), "check", "config", root / "etc" / "prometheus" / "prometheus.yml"
    )

    assert said.count("rules found") == len(list((ROOT / "grafana" / "rules").iterdir()))


def test_amtool_accepts_the_configuration_and_sends_everything_to_the_page() -> None:
    amtool, file = require(alertmanager.amtool), FOLDER / "alertmanager.yml"

    assert "1 receivers" in accepts(amtool, "check-config", file)
    route = ["config", "routes", "test", f"--config.file={file}", "--verify.receivers=inbox"]
    accepts(amtool, *route, "alertname=ApiRateLimited", "severity=warning")


def test_what_mutes_what_is_as_in_the_example_for_users() -> None:
    example = loaded(ROOT / "grafana" / "alertmanager" / "alertmanager.yml")

    assert loaded(FOLDER / "alertmanager.yml")["inhibit_rules"] == example["inhibit_rules"]


def rules() -> list[Path]:
    return sorted((FOLDER / "rules").iterdir())


def test_the_agent_accepts_its_settings() -> None:
    check = [sys.executable, "-m", "agent", "check-config", "--config.file"]

    assert (
        accepts(*check, FOLDER / "agent.yaml").strip()
        == "the settings are right: api-responses at kafka:19092"
    )


def test_the_stack_runs_the_versions_that_tests_run(described: Services) -> None:
    images = dict(described[name]["image"].split(":") for name in ("kafka", "prometheus", "alertmanager"))

    assert images == {
        "apache/kafka": kafka.VERSION,
        "prom/prometheus": f"v{prometheus.VERSION}",
        "prom/alertmanager": f"v{alertmanager.VERSION}",
    }


def ours(described: Services) -> dict[str, dict[str, Any]]:
    """The services of our own image, by name."""
    return {name: each for name, each in described.items() if each["image"] == described["agent"]["image"]}


def test_one_service_builds_the_image_and_the_others_wait_for_it(described: Services) -> None:
    """Docker may refuse a second build that is named as the first, and no registry has the image."""
    assert {name for name, each in described.items() if "build" in each} == {"agent"}
    assert set(ours(described)) == {"agent", "load", "inbox"}
    for name in ("load", "inbox"):
        assert described[name]["pull_policy"] == "never"
        assert "agent" in described[name]["depends_on"]


def test_the_image_can_be_built(described: Services) -> None:
    build = described["agent"]["build"]

    assert (Path(build["context"]) / build["dockerfile"]).samefile(ROOT / "deploy/image/Dockerfile")
    assert (ROOT / "requirements" / f"{build['args']['REQUIREMENTS']}.txt").exists()


def test_ours_run_without_rights(described: Services) -> None:
    for service in ours(described).values():
        assert service["user"] == "65532:65532"
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_nobody_gets_more_rights_than_it_began_with(described: Services) -> None:
    assert all(each["security_opt"] == ["no-new-privileges:true"] for each in described.values())


def test_what_a_service_without_rights_must_read_can_be_read(described: Services) -> None:
    sources = [Path(each["source"]) for service in described.values() for each in service.get("volumes", [])]
    files = [path for source in sources for path in (source, *source.rglob("*"))]

    assert [path for path in files if not path.stat().st_mode & 0o004] == []


def test_every_server_says_whether_it_is_well(described: Services) -> None:
    serving = {name for name, each in described.items() if each.get("ports")}

    assert {name for name, each in described.items() if "healthcheck" in each} == serving


@pytest.mark.parametrize("name", ["agent", "inbox"])
def test_the_question_whether_ours_is_well_is_answered(name: str, described: Services) -> None:
    """Asked of nobody, it fails; that it is Python that runs is what is looked at."""
    _, program, *arguments = described[name]["healthcheck"]["test"]
    port = described[name]["ports"][0]["target"]

    said = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)

    assert program == "python"
    assert f"localhost:{port}/" in arguments[1]
    assert (said.returncode, "URLError" in said.stderr) == (1, True), said


def test_a_port_that_is_taken_can_be_moved(described: Services) -> None:
    """As written: the reader of these tests takes nothing from the environment."""
    written = loaded(FILE)["services"]
    (kafka_port,) = (port["target"] for port in described["kafka"]["ports"])

    for name, service in described.items():
        for port in service.get("ports", []):
            variable = f"${{{name.upper()}_PORT:-{port['target']}}}"
            assert written[name]["ports"] == [f"127.0.0.1:{variable}:{port['target']}"]
    advertised = written["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert advertised.endswith(f"HOST://localhost:${{KAFKA_PORT:-{kafka_port}}}")


def test_grafana_is_of_the_version_that_draws_the_boards_in_tests(described: Services) -> None:
    drawn = json.loads((ROOT / "grafana" / "src" / "pictures" / "package.json").read_text())["dependencies"]

    assert described["grafana"]["image"] == f"grafana/grafana:{drawn['@grafana/ui']}"


def test_files_can_be_read_where_selinux_watches(described: Services) -> None:
    volumes = [volume for service in described.values() for volume in service.get("volumes", [])]

    assert {each["bind"]["selinux"] for each in volumes} == {"z"}


def test_nothing_listens_beyond_this_machine(described: Services) -> None:
    ports = [port for service in described.values() for port in service.get("ports", [])]

    assert len(ports) == 6
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}


def test_everything_mounted_is_there(described: Services) -> None:
    volumes = [volume for service in described.values() for volume in service.get("volumes", [])]

    assert len(volumes) == 8
    assert [each for each in volumes if not Path(each["source"]).exists() or not each["read_only"]] == []


def test_grafana_finds_prometheus_at_its_scrape_interval(described: Services) -> None:
    (source,) = loaded(GRAFANA / "datasources" / "prometheus.yaml")["datasources"]
    (port,) = described["prometheus"]["ports"]

    assert source["type"] == "prometheus"
    assert source["isDefault"]
    assert source["url"] == f"http://prometheus:{port['target']}"
    scraping = loaded(FOLDER / "prometheus.yml")["global"]
    assert source["jsonData"]["timeInterval"] == scraping["scrape_interval"]


def test_grafana_opens_with_the_overview_of_the_boards_it_is_given(
    described: Services, tmp_path: Path
) -> None:
    root = mounted(described["grafana"], tmp_path, {})
    (provider,) = loaded(GRAFANA / "dashboards" / "boards.yaml")["providers"]
    home = described["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]

    boards = list((root / provider["options"]["path"].lstrip("/")).iterdir())

    assert {board.name for board in boards} == {each.name for each in (ROOT / "grafana/dashboards").iterdir()}
    assert Path(home).parent == Path(provider["options"]["path"])
    assert json.loads((root / home.lstrip("/")).read_text())["uid"] == "api-errors-overview"


def test_links_in_alerts_lead_to_this_grafana(described: Services) -> None:
    (port,) = described["grafana"]["ports"]
    links = re.findall(r"dashboard_url: (\S+?)/d/", "".join(map(Path.read_text, rules())))

    assert set(links) == {f"http://localhost:{port['published']}"}
