"""How times are told."""

from datetime import UTC, datetime, timedelta

import pytest

from app.entrypoints.pages.times import Ticking, countdown, day, eastern, lasting, machine, utc_words

NOW = datetime(2025, 4, 17, 4, 4, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2025, 4, 29, 4, 0, tzinfo=UTC), "Tue, Apr 29, 12:00 a.m. ET (Monday night)"),
        (datetime(2025, 4, 29, 9, 59, tzinfo=UTC), "Tue, Apr 29, 5:59 a.m. ET (Monday night)"),
        (datetime(2025, 4, 29, 10, 0, tzinfo=UTC), "Tue, Apr 29, 6:00 a.m. ET"),
        (datetime(2025, 4, 29, 16, 0, tzinfo=UTC), "Tue, Apr 29, 12:00 p.m. ET"),
        (datetime(2025, 4, 30, 3, 59, tzinfo=UTC), "Tue, Apr 29, 11:59 p.m. ET"),
        (datetime(2025, 12, 1, 5, 0, tzinfo=UTC), "Mon, Dec 1, 12:00 a.m. ET (Sunday night)"),
    ],
)
def test_between_midnight_and_six_the_night_is_named(moment: datetime, told: str) -> None:
    assert eastern(moment, NOW) == told


def test_the_year_is_named_when_it_is_another_one() -> None:
    assert eastern(datetime(2026, 3, 3, 17, 0, tzinfo=UTC), NOW) == "Tue, Mar 3, 2026, 12:00 p.m. ET"


def test_the_year_is_that_of_the_eastern_day() -> None:
    new_year_in_utc = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
    assert eastern(new_year_in_utc, NOW) == "Wed, Dec 31, 10:00 p.m. ET"


def test_without_a_present_moment_the_year_is_always_named() -> None:
    assert eastern(NOW, seconds=True) == "Thu, Apr 17, 2025, 12:04:06 a.m. ET (Wednesday night)"


def test_the_two_readings_of_the_repeated_hour_are_told_apart() -> None:
    first = datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
    assert eastern(first, NOW) == "Sun, Nov 2, 1:30 a.m. EDT (Saturday night)"
    assert eastern(first + timedelta(hours=1), NOW) == "Sun, Nov 2, 1:30 a.m. EST (Saturday night)"
    assert eastern(first + timedelta(hours=2), NOW) == "Sun, Nov 2, 2:30 a.m. ET (Saturday night)"


def test_the_skipped_hour_is_never_shown() -> None:
    before = datetime(2025, 3, 9, 6, 59, tzinfo=UTC)
    assert eastern(before, NOW) == "Sun, Mar 9, 1:59 a.m. ET (Saturday night)"
    assert eastern(before + timedelta(minutes=1), NOW) == "Sun, Mar 9, 3:00 a.m. ET (Saturday night)"


def test_a_day_is_the_eastern_one() -> None:
    assert day(datetime(2025, 4, 16, 2, 0, tzinfo=UTC), NOW) == "Tue, Apr 15"


def test_utc_stands_beside_and_machines_get_it_to_the_second() -> None:
    moment = datetime(2025, 4, 29, 4, 0, 7, tzinfo=UTC)
    assert utc_words(moment) == "Apr 29, 04:00 UTC"
    assert machine(moment) == "2025-04-29T04:00:07Z"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 seconds"),
        (0.04, "less than 0.1 seconds"),
        (1, "1 second"),
        (7.64, "7.6 seconds"),
        (59, "59 seconds"),
        (59.97, "60 seconds"),
        (60, "1 minute"),
        (125, "2 minutes 5 seconds"),
        (86_399, "23 hours 59 minutes"),
        (86_400, "1 day"),
        (86_400 + 59, "1 day"),
        (11 * 86_400 + 23 * 3_600 + 59 * 60, "11 days 23 hours"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, told: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == told


def test_a_countdown_ends_with_now() -> None:
    assert countdown(NOW + timedelta(days=11, hours=23, minutes=5), NOW) == "in 11 days 23 hours"
    assert countdown(NOW + timedelta(seconds=0.5), NOW) == "now"
    assert countdown(NOW - timedelta(days=1), NOW) == "now"


def test_a_countdown_on_a_page_says_until_when_so_that_it_can_go_on_by_itself() -> None:
    end = NOW + timedelta(days=11, hours=23, minutes=5)
    assert str(Ticking(end, NOW)) == "in 11 days 23 hours"
    assert Ticking(end, NOW).__html__() == f'<span data-until="{machine(end)}">in 11 days 23 hours</span>'
