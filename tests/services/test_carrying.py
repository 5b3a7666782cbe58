"""Carried writes: 503 is certainly not written, 504 perhaps, and nothing else leaves a doubt."""

import pytest

from app.domain.moves import Stage
from app.services.carrying import Held
from app.services.systems import Reading, Rejected, Unknown
from tests.services.carriage import Carriage, accepted, in_flight, refusal
from tests.services.world import ALERTS, MHV, RX, VA_GOV


def test_a_write_goes_to_the_owner_alone_under_its_epoch_and_is_read_back(carriage: Carriage) -> None:
    held = carriage.write("on")
    assert held == Held(RX, "on", MHV, 1, ("off", "on"), "w-1")
    assert held.as_json() == {
        "key": RX,
        "set": True,
        "choice": "on",
        "owner": "mhv",
        "epoch": 1,
        "choices": ["off", "on"],
        "write_id": "w-1",
    }
    assert accepted(carriage) == [("mhv", "w-1", 1)]
    assert carriage.read().choice == "on"
    assert in_flight(carriage) == 0


def test_after_a_move_the_new_owner_is_read_and_written(carriage: Carriage) -> None:
    carriage.world.bring_to(Stage.DRAIN, carriage.world.start(VA_GOV, RX))
    carriage.holder.renew()
    carriage.world.finish(carriage.world.move(1))
    carriage.holder.renew()
    assert carriage.write("on").owner is VA_GOV
    assert accepted(carriage) == [("va_gov", "w-1", 3)]


def test_a_write_in_the_middle_of_a_freeze_is_refused_and_told_when_to_come_back(carriage: Carriage) -> None:
    carriage.world.bring_to(Stage.DRAIN, carriage.world.start(VA_GOV, RX))
    carriage.holder.renew()
    refused = refusal(lambda: carriage.write("on", epoch=1))
    assert (refused.code, refused.status) == ("frozen", 503)
    assert refused.facts["retry_after"] > 0
    assert "notice" in refused.facts
    assert accepted(carriage) == []
    assert in_flight(carriage) == 0
    assert carriage.read().owner is MHV, "reading goes on"


def test_a_holder_that_has_not_heard_of_the_freeze_still_writes_and_the_drain_waits_for_it(
    carriage: Carriage,
) -> None:
    world = carriage.world
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX))
    assert carriage.write("on", epoch=1).owner is MHV
    driver = world.driver()
    driver.advance(move.id)
    assert world.move(move.id).stage is Stage.DRAIN
    carriage.holder.renew()
    driver.advance(move.id)
    assert world.move(move.id).stage is Stage.CATCH_UP


def test_a_write_under_an_epoch_that_this_process_has_not_heard_of_is_asked_to_try_again(carriage: Carriage) -> None:
    refused = refusal(lambda: carriage.write("on", epoch=2))
    assert (refused.code, refused.status) == ("no_grant", 503)
    assert accepted(carriage) == []


def test_a_write_whose_form_was_read_under_an_older_epoch_is_refused(carriage: Carriage) -> None:
    refused = refusal(lambda: carriage.write("on", epoch=0))
    assert (refused.code, refused.status) == ("epoch_passed", 409)
    assert (refused.facts["owner"], refused.facts["epoch"]) == (MHV, 1)
    assert accepted(carriage) == []


def test_without_a_lease_nothing_is_written_and_the_caller_may_ask_again(carriage: Carriage) -> None:
    carriage.world.clock.advance(22)
    refused = refusal(lambda: carriage.write("on"))
    assert (refused.code, refused.status) == ("no_grant", 503)
    assert refused.facts["retry_after"] > 0
    assert accepted(carriage) == []


@pytest.mark.parametrize("choice", ["daily", "weekly"], ids=["stored alike with another", "left out"])
def test_a_choice_that_the_owner_cannot_hold_is_refused_and_not_sent(carriage: Carriage, choice: str) -> None:
    assert carriage.write(choice, key=ALERTS).choice == choice
    carriage.world.bring_to(Stage.DRAIN, carriage.world.start(VA_GOV, ALERTS))
    carriage.holder.renew()
    carriage.world.finish(carriage.world.move(1))
    carriage.holder.renew()
    refused = refusal(lambda: carriage.write(choice, key=ALERTS))
    assert (refused.code, refused.status) == ("choice_not_held", 422)
    assert refused.facts["choices"] == ("off", "each")
    assert [where for where, *_ in accepted(carriage)] == ["mhv"]
    assert in_flight(carriage) == 0


