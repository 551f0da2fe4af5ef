"""A GOV.UK Notify on this machine: takes emails, remembers references, fails when told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

SERVICE, SECRET = (f"{n * 8}-0000-4000-8000-{n * 12}" for n in "12")
KEY = f"made-up-{SERVICE}-{SECRET}"

POLL = 0.02
"""Seconds within which the server ends when asked to."""


class FakeNotify(ThreadingHTTPServer):
    """What it took, in order, and what it answers next."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.taken: list[dict[str, object]] = []
        self.answers: list[int] = []
        """Status codes for the next emails; 201 when empty. A negative one takes it and then
        answers with the code, as a gateway that times out does."""

    @property
    def address(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def references(self) -> list[object]:
        """The reference of each email it took."""
        return [one["reference"] for one in self.taken]


class _Answer(BaseHTTPRequestHandler):
    server: FakeNotify

    def do_POST(self) -> None:
        """Take an email, unless told otherwise."""
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code = self.server.answers.pop(0) if self.server.answers else 201
        if code in (201,) or code < 0:
            self.server.taken.append(sent)
        self._say(abs(code), {"id": "made-up", "reference": sent["reference"]})

    def do_GET(self) -> None:
        """The emails with a reference."""
        wanted = parse_qs(urlparse(self.path).query)["reference"][0]
        found = [one for one in self.server.taken if one["reference"] == wanted]
        self._say(200, {"notifications": found, "links": {}})

    def _say(self, code: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@contextmanager
def serving() -> Iterator[FakeNotify]:
    """One that answers until the end of the block."""
    server = FakeNotify()
    thread = threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
