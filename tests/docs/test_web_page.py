"""docs/web.md: its examples are taken, and it names what a web config file may hold."""

import re
import shutil
import subprocess
from pathlib import Path

import bcrypt
import pytest
import yaml

from agent.web import config, connections, guard, scraper, sending, server
from tests.docs.pages import DOCS, blocks
from tests.tools import certificates, prometheus
from tests.tools.cache import require

PAGE = DOCS / "web.md"
EXAMPLES = blocks(PAGE, "yaml", "web.yaml")
TABLE = re.findall(r"(?m)^\| `([\w.]+)` \| (.+?) \|", PAGE.read_text())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    certs = require(certificates.ensure)
    shutil.copy(certs / "broker.crt", tmp_path / "tls.crt")
    shutil.copy(certs / "broker.key", tmp_path / "tls.key")
    shutil.copy(certs / "ca.pem", tmp_path / "ca.crt")
    return tmp_path


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_agent_takes_an_example(text: str, folder: Path) -> None:
    (folder / "web.yaml").write_text(text)

    found = config.read(folder / "web.yaml")

    assert (found.tls is not None) == ("tls_server_config" in text)
    assert all(bcrypt.checkpw(b"correct horse", hash_) for hash_ in found.users.values())


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("operations.md", f"There are at most {connections.MOST}."),
        ("operations.md", f"A new connection has {connections.HEADERS_WITHIN:g} s for its first request"),
        (
            "operations.md",
            f"({scraper.DEFAULT_TIMEOUT:g} s if it names none, {scraper.LONGEST_TIMEOUT:g} s at most)",
        ),
        ("operations.md", f"any other request {sending.LOOK_WITHIN:g} s"),
        ("operations.md", f"silent for {server.KEEPALIVE:g} s between two requests"),
        ("web.md", f"at the certificates every {guard.LOOK_EVERY:g} s"),
    ],
)
def test_the_figures_are_those_that_hold(page: str, words: str) -> None:
    assert words in " ".join((DOCS / page).read_text().split())


def test_the_table_has_every_key_and_no_other() -> None:
    tls = {f"tls_server_config.{key}" for key in config._TLS_KEYS}

    assert {name for name, _ in TABLE} == {*config._SECTIONS, *tls}


@pytest.mark.parametrize(
    ("key", "choices"), [("client_auth_type", config.CLIENT_AUTH), ("min_version", config.MIN_VERSION)]
)
def test_the_table_has_every_choice_and_no_other(key: str, choices: dict[str, object]) -> None:
    value = dict(TABLE)[f"tls_server_config.{key}"]

    assert re.findall(r"`(\w+)`", value) == list(choices)


def test_the_examples_use_every_key() -> None:
    used = {key for text in EXAMPLES for key in yaml.safe_load(text).get("tls_server_config", {})}

    assert used == set(config._TLS_KEYS)


def test_prometheus_takes_the_other_half(tmp_path: Path) -> None:
    (text,) = blocks(PAGE, "yaml", "prometheus.yml")
    (tmp_path / "prometheus.yml").write_text(text)

    promtool = require(prometheus.promtool)
    subprocess.run([promtool, "check", "config", "--syntax-only", tmp_path / "prometheus.yml"], check=True)
