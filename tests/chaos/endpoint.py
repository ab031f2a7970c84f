"""Web config files for agents under chaos, and what a Prometheus needs to get past them."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import bcrypt
import yaml

from tests.tools import certificates


def behind_tls(folder: Path) -> tuple[Path, Mapping[str, Any]]:
    """A web config file with TLS, and the keywords of a scrape configuration that trusts it."""
    source = certificates.ensure()
    for name in ("broker.crt", "broker.key"):
        shutil.copy(source / name, folder / name)
    tls = {"cert_file": "broker.crt", "key_file": "broker.key"}
    job = {"scheme": "https", "tls_config": {"ca_file": str(source / "ca.pem")}}
    return _written(folder, {"tls_server_config": tls}), job


def for_users(folder: Path, users: Iterable[str]) -> Path:
    """A web config file for users whose passwords are their names."""
    hashes = {user: bcrypt.hashpw(user.encode(), bcrypt.gensalt(4)).decode() for user in users}
    return _written(folder, {"basic_auth_users": hashes})


def as_user(user: str) -> Mapping[str, Any]:
    """Keywords of a scrape configuration."""
    return {"basic_auth": {"username": user, "password": user}}


def _written(folder: Path, config: Mapping[str, Any]) -> Path:
    path = folder / "web.yaml"
    path.write_text(yaml.safe_dump(dict(config)))
    return path
