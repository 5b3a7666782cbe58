"""Stopping everything, and locking one preference: nothing of it starts, and what may be called off is.

Whoever stops locks the ledger first, as every start and every activation does: a move is either called off by the stop,
or was activated before it, or is refused after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.domain.catalogue import Catalogue
from app.domain.moves import Move, Outcome
from app.domain.refusals import Refusal
from app.services.locking import words_of
from app.services.moving import call_off
from app.services.plan_store import Lock
from app.services.recording import By, record, sayable
from app.services.showing import utc
from app.services.store import Lost, Store, Unit

EVERYTHING = ""
"""The key under which everything is stopped."""

LOOKED_BACK = 200
"""Moves that are looked through for those that a stop called off."""

_TRIES = 10

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Stopped:
    """What is stopped from now on, and the moves that were called off because of it."""

    lock: Lock
    moves: tuple[int, ...]


def stop_all(unit: Unit, by: By) -> Stopped:
    """Stop everything: no step and no move starts, and every move before its activation is called off, an undo too.

    Refusals `already_stopped`, `database_changed`; raises Lost when a driver was faster with one of the moves.
    """
    return _stop(unit, EVERYTHING, by, "everything_stopped")


def lock(unit: Unit, catalogue: Catalogue, key: str, by: By) -> Stopped:
    """Lock one preference, as `stop_all` does everything. An open move of it is called off, with all that it moves.

    Refusals as there, and `preference_unknown` for one without a file and without an owner.
    """
    if not key or unit.ownerships.of([key])[key].epoch == 0:
        catalogue.preference(key)
    return _stop(unit, key, by, "preference_locked")


def lift(unit: Unit, by: By) -> None:
    """Let everything go on. What was called off stays so. Refusal `not_stopped`."""
    _lift(unit, EVERYTHING, by, "stop_lifted")


def unlock(unit: Unit, key: str, by: By) -> None:
    """Let one preference go on. Refusal `not_stopped`."""
    if key == EVERYTHING:
        raise Refusal("preference_unknown", "No preference was named.", "cutover stops shows what is locked.")
    _lift(unit, key, by, "preference_unlocked")


def insisting(store: Store, stop: Callable[[Unit], Done]) -> Done:
    """A stop in a unit of its own, again where a driver was faster with a move that it calls off."""
    for _ in range(_TRIES):
        try:
            with store.writing() as unit:
                return stop(unit)
        except Lost:
            continue
    raise Lost


def called_off_by(unit: Unit, lock: Lock) -> list[Move]:
    """The moves that were called off because of a stop that still stands, the newest first."""
    why = _why(lock)
    return [
        move
        for move in unit.moves.latest(LOOKED_BACK)
        if move.outcome is Outcome.CALLED_OFF and move.record(move.stage).detail.get("called_off") == why
    ]


def would_end(move: Move, key: str = EVERYTHING) -> bool:
    """Whether a stop of everything, or the lock of one preference, calls this move off."""
    return move.may_be_called_off and _is_of(move, key)


def stops_json(unit: Unit) -> list[dict[str, Any]]:
    """Everything that is stopped, everything itself first: by whom, why, since when."""
    return [lock_json(one) for one in unit.locks.all().values()]


def lock_json(one: Lock) -> dict[str, Any]:
    """One thing that is stopped; `key` is null for everything."""
    told = {"key": one.key or None, "by": one.actor, "reason": one.reason, "since": utc(one.at)}
    return {**told, "sentence": f"{words_of(one)}."}


def _stop(unit: Unit, key: str, by: By, act: str) -> Stopped:
    unit.ledger.lock()
    one = Lock(key, by.actor, by.reason.strip(), unit.now())
    if not unit.locks.add(one):
        raise Refusal("already_stopped", f"{words_of(unit.locks.all()[key])}.", "cutover stops shows what is stopped.")
    moves = [move for move in unit.moves.unfinished() if would_end(move, key)]
    for move in moves:
        call_off(unit, move, By(by.actor, _why(one)))
    numbers = tuple(move.id for move in moves)
    record(unit, by, act, {**_named(key), "moves": list(numbers)})
    return Stopped(one, numbers)


def _lift(unit: Unit, key: str, by: By, act: str) -> None:
    unit.ledger.lock()
    one = unit.locks.all().get(key)
    if one is None or not unit.locks.delete(key):
        what = f"{key[:60]} is not locked" if key else "Not everything is stopped"
        raise Refusal("not_stopped", f"{what}.", "There is nothing to lift: cutover stops")
    record(unit, by, act, {**_named(key), "stopped_by": one.actor, "why": one.reason, "since": utc(one.at)})


def _why(one: Lock) -> str:
    """Why a move was called off by a stop: what stands in it and in the ledger."""
    what = f"{one.key} was locked" if one.key else "Everything was stopped"
    return sayable(f"{what} by {one.actor}: {one.reason}")


def _is_of(move: Move, key: str) -> bool:
    return not key or key in move.preferences


def _named(key: str) -> dict[str, str]:
    return {"key": key} if key else {}
