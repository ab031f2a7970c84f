"""Who asks for a page, and how long they will wait for it."""

import asyncio
import math
from collections.abc import Mapping

SCRAPE_TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds"
"""The header by which Prometheus, and what is built of it, says how long it will wait."""

DEFAULT_TIMEOUT = 10.0
LONGEST_TIMEOUT = 120.0


def timeout_of(headers: Mapping[str, str]) -> float:
    """Seconds that a scraper waits for its page, whatever stands in the header."""
    try:
        timeout = float(headers.get(SCRAPE_TIMEOUT, DEFAULT_TIMEOUT))
    except ValueError:
        return DEFAULT_TIMEOUT
    if math.isnan(timeout) or timeout <= 0:
        return DEFAULT_TIMEOUT
    return min(timeout, LONGEST_TIMEOUT)


def identity(user: str, transport: asyncio.Transport | None) -> str:
    """`user@address`; the name is that of the user, else of the client certificate, else there is none."""
    if transport is None:
        return user
    address = str((transport.get_extra_info("peername") or [""])[0])
    name = user or certificate_name(transport.get_extra_info("peercert") or {})
    return f"{name}@{address}" if name else address


def certificate_name(certificate: Mapping[str, tuple[tuple[object, ...], ...]]) -> str:
    """The common name of a certificate as ssl decodes it, else the first of its other names."""
    for pairs in certificate.get("subject", ()):
        for key, value in _pairs(pairs):
            if key == "commonName":
                return value
    return next((value for _, value in _pairs(certificate.get("subjectAltName", ()))), "")


def _pairs(found: tuple[object, ...]) -> list[tuple[str, str]]:
    return [(str(pair[0]), str(pair[1])) for pair in found if isinstance(pair, tuple)]
