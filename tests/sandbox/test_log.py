"""What must stand in a system's log, and what must never."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sandbox.log import Accept, Mark, read_contents, read_log
from sandbox.people import hashed
from sandbox.processes import running
from tests.sandbox.callers import EMAIL, FIRST_MHV, FIRST_VA, RX, MhvCaller, Target, VaCaller, lines_of, new_id


def salt(target: Target) -> str:
    with sqlite3.connect(target.store) as connection:
        (found,) = connection.execute("SELECT salt FROM origin").fetchone()
    connection.close()
    return str(found)


def test_a_write_is_logged_with_what_its_caller_sent(mhv: Target) -> None:
    write = new_id()
    MhvCaller(mhv, 20).ask("POST", RX, {"flag": True}, write_id=write, epoch="7", permit="anything")
    person = hashed(salt(mhv), FIRST_VA + 20)
    line = Accept("write", "rx_refill_shipment", person, write, 7, "choice", True, None)
    assert lines_of(mhv.store, write) == [line]


def test_a_copy_is_logged_with_the_write_that_it_copies(va_profile: Target) -> None:
    caller, write, copied = VaCaller(va_profile, 0), new_id(), new_id()
    caller.send("POST", caller.bio(communicationItemId=901), write_id=write, epoch="8", copies=copied)
    (line,) = lines_of(va_profile.store, write)
    assert isinstance(line, Accept)
    assert (line.kind, line.copies, line.epoch) == ("copy", copied, 8)


@pytest.mark.parametrize("sent", ["", "seven", "-1", "7.5", "9" * 30])
def test_an_epoch_that_is_no_whole_number_is_logged_as_none(mhv: Target, sent: str) -> None:
    write = new_id()
    MhvCaller(mhv, 21).ask("POST", RX, {"flag": True}, write_id=write, epoch=sent)
    assert [line.epoch for line in lines_of(mhv.store, write) if isinstance(line, Accept)] == [None]


def test_a_write_without_any_header_is_logged_all_the_same(mhv: Target) -> None:
    before = sum(1 for _ in read_log(mhv.store))
    assert MhvCaller(mhv, 22).ask("POST", RX, {"flag": True}).status_code == 200
    (entry,) = list(read_log(mhv.store))[before:]
    assert isinstance(entry.line, Accept)
    assert (entry.line.write_id, entry.line.epoch, entry.line.copies) == (None, None, None)


def test_systems_that_share_a_salt_give_a_person_the_same_name(tmp_path: Path) -> None:
    with (
        running("mhv", tmp_path / "mhv.db", people=1, salt="shared") as mhv,
        running("va_profile", tmp_path / "va.db", people=1, salt="shared") as profile,
    ):
        MhvCaller(Target(mhv.url, tmp_path)).ask("POST", RX, {"flag": True})
        caller = VaCaller(Target(profile.url, tmp_path))
        assert caller.send("POST", caller.bio(communicationItemId=902)).status_code == 200
    lines = [entry.line for file in ("mhv.db", "va.db") for entry in read_log(tmp_path / file)]
    assert [line.person for line in lines if isinstance(line, Accept)] == [hashed("shared", FIRST_VA)] * 2


def test_a_mark_stands_in_the_log_under_the_number_that_was_answered(mhv: Target) -> None:
    epochs = {"rx_refill_shipment": 8, "lab_results_ready": 3}
    answer = mhv.ask("POST", ".well-known/cutover/marks", body={"epochs": epochs})
    assert answer.status_code == 200
    marks = answer.json()["marks"]
    found = {entry.sequence: entry.line for entry in read_log(mhv.store)}
    assert {key: found[marks[key]] for key in epochs} == {key: Mark(key, epoch) for key, epoch in epochs.items()}


def test_a_mark_stands_after_every_write_that_was_answered_before(va_profile: Target) -> None:
    caller, write = VaCaller(va_profile, 1), new_id()
    caller.send("POST", caller.bio(communicationItemId=901), write_id=write)
    body = {"epochs": {"health_summary_sharing": 9}}
    mark = va_profile.ask("POST", ".well-known/cutover/marks", body=body).json()["marks"]["health_summary_sharing"]
    (sequence,) = [
        entry.sequence
        for entry in read_log(va_profile.store)
        if isinstance(entry.line, Accept) and entry.line.write_id == write
    ]
    assert sequence < mark


@pytest.mark.parametrize(
    "body",
    [
        *(None, {}, [], {"epochs": {}}, {"epochs": {"a": 1}, "more": 1}, {"epochs": {"good": 1, "bad": None}}),
        *({"epochs": {key: epoch}} for key, epoch in (("a", True), ("a", -1), ("a", "1"), ("A b", 1))),
    ],
)
def test_marks_that_are_malformed_leave_nothing_in_the_log(mhv: Target, body: Any) -> None:
    before = list(read_log(mhv.store))
    assert mhv.ask("POST", ".well-known/cutover/marks", body=body).status_code == 400
    assert list(read_log(mhv.store)) == before


def test_contents_tell_the_last_value_and_the_write_that_put_it_there(mhv: Target) -> None:
    caller, write = MhvCaller(mhv, 23), new_id()
    who = (hashed(salt(mhv), FIRST_VA + 23), "rx_refill_shipment")
    assert read_contents(mhv.store)[who].write_id is None
    for value, name in ((True, new_id()), (False, write)):
        caller.ask("POST", RX, {"flag": value}, write_id=name)
    held = read_contents(mhv.store)[who]
    assert (held.value, held.write_id) == (False, write)


def test_what_was_never_set_is_not_among_the_contents(va_profile: Target) -> None:
    assert (hashed(salt(va_profile), FIRST_VA), "lab_results_ready") not in read_contents(va_profile.store)


def test_neither_ids_nor_addresses_of_people_stand_in_a_log(mhv: Target, va_profile: Target) -> None:
    caller, profile = MhvCaller(mhv, 24), VaCaller(va_profile, 24)
    ids = (str(FIRST_VA + 24), str(FIRST_MHV + 24))
    caller.ask("POST", EMAIL, {"emailAddress": "person-0025@people.invalid"}, write_id=new_id())
    caller.ask("POST", EMAIL, {"emailAddress": "person-0025"}, write_id="person-0025@people.invalid")
    caller.ask("POST", RX, {"flag": False}, write_id=new_id())
    profile.send("POST", profile.bio(communicationItemId=902), write_id=new_id())
    profile.send("POST", profile.bio(communicationItemId=902), write_id=new_id())
    for target in (mhv, va_profile):
        with sqlite3.connect(target.store) as connection:
            text = " ".join(line for (line,) in connection.execute("SELECT line FROM log"))
        connection.close()
        assert hashed(salt(target), FIRST_VA + 24) in text
        assert "people.invalid" not in text
        assert "person-0025" not in text
        assert not any(number in text for number in ids)
