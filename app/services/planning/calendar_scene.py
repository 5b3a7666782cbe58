"""What a plan's calendar is worked out from, at one moment, and what it says of each step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.catalogue import Catalogue
from app.domain.forecast.foretelling import Forecast, StepForecast
from app.domain.milestones import Milestone
from app.domain.ownership import NOBODY, System
from app.domain.plan_deciding import Decision
from app.domain.plans import ENDED, UNDER_WAY, Plan, PlanState, Step, StepRow, StepState
from app.services.planning.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Scene:
    """A plan, what is around it once it was started, and what is forecast of its steps."""

    plan: Plan
    around: Surroundings | None
    catalogue: Catalogue
    milestones: Mapping[str, Milestone]
    now: datetime
    forecasts: Mapping[str, StepForecast] = field(default_factory=dict)

    def foretold(self, found: Forecast) -> "Scene":
        """The same with a forecast."""
        return replace(self, forecasts={one.step: one for one in found.steps})

    @property
    def is_running(self) -> bool:
        """Whether steps start by themselves."""
        return self.around is not None and self.around.row.state is PlanState.RUNNING

    @property
    def state_words(self) -> str:
        """Where the plan stands."""
        if self.around is None:
            return "The plan was not started. Its dates are a forecast, as if it were started now."
        return f"The plan is {self.around.row.state}."

    def row(self, step: Step) -> StepRow:
        """Where a step stands; of a plan that was not started, it waits."""
        return StepRow(self.plan.key, step.id) if self.around is None else self.around.row.rows[step.id]

    def is_to_come(self, step: Step) -> bool:
        """Whether a step has not started and still can."""
        is_over = self.around is not None and self.around.row.is_over
        return not is_over and self.row(step).state not in ENDED | UNDER_WAY

    def start_of(self, step: Step) -> datetime | None:
        """When a step is due, or else expected to start on even chances."""
        found = self.forecasts.get(step.id)
        return self.row(step).due or (found.expected if found is not None else None)

    def ready(self, step: Step) -> datetime:
        """The moment from which openings of a step matter: none of them has passed, nor comes before its date."""
        row = self.row(step)
        named = row.due or row.moment or step.not_before
        return self.now if named is None else max(self.now, named)

    def summary(self, step: Step) -> str:
        """What a step does, by the titles of its preferences."""
        files = self.catalogue.preferences
        titles = ", ".join(files[key].title if key in files else key for key in step.preferences)
        if step.to is None:
            return f"Change where {titles} can be changed"
        if step.to is NOBODY:
            return f"Retire {titles}"
        return f"Move {titles} to {System(step.to).label}"

    def titled(self, step: Step) -> str:
        """What a step does, with its name, and before it where it stands unless it just waits."""
        state = self.row(step).state
        stands = "" if state in (StepState.WAITING, StepState.DUE) else f"{state.value.capitalize()}: "
        return f"{stands}{self.summary(step)} (step {step.id})"

    def details(self, step: Step) -> Iterator[str]:
        """Where a step stands and what it waits for, each in a sentence."""
        yield f"Step {step.id} of the plan “{self.plan.title}”."
        yield self.stands(step)
        if self.around is not None and not self.is_running and self.is_to_come(step):
            yield f"The plan is {self.around.row.state}: no step of it starts."

    def stands(self, step: Step) -> str:
        """Where a step stands: its state, with what it waits for or why."""
        row = self.row(step)
        if self.around is None:
            return "It was not started."
        if row.state not in (StepState.WAITING, StepState.DUE):
            return f"It is {row.state}{f': {row.why}' if row.why else '.'}"
        return f"It is {row.state}. {_waits(self.around.decide(step))}"


def _waits(decision: Decision) -> str:
    if decision.never is not None:
        return f"It waits for a person to decide: {decision.never}"
    words = "; ".join(wait.words for wait in decision.waits)
    return f"It waits for {words}." if words else "It waits for nothing more than its checks."
