"""A fence that knows a later epoch than the database: commits were lost, and a person decides before anybody writes."""

from collections.abc import Mapping

from app.domain.evidence import Found, Kind
from app.domain.moves import Move
from app.domain.ownership import System
from app.services.incidents import raise_incident
from app.services.notices import Notices
from app.services.recording import By
from app.services.recovering import stop
from app.services.store import Lost, Store, Unit

FINDER = "controller"
_TRIES = 5


def stop_for_fence(
    store: Store, notices: Notices, system: System, epochs: Mapping[str, int], move: Move | None = None
) -> None:
    """Stop the preferences above those epochs, all in one transaction, and raise an incident for each.

    One that has come past its epoch meanwhile is left alone: somebody else has dealt with it. `move` is the one that
    found it; where that has changed since, what it found may be the doing of another driver (raises Lost).
    """
    for _ in range(_TRIES):
        try:
            with store.writing() as unit:
                unit.ledger.lock()
                _require_unchanged(unit, move)
                # Before the first stop: it calls the move off, which gives the others the epoch that is known there.
                behind = [key for key, row in unit.ownerships.of(epochs).items() if row.epoch < epochs[key]]
                for key in behind:
                    _stop(unit, system, key, epochs[key])
        except Lost:
            if move is not None:
                raise
            continue
        notices.publish()
        return
    raise Lost


def _require_unchanged(unit: Unit, move: Move | None) -> None:
    present = None if move is None else unit.moves.find(move.id)
    if move is not None and (present is None or present.version != move.version):
        raise Lost


def _stop(unit: Unit, system: System, key: str, epoch: int) -> None:
    detail = (
        f"{system.label}'s fence was told epoch {epoch} of {key}, which this database does not know. "
        "Commits may have been lost: nobody may write it until a person has named its owner."
    )
    stop(unit, key, epoch, By(FINDER, detail))
    raise_incident(unit, Found(Kind.FENCE_AHEAD, key, system.value, f"epoch {epoch}", detail, epoch))
