"""The audit finds each thing that must not be, and passes what is right."""

from dataclasses import replace

import pytest

from sandbox.audit import Evidence, Told, audit
from sandbox.log import Accept, Entry, Held, Line, Mark

KEY = "secure_messaging_alerts"
STORED = {KEY: {"off": {"mhv": 0, "va_gov": False}, "each": {"mhv": 1, "va_gov": True}}}


def accepted(write: str, epoch: int | None, value: int | bool, person: str = "p1") -> Accept:
    return Accept("write", KEY, person, write, epoch, "choice", value, None)


def told(at: float, event: str, write: str, **more: str) -> Told:
    return Told(event, "front", int(at * 10), at, write, KEY, more.pop("person", "p1"), 1, **more)


def saved(at: float, write: str, owner: str, choice: str) -> Told:
    return told(at, "ok", write, owner=owner, choice=choice)


def log(*lines: Line) -> list[Entry]:
    return [Entry(number, line) for number, line in enumerate(lines, 1)]


@pytest.fixture
def right() -> Evidence:
    """One move: a write at MHV, a refusal, the marks of the freeze, a write at VA.gov."""
    return Evidence(
        logs={
            "mhv": log(accepted("w1", 1, 1), Mark(KEY, 2)),
            "va_gov": log(Mark(KEY, 2), accepted("w2", 3, False)),
        },
        contents={"mhv": {("p1", KEY): Held(1, "w1")}, "va_gov": {("p1", KEY): Held(False, "w2")}},
        diaries=[
            saved(1.0, "w1", "mhv", "each"),
            told(2.0, "refused", "w3", code="frozen"),
            saved(2.5, "w2", "va_gov", "off"),
        ],
        stored=STORED,
    )


def test_a_right_run_is_clean_and_counted(right: Evidence) -> None:
    result = audit(right)
    assert result.is_clean
    assert (result.moved, result.undone, result.writes_acknowledged, result.asked_to_retry) == (1, 0, 2, 1)
    assert result.pause_ms_p50 == result.pause_ms_max == 500.0


def test_a_write_after_the_mark_of_a_later_epoch_is_on_the_wrong_side(right: Evidence) -> None:
    late = log(accepted("w1", 1, 1), Mark(KEY, 2), accepted("w9", 1, 0, "p2"))
    result = audit(replace(right, logs={**right.logs, "mhv": late}))
    assert result.wrong_side == 1
    assert not result.is_clean


def test_two_systems_that_accept_at_one_epoch_are_counted(right: Evidence) -> None:
    both = log(accepted("w1", 1, 1), accepted("w8", 3, 0, "p2"))
    result = audit(replace(right, logs={**right.logs, "mhv": both}))
    assert (result.accepted_by_both, result.wrong_side) == (1, 1)
    assert not result.is_clean


def test_a_write_without_an_epoch_is_on_the_wrong_side(right: Evidence) -> None:
    bare = log(accepted("w1", 1, 1), accepted("w7", None, 0, "p2"), Mark(KEY, 2))
    assert audit(replace(right, logs={**right.logs, "mhv": bare})).wrong_side == 1


def test_an_acknowledged_write_whose_value_is_gone_is_lost(right: Evidence) -> None:
    gone = {**right.contents, "va_gov": {}}
    assert audit(replace(right, contents=gone)).lost == 1


def test_an_acknowledged_write_that_another_overwrote_is_lost(right: Evidence) -> None:
    other = {**right.contents, "va_gov": {("p1", KEY): Held(True, "somebody else's")}}
    assert audit(replace(right, contents=other)).lost == 1


def test_a_record_that_names_the_write_but_holds_another_value_is_lost(right: Evidence) -> None:
    other = {**right.contents, "va_gov": {("p1", KEY): Held(True, "w2")}}
    assert audit(replace(right, contents=other)).lost == 1


def test_a_later_write_of_unknown_outcome_may_stand_in_its_place(right: Evidence) -> None:
    other = {**right.contents, "va_gov": {("p1", KEY): Held(True, "w4")}}
    diaries = [*right.diaries, told(3.0, "unknown", "w4")]
    result = audit(replace(right, contents=other, diaries=diaries))
    assert (result.lost, result.writes_unknown) == (0, 1)


def test_an_earlier_write_of_unknown_outcome_may_not(right: Evidence) -> None:
    other = {**right.contents, "va_gov": {("p1", KEY): Held(True, "w4")}}
    diaries = [told(0.5, "unknown", "w4"), *right.diaries]
    assert audit(replace(right, contents=other, diaries=diaries)).lost == 1


def test_an_acknowledged_write_that_no_system_accepted_is_a_fault(right: Evidence) -> None:
    result = audit(replace(right, diaries=[*right.diaries, saved(0.2, "w5", "mhv", "off")]))
    assert result.faults
    assert not result.is_clean


def test_a_refused_write_that_was_accepted_after_all_is_a_fault(right: Evidence) -> None:
    result = audit(replace(right, diaries=[*right.diaries, told(0.5, "refused", "w1", code="frozen")]))
    assert len(result.faults) == 1


def test_a_way_back_is_counted_as_undone(right: Evidence) -> None:
    back = log(accepted("w1", 1, 1), Mark(KEY, 2), Mark(KEY, 4), accepted("w6", 5, 1, "p2"))
    result = audit(replace(right, logs={**right.logs, "mhv": back}))
    assert (result.moved, result.undone, result.wrong_side) == (1, 1, 0)


def test_copies_and_addresses_are_no_choices_of_a_veteran(right: Evidence) -> None:
    copy = replace(accepted("c1", 2, True), kind="copy", copies="w1")
    result = audit(replace(right, logs={**right.logs, "va_gov": log(copy, *(e.line for e in right.logs["va_gov"]))}))
    assert result.is_clean
