"""A plan as a timeline: all its lines, and the days from the first thing that is shown to the last.

Nothing here reads a clock or works out a time of its own: openings are the scheduler's, forecasts are handed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from app.domain.announcements import EASTERN
from app.domain.plans import Step
from app.domain.timeline.days import day_of
from app.domain.timeline.facts import Facts
from app.domain.timeline.lines import milestone_line, step_line
from app.domain.timeline.shapes import Look, MilestoneLine, StepLine, Stretch, Timeline
from app.domain.windows import Blackout, day_edges, openings

WINDOWS_UNDER = timedelta(days=30)
"""A plan that spans less shows the windows of its steps."""

MOST_MARGIN = 10
"""How many days behind the last thing are shown at most; behind a short plan, a tenth of it."""

SHORTEST = timedelta(days=3)

_TO_COME = frozenset({Look.PLANNED, Look.EXPECTED, Look.UNCERTAIN, Look.UNDATED})


def timeline(facts: Facts) -> Timeline:
    """The timeline of a plan in any state."""
    steps = [step_line(facts, number, step) for number, step in enumerate(facts.plan.steps, 1)]
    named = dict.fromkeys(key for step in facts.plan.steps for key in step.milestones)
    milestones = [milestone_line(facts, key) for key in named]
    first, last = _days(facts, steps, milestones)
    shown = day_edges(first, last, EASTERN)
    if last - first < WINDOWS_UNDER:
        steps = [_with_windows(facts, step, line, shown[1]) for step, line in zip(facts.plan.steps, steps, strict=True)]
    return Timeline(
        plan=facts.plan.key,
        title=facts.plan.title,
        state=None if facts.row is None else facts.row.state,
        now=facts.now,
        first=first,
        last=last,
        steps=tuple(steps),
        milestones=tuple(milestones),
        blackouts=tuple(_blackouts(facts, shown)),
        trouble=facts.trouble,
    )


def _days(facts: Facts, steps: Sequence[StepLine], milestones: Sequence[MilestoneLine]) -> tuple[date, date]:
    """The first day and the last: of every event, and today while the plan has not ended, with a margin behind."""
    began = day_of(facts.now if facts.row is None else facts.row.started)
    found = [began, *(day for line in steps for day in _of_step(line))]
    found += [day_of(one.reached) for one in milestones if one.reached is not None and day_of(one.reached) > began]
    found += [one.estimate.latest for one in milestones if one.estimate is not None]
    found += [] if facts.is_over else [day_of(facts.now)]
    first, last = min(found), max(found)
    last += timedelta(days=max(1, min(MOST_MARGIN, (last - first).days // 10)))
    return first, max(last, first + SHORTEST - timedelta(days=1))


def _of_step(line: StepLine) -> Iterator[date]:
    if line.spread is not None:
        yield line.spread.p10
        yield line.spread.p90
    stretches = (line.warned, line.blocked, line.watched)
    ends = (moment for one in stretches if one is not None for moment in (one.begins, one.ends))
    yield from (day_of(moment) for moment in (line.at, line.moved, *ends) if moment is not None)


def _with_windows(facts: Facts, step: Step, line: StepLine, end: datetime) -> StepLine:
    """With the openings in which the scheduler would start a step, from when it can be ready, that begin before
    `end`."""
    if step.window is None or line.look not in _TO_COME or facts.is_over:
        return line
    first = None if line.spread is None else day_edges(line.spread.p10, line.spread.p10, EASTERN)[0]
    dates = (line.at, first, facts.at(step).moment or step.not_before)
    ready = max(facts.now, next((one for one in dates if one is not None), facts.now))
    found = takewhile(lambda one: one.start < end, openings(step.window, facts.plan.blackouts, facts.plan.place, ready))
    return replace(line, windows=tuple(Stretch(one.start, min(one.end, end)) for one in found))


def _blackouts(facts: Facts, shown: tuple[datetime, datetime]) -> Iterator[Blackout]:
    """Those of the days that are shown, once each, in order."""
    for one in sorted(set(facts.plan.blackouts), key=lambda one: (one.start, one.end, one.why)):
        if max(one.start, shown[0]) < min(one.end, shown[1]):
            yield one
