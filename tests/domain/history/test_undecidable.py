"""What a recording does not show is undecidable, which fails: it must not pass for a run in which nothing is wrong."""

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.history.verdict import judge
from tests.domain.history.tape import KEY, OTHER, Tape, encoded, moved_once, only


def frozen() -> Tape:
    """A move that is frozen at epoch 2, with one write before."""
    tape = Tape()
    tape.adopt()
    tape.save("w1")
    tape.freeze()
    return tape


@pytest.mark.parametrize(
    ("named", "undecidable"),
    [
        ({"mhv": {KEY: 3}, "va_gov": {KEY: 2}}, 0),
        (None, 2),
        ({}, 2),
        ({"mhv": None, "va_gov": None}, 2),
        ({"mhv": "No mark: it cannot be reached.", "va_gov": {KEY: 2}}, 1),
        ({"mhv": {KEY: 3}, "va_gov": {OTHER: 2}}, 1),
        ({"mhv": {KEY: 3}, "va_gov": {KEY: True}}, 1),
        ({"mhv": {KEY: 3}}, 1),
        ({"va_gov": {KEY: 2}}, 1),
        ({"mhv": {KEY: 99}, "va_gov": {KEY: 2}}, 1),
        ({"mhv": {KEY: 1}, "va_gov": {KEY: 2}}, 1),
        ({"mhv": {KEY: 2}, "va_gov": {KEY: 2}}, 1),
        ({"mhv": {KEY: 3}, "va_gov": {KEY: 1}}, 1),
        ({"mhv": {KEY: 4}, "va_gov": {KEY: 2}}, 1),
    ],
)
def test_an_activation_that_does_not_stand_on_marks_of_its_own_freeze_cannot_be_decided(
    named: Any, undecidable: int
) -> None:
    tape = frozen()
    tape.mark("mhv", 1)
    tape.mark("va_gov", 1)
    tape.marks()
    tape.mark("mhv", 2, OTHER)
    tape.rows[OTHER] = {"state": "unowned", "owner": None, "target": None, "epoch": 0}
    tape.adopt(OTHER)
    tape.activate(marks=named)
    verdict = tape.verdict()

    only(verdict, **({"undecidable": undecidable} if undecidable else {}))
    assert all(KEY in fault and "entry 4" in fault for fault in verdict.faults)


def test_true_is_no_sequence_number() -> None:
    tape = frozen()
    marks: Any = tape.marks()
    assert marks["va_gov"] == {KEY: 1}
    marks["va_gov"] = {KEY: True}
    tape.activate(marks=marks)

    only(tape.verdict(), undecidable=1)


def test_the_origin_must_stand_on_the_freezes_own_mark_and_not_on_a_later_one() -> None:
    tape = frozen()
    tape.activate(marks={"mhv": {KEY: tape.mark("mhv", 3)}, "va_gov": {KEY: tape.mark("va_gov", 3)}})

    only(tape.verdict(), undecidable=1)


def test_a_retirement_without_a_mark_of_its_origin_cannot_be_decided() -> None:
    tape = Tape()
    tape.adopt()
    tape.save("w1")
    tape.freeze(to="nobody")
    tape.activate(marks={"va_gov": {KEY: tape.mark("va_gov", 2)}})

    only(tape.verdict(), undecidable=1)


def test_each_preference_of_a_move_needs_marks_of_its_own() -> None:
    tape = Tape()
    tape.adopt(KEY, OTHER)
    tape.save("w1")
    tape.freeze(KEY, OTHER)
    marks = tape.marks(KEY, OTHER)
    del marks["mhv"][OTHER]
    tape.activate(KEY, OTHER, marks=marks)
    verdict = tape.verdict()

    only(verdict, undecidable=1)
    assert OTHER in verdict.faults[0]


def test_a_mark_beyond_the_end_of_the_ledger_says_that_entries_are_missing() -> None:
    tape = moved_once()
    tape.mark("mhv", 4)
    only(tape.verdict())
    tape.mark("mhv", 5)
    only(tape.verdict(), undecidable=1)


