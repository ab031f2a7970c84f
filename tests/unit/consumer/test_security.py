"""What aiokafka is told of TLS and of logging in, and where tokens come from."""

import asyncio
import io
import json
import shutil
import ssl
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs
from urllib.request import Request

import pytest
from aiokafka.errors import KafkaConnectionError

from agent.certificates import ends
from agent.consumer.security import Tls, TokenProvider, arguments, client_credentials, msk_iam, password
from agent.settings import KafkaSettings
from agent.settings.kafka import KafkaSaslSettings, KafkaTlsSettings
from tests.tools import certificates as made
from tests.tools.cache import require

# --- TLS ------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(require(made.ensure), tmp_path / "made"))


def tls(folder: Path, **changes: object) -> Tls:
    files = {
        "ca_file": folder / "ca.pem",
        "cert_file": folder / "client.pem",
        "key_file": folder / "client.key",
    }
    return Tls(KafkaTlsSettings.model_validate(files | changes))


def replaced(file: Path, text: bytes) -> None:
    """Put another file in the place of one, as Kubernetes does."""
    other = file.with_suffix(".other")
    other.write_bytes(text)
    other.replace(file)


def test_where_an_authority_is_set_nobody_else_may_have_signed(folder: Path) -> None:
    (authority,) = tls(folder).context.get_ca_certs()

    assert authority["subject"] == ((("commonName", "test-authority"),),)


def test_where_none_is_set_those_of_the_system_may_and_ours_may_not(folder: Path) -> None:
    default = ssl.create_default_context()

    found = tls(folder, ca_file=None).context

    assert found.cert_store_stats() == default.cert_store_stats()
    assert found.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("has_authority", [True, False])
@pytest.mark.parametrize("is_checked", [True, False])
def test_the_name_of_the_host_is_checked_as_the_settings_say(
    folder: Path, *, is_checked: bool, has_authority: bool
) -> None:
    changes = {"check_hostname": is_checked} | ({} if has_authority else {"ca_file": None})
    found = tls(folder, **changes).context

    assert found.check_hostname is is_checked
    assert found.verify_mode is ssl.CERT_REQUIRED


def test_of_a_certificate_of_ours_the_end_is_known(folder: Path) -> None:
    assert tls(folder).certificates == {str(folder / "client.pem"): ends(folder / "client.pem")}
    assert tls(folder, cert_file=None, key_file=None).certificates == {}


def test_files_are_loaded_again_when_one_of_them_has_changed_and_only_then(folder: Path) -> None:
    it = tls(folder)
    before = dict(it.certificates)
    assert not it.refresh()
    made.renew(folder, "2")
    assert it.refresh()
    assert not it.refresh()

    assert before != it.certificates == {str(folder / "client.pem"): ends(folder / "client.pem")}


def test_a_new_authority_is_trusted_beside_the_one_before(folder: Path, tmp_path: Path) -> None:
    it = tls(folder)
    (tmp_path / "another").mkdir()
    made.make(tmp_path / "another")
    replaced(folder / "ca.pem", (tmp_path / "another" / "ca.pem").read_bytes())

    assert it.refresh()
    assert len(it.context.get_ca_certs()) == 2


def test_a_file_that_cannot_be_used_is_told_once_and_what_was_loaded_stays(folder: Path) -> None:
    it = tls(folder)
    before = dict(it.certificates)
    replaced(folder / "client.pem", b"nonsense")

    with pytest.raises(OSError, match=r"PEM|no start line"):
        it.refresh()
    assert (it.certificates, it.refresh()) == (before, False)


# --- tokens ---------------------------------------------------------------------------------------------


async def test_two_clients_that_want_a_token_ask_for_it_once() -> None:
    may_answer, asked = threading.Event(), []

    def fetch() -> tuple[str, float]:
        asked.append(1)
        may_answer.wait(10)
        return "token", time.time() + 300

    provider = TokenProvider(fetch)
    both = asyncio.gather(provider.token(), provider.token())
    await asyncio.sleep(0.01)
    may_answer.set()

    assert list(await both) == ["token", "token"]
    assert len(asked) == 1


