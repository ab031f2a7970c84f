"""Looks at a process from outside: /proc, and its page as Prometheus asks for it."""

import gzip
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from bench.arithmetic import Sample, added
from bench.candidates import Running

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")

OK = 200

GAP = "api_error_agent_event_loop_lag_seconds"

AS_PROMETHEUS = {
    "Accept": (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
        "application/openmetrics-text;version=0.0.1;q=0.4,"
        "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
    ),
    "Accept-Encoding": "gzip",
    "User-Agent": "Prometheus/3.15.0",
    "X-Prometheus-Scrape-Timeout-Seconds": "10",
}
"""The headers of a Prometheus 3 that asks every 10 s or more rarely."""

LOOKING = {"Accept": "text/plain"}
"""A curl, which moves nothing."""


class Page:
    """Scrapes one address, over one connection as long as it lives.

    Attributes:
        text: The last whole page.
    """

    def __init__(self, address: str) -> None:
        self._connection = HTTPConnection(address, timeout=10)
        self.text = ""

    def get(self, path: str = "/metrics", headers: Mapping[str, str] = AS_PROMETHEUS) -> tuple[int, str]:
        """Status and text; 0 when nobody listens."""
        try:
            self._connection.request("GET", path, headers=dict(headers))
            answer = self._connection.getresponse()
            body = answer.read()
        except OSError:
            self._connection.close()
            return 0, ""
        if answer.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        if answer.status == OK and path == "/metrics":
            self.text = body.decode()
        return answer.status, body.decode()

    def close(self) -> None:
        self._connection.close()


@contextmanager
def page_of(address: str) -> Iterator[Page]:
    page = Page(address)
    try:
        yield page
    finally:
        page.close()


def cpu(pid: int) -> float:
    """Seconds of CPU, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss(pid: int) -> int:
    """Memory now, in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_SIZE


def peak(pid: int) -> int:
    """The most memory that the process ever had, in bytes, as the kernel has kept it."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def look(running: Running, page: Page, headers: Mapping[str, str] = AS_PROMETHEUS) -> Sample | None:
    """One sample; None if the page was not to be had."""
    pid, begun = running.server.pid, time.monotonic()
    status, text = page.get(headers=headers)
    took = time.monotonic() - begun
    if status != OK:
        return None
    return Sample(begun, cpu(pid), rss(pid), int(added(text, running.counter)), added(text, GAP), took)
