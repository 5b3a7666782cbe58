"""From the first day to the last: what is shown, on an axis on which a day is a day."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from app.domain.milestones import Estimate, Milestone
from app.domain.plans import PlanState
from app.domain.timeline.days import day_of, night_of, place_of
from app.domain.timeline.drawing.axis import Axis, months, ticks
from app.domain.timeline.drawing.layout import NARROW, WIDE, Layout
from app.domain.timeline.shapes import Stretch
from app.domain.timeline.telling import timeline
from app.domain.windows import Blackout, Window
from tests.domain.timeline.boxes import drawn, shapes, words
from tests.domain.timeline.making import (
    DAY,
    NIGHTS,
    NOW,
    PLANNED,
    RUNNING,
    drafted,
    et,
    facts,
    plan,
    ran,
    spread,
    started,
    step,
)


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 3, 9), 23), (date(2025, 11, 2), 25), (date(2025, 4, 17), 24)])
def test_a_day_of_23_or_25_hours_is_a_day(day: date, hours: int) -> None:
    midnight, noon = (et(day.year, day.month, day.day, hour) for hour in (0, 12))
    after = day + DAY
    assert place_of(midnight) == day.toordinal()
    assert place_of(et(after.year, after.month, after.day)) - place_of(midnight) == 1
    assert place_of(noon) - place_of(midnight) == pytest.approx((hours - 12) / hours)
    axis = Axis(WIDE, day.toordinal() - 3, day.toordinal() + 3)
    assert axis.at(et(after.year, after.month, after.day)) - axis.at(midnight) == pytest.approx(axis.per_day)


def test_the_two_readings_of_a_repeated_hour_stand_one_after_the_other() -> None:
    first = et(2025, 11, 2, 1, 30)
    assert 0.03 < place_of(first + timedelta(hours=1)) - place_of(first) < 0.05
    assert place_of(first + timedelta(hours=1)) < place_of(et(2025, 11, 2, 2))


def test_between_midnight_and_six_it_is_the_night_of_the_day_before() -> None:
    moments = [et(2025, 4, 29), et(2025, 4, 29, 5, 59), et(2025, 4, 29, 6), et(2025, 4, 28, 23)]
    assert [night_of(moment) for moment in moments] == [date(2025, 4, 28), date(2025, 4, 28), None, None]
    assert day_of(et(2025, 4, 28, 23)) == date(2025, 4, 28)


def test_it_begins_with_the_first_event_and_ends_ten_days_behind_the_last() -> None:
    found = ran({"tea": {}}, step("tea"), starts={"tea": spread("2025-05-20", "2025-06-03", "2025-07-15")})
    assert (found.first, found.last) == (date(2025, 4, 1), date(2025, 7, 25))


def test_behind_a_short_plan_a_tenth_of_it_is_shown_and_never_less_than_three_days() -> None:
    assert (drafted().first, drafted().last) == (date(2025, 4, 17), date(2025, 4, 19))
    found = drafted(step("tea", bake=timedelta(0)), tea=et(2025, 5, 17))
    assert found.last == date(2025, 5, 20)


def test_the_latest_day_of_a_milestone_is_shown_and_one_reached_before_the_plan_is_not_begun_with() -> None:
    one = plan(step("tea", milestones=("a", "b")))
    days = Estimate(date(2025, 1, 1), date(2025, 5, 20), date(2025, 7, 5))
    known = {"a": Milestone("a", "A", estimate=days), "b": Milestone("b", "B", reached=et(2024, 4, 1))}
    found = timeline(facts(one, started(one, {}), milestones=known))
    assert (found.first, found.last) == (date(2025, 4, 1), date(2025, 7, 14))


def test_a_plan_that_has_ended_shows_its_own_days_and_not_today() -> None:
    one = plan(step("tea"))
    row = replace(started(one, {"tea": PLANNED}), started=et(2024, 4, 1), state=PlanState.DONE)
    found = timeline(facts(replace(one), replace(row, steps=())))
    assert (found.first, found.last) == (date(2024, 4, 1), date(2024, 4, 3))
    assert not any(said.startswith("Today") for said in words(drawn(found)))


def test_blackouts_of_the_days_shown_are_told_once_in_order() -> None:
    inside, early = Blackout(et(2025, 4, 20), et(2025, 4, 21), "b"), Blackout(et(2025, 4, 18), et(2025, 4, 19), "a")
    outside, empty = Blackout(et(2026, 4, 1), et(2026, 4, 2), "c"), Blackout(et(2025, 4, 19), et(2025, 4, 19), "d")
    one = plan(step("tea"), blackouts=(inside, early, inside, outside, empty))
    assert timeline(facts(one, starts={"tea": et(2025, 4, 28)})).blackouts == (early, inside)


def test_a_plan_of_less_than_thirty_days_shows_the_windows_from_its_date_on_outside_blackouts() -> None:
    shut = (Blackout(et(2025, 4, 23), et(2025, 4, 24), "shut"),)
    one = plan(step("tea", window=NIGHTS), blackouts=shut)
    found = timeline(facts(one, starts={"tea": et(2025, 4, 22)})).steps[0]
    assert found.windows == (Stretch(et(2025, 4, 22), et(2025, 4, 22, 4)),)
    uncertain = timeline(facts(one, starts={"tea": spread("2025-04-23", "2025-04-24", "2025-04-29")})).steps[0]
    assert [one.begins for one in uncertain.windows] == [et(2025, 4, 29), et(2025, 4, 30)]


def test_a_longer_plan_and_a_step_that_has_begun_show_no_windows() -> None:
    assert drafted(step("tea", window=NIGHTS), tea=et(2025, 6, 3)).steps[0].windows == ()
    assert ran({"tea": RUNNING}, step("tea", window=NIGHTS)).steps[0].windows == ()


def test_windows_keep_to_local_times_where_clocks_change() -> None:
    daily = Window((5, 6), time(1), time(4))
    found = timeline(facts(plan(step("tea", window=daily)), starts={"tea": et(2025, 3, 8, 1)}, now=et(2025, 3, 7, 12)))
    spring = found.steps[0].windows[1]
    assert (spring.begins, spring.ends - spring.begins) == (et(2025, 3, 9, 1), timedelta(hours=2))


def named(first: date, last: date, layout: Layout = WIDE) -> tuple[list[str], list[str]]:
    """The months and the days that are named."""
    axis = Axis(layout, first.toordinal(), last.toordinal())
    svg = [
        [part.split(">")[1].split("<")[0] for part in found if part.startswith("<text")]
        for found in (months(axis, 99), ticks(axis))
    ]
    return svg[0], svg[1]


def test_three_days_name_each_day_and_three_months_their_mondays() -> None:
    assert named(date(2025, 4, 16), date(2025, 4, 18)) == (["April 2025"], ["Wed 16", "Thu 17", "Fri 18"])
    assert named(date(2025, 4, 16), date(2025, 5, 1))[1][:4] == ["Wed 16", "Thu 17", "Fri 18", "Sat 19"]
    assert named(date(2025, 4, 16), date(2025, 5, 10))[1][:4] == ["16", "17", "18", "19"]
    assert named(date(2025, 4, 1), date(2025, 7, 25)) == (
        ["April 2025", "May", "June", "July"],
        ["7", "14", "21", "28", "5", "12", "19", "26", "2", "9", "16", "23", "30", "7", "14", "21"],
    )


def test_years_name_some_months_with_their_year_and_no_days() -> None:
    assert named(date(2025, 12, 20), date(2028, 4, 1)) == (
        ["Jan 2026", "Apr", "Jul", "Oct", "Jan 2027", "Apr", "Jul", "Oct", "Jan 2028"],
        [],
    )
    assert named(date(2025, 12, 20), date(2028, 4, 1), NARROW)[0] == ["Jan ’26", "Jul", "Jan ’27", "Jul"]
    assert named(date(2025, 4, 17), date(2045, 4, 1))[0][:3] == ["2026", "2027", "2028"]
    assert named(date(2026, 12, 1), date(2027, 12, 1), NARROW)[0] == ["Jan ’27", "Apr", "Jul", "Oct"]


def test_the_first_month_that_is_named_has_its_year() -> None:
    assert named(date(2025, 4, 17), date(2025, 7, 22), NARROW)[0] == ["May 2025", "June", "July"]
    assert named(date(2025, 4, 1), date(2025, 7, 28), NARROW)[0] == ["Apr 2025", "May", "Jun", "Jul"]


def test_of_a_month_of_which_only_an_end_is_shown_the_name_may_be_missing() -> None:
    assert named(date(2026, 12, 28), date(2027, 1, 20), NARROW)[0] == ["January 2027"]
    assert named(date(2026, 12, 1), date(2027, 3, 1), NARROW)[0] == ["Dec 2026", "Jan 2027", "Feb"]


def test_today_is_a_line_of_two_units_under_the_marks_with_a_flag() -> None:
    root = drawn(drafted(step("tea"), tea=et(2025, 4, 29)))
    nodes = list(root)
    today = next(
        node for node in nodes if node.attrib.get("stroke") == "#1b1b1b" and node.attrib["stroke-width"] == "2"
    )
    diamond = next(node for node in nodes if node.attrib.get("d", "").endswith("Z"))
    assert nodes.index(today) < nodes.index(diamond)
    assert "Today, Apr 17" in words(root)
    axis = Axis(WIDE, date(2025, 4, 17).toordinal(), timeline_last())
    assert float(today.attrib["x1"]) == pytest.approx(axis.at(NOW), abs=0.1)
    assert list(shapes(root))


def timeline_last() -> int:
    """The last day of that plan: its watching ends on May 2, and a tenth of that is behind it."""
    return date(2025, 5, 3).toordinal()
