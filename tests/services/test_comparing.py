"""Which preferences are compared between the systems: those of steps to come that ask for it."""

from dataclasses import replace

import pytest

from app.domain.plans import PlanState, Step, StepState
from app.domain.refusals import Refusal
from app.services.checks.shadow_reads_agree import LEAST
from app.services.planning.comparing import Comparing
from app.services.tallies import GOOD, Counted, Place
from tests.services.test_tallies import flushed
from tests.services.timetable import Timetable, plan
from tests.services.world import ALERTS, IMAGES, RX, VA_GOV, World

AGREE = Step("first", (RX,), VA_GOV, checks=("shadow_reads_agree",))


def wanted(times: Timetable) -> frozenset[str]:
    """What is to be compared now."""
    return Comparing(times.world.store, times).keys()


def test_preferences_of_steps_to_come_that_ask_whether_the_systems_agree_are_compared(world: World) -> None:
    second = Step("second", (ALERTS, IMAGES), VA_GOV, needs_steps=("first",), checks=("shadow_reads_agree",))
    times = Timetable(world, plan(replace(AGREE, checks=()), second))
    assert wanted(times) == {ALERTS, IMAGES}


def test_what_has_started_or_whose_plan_does_not_run_is_not_compared(world: World) -> None:
    times = Timetable(world, plan(AGREE))
    assert wanted(times) == {RX}
    for state in (PlanState.PAUSED, PlanState.RUNNING):
        changed = replace(times.row(), state=state)
        with world.store.writing() as unit:
            unit.ledger.lock()
            assert unit.plans.change(changed)
        assert wanted(times) == ({RX} if state is PlanState.RUNNING else set())
    times.tick(2)
    assert times.state("first") is StepState.DUE
    assert wanted(times) == {RX}, "its check does not pass, so it has not started"
    flushed(world, Place(Counted.SHADOW_READ, RX, 1), *[GOOD] * LEAST)
    world.clock.advance(15)
    assert times.tick().started == ("plan/first",)
    assert wanted(times) == set()


def test_a_plan_that_cannot_be_read_keeps_no_other_from_being_compared(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = Timetable(world, plan(AGREE), plan(Step("x", (ALERTS,), VA_GOV, checks=AGREE.checks), key="other"))
    read = times.read

    def partly(key: str, text: str) -> object:
        if key == "plan":
            raise Refusal("plan_invalid", "It has a key of another version.", "")
        return read(key, text)

    monkeypatch.setattr(times, "read", partly)
    assert wanted(times) == {ALERTS}
