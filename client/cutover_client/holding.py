"""One lease and the thread that keeps it: writes begin only under a grant, and acknowledgements wait for writes."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from cutover_client.clocks import Clock
from cutover_client.elapsed import Instant
from cutover_client.grants import Grants, NotCurrent
from cutover_client.routes import Answer, Route, no_grant
from cutover_client.spans import Spans

AFTER_TROUBLE = 1.0
"""Seconds until a renewal that got no answer is tried again."""

PATIENCE = 1.0
"""Seconds for which a write waits for news that are known to be on their way, before it is refused."""


class Controller(Protocol):
    """Where a process gets its lease from."""

    def renew(self, acknowledged: int) -> Answer:
        """Register or renew, acknowledging a revision; any exception means that there was no answer."""

    def release(self) -> None:
        """Give the lease up."""


@dataclass
class Permit:
    """The right to make one write, while its block lasts. Call `answered` once the system's answer is there.

    `route` is what the write stands on: `route.write_to` is the one system that may be written, `route.epoch` and
    `route.permit` go with every request of it. Of no use in another process than the one that took it.
    """

    route: Route
    began: Instant
    number: int
    timeout: float
    _holder: "Holder"
    _settled: bool = False

    @property
    def system(self) -> str:
        """The one system that may be written."""
        return self.route.require_writer()

    def seconds_left(self) -> float:
        """What is left of the one deadline over connection, all calls and all retries of this write."""
        return self.timeout - self._holder.clock.instant().since(self.began)

    def recheck(self) -> None:
        """Ask again, right before the first byte, whether the write may still begin. Raises Refused if not."""
        self._holder.require(self.number, self.route.epoch)

    def require_own_process(self) -> None:
        """Raises Refused `no_grant` in another process than the one that took it."""
        self._holder.require_own_process()

    def in_time(self) -> bool:
        """Whether the grant of this write still holds: an answer after its end does not count as done."""
        self.require_own_process()
        return self._holder.is_in_time(self.number)

    def sending(self) -> None:
        """A request of it may be out now: without an answer to that, the write stays in flight."""
        self._settled = False

    def answered(self) -> None:
        """The system has answered, or nothing was sent: the write is no longer in flight."""
        self._settled = True

    @property
    def is_answered(self) -> bool:
        """Whether the answer came."""
        return self._settled


@dataclass
class Holder:
    """One lease of one process, and the thread that keeps it. Safe to be used from many threads.

    `drawn_in` is the process that it belongs to: a child of a fork can neither write nor renew nor release with it.
    `spans` are those of the present grant: an answer may bring others.
    """

    controller: Controller
    clock: Clock
    spans: Spans
    on_trouble: Callable[[Exception], None]
    drawn_in: int = field(default_factory=os.getpid)
    _grants: Grants = field(init=False)
    _lock: threading.Condition = field(default_factory=threading.Condition)
    _acknowledged: int = -1
    _acknowledging: int = -1
    _nudged: bool = False
    _stopping: bool = False
    _suspended: bool = False
    _told: Instant | None = None

    def __post_init__(self) -> None:
        self._grants = Grants(self.spans)

    @contextmanager
    def writing(self, key: str, epoch: int | None = None) -> Iterator[Permit]:
        """Count a write, check its grant, and keep it in flight until `answered` or until its span has passed.

        `epoch` is the one under which the form was read; None for the present one. Raises Refused as
        `Grants.require` says. Leaving without `answered` means that nobody knows the outcome.
        """
        permit = self._begin(key, epoch)
        try:
            yield permit
        finally:
            self._end(permit.number, answered=permit.is_answered)

    def route(self, key: str) -> Route | None:
        """What this holder was last told of a preference; None when it was told nothing. Advisory."""
        return self._grants.routes.get(key)

    def age(self) -> float | None:
        """Seconds since the present routes were asked for; None before the first answer."""
        told = self._told
        return None if told is None else self.clock.instant().since(told)

    @property
    def is_told(self) -> bool:
        """Whether there has been an answer at all."""
        return self._told is not None

    def wait_for_answer(self, seconds: float) -> bool:
        """Wait for the first answer at all; whether there has been one."""
        with self._lock:
            return self._lock.wait_for(lambda: self._stopping or self._told is not None, timeout=seconds)

    @property
    def heard(self) -> int:
        """The newest revision that this holder has been told of; -1 before any."""
        return self._grants.heard

    def hear(self, revision: int) -> None:
        """Something changed at `revision`: no write begins by older routes, and the newer ones are asked for now."""
        with self._lock:
            if revision > self._grants.heard:
                self._grants.hear(revision)
                self.nudge()

    def tell(self, told: Answer) -> None:
        """Routes came without being asked for: writes go on by them. A freeze among them is acknowledged at once."""
        with self._lock:
            self._grants.tell(told.revision, told.routes)
            self._nudged = self._nudged or self._is_waited_for()
            self._lock.notify_all()

    def suspend(self, *, suspended: bool) -> None:
        """Let no write begin while it is not certain that what granted its lease still counts; then go on."""
        with self._lock:
            self._suspended = suspended

    def nudge(self) -> None:
        """Renew now: something changed."""
        with self._lock:
            self._nudged = True
            self._lock.notify_all()

    def renew(self) -> None:
        """Renew once, and acknowledge at once what may be acknowledged. Raises what the controller raises."""
        while True:
            self.require_own_process()
            sent = self.clock.instant()
            with self._lock:
                self._nudged = False  # whatever was heard until now, this renewal covers
                reached = self._grants.may_acknowledge(sent)
                sending = self._acknowledging = max(self._acknowledged, -1 if reached is None else reached)
            try:
                answer = self.controller.renew(sending)
            except BaseException:
                self._acknowledging = -1  # nobody knows whether it came
                raise
            with self._lock:
                self._acknowledged = max(self._acknowledged, sending)
                self._take(answer, sent)
                reached = self._grants.may_acknowledge(self.clock.instant())
                if reached is None or reached <= self._acknowledged:
                    return

    def keep(self) -> None:
        """Renew at a third of the ttl, when nudged, and when a flight that held up an acknowledgement has ended."""
        while not self._stopping:
            pause = AFTER_TROUBLE
            try:
                self.renew()
                pause = self.spans.renew_every
            except Exception as trouble:  # noqa: BLE001 - whatever it was, the grant runs out and writes fail closed
                self.on_trouble(trouble)
            self._pause(pause)

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
        self.require_own_process()
        if self.is_idle:
            self.controller.release()

    @property
    def is_idle(self) -> bool:
        """Whether no write can still be in flight."""
        with self._lock:
            self._grants.land(self.clock.instant())
            return not self._grants.flights

    def require(self, number: int, epoch: int | None) -> Route:
        """As `Grants.require`, with the present moment."""
        self.require_own_process()
        with self._lock:
            if self._stopping:
                raise no_grant("This process is stopping.")
            if self._suspended:
                raise no_grant("It is not certain that the lease of this process still counts.")
            return self._grants.require(number, epoch, self.clock.instant())

    def is_in_time(self, number: int) -> bool:
        """As `Grants.in_time`, with the present moment."""
        with self._lock:
            return self._grants.in_time(number, self.clock.instant())

    def _begin(self, key: str, epoch: int | None) -> Permit:
        """Count a write and check it. One that has to wait for news does so uncounted: else it would hold them up."""
        self.require_own_process()
        first = self.clock.instant()
        while True:
            with self._lock:
                began = self.clock.instant()
                number = self._grants.begin(key, began)
                timeout = self._grants.flights[number].timeout
            try:
                return Permit(self.require(number, epoch), began, number, timeout, self)
            except NotCurrent:
                self._end(number, answered=True)
                if not self._await_news(PATIENCE - self.clock.instant().since(first)):
                    raise
            except BaseException:
                self._end(number, answered=True)
                raise

    def _await_news(self, seconds: float) -> bool:
        with self._lock:
            return seconds > 0 and self._lock.wait_for(
                lambda: self._stopping or self._grants.heard <= self._grants.revision, timeout=seconds
            )

    def _take(self, answer: Answer, sent: Instant) -> None:
        self._grants.receive(answer, sent)
        self.spans = self._grants.spans
        if self._grants.revision == answer.revision:
            self._told = self._grants.sent
        self._lock.notify_all()

    def _pause(self, most: float) -> None:
        with self._lock:
            landing = self._grants.land(self.clock.instant())
            behind = self._grants.heard > self._acknowledged
            seconds = min(most, landing) if behind and landing else most
            if self._grants.heard > self._grants.revision:
                # The answer was older than what was heard: writes wait for one that is not.
                seconds = min(seconds, AFTER_TROUBLE)
            self._lock.wait_for(lambda: self._nudged or self._stopping, timeout=seconds)

    def _end(self, number: int, *, answered: bool) -> None:
        if os.getpid() != self.drawn_in:
            return  # a child of a fork in the middle of a write: its lock may be held by a thread that it does not have
        with self._lock:
            self._grants.end(number, answered=answered)
            if self._is_waited_for():
                self.nudge()

    def _is_waited_for(self) -> bool:
        """Whether a move may wait for an acknowledgement: without one among the routes the next renewal is in time."""
        grants, sent = self._grants, max(self._acknowledged, self._acknowledging)
        is_moving = any(route.is_moving for route in grants.routes.values())
        return grants.heard > sent and (is_moving or grants.heard > grants.revision)

    def require_own_process(self) -> None:
        """Raises Refused `no_grant` in a child of the process that the lease belongs to."""
        if os.getpid() != self.drawn_in:
            raise no_grant("This lease belongs to the process that this one was forked from.")
