"""Planted answers that were not true, each found: what people were told against what was accepted."""

from typing import Any

import pytest

from tests.domain.history.tape import OTHER, moved_once, only


@pytest.mark.parametrize("more", [{"person": "p9"}, {"preference": OTHER}, {"part": "address", "value": None}, None])
def test_a_write_that_was_acknowledged_and_never_accepted_is_found(more: Any) -> None:
    tape = moved_once()
    tape.adopt(OTHER, owner="va_gov")
    tape.event("begin", "w4", person="p4", choice="each")
    tape.event("ok", "w4", person="p4", choice="each", owner="va_gov")
    if more is not None:
        tape.accept("va_gov", "w4", 1 if "preference" in more else 3, **{"person": "p4", **more})
    verdict = tape.verdict()

    only(verdict, violations=1, lost=1)
    assert "no system accepted it" in verdict.faults[0]


def test_a_copy_is_no_acceptance_of_a_persons_write() -> None:
    tape = moved_once(records="carried")
    tape.event("begin", "w4", person="p4", choice="each")
    tape.copy("va_gov", "w4", "w1", 2, person="p4")
    tape.event("ok", "w4", person="p4", choice="each", owner="va_gov")

    assert [fault for fault in tape.verdict().faults if "no system accepted it" in fault]


def test_a_write_that_was_acknowledged_for_another_system_than_accepted_it_is_found() -> None:
    tape = moved_once()
    tape.event("begin", "w4", person="p4", choice="each")
    tape.accept("va_gov", "w4", 3, person="p4")
    tape.event("ok", "w4", person="p4", choice="each", owner="mhv")

    only(tape.verdict(), violations=1)


def test_a_write_that_was_acknowledged_as_another_choice_than_is_stored_is_found() -> None:
    tape = moved_once()
    tape.event("begin", "w4", person="p4", choice="off")
    tape.accept("va_gov", "w4", 3, person="p4", value=True)
    tape.event("ok", "w4", person="p4", choice="off", owner="va_gov")

    only(tape.verdict(), violations=1)
    tape.more = {"choices": None}
    only(tape.verdict())


def test_a_write_that_certainly_failed_and_was_accepted_is_found() -> None:
    tape = moved_once()
    tape.refuse("w4", person="p4")
    tape.accept("va_gov", "w4", 3, person="p4")
    verdict = tape.verdict()

    only(verdict, violations=1)
    assert "certainly not written" in verdict.faults[0]


def test_a_failed_try_says_nothing_of_one_before_it_that_nothing_ended() -> None:
    tape = moved_once()
    tape.event("begin", "w4", person="p4", choice="each")
    tape.accept("va_gov", "w4", 3, person="p4")
    tape.refuse("w4", person="p4")
    verdict = tape.verdict()

    only(verdict)
    assert verdict.unknown == 1


def test_untrue_answers_of_a_client_without_a_lease_are_noted() -> None:
    tape = moved_once()
    tape.add("process", process="odd", kind="advisory")
    tape.refuse("w4", "odd", person="p4")
    tape.accept("va_gov", "w4", 3, person="p4")

    only(tape.verdict(), noted=1)
