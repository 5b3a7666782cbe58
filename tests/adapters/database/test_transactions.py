"""What a unit promises: one snapshot to read, everything or nothing to write, and a commit that is on the disk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.adapters.database import engine as engines
from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.domain.ownership import Act
from app.services.door import Change, change
from app.services.recording import By, record
from app.services.store import Lost, ReadOnly, Unreachable
from tests.services.world import VA_GOV

BY = By("token:pm", "It is time.")


def start(store: SqlStore, key: str = "a") -> None:
    """One change."""
    with store.writing() as unit:
        change(unit, BY, Change(Act.START, {key: 0}, given=VA_GOV))


def test_a_unit_that_reads_sees_one_snapshot_whatever_others_commit(store: SqlStore) -> None:
    with store.reading() as unit:
        before = unit.ledger.head()
        start(store)
        assert unit.ledger.head() == before
        assert unit.ownerships.all() == {}
        assert (unit.ownerships.snapshot().revision, unit.ownerships.snapshot().rows) == (0, {})
    with store.reading() as unit:
        assert unit.ledger.head().revision == 1


def test_routes_and_revision_of_a_snapshot_are_of_one_moment_even_where_units_are_not(store: SqlStore) -> None:
    """In a unit that writes, PostgreSQL's statements each see the newest commits; a snapshot is one statement."""
    start(store)
    with store.writing() as unit:
        answer = unit.ownerships.snapshot()
    assert (answer.revision, answer.rows["a"].epoch) == (1, 1)


def test_a_snapshot_of_an_empty_database_has_a_revision(store: SqlStore) -> None:
    with store.reading() as unit:
        assert (unit.ownerships.snapshot().revision, unit.ownerships.snapshot().rows) == (0, {})


def test_a_unit_that_reads_cannot_write_on_postgresql(postgresql_store: SqlStore) -> None:
    with pytest.raises(ReadOnly), postgresql_store.reading() as unit:
        record(unit, BY, "x", {})


def test_the_head_is_moved_only_from_where_the_entry_stands_on(store: SqlStore) -> None:
    with store.writing() as unit:
        record(unit, BY, "x", {})
    with store.reading() as unit:
        entry = next(unit.ledger.entries())
    with pytest.raises(Lost), store.writing() as unit:
        unit.ledger.append(
            type(entry)(2, entry.at, "a", "b", "c", 0, {}, previous="f" * 64).sealed(),
        )


def test_the_clock_is_the_databases_own_in_utc_and_goes_on_within_a_unit(store: SqlStore) -> None:
    with store.reading() as unit:
        first = unit.now()
        unit.connection.execute(text("SELECT 1"))
        second = unit.now()
    assert first.tzinfo is UTC
    assert first <= second
    assert abs(datetime.now(UTC) - first) < timedelta(minutes=1)


def test_sqlite_writes_through_to_the_disk_and_lets_readers_go_on(sqlite_store: SqlStore) -> None:
    with sqlite_store.reading() as unit:
        told = [unit.connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("synchronous", "journal_mode")]
        keys = unit.connection.execute(text("PRAGMA foreign_keys")).scalar()
    assert (told, keys) == ([2, "wal"], 1)


@pytest.mark.parametrize("writes", [True, False])
def test_postgresql_writes_through_to_the_disk_whatever_the_server_is_set_to(
    postgresql_store: SqlStore, writes: bool
) -> None:
    with postgresql_store.writing() if writes else postgresql_store.reading() as unit:
        assert unit.connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


def test_a_database_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    nowhere = ("sqlite:////nowhere/at/all.db", "postgresql+psycopg://postgres@127.0.0.1:9/none")
    for url in nowhere:
        with pytest.raises(Unreachable), SqlStore(make_engine(url)).reading() as unit:
            unit.ledger.head()


def test_a_connection_that_the_server_ended_is_unreachable_and_the_next_one_works(postgresql_url: str) -> None:
    store, killer = SqlStore(make_engine(postgresql_url)), SqlStore(make_engine(postgresql_url))

    def write_and_be_cut_off() -> None:
        with store.writing() as unit:
            mine = unit.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with killer.writing() as other:
                other.connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
            record(unit, BY, "x", {})

    with pytest.raises(Unreachable):
        write_and_be_cut_off()
    with store.reading() as unit:
        assert unit.ledger.head().number == 0
    store.close()
    killer.close()


def test_a_writer_that_waits_too_long_for_another_is_told_that_the_database_cannot_be_reached(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_PATIENCE", 1)
    holding, waiting = SqlStore(make_engine(database_url)), SqlStore(make_engine(database_url))
    with holding.writing() as unit:
        unit.ledger.lock()
        with pytest.raises(Unreachable), waiting.writing() as other:
            other.ledger.lock()
    with waiting.writing() as other:
        assert other.ledger.lock().number == 0
    holding.close()
    waiting.close()


def test_a_process_that_was_stopped_inside_a_transaction_keeps_nobody_out_for_long(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_IDLE", 1)
    stopped, waiting = SqlStore(make_engine(postgresql_url)), SqlStore(make_engine(postgresql_url))

    def stand_still() -> None:
        with stopped.writing() as unit:
            unit.ledger.lock()
            with waiting.writing() as other:
                record(other, BY, "went on", {})
            record(unit, BY, "woke up", {})

    with pytest.raises(Unreachable):
        stand_still()
    with waiting.reading() as unit:
        assert [entry.act for entry in unit.ledger.entries()] == ["went on"]
    stopped.close()
    waiting.close()
