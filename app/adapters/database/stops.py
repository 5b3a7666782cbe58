"""What is stopped, and moves by hand that wait for approvals."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from app.adapters.database.once import add_new
from app.adapters.database.plan_tables import locks, proposals
from app.domain.ownership import NOBODY, System
from app.services.plan_store import Lock, Proposal

_WISH = ("preferences", "to", "expect", "surfaces")


class SqlLocks:
    """See `services.plan_store.Locks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, Lock]:
        """See `services.plan_store.Locks`."""
        return {row.key: Lock(**row._asdict()) for row in self._connection.execute(select(locks).order_by(locks.c.key))}

    def add(self, lock: Lock) -> bool:
        """See `services.plan_store.Locks`."""
        return add_new(self._connection, locks, [asdict(lock)]) == 1

    def delete(self, key: str) -> bool:
        """See `services.plan_store.Locks`."""
        return self._connection.execute(delete(locks).where(locks.c.key == key)).rowcount == 1


class SqlProposals:
    """See `services.plan_store.Proposals`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, proposal: Proposal) -> Proposal:
        """See `services.plan_store.Proposals`."""
        written = asdict(proposal)
        values = {name: value for name, value in written.items() if name not in ("id", *_WISH)}
        surfaces = {key: list(one) for key, one in proposal.surfaces.items()}
        wish = {"preferences": list(proposal.preferences), "to": proposal.to.value, "expect": dict(proposal.expect)}
        statement = insert(proposals).values(wish={**wish, "surfaces": surfaces}, **values).returning(proposals.c.id)
        number: int = self._connection.execute(statement).scalar_one()
        return replace(proposal, id=number)

    def find(self, number: int) -> Proposal | None:
        """See `services.plan_store.Proposals`."""
        row = self._connection.execute(select(proposals).where(proposals.c.id == number)).one_or_none()
        return None if row is None else _read(row)

    def latest(self, limit: int) -> list[Proposal]:
        """See `services.plan_store.Proposals`."""
        wanted = select(proposals).order_by(proposals.c.id.desc()).limit(limit)
        return [_read(row) for row in self._connection.execute(wanted)]

    def open_at(self, now: datetime) -> list[Proposal]:
        """See `services.plan_store.Proposals`."""
        still_open = (proposals.c.ended.is_(None), proposals.c.expires > now)
        wanted = select(proposals).where(*still_open).order_by(proposals.c.id.desc())
        return [_read(row) for row in self._connection.execute(wanted)]

    def end(self, number: int, ended: str, move: int | None = None) -> bool:
        """See `services.plan_store.Proposals`."""
        still_open = update(proposals).where(proposals.c.id == number, proposals.c.ended.is_(None))
        return self._connection.execute(still_open.values(ended=ended, move=move)).rowcount == 1


def _read(row: Row[Any]) -> Proposal:
    values = {name: value for name, value in row._asdict().items() if name != "wish"}
    wish = row.wish
    return Proposal(
        **values,
        preferences=tuple(wish["preferences"]),
        to=NOBODY if wish["to"] == NOBODY else System(wish["to"]),
        expect=wish["expect"],
        surfaces={key: tuple(one) for key, one in wish["surfaces"].items()},
    )