class Endpoint:
    """What stands in for urlopen; it keeps the request."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answer: object) -> None:
        self.request: Request
        self.seconds = 0.0
        self._answer = json.dumps({"access_token": "token"} | answer).encode()
        monkeypatch.setattr("agent.consumer.security.urlopen", self)

    def __call__(self, request: Request, timeout: float) -> io.BytesIO:
        self.request, self.seconds = request, timeout
        return io.BytesIO(self._answer)

    @property
    def form(self) -> dict[str, list[str]]:
        assert isinstance(self.request.data, bytes)
        return parse_qs(self.request.data.decode(), keep_blank_values=True)


def oauth(**changes: object) -> KafkaSaslSettings:
    known = {"mechanism": "OAUTHBEARER", "username": "agent", "password": "p&w", "token_url": "https://x/t"}
    return KafkaSaslSettings.model_validate(known | changes)


@pytest.mark.parametrize("scope", [None, "kafka read"])
def test_a_token_is_asked_for_as_the_rfc_says(monkeypatch: pytest.MonkeyPatch, scope: str | None) -> None:
    endpoint = Endpoint(monkeypatch)
    token, _ = client_credentials(oauth(scope=scope))()

    assert (token, endpoint.request.full_url, endpoint.request.get_method()) == (
        "token",
        "https://x/t",
        "POST",
    )
    assert endpoint.form == {
        "grant_type": ["client_credentials"],
        "client_id": ["agent"],
        "client_secret": ["p&w"],
        **({"scope": [scope]} if scope else {}),
    }
    assert 0 < endpoint.seconds < 60


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [({"expires_in": 900}, 900), ({"expires_in": "900"}, 900), ({}, 300), ({"expires_in": 0}, 5)],
)
def test_a_token_ends_when_its_answer_says_and_not_at_once(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, object], seconds: float
) -> None:
    Endpoint(monkeypatch, **answer)
    monkeypatch.setattr("agent.consumer.security.time", SimpleNamespace(time=lambda: 1000.0))

    assert client_credentials(oauth())() == ("token", 1000.0 + seconds)


def test_aws_signs_a_token_for_the_region(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def sign(region: str) -> tuple[str, int]:
        asked.append(region)
        return "signed", 5500

    module: Any = SimpleNamespace(MSKAuthTokenProvider=SimpleNamespace(generate_auth_token=sign))
    monkeypatch.setitem(sys.modules, "aws_msk_iam_sasl_signer", module)

    assert msk_iam(aws())() == ("signed", 5.5)
    assert asked == ["eu-central-1"]


def test_without_the_signer_of_aws_what_to_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aws_msk_iam_sasl_signer", None)

    with pytest.raises(KafkaConnectionError, match=r"pip install 'api-error-agent\[msk\]'"):
        msk_iam(aws())()


def aws() -> KafkaSaslSettings:
    return KafkaSaslSettings.model_validate({"mechanism": "AWS_MSK_IAM", "region": "eu-central-1"})


# --- what aiokafka is told ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["secret", "secret\n", "secret\r\n"])
def test_a_password_stands_in_its_file_with_or_without_an_end_of_the_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "password"
    file.write_text(text, newline="")
    sasl = {"mechanism": "PLAIN", "username": "agent", "password_file": file}

    assert password(KafkaSaslSettings.model_validate(sasl)) == "secret"


def told(protocol: str = "SASL_PLAINTEXT", **sasl: object) -> dict[str, object]:
    kafka = KafkaSettings.model_validate({"security_protocol": protocol, "sasl": sasl})
    return arguments(kafka, None)


def test_without_security_only_that_is_told() -> None:
    assert arguments(KafkaSettings(), None) == {"security_protocol": "PLAINTEXT"}


def test_connections_have_the_context_of_tls(folder: Path) -> None:
    it = tls(folder)

    assert arguments(KafkaSettings(security_protocol="SSL"), it) == {
        "security_protocol": "SSL",
        "ssl_context": it.context,
    }


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_user_and_password_are_told_with_the_mechanism(mechanism: str) -> None:
    assert told(mechanism=mechanism, username="agent", password="secret") == {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": mechanism,
        "sasl_plain_username": "agent",
        "sasl_plain_password": "secret",
    }


@pytest.mark.parametrize("mechanism", ["OAUTHBEARER", "AWS_MSK_IAM"])
async def test_tokens_come_from_the_provider_of_the_mechanism(
    monkeypatch: pytest.MonkeyPatch, mechanism: str
) -> None:
    monkeypatch.setattr("agent.consumer.security.msk_iam", lambda _: lambda: ("AWS_MSK_IAM", 1e12))
    monkeypatch.setattr("agent.consumer.security.client_credentials", lambda _: lambda: ("OAUTHBEARER", 1e12))
    sasl = (aws() if mechanism == "AWS_MSK_IAM" else oauth()).model_dump(exclude_none=True)
    found = told(**sasl | ({"password": "p&w"} if "password" in sasl else {}))
    provider: Any = found["sasl_oauth_token_provider"]

    assert found["sasl_mechanism"] == "OAUTHBEARER"
    assert "sasl_plain_password" not in found
    assert await provider.token() == mechanism
