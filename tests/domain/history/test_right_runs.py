"""What is right passes, and is counted."""

from typing import Any

import pytest

from app.domain.history.verdict import judge
from tests.domain.history.tape import KEY, OTHER, Tape, moved_once, only

HOW = [{"fence": fence, "records": records} for fence in ("none", "permits") for records in ("none", "carried")]
every_way = pytest.mark.parametrize("how", HOW, ids=lambda how: "-".join(how.values()))


@every_way
def test_a_right_move_is_clean_and_counted(how: dict[str, Any]) -> None:
    verdict = moved_once(**how).verdict()

    only(verdict)
    counted = (verdict.moves, verdict.moved, verdict.undone, verdict.writes, verdict.acknowledged, verdict.accepted)
    assert counted == (1, 1, 0, 3, 2, 2)
    assert (verdict.asked_to_retry, verdict.unknown, verdict.accepted_by_both, verdict.wrong_side) == (1, 0, 0, 0)


def test_a_pause_goes_from_the_first_refusal_for_a_move_to_the_next_success_of_the_same_client() -> None:
    tape = moved_once()
    tape.freeze()
    tape.refuse("w4", at=20.0)
    tape.refuse("w5", at=20.1)
    tape.refuse("w6", process="another", at=1000.0)
    tape.activate()
    tape.event("begin", "w7", at=20.25, choice="each")
    tape.accept("mhv", "w7", 5)
    tape.event("ok", "w7", at=20.25, choice="each", owner="mhv")
    verdict = tape.verdict()

    only(verdict)
    assert (verdict.pause_ms_p50, verdict.pause_ms_p99, verdict.pause_ms_max) == (200.0, 250.0, 250.0)


def test_without_a_refusal_for_a_move_there_is_no_pause() -> None:
    tape = Tape()
    tape.adopt()
    tape.refuse("w1", code="system_unreachable")
    tape.save("w2")
    tape.mark("va_gov", 1)

    assert tape.verdict().pause_ms_max is None


@every_way
def test_an_undo_is_another_move(how: dict[str, Any]) -> None:
    tape = moved_once(**how)
    tape.move()
    tape.save("w4", "off")
    verdict = tape.verdict()

    only(verdict)
    assert (verdict.moves, verdict.moved, verdict.undone) == (2, 1, 1)


@every_way
def test_several_preferences_move_in_one_move(how: dict[str, Any]) -> None:
    tape = Tape(**how)
    tape.adopt(KEY, OTHER)
    tape.save("w1")
    tape.save("w2", key=OTHER)
    tape.move(KEY, OTHER)
    tape.save("w3", key=OTHER, person="p2")
    verdict = tape.verdict()

    only(verdict)
    assert (verdict.moves, verdict.moved) == (1, 2)


@every_way
def test_a_retirement_concerns_its_origin_alone_and_can_be_taken_back(how: dict[str, Any]) -> None:
    tape = Tape(**how)
    tape.adopt()
    tape.save("w1")
    tape.mark("va_gov", 1)
    tape.move(to="nobody")
    tape.entry("restore", {KEY: {"state": "held"}})
    tape.save("w2", "off")
    verdict = tape.verdict()

    only(verdict)
    assert (verdict.retired, verdict.moved) == (1, 0)


@every_way
def test_a_start_of_what_nobody_held_needs_no_mark(how: dict[str, Any]) -> None:
    tape = Tape(**how)
    tape.mark("mhv", 0)
    tape.entry("start", {KEY: {"state": "held", "owner": "va_gov"}}, move=1, marks={})
    tape.save("w1")
    verdict = tape.verdict()

    only(verdict)
    assert verdict.moves == 1


@every_way
def test_a_called_off_move_leaves_the_owner_as_it_was(how: dict[str, Any]) -> None:
    tape = moved_once(**how)
    tape.freeze()
    tape.marks()
    tape.call_off()
    tape.save("w4", person="p2")
    verdict = tape.verdict()

    only(verdict)
    assert verdict.called_off == 1


def test_on_an_unfenced_system_a_write_under_way_may_arrive_after_a_call_off_behind_one_of_the_new_epoch() -> None:
    tape = Tape()
    tape.adopt()
    tape.mark("va_gov", 1)
    tape.event("begin", "slow", "another", person="p2", choice="off")
    tape.freeze()
    tape.call_off()
    tape.save("w1")
    tape.accept("mhv", "slow", 1, person="p2", value=0)
    tape.event("ok", "slow", "another", person="p2", choice="off", owner="mhv")

    only(tape.verdict())


