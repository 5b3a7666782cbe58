"""Dates of milestones: drawn from PERT, each milestone by itself, the same for every plan."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.forecast.days import Calendar, Column
from app.domain.forecast.draws import Draws, chances
from app.domain.milestones import Estimate, Milestone
from tests.domain.forecast.making import ET, START, between, point

MEDICINES = between("medicines", "2027-02-01", "2027-03-01", "2027-09-01")
LETTERS = between("letters", "2027-05-01", "2027-05-20", "2027-06-01")


def draws(*milestones: Milestone, start: datetime = START, count: int = 2_000, seed: int = 1) -> Draws:
    return Draws({one.key: one for one in milestones}, Calendar(ET, start), count, seed)


def days(found: Draws, key: str) -> Column:
    column = found.days(key)
    assert column is not None
    return column


def test_a_milestone_of_one_day_is_reached_on_that_day_in_every_draw() -> None:
    assert set(days(draws(point("medicines", "2027-03-01")), "medicines")) == {date(2027, 3, 1).toordinal()}


def test_a_milestone_without_an_estimate_has_no_days_and_neither_has_one_that_nobody_named() -> None:
    found = draws(Milestone("medicines", "Medicines"))
    assert found.days("medicines") is None
    assert found.days("letters") is None


def test_a_milestone_that_was_reached_keeps_its_day_also_in_the_past() -> None:
    reached = datetime(2026, 12, 1, 3, tzinfo=UTC)  # the evening before in New York
    column = days(draws(point("medicines", "2027-03-01", reached=reached)), "medicines")
    assert set(column) == {date(2026, 11, 30).toordinal()}


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    first, again, other = (days(draws(MEDICINES, seed=seed), "medicines") for seed in (1, 1, 2))
    assert first == again != other


def test_another_milestone_changes_nothing_of_what_is_drawn_for_this_one() -> None:
    alone, beside = draws(MEDICINES), draws(LETTERS, MEDICINES)
    days(beside, "letters")
    assert days(alone, "medicines") == days(beside, "medicines")


def test_two_milestones_with_one_estimate_are_drawn_apart() -> None:
    twin = between("letters", "2027-02-01", "2027-03-01", "2027-09-01")
    found = draws(MEDICINES, twin)
    assert days(found, "medicines") != days(found, "letters")


def test_the_draws_lie_in_the_estimate_and_have_the_mean_and_spread_of_pert() -> None:
    column = days(draws(MEDICINES, count=20_000), "medicines")
    low, likely, high = (day.toordinal() for day in (date(2027, 2, 1), date(2027, 3, 1), date(2027, 9, 1)))
    mean = (low + 4 * likely + high) / 6
    variance = (mean - low) * (high - mean) / 7
    assert low <= min(column)
    assert max(column) <= high
    drawn = sum(column) / len(column)
    assert drawn == pytest.approx(mean, abs=0.8)
    assert sum((day - drawn) ** 2 for day in column) / len(column) == pytest.approx(variance, rel=0.05)


def test_a_symmetric_estimate_of_three_days_is_mostly_its_middle() -> None:
    day = date(2027, 3, 1)
    first, weights = chances(Estimate(day, day + timedelta(days=1), day + timedelta(days=2)), floor=0)
    # The middle half of the beta distribution (3, 3), whose distribution function is a polynomial.
    middle = 2 * (10 * 0.75**3 - 15 * 0.75**4 + 6 * 0.75**5) - 1
    assert first == day.toordinal()
    assert [weight / sum(weights) for weight in weights] == pytest.approx(
        [(1 - middle) / 2, middle, (1 - middle) / 2], abs=1e-5
    )


def test_what_was_not_reached_is_not_reached_in_the_past_and_the_days_left_share_its_weight() -> None:
    start = datetime(2027, 4, 10, 12, tzinfo=UTC)
    column = days(draws(MEDICINES, start=start), "medicines")
    assert min(column) == date(2027, 4, 11).toordinal(), "the first midnight that is still to come"
    assert MEDICINES.estimate is not None
    first, all_days = chances(MEDICINES.estimate, 0)
    from_then, left = chances(MEDICINES.estimate, min(column))
    assert from_then == min(column)
    assert left == all_days[min(column) - first :]


def test_an_estimate_that_is_over_is_the_next_midnight() -> None:
    start = datetime(2027, 10, 1, 12, tzinfo=UTC)
    assert set(days(draws(MEDICINES, start=start), "medicines")) == {date(2027, 10, 2).toordinal()}


def test_at_midnight_itself_the_day_that_begins_is_still_to_come() -> None:
    assert Calendar(ET, START).next_midnight == date(2027, 1, 4).toordinal()
    assert Calendar(ET, START + timedelta(microseconds=1)).next_midnight == date(2027, 1, 5).toordinal()


def test_moved_draws_are_the_first_ones_with_one_estimate_moved() -> None:
    all_draws = draws(MEDICINES, LETTERS)
    before = days(all_draws, "medicines")[:50]
    moved = all_draws.moved("medicines", 30, 50)
    assert days(moved, "medicines") == [day + 30 for day in before]
    assert days(moved, "letters") == days(all_draws, "letters")[:50]


def test_a_milestone_without_an_estimate_cannot_be_moved() -> None:
    with pytest.raises(ValueError, match="no estimate"):
        draws(Milestone("medicines", "Medicines")).moved("medicines", 1, 10)


def test_less_than_one_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        draws(MEDICINES, count=0)


@given(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)),
    st.integers(0, 200),
    st.integers(-40, 100),
)
def test_a_later_estimate_is_no_earlier_in_any_draw(lengths: tuple[int, int, int], by: int, ahead: int) -> None:
    earliest = START.date() + timedelta(days=ahead)
    ends = [earliest, earliest + timedelta(days=lengths[1]), earliest + timedelta(days=lengths[1] + lengths[2])]
    estimate = Milestone("medicines", "Medicines", estimate=Estimate(*ends))
    found = draws(estimate, count=50)
    early, late = days(found, "medicines"), days(found.moved("medicines", by, 50), "medicines")
    assert all(one <= other for one, other in zip(early, late, strict=True))
