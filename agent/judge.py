"""Whether an agent can work here with its settings. `run` asks before it starts, and `check-config` asks too.

Settings that are right by themselves may still name a file that is missing, a key that does not fit its
certificate, or an address that this machine does not have.
"""

import socket
import ssl
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from agent.consumer import security
from agent.settings import KafkaSettings, Settings
from agent.settings.kafka import KafkaTlsSettings
from agent.settings.problems import one_line
from agent.web.config import WebConfigError, read

_MISMATCH = "the key is not that of the certificate; give the two that belong together"
_NO_PEM = "give files in PEM format, the key without a passphrase"


def judge(settings: Settings) -> list[str]:
    """Everything that keeps an agent with these settings from working here, in one line each."""
    found = [
        *_kafka_problems(settings.kafka),
        *_address_problems(settings.web.listen_address),
        *_web_problems(settings.web.config_file),
    ]
    return [one_line(problem) for problem in found]


def _kafka_problems(kafka: KafkaSettings) -> Iterator[str]:
    yield from _tls_problems(kafka.tls)
    file = kafka.sasl.password_file
    if file is not None:
        problem = _file_problem(file) or _password_problem(kafka)
        if problem:
            yield f"kafka.sasl.password_file: {file} {problem}; a right one holds the password alone"
    if kafka.sasl.mechanism == "AWS_MSK_IAM" and find_spec("aws_msk_iam_sasl_signer") is None:
        yield "kafka.sasl.mechanism is AWS_MSK_IAM, which needs pip install 'api-error-agent[msk]'"


def _tls_problems(tls: KafkaTlsSettings) -> Iterator[str]:
    named = {"ca_file": tls.ca_file, "cert_file": tls.cert_file, "key_file": tls.key_file}
    found = [
        f"kafka.tls.{name}: {file} {problem}; a right one is a file in PEM format"
        for name, file in named.items()
        if file is not None and (problem := _file_problem(file))
    ]
    if tls.files:
        yield from found or _pem_problems(tls)


def _pem_problems(tls: KafkaTlsSettings) -> Iterator[str]:
    """Load what can be read, as the consumer will."""
    try:
        if tls.cert_file is not None:
            # With an empty passphrase: without one, OpenSSL would ask for it on the terminal.
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(tls.cert_file, tls.key_file, password="")
        security.Tls(tls)
    except OSError as error:
        files = ", ".join(map(str, tls.files))
        why = _MISMATCH if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH" else _NO_PEM
        yield f"kafka.tls: {files} cannot be used ({error}): {why}"


def _password_problem(kafka: KafkaSettings) -> str:
    try:
        return "" if security.password(kafka.sasl) else "is empty"
    except ValueError:
        return "is not text in UTF-8"


def _file_problem(file: Path) -> str:
    """Why a file cannot be read; empty when it can."""
    try:
        with file.open("rb") as stream:
            return "" if stream.read(1) else "is empty"
    except IsADirectoryError:
        return "is a folder, not a file"
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def _address_problems(address: str) -> Iterator[str]:
    host = address.rpartition(":")[0].strip("[]")
    if problem := _host_problem(host or None):
        yield f"web.listen_address is '{address}': {problem}; a right one is 0.0.0.0:9464"


def _host_problem(host: str | None) -> str:
    """Why this machine cannot listen there. It is tried on a free port, which disturbs nobody."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        return f"no address is known for {host} ({error})"
    failures = [failure for family, *_, at in found if (failure := _failure(family, at))]
    return f"this machine does not have it ({failures[0]})" if len(failures) == len(found) else ""


def _failure(family: int, address: object) -> str:
    """Why a socket cannot have an address; empty when it can."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind(address)  # type: ignore[arg-type]
    except OSError as error:
        return str(error.strerror)
    return ""


def _web_problems(file: Path | None) -> Iterator[str]:
    if file is None:
        return
    try:
        read(file)
    except WebConfigError as error:
        for problem in error.problems:
            yield f"web.config_file: {problem}"
