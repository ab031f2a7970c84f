"""The end of a certificate is the moment that stands in it."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent import certificates
from tests.tools import certificates as made
from tests.tools.cache import require


def end_by_openssl(file: Path) -> float:
    command = ["openssl", "x509", "-in", str(file), "-noout", "-enddate"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return datetime.strptime(said.strip(), "notAfter=%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize("name", ["client.pem", "ca.pem", "broker.pem"])
def test_a_certificate_ends_when_openssl_says_that_it_does(name: str) -> None:
    file = require(made.ensure) / name

    assert certificates.ends(file) == end_by_openssl(file)


def test_of_a_chain_the_end_of_the_first_certificate_counts(tmp_path: Path) -> None:
    folder = shutil.copytree(require(made.ensure), tmp_path / "made")
    made.renew(folder, "2")
    client, authority, chain = folder / "client.pem", folder / "ca.pem", folder / "chain.pem"
    chain.write_text(client.read_text() + authority.read_text())

    assert certificates.ends(chain) == certificates.ends(client) < certificates.ends(authority)


@pytest.mark.parametrize("name", ["words", "none"])
def test_a_file_without_a_certificate_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "words").write_text("words")

    with pytest.raises(OSError, match=r"Error decoding|Can't open file|no start line|PEM"):
        certificates.ends(tmp_path / name)
