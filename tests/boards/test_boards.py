"""Every board works wherever it is imported, and every panel explains itself."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from grafana.src.dashboards import BOARDS
from grafana.src.dashboards.panels import SCRAPE_INTERVAL
from grafana.src.tokens import defaults, render
from tests.rules.promql import rules
from tests.rules.test_contract import board, queries

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
PANELS = {f"{name}: {each['title']}": each for name in BOARDS for each in board(name)["panels"]}


@pytest.fixture(params=BOARDS)
def each_board(request: pytest.FixtureRequest) -> dict[str, Any]:
    return board(request.param)


@pytest.fixture(params=PANELS.values(), ids=list(PANELS))
def panel(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(request.param)


def test_a_board_has_no_id_and_a_fixed_uid(each_board: dict[str, Any]) -> None:
    assert each_board["id"] is None
    assert re.fullmatch(r"api-errors-[a-z-]{1,29}", each_board["uid"])


def test_a_board_is_the_classic_model_without_inputs(each_board: dict[str, Any]) -> None:
    assert each_board["schemaVersion"] == 42
    assert "__inputs" not in each_board


def test_variables_narrow_in_their_order_from_the_datasource_on(each_board: dict[str, Any]) -> None:
    names = [each["name"] for each in each_board["templating"]["list"]]

    assert names == ["datasource", "namespace", "job", "provider", "path", "type"]
    for position, each in enumerate(each_board["templating"]["list"][1:], start=1):
        assert re.findall(r"\$(\w+)", each["query"]) == names[1:position]
        assert (each["multi"], each["includeAll"], each["allValue"]) == (True, True, ".*")
        assert each["current"]["value"] == ["$__all"]


def test_panels_do_not_overlap_and_stay_on_the_grid(each_board: dict[str, Any]) -> None:
    cells: set[tuple[int, int]] = set()
    for each in each_board["panels"]:
        place = each["gridPos"]
        assert place["x"] + place["w"] <= 24
        own = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not own & cells, each["title"]
        cells |= own


def test_panels_and_their_queries_can_be_told_apart(each_board: dict[str, Any]) -> None:
    ids = [each["id"] for each in each_board["panels"]]

    assert len(set(ids)) == len(ids)
    for each in each_board["panels"]:
        letters = [target["refId"] for target in each["targets"]]
        assert len(set(letters)) == len(letters)


def test_a_panel_says_when_to_worry(panel: dict[str, Any]) -> None:
    assert "Worry" in panel["description"]


def test_a_panel_has_a_unit_and_a_word_for_nothing(panel: dict[str, Any]) -> None:
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert len(panel["fieldConfig"]["defaults"]["noValue"]) > 5


def test_a_panel_asks_the_chosen_datasource(panel: dict[str, Any]) -> None:
    assert panel["datasource"] == DATASOURCE
    assert all(target["datasource"] == DATASOURCE for target in panel["targets"])


def test_no_query_has_a_window_of_its_own(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        windows = set(re.findall(r"\[([^]]+)\]", target["expr"]))
        assert windows == {"$__range" if target["instant"] else "$__rate_interval"}
        assert target["interval"] == SCRAPE_INTERVAL


def test_the_line_in_the_panel_is_the_threshold_of_the_alert() -> None:
    steps = PANELS["overview: Rate limited share by provider"]["fieldConfig"]["defaults"]["thresholds"][
        "steps"
    ]

    assert steps[-1]["value"] == float(defaults()["rate_limited_share"])


def test_the_board_that_an_alert_links_to_exists_with_its_variables() -> None:
    boards = {board(name)["uid"]: board(name) for name in BOARDS}
    for rule in rules(render(), "alert"):
        uid, _, parameters = rule["annotations"]["dashboard_url"].rpartition("/d/")[2].partition("?")
        names = {each["name"] for each in boards[uid]["templating"]["list"]}
        assert set(re.findall(r"var-(\w+)=", parameters)) <= names


def test_prometheus_can_read_every_query_of_every_board(promtool: Path, tmp_path: Path) -> None:
    texts = [re.sub(r"\$__\w+", "5m", query) for place, query in queries().items() if ": " in place]
    records = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(texts)]
    (tmp_path / "boards.yaml").write_text(yaml.safe_dump({"groups": [{"name": "boards", "rules": records}]}))

    subprocess.run([promtool, "check", "rules", tmp_path / "boards.yaml"], check=True)
