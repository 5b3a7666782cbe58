"""Two persons act at once on one plan: what was decided on the same version of it is done once, and the other told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.adapters.database.store import SqlUnit
from app.domain.plans import PlanState, Step, StepState
from app.services.planning import approving, steering, versions
from app.services.planning.acting import ACTS, STEP_ACTS
from app.services.planning.starting import start_plan
from app.services.planning.surroundings import Surroundings
from tests.fakes.clock import BEGINNING
from tests.services.acts import ANN, BEN, Acts, version
from tests.services.test_races import race
from tests.services.timetable import Timetable, plan
from tests.services.world import ALERTS, PM, RX, VA_GOV, World

HOUR = timedelta(hours=1)
FIRST = Step("first", (RX,), VA_GOV, approvals=1, checks=("confirmed:ready",))
TWO = version("two", replace(FIRST, bake=HOUR))

Deciding = Callable[[SqlUnit, Surroundings], Any]
DECISIONS: dict[str, Deciding] = {
    "pause": lambda unit, around: ACTS["pause"].do(unit, around, PM),
    "cancel": lambda unit, around: ACTS["cancel"].do(unit, around, BEN),
    "approve": lambda unit, around: STEP_ACTS["approve"].do(unit, around, FIRST, ANN),
    "override": lambda unit, around: approving.override(unit, around, FIRST, "approvals", BEN),
    "confirm": lambda unit, around: approving.confirm(unit, around, FIRST, "ready", BEN),
    "accept": lambda unit, around: versions.accept(unit, around.plan, around.row, TWO, BEN),
    "skip": lambda unit, around: STEP_ACTS["skip"].do(unit, around, FIRST, BEN),
    "reschedule": lambda unit, around: steering.reschedule(unit, around, FIRST, steering.NewDate(BEGINNING + HOUR), PM),
}
ACTED = {"plan_paused", "plan_cancelled", "step_approved", "break_glass", "step_confirmed", "version_accepted"}
ACTED |= {"step_skipped", "step_rescheduled"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pause", "cancel"),
        ("pause", "pause"),
        ("approve", "accept"),
        ("approve", "cancel"),
        ("override", "accept"),
        ("confirm", "accept"),
        ("accept", "accept"),
        ("reschedule", "accept"),
        ("reschedule", "approve"),
        ("skip", "skip"),
        ("cancel", "skip"),
    ],
)
def test_known_failure_15_of_two_who_decided_on_the_same_version_of_a_plan_one_is_first_and_the_other_is_told(
    world: World, one: str, other: str
) -> None:
    times = Timetable(world, version("one", FIRST))
    with world.store.reading() as unit:
        seen = Acts(times).around(unit)

    def decided(name: str) -> Callable[[], object]:
        def act() -> object:
            with world.store.writing() as unit:
                unit.ledger.lock()
                DECISIONS[name](unit, seen)
            return None

        return act

    head = world.head
    assert sorted(race(decided(one), decided(other)), key=str) == [None, "lost"]
    assert sum(entry.act in ACTED for entry in world.ledger if entry.number > head.number) == 1


def test_known_failure_16_of_two_plans_of_one_preference_that_start_at_once_one_does_and_the_other_is_told(
    world: World,
) -> None:
    times = Timetable(world)
    plans = [plan(replace(FIRST, id=key), key=key) for key in ("one", "two")]

    def starting(key: int) -> Callable[[], object]:
        def start() -> object:
            with world.store.writing() as unit:
                return start_plan(unit, plans[key], PM).key

        return start

    answers = race(starting(0), starting(1))
    assert "preference_in_plan" in answers
    with world.store.reading() as unit:
        assert [row.key for row in unit.plans.all()] == [answer for answer in answers if answer != "preference_in_plan"]
    assert times.plans == {}


@pytest.mark.parametrize("act", ["pause", "cancel", "skip"])
def test_a_tick_at_the_same_moment_starts_the_step_before_the_act_or_not_at_all(world: World, act: str) -> None:
    step = Step("first", (RX,), VA_GOV)
    times = Timetable(world, version("one", step, Step("other", (ALERTS,), VA_GOV, not_before=BEGINNING + HOUR)))
    acts = Acts(times)

    def do() -> None:
        if act == "skip":
            acts.step("skip")
        else:
            acts.plan(act)

    ticked, answer = race(lambda: len(times.tick().started), do)
    state, moved = times.state("first"), times.step("first").move is not None
    with world.store.reading() as unit:
        assert len(unit.moves.latest(5)) == moved == ticked
    if act == "skip":
        assert (state, answer) in [(StepState.SKIPPED, None), (StepState.RUNNING, "step_state")]
    elif act == "pause":
        assert (times.row().state, answer) == (PlanState.PAUSED, None)
        assert state is (StepState.RUNNING if moved else StepState.WAITING)
    else:
        assert (state, answer) == (StepState.CANCELLED, None)
        assert not moved or times.move("first").outcome is not None
