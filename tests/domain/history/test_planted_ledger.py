"""Planted faults of the ledger, each found: arrows, epochs, revisions, halves of moves, freezes that stick."""

from typing import Any

import pytest

from tests.domain.history.tape import KEY, OTHER, Tape, moved_once, only

HELD = {"state": "held", "owner": "mhv", "target": None}
MOVING = {"state": "moving", "owner": "mhv", "target": "va_gov"}
LEAVING = {"state": "moving", "owner": "mhv", "target": "nobody"}
RETIRED = {"state": "retired", "owner": "mhv", "target": None}
STOPPED = {"state": "stopped", "owner": "mhv", "target": None}
THERE = {"state": "held", "owner": "va_gov", "target": None}


def started(row: dict[str, Any]) -> Tape:
    """A preference whose row is like this, rightly; nobody writes."""
    tape = Tape()
    tape.adopt()
    tape.save("w1")
    tape.mark("va_gov", 1)
    if row in (MOVING, LEAVING, RETIRED):
        tape.freeze(to="va_gov" if row is MOVING else "nobody")
    if row is RETIRED:
        tape.activate()
    if row is STOPPED:
        tape.entry("stop", {KEY: {"state": "stopped"}})
    return tape


@pytest.mark.parametrize(
    ("before", "act", "after"),
    [
        (HELD, "adopt", HELD),
        (HELD, "activate", THERE),
        (HELD, "name", THERE),
        (HELD, "retire", RETIRED),
        (HELD, "freeze", {**MOVING, "target": "mhv"}),
        (HELD, "freeze", {**MOVING, "target": None}),
        (HELD, "freeze", {**MOVING, "owner": "va_gov", "target": "mhv"}),
        (HELD, "restore", HELD),
        (HELD, "recover", THERE),
        (HELD, "stop", {**STOPPED, "owner": "va_gov"}),
        (HELD, "made_up", THERE),
        (HELD, "made_up", HELD),
        (RETIRED, "freeze", MOVING),
        (RETIRED, "restore", THERE),
        (RETIRED, "start", THERE),
        (STOPPED, "restore", HELD),
        (STOPPED, "name", {**HELD, "owner": None}),
        (STOPPED, "freeze", MOVING),
    ],
)
def test_an_illegal_arrow_is_found(before: dict[str, Any], act: str, after: dict[str, Any]) -> None:
    tape = started(before)
    tape.entry(act, {KEY: after})
    verdict = tape.verdict()

    assert verdict.violations == 1
    assert "no legal change" in verdict.faults[0]


@pytest.mark.parametrize(
    ("before", "act", "after"),
    [
        (MOVING, "call_off", THERE),
        (MOVING, "activate", HELD),
        (MOVING, "activate", {**THERE, "target": "mhv"}),
        (MOVING, "retire", RETIRED),
        (LEAVING, "activate", THERE),
        (LEAVING, "retire", {**RETIRED, "owner": "va_gov"}),
        (MOVING, "freeze", MOVING),
    ],
)
def test_an_illegal_end_of_a_freeze_is_found(before: dict[str, Any], act: str, after: dict[str, Any]) -> None:
    tape = started(before)
    marks = tape.marks()
    tape.entry(act, {KEY: after}, marks=marks)

    assert [fault for fault in tape.verdict().faults if "no legal change" in fault]


def test_a_preference_that_was_held_before_the_ledger_says_so_is_found() -> None:
    tape = Tape(rows={KEY: {"state": "held", "owner": "mhv", "target": None, "epoch": 4}})
    tape.save("w1")
    tape.move()
    verdict = tape.verdict()

    assert verdict.violations >= 1
    assert "the entries before it did not leave" in verdict.faults[0]


def test_a_row_that_the_entry_before_did_not_leave_is_found() -> None:
    tape = moved_once()
    tape.rows[KEY] = {**tape.rows[KEY], "owner": "mhv"}
    tape.entry("stop", {KEY: {"state": "stopped"}})

    only(tape.verdict(), violations=1)


