"""The database's clock, as its statements tell it."""

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore


def test_a_snapshot_tells_the_time_of_the_database_at_which_it_was_read(database_url: str) -> None:
    store = SqlStore(make_engine(database_url))
    with store.reading() as unit:
        before, read, after = unit.now(), unit.ownerships.snapshot().at, unit.now()
    store.close()
    assert before <= read <= after
