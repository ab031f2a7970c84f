"""A provider's API on a loopback port, which gives the answers that a test has laid out."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.tools.process import LOOPBACK


@dataclass(frozen=True, slots=True)
class Answer:
    """One response."""

    status: int
    body: str
    headers: tuple[tuple[str, str], ...] = ()
    type: str = "application/json"


@contextmanager
def provider(answers: Sequence[Answer]) -> Iterator[str]:
    """Give the address of an API that answers so, one request after the other, and then no more."""
    left = iter(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            answer = next(left)
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in (("content-type", answer.type), *answer.headers):
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """A test says what it saw."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{LOOPBACK}:{server.server_address[1]}"
        finally:
            server.shutdown()
