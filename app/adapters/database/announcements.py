"""What Veterans are told of steps to come."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from app.adapters.database.plan_tables import announcements
from app.domain.announcements import Announcement, Level


class SqlAnnouncements:
    """See `services.plan_store.Announcements`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Announcement]:
        """See `services.plan_store.Announcements`."""
        ordered = select(announcements).order_by(*announcements.primary_key.columns)
        return [_read(row) for row in self._connection.execute(ordered)]

    def put(self, plan: str, step: str, told: Sequence[Announcement]) -> None:
        """See `services.plan_store.Announcements`."""
        mine = (announcements.c.plan == plan, announcements.c.step == step)
        self._connection.execute(delete(announcements).where(*mine))
        for one in told:
            self._connection.execute(insert(announcements).values(**{**asdict(one), "level": one.level.value}))

    def forget_plan(self, plan: str) -> None:
        """See `services.plan_store.Announcements`."""
        self._connection.execute(delete(announcements).where(announcements.c.plan == plan))


def _read(row: Row[Any]) -> Announcement:
    return Announcement(**{**row._asdict(), "level": Level(row.level)})
