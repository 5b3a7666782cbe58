"""Counts, in buckets of time."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from app.adapters.database.once import forget, inserting
from app.adapters.database.tally_tables import tallies
from app.services.tallies import BUCKET, Counted, Place, Tally

_COUNTS = ("good", "bad", "unknown")


class SqlTallies:
    """See `services.tallies.Tallies`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, counts: Mapping[Place, Tally], at: datetime) -> None:
        """See `services.tallies.Tallies`. In the order of their keys: two units never wait for each other."""
        if not counts:
            return
        begun = at.replace(microsecond=0) - timedelta(seconds=int(at.timestamp()) % int(BUCKET.total_seconds()))
        rows = [
            {**place._asdict(), "at": begun, **{name: getattr(tally, name) for name in _COUNTS}}
            for place, tally in sorted(counts.items(), key=lambda one: one[0])
        ]
        statement = inserting(self._connection, tallies).values(rows)
        sums = {name: tallies.c[name] + statement.excluded[name] for name in _COUNTS}
        same = list(tallies.primary_key.columns)
        self._connection.execute(statement.on_conflict_do_update(index_elements=same, set_=sums))

    def of(self, what: Counted, keys: Iterable[str], since: datetime) -> dict[tuple[str, int], Tally]:
        """See `services.tallies.Tallies`."""
        sums = [func.sum(tallies.c[name]) for name in _COUNTS]
        wanted = select(tallies.c.key, tallies.c.epoch, *sums)
        wanted = wanted.where(tallies.c.what == what, tallies.c.key.in_(list(keys)), tallies.c.at >= since)
        rows = self._connection.execute(wanted.group_by(tallies.c.key, tallies.c.epoch))
        return {(key, epoch): Tally(int(good), int(bad), int(unknown)) for key, epoch, good, bad, unknown in rows}

    def forget(self, before: datetime, most: int) -> int:
        """See `services.tallies.Tallies`."""
        return forget(self._connection, tallies, tallies.c.at < before, most)
