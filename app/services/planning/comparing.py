"""Which preferences are compared between the systems: those of steps to come that ask whether the systems agree."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.domain.plans import Plan, PlanRow, PlanState, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.checks.shadow_reads_agree import CHECK
from app.services.planning.texts import PlanFiles
from app.services.store import Store


@dataclass
class Comparing:
    """What one process compares for the plans that run."""

    store: Store
    plans: PlanFiles
    _read: dict[str, Plan] = field(default_factory=dict)

    def keys(self) -> frozenset[str]:
        """The preferences of steps that have not started and name the check."""
        with self.store.reading() as unit:
            running = [row for row in unit.plans.all() if row.state is PlanState.RUNNING]
        self._read = {row.text: plan for row in running if (plan := self._plan(row)) is not None}
        steps = (step for row in running if row.text in self._read for step in _to_come(self._read[row.text], row))
        return frozenset(key for step in steps for key in step.preferences)

    def _plan(self, row: PlanRow) -> Plan | None:
        try:
            return self._read.get(row.text) or self.plans.read(row.key, row.text)
        except Refusal:  # each tick tells it
            return None


def _to_come(plan: Plan, row: PlanRow) -> Iterator[Step]:
    for step in plan.steps:
        if CHECK.name in step.checks and _may_start(row.rows[step.id]):
            yield step


def _may_start(row: StepRow) -> bool:
    """A step that was held before its move stored anything may be retried."""
    return row.state in (StepState.WAITING, StepState.DUE) or (row.state is StepState.HELD and row.move is None)
