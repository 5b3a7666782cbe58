"""Timelines that must all be readable: every shipped plan, every state, a few days, some years, and bad titles."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from app.adapters.files.ports import PlanFolder
from app.domain.catalogue import Catalogue
from app.domain.forecast.foretelling import forecast
from app.domain.forecast.given import Known
from app.domain.milestones import Estimate, Milestone
from app.domain.ownership import NOBODY, System
from app.domain.plans import PlanState, StepState
from app.domain.timeline.facts import Facts
from app.domain.timeline.shapes import Timeline
from app.domain.timeline.telling import timeline
from app.domain.windows import Blackout, Window, fit
from tests.adapters.files.test_shipped_files import LIMITS, ROOT, shipped
from tests.domain.timeline.making import DAY, NOW, TITLES, as_drawn, drafted, et, facts, plan, spread, started, step

HOSTILE = '</title><script>alert(\'x\')</script> & "bread" \x00\x0b ]]> style="x" ' + "long " * 40
SHIPPED = ("a_one_at_a_time", "b_mhv_writes_to_va_profile", "c_feature_pages_first", "d_all_at_once", "demo")
LATER = datetime(2026, 12, 1, 20, tzinfo=UTC)


@cache
def every() -> Mapping[str, Timeline]:
    """All of them, by name."""
    return {
        **{name: of_shipped(name) for name in (*SHIPPED, "as_it_happened")},
        "every state": as_drawn(),
        "three days": three_days(),
        "three months": three_months(),
        "three years": three_years(),
        "hostile": hostile(),
        "empty": drafted(),
        "clocks": around_a_change_of_clocks(),
        "over": ended(),
        "crowded": crowded(),
        "since years": since_years(),
    }


def of_shipped(name: str, now: datetime = LATER) -> Timeline:
    """A plan that comes with the product, before it is started."""
    preferences, files = shipped("production"), PlanFolder(ROOT / "cutover_plans", LIMITS)
    milestones, one = files.milestones(), files.load(Catalogue(preferences))[0][name]
    found = forecast(one, Known(milestones, preferences, now, fit), draws=60)
    titles = {key: preference.title for key, preference in preferences.items()}
    return timeline(Facts(one, None, now, milestones, titles, forecast=found))


def three_days() -> Timeline:
    """Steps of one night after the other, all the ways that a step can end, and one that is due."""
    nights = Window((0, 1, 2, 3, 4, 5, 6), time(0), time(4))
    states: dict[str, dict[str, Any]] = {
        "tea": {"state": StepState.UNDONE, "since": et(2025, 4, 16, 1)},
        "bread": {"state": StepState.CANCELLED, "since": et(2025, 4, 16, 3)},
        "soup": {"state": StepState.HELD, "since": et(2025, 4, 16, 12), "why": "Its checks failed."},
        "milk": {"state": StepState.DUE, "due": et(2025, 4, 17), "until": et(2025, 4, 17, 4)},
        "rice": {"due": et(2025, 4, 17, 3), "until": et(2025, 4, 17, 4)},
        "salt": {"due": et(2025, 4, 17, 6)},
    }
    steps = (step(name, window=nights, bake=timedelta(hours=4), approvals=int(name == "salt")) for name in states)
    one = plan(*steps)
    row = replace(started(one, states), started=et(2025, 4, 16))
    return timeline(facts(one, row, activated={"soup": et(2025, 4, 16, 2)}))


def three_months() -> Timeline:
    """Uncertain steps, of which one is early, one late and one may be on any day; windows are not shown any more."""
    starts = {
        "tea": spread("2025-04-18", "2025-04-19", "2025-04-22"),
        "bread": spread("2025-07-01", "2025-07-08", "2025-07-15"),
        "soup": spread("2025-04-18", "2025-06-01", "2025-07-15"),
    }
    window = Window((1, 2), time(0), time(4))
    return timeline(facts(plan(*(step(name, window=window) for name in starts)), None, starts))


def three_years() -> Timeline:
    """Steps from one end of three years to the other, one of them retired and one moved back."""
    starts = {
        "tea": spread("2025-04-20", "2026-06-03", "2028-03-26"),
        "bread": spread("2025-06-20", "2025-07-03", "2025-09-26"),
        "soup": spread("2027-09-20", "2027-12-03", "2028-03-26"),
        "milk": spread("2026-05-20", "2026-12-03", "2027-06-26"),
        "rice": "Nobody knows when.",
        "salt": et(2025, 8, 1),
        "eggs": et(2028, 3, 20),
    }
    to = {"milk": NOBODY, "salt": System.MHV, "eggs": None}
    shut = [Blackout(et(year, 12, 20), et(year + 1, 1, 3), "code freeze") for year in (2025, 2026, 2027)]
    one = plan(*(step(name, to=to.get(name, System.VA_GOV)) for name in starts), blackouts=tuple(shut))
    return timeline(facts(one, None, starts))


def hostile() -> Timeline:
    """Every text that somebody else writes is meant to break out of the picture."""
    days = Estimate(date(2025, 4, 20), date(2025, 5, 1), date(2025, 6, 1))
    one = plan(
        step("tea", milestones=("live", 'gone"<b>')), blackouts=(Blackout(et(2025, 4, 20), et(2025, 4, 22), HOSTILE),)
    )
    row = started(one, {"tea": {"state": StepState.HELD, "since": NOW - DAY, "why": HOSTILE}})
    return timeline(
        facts(one, row, titles={"tea": HOSTILE}, milestones={"live": Milestone("live", HOSTILE, estimate=days)})
    )


def around_a_change_of_clocks() -> Timeline:
    """A week with a day of 23 hours, whose steps are due at night."""
    rows = {
        "tea": {"due": et(2025, 3, 9), "until": et(2025, 3, 9, 4)},
        "bread": {"due": et(2025, 3, 10), "until": et(2025, 3, 10, 4)},
    }
    one = plan(step("tea"), step("bread"))
    return timeline(facts(one, replace(started(one, rows), started=et(2025, 3, 5)), now=et(2025, 3, 6, 15)))


def ended() -> Timeline:
    """A plan that was cancelled long ago."""
    rows = {
        "tea": {"state": StepState.DONE, "due": et(2024, 4, 8), "until": et(2024, 4, 8, 4), "since": et(2024, 4, 11)},
        "bread": {"state": StepState.CANCELLED, "since": et(2024, 4, 20)},
    }
    one = plan(step("tea"), step("bread"))
    row = replace(started(one, rows), started=et(2024, 4, 1), state=PlanState.CANCELLED)
    return timeline(facts(one, row, activated={"tea": et(2024, 4, 8)}))


def since_years() -> Timeline:
    """A plan that runs for three years, in which everything happens today, at the right edge, and the rest has no
    date."""
    rows: dict[str, dict[str, Any]] = {
        "tea": {"state": StepState.HELD, "since": NOW, "why": "Its checks failed."},
        "bread": {"state": StepState.SKIPPED, "since": NOW},
        "soup": {"state": StepState.RUNNING, "since": NOW},
    }
    one = plan(
        *(step(name) for name in rows),
        step("milk", milestones=("live", "decided")),
        blackouts=(Blackout(NOW, NOW + 9 * DAY, "A blackout with a long name"),),
    )
    milestones = {"live": Milestone("live", "Live", reached=NOW), "decided": Milestone("decided", "Decided")}
    row = replace(started(one, rows), started=et(2022, 4, 1))
    return timeline(facts(one, row, milestones=milestones, activated={"tea": NOW}))


def crowded() -> Timeline:
    """Forty steps, and a blackout each morning of a fortnight."""
    days = range(17, 31)
    shut = [Blackout(et(2025, 4, day, 6), et(2025, 4, day, 12), f"Shut for reason {day}") for day in days]
    starts = {f"s{number}": et(2025, 4, 20 + number % 9) for number in range(40)}
    return timeline(facts(plan(*map(step, starts), blackouts=tuple(shut)), None, starts, titles=TITLES))
