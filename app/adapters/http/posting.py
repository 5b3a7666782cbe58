"""Messages to receivers anywhere: one request each, one deadline, no redirect, nothing of the answer but its status."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.adapters.http.deadline import countdown
from app.services.clock import Clock
from app.services.outbox import NotDelivered
from cutover_client.wire.call import Call
from cutover_client.wire.messages import Request
from cutover_client.wire.wire import Lost, Wire

DEADLINE = 10.0
"""Seconds for one message: looking the name up, connecting, TLS, sending, and the first of the answer."""


@dataclass(frozen=True)
class HttpPost:
    """See `services.outbox.Post`. No connection is kept: messages are few, and receivers many."""

    clock: Clock
    ca_file: str | None = None
    deadline: float = DEADLINE

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """See `services.outbox.Post`. The answer's body is never read: however long it is, it keeps nobody waiting."""
        parts = urlsplit(url)
        path = parts.path.removeprefix("/") + (f"?{parts.query}" if parts.query else "")
        wire = Wire(f"{parts.scheme}://{parts.netloc}", self.ca_file)
        call = Call(countdown(self.clock, self.deadline))
        try:
            with wire.streaming(call, Request("POST", path, headers, body)) as stream:
                return stream.status
        except Lost:
            raise NotDelivered(_why(call)) from None
        finally:
            wire.close()


def _why(call: Call) -> str:
    if call.timed_out:
        return "The receiver did not answer in time."
    return "The connection to the receiver was lost." if call.sent else "The receiver could not be reached."
