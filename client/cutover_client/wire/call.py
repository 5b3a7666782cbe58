"""The one request that a thread has under way, as the connection beneath it must know it."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass


class Stopped(Exception):
    """The hook said no; the hook's own exception is kept in the call, where no library can wrap or swallow it."""


@dataclass(slots=True)
class Call:
    """One request under way.

    `sent` is true from right before the first byte left: from then on nobody may say that nothing was sent.
    `timed_out` tells running out of time from a lost connection. `stopped` is what the hook raised. `connected` is
    the socket that it went out on.
    """

    seconds_left: Callable[[], float]
    before_first_byte: Callable[[], None] | None = None
    sent: bool = False
    timed_out: bool = False
    stopped: BaseException | None = None
    connected: socket.socket | None = None
    is_cut: bool = False

    def left(self) -> float:
        """Seconds that are left, more than zero. Raises TimeoutError when there are none, OSError when it was cut."""
        left = self.seconds_left()
        if self.is_cut:
            raise ConnectionAbortedError("the call was cut")
        if left <= 0:
            self.timed_out = True
            raise TimeoutError("the deadline has passed")
        return left

    def cut(self) -> None:
        """End it from another thread, whatever it waits for: a read under way ends at once, as if the peer had gone."""
        self.is_cut = True
        if self.connected is not None:
            with suppress(OSError):
                # The plain socket's: that of TLS would take the session away under the thread that reads.
                socket.socket.shutdown(self.connected, socket.SHUT_RDWR)

    def begin(self) -> float:
        """Ask the hook, then count the request as sent; returns the seconds left. Raises Stopped, TimeoutError."""
        if self.sent:
            return self.left()
        if self.before_first_byte is not None:
            self._ask_hook(self.before_first_byte)
        # The hook may have taken its time; a byte after the deadline would be a late start.
        left = self.left()
        self.sent = True
        return left

    def _ask_hook(self, hook: Callable[[], None]) -> None:
        try:
            hook()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised again as it was, by the transport
            self.stopped = error
            raise Stopped from None


_current: ContextVar[Call | None] = ContextVar("call", default=None)


@contextmanager
def under_way(call: Call) -> Iterator[None]:
    """Make `call` the one that this thread's connections serve."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Call:
    """The call under way. A connection used outside of one is a programming error (RuntimeError)."""
    call = _current.get()
    if call is None:
        raise RuntimeError("a connection was used outside of a call")
    return call


def _is_not_ours(_: logging.LogRecord) -> bool:
    return _current.get() is None


# urllib3 logs addresses, and an address may hold a person's id. Its lines about our calls are dropped at the source,
# whatever the level is set to; lines about anybody else's calls in this process stay.
for _name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.response", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_is_not_ours)
