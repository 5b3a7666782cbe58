"""Every change of clocks from 2026 to 2028 in the zones where our plans are written, and some that change otherwise."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from app.domain.windows import Opening, Window, day_edges, edge, fit, openings
from app.domain.zones import moment
from tests.domain.clock_tables import Row, rows

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
FORWARD = ("2026-03-08", "2027-03-14", "2028-03-12")
BACK = ("2026-11-01", "2027-11-07", "2028-11-05")


def at(text: str) -> datetime:
    """A moment or a local time, as the tables write it."""
    return datetime.fromisoformat(text)


def weekly(row: Row) -> Window:
    """The window of a line, on its day of the week alone."""
    return Window((row.day.weekday(),), row.start, row.end)


def days_before(row: Row) -> datetime:
    """A moment between the opening of a line and the one a week earlier."""
    return datetime.combine(row.day, time.min, UTC) - timedelta(days=3)


HAPPENS = [pytest.param(row, row.utc, id=row.name) for row in rows() if row.utc is not None]
SKIPPED = [pytest.param(row, id=row.name) for row in rows() if row.utc is None]


@pytest.mark.parametrize(("row", "utc"), HAPPENS)
def test_a_window_opens_and_ends_once_when_its_zone_says(row: Row, utc: tuple[datetime, datetime]) -> None:
    this, following = islice(openings(weekly(row), (), row.place, days_before(row)), 2)
    assert (this.start, this.end) == utc
    assert following.start - this.start > timedelta(days=6)


@pytest.mark.parametrize("row", SKIPPED)
def test_a_window_of_which_clocks_skip_all_does_not_happen_that_day(row: Row) -> None:
    following = next(openings(weekly(row), (), row.place, days_before(row)))
    assert following.start.astimezone(row.place).date() == row.day + timedelta(days=7)
    assert following.start.astimezone(row.place).time() == row.start


@pytest.mark.parametrize(("row", "utc"), HAPPENS)
def test_what_is_ready_starts_within_the_window_and_never_at_its_end(row: Row, utc: tuple[datetime, datetime]) -> None:
    start, end = utc
    for ready, starts in ((days_before(row), start), (start, start), (end - MOMENT, end - MOMENT)):
        assert fit(ready, weekly(row), (), row.place, HOUR) == Opening(starts, end)
    later = fit(end, weekly(row), (), row.place, HOUR)
    assert later is not None
    assert later.start - start > timedelta(days=6)


@pytest.mark.parametrize("day", BACK)
def test_14_a_window_in_the_repeated_hour_opens_once_that_day(day: str) -> None:
    window = Window(EVERY_DAY, time(1, 15), time(1, 45))
    eve = at(f"{day}T00:00Z")
    found = list(islice(openings(window, (), NEW_YORK, eve), 3))
    assert [(each.start.day - eve.day, each.end - each.start) for each in found] == [
        (0, 1.5 * HOUR),
        (1, HOUR / 2),
        (2, HOUR / 2),
    ]


@pytest.mark.parametrize("day", FORWARD)
def test_14_a_window_from_inside_the_skipped_hour_opens_when_that_hour_ends(day: str) -> None:
    window = Window(EVERY_DAY, time(2, 30), time(4))
    found = fit(at(f"{day}T00:00Z"), window, (), NEW_YORK, HOUR)
    assert found == Opening(at(f"{day}T07:00Z"), at(f"{day}T08:00Z"))


@pytest.mark.parametrize("day", FORWARD + BACK)
def test_a_window_of_every_day_opens_on_each_of_them_and_a_skipped_one_on_all_but_that(day: str) -> None:
    midday = at(f"{day}T17:00Z") - timedelta(days=3)
    for window, skipped in (
        (Window(EVERY_DAY, time(22), time(6)), False),
        (Window(EVERY_DAY, time(1), time(2)), False),
        (Window(EVERY_DAY, time(2, 15), time(2, 45)), day in FORWARD),
    ):
        within = [
            each for each in islice(openings(window, (), NEW_YORK, midday), 8) if each.start < midday + 6 * 24 * HOUR
        ]
        assert len(within) == 6 - skipped, window


@pytest.mark.parametrize("day", FORWARD)
def test_a_skipped_time_means_the_moment_at_which_clocks_go_forward(day: str) -> None:
    for written in ("02:00", "02:00:00.000001", "02:30", "02:59:59.999999"):
        for ends in (False, True):
            assert edge(at(f"{day}T{written}"), NEW_YORK, ends=ends) == at(f"{day}T07:00Z"), written
    assert edge(at(f"{day}T01:59:59.999999"), NEW_YORK, ends=True) == at(f"{day}T06:59:59.999999Z")
    assert edge(at(f"{day}T03:00:00.000001"), NEW_YORK, ends=False) == at(f"{day}T07:00:00.000001Z")


@pytest.mark.parametrize("day", BACK)
def test_a_repeated_time_means_the_first_reading_for_a_beginning_and_the_second_for_an_end(day: str) -> None:
    for written, first, second in (
        ("00:59:59", "04:59:59Z", "04:59:59Z"),
        ("01:00", "05:00Z", "06:00Z"),
        ("01:30", "05:30Z", "06:30Z"),
        ("01:59:59", "05:59:59Z", "06:59:59Z"),
        ("02:00", "07:00Z", "07:00Z"),
    ):
        assert edge(at(f"{day}T{written}"), NEW_YORK, ends=False) == at(f"{day}T{first}")
        assert edge(at(f"{day}T{written}"), NEW_YORK, ends=True) == at(f"{day}T{second}")


@pytest.mark.parametrize(
    ("zone", "days", "utc", "hours"),
    [
        ("America/New_York", "2026-03-08 2026-03-08", "2026-03-08T05:00Z 2026-03-09T04:00Z", 23),
        ("America/New_York", "2027-03-14 2027-03-14", "2027-03-14T05:00Z 2027-03-15T04:00Z", 23),
        ("America/New_York", "2028-03-12 2028-03-12", "2028-03-12T05:00Z 2028-03-13T04:00Z", 23),
        ("America/New_York", "2026-11-01 2026-11-01", "2026-11-01T04:00Z 2026-11-02T05:00Z", 25),
        ("America/New_York", "2027-11-07 2027-11-07", "2027-11-07T04:00Z 2027-11-08T05:00Z", 25),
        ("America/New_York", "2028-11-05 2028-11-05", "2028-11-05T04:00Z 2028-11-06T05:00Z", 25),
        ("America/New_York", "2026-12-23 2027-01-03", "2026-12-23T05:00Z 2027-01-04T05:00Z", 12 * 24),
        ("America/New_York", "2026-03-01 2026-11-30", "2026-03-01T05:00Z 2026-12-01T05:00Z", 275 * 24),
        ("America/Phoenix", "2026-03-08 2026-03-08", "2026-03-08T07:00Z 2026-03-09T07:00Z", 24),
        ("Europe/London", "2026-10-25 2026-10-25", "2026-10-24T23:00Z 2026-10-26T00:00Z", 25),
        ("Australia/Lord_Howe", "2026-04-05 2026-04-05", "2026-04-04T13:00Z 2026-04-05T13:30Z", 24.5),
        ("Australia/Lord_Howe", "2026-10-04 2026-10-04", "2026-10-03T13:30Z 2026-10-04T13:00Z", 23.5),
        # In Havana midnight itself was skipped or repeated: a day ends where the next begins, at the first midnight.
        ("America/Havana", "2024-03-10 2024-03-10", "2024-03-10T05:00Z 2024-03-11T04:00Z", 23),
        ("America/Havana", "2024-11-02 2024-11-02", "2024-11-02T04:00Z 2024-11-03T04:00Z", 24),
        ("America/Havana", "2024-11-03 2024-11-03", "2024-11-03T04:00Z 2024-11-04T05:00Z", 25),
        # Samoa had no 30 December 2011: it went over the date line.
        ("Pacific/Apia", "2011-12-29 2011-12-31", "2011-12-29T10:00Z 2011-12-31T10:00Z", 48),
        ("Pacific/Apia", "2011-12-30 2011-12-30", "2011-12-30T10:00Z 2011-12-30T10:00Z", 0),
    ],
)
def test_days_are_as_long_as_their_zone_makes_them(zone: str, days: str, utc: str, hours: float) -> None:
    first, last = map(date.fromisoformat, days.split())
    start, end = map(at, utc.split())
    assert day_edges(first, last, ZoneInfo(zone)) == (start, end)
    assert end - start == hours * HOUR


@pytest.mark.parametrize("day", FORWARD)
def test_a_date_that_is_skipped_is_refused_and_with_an_offset_accepted(day: str) -> None:
    with pytest.raises(ValueError, match="skips this time"):
        moment(at(f"{day}T02:30"), NEW_YORK)
    assert moment(at(f"{day}T02:30-05:00"), NEW_YORK) == at(f"{day}T07:30Z")
    assert moment(at(f"{day}T01:59:59"), NEW_YORK) == at(f"{day}T06:59:59Z")
    assert moment(at(f"{day}T03:00"), NEW_YORK) == at(f"{day}T07:00Z")


@pytest.mark.parametrize("day", BACK)
def test_a_date_that_comes_twice_is_refused_and_with_an_offset_accepted(day: str) -> None:
    with pytest.raises(ValueError, match="twice that day"):
        moment(at(f"{day}T01:30"), NEW_YORK)
    assert moment(at(f"{day}T01:30-04:00"), NEW_YORK) == at(f"{day}T05:30Z")
    assert moment(at(f"{day}T01:30-05:00"), NEW_YORK) == at(f"{day}T06:30Z")
    assert moment(at(f"{day}T00:59:59"), NEW_YORK) == at(f"{day}T04:59:59Z")
    assert moment(at(f"{day}T02:00"), NEW_YORK) == at(f"{day}T07:00Z")
