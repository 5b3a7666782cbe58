"""What a person or a plan may ask of moves: start one, call it off, undo it, restore what was retired.

A move is only stored here, with its claims on its preferences; `driving` carries it through its stages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.catalogue import Catalogue
from app.domain.moves import Move, Stage, Terms
from app.domain.ownership import NOBODY, Act, Ownership, State, System, Target
from app.domain.refusals import Refusal
from app.services.approving import require_approved
from app.services.door import Change, change
from app.services.guarding import require_drained, require_same
from app.services.locking import require_free
from app.services.recording import By, record
from app.services.store import Claimed, Lost, Unit

LARGEST_MOVE = 50
NAME_IT = "An administrator names its owner: cutover recover name"


@dataclass(frozen=True, slots=True)
class Wish:
    """A move that is asked for. `expect` is the epoch of each preference that the decision was made on."""

    preferences: tuple[str, ...]
    to: Target
    expect: Mapping[str, int]
    terms: Terms


def start(unit: Unit, catalogue: Catalogue, wish: Wish, *, approved: bool = False) -> Move:
    """Store a move and claim its preferences; it changes no owner yet. `approved`: a proposal has all its approvals.

    Refusals: `reason_missing`, `invalid`, `preference_unknown`, `not_live`, `file_missing`, `no_contract`,
    `epoch_missing`, `epoch_stale`, `already_there`, `mixed_owners`, `retired`, `stopped`, `not_adopted`, `move_open`,
    `everything_stopped`, `preference_locked`, `approval_needed`, `recovering`, `database_changed`.
    """
    by = By(wish.terms.actor, wish.terms.reason)
    unit.ledger.lock()  # before the claims, as everywhere: two starts in opposite order would wait in a circle
    origin, rows = examine(unit, catalogue, wish, approved=approved)
    try:
        move = unit.moves.add(rows, origin, wish.to, wish.terms)
    except Claimed as claim:
        raise _claimed(claim.key, claim.move) from None
    move = unit.moves.save(move.begin(Stage.CHECK, unit.now()))
    record(unit, by, "move", _told(move))
    return move


def call_off(unit: Unit, move: Move, by: By) -> Move:
    """End a move before its activation; the old owner writes again. As `Move.call_off` refuses."""
    unit.ledger.lock()
    present = unit.moves.find(move.id)
    if present is None or present.version != move.version:
        (present or move).require_callable_off()
        raise Lost
    ended = move.call_off(unit.now(), by.reason)
    body = {"move": move.id, "stage": move.stage, "plan": move.terms.plan, "step": move.terms.step}
    if move.is_frozen:
        _, after = change(unit, by, Change(Act.CALL_OFF, move.epochs, move=move.id, body=body))
        ended = replace(ended, epochs={key: row.epoch for key, row in after.items()})
    else:
        record(unit, by, "call_off_before_freeze", {**body, "preferences": list(move.preferences)})
    saved = unit.moves.save(ended)
    unit.moves.release(move.id)
    return saved


def undoing(unit: Unit, move: Move, by: By, expect: Mapping[str, int] | None = None) -> Wish:
    """The wish that takes a move back, surfaces included. Refusal `not_undoable`.

    Moves of the same preferences that were called off since, an undo among them, stand in no undo's way.
    """
    if move.activated is None or move.origin is None or move.to is NOBODY:
        raise _not_undoable(move)
    rows = unit.ownerships.of(move.preferences)
    last = unit.moves.last_activated(move.preferences)
    if any(row.owner != move.to or last.get(key) != move.id for key, row in rows.items()):
        raise Refusal(
            "not_undoable",
            f"What move {move.id} moved has changed again since.",
            "Look at the preferences as they are now and start a move of your own.",
            {"move": move.id, "undone_by": move.undone_by},
        )
    back = {key: move.surfaces_before[key] for key in move.terms.surfaces}
    terms = Terms(by.actor, by.reason, back, move.terms.freeze_limit, undoes=move.id)
    terms = replace(terms, accept_advisory=move.terms.accept_advisory)
    present = {key: row.epoch for key, row in rows.items()}
    return Wish(move.preferences, move.origin, present if expect is None else expect, terms)


def restore(unit: Unit, expect: Mapping[str, int], by: By) -> dict[str, Ownership]:
    """Give a retired preference back to its last owner. Refusals `epoch_stale`, `transition_illegal`."""
    _, rows = change(unit, by, Change(Act.RESTORE, expect))
    return rows


def examine(
    unit: Unit, catalogue: Catalogue, wish: Wish, *, approved: bool = False
) -> tuple[System | None, dict[str, Ownership]]:
    """Who owns what a move is asked of, and its rows; refuses what `start` refuses. A dry run asks the same."""
    _require_shape(wish)
    head = unit.ledger.head()
    require_same(unit, head.identity)
    require_drained(head)
    for key in wish.preferences:
        catalogue.require_movable(key, wish.to if isinstance(wish.to, System) else None, wish.terms.accept_advisory)
    require_free(unit, wish.preferences, wish.terms)
    rows = unit.ownerships.of(wish.preferences)
    claims = {key: move.id for move in unit.moves.unfinished() if move.may_be_called_off for key in move.preferences}
    for key, row in rows.items():
        _require_expected(row, wish)
        _require_startable(row, wish.to)
        if key in claims:
            raise _claimed(key, claims[key])
    owners = {row.owner for row in rows.values()}
    if len(owners) > 1:
        raise Refusal("mixed_owners", "These preferences have different owners.", "Make a move for each owner.")
    if not approved:
        require_approved(unit, catalogue, wish.preferences, wish.terms)
    return owners.pop(), rows


def _require_shape(wish: Wish) -> None:
    if not 0 < len(wish.preferences) <= LARGEST_MOVE:
        raise Refusal("invalid", f"A move has 1 to {LARGEST_MOVE} preferences.", "Name at least one.")
    if len(set(wish.preferences)) != len(wish.preferences):
        raise Refusal("invalid", "A preference is named twice.", "Name each once.")
    extra = sorted((set(wish.expect) | set(wish.terms.surfaces)) - set(wish.preferences))
    if extra:
        raise Refusal("invalid", f"The move has no {extra[0][:60]}, but something is said of it.", "Leave that out.")


def _require_expected(row: Ownership, wish: Wish) -> None:
    if row.key not in wish.expect:
        raise Refusal(
            "epoch_missing",
            f"The epoch of {row.key} that you decided on is missing.",
            f'If this is what you saw, send "expect": {{"{row.key}": {row.epoch}}}.',
            row.facts,
        )
    row.require(wish.expect[row.key])


def _require_startable(row: Ownership, to: Target) -> None:
    if row.state is State.RETIRED:
        mend = "An administrator can restore it to its last owner."
        raise Refusal("retired", f"{row.key} is retired and cannot be moved.", mend, row.facts)
    if row.state is State.STOPPED:
        detail = f"{row.key} is {row.words}, so it cannot be moved."
        raise Refusal("stopped", detail, NAME_IT, {**row.facts, "retry_after": 60})
    if row.state is State.UNOWNED and to is NOBODY:
        raise Refusal("not_adopted", f"No system holds {row.key}.", "There is nothing to retire.", row.facts)
    if row.owner is not None and row.owner == to:
        detail = f"{row.key} is held by {row.owner.label} already."
        raise Refusal("already_there", detail, "There is nothing to do.", row.facts)


def _claimed(key: str, move: int) -> Refusal:
    mend = f"Wait for it, or call it off: cutover moves call-off {move}"
    return Refusal("move_open", f"{key} is in move {move}, which has not ended.", mend, {"key": key, "move": move})


def _not_undoable(move: Move) -> Refusal:
    facts = {"move": move.id}
    if move.activated is None:
        mend = "Call it off instead." if move.outcome is None else "There is nothing to undo."
        return Refusal("not_undoable", f"Move {move.id} has not changed an owner.", mend, facts)
    mend = "An administrator can restore it." if move.to is NOBODY else "Move it on, or retire it."
    return Refusal("not_undoable", f"Move {move.id} has no system to go back to.", mend, facts)


def _told(move: Move) -> dict[str, Any]:
    terms = move.terms
    asked = {"preferences": list(move.preferences), "from": move.origin, "to": move.to, "expect": dict(move.epochs)}
    return {"move": move.id, **asked, "plan": terms.plan, "step": terms.step, "undoes": terms.undoes}
