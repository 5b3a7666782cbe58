"""What persons say of steps: approvals by others than the author, confirmations with evidence, and break-glass.

Every word stands in the ledger and runs out in time. Approvals and overrides are bound to what their giver saw: the
plan's text, and the date of the step. A confirmation is about the world and outlives a new version. Only an approval
can be taken back.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from app.domain.actors import identity_of, name_of
from app.domain.plan_gates import APPROVALS, Kind, SignOff, basis_of, subject_of
from app.domain.plans import PlanRow, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.planning.stepping import tell, write
from app.services.planning.surroundings import Surroundings
from app.services.recording import By, record, sayable
from app.services.store import Lost, Unit

OPEN = (StepState.WAITING, StepState.DUE, StepState.HELD)
OVERRIDE_LASTS = timedelta(days=7)
CONFIRMATION_LASTS = timedelta(days=90)


def approve(unit: Unit, around: Surroundings, step: Step, by: By) -> None:
    """Approve one step of the version that runs. Refusals `step_state`, `not_four_eyes`, `already_approved`,
    `approval_needless`."""
    row = _open(around, step)
    _require_approvals(step)
    if identity_of(by.actor) == identity_of(around.row.author):
        detail = "Whoever started a plan, or accepted its present version, approves none of its steps."
        raise Refusal("not_four_eyes", detail, "Ask another approver.", {"author": around.row.author})
    given = _Given(around.row, row, Kind.APPROVAL, "", step.approval_lasts)
    _forget_expired(unit, around, given, by)
    if _mine(unit, around, given, by) or not _add(unit, around, given, by):
        raise Refusal("already_approved", f"You have approved step {step.id} already.", "Ask another approver.")
    record(unit, by, "step_approved", {"plan": row.plan, "step": row.id, "hash": around.row.hash})


def withdraw(unit: Unit, around: Surroundings, step: Step, by: By) -> None:
    """Take one's own approval back. Refusals `step_state`, `not_found`."""
    row = _open(around, step)
    subject, basis = subject_of(row.plan, row.id), basis_of(around.row, row.id)
    wanted = (Kind.APPROVAL, identity_of(by.actor), basis)
    mine = [one for one in unit.sign_offs.of([subject]) if (one.kind, identity_of(one.actor), one.basis) == wanted]
    if not mine or not unit.sign_offs.withdraw(mine[0]):
        raise Refusal("not_found", f"You have not approved step {step.id}.", "There is nothing to take back.")
    _next_version(unit, around.row)
    record(unit, by, "approval_withdrawn", {"plan": row.plan, "step": row.id})


def decline(unit: Unit, around: Surroundings, step: Step, by: By) -> None:
    """Hold a step, because an approver says no: a person decides what becomes of it. Whoever may not approve it, as its
    author, may decline it all the same: a no needs no second pair of eyes. Approvals that were given are void, so that
    it waits for approval again once it is retried. Refusals `step_state`, `approval_needless`."""
    row = _open(around, step)
    _require_approvals(step)
    if row.state is StepState.HELD:
        mend = "A person decides about it already: retry it, skip it, or give it another date."
        raise Refusal("step_state", f"Step {row.id} is held already.", mend, {"state": row.state, "step": row.id})
    held = replace(row, state=StepState.HELD, why=sayable(f"{name_of(by.actor) or by.actor} declined it: {by.reason}"))
    if not write(unit, around.plan, held, row.state):
        raise Lost
    for given in unit.sign_offs.of([subject_of(row.plan, row.id)]):
        if given.kind is Kind.APPROVAL:
            unit.sign_offs.withdraw(given)
    tell(unit, by, "step_held", held)


def confirm(unit: Unit, around: Surroundings, step: Step, name: str, by: By) -> None:
    """Confirm what a check `confirmed:NAME` of a step asks for; the reason is the evidence.

    Refusals `step_state`, `check_unknown`, `already_confirmed`.
    """
    row = _open(around, step)
    _require_check(step, f"confirmed:{name}")
    given = _Given(around.row, row, Kind.CONFIRMATION, name, CONFIRMATION_LASTS)
    _forget_expired(unit, around, given, by)
    if not _add(unit, around, given, by):
        raise Refusal("already_confirmed", f"You have confirmed {name} already.", "There is nothing to do.")
    record(unit, by, "step_confirmed", {"plan": row.plan, "step": row.id, "confirmed": name})


def override(unit: Unit, around: Surroundings, step: Step, name: str, by: By) -> None:
    """Break-glass: let a step go on whatever one check of it answers, or without its approvals (`approvals`).

    It holds for what runs now and for seven days, and stands out in the ledger for ever. Refusals `step_state`,
    `check_unknown`, `approval_needless`, `already_overridden`.
    """
    row = around.row.rows[step.id]
    if row.state not in (OPEN if name == APPROVALS else (*OPEN, StepState.RUNNING, StepState.WATCHING)):
        raise _state(row)
    if name == APPROVALS:
        _require_approvals(step)
    else:
        _require_check(step, name)
    given = _Given(around.row, row, Kind.OVERRIDE, name, OVERRIDE_LASTS)
    _forget_expired(unit, around, given, by)
    if not _add(unit, around, given, by):
        raise Refusal("already_overridden", f"You have overridden {name} already.", "There is nothing to do.")
    record(unit, by, "break_glass", {"plan": row.plan, "step": row.id, "overridden": name, "hash": around.row.hash})


@dataclass(frozen=True, slots=True)
class _Given:
    plan: PlanRow
    step: StepRow
    kind: Kind
    name: str
    lasts: timedelta

    def by(self, around: Surroundings, by: By) -> SignOff:
        subject, basis = subject_of(self.plan.key, self.step.id), basis_of(self.plan, self.step.id)
        words = (by.actor, by.reason, around.now, around.now + self.lasts)
        return SignOff(0, self.kind, subject, self.name, basis, *words)


def _add(unit: Unit, around: Surroundings, given: _Given, by: By) -> bool:
    added = unit.sign_offs.add(given.by(around, by))
    if added:
        _next_version(unit, given.plan)
    return added


def _next_version(unit: Unit, row: PlanRow) -> None:
    """Whatever was decided on the plan as it was before is old."""
    if not unit.plans.change(row):
        raise Lost


def _forget_expired(unit: Unit, around: Surroundings, given: _Given, by: By) -> None:
    for one in _mine(unit, around, given, by):
        if not one.holds(around.now):
            unit.sign_offs.withdraw(one)


def _mine(unit: Unit, around: Surroundings, given: _Given, by: By) -> list[SignOff]:
    """The same word of the same person, under whatever name."""
    new = given.by(around, by)
    return [one for one in unit.sign_offs.of([new.subject]) if _same(one) == _same(new)]


def _same(one: SignOff) -> tuple[str, ...]:
    return one.kind, one.name, one.basis, identity_of(one.actor)


def _open(around: Surroundings, step: Step) -> StepRow:
    row = around.row.rows[step.id]
    if row.state not in OPEN:
        raise _state(row)
    return row


def _state(row: StepRow) -> Refusal:
    mend = "There is nothing left to be decided about it."
    return Refusal("step_state", f"Step {row.id} is {row.state}.", mend, {"state": row.state, "step": row.id})


def _require_approvals(step: Step) -> None:
    if not step.approvals:
        raise Refusal("approval_needless", f"Step {step.id} needs no approval.", "There is nothing to do.")


def _require_check(step: Step, name: str) -> None:
    if name not in step.checks:
        known = ", ".join(step.checks) or "none"
        raise Refusal("check_unknown", f"Step {step.id} has no check {name[:170]}.", f"It has: {known}.")
