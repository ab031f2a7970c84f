"""One judge: what `check-config` says of files, keys and addresses is what `run` says, before it starts."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.testing import Result

from agent import judge, service
from agent.settings import Settings
from tests.commanding import run
from tests.tools import certificates

STARTED = "started"
PEM = "a right one is a file in PEM format"
ALONE = "a right one holds the password alone"
HASH = "$2b$12$" + 53 * "a"


@pytest.fixture(autouse=True)
def _starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place at which `run` would start is left out: what is judged before is all there is here."""

    def start(_settings: Settings) -> int:
        print(STARTED)
        return 0

    monkeypatch.setattr(service, "run", start)


@pytest.fixture(scope="module")
def pems() -> Path:
    return certificates.ensure()


@pytest.fixture
def folder(tmp_path: Path, pems: Path) -> Path:
    """Files right and wrong in every way."""
    for name in ("ca.pem", "client.pem", "client.key", "broker.key", "broker.pem"):
        shutil.copy(pems / name, tmp_path / name)
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "newline").write_text("\n")
    (tmp_path / "password").write_text("hunter2\n")
    (tmp_path / "latin").write_bytes(b"\xe9")
    (tmp_path / "words").write_text("no certificate\n")
    return tmp_path


def both(folder: Path, *options: str, **sections: object) -> tuple[Result, Result]:
    """What `check-config` and `run` make of the same file and the same options."""
    file = folder / "agent.yaml"
    file.write_text(yaml.safe_dump(sections))
    found = [run(command, "--config.file", str(file), *options) for command in ("check-config", "run")]
    return found[0], found[1]


def refused(folder: Path, *options: str, **sections: object) -> list[str]:
    """The lines with which both refuse, without the name of the folder."""
    check, started = both(folder, *options, **sections)
    assert (check.exit_code, started.exit_code, started.stdout) == (2, 2, "")
    assert check.stderr == started.stderr
    lines = check.stderr.replace(f"{folder}/", "").splitlines()
    return [line.removeprefix("api-error-agent: ") for line in lines]


def is_taken(folder: Path, *options: str, **sections: object) -> bool:
    check, started = both(folder, *options, **sections)
    assert (check.exit_code, started.exit_code) == (0, 0), check.stderr
    return started.stdout == f"{STARTED}\n"


def kafka(folder: Path, **tls: str) -> dict[str, object]:
    return {"security_protocol": "SSL", "tls": {name: str(folder / file) for name, file in tls.items()}}


def login(folder: Path, password_file: str) -> dict[str, object]:
    sasl = {"mechanism": "PLAIN", "username": "me", "password_file": str(folder / password_file)}
    return {"security_protocol": "SASL_PLAINTEXT", "sasl": sasl}


def test_right_settings_start() -> None:
    assert (run("check-config").exit_code, run("run").stdout) == (0, f"{STARTED}\n")


def test_wrong_values_are_refused_by_both_with_the_same_lines(folder: Path) -> None:
    assert [
        line.partition(" is ")[0] for line in refused(folder, kafka={"start": "never"}, log={"level": 1})
    ] == [
        "kafka.start",
        "log.level",
    ]


def test_flags_are_judged_like_the_file(folder: Path) -> None:
    (line,) = refused(folder, "--web.listen-address", "0.0.0.0:99999")
    assert line.startswith("web.listen_address is '0.0.0.0:99999': a port is a number from 0 to 65535")
    assert refused(folder, "--web.config.file", str(folder / "none")) == [
        "web.config_file: none: it cannot be read: No such file or directory"
    ]


def test_certificates_and_keys_that_fit_are_taken(folder: Path) -> None:
    files = {"ca_file": "ca.pem", "cert_file": "client.pem", "key_file": "client.key"}

    assert is_taken(folder, kafka=kafka(folder, **files))
    assert is_taken(folder, kafka=kafka(folder, ca_file="ca.pem"))


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("none", "cannot be read (No such file or directory)"),
        ("folder", "is a folder, not a file"),
        ("empty", "is empty"),
    ],
)
def test_files_that_cannot_be_read(folder: Path, file: str, why: str) -> None:
    names = {"ca_file": file, "cert_file": file, "key_file": file}

    assert refused(folder, kafka=kafka(folder, **names)) == [
        f"kafka.tls.{name}: {file} {why}; {PEM}" for name in names
    ]
    assert refused(folder, kafka=login(folder, file)) == [f"kafka.sasl.password_file: {file} {why}; {ALONE}"]


def test_a_key_of_another_certificate(folder: Path) -> None:
    (line,) = refused(folder, kafka=kafka(folder, cert_file="client.pem", key_file="broker.key"))

    assert line.startswith("kafka.tls: client.pem, broker.key cannot be used (")
    assert line.endswith("): the key is not that of the certificate; give the two that belong together")


