"""What a timeline is made from: a plan, where it stands, and what is forecast of it, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.forecast.foretelling import Forecast, StepForecast
from app.domain.milestones import Milestone
from app.domain.plans import ENDED, UNDER_WAY, Plan, PlanRow, Step, StepRow, StepState


@dataclass(frozen=True, slots=True)
class Facts:
    """A plan and what is known of it. `row` is None before it is started.

    `titles` are those of preferences, by key; `activated` is when the move of a step was, by the step; `approved` is
    when the last approval that a step needs was given. `trouble` is why there is no forecast.
    """

    plan: Plan
    row: PlanRow | None
    now: datetime
    milestones: Mapping[str, Milestone]
    titles: Mapping[str, str] = field(default_factory=dict)
    activated: Mapping[str, datetime] = field(default_factory=dict)
    approved: Mapping[str, datetime] = field(default_factory=dict)
    forecast: Forecast | None = None
    trouble: str | None = None

    def at(self, step: Step) -> StepRow:
        """Where a step stands; in a plan that was not started, it waits."""
        found = None if self.row is None else self.row.rows.get(step.id)
        return found or StepRow(self.plan.key, step.id)

    def foretold(self, step: Step) -> StepForecast | None:
        """What is forecast of a step."""
        steps = () if self.forecast is None else self.forecast.steps
        return next((one for one in steps if one.step == step.id), None)

    def lacks_approval(self, step: Step) -> bool:
        """Whether a step needs approvals that it has not."""
        return step.approvals > 0 and step.id not in self.approved

    @property
    def is_over(self) -> bool:
        """Whether the plan has ended."""
        return self.row is not None and self.row.is_over

    @property
    def needs_forecast(self) -> bool:
        """Whether a step is still to come that nothing dates."""
        rows = [self.at(step) for step in self.plan.steps]
        ahead = (one for one in rows if one.state not in ENDED | UNDER_WAY | {StepState.HELD})
        return not self.is_over and any(one.due is None for one in ahead)
