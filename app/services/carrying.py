"""Carried reads and writes: a client asks us, and the owner of the moment is read or written.

503 means certainly not written. 504 means perhaps: the caller reads back before asking again. A write names the epoch
under which its form was read, so that a repeat after a move cannot overwrite.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from app.domain.catalogue import Catalogue, Preference
from app.domain.evidence import Audit, Late
from app.domain.grants import refusal_of, require_reader
from app.domain.ownership import Ownership, System
from app.domain.people import Person
from app.domain.refusals import Refusal
from app.services.clock import Clock
from app.services.lingering import Lingering
from app.services.noting import Notes
from app.services.store import Store
from app.services.systems import Failed, NotSent, Reading, Rejected, SystemPort, Unknown, Write
from app.services.tallies import BAD, GOOD, UNKNOWN, Counted, Place, Tally
from cutover_client.holding import Holder, Permit
from cutover_client.routes import Refused

FAILURES: Mapping[str, Tally] = {"system_unreachable": BAD, "refused_by_system": BAD, "outcome_unknown": UNKNOWN}
"""The refusals of a write that its system caused. Every other one came before that system was asked."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the owner holds for one person. `choice` is None when nothing was ever set."""

    key: str
    choice: str | None
    owner: System
    epoch: int
    choices: tuple[str, ...]
    write_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The member as clients get it."""
        told = {"key": self.key, "set": self.choice is not None, "choice": self.choice, "owner": self.owner.value}
        written = {"write_id": self.write_id} if self.write_id else {}
        return {**told, "epoch": self.epoch, "choices": list(self.choices), **written}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A choice that a person made on a form that was read at `epoch`. `write_id` names this write for ever."""

    key: str
    choice: str
    epoch: int
    write_id: str


