"""What a person may do with a preference now, and the sentence that stands where a button would be.

Whether a move is possible is asked of the code that would start it, so that a page never offers what is then refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.catalogue import Catalogue
from app.domain.moves import Move, Terms
from app.domain.ownership import NOBODY, Ownership, State, System, Target
from app.domain.refusals import Refusal
from app.domain.roles import Caller, Role
from app.entrypoints.pages.words import label_of, roles_of
from app.services.moving import Wish, examine, undoing
from app.services.recording import By
from app.services.store import Unit

ASKED_FOR = "Asked what would be possible."


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done: its words, the page that asks about it, and the values of that page's address.

    A link to it says "…" behind the words: a page follows, and nothing has happened yet.
    """

    words: str
    page: str
    values: Mapping[str, str | int]
    role: Role = Role.OPERATOR


@dataclass(frozen=True, slots=True)
class Actions:
    """What can be done, what of it the person may do, a sentence on the rest, and why other things are not possible."""

    possible: tuple[Action, ...] = ()
    offered: tuple[Action, ...] = ()
    for_others: str | None = None
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class MovesOf:
    """The moves of one preference that matter now: one before its activation, and the last that was activated."""

    open: Move | None = None
    last: Move | None = None


def actions(unit: Unit, catalogue: Catalogue, row: Ownership, moves: MovesOf, caller: Caller) -> Actions:
    """What can be done with one preference now, by this person and by others."""
    if moves.open is not None:
        call_off = Action("Call off the move", "pages.move", {"number": moves.open.id, "_anchor": "call-off"})
        return _for(caller, [call_off])
    if row.state is State.RETIRED and row.owner is not None and row.key in catalogue.preferences:
        words = f"Restore it to {row.owner.label}"
        return _for(caller, [Action(words, "pages.restore_form", {"key": row.key}, Role.ADMIN)])
    back = undo(unit, catalogue, moves.last, caller)
    possible = [back] if isinstance(back, Action) else []
    refused: list[Refusal] = []
    for to in _targets(row):
        refusal = _refusal(unit, catalogue, _wish(row, to, caller))
        if refusal is not None and refusal.code == "approval_needed":
            refusal = _refusal(unit, catalogue, _wish(row, to, caller), approved=True)
            asking = Action(_asking(row, to), "pages.propose_form", {"keys": row.key, "to": to.value})
            possible += [asking] if refusal is None else []
        elif refusal is None:
            possible.append(Action(_words(row, to), "pages.move_form", {"key": row.key, "to": to.value}))
        if refusal is not None and refusal.detail not in (other.detail for other in refused):
            refused.append(refusal)
    return _for(caller, possible, refused)


def undo(unit: Unit, catalogue: Catalogue, move: Move | None, caller: Caller) -> Action | Refusal | None:
    """The undo of a move, or why it cannot be undone now; None for a move that has changed no owner."""
    if move is None or move.activated is None:
        return None
    try:
        examine(unit, catalogue, undoing(unit, move, By(caller.actor, ASKED_FOR)))
    except Refusal as refusal:
        return refusal
    return Action(f"Undo: move back to {label_of(move.origin)}", "pages.undo_form", {"number": move.id})


def _targets(row: Ownership) -> Iterable[Target]:
    """The other system first. For one that moves or is stopped there is none: nothing but its end comes next."""
    if row.state in (State.MOVING, State.STOPPED):
        return ()
    return (*(system for system in reversed(System) if system is not row.owner), *((NOBODY,) if row.owner else ()))


def _wish(row: Ownership, to: Target, caller: Caller) -> Wish:
    return Wish((row.key,), to, {row.key: row.epoch}, Terms(caller.actor, ASKED_FOR))


def _refusal(unit: Unit, catalogue: Catalogue, wish: Wish, *, approved: bool = False) -> Refusal | None:
    try:
        examine(unit, catalogue, wish, approved=approved)
    except Refusal as refusal:
        return refusal
    return None


def _words(row: Ownership, to: Target) -> str:
    if not isinstance(to, System):
        return "Retire it"
    if row.owner is None:
        return f"Start it on {to.label}"
    return "Move it to VA.gov" if to is System.VA_GOV else "Move it back to MHV"


def _asking(row: Ownership, to: Target) -> str:
    words = _words(row, to)
    return f"Ask for approval: {words[0].lower()}{words[1:]}"


def _for(caller: Caller, possible: Sequence[Action], refused: Sequence[Refusal] = ()) -> Actions:
    offered = tuple(action for action in possible if caller.holds({action.role}))
    kept = [action for action in possible if action not in offered]
    sentence = None
    if kept:
        who = {Role.OPERATOR: "An operator", Role.ADMIN: "An administrator"}[kept[0].role]
        can = " or ".join(action.words[0].lower() + action.words[1:] for action in kept)
        sentence = f"{who} can {can}. Your role is {roles_of(caller)}."
    return Actions(tuple(possible), offered, sentence, tuple(refused))
