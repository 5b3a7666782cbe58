"""From the ledger: who was the writer of each preference at each epoch, and in which reign.

A reign is the time from one activation to the next. A call-off gives its owner a new epoch, and the reign goes on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.history import arrows
from app.domain.history.arrows import HELD, MOVING, NEW
from app.domain.history.findings import Findings, Weight
from app.domain.history.lines import Entry, Row


class Place(NamedTuple):
    """One epoch of one preference: its row, its reign, and the reign of the row that came after it."""

    row: Row
    reign: int
    following: int

    @property
    def writer(self) -> str | None:
        """Who might be written at this epoch."""
        return self.row.owner if self.row.state == HELD else None


@dataclass(slots=True)
class Reign:
    """One reign: where its entry stands in the ledger, and the sequence of the mark it stands on, by system."""

    entry: int
    marks: dict[str, int] = field(default_factory=dict)


class HandOver(NamedTuple):
    """An activation: the epoch of its freeze, who was the owner and who is, the number of its entry."""

    frozen: int
    origin: str
    owner: str
    entry: int


@dataclass(slots=True)
class Reigns:
    """Everything that the ledger says of one preference."""

    places: dict[int, Place] = field(default_factory=lambda: {0: Place(NEW, 0, 0)})
    reigns: list[Reign] = field(default_factory=lambda: [Reign(0)])
    hand_overs: list[HandOver] = field(default_factory=list)
    last: Row = NEW
    is_whole: bool = True
    """Whether no entry is missing that may have changed it."""

    def take(self, entry: Entry, after: Row) -> None:
        """Let the row after an entry be the present one."""
        before, reign = self.last, len(self.reigns) - 1
        if arrows.begins_reign(before, after):
            self.reigns.append(Reign(entry.number))
            reign += 1
            if before.state == MOVING and before.owner and after.owner and before.owner != after.owner:
                self.hand_overs.append(HandOver(before.epoch, before.owner, after.owner, entry.number))
        if before.epoch in self.places:
            self.places[before.epoch] = self.places[before.epoch]._replace(following=reign)
        self.places.setdefault(after.epoch, Place(after, reign, reign))
        self.last = after


NOTHING = Reigns()
"""What the ledger says of a preference that it does not name. Not to be changed."""


def reigns_of(entries: Iterable[Entry], findings: Findings) -> Mapping[str, Reigns]:
    """Read the ledger from its beginning; every arrow, epoch and revision that is not legal is a finding."""
    found: dict[str, Reigns] = {}
    revision, number, is_whole = 0, 0, True
    for entry in entries:
        changed = [key for key, rows in entry.rows.items() if _is_change(entry, rows)]
        if entry.number != number + 1:
            is_whole = False
            sentence = f"The ledger goes from entry {number} to entry {entry.number}: what stands between is missing."
            findings.add(Weight.UNDECIDABLE, "missing", sentence)
            revision = max(revision, entry.revision - len(changed))
        _judge_revision(entry, revision, len(changed), findings)
        number, revision = entry.number, max(revision, entry.revision)
        for key in changed:
            of_key = found.setdefault(key, Reigns(is_whole=is_whole))
            if entry.rows[key][0] != of_key.last:
                of_key.is_whole = of_key.is_whole and is_whole
                _bridge(entry, key, of_key, findings)
            _judge_change(entry, key, of_key, findings)
            of_key.take(entry, entry.rows[key][1])
    return found


def _is_change(entry: Entry, rows: tuple[Row, Row]) -> bool:
    return entry.act in arrows.ARROWS or rows[0] != rows[1]


def _judge_revision(entry: Entry, before: int, changes: int, findings: Findings) -> None:
    grown = entry.revision - before
    if grown < 0 or (changes and grown < 1):
        sentence = f"Entry {entry.number} ({entry.act}) has revision {entry.revision} after revision {before}."
        findings.add(Weight.VIOLATION, "revision", f"{sentence} A revision only grows, and none is used twice.")
    elif changes and grown != changes and not arrows.leaps(entry.act):
        sentence = f"Entry {entry.number} ({entry.act}) changed {changes} rows and the revision grew by {grown}."
        findings.add(Weight.VIOLATION, "revision", sentence)


def _bridge(entry: Entry, key: str, of_key: Reigns, findings: Findings) -> None:
    """Go on from the row that an entry begins with, where those before it left another."""
    before = entry.rows[key][0]
    sentence = f"{key}: entry {entry.number} ({entry.act}) begins at epoch {before.epoch} with a row that the entries"
    weight = Weight.VIOLATION if of_key.is_whole else Weight.UNDECIDABLE
    findings.add(weight, "arrow", f"{sentence} before it did not leave.")
    of_key.take(entry, before)


def _judge_change(entry: Entry, key: str, of_key: Reigns, findings: Findings) -> None:
    before, after = entry.rows[key]
    where = f"{key}: entry {entry.number} ({entry.act})"
    if not arrows.is_legal(entry.act, before, after):
        sentence = f"{where} goes from {_told(before)} to {_told(after)}, which is no legal change."
        findings.add(Weight.VIOLATION, "arrow", sentence)
    if after.epoch in of_key.places:
        findings.add(Weight.VIOLATION, "epoch", f"{where} gives epoch {after.epoch}, which was used before.")
    elif after.epoch <= before.epoch or (after.epoch != before.epoch + 1 and not arrows.leaps(entry.act)):
        sentence = f"{where} goes from epoch {before.epoch} to epoch {after.epoch}; each change adds one."
        findings.add(Weight.VIOLATION, "epoch", sentence)


def _told(row: Row) -> str:
    target = f" towards {row.target}" if row.target else ""
    return f"{row.state} of {row.owner or 'nobody'}{target}"
