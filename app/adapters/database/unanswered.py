"""Writes without an answer, by keyed hashes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from app.adapters.database.once import forget, inserting
from app.adapters.database.tables import unanswered


class SqlUnanswered:
    """See `services.evidence.Unanswered`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, names: Iterable[str], until: datetime) -> None:
        """See `services.evidence.Unanswered`. In one order, so that two units never wait for each other."""
        statement = inserting(self._connection, unanswered)
        rows = [{"who": name, "until": until} for name in sorted(set(names))]
        new, kept = statement.excluded.until, unanswered.c.until
        longer = {"until": case((kept < new, new), else_=kept)}
        self._connection.execute(statement.values(rows).on_conflict_do_update(index_elements=["who"], set_=longer))

    def until(self, names: Iterable[str]) -> datetime | None:
        """See `services.evidence.Unanswered`."""
        wanted = select(func.max(unanswered.c.until)).where(unanswered.c.who.in_(list(names)))
        latest: datetime | None = self._connection.execute(wanted).scalar_one()
        return latest

    def forget(self, before: datetime, most: int) -> int:
        """See `services.evidence.Unanswered`."""
        return forget(self._connection, unanswered, unanswered.c.until < before, most)
