"""Planted records that a move did not carry as it should, each found."""

from typing import Any

import pytest

from tests.domain.history.tape import Tape, moved_once, only


def carried(copied: str | None, **more: Any) -> Tape:
    """A move of a person's second write, in which the write that is named was copied."""
    tape = Tape(records="carried")
    tape.adopt()
    tape.save("old", "off")
    tape.save("new", "each")
    frozen = tape.freeze()
    marks = tape.marks()
    if copied is not None:
        tape.copy("va_gov", "c1", copied, frozen, **more)
    tape.activate(marks=marks)
    tape.save("after", "each")
    return tape


def test_the_last_write_before_the_freeze_is_carried() -> None:
    only(carried("new").verdict())


@pytest.mark.parametrize(
    ("copied", "more"),
    [("old", {"value": False}), (None, {}), ("unheard", {}), ("new", {"person": "p9"}), ("c1", {})],
    ids=["an older write", "no copy", "a write of nobody", "for another person", "of itself"],
)
def test_a_new_owner_whose_record_does_not_descend_from_the_last_write_is_found(copied: str | None, more: Any) -> None:
    verdict = carried(copied, **more).verdict()

    only(verdict, violations=1)
    assert "does not descend" in verdict.faults[0]
    assert "p1" not in verdict.faults[0]


def test_a_record_that_was_copied_as_another_choice_is_found() -> None:
    verdict = carried("new", value=False).verdict()

    only(verdict, violations=1)
    assert "another choice" in verdict.faults[0]


def test_a_copy_that_is_overwritten_by_an_older_one_is_found() -> None:
    tape = Tape(records="carried")
    tape.adopt()
    tape.save("old", "off")
    tape.save("new", "each")
    frozen = tape.freeze()
    marks = tape.marks()
    tape.copy("va_gov", "c1", "new", frozen)
    tape.copy("va_gov", "c0", "old", frozen, value=False)
    tape.activate(marks=marks)

    only(tape.verdict(), violations=1, lost=1)


def test_where_moves_carry_no_records_nothing_need_descend() -> None:
    tape = moved_once()
    tape.move()

    only(tape.verdict())


def test_an_undo_that_does_not_carry_what_was_written_since_is_found() -> None:
    tape = moved_once(records="carried")
    tape.freeze()
    tape.activate()
    verdict = tape.verdict()

    assert (verdict.violations, verdict.lost) == (1, 1)


def test_copies_in_a_circle_come_to_an_end() -> None:
    tape = moved_once(records="carried")
    tape.copy("va_gov", "c8", "c9", 2, person="p7")
    tape.copy("va_gov", "c9", "c8", 2, person="p7")

    assert tape.verdict().events
