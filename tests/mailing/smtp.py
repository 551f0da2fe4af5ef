"""An SMTP server on this machine: takes messages, refuses addresses, or hangs up."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from email.message import Message

POLL = 0.02
"""Seconds within which the server ends when asked to."""


class FakeServer(socketserver.ThreadingTCPServer):
    """What it took, and whether it hangs up once it has a message."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[Message] = []
        self.hangs_up = False
        self.refuses: dict[str, int] = {}

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def ids(self) -> list[str]:
        """The Message-ID of each message it took."""
        return [message["Message-ID"] for message in self.taken]


class _Session(socketserver.StreamRequestHandler):
    server: FakeServer

    def handle(self) -> None:
        """One conversation."""
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "QUIT":
                self._say("221 bye")
                return
            if word == "RCPT":
                address = line.partition("<")[2].rstrip(">")
                code = self.server.refuses.get(address, 250)
                self._say(f"{code} so")
            elif word == "DATA":
                self._say("354 go on")
                self.server.taken.append(message_from_string(self._data()))
                if self.server.hangs_up:
                    return
                self._say("250 taken")
            else:
                self._say("250 so")

    def _data(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
            lines.append(line)
        return "".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def serving() -> Iterator[FakeServer]:
    """One that answers until the end of the block."""
    server = FakeServer()
    thread = threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
