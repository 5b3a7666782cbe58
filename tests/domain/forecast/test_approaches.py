"""The consequences that the brief describes come out of the model as figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.forecast.comparing import compare
from app.domain.forecast.days import Calendar
from app.domain.forecast.draws import Draws
from app.domain.forecast.figures import Figures, Spread
from app.domain.forecast.running import Course, run
from app.domain.milestones import Estimate, Milestone
from app.domain.plans import Plan
from tests.domain.forecast.approaches import B_TOO_SOON, FOUR, KEYS, WORLD, A, B, C, D
from tests.domain.forecast.making import ET, START, between, plan, step

FOUND = {one.plan: one for one in compare((*FOUR, B_TOO_SOON), WORLD, draws=1_000).plans}


def days(one: Spread[int] | None) -> int:
    assert one is not None
    return one.p50


def end(one: Figures) -> int:
    assert one.finish is not None
    return one.finish.p50.toordinal()


def test_one_at_a_time_the_page_of_mhv_loses_one_preference_after_the_other() -> None:
    assert days(FOUND["a"].split) > 30
    assert days(FOUND["a"].mismatch) == 0
    assert FOUND["a"].largest_move == 1


def test_once_mhv_is_connected_its_pages_stay_without_split_or_mismatch() -> None:
    assert (days(FOUND["b"].split), days(FOUND["b"].mismatch)) == (0, 0)
    assert days(FOUND["b"].detour) > days(FOUND["a"].detour), "everything waits for the connection"
    assert end(FOUND["b"]) > end(FOUND["a"])


def test_not_waiting_for_the_connection_leaves_pages_that_write_the_wrong_system() -> None:
    assert days(FOUND["b_too_soon"].mismatch) > 30
    assert days(FOUND["b_too_soon"].split) == 0


def test_feature_pages_of_mhv_first_change_nothing_of_where_the_choices_are() -> None:
    assert days(FOUND["c"].split) > 0
    assert days(FOUND["c"].detour) >= days(FOUND["a"].detour)
    assert FOUND["c"].frozen_minutes == FOUND["a"].frozen_minutes


def test_all_at_once_splits_nothing_risks_all_and_sends_veterans_back_meanwhile() -> None:
    assert days(FOUND["d"].split) == 0
    assert FOUND["d"].largest_move == len(KEYS)
    assert days(FOUND["d"].detour) > days(FOUND["a"].detour)


def test_a_plan_that_leaves_preferences_where_they_are_does_not_look_better_for_it() -> None:
    gave_up = replace(A, key="gave_up", steps=A.steps[:2])
    whole, half = compare((A, gave_up), WORLD, draws=500).plans
    assert end(half) < end(whole)
    assert days(half.split) > days(whole.split)
    assert days(half.detour) > days(whole.detour)


def test_the_same_arguments_give_the_same_figures_and_another_seed_others() -> None:
    first, again, other = (compare(FOUR, WORLD, draws=300, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.plans != other.plans


def test_every_plan_meets_the_same_draws_whatever_stands_beside_it() -> None:
    calendar = Calendar(ET, START)
    course, draws = Course(WORLD, calendar), Draws(WORLD.milestones, calendar, 100, 1)
    alone = run(D, Course(WORLD, calendar), Draws(WORLD.milestones, calendar, 100, 1))
    for one in FOUR:
        run(one, course, draws)
    assert run(D, course, draws).steps == alone.steps
    twin = compare((A, replace(A, key="twin")), WORLD, draws=300).plans
    assert replace(twin[1], plan="a") == twin[0]


def test_another_milestone_changes_no_figure_of_plans_that_do_not_wait_for_it() -> None:
    more = {**WORLD.milestones, "weather": between("weather", "2027-01-10", "2027-05-01", "2029-01-01")}
    beside = compare(FOUR, replace(WORLD, milestones=more), draws=300)
    assert beside.plans == compare(FOUR, WORLD, draws=300).plans


@pytest.mark.parametrize("key", ["bees_live", "pages_ready", "connected"])
def test_a_milestone_moved_on_paper_is_as_if_it_were_estimated_so(key: str) -> None:
    """What is kept of the run before is what does not depend on it."""
    calendar = Calendar(ET, START)
    draws = Draws(WORLD.milestones, calendar, 200, 1)
    moved = draws.moved(key, 60, 100)
    for one in FOUR:
        course = Course(WORLD, calendar)
        before = run(one, course, Draws(WORLD.milestones, calendar, 100, 1))
        assert run(one, course, moved, before, key) == run(one, Course(WORLD, calendar), moved)


def spreads(one: Figures) -> Iterator[tuple[int, int, int]]:
    assert one.finish is not None
    yield (one.finish.p10.toordinal(), one.finish.p50.toordinal(), one.finish.p90.toordinal())
    for found in (one.split, one.detour, one.mismatch):
        assert found is not None
        yield (found.p10, found.p50, found.p90)


@pytest.mark.parametrize("name", ["a", "b", "c", "d", "b_too_soon"])
def test_one_chance_in_ten_is_no_later_than_even_chances_and_those_no_later_than_nine_in_ten(name: str) -> None:
    assert all(p10 <= p50 <= p90 for p10, p50, p90 in spreads(FOUND[name]))


def moved(of: Milestone, by: int) -> Milestone:
    assert of.estimate is not None
    ends = (of.estimate.earliest, of.estimate.likely, of.estimate.latest)
    return replace(of, estimate=Estimate(*(end + timedelta(days=by) for end in ends)))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(WORLD.milestones)), st.integers(1, 300), st.sampled_from(FOUR))
def test_a_later_milestone_never_makes_a_plan_end_earlier(key: str, by: int, one: Plan) -> None:
    later = replace(WORLD, milestones={**WORLD.milestones, key: moved(WORLD.milestones[key], by)})
    before, after = (compare((one,), what, draws=50).plans[0] for what in (WORLD, later))
    assert next(spreads(before)) <= next(spreads(after))
    assert before.finish is not None
    assert after.finish is not None
    assert before.finish.p10 <= after.finish.p10
    assert before.finish.p90 <= after.finish.p90


def test_of_ten_draws_the_first_the_fifth_and_the_ninth_are_told() -> None:
    ten = plan("ten", step("ants", milestones=("ants_live",)))
    calendar = Calendar(ET, START)
    column = sorted(Draws(WORLD.milestones, calendar, 10, 1).days("ants_live") or [])
    assert next(spreads(compare((ten,), WORLD, draws=10).plans[0])) == (column[0], column[4], column[8])


def test_b_and_c_name_what_they_wait_for_more_than_a() -> None:
    teams = {one.key: [each.team for each in FOUND[one.key].deliverables] for one in (A, B, C)}
    assert "Portal" not in teams["a"]
    assert "Portal" in teams["b"]
    assert "Portal" in teams["c"]
