"""The thread that keeps the books: notes writes that wait, counts, judges, forgets what is old, verifies the ledger."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.evidence import Patience
from app.services.clock import Clock
from app.services.judging import Cursor, settle
from app.services.noting import Notes
from app.services.store import Store
from app.services.verifying import Verification

NOTE_EVERY = 0.25
"""Seconds between two looks at what waits to be noted."""

COUNT_EVERY = 5.0
"""Seconds between two times that counts are added to the database."""

JUDGE_EVERY = 1.0
FORGET_EVERY = 60.0
VERIFY_EVERY = 5.0
FORGOTTEN_AT_ONCE = 1000

AUDITS_LAST = TALLIES_LAST = timedelta(days=30)
REPORTS_LAST = timedelta(days=90)
"""Longer than the names: a report that is sent again is known as a repeat, when its name is long forgotten."""

DELIVERIES_LAST = timedelta(days=30)
"""What webhooks were told, or could not be told."""


@dataclass
class Bookkeeper:
    """One process's part of the books."""

    store: Store
    notes: Notes
    patience: Patience
    clock: Clock
    trouble: Callable[[str, Exception], None]
    verification: Verification = field(init=False)
    _cursor: Cursor | None = None
    _due: dict[str, float] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.verification = Verification(self.store)

    def keep(self) -> None:
        """Do all of it, again and again, until told to stop."""
        while not self._stopping.wait(NOTE_EVERY):
            self._try("noting writes", self.note)
            if self._is_due("counting", COUNT_EVERY):
                self._try("counting", self.count)
            if self._is_due("judging", JUDGE_EVERY):
                self._try("judging reports", self.judge)
            if self._is_due("forgetting", FORGET_EVERY):
                self._try("forgetting what is old", self.forget)
            if self.verification.is_behind or self._is_due("verifying", VERIFY_EVERY):
                self._try("verifying the ledger", self.verification.go_on)

    def stop(self) -> None:
        """End `keep`, and note what still waits."""
        self._stopping.set()
        self._try("noting writes", self.note)
        self._try("counting", self.count)

    def note(self) -> None:
        """Write down what waits."""
        while self.notes.flush():
            pass

    def count(self) -> None:
        """Add what was counted to the database."""
        self.notes.counts.flush(self.store)

    def judge(self) -> None:
        """Judge the reports that are due."""
        while True:
            before, self._cursor = self._cursor, settle(self.store, self.patience, self._cursor)
            if self._cursor == before:
                return

    def forget(self) -> None:
        """Delete what is older than it is kept, in small batches."""
        more = True
        while more and not self._stopping.is_set():
            with self.store.writing() as unit:
                now = unit.now()
                counts = (
                    unit.unanswered.forget(now, FORGOTTEN_AT_ONCE),
                    unit.audits.forget(now - AUDITS_LAST, FORGOTTEN_AT_ONCE),
                    unit.reports.forget(now - REPORTS_LAST, FORGOTTEN_AT_ONCE),
                    unit.webhooks.forget(now - DELIVERIES_LAST, FORGOTTEN_AT_ONCE),
                    unit.tallies.forget(now - TALLIES_LAST, FORGOTTEN_AT_ONCE),
                )
            more = FORGOTTEN_AT_ONCE in counts

    def _is_due(self, what: str, every: float) -> bool:
        now = self.clock.monotonic()
        if now < self._due.get(what, now):
            return False
        self._due[what] = now + every
        return True

    def _try(self, what: str, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as trouble:  # noqa: BLE001 - what waits is kept, and tried again
            self.trouble(what, trouble)
