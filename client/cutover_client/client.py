"""The client of one service, shared by its threads: where each preference is read, and the right to write it."""

import atexit
import os
import secrets
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from cutover_client.clocks import MachineClock
from cutover_client.errors import NotKnown
from cutover_client.keeping import Keeping, make
from cutover_client.routes import Route
from cutover_client.settings import Settings
from cutover_client.writing import WritePermit, require_write_id


class Client:
    """Make one for each service, at import if you like: it starts at its first use, in the process that uses it.

    `url` is the controller's address, or one for each replica. `client` is the service's name, for people. `keys` are
    the preferences that it reads and writes. Safe to be used from many threads. A child of a fork draws a lease of its
    own at its first use.
    """

    def __init__(
        self,
        url: str | Sequence[str],
        token: str,
        *,
        client: str,
        keys: Sequence[str],
        settings: Settings | None = None,
    ) -> None:
        urls = (url,) if isinstance(url, str) else tuple(url)
        if not urls or isinstance(keys, str) or not keys:
            raise ValueError("A client needs the address of a controller, and a list of at least one key.")
        who, clock, settled = (client, tuple(keys)), MachineClock(), settings or Settings()
        self._draw: Callable[[], Keeping] = lambda: make(urls, token, who, clock, settled)
        self._lock = threading.Lock()
        self._keeping: Keeping | None = None
        _clients.add(self)

    def start(self) -> None:
        """Start now, so that the first use need not wait. A client that was stopped starts anew, with a new lease."""
        with self._lock:
            if self._keeping is None or not self._keeping.is_running:
                self._start()

    def stop(self) -> None:
        """Stop: no write begins any more, and the lease is given up if none can still be in flight.

        Routes go on being answered, with their age. Only `start` starts it again.
        """
        with self._lock:
            if self._keeping is not None and self._keeping.is_running:
                self._keeping.stop()
            _running.discard(self)

    def __enter__(self) -> "Client":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def route(self, key: str) -> Route:
        """Where a preference is read and written, as last told: from memory, and advisory. See `age`.

        It grants nothing: a write needs `writing`. Raises NotKnown before the first answer, and for a key that is not
        one of the client's.
        """
        keeping = self._keeping
        if keeping is not None:
            route = keeping.holder.route(key)
            if route is not None:
                return route
        return self._first_route(key)

    def age(self) -> float | None:
        """Seconds since the present routes were asked for; None before the first answer. Grows while nobody answers."""
        return self._present().holder.age()

    @contextmanager
    def writing(self, key: str, epoch: int | None = None, write_id: str | None = None) -> Iterator[WritePermit]:
        """The right to make one write of `key` to its owner, while the block lasts. Raises Refused: not written.

        `epoch` is the one under which the person's form was read (`route(key).epoch` then); None only where no person
        looked at an older value. `write_id` is drawn where none is given. Leaving the block without an answer keeps
        the write in flight until its span has passed.
        """
        name = secrets.token_hex(16) if write_id is None else require_write_id(write_id)
        keeping = self._present()
        keeping.wait_for_answer()
        with keeping.holder.writing(key, epoch) as permit:
            ours = WritePermit(name, permit, keeping.ways, keeping.reports, keeping.holder.nudge)
            try:
                yield ours
            finally:
                ours.close()

    def _first_route(self, key: str) -> Route:
        keeping = self._present()
        keeping.wait_for_answer()
        route = keeping.holder.route(key)
        if route is None:
            raise NotKnown(key)
        return route

    def _present(self) -> Keeping:
        """What this process runs; a child of a fork without a notice of it (os.register_at_fork) is found out here."""
        keeping = self._keeping
        if keeping is not None and keeping.holder.drawn_in == os.getpid():
            return keeping
        with self._lock:
            keeping = self._keeping
            if keeping is None or keeping.holder.drawn_in != os.getpid():
                keeping = self._start()
            return keeping

    def _start(self) -> Keeping:
        keeping = self._draw()
        keeping.start()
        self._keeping = keeping
        _running.add(self)
        return keeping

    def drop_inherited(self) -> None:
        """In a child of a fork: the lease, its threads, its connections and perhaps the lock are the parent's."""
        self._lock = threading.Lock()
        self._keeping = None
        _running.discard(self)


_clients: "weakref.WeakSet[Client]" = weakref.WeakSet()
_running: set[Client] = set()
"""Whose threads run: they are stopped at the exit, also where nobody else knows the client any more."""


def _forget_all() -> None:
    for client in list(_clients):
        client.drop_inherited()


def _stop_all() -> None:
    for client in list(_running):
        client.stop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
atexit.register(_stop_all)
