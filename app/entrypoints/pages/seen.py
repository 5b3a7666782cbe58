"""What the board and a preference's page are made of, read in one snapshot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.announcements import Announcement
from app.domain.catalogue import Catalogue
from app.domain.leases import Lease, Waited
from app.domain.moves import Move
from app.domain.ownership import Ownership
from app.domain.roles import Caller
from app.entrypoints.pages.actions import Actions, MovesOf, actions
from app.entrypoints.pages.clients_words import Clients, clients_of
from app.entrypoints.pages.coming import Outlook, outlook
from app.entrypoints.pages.once import once
from app.entrypoints.pages.rows import Moment, Row, make_row
from app.entrypoints.pages.writers import doing
from app.services.context import Context
from app.services.plan_store import Lock
from app.services.store import Unit

LOOKED_BACK = 500
"""Moves that are looked through for the last one of each preference."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database says, in one snapshot."""

    now: datetime
    revision: int
    told: Sequence[Announcement]
    rows: Mapping[str, Ownership]
    unfinished: list[Move]
    latest: list[Move]
    locks: Mapping[str, Lock]
    leases: Sequence[Lease]
    found: Mapping[str, Actions]
    moves: Mapping[str, MovesOf]
    outlook: Outlook

    @property
    def keys(self) -> list[str]:
        """The preferences that were asked about."""
        return list(self.found)


def seen(context: Context, caller: Caller, only: str | None = None) -> Seen:
    """Everything about all preferences, or about one."""
    catalogue = context.catalogue
    with context.store.reading() as unit:
        standing, moves = unit.ownerships.snapshot(), unit.moves
        keys = [only] if only else sorted(catalogue.preferences.keys() | standing.rows.keys())
        unfinished, latest = moves.unfinished(), moves.latest(LOOKED_BACK)
        plans, unreadable = context.looking.unfinished(unit)
        owned = {key: standing.rows.get(key, Ownership(key)) for key in keys}
        its_moves = _moves_of(keys, unfinished, latest)
        return Seen(
            now=unit.now(),
            revision=standing.revision,
            told=unit.announcements.all(),
            rows=owned,
            unfinished=unfinished,
            latest=latest,
            locks=unit.locks.all(),
            leases=unit.leases.all(),
            found=_actions(once(unit, standing.rows, unfinished), catalogue, owned, its_moves, caller),
            moves=its_moves,
            outlook=outlook(plans, unreadable),
        )


def rows_of(context: Context, saw: Seen) -> list[Row]:
    """The rows of the board, in the order of need."""
    waited = {move.id: list(context.driver.waited_for(move)) for move in saw.unfinished}
    moment = Moment(
        now=saw.now,
        catalogue=context.catalogue,
        waited_for={number: _waits(some) for number, some in waited.items()},
        doing={move.id: doing(move, saw.leases, waited[move.id]) for move in saw.unfinished},
        watching={key: move for move in saw.unfinished if move.activated for key in move.preferences},
        told=saw.told,
    )
    rows = [
        make_row(saw.rows[key], moment, saw.moves[key], saw.outlook.steps.get(key), saw.found[key]) for key in saw.keys
    ]
    return sorted(rows, key=lambda row: row.need)


def clients_by_key(context: Context, saw: Seen) -> dict[str, Clients]:
    """Who may write each preference, and how far they are."""
    waited = {
        key: [one.lease.id for one in context.driver.waited_for(move)]
        for move in saw.unfinished
        if move.is_frozen
        for key in move.preferences
    }
    holders: dict[str, list[Lease]] = {key: [] for key in saw.keys}
    for lease in saw.leases:
        for key in holders.keys() & set(lease.keys):
            holders[key].append(lease)
    return {key: clients_of(some, saw.revision, waited.get(key)) for key, some in holders.items()}


def _actions(
    unit: Unit, catalogue: Catalogue, owned: Mapping[str, Ownership], moves: Mapping[str, MovesOf], caller: Caller
) -> dict[str, Actions]:
    return {key: actions(unit, catalogue, row, moves[key], caller) for key, row in owned.items()}


def _moves_of(keys: Iterable[str], unfinished: list[Move], latest: list[Move]) -> dict[str, MovesOf]:
    """By preference: the move before its activation, and the last that was activated."""
    present = {key: move for move in reversed(unfinished) if move.may_be_called_off for key in move.preferences}
    last = {key: move for move in reversed(latest) if move.activated for key in move.preferences}
    return {key: MovesOf(present.get(key), last.get(key)) for key in keys}


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
