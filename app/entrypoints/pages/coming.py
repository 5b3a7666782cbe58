"""What the running plans have for each preference next."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.ownership import Nobody
from app.domain.plans import Plan, PlanRow, PlanState, Step, StepRow, StepState, due_at, waiting_for
from app.domain.refusals import Refusal

ENDED = {StepState.DONE, StepState.SKIPPED, StepState.CANCELLED, StepState.UNDONE}


@dataclass(frozen=True, slots=True)
class Coming:
    """The next step of a running plan that concerns a preference. `due` is in UTC; None while that is not known."""

    plan: str
    step: Step
    row: StepRow
    due: datetime | None
    waits: Sequence[str]

    @property
    def is_held(self) -> bool:
        """Whether a person must decide."""
        return self.row.state is StepState.HELD

    @property
    def verb(self) -> str:
        """What the step does, as the beginning of a sentence."""
        if self.step.to is None:
            return "Change where it can be found"
        if isinstance(self.step.to, Nobody):
            return "Retire it"
        return f"Move to {self.step.to.label}"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next step of each preference, by key; how many plans run; and what cannot be read."""

    steps: dict[str, Coming]
    running: int
    unreadable: tuple[str, ...]


def outlook(plans: Iterable[PlanRow], read: Callable[[str, str], Plan], now: datetime) -> Outlook:
    """What comes next, by the texts that the running plans were started with."""
    steps: dict[str, Coming] = {}
    unreadable: list[str] = []
    running = [plan for plan in plans if plan.state is PlanState.RUNNING]
    for row in running:
        try:
            plan = read(row.key, row.text)
        except Refusal as refusal:
            unreadable.append(f"The plan {row.key} runs and its text cannot be read. {refusal}")
            continue
        for coming in _open_steps(plan, row, now):
            for key in coming.step.preferences:
                steps.setdefault(key, coming)
    return Outlook(steps, len(running), tuple(unreadable))


def _open_steps(plan: Plan, row: PlanRow, now: datetime) -> Iterable[Coming]:
    rows = {one.id: one for one in row.steps}
    for step in plan.steps:
        at = rows.get(step.id)
        if at is not None and at.state not in ENDED:
            due = _due(step, at, row)
            needs = [] if due else waiting_for(step, at, rows, now)
            yield Coming(plan.title, step, at, due, needs)


def _due(step: Step, at: StepRow, plan: PlanRow) -> datetime | None:
    """When it is due: as the last tick stored it, or as the next one will."""
    if at.due is not None or at.state is not StepState.WAITING:
        return at.due
    return None if step.needs_steps else due_at(step, plan.started)