@pytest.mark.parametrize(("epoch", "violations"), [(3, 1), (2, 1), (5, 1), (4, 0)])
def test_an_epoch_that_does_not_grow_by_one_or_is_used_twice_is_found(epoch: int, violations: int) -> None:
    tape = moved_once()
    tape.entry("stop", {KEY: {"state": "stopped", "epoch": epoch}})
    verdict = tape.verdict()

    assert verdict.violations == violations
    assert any("used before" in fault for fault in verdict.faults) == (epoch in (2, 3))


def test_a_recovery_that_goes_back_is_found() -> None:
    tape = moved_once()
    tape.entry("recover", {KEY: {"state": "stopped", "epoch": 3}})

    only(tape.verdict(), violations=1)


@pytest.mark.parametrize(("grown", "violations"), [(0, 1), (-1, 1), (2, 1), (1, 0)])
def test_a_revision_that_does_not_grow_with_each_row_is_found(grown: int, violations: int) -> None:
    tape = moved_once()
    tape.revision += grown - 1
    tape.entry("stop", {KEY: {"state": "stopped"}})

    assert tape.verdict().violations == violations


def test_an_entry_that_changes_no_row_and_goes_back_in_revisions_is_found() -> None:
    tape = moved_once()
    at = "2027-03-02T06:00:00Z"
    tape.add("ledger", number=tape.next("ledger"), act="move_done", revision=1, at=at, body={})

    only(tape.verdict(), violations=1)


@pytest.mark.parametrize("act", ["activate", "call_off"])
def test_half_a_move_is_found(act: str) -> None:
    tape = Tape()
    tape.adopt(KEY, OTHER)
    tape.save("w1")
    tape.freeze(KEY, OTHER)
    marks = tape.marks(KEY, OTHER)
    for key in (KEY, OTHER):
        if act == "activate":
            tape.activate(key, marks=marks)
        else:
            tape.call_off(key)
    verdict = tape.verdict()

    only(verdict, violations=1)
    assert OTHER in verdict.faults[0]
    assert "of all its preferences or of none" in verdict.faults[0]


def test_a_freeze_that_nothing_ends_is_stuck() -> None:
    tape = moved_once()
    tape.freeze()
    verdict = tape.verdict()

    only(verdict, stuck=1)
    assert KEY in verdict.faults[0]


def test_a_move_of_two_that_is_stuck_is_one_move() -> None:
    tape = Tape()
    tape.adopt(KEY, OTHER)
    tape.save("w1")
    tape.mark("va_gov", 1)
    tape.freeze(KEY, OTHER)

    only(tape.verdict(), stuck=1)


@pytest.mark.parametrize(("second", "stuck"), [(39, 0), (43, 1)])
def test_a_freeze_that_outlived_its_limit_is_stuck_though_it_ended(second: int, stuck: int) -> None:
    tape = moved_once()
    tape.more = {"freeze_limit": 30}
    tape.freeze()
    tape.call_off()
    tape.lines[-2]["at"], tape.lines[-1]["at"] = "2027-03-02T06:00:00Z", f"2027-03-02T06:00:{second}Z"

    only(tape.verdict(), **({"stuck": stuck} if stuck else {}))


def test_a_change_of_surfaces_while_it_is_frozen_begins_no_freeze_anew() -> None:
    tape = moved_once()
    tape.more = {"freeze_limit": 30}
    tape.freeze()
    tape.entry("surfaces", {KEY: {"epoch": tape.rows[KEY]["epoch"], "surfaces": []}})
    tape.call_off()
    tape.lines[-1]["at"] = "2027-03-02T06:00:00Z"
    tape.lines[-2]["at"] = "2027-03-02T05:59:50Z"

    only(tape.verdict(), stuck=1)


def test_without_a_limit_in_the_header_no_freeze_is_too_long() -> None:
    tape = moved_once()
    tape.freeze()
    tape.call_off()
    tape.lines[-1]["at"] = "2028-03-02T06:00:43Z"

    only(tape.verdict())
