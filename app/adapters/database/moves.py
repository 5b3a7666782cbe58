"""Moves and their claims. A move is written only at the version at which it was read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.database.move_rows import read_move, written_move, written_terms
from app.adapters.database.tables import move_preferences as claims
from app.adapters.database.tables import moves
from app.domain.moves import Move, Stage, Terms
from app.domain.ownership import Ownership, System, Target
from app.services.store import Claimed, Lost


class SqlMoves:
    """See `services.store.Moves`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rows: Mapping[str, Ownership], origin: System | None, to: Target, terms: Terms) -> Move:
        """See `services.store.Moves`. The unique index on open claims decides between two that come at once."""
        values: dict[str, Any] = {
            "origin": None if origin is None else origin.value,
            "to": to.value,
            "terms": written_terms(terms),
            "stage": Stage.CHECK.value,
            "stages": [],
            "version": 0,
        }
        savepoint = self._connection.begin_nested()
        number: int = self._connection.execute(insert(moves).values(values).returning(moves.c.id)).scalar_one()
        for place, row in enumerate(rows.values()):
            try:
                self._claim(number, place, row)
            except IntegrityError:
                savepoint.rollback()
                raise self._taken(row.key) from None
        savepoint.commit()
        return self._found(number)

    def find(self, number: int) -> Move | None:
        """See `services.store.Moves`."""
        row = self._connection.execute(select(moves).where(moves.c.id == number)).one_or_none()
        return None if row is None else self._with_claims([row])[0]

    def save(self, move: Move) -> Move:
        """See `services.store.Moves`."""
        guarded = update(moves).where(moves.c.id == move.id, moves.c.version == move.version)
        if self._connection.execute(guarded.values(written_move(move))).rowcount != 1:
            raise Lost
        if move.epochs:
            of_each = case(dict(move.epochs), value=claims.c.key, else_=claims.c.epoch)
            self._connection.execute(update(claims).where(claims.c.move == move.id).values(epoch=of_each))
        return replace(move, version=move.version + 1)

    def release(self, number: int) -> None:
        """See `services.store.Moves`."""
        self._connection.execute(update(claims).where(claims.c.move == number).values(open=False))

    def last_activated(self, keys: Iterable[str]) -> dict[str, int]:
        """See `services.store.Moves`. Moves of one preference are activated in the order of their numbers."""
        activated = select(claims.c.key, func.max(moves.c.id).label("move")).join(moves, moves.c.id == claims.c.move)
        wanted = activated.where(claims.c.key.in_(list(keys)), moves.c.activated.is_not(None))
        return {row.key: row.move for row in self._connection.execute(wanted.group_by(claims.c.key))}

    def unfinished(self) -> list[Move]:
        """See `services.store.Moves`."""
        rows = self._connection.execute(select(moves).where(moves.c.outcome.is_(None)).order_by(moves.c.id)).all()
        return self._with_claims(list(rows))

    def latest(self, limit: int, before: int | None = None) -> list[Move]:
        """See `services.store.Moves`."""
        wanted = select(moves).order_by(moves.c.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(moves.c.id < before)
        return self._with_claims(list(self._connection.execute(wanted).all()))

    def _found(self, number: int) -> Move:
        found = self.find(number)
        if found is None:
            raise Lost
        return found

    def _claim(self, number: int, place: int, row: Ownership) -> None:
        values = {"move": number, "key": row.key, "place": place, "epoch": row.epoch, "open": True}
        values |= {"surfaces_before": list(row.surfaces)}
        self._connection.execute(insert(claims).values(values))

    def _taken(self, key: str) -> Claimed | Lost:
        by = self._connection.execute(select(claims.c.move).where(claims.c.key == key, claims.c.open)).scalar()
        return Lost() if by is None else Claimed(key, by)  # None: it was given up in between

    def _with_claims(self, rows: list[Row[Any]]) -> list[Move]:
        wanted = select(claims).where(claims.c.move.in_([row.id for row in rows])).order_by(claims.c.place)
        by_move: dict[int, list[Row[Any]]] = {row.id: [] for row in rows}
        for claim in self._connection.execute(wanted):
            by_move[claim.move].append(claim)
        return [read_move(row, by_move[row.id]) for row in rows]
