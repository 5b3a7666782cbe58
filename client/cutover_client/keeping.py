"""What one process runs for its lease: the thread that renews it, the one that listens, and an orderly end."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from cutover_client.clocks import Clock
from cutover_client.elapsed import Instant
from cutover_client.holding import Holder
from cutover_client.lease import HttpLease
from cutover_client.listening import Listener
from cutover_client.replicas import Replicas
from cutover_client.reports import Reports
from cutover_client.sending import Ways
from cutover_client.settings import Settings
from cutover_client.spans import Spans

LOOK_EVERY = 0.02
"""Seconds between two looks whether the last write has ended."""

_log = logging.getLogger("cutover_client")


class _Trouble:
    """Tells a trouble to the client's user, else to the log: there, only one that is another one than before."""

    def __init__(self, tell: Callable[[Exception], None] | None) -> None:
        self._tell = tell or self._note
        self._last = ""

    def __call__(self, trouble: Exception) -> None:
        try:
            self._tell(trouble)
        except Exception:  # noqa: BLE001 - it is logged
            # Else a fault of the user's own would end the thread that keeps the lease, for good.
            _log.exception("on_trouble failed.")

    def _note(self, trouble: Exception) -> None:
        text = str(trouble) or type(trouble).__name__
        if text != self._last:
            self._last = text
            _log.warning("%s Writes stop when the lease runs out; reads go on.", text)


@dataclass
class Keeping:
    """One lease of one process with its threads. Never of use in another process."""

    lease: HttpLease
    clock: Clock
    settings: Settings
    holder: Holder = field(init=False)
    listener: Listener = field(init=False)
    ways: Ways = field(init=False)
    _started: Instant = field(init=False)
    _threads: list[threading.Thread] = field(default_factory=list)
    _rest: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        trouble = _Trouble(self.settings.on_trouble)
        self.holder = Holder(self.lease, self.clock, Spans(), trouble)
        self.listener = Listener(self.lease.replicas, self.holder, self.lease.keys, self.settings.heartbeat, trouble)
        self.ways = Ways(self.settings.ca_file)
        self.lease.on_more = self.holder.nudge

    @property
    def is_running(self) -> bool:
        """Whether it was started and not stopped."""
        return bool(self._threads)

    @property
    def reports(self) -> Reports:
        """What is still to be told to the controller."""
        return self.lease.reports

    def start(self) -> None:
        """Start the threads. The lease is asked for by the first one."""
        self._started = self.clock.instant()
        loops = {"cutover-lease": self.holder.keep}
        if self.settings.streams:
            loops["cutover-events"] = self.listener.listen
        self._threads = [threading.Thread(target=loop, name=name, daemon=True) for name, loop in loops.items()]
        for thread in self._threads:
            thread.start()

    def wait_for_answer(self) -> bool:
        """Whether the controller has answered at all; waits, but no longer than `first_answer` from the start."""
        if self.holder.is_told:
            return True
        left = self.settings.first_answer - self.clock.instant().since(self._started)
        return self.holder.wait_for_answer(max(0.0, left))

    def stop(self) -> None:
        """Stop the threads, tell what is to be told, and give the lease up if no write can still be in flight.

        Writes that are under way have their own deadline's time to end: a lease that is not given up holds up moves.
        """
        self.holder.stop()
        self.listener.stop()
        began = self.clock.instant()
        while not self.holder.is_idle and self.clock.instant().since(began) < self.holder.spans.write_timeout:
            self._rest.wait(LOOK_EVERY)
        for thread in self._threads:
            thread.join(timeout=10 * self.settings.ask_within)
        try:
            # A renewal that comes behind the release would register a lease that nobody keeps.
            if not any(thread.is_alive() for thread in self._threads):
                self._take_leave()
        except Exception as trouble:  # noqa: BLE001 - it is waited out then
            self.holder.on_trouble(trouble)
        self._threads = []
        self.ways.close()
        self.lease.replicas.close()

    def _take_leave(self) -> None:
        while not self.reports.is_empty:
            self.holder.renew()
        self.holder.release()


def make(
    urls: tuple[str, ...], token: str, who: tuple[str, tuple[str, ...]], clock: Clock, settings: Settings
) -> Keeping:
    """A lease that is drawn now, for this process. `who` is the client's name and the keys that it writes."""
    replicas = Replicas(urls, token, settings.ca_file, clock)
    return Keeping(HttpLease(replicas, *who, settings.ask_within), clock, settings)
