"""Every board works wherever it is imported, and every panel explains itself."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from grafana.src.dashboards import BOARDS
from grafana.src.dashboards.frame import SCHEMA_VERSION
from grafana.src.dashboards.panels import RUNBOOKS
from grafana.src.dashboards.queries import SCRAPE_INTERVAL, TARGET_LABELS, VARIABLES
from grafana.src.generate import every_panel
from grafana.src.tokens import defaults, render
from tests.boards.boards import PUBLISHED, TEXTS, board, panels, targets
from tests.rules.expected import LINKS
from tests.rules.promql import rules
from tests.tools.cache import ROOT

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
PANELS = {f"{name}: {each['title']}": each for name in BOARDS for each in panels(name)}
ALERTS = {rule["alert"] for rule in rules(render(), "alert")}
LARGEST = 256 * 1024
"""Bytes that `kubectl apply` can note in an annotation of a ConfigMap."""


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
    assert each_board["schemaVersion"] == SCHEMA_VERSION
    assert "__inputs" not in each_board


def test_variables_narrow_in_their_order_from_the_datasource_on(each_board: dict[str, Any]) -> None:
    names = [each["name"] for each in each_board["templating"]["list"]]

    assert names == ["datasource", *VARIABLES, "filters"]
    for position, each in enumerate(each_board["templating"]["list"][1:-1], start=1):
        assert set(re.findall(r"\$(\w+)", each["query"])) <= set(names[1:position])
        assert {*TARGET_LABELS} & {*names[1:position]} <= {*re.findall(r"\w+", each["query"])}
        assert (each["multi"], each["includeAll"]) == (True, True)
        assert each["current"]["value"] == ["$__all"]


def test_all_jobs_are_those_that_have_an_agent(each_board: dict[str, Any]) -> None:
    """With a value for All, `up` and the like would be those of every target of the Prometheus."""
    own = {each["name"]: each.get("allValue") for each in each_board["templating"]["list"][1:-1]}

    assert {name for name, value in own.items() if value is None} == {"namespace", "job"}


def test_a_link_whose_address_is_not_set_is_left_out() -> None:
    for path, text in PUBLISHED.items():
        assert ("runbooks_url" in text) == ("helm" in path.parts), path
        assert "example.org" not in text


@pytest.mark.parametrize("name", ["overview", "agent"])
def test_what_is_not_for_the_first_look_is_folded_and_not_asked_for(name: str) -> None:
    opened = [each for each in board(name)["panels"] if each["type"] != "row"]
    rows = [each for each in board(name)["panels"] if each["type"] == "row"]

    assert len(opened) <= 12
    assert all(each["collapsed"] and each["panels"] for each in rows)


def test_a_provider_has_one_colour_in_every_graph(panel: dict[str, Any]) -> None:
    if panel["type"] == "timeseries":
        assert panel["fieldConfig"]["defaults"]["color"]["mode"] == "palette-classic-by-name"


def test_panels_do_not_overlap_and_stay_on_the_grid(each_board: dict[str, Any]) -> None:
    cells: set[tuple[int, int]] = set()
    for each in each_board["panels"]:  # what is folded has no place yet
        place = each["gridPos"]
        assert place["x"] + place["w"] <= 24
        own = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not own & cells, each["title"]
        cells |= own


def test_panels_and_their_queries_can_be_told_apart(each_board: dict[str, Any]) -> None:
    ids = [each["id"] for each in every_panel(each_board)]

    assert len(set(ids)) == len(ids)
    for each in every_panel(each_board):
        letters = [target["refId"] for target in each.get("targets", [])]
        assert len(set(letters)) == len(letters)


def test_a_panel_says_when_to_worry(panel: dict[str, Any]) -> None:
    assert "Worry" in panel["description"]


def test_a_panel_has_a_unit_and_a_word_for_nothing(panel: dict[str, Any]) -> None:
    assert panel["fieldConfig"]["defaults"]["unit"]
    word = panel["fieldConfig"]["defaults"]["noValue"]
    assert len(word) > 5 or (word and panel["type"] == "table")  # there it stands in cells


def test_a_panel_asks_the_chosen_datasource(panel: dict[str, Any]) -> None:
    assert panel["datasource"] == DATASOURCE
    assert all(target["datasource"] == DATASOURCE for target in panel["targets"])


LIVE = ("Counting is behind by",)  # of the agents themselves, which have no records


def test_panels_about_providers_ask_for_records() -> None:
    for target in targets():
        if target.board != "agent" and target.panel not in LIVE:
            counted = re.findall(r"\bapi_\w+_(?:total|bucket|count)\{", target.query["expr"])
            assert counted == [], f"{target} reads every series of the agent"


def test_no_query_has_a_window_of_its_own(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        windows = set(re.findall(r"\[([^]]+)\]", target["expr"]))
        assert windows <= {"$__range" if target["instant"] else "$__rate_interval"}
        assert target["interval"] == SCRAPE_INTERVAL


@pytest.mark.parametrize(
    ("place", "tokens"),
    [
        ("limits: Rate limited share by provider", ["rate_limited_share", "rate_limit_storm_share"]),
        ("limits: Rate limited share by path", ["rate_limited_share", "rate_limit_storm_share"]),
        ("limits: Overloaded share by provider", ["overloaded_share", "overload_sustained_share"]),
        ("limits: Overloaded share by path", ["overloaded_share", "overload_sustained_share"]),
        ("limits: Headroom", ["headroom_low_share"]),
        ("limits: Refused for money, share by provider", ["balance_exhausted_critical_share"]),
        ("overview: Latency by provider, p95", ["latency_high_seconds"]),
        ("overview: Callers who hung up, share by provider", ["callers_hang_up_share"]),
        ("agent: Lag in seconds by partition", ["agent_lagging_seconds", "agent_lagging_critical_seconds"]),
    ],
)
def test_the_lines_in_a_panel_are_the_thresholds_of_its_alerts(place: str, tokens: list[str]) -> None:
    defaults_of_panel = PANELS[place]["fieldConfig"]["defaults"]

    assert defaults_of_panel["custom"]["thresholdsStyle"]["mode"] == "dashed"
    assert [each["value"] for each in defaults_of_panel["thresholds"]["steps"]] == [
        None,
        *(float(defaults()[token]) for token in tokens),
    ]


def test_a_runbook_that_a_panel_links_to_is_there(panel: dict[str, Any]) -> None:
    for link in panel.get("links", []):
        base, _, file = link["url"].rpartition("/")
        assert base == RUNBOOKS
        assert link["title"] == f"Runbook: {file.removesuffix('.md')}"
        assert file.removesuffix(".md") in ALERTS
        assert (ROOT / "grafana" / "runbooks" / file).is_file()


def test_every_alert_has_a_panel_that_links_to_its_runbook() -> None:
    linked = {
        link["title"].removeprefix("Runbook: ") for each in PANELS.values() for link in each.get("links", [])
    }

    assert linked == ALERTS


def test_the_way_to_another_board_keeps_time_and_variables(each_board: dict[str, Any]) -> None:
    (link,) = each_board["links"]

    assert link["type"] == "dashboards"
    assert set(link["tags"]) <= set(each_board["tags"])
    assert (link["keepTime"], link["includeVars"]) == (True, True)


def test_critical_alerts_are_marked_in_every_graph(each_board: dict[str, Any]) -> None:
    (annotation,) = each_board["annotations"]["list"]

    assert annotation["enable"]
    assert annotation["datasource"] == DATASOURCE
    assert 'severity="critical"' in annotation["expr"]


def test_there_are_enough_panels_and_each_has_its_own_title() -> None:
    assert len(PANELS) == sum(len(panels(name)) for name in BOARDS) >= 30


def test_a_board_fits_into_a_config_map(each_board: dict[str, Any]) -> None:
    (text,) = (text for text in TEXTS.values() if json.loads(text)["uid"] == each_board["uid"])

    assert len(text.encode()) < LARGEST


def test_the_board_that_an_alert_links_to_exists_with_its_variables() -> None:
    boards = {board(name)["uid"]: board(name) for name in BOARDS}
    for rule in rules(render(LINKS), "alert"):
        uid, _, parameters = rule["annotations"]["dashboard_url"].rpartition("/d/")[2].partition("?")
        names = {each["name"] for each in boards[uid]["templating"]["list"]}
        assert set(re.findall(r"var-(\w+)=", parameters)) <= names


def test_prometheus_can_read_every_query_of_every_board(promtool: Path, tmp_path: Path) -> None:
    texts = [re.sub(r"\$__\w+", "5m", target.query["expr"]) for target in targets()]
    records = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(texts)]
    (tmp_path / "boards.yaml").write_text(yaml.safe_dump({"groups": [{"name": "boards", "rules": records}]}))

    subprocess.run([promtool, "check", "rules", tmp_path / "boards.yaml"], check=True)
