"""The ledger is verified a little at a time, and a break is found wherever it is; it is searched on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.adapters.database.tables import ledger, revision
from app.services.ledger_book import END, Sought
from app.services.recording import By, record
from app.services.verifying import AGAIN, AGAIN_FOR_EACH, PORTION, Verification
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """The database's time."""
    return FakeClock()


@pytest.fixture
def store(database_url: str, clock: FakeClock) -> Iterator[SqlStore]:
    """A database with the first entries in it."""
    made = SqlStore(make_engine(database_url), clock.now)
    write(made, 3)
    yield made
    made.close()


def write(store: SqlStore, count: int, act: str = "plan_paused", reason: str = "Invented.", **body: object) -> None:
    """So many entries."""
    with store.writing() as unit:
        for _ in range(count):
            record(unit, By("token:ada", reason), act, body or {"plan": "invented"})


def known(verification: Verification) -> tuple[int, bool]:
    """How many entries are verified, and whether they are whole."""
    assert verification.mark is not None
    return verification.mark.verdict.entries, verification.mark.verdict.intact


def change(store: SqlStore, number: int) -> None:
    """Change an entry, as nobody may."""
    with store.engine.begin() as connection:
        connection.execute(update(ledger).where(ledger.c.number == number).values(reason="Another."))


def test_a_long_ledger_is_verified_in_portions_and_known_only_at_its_end(store: SqlStore) -> None:
    write(store, PORTION)
    verification = Verification(store)
    verification.go_on()
    assert (verification.mark, verification.reached, verification.is_behind) == (None, PORTION, True)
    verification.go_on()
    assert (known(verification), verification.is_behind) == ((PORTION + 3, True), False)


def test_only_the_rest_is_read_afterwards(store: SqlStore) -> None:
    verification = Verification(store)
    verification.go_on()
    change(store, 1)
    write(store, 2)
    verification.go_on()
    assert known(verification) == (5, True)


def test_after_a_minute_the_first_entry_is_begun_with_again(store: SqlStore, clock: FakeClock) -> None:
    verification = Verification(store)
    verification.go_on()
    change(store, 1)
    clock.advance(AGAIN.total_seconds())
    verification.go_on()
    assert known(verification) == (0, False)


def test_a_long_ledger_is_read_again_more_seldom(store: SqlStore, clock: FakeClock) -> None:
    write(store, 2 * PORTION)
    verification = Verification(store)
    while verification.is_behind:
        verification.go_on()
    write(store, 4 * PORTION)
    assert AGAIN < AGAIN_FOR_EACH * (6 * PORTION)
    began = clock.now()
    clock.advance(AGAIN.total_seconds())
    for _ in range(7):
        verification.go_on()
    assert verification.mark is not None
    assert verification.mark.at == began


def test_the_time_that_is_told_is_when_the_first_entry_was_read(store: SqlStore, clock: FakeClock) -> None:
    verification = Verification(store)
    began = clock.now()
    verification.go_on()
    clock.advance(30)
    write(store, 1)
    verification.go_on()
    assert verification.mark is not None
    assert (verification.mark.at, known(verification)) == (began, (4, True))


@pytest.mark.parametrize("number", [4, 5])
def test_a_break_in_the_rest_is_found_at_its_entry(store: SqlStore, number: int) -> None:
    verification = Verification(store)
    verification.go_on()
    write(store, 2)
    change(store, number)
    verification.go_on()
    assert known(verification) == (number - 1, False)
    assert verification.mark is not None
    assert verification.mark.verdict.first_broken == number


def test_a_cut_tail_is_found_also_where_the_head_was_set_back(store: SqlStore) -> None:
    verification = Verification(store)
    verification.go_on()
    with store.engine.begin() as connection:
        hash_before = connection.execute(ledger.select().where(ledger.c.number == 2)).one().hash
        connection.execute(delete(ledger).where(ledger.c.number == 3))
        connection.execute(update(revision).values(number=2, hash=hash_before))
    verification.go_on()
    assert known(verification) == (3, False)


def test_a_break_stays_told_until_the_whole_is_found_intact(store: SqlStore) -> None:
    verification = Verification(store)
    with store.reading() as unit:
        before = next(unit.ledger.entries())
    change(store, 1)
    verification.go_on()
    assert known(verification) == (0, False)
    verification.go_on()
    assert known(verification) == (0, False)
    with store.engine.begin() as connection:
        connection.execute(update(ledger).where(ledger.c.number == 1).values(reason=before.reason))
    verification.go_on()
    assert known(verification) == (3, True)


def found(store: SqlStore, sought: Sought) -> list[int]:
    """The numbers of what is found, in their order; the other order finds the same."""
    with store.reading() as unit:
        forth = [one.number for one in unit.ledger.search(sought, beyond=0, newest_first=False, limit=100)]
        back = [one.number for one in unit.ledger.search(sought, beyond=END, newest_first=True, limit=100)]
    assert back == forth[::-1]
    return forth


def test_entries_are_found_by_whatever_names_a_preference(store: SqlStore) -> None:
    write(store, 1, preferences={"parcel": {"before": {}, "after": {"epoch": 1}}})  # 4
    write(store, 1, preferences=["letter", "parcel"])  # 5
    write(store, 1, key="parcel")  # 6
    write(store, 1, epochs={"parcel": 7})  # 7
    write(store, 1, preferences=["parcels"], key="a_parcel", plan="parcel")  # 8
    assert found(store, Sought(key="parcel")) == [4, 5, 6, 7]
    assert found(store, Sought(key="parce_")) == []


def test_entries_are_found_by_plan_move_act_person_reason_and_time(store: SqlStore, clock: FakeClock) -> None:
    clock.advance(3600)
    since = clock.now()
    write(store, 1, "step_done", "It is 100% DONE.", plan="other", move=31)  # 4
    clock.advance(3600)
    write(store, 1, "step_done", "Later.", plan="other", move=3)  # 5
    assert found(store, Sought(plan="other")) == [4, 5]
    assert found(store, Sought(move=31)) == [4]
    assert found(store, Sought(act="step_done", move=3)) == [5]
    assert found(store, Sought(person="ADA")) == [1, 2, 3, 4, 5]
    assert found(store, Sought(person="a%a")) == []
    assert found(store, Sought(text="100% done")) == [4]
    assert found(store, Sought(since=since, until=since + timedelta(hours=1))) == [4]
    assert found(store, Sought(plan="other", text="nothing like it")) == []


def test_what_is_found_goes_on_behind_a_number(store: SqlStore) -> None:
    with store.reading() as unit:
        behind = [one.number for one in unit.ledger.search(Sought(), beyond=1, newest_first=False, limit=1)]
        before = [one.number for one in unit.ledger.search(Sought(), beyond=3, newest_first=True, limit=1)]
    assert (behind, before) == ([2], [2])
