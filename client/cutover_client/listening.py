"""The controller's stream of events: it makes an acknowledgement quick. A lease works without it, only slower."""

import json
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cutover_client.clocks import Clock
from cutover_client.elapsed import Instant
from cutover_client.errors import NoController
from cutover_client.holding import Holder
from cutover_client.lease import route_of
from cutover_client.replicas import Replicas
from cutover_client.routes import Answer
from cutover_client.wire.call import Call
from cutover_client.wire.messages import Request
from cutover_client.wire.wire import Lost, Stream

FIRST_BACK_OFF = 0.25
LONGEST_BACK_OFF = 30.0
NO_STREAMS = 60.0
"""Seconds until a controller that refuses streams altogether is asked for one again."""

SILENT_HEARTBEATS = 3
LONGEST_LINE = 64 * 1024
LONGEST_QUERY = 2000
"""Characters. With more keys than fit, the stream tells revisions alone, and a renewal brings the routes."""


@dataclass
class _Patience:
    """How long a stream may stay silent; each piece of it begins that anew."""

    clock: Clock
    seconds: float
    since: Instant = field(init=False)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.since = self.clock.instant()

    def left(self) -> float:
        return self.seconds - self.clock.instant().since(self.since)


@dataclass
class Listener:
    """Follows the stream in a thread of its own, and opens it again with growing, uneven pauses."""

    replicas: Replicas
    holder: Holder
    keys: tuple[str, ...]
    heartbeat: float
    on_trouble: Callable[[Exception], None]
    _over: threading.Event = field(default_factory=threading.Event)
    _call: Call | None = None
    _failures: int = 0

    def listen(self) -> None:
        """Follow the stream until `stop`."""
        while not self._over.is_set():
            least = 0.0
            try:
                least = self._follow()
            except Lost:
                if not self._over.is_set():
                    self.on_trouble(NoController("The controller's stream of events was lost or stayed silent."))
            except Exception as trouble:  # noqa: BLE001 - whatever it was, the next stream is opened after a pause
                self.on_trouble(trouble)
            self._failures += 1
            uneven = least * random.uniform(1.0, 1.5)  # noqa: S311 - no secret
            self._over.wait(max(uneven, back_off(self._failures)))

    def stop(self) -> None:
        """End it at once."""
        self._over.set()
        if (call := self._call) is not None:
            call.cut()

    def _follow(self) -> float:
        """Open one stream and follow it to its end; seconds before which no other is worth opening. Raises Lost."""
        patience = _Patience(self.holder.clock, SILENT_HEARTBEATS * self.heartbeat)
        call = self._call = Call(patience.left)
        if self._over.is_set():
            return 0.0
        wire, opened = self.replicas.present, self.holder.clock.instant()
        try:
            with wire.streaming(call, self._request()) as stream:
                if stream.status != 200:
                    return self._refused(stream)
                for told in news(_lines(stream.pieces, patience), self.keys):
                    self._heard(told)
        finally:
            self.replicas.turn_from(wire)
            if self.holder.clock.instant().since(opened) > 2 * self.heartbeat:
                # Only one that lived: a controller that ends each stream at once would be asked without a pause.
                self._failures = 0
        return 0.0

    def _request(self) -> Request:
        heard = self.holder.heard
        resumed = {"Last-Event-ID": str(heard)} if heard >= 0 else {}
        asked = f"?routes={','.join(self.keys)}"
        path = "api/v1/events" + (asked if len(asked) <= LONGEST_QUERY else "")
        return self.replicas.signed(Request("GET", path, {"Accept": "text/event-stream", **resumed}))

    def _refused(self, stream: Stream) -> float:
        self.on_trouble(NoController(f"The controller refused a stream of events with status {stream.status}."))
        asked = stream.headers.get("retry-after", "")
        if asked.isdecimal():
            return min(float(asked), NO_STREAMS)
        return NO_STREAMS if 400 <= stream.status < 500 else 0.0

    def _heard(self, told: Answer | None) -> None:
        if told is None:
            self.holder.nudge()  # something happened, and the answer to a renewal says what
        elif told.routes:
            self.holder.tell(told)
        else:
            self.holder.hear(told.revision)


def back_off(failures: int) -> float:
    """Seconds to wait after so many failures in a row: uneven, so that a crowd does not come back at once."""
    pause = min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2.0 ** min(failures - 1, 16))
    return float(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret


def news(lines: Iterator[str], keys: tuple[str, ...]) -> Iterator[Answer | None]:
    """The revision of each event, with the routes of `keys` where it tells all of them; None for an event that cannot
    be read."""
    data: list[str] = []
    for line in lines:
        if line.startswith("data:"):
            data.append(line.removeprefix("data:").strip())
        elif not line and data:
            yield _read("\n".join(data), keys)
            data = []


def _read(data: str, keys: tuple[str, ...]) -> Answer | None:
    try:
        told = json.loads(data)
        revision = told["revision"]
        routes = {route.key: route for route in map(route_of, told.get("routes", ()))}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if isinstance(revision, bool) or not isinstance(revision, int):
        return None
    return Answer(revision, {key: routes[key] for key in keys} if routes.keys() >= set(keys) else {})


def _lines(pieces: Iterator[bytes], patience: _Patience) -> Iterator[str]:
    """Whole lines without their ends. Raises Lost for a line that never ends."""
    rest = b""
    for piece in pieces:
        patience.renew()
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.rstrip(b"\r").decode("utf-8", "replace")
        if len(rest) > LONGEST_LINE:
            raise Lost
