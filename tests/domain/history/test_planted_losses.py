"""Planted losses, each found; and what may stand in the place of a person's last write."""

from typing import Any

import pytest

from tests.domain.history.tape import KEY, Tape, moved_once, only


@pytest.mark.parametrize("records", ["none", "carried"])
@pytest.mark.parametrize(
    "record",
    [
        None,
        {"write_id": None, "value": True},
        {"write_id": "nobodys", "value": False},
        {"write_id": "w3", "value": True},
    ],
    ids=["gone", "as it was before", "another's", "another value"],
)
def test_an_acknowledged_write_that_is_not_there_is_lost(records: str, record: Any) -> None:
    tape = moved_once(records=records)
    if record is None:
        del tape.held["va_gov", KEY, "p2"]
    else:
        tape.held["va_gov", KEY, "p2"] = record
    verdict = tape.verdict()

    only(verdict, lost=1)
    assert KEY in verdict.faults[0]
    assert "p2" not in verdict.faults[0]


def test_where_moves_carry_no_records_a_write_is_looked_for_in_the_system_that_accepted_it() -> None:
    tape = moved_once()
    assert ("va_gov", KEY, "p1") not in tape.held
    only(tape.verdict())
    del tape.held["mhv", KEY, "p1"]
    only(tape.verdict(), lost=1)


def test_where_moves_carry_records_it_must_be_in_the_system_that_reigns_at_the_end() -> None:
    tape = moved_once(records="carried")
    del tape.held["mhv", KEY, "p1"]
    assert tape.verdict().lost == 0
    del tape.held["va_gov", KEY, "p1"]
    assert tape.verdict().lost == 1


def test_a_write_that_is_not_the_persons_last_is_not_looked_for() -> None:
    tape = moved_once()
    tape.save("w4", person="p1")
    del tape.held["mhv", KEY, "p1"]

    assert tape.verdict().lost == 0


def overwritten(*, first: str, second: str, told: str, process: str = "front") -> Tape:
    """Two writes of one person, accepted in this order; the one that is told ends as told and began first or second."""
    tape = moved_once()
    names = ("w4", "w5")
    order = {"begin": [first, second]}["begin"]
    for name in order:
        if name == "w5":
            tape.event("begin", "w5", process, choice="off")
            tape.event(told, "w5", process)
        else:
            tape.event("begin", "w4", choice="each")
            tape.event("ok", "w4", choice="each", owner="va_gov")
    for name in names:
        tape.accept("va_gov", name, 3, value=name == "w4")
    return tape


def test_a_later_write_of_unknown_outcome_may_stand_in_its_place() -> None:
    only(overwritten(first="w4", second="w5", told="unknown").verdict())


def test_an_earlier_write_of_unknown_outcome_may_not() -> None:
    only(overwritten(first="w5", second="w4", told="unknown").verdict(), lost=1)


def test_an_earlier_write_that_nothing_ended_may_have_been_under_way_all_the_time() -> None:
    tape = moved_once()
    tape.event("begin", "w5", choice="off")
    tape.save("w4")
    tape.accept("va_gov", "w5", 3, value=False)
    verdict = tape.verdict()

    only(verdict)
    assert verdict.unknown == 1


def test_a_record_that_goes_back_to_another_processes_earlier_write_is_lost() -> None:
    tape = moved_once()
    tape.save("w5", "off", process="another")
    tape.save("w4")
    tape.held["va_gov", KEY, "p1"] = {"write_id": "w5", "value": False}

    only(tape.verdict(), lost=1)


def test_of_two_processes_the_log_alone_says_which_write_came_later() -> None:
    only(overwritten(first="w5", second="w4", told="unknown", process="another").verdict())


def test_a_write_that_was_said_to_have_failed_may_never_stand_in_its_place() -> None:
    only(overwritten(first="w4", second="w5", told="failed").verdict(), lost=1, violations=1)


def test_of_two_writes_under_way_at_once_either_may_be_the_last() -> None:
    tape = moved_once()
    for event, name in (("begin", "w4"), ("begin", "w5"), ("ok", "w5"), ("ok", "w4")):
        tape.event(event, name, choice="each" if name == "w4" else "off", owner="va_gov")
    tape.accept("va_gov", "w5", 3, value=False)
    tape.accept("va_gov", "w4", 3, value=True)

    only(tape.verdict())


def test_a_write_that_an_earlier_acknowledged_one_lands_upon_is_lost() -> None:
    tape = moved_once()
    for name, value in (("w4", False), ("w5", True)):
        tape.event("begin", name, choice="each" if value else "off")
        tape.event("ok", name, owner="va_gov", choice="each" if value else "off")
    tape.accept("va_gov", "w5", 3, value=True)
    tape.accept("va_gov", "w4", 3, value=False)

    only(tape.verdict(), lost=1)


def test_another_persons_write_may_not_stand_in_its_place() -> None:
    tape = moved_once()
    tape.save("w4", "off", person="p4")
    tape.held["va_gov", KEY, "p2"] = {"write_id": "w4", "value": False}

    only(tape.verdict(), lost=1)


def test_a_late_write_of_the_old_owner_that_was_acknowledged_is_lost_where_records_are_carried() -> None:
    tape = moved_once(records="carried", assumptions="broken")
    tape.event("begin", "late", choice="off")
    tape.accept("mhv", "late", 1, value=0)
    tape.event("ok", "late", owner="mhv", choice="off")

    only(tape.verdict(), breaches=1, lost=1)


def test_what_a_client_without_a_lease_loses_is_noted_and_promised_by_nobody() -> None:
    tape = moved_once(records="carried")
    tape.add("process", process="odd", kind="advisory")
    tape.event("begin", "late", "odd", person="p5", choice="off")
    tape.accept("mhv", "late", 1, person="p5", value=0)
    tape.event("ok", "late", "odd", person="p5", owner="mhv", choice="off")

    only(tape.verdict(), breaches=1, noted=1)
