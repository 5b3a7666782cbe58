"""Plans in every state, over invented preferences, with what is known of them at one moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.domain.announcements import EASTERN
from app.domain.forecast.figures import Spread
from app.domain.forecast.foretelling import Forecast, StepForecast
from app.domain.milestones import Estimate, Milestone
from app.domain.ownership import NOBODY, System
from app.domain.plans import NoticeTerms, Plan, PlanRow, PlanState, Step, StepRow, StepState
from app.domain.timeline.facts import Facts
from app.domain.timeline.shapes import Timeline
from app.domain.timeline.telling import timeline
from app.domain.windows import Blackout, Window

DAY = timedelta(days=1)
NOTICE = NoticeTerms(7 * DAY, timedelta(0), "From {date}.")
NIGHTS = Window((1, 2), time(0), time(4))


def et(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment by Eastern clocks."""
    return datetime(year, month, day, hour, minute, tzinfo=EASTERN).astimezone(UTC)


NOW = et(2025, 4, 17)
TITLES = {name: f"{name.capitalize()} news" for name in ("tea", "bread", "soup", "milk", "rice", "salt", "eggs")}


def spread(*days: str) -> Spread[date]:
    """One chance in ten, even chances, nine in ten."""
    return Spread(*map(date.fromisoformat, days))


def step(name: str, **more: Any) -> Step:
    """A step that moves one preference to VA.gov, with a notice of seven days and three days of watching."""
    made = Step(name, (name,), System.VA_GOV, bake=3 * DAY, notice=NOTICE)
    return replace(made, **more)


def plan(*steps: Step, **more: Any) -> Plan:
    """A plan of these steps."""
    return replace(Plan("plan", "The plan", "America/New_York", steps, "text", "hash"), **more)


def started(one: Plan, rows: Mapping[str, Mapping[str, Any]], **more: Any) -> PlanRow:
    """The plan as it runs since April 1, with what its steps' rows say."""
    steps = tuple(StepRow(one.key, each.id, **rows.get(each.id, {})) for each in one.steps)
    row = PlanRow(one.key, PlanState.RUNNING, one.preferences, "text", "hash", et(2025, 4, 1), "token:pm", "r", steps)
    return replace(row, **more)


def foretold(one: Plan, starts: Mapping[str, Spread[date] | str | datetime]) -> Forecast:
    """A forecast of these steps: a spread; a moment, on which it starts in every draw; or why there is no date."""
    return Forecast(one.key, one.time_zone, NOW, 100, 1, None, tuple(_foretold(*each) for each in starts.items()))


def _foretold(name: str, start: Spread[date] | str | datetime) -> StepForecast:
    if isinstance(start, str):
        return StepForecast(name, why=start)
    if isinstance(start, datetime):
        day = start.astimezone(EASTERN).date()
        return StepForecast(name, Spread(day, day, day), expected=start)
    return StepForecast(name, start, expected=NOW)


def facts(one: Plan, row: PlanRow | None = None, starts: Mapping[str, Any] | None = None, **more: Any) -> Facts:
    """What is known of a plan."""
    made = Facts(one, row, NOW, {}, TITLES, forecast=foretold(one, starts or {}))
    return replace(made, **more)


def drafted(*steps: Step, **starts: Any) -> Timeline:
    """The timeline of a plan that was not started."""
    return timeline(facts(plan(*steps), None, starts))


def ran(states: Mapping[str, Mapping[str, Any]], *steps: Step, **more: Any) -> Timeline:
    """The timeline of a plan that runs."""
    one = plan(*(steps or tuple(step(name) for name in states)))
    return timeline(facts(one, started(one, states), more.pop("starts", None), **more))


DONE = {"state": StepState.DONE, "due": et(2025, 4, 8), "until": et(2025, 4, 8, 4), "since": et(2025, 4, 11)}
WATCHING = {"state": StepState.WATCHING, "due": et(2025, 4, 15), "until": et(2025, 4, 15, 4), "since": et(2025, 4, 15)}
RUNNING = {"state": StepState.RUNNING, "due": et(2025, 4, 17), "until": et(2025, 4, 17, 4), "since": NOW}
PLANNED = {"due": et(2025, 4, 29), "until": et(2025, 4, 29, 4)}
HELD = {"state": StepState.HELD, "since": et(2025, 4, 10), "why": "Its move was called off."}
SKIPPED = {"state": StepState.SKIPPED, "since": et(2025, 4, 2)}

EVERY_STATE: dict[str, dict[str, Any]] = {
    "tea": DONE,
    "bread": WATCHING,
    "soup": RUNNING,
    "milk": PLANNED,
    "rice": {},
    "salt": HELD,
    "eggs": SKIPPED,
}


def as_drawn() -> Timeline:
    """A plan with a step in each state that a picture must tell apart, milestones of each kind, and blackouts."""
    milk = step("milk", notice=NoticeTerms(7 * DAY, 2 * DAY, "From {date}."))
    rice = step("rice", milestones=("live", "connected", "decided"))
    one = plan(*(milk if name == "milk" else rice if name == "rice" else step(name) for name in EVERY_STATE))
    shut = [
        Blackout(et(2025, 5, 23), et(2025, 5, 28), "Memorial Day"),
        Blackout(et(2025, 6, 16), et(2025, 6, 21), "VA Profile upgrade"),
        Blackout(et(2025, 7, 3), et(2025, 7, 8), "Independence Day"),
    ]
    milestones = {
        "connected": Milestone("connected", "MHV writes to VA Profile", reached=et(2025, 3, 28)),
        "live": Milestone(
            "live", "Lab results live", estimate=Estimate(date(2025, 5, 6), date(2025, 5, 20), date(2025, 7, 15))
        ),
        "decided": Milestone("decided", "MHV decides on the newsletter"),
    }
    known = facts(
        replace(one, blackouts=tuple(shut)),
        started(one, EVERY_STATE),
        {"rice": spread("2025-05-20", "2025-06-03", "2025-06-26")},
        milestones=milestones,
        activated={"tea": et(2025, 4, 8), "bread": et(2025, 4, 15)},
    )
    return timeline(known)


def retiring(name: str) -> Step:
    """A step after which nobody can change its preference."""
    return step(name, to=NOBODY)
