"""A date in a plan means the plan's zone, wherever the server stands and whatever its clock is set to."""

from datetime import UTC, datetime

import pytest

from app.domain.catalogue import Fault
from app.domain.plan_file import read_plan
from app.domain.plans import Plan
from tests.domain.file_texts import PLAN, changed, plan_source


def read(written: str, zone: str = "America/New_York") -> Plan | list[Fault]:
    """The usual plan with another date."""
    text = changed(changed(PLAN, "2027-03-02T00:00:00", written), "America/New_York", zone)
    return read_plan(plan_source(text))


def meant(written: str, zone: str = "America/New_York") -> datetime | None:
    """The moment that a date means."""
    plan = read(written, zone)
    assert isinstance(plan, Plan), [str(fault) for fault in plan]
    return plan.steps[0].not_before


@pytest.mark.usefixtures("_server_elsewhere")
def test_midnight_in_new_york_is_not_midnight_of_the_server() -> None:
    assert meant("2027-03-02T00:00:00") == datetime(2027, 3, 2, 5, tzinfo=UTC)
    assert meant("2027-07-02T00:00:00") == datetime(2027, 7, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "zone", "utc"),
    [
        ("2027-03-02T00:00:00", "UTC", "2027-03-02T00:00:00Z"),
        ("2027-03-02 09:30:00", "Asia/Manila", "2027-03-02T01:30:00Z"),
        ("2027-03-02T00:00:00Z", "America/New_York", "2027-03-02T00:00:00Z"),
        ("2027-03-02T00:00:00+02:00", "America/New_York", "2027-03-01T22:00:00Z"),
        ("2027-03-14T01:59:59", "America/New_York", "2027-03-14T06:59:59Z"),
        ("2027-03-14T03:00:00", "America/New_York", "2027-03-14T07:00:00Z"),
        ("2027-11-07T00:59:59", "America/New_York", "2027-11-07T04:59:59Z"),
        ("2027-11-07T02:00:00", "America/New_York", "2027-11-07T07:00:00Z"),
        ("2027-11-07T01:30:00-04:00", "America/New_York", "2027-11-07T05:30:00Z"),
        ("2027-11-07T01:30:00-05:00", "America/New_York", "2027-11-07T06:30:00Z"),
        ("2027-03-14T02:30:00", "America/Phoenix", "2027-03-14T09:30:00Z"),
    ],
)
def test_a_date_means_its_own_offset_or_the_zone_of_the_plan(written: str, zone: str, utc: str) -> None:
    assert meant(written, zone) == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2027-03-14T02:00:00", ["skips this time", "2027-03-14T03:00:00-04:00"]),
        ("2027-03-14T02:30:00", ["skips this time", "2027-03-14T03:30:00-04:00"]),
        ("2027-11-07T01:00:00", ["twice", "2027-11-07T01:00:00-04:00", "2027-11-07T01:00:00-05:00"]),
        ("2027-11-07T01:59:59", ["twice", "2027-11-07T01:59:59-04:00", "2027-11-07T01:59:59-05:00"]),
    ],
)
def test_a_time_that_the_zone_skips_or_repeats_is_refused_with_what_could_be_meant(
    written: str, words: list[str]
) -> None:
    told = read(written)
    assert isinstance(told, list)
    assert [(fault.line, fault.key) for fault in told] == [(13, "steps[1].not_before")]
    assert all(word in told[0].mend for word in words)


def test_what_a_refusal_offers_is_accepted() -> None:
    assert meant("2027-03-14T03:30:00-04:00") == meant("2027-03-14T03:30:00")
