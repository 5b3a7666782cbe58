"""What the running plans have for each preference next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.ownership import Nobody
from app.domain.plans import ENDED, PlanState, Step, StepRow, StepState
from app.services.planning.surroundings import Surroundings


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


def outlook(plans: Iterable[Surroundings], unreadable: Iterable[str]) -> Outlook:
    """What comes next, by the texts that the running plans were started with."""
    steps: dict[str, Coming] = {}
    running = [around for around in plans if around.row.state is PlanState.RUNNING]
    for around in running:
        for coming in _open_steps(around):
            for key in coming.step.preferences:
                steps.setdefault(key, coming)
    return Outlook(steps, len(running), tuple(unreadable))


def _open_steps(around: Surroundings) -> Iterable[Coming]:
    for step in around.plan.steps:
        at = around.row.rows[step.id]
        if at.state in ENDED:
            continue
        if at.state in (StepState.WAITING, StepState.DUE):
            decision = around.decide(step)
            at = replace(decision.row, state=at.state)
            yield Coming(around.plan.title, step, at, at.due, [wait.words for wait in decision.waits])
        else:
            yield Coming(around.plan.title, step, at, at.due, [])
