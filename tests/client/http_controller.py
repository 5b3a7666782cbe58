"""A small real controller over HTTP, on loopback, that does as the test says and remembers what it was told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cutover_client.client import Client
from cutover_client.settings import Settings

HEARTBEAT = 0.2
HELD = {"state": "held", "read_from": "mhv", "write_to": "mhv", "epoch": 7, "owner": "mhv", "target": None}
FROZEN = {"state": "moving", "read_from": "mhv", "write_to": None, "epoch": 8, "owner": "mhv", "target": "va_gov"}
MOVED = {"state": "held", "read_from": "va_gov", "write_to": "va_gov", "epoch": 9, "owner": "va_gov", "target": None}


@dataclass
class Controller:
    """What it answers, what goes wrong with it, and what it was told.

    `tells`: whether an event brings the routes that the stream was opened for.
    `streams` is "open", "silent" (accepted, then not a byte more), "cut" (ended at once) or a status to refuse with.
    """

    route: dict[str, Any] = field(default_factory=lambda: dict(HELD))
    revision: int = 1
    ttl: float = 30.0
    write_timeout: float = 5.0
    settle: dict[str, float] = field(default_factory=lambda: {"mhv": 3.0, "va_gov": 3.0})
    wrong: dict[str, object] = field(default_factory=dict)
    status: int = 200
    pause: float = 0.0
    streams: str | int = "open"
    tells: bool = False
    puts: list[dict[str, Any]] = field(default_factory=list)
    leases: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    released: list[str] = field(default_factory=list)
    opened: list[str | None] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def change(self, route: dict[str, Any]) -> None:
        """Something changed: streams are told, and later answers say it."""
        self.route = dict(route)
        self.revision += 1

    @property
    def acknowledged(self) -> list[int]:
        """What was acknowledged, in order."""
        return [int(put["acknowledged"]) for put in self.puts]

    def answer(self, lease: str, put: dict[str, Any]) -> dict[str, Any]:
        """The answer to a renewal."""
        permit = f"permit-{self.route['epoch']}" if self.route["write_to"] else None
        routes = [{"key": key, **self.route, "permit": permit} for key in [*put["keys"], "never_asked_for"]]
        spans = {"ttl": self.ttl, "renew_every": self.ttl / 3, "write_timeout": self.write_timeout}
        return {
            "lease": lease,
            **spans,
            "settle": self.settle,
            "revision": self.revision,
            "routes": routes,
            **self.wrong,
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    controller: Controller

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Nothing on the terminal."""

    def do_PUT(self) -> None:
        one, lease = self.controller, self.path.rsplit("/", 1)[-1]
        put = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(one.pause)
        if one.status != 200:
            self._say(one.status, {"code": "not_allowed"})
            return
        answer = one.answer(lease, put)
        one.puts.append(put)
        one.leases.append(lease)
        one.tokens.add(self.headers["Authorization"])
        self._say(200, answer)

    def do_DELETE(self) -> None:
        self.controller.released.append(self.path.rsplit("/", 1)[-1])
        self.send_response(204)
        self.end_headers()

    def do_GET(self) -> None:
        one = self.controller
        if not isinstance(one.streams, str):
            self._say(one.streams, {"code": "full"}, {"Retry-After": "1"})
            one.opened.append(None)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        one.opened.append(self.headers["Last-Event-ID"])
        if one.streams == "cut":
            return
        with suppress(OSError):
            self._stream(int(self.headers["Last-Event-ID"] or 0))

    def _stream(self, seen: int) -> None:
        one, beat = self.controller, 0.0
        while not one.over.wait(0.005):
            if one.streams == "silent":
                continue
            if one.revision > seen:
                seen = one.revision
                told: dict[str, Any] = {"revision": seen}
                if one.tells:
                    keys = self.path.partition("?routes=")[2].split(",")
                    told["routes"] = [{"key": key, **one.route, "permit": None} for key in keys]
                self.wfile.write(f"id: {seen}\nevent: revision\ndata: {json.dumps(told)}\n\n".encode())
            if time.monotonic() > beat:
                beat = time.monotonic() + HEARTBEAT
                self.wfile.write(b": alive\n\n")

    def _say(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no news."""


@contextmanager
def controlling(one: Controller | None = None) -> Iterator[Controller]:
    """Serve a controller."""
    controller = one or Controller()
    handler = type("Handler", (_Handler,), {"controller": controller})
    server = _Server(("127.0.0.1", 0), handler)
    controller.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield controller
    finally:
        controller.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def client_of(*controllers: Controller | str, **settings: Any) -> Client:
    """A client of these controllers, named by themselves or by their addresses, that has not started yet."""
    urls = [each if isinstance(each, str) else each.url for each in controllers]
    keys = settings.pop("keys", ["a", "b"])
    options = {"heartbeat": HEARTBEAT, "on_trouble": lambda _: None, **settings}
    return Client(
        urls,
        "invented-token",
        client="tests",
        keys=keys,
        settings=Settings(**options),
    )
