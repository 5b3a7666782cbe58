"""The one door. Every change of ownership, whoever asks for it, goes through `change` and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.ledger import Head
from app.domain.ownership import Act, Ownership, Target
from app.services.recording import By, record
from app.services.store import Unit


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


def change(unit: Unit, by: By, change: Change) -> tuple[Head, dict[str, Ownership]]:
    """Change ownership and write the ledger entry in the same transaction; the new head and rows.

    Refusals `epoch_stale`, `transition_illegal`; raises Lost when another process was first. Nothing changes then.
    """
    unit.ledger.lock()
    before = unit.ownerships.of(change.expect)
    after = {key: _after(row, change) for key, row in before.items()}
    for key, row in after.items():
        unit.ownerships.change(row, change.expect[key])
    body = {
        **change.body,
        "move": change.move,
        "preferences": {key: {"before": _told(before[key]), "after": _told(after[key])} for key in after},
    }
    return record(unit, by, change.act.value, body, changes=len(after)), after


def _after(row: Ownership, change: Change) -> Ownership:
    row.require(change.expect[row.key])
    after = row.after(change.act, change.given, change.move)
    return replace(after, surfaces=change.surfaces.get(row.key, row.surfaces))


def _told(row: Ownership) -> dict[str, Any]:
    return {
        "state": row.state,
        "owner": row.owner,
        "target": row.target,
        "epoch": row.epoch,
        "surfaces": list(row.surfaces),
    }
