"""A timeline is made from what the database knows: of shipped plans, and of plans in every state."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.forecast.foretelling import forecast
from app.domain.moves import Stage
from app.domain.plans import Step, StepState
from app.domain.refusals import Refusal
from app.domain.timeline.shapes import Look, Timeline
from app.domain.timeline.telling import timeline
from app.services.planning.forecasting import dated_by
from app.services.planning.looking import Looking
from app.services.planning.timing import facts_in
from tests.adapters.files.test_shipped_files import APPROACHES
from tests.fakes.clock import BEGINNING
from tests.services.acts import ANN, Acts
from tests.services.test_forecasting import FEW, Shipped
from tests.services.timetable import Timetable, plan
from tests.services.world import ALERTS, RX, VA_GOV, World

DAY = timedelta(days=1)
FIRST = Step("first", (RX,), VA_GOV, bake=2 * DAY)
SECOND = Step("second", (ALERTS,), VA_GOV, needs_steps=("first",), approvals=1)


def timed(times: Timetable, key: str = "plan") -> Timeline:
    """The timeline of a plan of a timetable."""
    looking = Looking(times, times.world.files, times.world.milestones)
    with times.world.store.reading() as unit:
        facts = facts_in(unit, looking, key)
        known = dated_by(unit, looking, key)[1] if facts.needs_forecast else None
    return timeline(facts if known is None else replace(facts, forecast=forecast(facts.plan, known, draws=FEW)))


def looks(found: Timeline) -> list[Look]:
    """What each step is shown as."""
    return [line.look for line in found.steps]


@pytest.mark.parametrize("key", [*APPROACHES.values(), "demo", "as_it_happened"])
def test_every_shipped_plan_has_a_timeline_before_it_starts_and_while_it_runs(sqlite_world: World, key: str) -> None:
    them = Shipped(sqlite_world)
    states = []
    for is_running in (False, True):
        if is_running:
            sqlite_world.adopt()
            them.start(key)
        with sqlite_world.store.reading() as unit:
            facts = facts_in(unit, them.looking, key)
            found = forecast(facts.plan, dated_by(unit, them.looking, key)[1], draws=FEW)
        told = timeline(replace(facts, forecast=found))
        states.append(told.state)
        assert len(told.steps) == len(facts.plan.steps)
        assert all(line.look in (Look.UNCERTAIN, Look.EXPECTED) for line in told.steps)
    assert states == [None, "running"]


def test_a_step_is_shown_from_its_date_to_its_end(world: World) -> None:
    times = Timetable(world, plan(replace(FIRST, not_before=BEGINNING + DAY), SECOND))
    times.tick()
    assert looks(timed(times)) == [Look.PLANNED, Look.EXPECTED]
    assert timed(times).steps[0].at == BEGINNING + DAY
    world.clock.advance(DAY.total_seconds())
    times.tick(2)
    assert looks(timed(times))[0] is Look.MOVING


def test_the_moment_of_a_move_is_that_of_its_activation(sqlite_world: World) -> None:
    times = Timetable(sqlite_world, plan(FIRST, SECOND))
    times.tick(2)
    sqlite_world.clock.advance(60)
    sqlite_world.bring_to(Stage.WATCH, times.move("first"))
    times.tick()
    assert (looks(timed(times))[0], timed(times).steps[0].at) == (Look.WATCHED, BEGINNING + timedelta(seconds=60))
    sqlite_world.clock.advance(FIRST.bake.total_seconds())
    move = sqlite_world.finish(times.move("first"))
    times.tick(2)
    done = timed(times).steps[0]
    assert times.state("first") is StepState.DONE
    assert (done.look, done.at) == (Look.MOVED, move.activated)
    assert done.watched is not None
    assert done.watched.begins == move.activated


def test_of_a_held_step_whose_move_was_undone_nothing_has_moved(sqlite_world: World) -> None:
    times = Timetable(sqlite_world, plan(FIRST))
    times.tick(2)
    move = sqlite_world.bring_to(Stage.WATCH, times.move("first"))
    with sqlite_world.store.writing() as unit:
        row = times.step("first")
        assert unit.plans.change_step(replace(row, state=StepState.HELD), row.state)
    assert timed(times).steps[0].moved == move.activated
    sqlite_world.finish(sqlite_world.undo(move.id))
    assert (looks(timed(times)), timed(times).steps[0].moved) == ([Look.HELD], None)


def test_approvals_are_those_that_hold_now(sqlite_world: World) -> None:
    times = Timetable(sqlite_world, plan(replace(FIRST, approvals=1, not_before=BEGINNING + DAY)))
    times.tick()
    assert timed(times).steps[0].lacks_approval
    Acts(times).step("approve", by=ANN)
    times.tick()
    assert not timed(times).steps[0].lacks_approval


def test_a_paused_and_a_cancelled_plan_are_shown_as_they_stand(sqlite_world: World) -> None:
    times = Timetable(sqlite_world, plan(FIRST, SECOND))
    Acts(times).plan("pause")
    assert (timed(times).state, looks(timed(times))) == ("paused", [Look.EXPECTED, Look.EXPECTED])
    Acts(times).plan("cancel")
    assert (timed(times).state, looks(timed(times))) == ("cancelled", [Look.CANCELLED, Look.CANCELLED])


def test_a_plan_that_is_not_there_is_refused(sqlite_world: World) -> None:
    with pytest.raises(Refusal) as found:
        timed(Timetable(sqlite_world), "invented")
    assert found.value.code == "not_found"
