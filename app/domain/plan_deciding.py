"""What becomes of a step now: it waits, and for what; it is due, and until when; or it can never start like this.

The scheduler, the dry run and "why has nothing moved?" all ask `decide`. Time is an argument.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain import durations
from app.domain.milestones import Milestone
from app.domain.plan_gates import Gates
from app.domain.plans import PASSED, Plan, Step, StepRow, StepState
from app.domain.windows import Opening, fit


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that a step waits for: in words that fit behind "waits for", since when, who can end it, and how.

    `until` is set where the time alone ends it.
    """

    kind: str
    words: str
    who: str
    command: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a step's surroundings at one moment.

    `lacking` is what keeps its target from being one; `stops` is what stops it, in words, each with its key ("" for
    everything) and since when.
    """

    now: datetime
    started: datetime
    rows: Mapping[str, StepRow]
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    gates: Gates = field(default_factory=Gates)
    lacking: str | None = None
    stops: tuple[tuple[str, str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a step's row says next, and what it waits for. `never` is why it cannot start unless a person acts."""

    row: StepRow
    waits: tuple[Wait, ...] = ()
    never: str | None = None

    @property
    def is_due(self) -> bool:
        """Whether it may start now, if its checks pass."""
        return not self.waits and self.never is None


def decide(plan: Plan, step: Step, row: StepRow, known: Known) -> Decision:
    """What becomes of a step that has not started. Its row is answered with the times as they are now."""
    lost = [name for name in step.needs_steps if known.rows[name].state in (StepState.UNDONE, StepState.CANCELLED)]
    if lost:
        state = known.rows[lost[0]].state
        return Decision(_without_time(row), never=f"It needs step {lost[0]}, which was {state}.")
    open_needs = tuple(_open_needs(plan, step, known))
    if open_needs:
        return Decision(_without_time(row), open_needs)
    if known.lacking is not None:
        return Decision(_without_time(replace(row, why=known.lacking)), (_lack(known.lacking, row),))
    if row.why is not None and row.state is StepState.WAITING:
        row = replace(row, why=None, anew=known.now)  # what it lacked has come just now
    return _at_its_time(plan, step, row, known)


def _at_its_time(plan: Plan, step: Step, row: StepRow, known: Known) -> Decision:
    met = _met(step, known)
    row = replace(row, needs_met=met)
    approved = known.gates.approved(step.approvals) if step.approvals else known.started
    earliest = ready_at(step, row, met)
    if approved is None:
        missing = step.approvals - len(known.gates.approvals)
        row = replace(row, due=_first_start(plan, step, earliest, known.now), until=None)
        return Decision(row, (_approval(plan, step, missing, met),))
    opening = fit(max(earliest, approved), step.window, plan.blackouts, plan.place, step.late)
    if opening is None:
        return Decision(row, never="No window that is free of blackouts comes any more.")
    row = replace(row, due=opening.start, until=opening.end)
    if known.now < opening.start:
        return Decision(row, (_time(opening, earliest),))
    if known.now >= opening.end:
        return Decision(row, never=_too_late(step, opening))
    return Decision(row, tuple(stop_wait(*stop) for stop in known.stops))


def ready_at(step: Step, row: StepRow, met: datetime) -> datetime:
    """The moment before which a step does not start, whatever its windows are.

    That is after its wait, and not before its date; a date that a person gave it stands in place of both.
    """
    after_wait = met + step.wait
    planned = after_wait if step.not_before is None else max(after_wait, step.not_before)
    return max(met, planned if row.moment is None else row.moment, row.anew or met)


def _first_start(plan: Plan, step: Step, earliest: datetime, now: datetime) -> datetime | None:
    """When a step would start at the first if its approvals came now; None if that were at once, which is no date."""
    opening = fit(max(earliest, now), step.window, plan.blackouts, plan.place, step.late)
    return None if opening is None or opening.start <= now else opening.start


def _met(step: Step, known: Known) -> datetime:
    """When the last of its needs was met."""
    steps = (known.rows[name].since for name in step.needs_steps)
    reached = (known.milestones[name].reached for name in step.milestones)
    return max(moment for moment in (known.started, *steps, *reached) if moment is not None)


def _open_needs(plan: Plan, step: Step, known: Known) -> Iterator[Wait]:
    for name in step.needs_steps:
        row = known.rows[name]
        if row.state not in PASSED:
            stands = ", which is held" if row.state is StepState.HELD else ""
            yield Wait("step", f"step {name} to be done{stands}", "nobody", f"cutover why {plan.key}/{name}", row.since)
    for name in step.milestones:
        milestone = known.milestones.get(name)
        if milestone is None:
            yield Wait("milestone", f"the milestone {name}, which is not in milestones.toml any more", "an operator")
        elif milestone.reached is None:
            command = f"cutover milestones reach {name} --reason …"
            yield Wait("milestone", f"the milestone “{milestone.title}”", milestone.team or "an operator", command)


def _lack(lacking: str, row: StepRow) -> Wait:
    return Wait("preference", f"what its target needs: {lacking}", "whoever keeps the files in flags/", None, row.since)


def _approval(plan: Plan, step: Step, missing: int, met: datetime) -> Wait:
    words = "one approval" if missing == 1 else f"{missing} approvals"
    command = f"cutover plans approve {plan.key} {step.id} --reason …"
    return Wait("approval", words, "an approver who is not the author", command, met)


def stop_wait(key: str, words: str, since: datetime) -> Wait:
    """That something is stopped."""
    command = "cutover resume --reason …" if not key else f"cutover unlock {key} --reason …"
    return Wait("stop", words, "an administrator", command, since)


def _time(opening: Opening, earliest: datetime) -> Wait:
    kind, words = ("window", "its window") if opening.start > earliest else ("time", "its time")
    return Wait(kind, f"{words}, {opening.start:%Y-%m-%d %H:%M:%S} UTC", "nobody", None, None, opening.start)


def _too_late(step: Step, opening: Opening) -> str:
    what = "Its window ended" if step.window else f"It was to start within {durations.render(step.late)}"
    return f"{what}: {opening.end:%Y-%m-%d %H:%M:%S} UTC has passed, so it was not started at another hour."


def _without_time(row: StepRow) -> StepRow:
    return replace(row, needs_met=None, due=None, until=None)
