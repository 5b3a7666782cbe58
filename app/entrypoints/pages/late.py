"""Being too late: who did what when, as the ledger says it, in place of what the refusal alone can say."""

from collections.abc import Iterator

from flask import g, request

from app.domain.actors import identity_of
from app.domain.ledger import Entry
from app.domain.moves import Move
from app.domain.ownership import NOBODY, Ownership, System
from app.domain.refusals import Refusal
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.ledger_words import sentence_of
from app.entrypoints.pages.times import clock
from app.entrypoints.pages.words import label_of, mark_of, person
from app.services.ledger_book import END, Sought
from app.services.store import Unit, Unreachable

LOOKED_BACK = 200
"""Entries of the ledger that are looked through for the last one about something."""

_DID = {
    "adopt": "named {owner} as the owner of {it}",
    "name": "named {owner} as the owner of {it}",
    "start": "started {it} on {owner}",
    "freeze": "began to move {it} to {target}",
    "call_off": "called the move of {it} off",
    "activate": "moved {it} to {owner}",
    "retire": "retired {it}",
    "restore": "restored {it} to {owner}",
    "stop": "stopped {it} until its owner is certain",
    "raise": "raised the epoch of {it}",
}
_KINDS = {"plans": "plan", "milestones": "milestone", "approvals": "proposal", "incidents": "incident"}


def told(refusal: Refusal) -> str | None:
    """Who was first, and how it stands now; None where that is not known, or the database does not answer."""
    say = {
        "epoch_stale": _owner_changed,
        "move_open": _in_a_move,
        "already_ended": _was_called_off,
        "too_late_to_call_off": _was_activated,
        "changed_meanwhile": _was_changed,
    }.get(refusal.code)
    if say is None:
        return None
    try:
        with context.store.reading() as unit:
            return say(unit, refusal)
    except Unreachable:
        return None


def move_of(refusal: Refusal) -> int | None:
    """The number of the move that a refusal is about."""
    number = refusal.facts.get("move", (request.view_args or {}).get("number") if _is_of_moves() else None)
    return number if isinstance(number, int) and number <= END else None


def way_back(refusal: Refusal) -> str | None:
    """The words of the undo of the move that it is too late to call off; None where none leads back, or is known."""
    try:
        with context.store.reading() as unit:
            move = _move(unit, refusal)
    except Unreachable:
        return None
    if move is None or move.origin is None or move.to is NOBODY or move.undone_by is not None:
        return None
    return f"Undo: move back to {move.origin.label}…"


def _owner_changed(unit: Unit, refusal: Refusal) -> str | None:
    key = str(refusal.facts.get("key", ""))
    entry = next(unit.ledger.changes_of(key), None)
    if entry is None:
        return None
    after = entry.body["preferences"][key]["after"]
    words = {"it": _title(key), "owner": _label(after.get("owner")), "target": _label(after.get("target"))}
    did = _DID.get(entry.act, "changed {it}").format(**words)
    return f"{_who(entry)} {did} at {_at(unit, entry)}. {_stands(unit.ownerships.of([key])[key])}"


def _in_a_move(unit: Unit, refusal: Refusal) -> str | None:
    move = _move(unit, refusal)
    entry = _last(unit, move.id, "move") if move else None
    if move is None or entry is None:
        return None
    key = str(refusal.facts.get("key", move.preferences[0]))
    what = f"asked for move {move.id} of {_title(key)} to {label_of(move.to)}"
    return f"{_who(entry)} {what} at {_at(unit, entry)}, and it has not ended."


def _was_called_off(unit: Unit, refusal: Refusal) -> str | None:
    move = _move(unit, refusal)
    acts = ("call_off", "call_off_before_freeze")
    entry = next((one for act in acts if move and (one := _last(unit, move.id, act))), None)
    if move is None or entry is None:
        return None
    row = unit.ownerships.of(move.preferences)[move.preferences[0]]
    return f"{_who(entry)} called this move off at {_at(unit, entry)}. {_stands(row)}"


def _was_activated(unit: Unit, refusal: Refusal) -> str | None:
    move = _move(unit, refusal)
    if move is None or move.activated is None:
        return None
    since = clock(move.activated, unit.now())
    if move.undone_by is not None:
        return f"It was activated at {since}, and move {move.undone_by} has undone it since."
    if move.to is NOBODY:
        return f"It has been retired since {since}. An administrator can restore it."
    can = f"{label_of(move.to)} has been able to change it since {since}."
    return f"{can} You can undo the move." if move.origin else f"{can} You can move it on."


def _was_changed(unit: Unit, refusal: Refusal) -> str | None:
    """The form says which version it was given out at, not when: so it is only told what happened last."""
    kind = _KINDS.get(request.path.split("/")[1])
    about = (request.view_args or {}).get("number" if kind in ("proposal", "incident") else "key")
    if kind is None or about is None:
        return None
    entry = next((one for one in _latest(unit) if one.body.get(kind) == about), None)
    if entry is None:
        return None
    last = f"The last that happened, at {_at(unit, entry)}, by {person(entry.actor)}:"
    return f"{refusal.detail} {last} {sentence_of(entry, _title)}"


def _latest(unit: Unit) -> Iterator[Entry]:
    return unit.ledger.search(Sought(), beyond=END, newest_first=True, limit=LOOKED_BACK)


def _last(unit: Unit, move: int, act: str) -> Entry | None:
    return next(unit.ledger.search(Sought(act=act, move=move), beyond=END, newest_first=True, limit=1), None)


def _move(unit: Unit, refusal: Refusal) -> Move | None:
    number = move_of(refusal)
    return unit.moves.find(number) if number is not None else None


def _is_of_moves() -> bool:
    return (request.endpoint or "") in ("pages.call_move_off", "pages.undo_now", "pages.undo_form")


def _stands(row: Ownership) -> str:
    """How it stands now, beside the epoch that the form was given out at."""
    now = f"it is epoch {row.epoch} and {mark_of(row).sentence}"
    seen = _seen(row.key)
    return f"Now {now}." if seen is None or seen == row.epoch else f"You saw epoch {seen}; now {now}."


def _seen(key: str) -> int | None:
    keys, epochs = forms.entered("keys").split(), forms.entered("epochs").split()
    text = dict(zip(keys, epochs, strict=False)).get(key) or forms.entered("epoch")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def _who(entry: Entry) -> str:
    caller = g.get("caller")
    if caller is not None and identity_of(entry.actor) == identity_of(caller.actor):
        return "You"
    name = person(entry.actor)
    return f"The {name[4:]}" if name.startswith("the ") else name


def _at(unit: Unit, entry: Entry) -> str:
    return clock(entry.at, unit.now())


def _title(key: str) -> str:
    known = context.catalogue.preferences.get(key)
    return known.title if known else key


def _label(system: str | None) -> str:
    return System(system).label if system in set(System) else "nobody"
