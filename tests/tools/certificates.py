"""A certificate authority, a broker certificate and a client certificate, made once with openssl."""

from pathlib import Path

from tests.tools.cache import CACHE, need, placed, run

FOLDER = CACHE / "certificates"
DAYS = "3650"
BROKER_NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


def ensure() -> Path:
    """Give the folder with `ca.pem`, `broker.pem`, `client.pem` and `client.key`."""
    return placed(FOLDER, make)


def make(folder: Path) -> None:
    openssl = need("openssl", "it makes the test broker's certificates", "apt-get install openssl")
    _authority(openssl, folder)
    _signed(openssl, folder, "broker", "localhost", BROKER_NAMES)
    chain = ("broker.key", "broker.crt", "ca.pem")
    (folder / "broker.pem").write_text("".join((folder / part).read_text() for part in chain))
    renew(folder)


def renew(folder: Path, days: str = DAYS) -> None:
    """Make the client's certificate and its key anew, of the same authority."""
    openssl = need("openssl", "it makes the client's certificate", "apt-get install openssl")
    _signed(openssl, folder, "client", "agent", "extendedKeyUsage=clientAuth", days)
    (folder / "client.crt").rename(folder / "client.pem")


def _authority(openssl: str, folder: Path) -> None:
    new = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", DAYS]
    run([*new, "-subj", "/CN=test-authority", "-keyout", "ca.key", "-out", "ca.pem"], cwd=folder)


def _signed(
    openssl: str, folder: Path, name: str, common_name: str, extension: str, days: str = DAYS
) -> None:
    request = [openssl, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={common_name}"]
    run([*request, "-keyout", f"{name}.key", "-out", f"{name}.csr"], cwd=folder)
    (folder / f"{name}.ext").write_text(extension)
    sign = [openssl, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key"]
    options = ["-CAcreateserial", "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.crt"]
    run([*sign, *options], cwd=folder)
