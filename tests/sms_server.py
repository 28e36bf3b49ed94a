"""A gateway for tests: a real HTTP server on loopback that fails, hangs, drips and repeats."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class SmsServer:
    """Does with each request what `acts` says, the last of them for good; remembers all.

    `ok` and numbers answer with that status; `hang` never answers, `slow` after a while, `drip`
    one letter at a time, `cut-head` closes within the head, `cut-body` within the body.
    """

    url: str
    acts: list[str] = field(default_factory=lambda: ["200"])
    asked: list[dict[str, Any]] = field(default_factory=list)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)  # by idempotency key
    over: threading.Event = field(default_factory=threading.Event)

    def handle(self, client: socket.socket) -> None:
        with client:
            client.settimeout(10)
            head, _, body = _read(client)
            if not head:
                return
            lines = head.decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:])
            told = {"line": lines[0], "headers": headers, "body": json.loads(body)}
            self.asked.append(told)
            act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
            if act in ("200", "201", "slow", "drip", "cut-head", "cut-body", "hang"):
                self.messages.setdefault(headers["idempotency-key"], told["body"])
            self._answer(client, act)

    def _answer(self, client: socket.socket, act: str) -> None:
        if act == "hang":
            self.over.wait(20)
        elif act == "drip":
            for letter in "HTTP/1.1 200 OK\r\nx-long: " + "x" * 10_000:
                if self.over.wait(0.2):
                    return
                client.sendall(letter.encode())
        elif act == "cut-head":
            client.sendall(b"HTTP/1.1 200 OK\r\ncontent-le")
        elif act == "cut-body":
            client.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{")
        else:
            if act == "slow":
                time.sleep(0.5)
                act = "200"
            to = b"location: /elsewhere\r\n" if act.startswith("3") else b""
            client.sendall(
                f"HTTP/1.1 {act} Said\r\n".encode() + to + b"content-length: 2\r\n\r\n{}"
            )


def _read(client: socket.socket) -> tuple[bytes, bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := client.recv(65536)):
            return b"", b"", b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += client.recv(65536)
    return head, b"", body


@contextmanager
def sms_server() -> Iterator[SmsServer]:
    """Serves on 127.0.0.1 until the block ends."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    server = SmsServer(f"http://127.0.0.1:{listener.getsockname()[1]}/send")

    def serve() -> None:
        while not server.over.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=server.handle, args=(client,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)
