"""A write that got no answer may land later: nobody writes over it until its span has passed."""

import pytest

from app.domain.refusals import Refusal
from app.services.systems import Reading, Unknown
from tests.services.carriage import BEN, Carriage
from tests.services.world import MHV


def code(carriage: Carriage, choice: str = "on") -> str:
    """The code with which a write is refused."""
    with pytest.raises(Refusal) as refused:
        carriage.write(choice)
    return refused.value.code


def lose(carriage: Carriage) -> None:
    """From now on a write gets no answer."""

    def raise_unknown() -> None:
        raise Unknown("the connection was lost.")

    carriage.world.systems[MHV].after = raise_unknown


def answer(carriage: Carriage) -> None:
    """From now on writes are answered again."""
    carriage.world.systems[MHV].after = lambda: None


def test_after_an_unknown_outcome_the_same_choice_is_not_written_until_the_span_has_passed(carriage: Carriage) -> None:
    lose(carriage)
    assert code(carriage) == "outcome_unknown"
    answer(carriage)
    assert code(carriage, "off") == "still_under_way"
    carriage.world.clock.advance(carriage.holder.spans.span())
    assert carriage.write("off").choice == "off"


def test_a_write_that_is_done_but_lingers_holds_the_next_one_up_too(carriage: Carriage) -> None:
    carriage.world.systems[MHV].reading = Reading(1, lingers=True)
    assert carriage.write("on").choice == "on"
    carriage.world.systems[MHV].reading = None
    with pytest.raises(Refusal) as refused:
        carriage.write("off")
    assert (refused.value.code, refused.value.status) == ("still_under_way", 503)
    assert 1 <= refused.value.facts["retry_after"] <= carriage.holder.spans.span() + 1


def test_other_people_are_not_held_up(carriage: Carriage) -> None:
    lose(carriage)
    assert code(carriage) == "outcome_unknown"
    answer(carriage)
    lingering, now = carriage.carrier.lingering, carriage.world.clock.instant()
    lingering.require_none(BEN, "rx_refill_shipment", now)


def test_an_answered_write_holds_nobody_up(carriage: Carriage) -> None:
    assert carriage.write("on").choice == "on"
    assert carriage.write("off").choice == "off"
