"""How a move is written into its row and read back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from app.domain.moves import STAGES, Move, Outcome, Stage, StageRecord, StageState, Terms
from app.domain.ownership import NOBODY, System


def read_move(row: Row[Any], claims: list[Row[Any]]) -> Move:
    """A move from its row and the rows of its claims, in their order."""
    stages = [_read_stage(one) for one in row.stages]
    return Move(
        id=row.id,
        preferences=tuple(claim.key for claim in claims),
        origin=None if row.origin is None else System(row.origin),
        to=NOBODY if row.to == NOBODY else System(row.to),
        terms=_read_terms(row.terms),
        epochs={claim.key: claim.epoch for claim in claims},
        surfaces_before={claim.key: tuple(claim.surfaces_before) for claim in claims},
        stage=Stage(row.stage),
        stages=tuple(stages) or tuple(StageRecord(name) for name in STAGES),
        version=row.version,
        asked=row.asked,
        frozen=row.frozen,
        freeze_revision=row.freeze_revision,
        activated=row.activated,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        undone_by=row.undone_by,
    )


def written_move(move: Move) -> dict[str, Any]:
    """What a save writes: everything that may change, and the next version."""
    return {
        "stage": move.stage.value,
        "stages": [_written_stage(record) for record in move.stages],
        "version": move.version + 1,
        "asked": move.asked,
        "frozen": move.frozen,
        "freeze_revision": move.freeze_revision,
        "activated": move.activated,
        "outcome": None if move.outcome is None else move.outcome.value,
        "undone_by": move.undone_by,
    }


def written_terms(terms: Terms) -> dict[str, Any]:
    """The terms of a move; durations in seconds."""
    return {
        "actor": terms.actor,
        "reason": terms.reason,
        "surfaces": {key: list(surfaces) for key, surfaces in terms.surfaces.items()},
        "freeze_limit": terms.freeze_limit.total_seconds(),
        "bake": terms.bake.total_seconds(),
        "plan": terms.plan,
        "step": terms.step,
        "undoes": terms.undoes,
        "accept_advisory": terms.accept_advisory,
        "checks": list(terms.checks),
    }


def _read_terms(stored: dict[str, Any]) -> Terms:
    surfaces = {key: tuple(surfaces) for key, surfaces in stored["surfaces"].items()}
    durations = {name: timedelta(seconds=stored[name]) for name in ("freeze_limit", "bake")}
    checks = tuple(stored.get("checks", ()))  # a move of an earlier version has none
    return Terms(**{**stored, "surfaces": surfaces, "checks": checks, **durations})


def _read_stage(stored: dict[str, Any]) -> StageRecord:
    times = {name: stored[name] and datetime.fromisoformat(stored[name]) for name in ("began", "ended")}
    return StageRecord(Stage(stored["name"]), StageState(stored["state"]), detail=stored["detail"], **times)


def _written_stage(record: StageRecord) -> dict[str, Any]:
    times = {name: moment and moment.isoformat() for name, moment in (("began", record.began), ("ended", record.ended))}
    return {"name": record.name.value, "state": record.state.value, "detail": dict(record.detail), **times}
