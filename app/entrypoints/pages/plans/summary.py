"""The four answers of a plan: Now, Next, In the way, Ends; and one line of the list of plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.plan_deciding import Decision
from app.domain.plans import ENDED, UNDER_WAY, Plan, PlanState, Step, StepState
from app.entrypoints.pages.plans.seeing import Seen
from app.services.planning.surroundings import Surroundings
from app.services.planning.telling import AHEAD

STATES: dict[PlanState, tuple[str, str]] = {
    PlanState.DRAFT: ("Not started", "later"),
    PlanState.RUNNING: ("Running", "wait"),
    PlanState.PAUSED: ("Paused", "lock"),
    PlanState.DONE: ("Done", "ok"),
    PlanState.CANCELLED: ("Cancelled", "cancelled"),
}
"""The word of each state of a plan, and its sign."""

NEEDING = frozenset({"approval", "preference", "stop"})
"""Waits that a person ends, and that nothing else does."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How a plan stands, in a line."""

    plan: Plan
    state: PlanState
    done: int
    under_way: Step | None
    next: Step | None
    due: datetime | None
    waits: tuple[str, ...]
    held: tuple[Step, ...]
    for_persons: int

    @property
    def word(self) -> str:
        """The state of the plan."""
        return STATES[self.state][0]

    @property
    def sign(self) -> str:
        """The sign of that state."""
        return "now" if self.under_way is not None and self.state is PlanState.RUNNING else STATES[self.state][1]

    def number(self, step: Step) -> int:
        """The place of a step in the plan."""
        return self.plan.steps.index(step) + 1

    @property
    def says(self) -> str:
        """What is spoken when it has changed."""
        needs = (
            f" {self.for_persons} {'step needs' if self.for_persons == 1 else 'steps need'} a person."
            if self.for_persons
            else ""
        )
        running = "" if self.under_way is None else f" Step {self.number(self.under_way)} is under way."
        return f"{self.word}: {self.done} of {len(self.plan.steps)} steps are over.{running}{needs}"


def summary_of(plan: Plan, around: Surroundings | None) -> Summary:
    """How a plan stands; one that was not started waits for its start."""
    if around is None:
        return Summary(plan, PlanState.DRAFT, 0, None, plan.steps[0] if plan.steps else None, None, (), (), 0)
    state = {step.id: around.row.rows[step.id].state for step in plan.steps}
    ahead = [] if around.row.is_over else [step for step in plan.steps if state[step.id] in AHEAD]
    decided = {step.id: around.decide(step) for step in ahead}
    coming = _next(ahead, decided)
    held = tuple(step for step in plan.steps if state[step.id] is StepState.HELD)
    return Summary(
        plan=plan,
        state=around.row.state,
        done=sum(state[step.id] in ENDED for step in plan.steps),
        under_way=next((step for step in plan.steps if state[step.id] in UNDER_WAY), None),
        next=coming,
        due=decided[coming.id].row.due if coming else None,
        waits=tuple(wait.words for wait in decided[coming.id].waits) if coming else (),
        held=held,
        for_persons=len(held) + sum(_needs_person(one) for one in decided.values()),
    )


def of_seen(seen: Seen) -> Summary:
    """The same, of a plan that is looked at. Of one whose text cannot be read nothing comes next."""
    if seen.fault is not None and seen.around is not None:
        return Summary(seen.plan, seen.state, 0, None, None, None, (), (), 1)
    return summary_of(seen.plan, seen.around)


def _next(ahead: Sequence[Step], decided: dict[str, Decision]) -> Step | None:
    """The step with the nearest date; without any, the first that has not started."""
    dated = [(due, step) for step in ahead if (due := decided[step.id].row.due) is not None]
    return min(dated, key=lambda pair: pair[0])[1] if dated else next(iter(ahead), None)


def _needs_person(decision: Decision) -> bool:
    return decision.never is not None or any(wait.kind in NEEDING for wait in decision.waits)
