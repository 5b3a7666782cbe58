"""Plans are compared and forecast from what the database knows now: owners, milestones, drafts, and plans that run."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from app.adapters.files.ports import PlanFolder
from app.domain.catalogue import Catalogue
from app.domain.forecast.figures import Figures
from app.domain.forecast.foretelling import Forecast, StepForecast
from app.domain.milestones import Estimate
from app.domain.plans import StepState
from app.domain.refusals import Refusal
from app.services.planning.forecasting import (
    FORECAST_STANDS_FOR,
    MOST_DRAWS,
    STANDS_FOR,
    Compared,
    Forecasts,
    forecast_of,
)
from app.services.planning.looking import Looking
from app.services.planning.reaching import estimate, milestone, reach
from app.services.planning.starting import candidate, draft, start_plan
from tests.adapters.files.test_shipped_files import APPROACHES, LIMITS, ROOT, shipped
from tests.fakes.clock import BEGINNING
from tests.services.world import PM, VA_GOV, World

FEW = 40
FILES = PlanFolder(ROOT / "cutover_plans", LIMITS)
A, D = APPROACHES["A"], APPROACHES["D"]


class Shipped:
    """The shipped plans and preferences over the database of a world."""

    def __init__(self, world: World) -> None:
        world.files = Catalogue(shipped("production"))
        self.world, self.forecasts = world, Forecasts(world.store)

    @property
    def looking(self) -> Looking:
        """The files, as they are."""
        return Looking(FILES, self.world.files, FILES.milestones())

    def compared(self, *keys: str, draws: int = FEW, seed: int = 1) -> Compared:
        """A comparison."""
        return self.forecasts.compare(self.looking, keys or None, draws, seed)

    def figures(self, key: str) -> Figures:
        """Those of one plan beside the other approaches."""
        return next(one for one in self.compared().comparison.plans if one.plan == key)

    def forecast(self, key: str) -> Forecast:
        """The dates of one plan."""
        with self.world.store.reading() as unit:
            return forecast_of(unit, self.looking, key, FEW)

    def step(self, name: str, key: str = A) -> StepForecast:
        """The dates of one step."""
        return next(one for one in self.forecast(key).steps if one.step == name)

    def start(self, key: str) -> None:
        """Let a plan run."""
        with self.world.store.writing() as unit:
            start_plan(unit, candidate(unit, FILES, self.world.files, key), PM)

    def expect(self, key: str, expected: Estimate | None) -> None:
        """Record when a milestone is expected."""
        with self.world.store.writing() as unit:
            estimate(unit, milestone(unit, FILES.milestones(), key), expected, PM)


@pytest.fixture
def them(sqlite_world: World) -> Shipped:
    return Shipped(sqlite_world)


def test_without_names_every_plan_that_is_an_approach_is_compared(world: World) -> None:
    found = Shipped(world).compared()
    assert [one.plan for one in found.comparison.plans] == list(APPROACHES.values())
    assert found.comparison.start == BEGINNING
    assert found.unreadable == ()
    assert found.paragraph.startswith("No plan is best on every count.")


def test_the_plans_that_are_named_are_compared_once_each_in_their_order(them: Shipped) -> None:
    assert [one.plan for one in them.compared(D, A, D).comparison.plans] == [D, A]


def test_what_happened_in_the_end_is_compared_like_any_plan(them: Shipped) -> None:
    happened = them.compared("as_it_happened", A).comparison.plans[0]
    assert happened.finish is not None
    assert (happened.largest_move, happened.frozen_minutes, happened.deliverables) == (1, 8, ())


def test_a_plan_that_is_not_there_is_refused(them: Shipped) -> None:
    with pytest.raises(Refusal) as refused:
        them.compared("invented")
    assert refused.value.code == "not_found"


def test_a_plan_that_moves_what_has_no_file_is_refused_and_left_out_where_nobody_named_it(them: Shipped) -> None:
    them.start(A)
    them.world.files = Catalogue({k: v for k, v in them.world.files.preferences.items() if k != "mhv_newsletter"})
    with pytest.raises(Refusal) as refused:
        them.compared(A)
    assert (refused.value.code, "mhv_newsletter" in refused.value.detail) == ("plan_invalid", True)
    found = them.compared()
    assert found.comparison.plans == ()
    assert f"The plan {A} moves what has no file: mhv_newsletter." in " ".join(found.unreadable)


@pytest.mark.parametrize("draws", [0, -1, MOST_DRAWS + 1])
def test_so_many_draws_are_refused(them: Shipped, draws: int) -> None:
    for ask in (lambda: them.compared(draws=draws), lambda: _forecast(them, draws)):
        with pytest.raises(Refusal) as refused:
            ask()
        assert refused.value.code == "invalid"


def _forecast(them: Shipped, draws: int) -> Forecast:
    with them.world.store.reading() as unit:
        return forecast_of(unit, them.looking, A, draws)


def test_the_draft_of_a_plan_is_compared_in_place_of_its_file(them: Shipped) -> None:
    with them.world.store.writing() as unit:
        filed = candidate(unit, FILES, them.world.files, A)
        text = filed.text.replace('freeze_limit = "2m"', 'freeze_limit = "5m"')
        draft(unit, FILES.judge(A, text, them.world.files), PM)
    assert them.figures(A).frozen_minutes == 5 * 6


def test_what_was_moved_already_is_neither_frozen_again_nor_far_from_its_feature(them: Shipped) -> None:
    before = them.figures(A)
    them.world.adopt()
    with them.world.store.writing() as unit:
        row = unit.ownerships.of(["rx_refill_shipment"])["rx_refill_shipment"]
        moved = replace(row, owner=VA_GOV, surfaces=("va_gov_profile",), epoch=row.epoch + 1)
        unit.ownerships.change(moved, row.epoch)
    after = them.figures(A)
    assert before.split is not None
    assert after.split is not None
    assert after.split.p50 > before.split.p50, "one is on VA.gov from the first day on"


def test_a_new_estimate_of_a_milestone_changes_the_end(them: Shipped) -> None:
    before = them.figures(A).finish
    them.expect("health_summary_off_hold", Estimate(date(2029, 6, 1), date(2029, 6, 1), date(2029, 6, 1)))
    after = them.figures(A).finish
    assert before is not None
    assert after is not None
    assert before.p90 < date(2029, 6, 1) < after.p10


def test_where_nobody_gives_an_estimate_there_is_no_end_but_the_sentence_why(them: Shipped) -> None:
    them.expect("health_summary_off_hold", None)
    found = them.figures(A)
    assert found.finish is None
    assert "The health summary is off hold" in found.why["finish"]
    assert "nobody has given an estimate" in them.compared().paragraph
    step = them.step("summary")
    assert (step.start, step.expected) == (None, None)
    assert step.why is not None
    assert "nobody has given an estimate" in step.why
    assert {(one.team, one.by) for one in step.tell} >= {("MHV health summary", None)}


def test_a_plan_that_runs_goes_on_from_where_it_is(them: Shipped) -> None:
    them.start(A)
    with them.world.store.writing() as unit:
        unit.ledger.lock()
        row = unit.plans.find(A)
        assert row is not None
        done = replace(row.rows["rx"], state=StepState.DONE, since=BEGINNING)
        assert unit.plans.change_step(done, StepState.WAITING)
    step = them.step("rx")
    assert not step.ahead
    assert step.end is not None
    assert step.end.p90 == date(2027, 3, 2)
    assert "medications_live" not in {one.milestone for one in them.figures(A).deliverables}
    assert "medications_live" in {one.milestone for one in them.figures(D).deliverables}


def test_the_latest_day_to_tell_a_team_is_the_expected_start_less_its_lead(them: Shipped) -> None:
    step = them.step("rx")
    assert step.start is not None
    told = {one.team: one.by for one in step.tell}
    assert told["VA Profile"] == step.start.p50 - timedelta(weeks=6)
    assert told["MHV medications"] == step.start.p50 - timedelta(weeks=6)


def test_the_same_is_not_drawn_again_for_a_while(them: Shipped) -> None:
    first = them.compared()
    them.world.clock.advance(STANDS_FOR.total_seconds() - 1)
    assert them.compared() is first
    assert them.compared(seed=2) is not first
    assert them.compared(draws=FEW + 1) is not first
    assert them.compared(A) is not first
    them.world.clock.advance(1)
    assert them.compared() is not first


def test_what_persons_record_is_seen_at_once(them: Shipped) -> None:
    first = them.compared()
    with them.world.store.writing() as unit:
        reach(unit, milestone(unit, FILES.milestones(), "medications_live"), PM)
    second = them.compared()
    assert second is not first
    them.start(A)
    assert them.compared() is not second


def test_the_forecast_of_a_plan_is_not_drawn_again_for_a_minute_while_nothing_has_changed(world: World) -> None:
    them = Shipped(world)
    asked = partial(them.forecasts.of, them.looking, draws=FEW)
    first, other = asked(A), asked(D)
    assert other.plan == D
    them.world.clock.advance(FORECAST_STANDS_FOR.total_seconds() - 1)
    assert asked(A) is first
    assert asked(D) is other
    assert them.forecasts.of(them.looking, A, FEW + 1) is not first
    assert them.forecasts.of(them.looking, A, FEW, 2) is not first
    them.expect("medications_live", None)
    without = asked(A)
    assert without != first
    them.start(A)
    assert asked(A) is not without
    them.world.clock.advance(FORECAST_STANDS_FOR.total_seconds() + 1)
    assert asked(D).start > other.start
