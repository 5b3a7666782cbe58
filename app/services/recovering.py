"""When it is not certain who owns what: after a failover or a restore, or when a fence knows a later epoch than we do.

Everything is stopped, every grant that may have been given runs out (`outlasting`), and a person names each owner.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.domain.catalogue import Catalogue
from app.domain.moves import Move
from app.domain.ownership import Act, Ownership, System
from app.services.door import Change, Halt, change, halt
from app.services.guarding import require_known
from app.services.moving import call_off
from app.services.recording import By
from app.services.store import Lost, Store, Unit

RAISED_BY = 1_000_000
"""By how much a recovery raises epochs and revision: more than can have been issued by commits that were lost."""

HIGHEST = 2**31 - 1
"""The highest epoch that can be stored."""

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a stop did: the revision that it made, the rows as they are now, and the moves that it ended."""

    revision: int
    rows: Mapping[str, Ownership]
    moves: tuple[int, ...]


def recover_now(store: Store, catalogue: Catalogue, by: By, above: int = 0) -> Stopped:
    """`recover` in a unit of its own, again where a driver was faster with a move that it ends."""
    for _ in range(_TRIES):
        try:
            with store.writing() as unit:
                return recover(unit, catalogue, by, above)
        except Lost:
            continue
    raise Lost


def recover(unit: Unit, catalogue: Catalogue, by: By, above: int = 0) -> Stopped:
    """Stop everything, and take the database that the unit runs on for ours.

    Every epoch and the revision become more than a million higher than they are, and than `above`: name there the
    highest number seen anywhere, when this copy is older than a recovery before. A preference with a file and no row
    gets a row, so that a lost adoption's epoch is not issued again. Open moves end as called off, and their owner gets
    no right back. Raises Lost when a driver was faster.
    """
    head = unit.ledger.lock()
    rows = unit.ownerships.all()
    rows |= unit.ownerships.of(catalogue.preferences.keys() - rows.keys())
    epochs = {key: max(row.epoch, above) + RAISED_BY for key, row in rows.items()}
    revision = max(head.revision, above) + RAISED_BY
    moves = [move for move in unit.moves.unfinished() if move.may_be_called_off]
    body = {
        "identity": {"before": head.identity, "after": unit.identity},
        "moves": [move.id for move in moves],
    }
    head, after = halt(unit, by, Halt("recover", epochs, revision, body))
    if not unit.marks.identify(unit.identity, head.identity):
        raise Lost
    for move in moves:
        _end(unit, move, after, by)
    return Stopped(revision, after, tuple(move.id for move in moves))


def stop(unit: Unit, key: str, epoch_seen_elsewhere: int, by: By) -> Stopped:
    """Stop one preference: somewhere a later epoch is known than here. Its epoch becomes higher than both.

    An open move of it is called off first; its other preferences go back to their owner. Refusal `database_changed`;
    raises Lost when another process was first. Who calls this records the incident.
    """
    require_known(unit, unit.ledger.lock().identity)
    moves = [move for move in unit.moves.unfinished() if move.may_be_called_off and key in move.preferences]
    for move in moves:
        call_off(unit, move, by)
    row = unit.ownerships.of([key])[key]
    above = row.epoch if epoch_seen_elsewhere >= HIGHEST else max(row.epoch, epoch_seen_elsewhere)
    body = {"epoch_seen_elsewhere": epoch_seen_elsewhere, "moves": [move.id for move in moves]}
    revision = unit.ledger.head().revision + 1
    _, after = halt(unit, by, Halt("stop", {key: above + 1}, revision, body))
    return Stopped(revision, after, tuple(move.id for move in moves))


def name(unit: Unit, expect: Mapping[str, int], system: System, by: By) -> dict[str, Ownership]:
    """Say who owns stopped preferences, once every old grant has run out; they can be written again.

    `expect` is the epoch of each that was decided on. Refusals `recovering`, `epoch_stale`, `transition_illegal`,
    `database_changed`.
    """
    _, rows = change(unit, by, Change(Act.NAME, expect, given=system))
    return rows


def _end(unit: Unit, move: Move, rows: Mapping[str, Ownership], by: By) -> None:
    ended = move.call_off(unit.now(), f"Everything was stopped: {by.reason}")
    unit.moves.save(replace(ended, epochs={key: rows[key].epoch for key in move.preferences}))
    unit.moves.release(move.id)
