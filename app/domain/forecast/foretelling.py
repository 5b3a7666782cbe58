"""The dates of one plan that runs, or could: for each step when it starts and ends, and whom to tell by when.

The same model as for a comparison: approvals are taken to be given in time, checks to pass, and a paused plan to go on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.forecast.comparing import DRAWS
from app.domain.forecast.days import Calendar, moment_of
from app.domain.forecast.delivering import last_day_to_tell
from app.domain.forecast.draws import Draws
from app.domain.forecast.figures import Spread, dates, spread
from app.domain.forecast.given import Known, Progress
from app.domain.forecast.running import Course, Dated, Run, run
from app.domain.plans import Plan, Step


@dataclass(frozen=True, slots=True)
class Telling:
    """A team that must be told of a step: for the step itself (`milestone` None) or for what it waits for.

    `by` is the last day, in the plan's zone: the start of the step on even chances, less the lead. None without a date.
    """

    team: str
    milestone: str | None
    by: date | None


@dataclass(frozen=True, slots=True)
class StepForecast:
    """One step. Dates are in the plan's zone; `expected` is its start on even chances, in UTC.

    `ahead` says that it has not started; of one that has, the dates are those recorded, but for the rest of its bake.
    Without dates, `why` is the sentence that says so.
    """

    step: str
    start: Spread[date] | None = None
    end: Spread[date] | None = None
    expected: datetime | None = None
    ahead: bool = True
    tell: tuple[Telling, ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A plan, as forecast at `start`. `finish` is when its last step is done, in the plan's zone; or `why` not."""

    plan: str
    time_zone: str
    start: datetime
    draws: int
    seed: int
    finish: Spread[date] | None
    steps: tuple[StepForecast, ...]
    why: str | None = None

    @property
    def today(self) -> date:
        """The day of `start` in the plan's zone."""
        return self.start.astimezone(ZoneInfo(self.time_zone)).date()


def forecast(plan: Plan, known: Known, progress: Progress | None = None, draws: int = DRAWS, seed: int = 1) -> Forecast:
    """The dates of a plan: from its rows as they are stored, if it was started. Steps are in the order of the plan."""
    if progress is not None:
        known = replace(known, progress={**known.progress, plan.key: progress})
    course = Course(known, Calendar(ZoneInfo(plan.time_zone), known.start))
    found = run(plan, course, Draws(known.milestones, course.calendar, draws, seed))
    steps = tuple(_step(step, found, known, course.calendar) for step in plan.steps)
    finish = None if found.finish is None else dates(found.finish, course.calendar.date)
    why = next((one.why for one in steps if one.why), None)
    return Forecast(plan.key, plan.time_zone, known.start, draws, seed, finish, steps, why)


def _step(step: Step, found: Run, known: Known, calendar: Calendar) -> StepForecast:
    one = found.steps[step.id]
    if not isinstance(one, Dated):
        return StepForecast(step.id, tell=tuple(_tell(step, None, known, calendar)), why=f"Step {step.id} {one.why}.")
    start = spread(one.start).p50
    return StepForecast(
        step.id,
        dates(one.start, calendar.date),
        dates(one.end, calendar.date),
        moment_of(start),
        one.ahead,
        tuple(_tell(step, start, known, calendar)) if one.ahead else (),
    )


def _tell(step: Step, start: int | None, known: Known, calendar: Calendar) -> Iterator[Telling]:
    if step.team is not None and step.lead is not None:
        yield Telling(step.team, None, last_day_to_tell(start, step.lead, calendar))
    for key in step.milestones:
        one = known.milestones.get(key)
        if one is not None and one.reached is None and one.team is not None and one.lead is not None:
            yield Telling(one.team, key, last_day_to_tell(start, one.lead, calendar))
