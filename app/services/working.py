"""The threads of one serving process: keeping its lease, carrying moves on, seeing what other processes commit,
keeping the books on writes, comparing what a plan wants compared.

None of them holds anything that a crash could lose. Each says what troubles it and goes on; a process whose threads
are gone grants itself nothing, because its lease runs out.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.announcements import Announcement
from app.domain.leases import Watcher
from app.domain.ledger import Head
from app.domain.moves import Stage
from app.services.announcing import standing_now
from app.services.bookkeeping import Bookkeeper
from app.services.driving import LOOK_AGAIN, Driver
from app.services.guarding import is_another
from app.services.leasing import forget
from app.services.notices import Notices
from app.services.outlasting import Outlasting
from app.services.remembering import Memory
from app.services.shadowing import Shadows
from app.services.store import Store
from app.services.systems import Failed
from cutover_client.holding import Holder

Trouble = Callable[[str, Exception], None]
"""Told what was being done and what went wrong."""

LOOK_EVERY = 0.1
"""Seconds between two looks for what other processes committed: polling is the truth, notices are for speed."""

DRIVE_EVERY = 0.5
"""Seconds after which unfinished moves are looked at, whatever else happens."""

FORGET_EVERY = 1.0
"""Seconds between two looks for leases whose rows may go."""

LOOKS = 40
"""How often a drain is looked at before anything else gets its turn."""

AFTER_TROUBLE = 1.0
TELL_EVERY = 60.0
"""Seconds between two times that every fence is told the present epochs."""


STOPS_WITHIN = 5.0
"""Seconds within which the threads of a process that is told to stop should have ended."""


class Unreleased(Exception):
    """A lease was not given up."""


@dataclass
class Worker:
    """The threads, and how they start and stop. `shadows` is None where no reads are carried."""

    store: Store
    driver: Driver
    holder: Holder
    notices: Notices
    memory: Memory
    trouble: Trouble
    outlasting: Outlasting
    books: Bookkeeper
    shadows: Shadows | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _head: Head | None = None
    _changed: bool = False
    _told: tuple[Announcement, ...] = ()
    _seen: Watcher = field(default_factory=Watcher)
    _forgot: float = -math.inf
    _alone: int | None = None

    def start(self) -> None:
        """Start every thread. The lease is asked for first, so that the first write finds one."""
        try:
            self.holder.renew()
        except Exception as trouble:  # noqa: BLE001 - its thread asks again; writes fail closed until then
            self.trouble("lease", trouble)
        loops = {"lease": self.holder.keep, "moves": self._drive, "changes": self._watch, "books": self.books.keep}
        if self.driver.fences.fenced:
            loops["fences"] = self._tell_fences
        if self.shadows is not None:
            loops["shadow reads"] = self.shadows.keep
        self._threads = [threading.Thread(target=loop, name=name, daemon=True) for name, loop in loops.items()]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop every thread, and give the lease up if no write can still be in flight."""
        self._stopping.set()
        self.holder.stop()
        self.notices.publish()
        if self.shadows is not None:
            self.shadows.stop()
        self.books.stop()
        end = self.driver.clock.monotonic() + STOPS_WITHIN
        for thread in self._threads:
            thread.join(timeout=max(0.0, end - self.driver.clock.monotonic()))
        try:
            # A renewal that comes behind the release would register a lease that nobody keeps.
            if any(thread.name == "lease" and thread.is_alive() for thread in self._threads):
                raise Unreleased("its thread has not ended; the lease is waited out")
            self.holder.release()
        except Exception as trouble:  # noqa: BLE001 - it is waited out then
            self.trouble("releasing the lease", trouble)

    @property
    def is_alive(self) -> bool:
        """Whether every thread runs."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    @property
    def is_changed(self) -> bool:
        """Whether the database was another one when it was last looked at: nothing is granted and nothing moves."""
        return self._changed

    @property
    def is_recovering(self) -> bool:
        """Whether rights from before a stop may still be in use, when it was last looked at."""
        return self._head is not None and self._head.is_waiting

    def _drive(self) -> None:
        while not self._stopping.is_set():
            seen = self.notices.count
            try:
                seconds = self.drive_on()
            except Exception as trouble:  # noqa: BLE001 - a move that cannot go on now is tried again
                self.trouble("carrying a move on", trouble)
                seconds = AFTER_TROUBLE
            if seconds > 0:
                self.notices.wait(seen, seconds)

    def drive_on(self) -> float:
        """As `drive_once`; then wait for the drain of a move that is alone, and look at nothing else meanwhile: all of
        the rest takes longer than a drain does, and its holders ask the same process. Seconds until the next look.
        """
        seconds = self.drive_once()
        for _ in range(LOOKS):
            if self._alone is None or self._stopping.is_set() or not 0 < seconds <= LOOK_AGAIN:
                break
            self.notices.wait(self.notices.count, seconds)
            seconds = self._advance(self._alone, several=False) or 0.0
        return seconds

    def drive_once(self) -> float:
        """Forget dead leases and do the next thing for each unfinished move; seconds until the next look."""
        self._forget()
        with self.store.reading() as unit:
            unfinished = unit.moves.unfinished()
        self.driver.keep_only(move.id for move in unfinished)
        several = len(unfinished) > 1
        self._alone = unfinished[0].id if len(unfinished) == 1 else None
        waits = [self._outlast(), *(self._advance(move.id, several=several) for move in unfinished)]
        return min(seconds for seconds in (*waits, DRIVE_EVERY) if seconds is not None)

    def _forget(self) -> None:
        clock = self.driver.clock
        if clock.monotonic() - self._forgot >= FORGET_EVERY:
            forget(self.store, self._seen, clock.monotonic)
            self._forgot = clock.monotonic()

    def _advance(self, move: int, *, several: bool) -> float | None:
        """Carry a move on until it has to wait, or has passed every stage once.

        A move that cannot go on now keeps no other one waiting: that one may be frozen.
        """
        try:
            for _ in Stage:
                if several:
                    self.driver.keep_limits()
                seconds = self.driver.advance(move)
                if seconds != 0.0 or self._stopping.is_set():
                    return seconds
            return 0.0
        except Exception as trouble:  # noqa: BLE001 - it is tried again
            self.trouble(f"carrying move {move} on", trouble)
            return AFTER_TROUBLE

    def _outlast(self) -> float | None:
        """A fence that cannot be told keeps no move's call-off waiting."""
        try:
            return self.outlasting.look()
        except Exception as trouble:  # noqa: BLE001 - it is tried again, and nothing is granted until then
            self.trouble("waiting until every old grant has run out", trouble)
            return AFTER_TROUBLE

    def drive_to_watch(self, sleep: Callable[[float], None]) -> None:
        """Carry every move on until none is before its activation. Each freeze has a limit, so this ends."""
        while True:
            with self.store.reading() as unit:
                before = [move for move in unit.moves.unfinished() if move.may_be_called_off]
            if not before:
                self.drive_once()
                return
            sleep(self.drive_once())

    def _tell_fences(self) -> None:
        """At the start and every minute: a fence that lost its epochs has them again, one that knows more is found."""
        while not self._stopping.is_set():
            try:
                for sentence in self.driver.fences.tell_present(self.driver.on_ahead):
                    self.trouble("telling a fence", Failed(sentence))
            except Exception as trouble:  # noqa: BLE001 - it is told again
                self.trouble("telling the fences", trouble)
            self._stopping.wait(TELL_EVERY)

    def _watch(self) -> None:
        seen = self.notices.count
        while not self._stopping.is_set():
            seen = self.notices.wait(seen, LOOK_EVERY)
            try:
                self._look()
            except Exception as trouble:  # noqa: BLE001 - an outage of the database ends by itself
                self.trouble("looking for changes", trouble)
                self._stopping.wait(AFTER_TROUBLE)

    def _look(self) -> None:
        asked = self.driver.clock.instant()
        with self.store.reading() as unit:
            head = unit.ledger.head()
            changed = is_another(unit, head.identity)
            is_news = head != self._head or changed is not self._changed
            # What is remembered may be a slower reader's, which began before this head and ended after it was read.
            again = is_news or not self.memory.is_current(head.hash, asked)
            standing = standing_now(unit) if again else None
        self.holder.suspend(suspended=changed)  # no write begins by what another database granted
        if standing is None:
            self.memory.confirm(asked)
            return
        self.memory.keep(standing, asked)
        if not is_news:
            return
        if self._head is None or head.revision != self._head.revision:
            self.holder.hear(head.revision)
        self._head, self._changed = head, changed
        self.notices.publish(head.revision, entry=head.number, retold=standing.told != self._told)
        self._told = standing.told