def test_on_an_unfenced_system_it_may_arrive_behind_the_mark_of_the_freeze_that_was_called_off() -> None:
    tape = Tape()
    tape.adopt()
    tape.event("begin", "slow", person="p2", choice="off")
    tape.freeze()
    tape.marks()
    tape.call_off()
    tape.accept("mhv", "slow", 1, person="p2", value=0)
    tape.event("ok", "slow", person="p2", choice="off", owner="mhv")

    only(tape.verdict())


def test_behind_a_fence_the_same_write_is_a_violation() -> None:
    tape = Tape(fence="permits")
    tape.adopt()
    tape.event("begin", "slow", person="p2", choice="off")
    tape.freeze()
    tape.marks()
    tape.call_off()
    tape.accept("mhv", "slow", 1, person="p2", value=0)
    tape.event("ok", "slow", person="p2", choice="off", owner="mhv")

    only(tape.verdict(), violations=1)


def test_a_stopped_preference_is_named_an_owner_and_a_recovery_leaps() -> None:
    tape = moved_once()
    tape.entry("stop", {KEY: {"state": "stopped"}})
    tape.entry("name", {KEY: {"state": "held", "owner": "va_gov"}})
    tape.save("w4", person="p2")
    tape.revision += 1_000_000
    tape.entry("recover", {KEY: {"state": "stopped", "epoch": 1_000_005}})
    tape.entry("name", {KEY: {"state": "held", "owner": "va_gov"}})
    tape.save("w5", person="p2")

    only(tape.verdict())


def test_a_move_may_be_stopped_while_it_is_frozen() -> None:
    tape = moved_once()
    tape.freeze()
    tape.entry("stop", {KEY: {"state": "stopped", "target": None}})

    only(tape.verdict())


def test_entries_that_change_no_row_are_passed_over() -> None:
    tape = moved_once()
    for body in ({"preferences": [KEY]}, {"token": 7}, {"move": 1}):
        number = tape.next("ledger")
        at = "2027-03-02T06:00:00Z"
        tape.add("ledger", number=number, act="move_done", revision=tape.revision, at=at, body=body)

    only(tape.verdict())


def test_a_copy_before_the_freeze_goes_to_the_other_system_under_the_present_epoch() -> None:
    tape = Tape(records="carried")
    tape.adopt()
    tape.save("w1")
    tape.copy("va_gov", "seed", "w1", 1)
    tape.move()

    only(tape.verdict())


def test_a_record_descends_through_copies_of_copies() -> None:
    tape = moved_once(records="carried")
    tape.move()
    tape.move()
    verdict = tape.verdict()

    only(verdict)
    assert verdict.moved == 2


def test_a_new_owner_that_is_fenced_may_stand_on_the_mark_that_shuts_its_copies_out() -> None:
    tape = Tape(fence="permits", records="carried")
    tape.adopt()
    tape.save("w1")
    frozen = tape.freeze()
    origin = tape.mark("mhv", frozen)
    tape.carry(KEY, frozen)
    tape.activate(marks={"mhv": {KEY: origin}, "va_gov": {KEY: tape.mark("va_gov", frozen + 1)}})
    tape.save("w2")

    only(tape.verdict())


def test_both_halves_of_a_write_have_its_id() -> None:
    tape = Tape()
    tape.adopt()
    tape.mark("va_gov", 1)
    tape.accept("mhv", "w1", 1, part="address", value=None)
    tape.save("w1")

    only(tape.verdict())


def test_a_write_whose_outcome_is_unknown_is_not_counted_as_acknowledged() -> None:
    tape = moved_once()
    for write, ends in (("w4", "unknown"), ("w5", None)):
        tape.event("begin", write, choice="each")
        if ends:
            tape.event(ends, write)
    tape.accept("va_gov", "w5", 3)
    verdict = tape.verdict()

    only(verdict)
    assert (verdict.acknowledged, verdict.unknown) == (2, 2)


def test_a_write_that_is_offered_again_is_one_write() -> None:
    tape = moved_once()
    tape.event("begin", "w4", choice="each")
    tape.event("unknown", "w4")
    tape.event("begin", "w4", choice="each")
    tape.event("failed", "w4", code="epoch_passed")
    tape.accept("va_gov", "w4", 3)
    verdict = tape.verdict()

    only(verdict)
    assert (verdict.writes, verdict.unknown) == (4, 1)


def test_logs_may_be_mixed_as_long_as_each_is_in_its_order() -> None:
    head, *lines = moved_once().text()
    by_log = sorted(lines, key=lambda line: line.split(b'"')[3])

    assert judge([head, *by_log]) == judge([head, *lines])


def test_blank_lines_are_passed_over() -> None:
    lines = moved_once().text()

    assert judge([b"\n", *lines, b" \n"]) == judge(lines)
