"""The lease of this process: it carries writes, so it is a lease holder under the same rules as any client."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from app.domain.elapsed import Instant
from app.domain.grants import Answer, Grants, no_grant
from app.domain.leases import Spans
from app.domain.ownership import Ownership
from app.services.clock import Clock

AFTER_TROUBLE = 1.0
"""Seconds until a renewal that got no answer is tried again."""


class Controller(Protocol):
    """Where this process gets its lease from."""

    def renew(self, acknowledged: int) -> Answer:
        """Register or renew, acknowledging a revision; any exception means that there was no answer."""

    def release(self) -> None:
        """Give the lease up."""


@dataclass
class Writing:
    """One write under way. `row` is the ownership row that it stands on; call `answered` once the answer is there."""

    row: Ownership
    began: Instant
    _require: Callable[[], object]
    _in_time: Callable[[], bool]
    _settled: bool = False

    def recheck(self) -> None:
        """Ask again, right before the first byte, whether the write may still begin. Raises the refusal if not."""
        self._require()

    def in_time(self) -> bool:
        """Whether the grant of this write still holds: an answer after its end does not count as done."""
        return self._in_time()

    def answered(self) -> None:
        """The system has answered, or nothing was sent: the write is no longer in flight."""
        self._settled = True

    @property
    def is_answered(self) -> bool:
        """Whether the answer came."""
        return self._settled


@dataclass
class Holder:
    """One lease, and the thread that keeps it. Safe to be used from many threads."""

    controller: Controller
    clock: Clock
    spans: Spans
    on_trouble: Callable[[Exception], None]
    _grants: Grants = field(init=False)
    _lock: threading.Condition = field(default_factory=threading.Condition)
    _acknowledged: int = -1
    _nudged: bool = False
    _stopping: bool = False

    def __post_init__(self) -> None:
        self._grants = Grants(self.spans)

    @contextmanager
    def writing(self, key: str, epoch: int) -> Iterator[Writing]:
        """Count a write, check its grant, and keep it in flight until `answered` or until its span has passed.

        Raises the refusals of `Grants.require`. Leaving without `answered` means that nobody knows the outcome.
        """
        with self._lock:
            began = self.clock.instant()
            number = self._grants.begin(key, began)
        try:
            row = self._require(number, epoch)
        except BaseException:
            self._end(number, answered=True)
            raise
        write = Writing(row, began, lambda: self._require(number, epoch), lambda: self._is_in_time(number))
        try:
            yield write
        finally:
            self._end(number, answered=write.is_answered)

    def nudge(self) -> None:
        """Renew now: something changed."""
        with self._lock:
            self._nudged = True
            self._lock.notify_all()

    def renew(self) -> None:
        """Renew once, and acknowledge at once what may be acknowledged. Raises what the controller raises."""
        while True:
            sent = self.clock.instant()
            with self._lock:
                acknowledging = self._acknowledged
            answer = self.controller.renew(acknowledging)
            with self._lock:
                self._grants.receive(answer, sent)
                reached = self._grants.may_acknowledge(self.clock.instant())
                if reached is None or reached <= acknowledging:
                    return
                self._acknowledged = reached

    def keep(self) -> None:
        """Renew at a third of the ttl, when nudged, and when a flight that held up an acknowledgement has ended."""
        while not self._stopping:
            try:
                self.renew()
            except Exception as trouble:  # noqa: BLE001 - whatever it was, the grant runs out and writes fail closed
                self.on_trouble(trouble)
                self._pause(AFTER_TROUBLE)
                continue
            self._pause(self.spans.renew_every)

    def stop(self) -> None:
        """Stop keeping the lease: no further write begins."""
        with self._lock:
            self._stopping = True
            self._lock.notify_all()
            self._grants.sent = None

    def release(self) -> None:
        """Give the lease up if no write can still be in flight; else it is waited out.

        Only after `keep` has ended: a renewal that comes behind the release would register a lease that nobody keeps.
        """
        with self._lock:
            self._grants.land(self.clock.instant())
            idle = not self._grants.flights
        if idle:
            self.controller.release()

    def _pause(self, most: float) -> None:
        with self._lock:
            landing = self._grants.land(self.clock.instant())
            behind = self._grants.revision > self._acknowledged
            seconds = min(most, landing) if behind and landing else most
            self._lock.wait_for(lambda: self._nudged or self._stopping, timeout=seconds)
            self._nudged = False

    def _require(self, number: int, epoch: int) -> Ownership:
        with self._lock:
            if self._stopping:
                raise no_grant("This process is stopping.")
            return self._grants.require(number, epoch, self.clock.instant())

    def _is_in_time(self, number: int) -> bool:
        with self._lock:
            return self._grants.in_time(number, self.clock.instant())

    def _end(self, number: int, *, answered: bool) -> None:
        with self._lock:
            self._grants.end(number, answered=answered)
            if self._grants.revision > self._acknowledged:
                self._nudged = True
                self._lock.notify_all()
