"""The one door. Every change of ownership goes through `change`, or through `halt`, which only takes rights away."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.ledger import Head
from app.domain.ownership import Act, Ownership, Target
from app.services.guarding import require_certain
from app.services.recording import By, record
from app.services.store import Unit

Changed = tuple[Head, dict[str, Ownership]]
"""The new head, and the rows as they are now."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of some ownership rows, all or none. `expect` is the epoch of each that was decided on.

    `given` is the system that the change names; `surfaces` replaces where a Veteran can change the preference;
    `body` holds further facts for the ledger.
    """

    act: Act
    expect: Mapping[str, int]
    given: Target | None = None
    move: int | None = None
    surfaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Halt:
    """Take every right away from these preferences: each gets its epoch of `epochs`, higher than before.

    `act` is what the ledger calls it; the revision becomes `revision`, and nothing may change before every grant from
    before it has run out.
    """

    act: str
    epochs: Mapping[str, int]
    revision: int
    body: Mapping[str, Any] = field(default_factory=dict)


def change(unit: Unit, by: By, change: Change) -> Changed:
    """Change ownership and write the ledger entry in the same transaction.

    Refusals `epoch_stale`, `transition_illegal`, `database_changed`, `recovering`; raises Lost when another process was
    first. Nothing changes then.
    """
    head = unit.ledger.lock()
    require_certain(unit, head, change.act)
    before = unit.ownerships.of(change.expect)
    after = {key: _after(row, change, head) for key, row in before.items()}
    for key, row in after.items():
        unit.ownerships.change(row, change.expect[key])
    body = {**change.body, "move": change.move, "preferences": _both(before, after)}
    return record(unit, by, change.act.value, body, changes=len(after)), after


def halt(unit: Unit, by: By, halt: Halt) -> Changed:
    """Stop preferences, and write the ledger entry, in the same transaction. Raises Lost when another was first."""
    head = unit.ledger.lock()
    before = unit.ownerships.of(halt.epochs)
    after = {key: row.halted(halt.epochs[key]) for key, row in before.items()}
    for key, row in after.items():
        unit.ownerships.change(row, before[key].epoch)
    unit.marks.stop(halt.revision)
    body = {**halt.body, "preferences": _both(before, after)}
    return record(unit, by, halt.act, body, changes=halt.revision - head.revision), after


def _after(row: Ownership, change: Change, head: Head) -> Ownership:
    row.require(change.expect[row.key])
    after = row.after(change.act, change.given, change.move, _first_epoch(row, head))
    return replace(after, surfaces=change.surfaces.get(row.key, row.surfaces))


def _first_epoch(row: Ownership, head: Head) -> int | None:
    """A preference without a row begins above whatever was issued for it before a stop that may have lost its row."""
    return head.stopped + 1 if row.epoch == 0 and head.stopped else None


def _both(before: Mapping[str, Ownership], after: Mapping[str, Ownership]) -> dict[str, Any]:
    return {key: {"before": _told(before[key]), "after": _told(row)} for key, row in after.items()}


def _told(row: Ownership) -> dict[str, Any]:
    return {
        "state": row.state,
        "owner": row.owner,
        "target": row.target,
        "epoch": row.epoch,
        "surfaces": list(row.surfaces),
    }
