"""The board: who owns what now. Everything on it is read in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from app.domain.announcements import Announcement
from app.domain.leases import Waited
from app.domain.moves import Move
from app.domain.ownership import Ownership
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages.actions import MovesOf, actions
from app.entrypoints.pages.coming import outlook
from app.entrypoints.pages.rows import Moment, make_row
from app.entrypoints.pages.strip import strip_of
from app.services.locking import mend_of, words_of
from app.services.planning.surroundings import Surroundings
from app.services.store import Unit

LOOKED_BACK = 500
"""Moves that are looked through for the last one of each preference."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database says, in one snapshot."""

    now: datetime
    told: Sequence[Announcement]
    rows: Mapping[str, Ownership]
    unfinished: list[Move]
    latest: list[Move]
    plans: list[Surroundings]
    unreadable: list[str]
    stops: list[str]


@may(Role.VIEWER)
def board() -> str:
    """Who owns what now, what comes next, what is in the way, and what can be done."""
    catalogue = context.catalogue
    with context.store.reading() as unit:
        seen = _seen(unit)
        keys = catalogue.preferences.keys() | seen.rows.keys()
        owned = {key: seen.rows.get(key, Ownership(key)) for key in keys}
        moves = {key: _moves_of(key, seen) for key in keys}
        found = {key: actions(unit, catalogue, owned[key], moves[key], caller) for key in keys}
    coming = outlook(seen.plans, seen.unreadable)
    moment = Moment(seen.now, catalogue, _waited_for(seen.unfinished), _watching(seen.unfinished), seen.told)
    rows = [make_row(owned[key], moment, moves[key], coming.steps.get(key), found[key]) for key in keys]
    rows.sort(key=lambda row: row.need)
    faults = [*map(str, catalogue.faults), *coming.unreadable]
    strip = strip_of(rows, plans=coming.running, faults=len(faults))
    return render_template("board.html", rows=rows, strip=strip, faults=faults, stops=seen.stops, now=seen.now)


def _seen(unit: Unit) -> Seen:
    rows, moves = unit.ownerships.snapshot().rows, unit.moves
    plans, unreadable = context.looking.unfinished(unit)
    stops = [f"{words_of(one)}. {mend_of(one)}" for one in unit.locks.all().values() if one.key]
    told, latest = unit.announcements.all(), moves.latest(LOOKED_BACK)
    return Seen(unit.now(), told, rows, moves.unfinished(), latest, plans, unreadable, stops)


def _moves_of(key: str, seen: Seen) -> MovesOf:
    its_own = [move for move in seen.latest if key in move.preferences]
    return MovesOf(
        open=next((move for move in seen.unfinished if key in move.preferences and move.may_be_called_off), None),
        last=next((move for move in its_own if move.activated), None),
    )


def _waited_for(unfinished: list[Move]) -> dict[int, list[str]]:
    return {move.id: _waits(context.driver.waited_for(move)) for move in unfinished}


def _watching(unfinished: list[Move]) -> dict[str, Move]:
    return {key: move for move in unfinished if move.activated for key in move.preferences}


def _waits(waited: Iterable[Waited]) -> list[str]:
    """One sentence a client, with the longest wait of its processes."""
    by_client: dict[str, list[float | None]] = {}
    for one in waited:
        by_client.setdefault(one.lease.client, []).append(one.latest)
    return [_wait(client, latest) for client, latest in by_client.items()]


def _wait(client: str, latest: list[float | None]) -> str:
    processes = f"{len(latest)} processes" if len(latest) > 1 else "1 process"
    if any(one is None for one in latest):
        return f"Waits for {client} ({processes}) to end a write that began before the pause."
    longest = max(one for one in latest if one is not None)
    return f"Waits for {client} ({processes}), {longest:.0f} seconds at the most."
