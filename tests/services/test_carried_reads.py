"""Carried reads: from the owner of each preference, and from nobody else."""

import pytest

from app.domain.moves import Stage
from app.domain.ownership import NOBODY
from app.domain.refusals import Refusal
from app.services.systems import Failed, Rejected, Unknown
from tests.services.carriage import ADA, BEN, Carriage, in_flight, preference_of, refusal
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, RX, VA_GOV


def test_what_was_never_set_is_told_as_such(carriage: Carriage) -> None:
    held = carriage.read()
    assert held.choice is None
    assert held.as_json()["set"] is False


def test_one_persons_choice_is_not_anothers(carriage: Carriage) -> None:
    carriage.write("on")
    assert carriage.read(person=BEN).choice is None


def test_a_preference_that_nobody_holds_is_neither_read_nor_written(carriage: Carriage) -> None:
    assert refusal(lambda: carriage.write("on", key=NEWS)).code == "not_adopted"
    assert refusal(lambda: carriage.read(NEWS)).code == "not_adopted"


def test_a_retired_preference_is_neither_read_nor_written(carriage: Carriage) -> None:
    carriage.world.bring_to(Stage.DRAIN, carriage.world.start(NOBODY, RX))
    carriage.holder.renew()
    carriage.world.finish(carriage.world.move(1))
    carriage.holder.renew()
    assert refusal(lambda: carriage.write("on")).code == "retired"
    assert refusal(carriage.read).code == "retired"


def test_an_unknown_preference_and_an_unknown_choice_are_refused(carriage: Carriage) -> None:
    assert refusal(lambda: carriage.read("rx_shippment")).code == "preference_unknown"
    assert refusal(lambda: carriage.write("hourly")).code == "choice_unknown"
    assert in_flight(carriage) == 0


def test_an_owner_that_cannot_be_read_is_told_and_the_other_is_never_asked_instead(carriage: Carriage) -> None:
    carriage.world.systems[MHV].failures[RX] = Failed("It answered nonsense.")
    carriage.world.systems[VA_GOV].put(ADA, preference_of(carriage, RX), True)
    refused = refusal(carriage.read)
    assert (refused.code, refused.status) == ("system_failed", 502)
    assert "nonsense" in refused.detail


def test_a_value_that_none_of_the_choices_has_is_not_guessed(carriage: Carriage) -> None:
    carriage.world.systems[MHV].put(ADA, preference_of(carriage, RX), 7)
    assert refusal(carriage.read).code == "system_failed"


def test_all_preferences_are_read_each_from_its_owner_and_a_failure_stands_in_its_place(carriage: Carriage) -> None:
    world = carriage.world
    world.bring_to(Stage.DRAIN, world.start(VA_GOV, ALERTS))
    carriage.holder.renew()
    world.finish(world.move(1))
    world.systems[MHV].put(ADA, preference_of(carriage, RX), 1)
    world.systems[MHV].failures[IMAGES] = Failed("It answered nonsense.")
    world.systems[VA_GOV].put(ADA, preference_of(carriage, ALERTS), True)
    keys = [NEWS, IMAGES, ALERTS, RX, "unknown"]
    found = carriage.carrier.read_all(world.files, ADA, keys)
    assert list(found) == keys
    told = {key: one.code if isinstance(one, Refusal) else (one.owner, one.choice) for key, one in found.items()}
    assert told == {
        RX: (MHV, "on"),
        ALERTS: (VA_GOV, "each"),
        IMAGES: "system_failed",
        NEWS: "not_adopted",
        "unknown": "preference_unknown",
    }


@pytest.mark.parametrize("trouble", [Rejected("No."), Unknown("No answer.")])
def test_no_refusal_holds_an_id_of_a_person(carriage: Carriage, trouble: Rejected | Unknown) -> None:
    carriage.world.systems[MHV].trouble = trouble
    carriage.world.systems[MHV].failures[RX] = Failed("It answered nonsense.")
    for ask in (carriage.read, lambda: carriage.write("on")):
        refused = refusal(ask)
        told = f"{refused} {refused.facts} {refused!r}"
        assert ADA.va_profile_id not in told
        assert ADA.mhv_correlation_id not in told
