"""Sessions of persons."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from app.adapters.database.once import forget
from app.adapters.database.session_tables import sessions
from app.services.sessions import SessionRow


class SqlSessions:
    """See `services.sessions.Sessions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: SessionRow) -> None:
        """See `services.sessions.Sessions`."""
        values = {name: getattr(row, name) for name in SessionRow.__dataclass_fields__}
        self._connection.execute(insert(sessions).values({**values, "groups": list(row.groups)}))

    def find(self, secret_hash: str) -> SessionRow | None:
        """See `services.sessions.Sessions`."""
        row = self._connection.execute(select(sessions).where(sessions.c.hash == secret_hash)).one_or_none()
        return None if row is None else _read(row)

    def all(self) -> list[SessionRow]:
        """See `services.sessions.Sessions`."""
        wanted = select(sessions).where(sessions.c.ended.is_(None)).order_by(sessions.c.used.desc(), sessions.c.id)
        return [_read(row) for row in self._connection.execute(wanted)]

    def use(self, row: SessionRow, at: datetime) -> None:
        """See `services.sessions.Sessions`."""
        self._connection.execute(update(sessions).where(sessions.c.id == row.id).values(used=at))

    def claim(self, row: SessionRow, at: datetime) -> bool:
        """See `services.sessions.Sessions`."""
        seen = (sessions.c.id == row.id, sessions.c.asked == row.asked, sessions.c.ended.is_(None))
        return self._connection.execute(update(sessions).where(*seen).values(asked=at)).rowcount == 1

    def learn(self, row: SessionRow) -> None:
        """See `services.sessions.Sessions`. One that has ended meanwhile stays so."""
        values = {name: getattr(row, name) for name in ("name", "sealed", "asked", "answered")}
        lives = (sessions.c.id == row.id, sessions.c.ended.is_(None))
        self._connection.execute(update(sessions).where(*lives).values({**values, "groups": list(row.groups)}))

    def end(self, session: str, at: datetime, why: str) -> bool:
        """See `services.sessions.Sessions`."""
        lives = (sessions.c.id == session, sessions.c.ended.is_(None))
        return self._connection.execute(update(sessions).where(*lives).values(_ended(at, why))).rowcount == 1

    def end_of(self, subject: str, at: datetime, why: str) -> int:
        """See `services.sessions.Sessions`."""
        lives = (sessions.c.subject == subject, sessions.c.ended.is_(None))
        return self._connection.execute(update(sessions).where(*lives).values(_ended(at, why))).rowcount

    def expire(self, used: datetime, began: datetime, at: datetime) -> int:
        """See `services.sessions.Sessions`."""
        over = (sessions.c.ended.is_(None), or_(sessions.c.used <= used, sessions.c.began <= began))
        values = _ended(at, "It was not used for too long, or has lasted as long as a session may.")
        return self._connection.execute(update(sessions).where(*over).values(values)).rowcount

    def forget(self, before: datetime, most: int) -> int:
        """See `services.sessions.Sessions`."""
        return forget(self._connection, sessions, sessions.c.used < before, most)


def _ended(at: datetime, why: str) -> dict[str, Any]:
    return {"ended": at, "why": why, "sealed": None}


def _read(row: Row[Any]) -> SessionRow:
    values = row._asdict()
    return SessionRow(**{**values, "groups": tuple(values["groups"])})
