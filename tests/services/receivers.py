"""A real receiver of webhooks on loopback, and a controller that tells it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.adapters.clock import MachineClock
from app.adapters.http.posting import HttpPost
from app.adapters.keys.sealing import SecretSeal
from app.domain.hooks import Format
from app.services import hooking
from app.services.dispatching import Dispatcher
from app.services.hooking import Subscription
from app.services.outbox import Delivery, Webhook
from tests.services.world import ADMIN, World

SETTINGS_SECRET = "an invented secret of the settings, long enough"


@dataclass(frozen=True)
class Got:
    """One message as it came in. Names of headers are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The name of the message."""
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """`respond` answers the status for each message; `got` is what came in, in order."""

    respond: Callable[[Got], int] = lambda _: 200
    got: list[Got] = field(default_factory=list)
    url: str = ""

    @property
    def types(self) -> list[str]:
        """The types of what came in."""
        return [one.json["type"] for one in self.got]


@contextmanager
def receiving(respond: Callable[[Got], int] = lambda _: 200, port: int = 0) -> Iterator[Receiver]:
    """A receiver that listens until the end of the block."""
    receiver = Receiver(respond)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Nothing on the terminal."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            receiver.got.append(got)
            self.send_response(receiver.respond(got))
            self.send_header("Location", f"{receiver.url}/elsewhere")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def dispatcher(world: World, store: Any = None, secret: str = SETTINGS_SECRET) -> Dispatcher:
    """A process that tells webhooks; what it sends is real, and timed by the machine's clock."""
    return Dispatcher(
        store or world.store, HttpPost(MachineClock()), SecretSeal(secret), world.clock, lambda: world.files
    )


def add(world: World, url: str, *events: str, kind: Format = Format.JSON) -> tuple[Webhook, str]:
    """A webhook, and its secret."""
    with world.store.writing() as unit:
        return hooking.add(unit, SecretSeal(SETTINGS_SECRET), Subscription(url, kind, events or ("*",)), ADMIN)


def log(world: World, webhook: Webhook) -> list[Delivery]:
    """What is and was on its way to a webhook, oldest first."""
    with world.store.reading() as unit:
        return unit.webhooks.deliveries(webhook.id, 1000)[::-1]


def states(world: World, webhook: Webhook) -> list[str]:
    """How far each of them is."""
    return [one.state.value for one in log(world, webhook)]
