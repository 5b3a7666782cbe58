"""Handing a move's preferences over: the point of no return, in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.moves import Move, Outcome, Stage, StageState
from app.domain.ownership import NOBODY, Act
from app.services.door import Change, change
from app.services.recording import By
from app.services.store import Unit


def start(unit: Unit, move: Move, now: datetime) -> None:
    """Hand over what nobody holds: it needs no freeze and no drain."""
    passing = move
    for _ in range(4):
        passing = passing.skip(now, "Nobody held it before.")
    _hand_over(unit, passing, Act.START, {})


def give(unit: Unit, move: Move) -> None:
    """Activate a move that has caught up, or retire its preferences. Refusals and Lost as `door.change`."""
    marks = move.record(Stage.CATCH_UP).detail.get("marks", {})
    act = Act.RETIRE if move.to is NOBODY else Act.ACTIVATE
    _hand_over(unit, move, act, {"marks": marks})


def ended(move: Move, now: datetime) -> Move:
    """The move as done, unless it has ended before."""
    if move.outcome is not None:
        return move
    return replace(move.finish(now, StageState.DONE), outcome=Outcome.DONE)


def _hand_over(unit: Unit, move: Move, act: Act, body: Mapping[str, Any]) -> None:
    """The new owner may be written from this commit on."""
    by = By(move.terms.actor, move.terms.reason)
    given = move.to if act is Act.START else None
    asked = Change(act, move.epochs, given=given, move=move.id, surfaces=move.terms.surfaces, body=body)
    head, rows = change(unit, by, asked)
    now = unit.now()
    epochs = {key: row.epoch for key, row in rows.items()}
    done = replace(move, activated=now, epochs=epochs).finish(now, epochs=epochs, revision=head.revision)
    unit.moves.save(done)
    unit.moves.release(move.id)
    if move.terms.undoes is not None:
        undone = unit.moves.find(move.terms.undoes)
        if undone is not None:
            unit.moves.save(ended(replace(undone, undone_by=move.id), now))
