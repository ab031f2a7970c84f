"""A page that shows what Alertmanager sends: the newest first, nothing kept on disk.

python inbox.py 0.0.0.0:9099
"""

import json
import signal
import sys
from collections import deque
from datetime import UTC, datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

KEPT = 200  # alerts
MAX_BYTES = 1024 * 1024
LINKS = ("dashboard_url", "runbook_url")
COLOURS = {"critical": "#c4162a", "warning": "#d9730d", "info": "#1f60c4"}

PAGE = """<!doctype html>
<meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Alerts that arrived</title>
<style>
  body {{ font: 14px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; color: #24292e }}
  td, th {{ text-align: left; vertical-align: top; padding: .5rem .8rem; border-bottom: 1px solid #e1e4e8 }}
  b {{ padding: .1rem .5rem; border-radius: .6rem; color: #fff; font-weight: 600 }}
  .resolved {{ opacity: .55 }}
</style>
<h1>Alerts that arrived</h1>
<p>{count} so far; the page looks again every 5 seconds.</p>
<table><tr><th>arrived<th>state<th>alert<th>about<th>what it says</tr>
{rows}
</table>
"""


class Arrival(NamedTuple):
    """One alert of a notification, as Alertmanager's webhook sends it."""

    at: datetime
    status: str
    labels: dict[str, str]
    annotations: dict[str, str]


def arrivals(notification: dict[str, Any], at: datetime) -> list[Arrival]:
    return [
        Arrival(at, str(alert["status"]), alert["labels"], alert["annotations"])
        for alert in notification["alerts"]
    ]


def row(arrival: Arrival) -> str:
    severity = arrival.labels.get("severity", "none")
    colour = "#2b8a3e" if arrival.status == "resolved" else COLOURS.get(severity, "#57606a")
    said = [arrival.annotations.get(name, "") for name in ("summary", "description")]
    links = [
        f'<a href="{escape(url)}">{name.removesuffix("_url")}</a>'
        for name in LINKS
        if (url := arrival.annotations.get(name, "")).startswith(("http://", "https://"))
    ]
    about = {name: value for name, value in arrival.labels.items() if name not in ("alertname", "severity")}
    return (
        f'<tr class="{escape(arrival.status)}"><td>{arrival.at:%H:%M:%S}'
        f'<td><b style="background:{colour}">{escape(arrival.status)}</b> {escape(severity)}'
        f"<td>{escape(arrival.labels.get('alertname', ''))}"
        f"<td>{'<br>'.join(escape(f'{name}={value}') for name, value in about.items())}"
        f"<td>{'<br>'.join([*map(escape, filter(None, said)), ' '.join(links)])}</tr>"
    )


class Inbox(ThreadingHTTPServer):
    """Takes notifications by POST and shows them by GET."""

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        self.kept: deque[Arrival] = deque(maxlen=KEPT)
        self.count = 0
        super().__init__((host, port), Handler)

    def take(self, notification: dict[str, Any]) -> None:
        arrived = arrivals(notification, datetime.now(UTC))
        self.count += len(arrived)
        self.kept.extendleft(arrived)

    def page(self) -> str:
        return PAGE.format(count=self.count, rows="\n".join(map(row, list(self.kept))))


class Handler(BaseHTTPRequestHandler):
    """Two methods, any path."""

    server: Inbox
    timeout = 30

    def do_GET(self) -> None:
        self._answer(200, self.server.page())

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if not 0 < length <= MAX_BYTES:
            return self._answer(413, f"a notification of {length} bytes is not taken")
        try:
            self.server.take(json.loads(self.rfile.read(length)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self._answer(400, f"not a notification of Alertmanager: {error!r}")
        return self._answer(200, "")

    def log_message(self, *_: object) -> None:
        """Say nothing: the page asks every few seconds."""

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"text/{'html' if text.startswith('<') else 'plain'}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # the first process of a container has no default
    host, _, port = sys.argv[1].rpartition(":")
    with Inbox(host, int(port)) as inbox:
        inbox.serve_forever()


if __name__ == "__main__":
    main()
