"""The ledger in the database: any change of any column is found, and so is every way of shortening it."""

import pytest
from sqlalchemy import text

from app.adapters.database.store import SqlStore
from app.domain.ledger import Verdict, verify
from app.services.recording import By, record

PM = By("token:pm", "It is time.")
BODY = {
    "preferences": {"a": {"before": {"owner": "mhv", "epoch": 1}}},
    "none": None,
    "text": "ü€ \\ \"'",
    "list": [1, 2.5],
}


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """A ledger with five entries."""
    for number in range(5):
        with store.writing() as unit:
            record(unit, PM, "freeze", {**BODY, "number": number}, changes=2)
    return store


def verdict(store: SqlStore, noted: str | None = None) -> Verdict:
    """What a verification finds."""
    with store.reading() as unit:
        return verify(unit.ledger.entries(), unit.ledger.head(), noted)


def execute(store: SqlStore, *statements: str) -> None:
    """Something that somebody does to the database behind our back."""
    with store.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_what_was_written_is_intact_when_it_is_read_back(filled: SqlStore) -> None:
    found = verdict(filled)
    assert (found.intact, found.entries, found.first_broken) == (True, 5, None)
    with filled.reading() as unit:
        head = unit.ledger.head()
    assert (head.number, head.revision, head.hash) == (5, 10, found.head)


def test_an_empty_ledger_is_intact(store: SqlStore) -> None:
    assert verdict(store).intact


@pytest.mark.parametrize(
    "change",
    [
        "number = 33",
        "at = '2027-03-02 05:00:00.000001'",
        "actor = 'token:other'",
        "act = 'activate'",
        "reason = 'It was time.'",
        "revision = 7",
        """body = '{"number": 2}'""",
        f"previous = '{'f' * 64}'",
        f"hash = '{'f' * 64}'",
    ],
)
def test_a_change_of_any_column_is_found_where_it_is(filled: SqlStore, change: str) -> None:
    execute(filled, f"UPDATE ledger SET {change} WHERE number = 3")
    found = verdict(filled)
    assert (found.intact, found.first_broken) == (False, 3)


SWAP = ("UPDATE ledger SET number = 99 WHERE number = 2", "UPDATE ledger SET number = 2 WHERE number = 3")


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        ((*SWAP, "UPDATE ledger SET number = 3 WHERE number = 99"), 2),
        (("DELETE FROM ledger WHERE number = 3",), 3),
        (("DELETE FROM ledger WHERE number = 1",), 1),
        (("DELETE FROM ledger WHERE number = 5",), 5),
        (("DELETE FROM ledger WHERE number > 3",), 4),
        (("DELETE FROM ledger",), 1),
    ],
    ids=["reordered", "one taken out", "the first taken out", "the last cut", "the tail cut", "all cut"],
)
def test_a_ledger_that_was_reordered_or_shortened_is_found(
    filled: SqlStore, statements: tuple[str, ...], broken: int
) -> None:
    execute(filled, *statements)
    found = verdict(filled)
    assert (found.intact, found.first_broken) == (False, broken)


@pytest.mark.parametrize("change", ["revision = 9", "number = 4", f"hash = '{'f' * 64}'"])
def test_a_change_of_the_revision_row_is_found(filled: SqlStore, change: str) -> None:
    execute(filled, f"UPDATE revision SET {change}")
    assert not verdict(filled).intact


def test_a_ledger_that_was_written_anew_is_found_by_a_head_noted_elsewhere(filled: SqlStore) -> None:
    noted = verdict(filled).head
    nothing = "0" * 64
    execute(filled, "DELETE FROM ledger", f"UPDATE revision SET revision = 0, number = 0, hash = '{nothing}'")
    for number in range(5):
        with filled.writing() as unit:
            record(unit, By("token:other", "Nothing to see."), "freeze", {"number": number}, changes=2)
    assert verdict(filled).intact, "by itself it looks right"
    assert not verdict(filled, noted).intact
    assert verdict(filled, verdict(filled).head).intact


def test_entries_are_paged_in_their_order(filled: SqlStore) -> None:
    with filled.reading() as unit:
        assert [entry.number for entry in unit.ledger.entries(after=1, limit=2)] == [2, 3]
        assert [entry.number for entry in unit.ledger.entries(after=5)] == []
