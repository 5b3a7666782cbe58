"""A tiny HTTP server on a real socket that can misbehave in every way that a system, or the path to it, can."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it came in. Names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any

    @property
    def line(self) -> str:
        """Method and last part of the path."""
        return f"{self.method} {self.path.rsplit('/', 1)[-1]}"


Behaviour = Callable[[socket.socket], bool]
"""What the server does with a request that it has read; True keeps the connection."""


def answer(status: int = 200, body: Any = None, headers: dict[str, str] | None = None, keep: bool = True) -> Behaviour:
    """A proper answer. `body` is sent as JSON, bytes as they are, None as nothing. Not `keep`: then it just closes."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    head = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(content)}\r\n{lines}\r\n".encode()

    def behave(peer: socket.socket) -> bool:
        peer.sendall(head + content)
        return keep

    return behave


def half_an_answer(peer: socket.socket) -> bool:
    """Promises 100 bytes, sends 5, closes."""
    peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":')
    return False


def close(_: socket.socket) -> bool:
    """Reads the request and closes without an answer."""
    return False


def reset(peer: socket.socket) -> bool:
    """Reads the request and resets the connection."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def dribble(peer: socket.socket) -> bool:
    """Sends a byte now and then, for ever: no single silence is long."""
    with suppress(OSError):
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            peer.sendall(b" ")
            time.sleep(0.02)
    return False


def dribble_headers(peer: socket.socket) -> bool:
    """The same, in the headers."""
    with suppress(OSError):
        peer.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            peer.sendall(b"a")
            time.sleep(0.02)
    return False


def hang(peer: socket.socket) -> bool:
    """Reads the request and says nothing until the caller goes."""
    with suppress(OSError):
        peer.settimeout(30)
        peer.recv(1)
    return False


@dataclass
class Server:
    """A server whose `respond` decides on each request. `received` is what came in, in order."""

    respond: Callable[[Received], Behaviour]
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    url: str = ""

    def lines(self) -> list[str]:
        """What came in, short."""
        return [one.line for one in self.received]

    def accept(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                peer, _ = listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with peer, suppress(OSError), peer.makefile("rb") as lines:
            while (request := _request(lines)) is not None:
                self.received.append(request)
                if not self.respond(request)(peer):
                    break
            # The file holds the socket open: a reset must leave now, not when the file is forgotten.
            lines.close()


def _request(lines: Any) -> Received | None:
    first = lines.readline().decode().split()
    if not first:
        return None
    headers = {}
    while line := lines.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    content = lines.read(int(headers.get("content-length", 0)))
    return Received(first[0], first[1], headers, json.loads(content) if content else None)


@contextmanager
def serving(respond: Callable[[Received], Behaviour]) -> Iterator[Server]:
    """A server that runs until the end of the block."""
    server = Server(respond)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        threading.Thread(target=server.accept, args=(listener,), daemon=True).start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def in_turn(*behaviours: Behaviour) -> Callable[[Received], Behaviour]:
    """Each request meets the next behaviour; the last one stays."""
    left = list(behaviours)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
