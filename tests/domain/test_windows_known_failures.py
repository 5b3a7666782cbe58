"""Windows, and what went wrong with those of others; docs/known-failures.md has the numbers."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest

from app.domain.windows import Blackout, Opening, Window, day_edges, edge, fit, openings

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
TUESDAYS_AND_WEDNESDAYS = Window((1, 2), time(0), time(4))


def at(text: str) -> datetime:
    """A moment as these tests write it."""
    return datetime.fromisoformat(text)


@pytest.mark.usefixtures("_server_elsewhere")
def test_12_a_window_meant_in_eastern_time_opens_in_it_whatever_the_zone_of_the_server() -> None:
    ready = at("2027-07-01T00:00Z")
    assert fit(ready, TUESDAYS_AND_WEDNESDAYS, (), NEW_YORK, HOUR) == Opening(
        at("2027-07-06T04:00Z"), at("2027-07-06T08:00Z")
    )
    assert day_edges(date(2027, 7, 4), date(2027, 7, 4), NEW_YORK) == (at("2027-07-04T04:00Z"), at("2027-07-05T04:00Z"))


def test_12_a_moment_without_an_offset_is_refused_and_not_taken_for_the_servers() -> None:
    naive = datetime(2027, 7, 1)  # noqa: DTZ001 — that is what is refused
    with pytest.raises(ValueError, match="no offset"):
        next(openings(None, (), NEW_YORK, naive))
    with pytest.raises(ValueError, match="no offset"):
        fit(naive, TUESDAYS_AND_WEDNESDAYS, (), NEW_YORK, HOUR)
    for start, end in ((naive, at("2027-07-02T00:00Z")), (at("2027-06-02T00:00Z"), naive)):
        with pytest.raises(ValueError, match="no offset"):
            Blackout(start, end, "of the server's zone")
    with pytest.raises(ValueError, match="has an offset"):
        edge(at("2027-07-01T00:00Z"), NEW_YORK, ends=False)


def test_12_moments_of_any_offset_are_answered_in_utc() -> None:
    ready = at("2027-07-01T00:00Z").astimezone(NEW_YORK)
    closed = Blackout(ready + HOUR, ready + 2 * HOUR, "lunch")
    found = [fit(ready, None, (closed,), NEW_YORK, 3 * HOUR), *openings(None, (closed,), NEW_YORK, ready)]
    assert [(each.start.tzinfo, each.end.tzinfo) for each in found if each] == [(UTC, UTC)] * 3


@pytest.mark.parametrize("end", [time(0), time(1, 30), time(4), time(22), time(23, 59)])
@pytest.mark.parametrize("days", [(0,), (1, 2), (0, 1, 2, 3, 4), (5, 6), (0, 1, 2, 3, 4, 5), EVERY_DAY])
def test_19_every_window_ends(days: tuple[int, ...], end: time) -> None:
    window = Window(days, time(22), end)
    after, until = at("2026-01-01T00:00Z"), at("2029-01-01T00:00Z")
    found = list(takewhile(lambda each: each.start < until, openings(window, (), NEW_YORK, after)))
    if len(days) == 7 and window.start == window.end:
        late = fit(after, window, (), NEW_YORK, HOUR)
        assert late == Opening(after, after + HOUR)
    else:
        assert len(found) > 150
        assert all(each.end - each.start <= (6 * 24 + 1) * HOUR for each in found)


def test_19_the_last_window_that_a_plan_can_name_ends_too() -> None:
    *_, last = openings(TUESDAYS_AND_WEDNESDAYS, (), NEW_YORK, at("2199-12-20T00:00Z"))
    assert last == Opening(at("2199-12-31T05:00Z"), at("2199-12-31T09:00Z"))
