"""What docs/taxonomy.md says of rules of one's own."""

import re
from pathlib import Path

import pytest
import yaml

from agent.assembly import assemble
from agent.classify import classify
from agent.events import ApiResponse
from agent.settings import load

PAGE = Path(__file__).parents[2] / "docs" / "taxonomy.md"


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (ApiResponse(503, "our-gateway", body="Your budget for May is used up"), "spend_limit_reached"),
        (ApiResponse(503, "another", body="Your budget for May is used up"), "service_unavailable"),
        (ApiResponse(409, "another", body={"error": {"code": "TENANT_PAUSED"}}), "access_denied"),
    ],
)
def test_the_rules_of_the_page_do_what_it_says(tmp_path: Path, response: ApiResponse, reason: str) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert yaml.safe_load(example)["classify"]
    file = tmp_path / "agent.yaml"
    file.write_text(example)

    assert classify(response, None, assemble(load(file)).rules).reason == reason