@pytest.mark.parametrize("files", [{"ca_file": "words"}, {"cert_file": "words", "key_file": "client.key"}])
def test_files_that_hold_something_else(folder: Path, files: dict[str, str]) -> None:
    (line,) = refused(folder, kafka=kafka(folder, **files))

    assert line.endswith("): give files in PEM format, the key without a passphrase")


def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked_for_it(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    locked = [
        "openssl",
        "rsa",
        "-aes128",
        "-passout",
        "pass:hunter2",
        "-in",
        "client.key",
        "-out",
        "locked.key",
    ]
    subprocess.run(locked, cwd=folder, check=True, capture_output=True)

    (line,) = refused(folder, kafka=kafka(folder, cert_file="client.pem", key_file="locked.key"))

    assert line.endswith("): give files in PEM format, the key without a passphrase")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("file", "why"), [("newline", "is empty"), ("latin", "is not text in UTF-8")])
def test_a_password_file_without_a_password(folder: Path, file: str, why: str) -> None:
    assert refused(folder, kafka=login(folder, file)) == [f"kafka.sasl.password_file: {file} {why}; {ALONE}"]


def test_a_password_file_with_one(folder: Path) -> None:
    assert is_taken(folder, kafka=login(folder, "password"))


def test_a_login_whose_package_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = {"security_protocol": "SASL_SSL", "sasl": {"mechanism": "AWS_MSK_IAM", "region": "eu-central-1"}}
    monkeypatch.setattr(judge, "find_spec", lambda _: None)

    assert refused(folder, kafka=aws) == [
        "kafka.sasl.mechanism is AWS_MSK_IAM, which needs pip install 'api-error-agent[msk]'"
    ]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("192.0.2.1:9464", "this machine does not have it (Cannot assign requested address)"),
        ("[2001:db8::1]:9464", "this machine does not have it ("),
        ("no-such-host.invalid:9464", "no address is known for no-such-host.invalid ("),
    ],
)
def test_addresses_that_this_machine_does_not_have(folder: Path, address: str, why: str) -> None:
    (line,) = refused(folder, web={"listen_address": address})

    assert line.startswith(f"web.listen_address is '{address}': {why}")
    assert line.endswith("; a right one is 0.0.0.0:9464")


@pytest.mark.parametrize("address", [":9464", "127.0.0.1:9464", "0.0.0.0:1", "127.0.0.1:0"])
def test_addresses_that_it_has(folder: Path, address: str) -> None:
    assert is_taken(folder, web={"listen_address": address})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [", ", line 1: a bracket or a brace is not closed"),
        (
            "basic_auth_users:\n  a: $2b\n  a: $2b",
            ", line 3: 'a' is set twice, first in line 2; keep one of them",
        ),
        ("tls_config: {}", ": tls_config is not supported; there are tls_server_config"),
        ("basic_auth_users: {a: b}", ": basic_auth_users.a is not "),
        ("tls_server_config: {cert_file: client.pem}", ": tls_server_config.key_file is missing"),
    ],
)
def test_a_web_config_file_that_is_wrong(folder: Path, text: str, why: str) -> None:
    (folder / "web.yaml").write_text(text)

    (line,) = refused(folder, web={"config_file": str(folder / "web.yaml")})
    assert line.startswith(f"web.config_file: web.yaml{why}")


@pytest.mark.parametrize("key", ["none", "folder", "empty", "words", "client.key"])
def test_keys_of_the_pages_that_are_wrong(folder: Path, key: str) -> None:
    (folder / "web.yaml").write_text(f"tls_server_config: {{cert_file: broker.pem, key_file: {key}}}")

    (line,) = refused(folder, web={"config_file": str(folder / "web.yaml")})
    assert line.startswith("web.config_file: ")
    assert f"broker.pem, {key}): " in line


def test_a_right_web_config_file(folder: Path) -> None:
    tls = "tls_server_config: {cert_file: broker.pem, key_file: broker.key}"
    (folder / "web.yaml").write_text(f"{tls}\nbasic_auth_users: {{prometheus: {HASH}}}")

    assert is_taken(folder, web={"config_file": str(folder / "web.yaml")})


def test_all_that_is_wrong_here_is_told_at_once(folder: Path) -> None:
    kafka_ = kafka(folder, ca_file="none") | {"sasl": login(folder, "empty")["sasl"]}
    web = {"listen_address": "192.0.2.1:1", "config_file": str(folder / "folder")}

    lines = refused(folder, kafka=kafka_ | {"security_protocol": "SASL_SSL"}, web=web)
    assert [line.split()[0].rstrip(":") for line in lines] == [
        "kafka.tls.ca_file",
        "kafka.sasl.password_file",
        "web.listen_address",
        "web.config_file",
    ]


def test_a_crash_point_is_warned_of_and_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_CRASH_POINT", "after_ack:3")

    result = run("check-config")

    assert result.exit_code == 0
    assert result.stderr.startswith("api-error-agent: warning: AGENT_CRASH_POINT is 'after_ack:3': ")
    monkeypatch.delenv("AGENT_CRASH_POINT")
    assert run("check-config").stderr == ""
