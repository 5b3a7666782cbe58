"""What a process writes down about writes that were made: names, late answers, and what got no answer.

Names and late answers wait in memory, so that no write waits for them, and are written in batches by a thread. A name
that is lost leaves a report unknown, never wrongly right.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from app.domain.evidence import NAME, Audit, Found, Kind, Late
from app.domain.ownership import Ownership
from app.domain.people import Person
from app.services.counting import Counts
from app.services.incidents import raise_incident
from app.services.judging import Reigns, judge_again
from app.services.store import Lost, Unit, Unreachable
from app.services.unanswered import Unanswered

Noted = TypeVar("Noted")
Named = tuple[str, int, str]
"""What a lease holder tells of a write of its own that was answered in time: preference, epoch, name."""

MOST = 10_000
"""What may wait in memory; a database that is away for longer than that fills it."""

BATCH = 500


class Overfull(Exception):
    """Too much waits to be written down: some of it was given up."""


def note_audits(unit: Unit, audits: Iterable[tuple[object, ...]]) -> None:
    """Keep names of writes: (system, key, epoch, audit[, use]). What does not look like a name is left out."""
    named = [one for one in (Audit(*each) for each in audits) if NAME.fullmatch(one.audit)]  # type: ignore[arg-type]
    unit.audits.add(named)
    judge_again(unit, named)


def named_by_writers(unit: Unit, names: Iterable[Named]) -> Iterator[Audit]:
    """The names with the system that could be written under their epochs; one that none could is left out."""
    reigns = Reigns(unit)
    for key, epoch, audit in names:
        system = reigns.writer(key, epoch)
        if system is not None:
            yield Audit(system, key, epoch, audit)


def note_late(unit: Unit, answers: Iterable[tuple[object, ...]]) -> None:
    """Writes that were answered after their grant had ended: (key, epoch, write_id[, system]).

    One whose epoch has passed meanwhile is an incident `late_answer`: it may have been made after another system
    became the owner. One whose epoch is the present one was made in time, whatever its grant said.
    """
    late = [Late(*each) for each in answers]  # type: ignore[arg-type]
    rows = unit.ownerships.of({one.key for one in late})
    for one in late:
        if rows[one.key].epoch > one.epoch:
            raise_incident(unit, _late_answer(unit, one, rows[one.key]))


def _late_answer(unit: Unit, one: Late, row: Ownership) -> Found:
    system = one.system or Reigns(unit).writer(one.key, one.epoch)
    where = system.label if system else "a system that is not known"
    owner = row.owner.label if row.owner else "nobody"
    detail = (
        f"A write of {one.key} to {where} under epoch {one.epoch} was answered after its grant had ended. "
        f"Meanwhile the epoch is {row.epoch} and the owner {owner}."
    )
    reference = one.write_id if NAME.fullmatch(one.write_id) else f"unnamed at epoch {one.epoch}"
    return Found(Kind.LATE_ANSWER, one.key, system or "unknown", reference, detail, one.epoch)


@dataclass
class Notes:
    """What waits to be written down in this process. Safe to be used from many threads."""

    unanswered: Unanswered
    trouble: Callable[[str, Exception], None]
    counts: Counts = field(default_factory=Counts)
    _audits: list[Audit] = field(default_factory=list)
    _named: list[Named] = field(default_factory=list)
    _late: list[Late] = field(default_factory=list)
    _lost: list[tuple[str, ...]] = field(default_factory=list)
    _given_up: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _flushing: threading.Lock = field(default_factory=threading.Lock)

    def made(self, audit: Audit) -> None:
        """A write was answered in time, under this name."""
        self._add(self._audits, audit)

    def named(self, names: Iterable[Named]) -> None:
        """Writes of a lease holder were answered in time, under these names."""
        for one in names:
            self._add(self._named, one)

    def late(self, answer: Late) -> None:
        """A write was answered, or given up, after its grant had ended."""
        self._add(self._late, answer)

    def lost(self, person: Person, key: str) -> None:
        """A request of this write got no answer. Written at once: its caller may ask another process next."""
        names = self.unanswered.names(person, key)
        try:
            with self.unanswered.store.writing() as unit:
                self.unanswered.note(unit, names)
        except (Lost, Unreachable) as trouble:
            self.trouble("noting a write without an answer", trouble)
            self._add(self._lost, names)

    def flush(self) -> bool:
        """Write down some of what waits; whether more does. Raises what the store raises, and loses nothing then."""
        with self._flushing:
            with self._lock:
                audits, named = self._audits[:BATCH], self._named[:BATCH]
                late, lost = self._late[:BATCH], self._lost[:BATCH]
            if audits or named or late or lost:
                with self.unanswered.store.writing() as unit:
                    for names in lost:
                        self.unanswered.note(unit, names)
                    note_late(unit, late)
                    note_audits(unit, [*audits, *named_by_writers(unit, named)])
            return self._done(len(audits), len(named), len(late), len(lost))

    def _done(self, audits: int, named: int, late: int, lost: int) -> bool:
        with self._lock:
            del self._audits[:audits], self._named[:named], self._late[:late], self._lost[:lost]
            given_up, self._given_up = self._given_up, 0
            waiting = bool(self._audits or self._named or self._late or self._lost)
        if given_up:
            self.trouble(f"noting {given_up} writes", Overfull())
        return waiting

    def _add(self, waiting: list[Noted], one: Noted) -> None:
        with self._lock:
            if len(waiting) < MOST:
                waiting.append(one)
            else:
                self._given_up += 1
