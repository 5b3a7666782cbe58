"""How certain it is who owns what, as people are told it: what is stopped, and what one needs to name its owner."""

from typing import Any

from app.domain.moves import Move, Stage
from app.domain.ownership import Ownership, State
from app.services.guarding import is_another
from app.services.outlasting import Outlasting
from app.services.showing import utc
from app.services.store import Unit


def certainty_json(unit: Unit, outlasting: Outlasting) -> dict[str, Any]:
    """Whether the database changed, how long old grants are still waited for, and every stopped preference.

    `seconds` is how long this process still waits; None where nothing is waited for.
    """
    head = unit.ledger.head()
    rows = {key: row for key, row in unit.ownerships.all().items() if row.state is State.STOPPED}
    last = unit.moves.last_activated(rows)
    moves = {number: unit.moves.find(number) for number in set(last.values())}
    left = outlasting.left(unit)
    return {
        "database_changed": is_another(unit, head.identity),
        "identity": {"stored": head.identity, "present": unit.identity},
        "revision": head.revision,
        "stopped": head.stopped,
        "drained": head.drained,
        "recovering": head.is_waiting,
        "seconds": None if left is None else round(left, 1),
        "preferences": [_stopped(row, moves.get(last.get(key, 0))) for key, row in rows.items()],
    }


def _stopped(row: Ownership, move: Move | None) -> dict[str, Any]:
    return {
        "key": row.key,
        "owner_before": row.owner,
        "epoch": row.epoch,
        "surfaces": list(row.surfaces),
        "last_activation": None if move is None else _activation(move, row.key),
    }


def _activation(move: Move, key: str) -> dict[str, Any]:
    """The last activation that this database knows of, and the marks in the systems' own logs that it stands on."""
    marks = move.record(Stage.CATCH_UP).detail.get("marks", {})
    told = {system: mark.get(key) if isinstance(mark, dict) else mark for system, mark in marks.items()}
    return {
        "move": move.id,
        "from": move.origin,
        "to": move.to,
        "epoch": move.epochs.get(key),
        "at": utc(move.activated),
        "marks": told,
    }
