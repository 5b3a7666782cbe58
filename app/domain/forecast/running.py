"""One plan, run in every draw at once: when each of its steps starts and ends, or why nobody can know.

A step's needs are met when its plan was started, the steps it needs are done (each at its start and bake), and its
milestones are reached, whichever is last. It is ready after its wait and not before its date, and starts at the first
opening from then on. Approvals are taken to be given in time, and checks to pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from app.domain.forecast.columns import greatest
from app.domain.forecast.days import Calendar, Column, length_of
from app.domain.forecast.draws import Draws
from app.domain.forecast.given import Known, Progress
from app.domain.forecast.starting import NEVER, Openings, Start
from app.domain.plans import ENDED, PASSED, UNDER_WAY, Plan, Step, StepRow, StepState


@dataclass(frozen=True, slots=True)
class Dated:
    """When a step starts and ends, in seconds, and the local day of its start; for each draw.

    `ahead` says that it has not started yet, `pending` that what it changes is not so yet. Of a step that has ended
    without a move, the start is its end.
    """

    start: Column
    day: Column
    end: Column
    ahead: bool = True
    pending: bool = True


@dataclass(frozen=True, slots=True)
class Undated:
    """Why nobody can say when a step starts: a clause that fits behind "it" or the step's name."""

    why: str


@dataclass(frozen=True, slots=True)
class Run:
    """A plan in every draw. `steps` stand in an order in which each comes after what it needs."""

    plan: Plan
    steps: dict[str, Dated | Undated]
    finish: Column | None

    @property
    def undated(self) -> dict[str, str]:
        """The steps of which nobody knows when they start, each with why."""
        return {name: one.why for name, one in self.steps.items() if isinstance(one, Undated)}


@dataclass
class Course:
    """What several plans, and several sets of draws, are run over; it keeps every opening that was looked up."""

    known: Known
    calendar: Calendar
    openings: dict[tuple[object, ...], Openings] = field(default_factory=dict)
    starts: dict[tuple[str, str], Start] = field(default_factory=dict)

    def start_of(self, plan: Plan, step: Step, row: StepRow | None) -> Start:
        """When a step starts, looked up by when its needs are met."""
        if (plan.key, step.id) not in self.starts:
            same = (step.window, plan.blackouts, plan.time_zone, step.late)
            if same not in self.openings:
                self.openings[same] = Openings(self.known.fit, step, plan)
            self.starts[plan.key, step.id] = Start(self.openings[same], step, row, self.calendar.start)
        return self.starts[plan.key, step.id]


def run(plan: Plan, course: Course, draws: Draws, before: Run | None = None, moved: str = "") -> Run:
    """The plan in every draw. `before` is a run over the same draws but for one milestone, which was `moved`."""
    steps: dict[str, Dated | Undated] = {}
    if before is not None and moved not in waited_for(plan):
        return before
    named = {step.id: step for step in plan.steps}
    again = {step.id for step in plan.steps if moved in step.milestones}
    for name in TopologicalSorter({step.id: step.needs_steps for step in plan.steps}).static_order():
        step = named[name]
        if before is not None and name not in again and again.isdisjoint(step.needs_steps):
            steps[name] = before.steps[name]
            continue
        again.add(name)
        steps[name] = _Step(plan, step, course, draws, steps).timed()
    return Run(plan, steps, _finish(steps, [course.calendar.start] * draws.count))


def _finish(steps: dict[str, Dated | Undated], start: Column) -> Column | None:
    """When the last step is done. None if one of them has no date."""
    ends = [one.end for one in steps.values() if isinstance(one, Dated)]
    return greatest([start, *ends]) if len(ends) == len(steps) else None


def waited_for(plan: Plan) -> frozenset[str]:
    """The milestones that any step of a plan waits for."""
    return frozenset(key for step in plan.steps for key in step.milestones)


@dataclass(frozen=True, slots=True)
class _Step:
    """One step, as it is dated."""

    plan: Plan
    step: Step
    course: Course
    draws: Draws
    others: dict[str, Dated | Undated]

    def timed(self) -> Dated | Undated:
        row = self._row(self.step.id)
        if row is not None and row.state is StepState.HELD:
            return Undated("is held until a person decides")
        if row is not None and row.state in ENDED | UNDER_WAY:
            return self._begun(row)
        why = next(self._unknown(), None)
        return Undated(why) if why else self._ahead(row)

    @property
    def _progress(self) -> Progress | None:
        return self.course.known.progress.get(self.plan.key)

    def _row(self, name: str) -> StepRow | None:
        return None if self._progress is None else self._progress.rows.get(name)

    def _begun(self, row: StepRow) -> Dated:
        """A step that has started, or ended: what was recorded of it, and the rest of its bake."""
        calendar, count = self.course.calendar, self.draws.count
        since = calendar.second(row.since or self.course.known.start)
        moved = row.state not in ENDED - {StepState.DONE}
        start = since if row.due is None or not moved else min(since, calendar.second(row.due))
        pending = row.state is StepState.RUNNING
        watched_from = calendar.start if pending else since
        end = since if row.state in ENDED else max(watched_from + length_of(self.step.bake), calendar.start)
        day = calendar.first_day if pending else calendar.days[start]
        return Dated([start] * count, [day] * count, [end] * count, ahead=False, pending=pending)

    def _unknown(self) -> Iterator[str]:
        for name in self.step.needs_steps:
            other, row = self.others[name], self._row(name)
            if isinstance(other, Undated):
                yield f"needs step {name}, which {other.why}"
            elif row is not None and row.state in ENDED - PASSED:
                yield f"needs step {name}, which was {row.state}"
        for key in self.step.milestones:
            milestone = self.course.known.milestones.get(key)
            if milestone is None:
                yield f"waits for {key}, which is no milestone any more"
            elif self.draws.days(key) is None:
                yield f"waits for “{milestone.title}”, for which nobody has given an estimate"

    def _ahead(self, row: StepRow | None) -> Dated | Undated:
        calendar, count = self.course.calendar, self.draws.count
        started = calendar.start if self._progress is None else calendar.second(self._progress.started)
        met = greatest([[started] * count, *self._needs()])
        starts = self.course.start_of(self.plan, self.step, row)
        start = list(map(starts.__getitem__, met))
        if NEVER in start:
            return Undated("finds no opening of its window outside the blackouts")
        bake = length_of(self.step.bake)
        end = [at + bake for at in start] if bake else start
        return Dated(start, list(map(calendar.days.__getitem__, start)), end)

    def _needs(self) -> Iterator[Column]:
        for name in self.step.needs_steps:
            other = self.others[name]
            if isinstance(other, Dated):
                yield other.end
        for key in self.step.milestones:
            days = self.draws.days(key)
            reached = self.course.known.milestones[key].reached
            if reached is not None:
                yield [self.course.calendar.second(reached)] * self.draws.count
            elif days is not None:
                yield list(map(self.course.calendar.midnights.__getitem__, days))
