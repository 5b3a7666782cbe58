"""Verifying the ledger a little at a time, so that a long one makes nothing wait."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from threading import Lock

from app.domain.ledger import Entry, Head, Reached, Verdict
from app.services.store import Store

PORTION = 500
"""Entries that are verified at once."""

AGAIN = timedelta(minutes=1)
AGAIN_FOR_EACH = timedelta(milliseconds=36)
"""An entry that was verified can be changed later: after the longer of these two the first one is begun with again.
That is once an hour for 100,000 entries, and takes about a thousandth of the time."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the last verification came to. `at` is when it read the first entry; later ones were read as they came."""

    at: datetime
    verdict: Verdict


@dataclass
class Verification:
    """How far this process has verified the ledger. Safe to be used from many threads."""

    store: Store
    mark: Mark | None = None
    """What is known; None before the first time that the end was reached."""
    is_behind: bool = True
    """Whether there is more to read at once."""
    _reached: Reached = field(default_factory=Reached)
    _began: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def reached(self) -> int:
        """The number of the last entry that was verified."""
        return self._reached.number

    def go_on(self) -> None:
        """Verify the next few entries. Where another thread is at it, that is enough."""
        if self._lock.acquire(blocking=False):
            try:
                self._go_on()
            finally:
                self._lock.release()

    def begin_again(self) -> None:
        """Read from the first entry on; what was found before is known until the end is reached."""
        with self._lock:
            self._start_over()

    def _start_over(self) -> None:
        self._reached, self._began, self.is_behind = Reached(), None, True

    def _go_on(self) -> None:
        with self.store.reading() as unit:
            now, head = unit.now(), unit.ledger.head()
            if self._began is not None and now - self._began >= max(AGAIN, AGAIN_FOR_EACH * head.number):
                self._start_over()
            entries = list(islice(unit.ledger.entries(self._reached.number, PORTION), PORTION))
        self._began = self._began or now
        verdict = self._follow(entries, head)
        if verdict is not None:
            self.mark = Mark(self._began, verdict)
        self.is_behind = verdict is None
        if verdict is not None and not verdict.intact:
            self._start_over()
            self.is_behind = False

    def _follow(self, entries: list[Entry], head: Head) -> Verdict | None:
        """What it comes to; None when the end is not reached."""
        for entry in entries:
            following = self._reached.on_to(entry)
            if following is None:
                return self._reached.broken()
            self._reached = following
        return self._reached.ended(head) if len(entries) < PORTION else None
