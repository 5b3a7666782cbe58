"""Any number of processes tick, and one may die or all may sleep: each step happens once, or is held and told."""

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app.adapters.database.engine import make_engine
from app.adapters.database.store import SqlStore
from app.domain.ledger import verify
from app.domain.plans import PlanState, Step, StepState
from app.services.scheduling import Ticked
from tests.services.tickers import CHANGED, CHECKED, HELD, MOVED, begin, together
from tests.services.timetable import Timetable, plan
from tests.services.world import RX, VA_GOV, World

LATE = timedelta(hours=1)
FIRST = Step("first", (RX,), VA_GOV, late=LATE)


@pytest.fixture
def started(postgresql_url: str) -> Iterator[World]:
    """A world on PostgreSQL, by the machine's clock, in which hundreds of steps are due."""
    store = SqlStore(make_engine(postgresql_url))
    yield begin(store)
    store.close()


def test_known_failure_13_each_of_hundreds_of_due_steps_happens_once_however_many_tick_and_die(
    postgresql_url: str, started: World
) -> None:
    store, world = started.store, started
    codes, asked = together(postgresql_url, 0, 0, 40)
    assert codes == [0, 0, -signal.SIGKILL]
    told = Counter((entry.act, entry.body["step"]) for entry in world.ledger if entry.body.get("step"))
    acts = {CHANGED: ("step_done", "surfaces_changed"), MOVED: ("step_started", "move"), HELD: ("step_held",)}
    expected = {(act, step) for steps, named in acts.items() for step in steps for act in named}
    assert [one for one in {*told, *expected} if told[one] != 1 or one not in expected] == []
    assert sum(asked) == len(CHECKED), "no check was asked by two at once"
    with store.reading() as unit:
        assert sorted(key for move in unit.moves.unfinished() for key in move.preferences) == sorted(MOVED)
        done = {row.key for row in unit.plans.all() if row.state is PlanState.DONE}
        assert all(row.surfaces == ("va_gov_profile",) for row in unit.ownerships.of(CHANGED).values())
        entries = list(unit.ledger.entries())
        assert verify(entries, unit.ledger.head()).intact
    assert done == {f"of_{key}" for key in CHANGED[::25]}
    assert sorted(entry.body["plan"] for entry in entries if entry.act == "plan_done") == sorted(done)


@pytest.mark.parametrize("late", [1.0, 59 * 60.0, LATE.total_seconds() - 0.001])
def test_known_failure_13_a_step_that_is_found_late_starts_as_long_as_its_plan_lets_it(
    world: World, late: float
) -> None:
    times = Timetable(world, plan(FIRST))
    world.clock.advance(late)
    assert times.tick().started == ("plan/first",)


def test_known_failure_13_a_step_that_an_outage_made_too_late_is_held_and_told_once(world: World) -> None:
    second = replace(FIRST, id="second", needs_steps=("first",))
    times = Timetable(world, plan(FIRST, second))
    world.clock.advance(LATE.total_seconds())
    assert times.tick().held == ("plan/first",)
    assert times.tick(3) == Ticked()
    assert (times.state("first"), times.state("second")) == (StepState.HELD, StepState.WAITING)
    told = [entry for entry in world.ledger if entry.act == "step_held"]
    assert [(entry.body["step"], "has passed" in entry.reason) for entry in told] == [("first", True)]
    assert times.row().state is PlanState.RUNNING, "it is not forgotten: a person decides"
