"""The web config file: the format of Prometheus's exporter-toolkit, for TLS and basic authentication.

Source: github.com/prometheus/exporter-toolkit, docs/web-configuration.md. What is not supported is refused.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent import strictyaml
from agent.certificates import ends
from agent.strictyaml import YamlError

CLIENT_AUTH = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
MIN_VERSION = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}

_SECTIONS = ("tls_server_config", "basic_auth_users")
_FILES = ("cert_file", "key_file", "client_ca_file")
_TLS_KEYS = ("cert_file", "key_file", "client_auth_type", "client_ca_file", "min_version")
_TLS_EXAMPLE = "tls_server_config: {cert_file: tls.crt, key_file: tls.key}"
_USERS_EXAMPLE = "basic_auth_users: {prometheus: $2b$12$...} (htpasswd -nBC 12 prometheus)"

_BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}", re.ASCII)


class WebConfigError(Exception):
    """The web config file cannot be used.

    Attributes:
        problems: One line each, with the value, the place and a right example.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class WebConfig:
    """How the endpoint is guarded.

    Attributes:
        tls: None without TLS.

        files: The certificates and keys that were read.

        certificates: Unix time at which each of our own certificates ends, by its file.

        users: bcrypt hashes by user name; none asks for no password.
    """

    tls: ssl.SSLContext | None = None
    files: tuple[Path, ...] = ()
    certificates: Mapping[str, float] = field(default_factory=dict)
    users: Mapping[str, bytes] = field(default_factory=dict)


def read(file: Path) -> WebConfig:
    """Read a web config file, and the certificates that it names.

    Raises:
        WebConfigError: With every problem there is.
    """
    content = _content(file)
    tls, users = content.get("tls_server_config") or {}, content.get("basic_auth_users") or {}
    found = [*_unknown(content, tls), *_tls_problems(tls), *_user_problems(users)]
    if found:
        raise WebConfigError([f"{file}: {problem}" for problem in found])
    hashes = {str(user): str(hash_).encode() for user, hash_ in users.items()}
    if not tls:
        return WebConfig(users=hashes)
    files = {name: file.parent / tls[name] for name in _FILES if tls.get(name)}
    try:
        return WebConfig(
            _context(tls, files),
            tuple(files.values()),
            {str(files["cert_file"]): ends(files["cert_file"])},
            hashes,
        )
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        raise WebConfigError([f"{file}: {_refusal(error, files)}"]) from None


def _content(file: Path) -> dict[object, Any]:
    """The mapping that a file holds. YAML quotes the file where it is wrong: only the place is told."""
    try:
        content = strictyaml.read(file) or {}
    except YamlError as error:
        raise WebConfigError(error.problems) from None
    if not isinstance(content, dict):
        raise WebConfigError([f"{file} does not hold a mapping; a right one is {_TLS_EXAMPLE}"])
    return content


def _context(section: Mapping[str, str], files: Mapping[str, Path]) -> ssl.SSLContext:
    """Make a server's context.

    Raises:
        OSError: If a file cannot be read, or is not what it should be (ssl.SSLError is one).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = MIN_VERSION[section.get("min_version", "TLS12")]
    # An empty passphrase: without one, OpenSSL would ask for it on the terminal.
    context.load_cert_chain(files["cert_file"], files["key_file"], password="")
    if "client_ca_file" in files:
        context.load_verify_locations(files["client_ca_file"])
    context.verify_mode = CLIENT_AUTH[section.get("client_auth_type", "NoClientCert")]
    return context


def _refusal(error: Exception, files: Mapping[str, Path]) -> str:
    """Why certificates cannot be used, in words where OpenSSL has only a code."""
    reason = getattr(error, "reason", None)
    if reason == "KEY_VALUES_MISMATCH":
        why = "the key is not that of the certificate; give the two that were made together"
    else:
        why = f"{error}; give files in PEM format, the key without a passphrase"
    return f"the certificates cannot be used ({', '.join(map(str, files.values()))}): {why}"


def _unknown(content: Mapping[object, object], tls: object) -> Iterator[str]:
    for name in content:
        if name not in _SECTIONS:
            yield f"{name} is not supported; there are {' and '.join(_SECTIONS)}"
    if isinstance(tls, dict):
        for name in tls:
            if name not in _TLS_KEYS:
                yield f"tls_server_config.{name} is not supported; there are {', '.join(_TLS_KEYS)}"


def _tls_problems(tls: object) -> Iterator[str]:
    if not isinstance(tls, dict):
        yield f"tls_server_config is {tls!r}; a right one is {_TLS_EXAMPLE}"
        return
    for name in ("cert_file", "key_file") if tls else ():
        if not tls.get(name):
            yield f"tls_server_config.{name} is missing; a right one is {_TLS_EXAMPLE}"
    for name in _FILES:
        if not isinstance(tls.get(name) or "", str):
            yield f"tls_server_config.{name} is {tls[name]!r}; give the name of a file, such as tls.crt"
    for name, choices in (("client_auth_type", CLIENT_AUTH), ("min_version", MIN_VERSION)):
        value = tls.get(name, next(iter(choices)))
        if not isinstance(value, str) or value not in choices:
            yield f"tls_server_config.{name} is {value!r}; there are {', '.join(choices)}"
    asks = tls.get("client_auth_type", "NoClientCert") != "NoClientCert"
    if asks != bool(tls.get("client_ca_file")):
        yield "tls_server_config.client_auth_type and client_ca_file need each other; set both or none"


def _user_problems(users: object) -> Iterator[str]:
    if not isinstance(users, dict):
        yield f"basic_auth_users is not a mapping; a right one is {_USERS_EXAMPLE}"
        return
    for user, hash_ in users.items():
        if not _BCRYPT.fullmatch(str(hash_)):
            yield f"basic_auth_users.{user} is not a complete bcrypt hash; a right one is {_USERS_EXAMPLE}"
        if ":" in str(user):
            yield f"basic_auth_users.{user}: a name with a colon can never log in; leave the colon out"
