"""Shadow reads: before a move, a sample of what is read from the owner is read from the other system too.

What the other system says is compared, counted and forgotten: it is answered to nobody. The carried read waits for none
of it. Neither the person nor the choice leaves the memory of this process.
"""

import queue
import secrets
import threading
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from app.domain.catalogue import Preference
from app.domain.ownership import System
from app.domain.people import Person
from app.services.carrying import Held
from app.services.clock import Clock
from app.services.counting import Counts
from app.services.systems import Failed, SystemPort
from app.services.tallies import BAD, GOOD, UNKNOWN, Counted, Place, Tally

ONE_IN = 10
"""One read of so many is compared, at random."""

FEW = 20
"""So many reads of a preference are compared first of all, each of them: a rare preference comes to its count too."""

WAITING_AT_MOST = 50
"""What waits to be compared. What comes while that is full is not compared: it was a sample anyway."""

LOOK_EVERY = 10.0
"""Seconds between two looks for what is to be compared."""


@dataclass(frozen=True, slots=True)
class Read:
    """One carried read whose other side is to be read."""

    person: Person
    preference: Preference
    held: Held = field(repr=False)

    @property
    def other(self) -> System:
        """The system that was not asked."""
        return next(system for system in System if system is not self.held.owner)


def _seldom() -> bool:
    return secrets.randbelow(ONE_IN) == 0


@dataclass
class Shadows:
    """What one process compares. `wanted` says which preferences; `offer` is called from many threads."""

    systems: Mapping[System, SystemPort]
    counts: Counts
    wanted: Callable[[], AbstractSet[str]]
    clock: Clock
    trouble: Callable[[str, Exception], None]
    is_drawn: Callable[[], bool] = _seldom
    _keys: AbstractSet[str] = frozenset()
    _tried: dict[str, int] = field(default_factory=dict)
    _due: float | None = None
    _waiting: "queue.Queue[Read | None]" = field(default_factory=lambda: queue.Queue(WAITING_AT_MOST))
    _stopping: threading.Event = field(default_factory=threading.Event)

    def offer(self, person: Person, preference: Preference, held: Held) -> None:
        """A read was answered: perhaps compare it, later. Returns at once, and never raises."""
        read = Read(person, preference, held)
        if held.key not in self._keys or read.other not in preference.systems:
            return
        if self._tried.get(held.key, 0) >= FEW and not self.is_drawn():
            return
        try:
            self._waiting.put_nowait(read)
        except queue.Full:
            return

    def keep(self) -> None:
        """Compare what was offered, one after the other, until told to stop."""
        while not self._stopping.is_set():
            self.look()
            try:
                read = self._waiting.get(timeout=1.0)
            except queue.Empty:
                continue
            if read is not None:
                self._compare(read)

    def stop(self) -> None:
        """End `keep`. What waits is not compared any more."""
        self._stopping.set()
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            return  # it is not waiting then

    def look(self) -> None:
        """See, from time to time, which preferences are to be compared."""
        now = self.clock.monotonic()
        if self._due is not None and now < self._due:
            return
        self._due = now + LOOK_EVERY
        try:
            self._keys = self.wanted()
        except Exception as trouble:  # noqa: BLE001 - the next look may find out
            self.trouble("choosing what to compare", trouble)

    def compare_waiting(self) -> None:
        """Compare what waits now."""
        while not self._waiting.empty():
            read = self._waiting.get_nowait()
            if read is not None:
                self._compare(read)

    def _compare(self, read: Read) -> None:
        key = read.held.key
        self._tried[key] = self._tried.get(key, 0) + 1
        self.counts.add(Place(Counted.SHADOW_READ, key, read.held.epoch), self._came_of(read))

    def _came_of(self, read: Read) -> Tally:
        try:
            reading = self.systems[read.other].read(read.person, [read.preference])[read.preference.key]
        except Exception as trouble:  # noqa: BLE001 - it is counted, and told without its text
            self.trouble("comparing a read with the other system", trouble)
            return UNKNOWN
        if isinstance(reading, Failed):
            return UNKNOWN
        return GOOD if read.preference.means_the_same(read.held.choice, read.other, reading.value) else BAD
