"""How what stands is told to readers and to lease holders."""

import pytest

from app.domain.grants import Standing, answer_of, refusal_of, require_reader
from app.domain.ownership import Ownership, State, System
from app.domain.refusals import Refusal
from cutover_client.routes import Route, epoch_passed

HELD = Ownership("a", State.HELD, System.MHV, epoch=7)
FROZEN = Ownership("a", State.MOVING, System.MHV, System.VA_GOV, 8, move=1)
RETIRED = Ownership("a", State.RETIRED, System.MHV, epoch=9)


def test_reading_goes_on_in_a_freeze_and_ends_with_the_retirement() -> None:
    assert require_reader(FROZEN) is System.MHV
    for row, code in ((RETIRED, "retired"), (Ownership("a"), "not_adopted")):
        with pytest.raises(Refusal) as refusal:
            require_reader(row)
        assert refusal.value.code == code


def test_a_holder_is_told_of_a_freeze_that_nobody_may_write() -> None:
    answer = answer_of(Standing(5, {"a": FROZEN}))
    assert answer.routes["a"] == Route("a", "moving", "mhv", None, 8, "mhv", "va_gov")
    assert answer.revision == 5


def test_a_holder_gets_the_permit_of_each_preference_that_has_one() -> None:
    answer = answer_of(Standing(5, {"a": HELD, "b": Ownership("b")}), {"a": "signed"})
    assert (answer.routes["a"].permit, answer.routes["b"].permit) == ("signed", None)


def test_what_a_holder_refuses_is_a_refusal_with_the_same_words_here() -> None:
    refused = epoch_passed(answer_of(Standing(5, {"a": HELD})).routes["a"], 6)
    refusal = refusal_of(refused)
    assert (refusal.code, refusal.status, refusal.detail) == ("epoch_passed", 409, refused.detail)
    assert refusal.facts["owner"] == "mhv"
