"""The web config file: the format of Prometheus's exporter-toolkit, for TLS and basic authentication.

Source: github.com/prometheus/exporter-toolkit, docs/web-configuration.md. What is not supported is refused.
"""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

CLIENT_AUTH = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
MIN_VERSION = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}

_TLS_KEYS = ("cert_file", "key_file", "client_auth_type", "client_ca_file", "min_version")
_EXAMPLE = "tls_server_config: {cert_file: tls.crt, key_file: tls.key}"


class WebConfigError(Exception):
    """The web config file cannot be used.

    Attributes:
        problems: One line each, with the value, the place and a right example.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What tls_server_config says; paths are absolute or relative to the config file."""

    cert_file: Path
    key_file: Path
    client_ca_file: Path | None = None
    client_auth: ssl.VerifyMode = ssl.CERT_NONE
    min_version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2

    def context(self) -> ssl.SSLContext:
        """Make a server's context.

        Raises:
            OSError: If a file cannot be read, or is not what it should be (ssl.SSLError is one).
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = self.min_version
        context.load_cert_chain(self.cert_file, self.key_file)
        if self.client_ca_file is not None:
            context.load_verify_locations(self.client_ca_file)
        context.verify_mode = self.client_auth
        return context

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(path for path in (self.cert_file, self.key_file, self.client_ca_file) if path)


@dataclass(frozen=True, slots=True)
class WebConfig:
    """How the endpoint is guarded.

    Attributes:
        users: bcrypt hashes by user name; none asks for no password.
    """

    tls: TlsFiles | None = None
    users: Mapping[str, bytes] = field(default_factory=dict)


def read(file: Path) -> WebConfig:
    """Read a web config file.

    Raises:
        WebConfigError: With every problem there is.
    """
    try:
        content = yaml.safe_load(file.read_text()) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise WebConfigError([f"{file} cannot be read: {' '.join(str(error).split())}"]) from None
    if not isinstance(content, dict):
        raise WebConfigError([f"{file} holds a {type(content).__name__}; give a mapping, such as {_EXAMPLE}"])
    tls, users = content.get("tls_server_config") or {}, content.get("basic_auth_users") or {}
    found = [*_unknown(content, tls), *_tls_problems(tls), *_user_problems(users)]
    if found:
        raise WebConfigError([f"{file}: {problem}" for problem in found])
    hashes = {str(user): str(hash_).encode() for user, hash_ in users.items()}
    config = WebConfig(_tls(tls, file.parent) if tls else None, hashes)
    if config.tls is not None:
        _try(config.tls)
    return config


def _tls(section: Mapping[str, str], folder: Path) -> TlsFiles:
    client_ca = section.get("client_ca_file")
    return TlsFiles(
        folder / section["cert_file"],
        folder / section["key_file"],
        folder / client_ca if client_ca else None,
        CLIENT_AUTH[section.get("client_auth_type", "NoClientCert")],
        MIN_VERSION[section.get("min_version", "TLS12")],
    )


def _try(tls: TlsFiles) -> None:
    try:
        tls.context()
    except OSError as error:
        names = ", ".join(map(str, tls.files))
        raise WebConfigError([f"the certificates cannot be used ({names}): {error}"]) from None


def _unknown(content: Mapping[str, object], tls: object) -> Iterator[str]:
    for name in content:
        if name not in ("tls_server_config", "basic_auth_users"):
            yield f"{name} is not supported; there are tls_server_config and basic_auth_users"
    if isinstance(tls, dict):
        for name in tls:
            if name not in _TLS_KEYS:
                yield f"tls_server_config.{name} is not supported; there are {', '.join(_TLS_KEYS)}"


def _tls_problems(tls: object) -> Iterator[str]:
    if not isinstance(tls, dict):
        yield f"tls_server_config is {tls!r}; a right one is {_EXAMPLE}"
        return
    for name in ("cert_file", "key_file") if tls else ():
        if not tls.get(name):
            yield f"tls_server_config.{name} is missing; a right one is {_EXAMPLE}"
    for name, choices in (("client_auth_type", CLIENT_AUTH), ("min_version", MIN_VERSION)):
        value = tls.get(name, next(iter(choices)))
        if value not in choices:
            yield f"tls_server_config.{name} is {value!r}; there are {', '.join(choices)}"
    asks = tls.get("client_auth_type", "NoClientCert") != "NoClientCert"
    if asks != bool(tls.get("client_ca_file")):
        yield "tls_server_config.client_auth_type and client_ca_file need each other; set both or none"


def _user_problems(users: object) -> Iterator[str]:
    example = "basic_auth_users: {prometheus: $2b$12$...} (htpasswd -nBC 12 prometheus)"
    if not isinstance(users, dict):
        yield f"basic_auth_users is no mapping; a right one is {example}"
        return
    for user, hash_ in users.items():
        if not str(hash_).startswith(("$2a$", "$2b$", "$2y$")):
            yield f"basic_auth_users.{user} is no bcrypt hash; a right one is {example}"
