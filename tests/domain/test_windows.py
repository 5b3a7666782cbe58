"""When a step may start: the rules of windows, blackouts and lateness, one by one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from app.domain.windows import BEGINNING, FOREVER, Blackout, Opening, Window, day_edges, edge, fit, openings

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
TUESDAYS_AND_WEDNESDAYS = Window((1, 2), time(0), time(4))


def at(text: str) -> datetime:
    """A moment as these tests write it."""
    return datetime.fromisoformat(text)


def blackout(start: str, end: str) -> Blackout:
    """A blackout between two moments."""
    return Blackout(at(start), at(end), "code freeze")


def first(count: int, window: Window | None, after: str, *blackouts: Blackout) -> list[tuple[datetime, datetime]]:
    """The first openings in New York."""
    found = islice(openings(window, blackouts, NEW_YORK, at(after)), count)
    return [(each.start, each.end) for each in found]


def spans(*texts: str) -> list[tuple[datetime, datetime]]:
    """Spans, each written as two moments with a space between."""
    return [(at(start), at(end)) for start, end in (text.split() for text in texts)]


# --- Windows -----------------------------------------------------------------------------------------------------


def test_a_window_opens_on_its_days_and_on_no_other() -> None:
    assert first(3, TUESDAYS_AND_WEDNESDAYS, "2027-03-04T12:00Z") == spans(
        "2027-03-09T05:00Z 2027-03-09T09:00Z",
        "2027-03-10T05:00Z 2027-03-10T09:00Z",
        "2027-03-16T04:00Z 2027-03-16T08:00Z",
    )


def test_the_order_in_which_days_are_written_and_one_that_is_written_twice_change_nothing() -> None:
    written = replace(TUESDAYS_AND_WEDNESDAYS, days=(2, 1, 2))
    assert first(5, written, "2027-03-04T12:00Z") == first(5, TUESDAYS_AND_WEDNESDAYS, "2027-03-04T12:00Z")
    assert first(1, Window((0, 0, 1, 2, 3, 4, 5), time(0), time(0)), "2027-06-01T00:00Z") == spans(
        "2027-05-31T04:00Z 2027-06-06T04:00Z"
    )


def test_a_window_that_ends_before_it_starts_ends_on_the_next_day_and_its_day_is_the_one_on_which_it_begins() -> None:
    assert first(2, Window((4,), time(22), time(6)), "2027-06-01T00:00Z") == spans(
        "2027-06-05T02:00Z 2027-06-05T10:00Z", "2027-06-12T02:00Z 2027-06-12T10:00Z"
    )


def test_an_opening_under_way_comes_with_its_true_start_and_one_that_has_ended_does_not_come() -> None:
    window = Window((1,), time(22), time(6))
    opened, ended = at("2027-06-02T02:00Z"), at("2027-06-02T10:00Z")
    for after in (opened - HOUR, opened, opened + HOUR, ended - MOMENT):
        assert next(openings(window, (), NEW_YORK, after)) == Opening(opened, ended)
    assert next(openings(window, (), NEW_YORK, ended)).start == opened + 7 * 24 * HOUR


def test_equal_times_are_a_full_day_and_days_that_touch_are_one_opening() -> None:
    assert first(2, Window((5,), time(0), time(0)), "2027-06-01T00:00Z") == spans(
        "2027-06-05T04:00Z 2027-06-06T04:00Z", "2027-06-12T04:00Z 2027-06-13T04:00Z"
    )
    assert first(2, Window((6, 5, 0), time(12), time(12)), "2027-06-02T00:00Z") == spans(
        "2027-06-05T16:00Z 2027-06-08T16:00Z", "2027-06-12T16:00Z 2027-06-15T16:00Z"
    )


@pytest.mark.parametrize("closed", EVERY_DAY)
def test_six_full_days_are_one_opening_from_its_true_start_whenever_one_asks(closed: int) -> None:
    window = Window(tuple(day for day in EVERY_DAY if day != closed), time(0), time(0))
    whole = first(3, window, "2027-06-01T00:00Z")[1]
    assert whole[1] - whole[0] == 6 * 24 * HOUR
    for hours in range(0, 6 * 24, 7):
        assert next(openings(window, (), NEW_YORK, whole[0] + hours * HOUR)).start == whole[0]


def test_openings_that_a_change_of_clocks_brings_together_are_one() -> None:
    # All of the half hour between them is skipped on 14 March 2027, and repeated over on 7 November 2027.
    assert first(1, Window(EVERY_DAY, time(2, 30), time(2)), "2027-03-14T00:00Z") == spans(
        "2027-03-13T07:30Z 2027-03-15T06:00Z"
    )
    assert first(1, Window(EVERY_DAY, time(1, 45), time(1, 15)), "2027-11-07T04:00Z") == spans(
        "2027-11-06T05:45Z 2027-11-08T06:15Z"
    )


@pytest.mark.parametrize(
    ("window", "start"),
    [
        (Window((6, 0, 1, 2, 3, 4), time(23, 30), time(23, 30)), "2010-11-01T02:00Z"),
        (Window(EVERY_DAY, time(23, 30), time(23, 15)), "2010-11-06T02:00Z"),
    ],
)
def test_an_opening_comes_with_its_true_start_when_clocks_have_shown_the_day_after_it(
    window: Window, start: str
) -> None:
    # A minute after midnight St. John's put its clocks back to 23:01 of the day before.
    after_midnight = at("2010-11-07T02:30:30Z")
    found = next(openings(window, (), ZoneInfo("America/St_Johns"), after_midnight))
    assert found.start == at(start)


def test_a_day_that_a_zone_leaves_out_has_no_opening() -> None:
    samoa = ZoneInfo("Pacific/Apia")
    found = islice(openings(Window(EVERY_DAY, time(8), time(9)), (), samoa, at("2011-12-29T00:00Z")), 3)
    assert [each.start.astimezone(samoa).day for each in found] == [29, 31, 1]


@pytest.mark.parametrize("days", [(), (7,), (-1, 0)])
def test_a_window_without_a_day_of_the_week_is_refused(days: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="days from 0"):
        Window(days, time(0), time(4))


def test_a_window_with_a_zone_of_its_own_is_refused() -> None:
    for start, end in ((time(0, tzinfo=UTC), time(4)), (time(0), time(4, tzinfo=UTC))):
        with pytest.raises(ValueError, match="zone of its plan"):
            Window((1,), start, end)


# --- Blackouts ---------------------------------------------------------------------------------------------------


def test_a_blackout_of_days_includes_the_first_and_the_last() -> None:
    start, end = day_edges(date(2026, 12, 23), date(2027, 1, 3), NEW_YORK)
    assert (start, end) == (at("2026-12-23T05:00Z"), at("2027-01-04T05:00Z"))
    freeze = Blackout(start, end, "code freeze")
    assert first(3, Window(EVERY_DAY, time(0), time(4)), "2026-12-22T00:00Z", freeze) == spans(
        "2026-12-22T05:00Z 2026-12-22T09:00Z",
        "2027-01-04T05:00Z 2027-01-04T09:00Z",
        "2027-01-05T05:00Z 2027-01-05T09:00Z",
    )


def test_days_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="write the earlier day first"):
        day_edges(date(2027, 1, 3), date(2026, 12, 23), NEW_YORK)


def test_a_blackout_cuts_an_opening_at_its_start_at_its_end_and_in_the_middle() -> None:
    for cut, left in (
        (blackout("2027-06-01T03:00Z", "2027-06-01T05:00Z"), ["2027-06-01T05:00Z 2027-06-01T08:00Z"]),
        (blackout("2027-06-01T07:00Z", "2027-06-01T09:00Z"), ["2027-06-01T04:00Z 2027-06-01T07:00Z"]),
        (
            blackout("2027-06-01T05:00Z", "2027-06-01T06:00Z"),
            ["2027-06-01T04:00Z 2027-06-01T05:00Z", "2027-06-01T06:00Z 2027-06-01T08:00Z"],
        ),
        (blackout("2027-06-01T04:00Z", "2027-06-01T08:00Z"), []),
        (blackout("2027-06-01T08:00Z", "2027-06-02T04:00Z"), ["2027-06-01T04:00Z 2027-06-01T08:00Z"]),
    ):
        wanted = spans(*left, "2027-06-02T04:00Z 2027-06-02T08:00Z")
        assert first(len(wanted), TUESDAYS_AND_WEDNESDAYS, "2027-05-30T00:00Z", cut) == wanted


def test_blackouts_may_overlap_touch_lie_in_each_other_and_come_in_any_order() -> None:
    cuts = (
        blackout("2027-06-05T00:00Z", "2027-06-09T00:00Z"),
        blackout("2027-06-01T00:00Z", "2027-06-04T00:00Z"),
        blackout("2027-06-02T00:00Z", "2027-06-03T00:00Z"),
        blackout("2027-06-04T00:00Z", "2027-06-05T00:00Z"),
        blackout("2027-06-07T00:00Z", "2027-06-10T00:00Z"),
        blackout("2027-06-20T00:00Z", "2027-06-20T00:00Z"),
    )
    wanted = [(BEGINNING, at("2027-06-01T00:00Z")), (at("2027-06-10T00:00Z"), FOREVER)]
    assert first(9, None, "2027-05-01T00:00Z", *cuts) == wanted
    assert first(9, None, "2027-06-01T00:00Z", *cuts) == wanted[1:]


def test_a_blackout_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        blackout("2027-06-02T00:00Z", "2027-06-01T00:00Z")


@pytest.mark.parametrize("window", [None, TUESDAYS_AND_WEDNESDAYS, Window(EVERY_DAY, time(0), time(0))])
def test_under_a_blackout_without_end_nothing_opens_and_nobody_looks_for_ever(window: Window | None) -> None:
    closed = Blackout(at("2027-06-02T04:00Z"), at("9999-01-01T00:00Z"), "for good")
    assert len(list(openings(window, (closed,), NEW_YORK, at("2027-05-31T00:00Z")))) == 1
    assert fit(at("2027-06-02T04:00Z"), window, (closed,), NEW_YORK, HOUR) is None
    assert fit(FOREVER, window, (), NEW_YORK, HOUR) is None


def test_openings_lie_in_the_years_that_a_plan_can_name() -> None:
    far = blackout("9998-01-01T00:00Z", "9999-01-01T00:00Z")
    assert first(9, None, "1990-01-01T00:00Z", far) == spans("2000-01-01T00:00Z 2200-01-01T00:00Z")


@pytest.mark.parametrize("window", [TUESDAYS_AND_WEDNESDAYS, Window((0, 1, 2, 3, 4, 5), time(0), time(0))])
def test_a_moment_far_away_or_behind_a_long_blackout_costs_no_more_than_one_near(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime] = []

    def counted(written: datetime, place: ZoneInfo, *, ends: bool) -> datetime:
        asked.append(written)
        return edge(written, place, ends=ends)

    monkeypatch.setattr("app.domain.windows.edge", counted)
    long = blackout("2027-06-04T00:00Z", "2190-01-01T00:00Z")
    for ready in ("2026-01-02T00:00Z", "2027-05-28T23:59Z", "2027-06-04T00:00Z", "2190-01-01T00:00Z"):
        asked.clear()
        assert fit(at(ready), window, (long,), NEW_YORK, HOUR) is not None
        assert 0 < len(asked) <= 40, ready


# --- What is ready, and too late ---------------------------------------------------------------------------------


def test_what_is_ready_within_the_window_starts_at_once_and_is_too_late_when_the_window_ends() -> None:
    ready = at("2027-06-01T05:30Z")
    assert fit(ready, TUESDAYS_AND_WEDNESDAYS, (), NEW_YORK, HOUR) == Opening(ready, at("2027-06-01T08:00Z"))


def test_what_is_ready_before_waits_for_the_window() -> None:
    found = fit(at("2027-06-02T08:00Z"), TUESDAYS_AND_WEDNESDAYS, (), NEW_YORK, HOUR)
    assert found == Opening(at("2027-06-08T04:00Z"), at("2027-06-08T08:00Z"))


@pytest.mark.parametrize("window", [None, Window(EVERY_DAY, time(0), time(0)), Window(EVERY_DAY, time(9), time(9))])
def test_where_nothing_closes_it_is_too_late_after_the_lateness_or_when_a_blackout_begins(
    window: Window | None,
) -> None:
    closed = blackout("2027-06-01T12:00Z", "2027-06-01T15:00Z")
    for ready, start, end in (
        ("2027-06-01T10:00Z", "2027-06-01T10:00Z", "2027-06-01T11:00Z"),
        ("2027-06-01T11:30Z", "2027-06-01T11:30Z", "2027-06-01T12:00Z"),
        ("2027-06-01T12:00Z", "2027-06-01T15:00Z", "2027-06-01T16:00Z"),
    ):
        assert fit(at(ready), window, (closed,), NEW_YORK, HOUR) == Opening(at(start), at(end))


def test_a_lateness_of_nothing_is_refused_where_it_would_count() -> None:
    ready = at("2027-06-01T05:30Z")
    with pytest.raises(ValueError, match="too late at once"):
        fit(ready, None, (), NEW_YORK, timedelta(0))
    assert fit(ready, TUESDAYS_AND_WEDNESDAYS, (), NEW_YORK, timedelta(0)) is not None


def test_an_opening_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="Nothing can start"):
        Opening(at("2027-06-01T05:30Z"), at("2027-06-01T05:30Z"))
