"""Until when a certificate is good."""

import ssl
from pathlib import Path


def ends(certificate: Path) -> float:
    """Unix time at which the first certificate of a PEM file ends.

    Raises:
        OSError: If the file holds none; ssl.SSLError is one too.
    """
    decoded = ssl._ssl._test_decode_cert(str(certificate))  # type: ignore[attr-defined]  # noqa: SLF001
    return float(ssl.cert_time_to_seconds(decoded["notAfter"]))
