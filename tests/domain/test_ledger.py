"""The chain: any change of what was written is found."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ledger import NOTHING, Entry, Head, verify

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)


def chain(length: int, reason: str = "It is time.") -> list[Entry]:
    """Entries as they would be written one after the other."""
    entries: list[Entry] = []
    for number in range(1, length + 1):
        previous = entries[-1].hash if entries else NOTHING
        body = {"preferences": {"a": {"before": {"owner": "mhv"}, "after": {"owner": None}}}, "number": number}
        at = NOON + timedelta(seconds=number)
        entries.append(Entry(number, at, "token:pm", "freeze", reason, 2 * number, body, previous).sealed())
    return entries


def head(entries: Sequence[Entry]) -> Head:
    """The head that stands behind these entries."""
    return Head(entries[-1].revision, entries[-1].number, entries[-1].hash) if entries else Head()


@pytest.mark.parametrize("length", [0, 1, 5])
def test_a_chain_as_it_was_written_is_intact(length: int) -> None:
    entries = chain(length)
    verdict = verify(entries, head(entries))
    assert (verdict.intact, verdict.entries, verdict.first_broken) == (True, length, None)
    assert verdict.head == (entries[-1].hash if entries else NOTHING)


CHANGES: dict[str, object] = {
    "number": 33,
    "at": NOON,
    "actor": "token:other",
    "act": "activate",
    "reason": "It was time.",
    "revision": 77,
    "body": {},
    "previous": "f" * 64,
    "hash": "f" * 64,
}


def test_there_is_a_change_for_every_column() -> None:
    assert set(CHANGES) == set(Entry.__dataclass_fields__)


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("place", [0, 2, 4], ids=["first", "middle", "last"])
def test_a_change_of_any_column_of_any_entry_is_found_where_it_is(column: str, place: int) -> None:
    entries = chain(5)
    changed = [*entries]
    changed[place] = replace(entries[place], **{column: CHANGES[column]})  # type: ignore[arg-type]
    verdict = verify(changed, head(entries))
    assert (verdict.intact, verdict.first_broken) == (False, place + 1)


@pytest.mark.parametrize("column", [name for name in CHANGES if name not in ("hash", "previous", "number")])
def test_a_changed_entry_with_a_new_hash_is_found_at_the_next_one(column: str) -> None:
    entries = chain(5)
    entries[2] = replace(entries[2], **{column: CHANGES[column]}).sealed()  # type: ignore[arg-type]
    verdict = verify(entries, head(entries))
    assert (verdict.intact, verdict.first_broken) == (False, 4)


def test_a_deep_change_in_the_body_is_found() -> None:
    entries = chain(3)
    entries[1].body["preferences"]["a"]["after"]["owner"] = "va_gov"
    assert verify(entries, head(entries)).first_broken == 2


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda entries: [entries[0], entries[2], entries[1], *entries[3:]], 2),
        (lambda entries: [*entries[:2], *entries[3:]], 3),
        (lambda entries: entries[1:], 1),
        (lambda entries: [*entries[:2], entries[1], *entries[2:]], 3),
        (lambda entries: entries[:4], 5),
        (lambda entries: entries[:0], 1),
    ],
    ids=["two in another order", "one taken out", "the first taken out", "one twice", "a cut tail", "all cut"],
)
def test_entries_that_were_moved_taken_out_or_cut_off_are_found(
    change: Callable[[list[Entry]], list[Entry]], broken: int
) -> None:
    entries = chain(5)
    verdict = verify(change(entries), head(entries))
    assert (verdict.intact, verdict.first_broken) == (False, broken)
    assert verdict.why


def test_an_entry_that_the_head_does_not_know_is_found() -> None:
    entries = chain(5)
    verdict = verify(entries, head(entries[:4]))
    assert (verdict.intact, verdict.first_broken) == (False, 5)


def test_a_revision_that_is_not_the_one_of_the_last_entry_is_found() -> None:
    entries = chain(5)
    assert not verify(entries, replace(head(entries), revision=9)).intact
    assert not verify([], Head(revision=1)).intact


def test_a_ledger_that_was_made_anew_as_a_whole_is_found_by_a_head_noted_elsewhere() -> None:
    noted, anew = chain(5)[2].hash, chain(5, reason="Nothing to see.")
    assert verify(anew, head(anew)).intact, "by itself it looks right"
    assert not verify(anew, head(anew), noted).intact


def test_a_head_that_was_noted_once_stays_good_while_the_ledger_grows() -> None:
    entries = chain(5)
    for entry in entries:
        assert verify(entries, head(entries), entry.hash).intact


def test_the_hash_does_not_depend_on_the_zone_in_which_a_time_is_told() -> None:
    entry = chain(1)[0]
    eastern = entry.at.astimezone(timezone(timedelta(hours=-5)))
    assert replace(entry, at=eastern).digest() == entry.hash


@given(st.text(max_size=30), st.text(max_size=30))
def test_different_reasons_never_share_a_hash(first: str, second: str) -> None:
    entry = Entry(1, NOON, "a", "b", first, 1)
    assert (entry.digest() == replace(entry, reason=second).digest()) is (first == second)