@dataclass
class Carrier:
    """What one process needs to carry reads and writes. `on_read` is told each answer to a read; none waits for it."""

    store: Store
    systems: Mapping[System, SystemPort]
    holder: Holder
    clock: Clock
    notes: Notes
    on_read: Callable[[Person, Preference, Held], None] = lambda *_: None
    lingering: Lingering = field(default_factory=Lingering)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, "reads"))

    def read(self, catalogue: Catalogue, person: Person, key: str) -> Held:
        """One preference of one person, from its owner. Refusals `not_adopted`, `retired`, `system_failed`."""
        preference = catalogue.preference(key)
        with self.store.reading() as unit:
            row = unit.ownerships.of([key])[key]
        reading = self.systems[require_reader(row)].read(person, [preference])[key]
        held = _held(preference, _read_from(row), reading)
        self.on_read(person, preference, held)
        return held

    def read_all(self, catalogue: Catalogue, person: Person, keys: list[str]) -> dict[str, Held | Refusal]:
        """All preferences of one person, each from its owner; a failure stands in the place of its preference."""
        with self.store.reading() as unit:
            rows = unit.ownerships.of(keys)
        asked: dict[System, list[Preference]] = {}
        found: dict[str, Held | Refusal] = {}
        for key, row in rows.items():
            try:
                preference = catalogue.preference(key)
                asked.setdefault(require_reader(row), []).append(preference)
            except Refusal as refusal:
                found[key] = refusal
        readings = self._pool.map(lambda one: self.systems[one[0]].read(person, one[1]), asked.items())
        for key, reading in ((key, reading) for answer in readings for key, reading in answer.items()):
            try:
                found[key] = held = _held(catalogue.preference(key), _read_from(rows[key]), reading)
            except Refusal as refusal:
                found[key] = refusal
            else:
                self.on_read(person, catalogue.preference(key), held)
        return {key: found[key] for key in keys}

    def write(self, catalogue: Catalogue, person: Person, wanted: Wanted) -> Held:
        """Make a choice at its owner and read it back.

        Refusals: `frozen`, `no_grant`, `epoch_passed`, `not_adopted`, `retired`, `choice_unknown`, `choice_not_held`,
        `system_unreachable`, `still_under_way` and `database_unreachable` (certainly not written), `refused_by_system`,
        `outcome_unknown`.
        """
        preference = catalogue.preference(wanted.key)
        try:
            held = self._write(preference, person, wanted)
        except Exception as trouble:
            self._count(wanted, FAILURES.get(trouble.code) if isinstance(trouble, Refusal) else UNKNOWN)
            raise
        self._count(wanted, GOOD)
        return held

    def _count(self, wanted: Wanted, came: Tally | None) -> None:
        if came is not None:
            self.notes.counts.add(Place(Counted.WRITE, wanted.key, wanted.epoch), came)

    def _write(self, preference: Preference, person: Person, wanted: Wanted) -> Held:
        self.lingering.require_none(person, wanted.key, self.clock.instant())
        self.notes.unanswered.require_none(person, wanted.key)
        try:
            with self.holder.writing(wanted.key, wanted.epoch) as permit:
                owner = System(permit.system)
                reading = self._send(owner, person, self._order(preference, wanted, permit), permit)
                if not permit.in_time():
                    self._note_late(wanted.write_id, permit)
                    raise _unknown(wanted, "The answer came after this process's right to write had ended.")
                if reading.audit is not None:
                    self.notes.made(Audit(owner, wanted.key, permit.route.epoch, reading.audit))
        except Refused as refused:
            raise refusal_of(refused) from None
        if reading.value is None or preference.choice(reading.value, owner) != wanted.choice:
            raise _unknown(wanted, "Reading it back gave another choice: somebody else may have changed it meanwhile.")
        return _held(preference, (owner, permit.route.epoch), reading, wanted.write_id)

    def _order(self, preference: Preference, wanted: Wanted, permit: Permit) -> Write:
        try:
            value = preference.value(wanted.choice, System(permit.system))
        except Refusal:
            permit.answered()
            raise
        route = permit.route
        return Write(preference, value, wanted.write_id, route.epoch, permit.seconds_left, permit.recheck, route.permit)

    def _send(self, owner: System, person: Person, order: Write, permit: Permit) -> Reading:
        try:
            reading = self.systems[owner].write(person, order)
        except Refused:
            permit.answered()
            raise
        except NotSent as trouble:
            permit.answered()
            detail = f"{owner.label} cannot be reached: {trouble} Nothing was written."
            facts = {"owner": owner, "epoch": order.epoch, "retry_after": 5}
            raise Refusal("system_unreachable", detail, "Ask again after Retry-After seconds.", facts) from None
        except Rejected as trouble:
            permit.answered()
            detail = f"{owner.label} refused the change: {trouble} Nothing was written."
            raise Refusal("refused_by_system", detail, "Mend what it says and ask again.", {"owner": owner}) from None
        except Unknown as trouble:
            self._note_lingering(person, order, permit)
            if not permit.in_time():  # stopped on its way, it may have been made after another became the owner
                self._note_late(order.id, permit)
            raise _unknown(order, str(trouble)) from None
        if reading.lingers:
            self._note_lingering(person, order, permit)
        else:
            permit.answered()
        return reading

    def _note_lingering(self, person: Person, order: Write, permit: Permit) -> None:
        self.lingering.note(person, order.preference.key, permit.began, self.holder.spans.span())
        self.notes.lost(person, order.preference.key)

    def _note_late(self, write_id: str, permit: Permit) -> None:
        self.notes.late(Late(permit.route.key, permit.route.epoch, write_id, System(permit.system)))


def _read_from(row: Ownership) -> tuple[System, int]:
    return require_reader(row), row.epoch


def _held(
    preference: Preference, at: tuple[System, int], reading: Reading | Failed, write_id: str | None = None
) -> Held:
    """`at` is the system that was asked, and the epoch under which it was."""
    owner, epoch = at
    if isinstance(reading, Failed):
        detail = f"{owner.label} owns {preference.title} and could not be read: {reading}"
        raise Refusal("system_failed", detail, "Ask again in a minute.", {"key": preference.key, "owner": owner})
    choice = None if reading.value is None else preference.choice(reading.value, owner)
    if reading.value is not None and choice is None:
        detail = f"{owner.label} holds a value for {preference.title} that is none of its choices."
        raise Refusal("system_failed", detail, "Add the choice to the preference's file.", {"key": preference.key})
    return Held(preference.key, choice, owner, epoch, preference.choices_held_by(owner), write_id)


def _unknown(wanted: Wanted | Write, why: str) -> Refusal:
    write_id = wanted.write_id if isinstance(wanted, Wanted) else wanted.id
    mend = "Read the preference back before you ask again."
    return Refusal(
        "outcome_unknown", f"It is not known whether the change was made. {why}", mend, {"write_id": write_id}
    )