LOGS = {
    "header alone": lambda line: not line,
    "no log of MHV": lambda line: line["log"] != "mhv",
    "no log of VA.gov": lambda line: line["log"] != "va_gov",
    "no ledger": lambda line: line["log"] != "ledger",
    "no clients": lambda line: line["log"] != "client",
    "no contents": lambda line: line["log"] != "contents",
    "no write": lambda line: line.get("line") != "accept",
}


@pytest.mark.parametrize("kept", LOGS.values(), ids=LOGS)
def test_a_recording_without_one_of_its_logs_does_not_pass(kept: Callable[[Any], bool]) -> None:
    tape = moved_once()
    lines = [line for line in [*tape.lines, *tape.contents()] if kept(line)]
    verdict = judge(encoded([tape.header(), *lines]))

    assert verdict.undecidable
    assert not verdict.clean


def test_a_run_in_which_nobody_wrote_shows_nothing() -> None:
    tape = Tape()
    tape.adopt()
    tape.move()
    tape.refuse("w1")
    tape.held["mhv", KEY, "p1"] = {"write_id": None, "value": 1}

    only(tape.verdict(), undecidable=1)


@pytest.mark.parametrize("log", ["mhv", "va_gov", "front", "ledger"])
def test_a_line_that_is_missing_in_the_middle_of_a_log_is_found(log: str) -> None:
    tape = moved_once()
    tape.save("w4", person="p3")
    tape.next(log)
    tape.move()
    tape.save("w5", person="p4")
    verdict = tape.verdict()

    only(verdict, undecidable=1)
    assert "what stands between is missing" in verdict.faults[0]


def test_a_ledger_that_does_not_begin_at_its_beginning_accuses_nobody() -> None:
    tape = moved_once()
    del tape.lines[0]
    verdict = tape.verdict()

    assert (verdict.violations, verdict.lost) == (0, 0)
    assert verdict.undecidable


def test_the_outcome_of_a_write_whose_beginning_was_not_noted_is_found() -> None:
    tape = moved_once()
    tape.event("unknown", "w4")

    only(tape.verdict(), undecidable=1)


@pytest.mark.parametrize("more", [{"person": "p9"}, {"key": OTHER}, {"process": "another"}])
def test_a_write_id_that_is_used_twice_is_found(more: dict[str, Any]) -> None:
    tape = moved_once()
    tape.refuse("w4")
    tape.event("begin", "w4", **more)

    only(tape.verdict(), undecidable=1)


@pytest.mark.parametrize("record", [{"write_id": "w9", "value": 1}, {"write_id": "w4", "value": 2}, None])
def test_contents_that_are_not_what_the_log_says_cannot_be_decided(record: Any) -> None:
    tape = moved_once()
    tape.event("begin", "w4", person="p3", choice="each")
    tape.accept("va_gov", "w4", 3, person="p3")
    if record is None:
        del tape.held["va_gov", KEY, "p3"]
    else:
        tape.held["va_gov", KEY, "p3"] = record

    only(tape.verdict(), undecidable=1)


def test_one_and_true_are_not_the_same_value() -> None:
    tape = moved_once()
    tape.held["va_gov", KEY, "p2"]["value"] = 0

    assert tape.verdict().lost == 1


def test_a_flood_of_findings_is_counted_and_not_all_told() -> None:
    tape = moved_once()
    tape.refuse("w4")
    for number in range(500):
        tape.accept("mhv", f"planted{number}", 3, person="p9")
    tape.freeze()
    verdict = tape.verdict()

    assert (verdict.violations, verdict.stuck) == (500, 1)
    assert len(verdict.faults) + verdict.faults_left_out == 501
    assert len(verdict.faults) < 50
    assert verdict.faults[-1].startswith("stuck")
    assert verdict.kinds == {"freeze": 1, "side": 500}
