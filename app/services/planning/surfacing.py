"""Where Veterans can change a preference: a fact in the database, changed through here, without a new epoch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.domain.ownership import Ownership, State
from app.domain.refusals import Refusal
from app.services.guarding import require_same
from app.services.recording import By, record
from app.services.store import Unit


def change_surfaces(
    unit: Unit, by: By, surfaces: Mapping[str, tuple[str, ...]], body: Mapping[str, Any]
) -> dict[str, Ownership]:
    """Say for each preference where it can be changed from now on. Who owns it, and its epoch, stay as they are.

    Refusals `move_open` for one that stands in a move, whose undo puts back what was there at its beginning, and
    `retired`.
    """
    head = unit.ledger.lock()
    require_same(unit, head.identity)
    rows = changeable(unit, tuple(surfaces))
    after = {key: replace(row, surfaces=surfaces[key]) for key, row in rows.items()}
    for row in after.values():
        unit.ownerships.change(row, row.epoch)
    told = {key: {"before": list(rows[key].surfaces), "after": list(row.surfaces)} for key, row in after.items()}
    record(unit, by, "surfaces_changed", {**body, "preferences": told})
    return after


def changeable(unit: Unit, keys: Sequence[str]) -> Mapping[str, Ownership]:
    """The rows of preferences whose surfaces may be changed now. Refusals `move_open`, `retired`."""
    rows = unit.ownerships.of(keys)
    open_moves = {
        key: move.id for move in unit.moves.unfinished() if move.may_be_called_off for key in move.preferences
    }
    for key, row in rows.items():
        if key in open_moves:
            detail = f"{key} is in move {open_moves[key]}, which has not ended."
            raise Refusal("move_open", detail, "Wait until it has ended.", {"key": key, "move": open_moves[key]})
        if row.state is State.RETIRED:
            raise Refusal(
                "retired", f"{key} is retired: nobody can change it anywhere.", "Restore it first.", row.facts
            )
    return rows