def test_a_system_that_cannot_be_reached_was_certainly_not_written(carriage: Carriage) -> None:
    carriage.world.systems[MHV].down = "MHV is closed."
    refused = refusal(lambda: carriage.write("on"))
    assert (refused.code, refused.status) == ("system_unreachable", 503)
    assert refused.facts["retry_after"] > 0
    assert in_flight(carriage) == 0


def test_a_change_that_the_system_refused_is_told_with_its_reason(carriage: Carriage) -> None:
    carriage.world.systems[MHV].trouble = Rejected("It has no e-mail address.")
    refused = refusal(lambda: carriage.write("on"))
    assert (refused.code, refused.status) == ("refused_by_system", 422)
    assert "no e-mail address" in refused.detail
    assert in_flight(carriage) == 0


@pytest.mark.parametrize("applied", [True, False])
def test_a_write_without_an_answer_is_perhaps_made_and_stays_in_flight_for_its_span(
    carriage: Carriage, applied: bool
) -> None:
    system = carriage.world.systems[MHV]
    system.trouble, system.applied = Unknown("It did not answer."), applied
    refused = refusal(lambda: carriage.write("on"))
    assert (refused.code, refused.status) == ("outcome_unknown", 504)
    assert refused.facts["write_id"] == "w-1"
    assert in_flight(carriage) == 1
    carriage.world.clock.advance(8)
    carriage.holder.renew()
    assert in_flight(carriage) == 0


def test_an_error_that_nobody_foresaw_leaves_the_write_in_flight(carriage: Carriage) -> None:
    def break_down() -> None:
        raise RuntimeError

    carriage.world.systems[MHV].during = break_down
    with pytest.raises(RuntimeError):
        carriage.write("on")
    assert in_flight(carriage) == 1


def test_a_write_of_which_a_request_got_no_answer_stays_in_flight_although_the_choice_stands_there(
    carriage: Carriage,
) -> None:
    carriage.world.systems[MHV].reading = Reading(1, lingers=True)
    assert carriage.write("on").choice == "on"
    assert in_flight(carriage) == 1


@pytest.mark.parametrize("value", [0, None, 9], ids=["another choice", "nothing", "none of its choices"])
def test_a_read_back_that_differs_is_an_unknown_outcome(carriage: Carriage, value: int | None) -> None:
    carriage.world.systems[MHV].reading = Reading(value)
    refused = refusal(lambda: carriage.write("on"))
    assert (refused.code, refused.status) == ("outcome_unknown", 504)


@pytest.mark.parametrize("renewed", [False, True], ids=["not renewed", "renewed since"])
def test_an_answer_after_the_end_of_the_grant_is_an_unknown_outcome(carriage: Carriage, renewed: bool) -> None:
    def stop_for_a_while() -> None:
        carriage.world.clock.advance(29.8)
        if renewed:
            carriage.holder.renew()

    carriage.world.systems[MHV].after = stop_for_a_while
    assert refusal(lambda: carriage.write("on")).code == "outcome_unknown"


def test_a_process_that_was_stopped_between_check_and_send_does_not_send(carriage: Carriage) -> None:
    system = carriage.world.systems[MHV]
    system.before = lambda: carriage.world.clock.advance(25)
    assert refusal(lambda: carriage.write("on")).code == "no_grant"
    assert accepted(carriage) == []
    assert in_flight(carriage) == 0


def test_a_write_is_not_sent_when_the_freeze_is_heard_of_between_check_and_send(carriage: Carriage) -> None:
    def freeze() -> None:
        carriage.world.bring_to(Stage.DRAIN, carriage.world.start(VA_GOV, RX))
        carriage.holder.renew()

    carriage.world.systems[MHV].before = freeze
    assert refusal(lambda: carriage.write("on", epoch=1)).code == "frozen"
    assert accepted(carriage) == []


def test_the_deadline_of_a_write_counts_from_its_beginning(carriage: Carriage) -> None:
    carriage.world.systems[MHV].before = lambda: carriage.world.clock.advance(5.1)
    refused = refusal(lambda: carriage.write("on"))
    assert refused.code == "system_unreachable"
    assert accepted(carriage) == []
