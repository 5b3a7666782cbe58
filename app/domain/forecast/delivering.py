"""What other teams must deliver for a plan, and the latest day on which they must be told of it."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.domain.forecast.days import Calendar, moment_of
from app.domain.forecast.figures import Deliverable, spread
from app.domain.forecast.given import Known
from app.domain.forecast.running import Dated, Run
from app.domain.milestones import Milestone


def deliverables(run: Run, known: Known, calendar: Calendar) -> tuple[Deliverable, ...]:
    """Milestones that are not reached, each for the first step that waits for it, and the steps that name a team."""
    starts = {name: spread(one.start).p50 for name, one in run.steps.items() if isinstance(one, Dated) and one.ahead}
    return (*_milestones(run, known, calendar, starts), *_steps(run, calendar, starts))


def _milestones(run: Run, known: Known, calendar: Calendar, starts: dict[str, int]) -> Iterator[Deliverable]:
    for key in dict.fromkeys(key for step in run.plan.steps for key in step.milestones):
        one = known.milestones.get(key) or Milestone(key, key)
        waiting = [step.id for step in run.plan.steps if key in step.milestones and _is_ahead(run, step.id)]
        if one.reached is not None or not waiting:
            continue
        first = min((starts[name] for name in waiting if name in starts), default=None)
        why = None if first is not None else f"Step {waiting[0]} {run.undated[waiting[0]]}."
        needed, tell = _days(first, one.lead, calendar)
        yield Deliverable(key, None, one.title, one.team, one.lead, needed, tell, why)


def _steps(run: Run, calendar: Calendar, starts: dict[str, int]) -> Iterator[Deliverable]:
    for step in run.plan.steps:
        if step.team is None or not _is_ahead(run, step.id):
            continue
        first = starts.get(step.id)
        why = None if first is not None else f"Step {step.id} {run.undated[step.id]}."
        needed, tell = _days(first, step.lead, calendar)
        yield Deliverable(None, step.id, f"Step {step.id}", step.team, step.lead, needed, tell, why)


def _is_ahead(run: Run, name: str) -> bool:
    one = run.steps[name]
    return one.ahead if isinstance(one, Dated) else True


def _days(needed: int | None, lead: timedelta | None, calendar: Calendar) -> tuple[date | None, date | None]:
    """The day of a moment, and the last day to tell a team of it."""
    return None if needed is None else calendar.date(needed), last_day_to_tell(needed, lead, calendar)


def last_day_to_tell(needed: int | None, lead: timedelta | None, calendar: Calendar) -> date | None:
    """The local day on which a team must be told, to have its lead before a second; None without either."""
    if needed is None or lead is None:
        return None
    # Days of a lead are days of the calendar: over a change of clocks, the local time stays.
    return (moment_of(needed).astimezone(calendar.place) - lead).date()
