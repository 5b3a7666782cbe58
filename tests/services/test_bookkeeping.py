"""The books on writes: what is old is forgotten, what waits is noted, and a trouble ends nothing."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from app.adapters.keys.hashing import hasher
from app.domain.evidence import Audit, Patience, Reported, Verdict
from app.domain.hooks import DeliveryState
from app.services import bookkeeping
from app.services.bookkeeping import Bookkeeper
from app.services.noting import Notes
from app.services.outbox import Delivery
from app.services.unanswered import Unanswered
from tests.services.carriage import ADA
from tests.services.receivers import add, states
from tests.services.test_working import eventually
from tests.services.world import MHV, RX, VA_GOV, World

DAY = 24 * 3600.0


def books(world: World, troubles: list[str] | None = None) -> Bookkeeper:
    """The books of a process."""

    def tell(what: str, _: Exception) -> None:
        if troubles is not None:
            troubles.append(what)

    notes = Notes(Unanswered(world.store, hasher("invented", "tests"), 8.0), tell)
    return Bookkeeper(world.store, notes, Patience(timedelta(minutes=15), timedelta(0)), world.clock, tell)


def count(world: World, table: str) -> int:
    """How many rows a table has."""
    with world.store.reading() as unit:
        return int(unit.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def test_names_are_forgotten_after_30_days_in_small_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookkeeping, "FORGOTTEN_AT_ONCE", 10)
    with world.store.writing() as unit:
        unit.audits.add(Audit(MHV, RX, 1, f"old-{number}") for number in range(35))
    world.clock.advance(29 * DAY)
    with world.store.writing() as unit:
        unit.audits.add([Audit(MHV, RX, 1, "young")])
    books(world).forget()
    assert count(world, "audits") == 36
    world.clock.advance(DAY + 1)
    books(world).forget()
    assert count(world, "audits") == 1


def test_reports_outlive_the_names_and_wrong_ones_are_kept(world: World) -> None:
    with world.store.writing() as unit:
        for audit, verdict in (("a", Verdict.RIGHT), ("b", Verdict.UNKNOWN), ("c", Verdict.WRONG)):
            unit.reports.add(Reported(VA_GOV, audit, RX, verdict, unit.now()))
        unit.reports.add(Reported(VA_GOV, "d", None, Verdict.UNKNOWN, unit.now()))
    world.clock.advance(31 * DAY)
    books(world).forget()
    assert count(world, "reports") == 4
    world.clock.advance(60 * DAY)
    books(world).forget()
    with world.store.reading() as unit:
        assert unit.reports.counts() == {(VA_GOV, RX, Verdict.WRONG): 1}


def test_deliveries_are_forgotten_30_days_after_they_ended_and_kept_while_they_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookkeeping, "FORGOTTEN_AT_ONCE", 1)
    webhook, _ = add(world, "https://receiver.example.gov")
    with world.store.writing() as unit:
        now = unit.now()
        plain = Delivery(webhook.id, 1, "step.held", DeliveryState.WAITING, now, now)
        over = [
            replace(plain, number=number, state=state, ended=now)
            for number, state in ((2, DeliveryState.DELIVERED), (3, DeliveryState.GIVEN_UP))
        ]
        assert unit.webhooks.take(webhook, 3, [plain, *over])
    world.clock.advance(30 * DAY)
    books(world).forget()
    assert len(states(world, webhook)) == 3
    world.clock.advance(1)
    books(world).forget()
    assert states(world, webhook) == ["waiting"]


def test_writes_without_an_answer_are_forgotten_when_their_span_has_passed(world: World) -> None:
    keeper = books(world)
    keeper.notes.lost(ADA, RX)
    world.clock.advance(7)
    keeper.forget()
    assert count(world, "unanswered") == 2
    world.clock.advance(2)
    keeper.forget()
    assert count(world, "unanswered") == 0


def test_the_thread_notes_what_waits_and_a_trouble_does_not_end_it(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles: list[str] = []
    keeper = books(sqlite_world, troubles)

    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr(keeper, "judge", broken)
    thread = Thread(target=keeper.keep, daemon=True)
    thread.start()
    try:
        assert eventually(lambda: "judging reports" in troubles)
        keeper.notes.made(Audit(MHV, RX, 1, "tx-1"))
        assert eventually(lambda: count(sqlite_world, "audits") == 1)
    finally:
        keeper.stop()
        thread.join(5)
    assert not thread.is_alive()


def test_what_still_waits_is_noted_at_the_end(sqlite_world: World) -> None:
    keeper = books(sqlite_world)
    keeper.notes.made(Audit(MHV, RX, 1, "tx-1"))
    keeper.stop()
    assert count(sqlite_world, "audits") == 1
