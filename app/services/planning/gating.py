"""What persons said of the steps of a plan, as the database has it."""

from collections.abc import Set as AbstractSet

from app.domain.plan_gates import Gates, basis_of, gates_of, subject_of
from app.domain.plans import PlanRow
from app.services.store import Unit


def gates_of_step(unit: Unit, plan: PlanRow, step: str) -> Gates:
    """What holds now of what was said about one step."""
    subject = subject_of(plan.key, step)
    return gates_of(unit.sign_offs.of([subject]), subject, basis_of(plan, step), unit.now())


def overrides_of(unit: Unit, plan: str | None, step: str | None) -> AbstractSet[str]:
    """The checks of a move's step that an administrator overrode; none for a move by hand."""
    row = None if plan is None else unit.plans.find(plan)
    if row is None or step is None or step not in row.rows:
        return frozenset()
    return gates_of_step(unit, row, step).overrides
