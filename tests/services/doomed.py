"""A process that carries a move on, and is killed or stopped by itself at one moment of it."""

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from app.adapters.clock import MachineClock
from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore, SqlUnit
from app.domain.catalogue import Catalogue
from app.domain.ownership import System
from app.services.checks.asking import Checks
from app.services.checks.questions import Means
from app.services.draining import Drains
from app.services.driving import Driver
from app.services.fencing import Fences
from app.services.notices import Notices
from app.services.signing import Signer
from tests.fakes.keys import FakeKeys
from tests.fakes.system import FakeSystem


@dataclass(frozen=True)
class Doom:
    """At which commit of the process (from 1), where in it (before, inside, after), and by which signal."""

    at: int
    where: str
    by: signal.Signals


@dataclass
class DoomedStore:
    """A store whose process meets its doom."""

    store: SqlStore
    doom: Doom
    commits: int = 0

    def reading(self) -> AbstractContextManager[SqlUnit]:
        """See `services.store.Store`."""
        return self.store.reading()

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """See `services.store.Store`."""
        self.commits += 1
        self._meet("before")
        with self.store.writing() as unit:
            yield unit
            self._meet("inside")
        self._meet("after")

    def _meet(self, where: str) -> None:
        if (self.commits, where) == (self.doom.at, self.doom.where):
            os.kill(os.getpid(), self.doom.by)


def driver_on(store: SqlStore | DoomedStore, *, fenced: bool) -> Driver:
    """A driver on the real clock, with systems in memory."""
    clock = MachineClock()
    systems = {system: FakeSystem(system) for system in System}
    checked = frozenset(System) if fenced else frozenset[System]()
    checks = Checks(Means(store, systems, Catalogue, dict))
    fences = Fences(store, systems, checked, Signer(store, FakeKeys(), clock))
    return Driver(store, clock, fences, Notices(), Drains(clock, lambda _: 0.0), checks)


def drive(url: str, number: int, doom: Doom, fenced: bool) -> None:
    """Carry a move on until it has ended, or the doom is met. A process of its own."""
    store = SqlStore(make_engine(url))
    driver = driver_on(DoomedStore(store, doom), fenced=fenced)
    while driver.advance(number) is not None:
        continue
