"""A new version of a plan that runs: how it differs, what stands in its way, and accepting it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from difflib import unified_diff
from typing import Any

from app.domain.plan_gates import Kind
from app.domain.plans import Plan, PlanRow, Step, StepRow, StepState
from app.domain.refusals import Refusal
from app.services.planning.starting import require_free
from app.services.planning.stepping import announce_all
from app.services.recording import By, record
from app.services.store import Lost, Unit

BEGUN = frozenset({StepState.RUNNING, StepState.WATCHING, StepState.DONE, StepState.UNDONE})
"""A held step has begun too, once it has a move."""
FIXED = ("preferences", "to", "surfaces")
"""What a step that has begun did, and what no new version of its plan can make undone."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a plan's candidate differs from what runs. `steps` says for each step that differs what is new of it;
    `conflicts` is why it cannot be accepted."""

    before: str
    after: str
    lines: tuple[str, ...]
    steps: Mapping[str, str]
    conflicts: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As it stands in an answer; `diff` is what people know from their version control."""
        told = {"before": self.before, "after": self.after, "diff": list(self.lines), "steps": dict(self.steps)}
        return {**told, "conflicts": list(self.conflicts), "same": self.before == self.after}


def difference(running: Plan, row: PlanRow, new: Plan) -> Difference:
    """What accepting `new` would change."""
    steps = dict(_changed(running, new))
    return Difference(running.hash, new.hash, lines_apart(running, new), steps, tuple(_conflicts(running, row, new)))


def lines_apart(before: Plan, after: Plan) -> tuple[str, ...]:
    """What differs between two texts of a plan, as people know it from their version control."""
    return tuple(unified_diff(before.text.splitlines(), after.text.splitlines(), "running", "new", lineterm=""))


def members_apart(before: Step, after: Step) -> Iterator[tuple[str, Any, Any]]:
    """What differs between two texts of one step: each member with its old and its new value."""
    for one in fields(Step):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if old != new:
            yield one.name, old, new


def accept(unit: Unit, running: Plan, row: PlanRow, new: Plan, by: By) -> PlanRow:
    """Let a new version run in place of the present one; steps that have begun go on. Approvals are void.

    Refusals `plan_state`, `nothing_new`, `version_conflicts`, `preference_in_plan`.
    """
    if row.is_over:
        mend = "Start it anew."
        raise Refusal("plan_state", f"The plan {row.key} is {row.state}.", mend, {"state": row.state})
    found = difference(running, row, new)
    if running.text == new.text:
        raise Refusal("nothing_new", f"The plan {row.key} runs in this version already.", "There is nothing to do.")
    if found.conflicts:
        mend = "Leave as it is what has begun, or cancel the plan and start the new one."
        raise Refusal("version_conflicts", " ".join(found.conflicts), mend, {"conflicts": list(found.conflicts)})
    require_free(unit, new)
    now = unit.now()
    before = {step.id: step for step in running.steps}
    steps = tuple(_step(row, before.get(step.id), step, now) for step in new.steps)
    after = replace(row, text=new.text, hash=new.hash, preferences=new.preferences, author=by.actor)
    if not unit.plans.change(after):
        raise Lost
    unit.plans.replace_steps(row.key, steps)
    unit.drafts.delete(row.key)
    _void(unit, row.key)
    accepted = unit.plans.find(row.key)
    if accepted is None:
        raise Lost
    announce_all(unit, new, accepted)
    told = {"plan": row.key, "before": row.hash, "hash": new.hash, "steps": dict(found.steps)}
    record(unit, by, "version_accepted", told)
    return accepted


def _step(row: PlanRow, before: Step | None, after: Step, now: datetime) -> StepRow:
    """What was computed by the old version counts no more: no step starts at an old time.

    The time of a step that is new, or differs, counts from now: its needs may have been met long ago. A date that a
    person gave a step falls with the one in whose place it stood.
    """
    if before is None:
        return StepRow(row.key, after.id, since=now, anew=now)
    step = row.rows[after.id]
    if step.state not in (StepState.WAITING, StepState.DUE):
        return step
    why = step.why if step.state is StepState.WAITING else None
    fresh = replace(step, state=StepState.WAITING, needs_met=None, due=None, until=None, asked=None, why=why)
    if before == after:
        return fresh
    is_dated_anew = (before.not_before, before.wait) != (after.not_before, after.wait)
    return replace(fresh, anew=now, moment=None if is_dated_anew else step.moment)


def _void(unit: Unit, key: str) -> None:
    """Take back what was given for another text, so that it counts no more should that text ever run again: its
    approver may be the author by then. Evidence stays."""
    for one in unit.sign_offs.of_plan(key):
        if one.kind is not Kind.CONFIRMATION:
            unit.sign_offs.withdraw(one)


def _changed(running: Plan, new: Plan) -> Iterator[tuple[str, str]]:
    before, after = ({step.id: step for step in plan.steps} for plan in (running, new))
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield name, "it is taken out"
        elif name not in before:
            yield name, "it is new"
        elif before[name] != after[name]:
            yield name, "; ".join(_told(before[name], after[name]))


def _told(before: Step, after: Step) -> Iterator[str]:
    for name, old, new in members_apart(before, after):
        yield f"{name}: {_words(old)} → {_words(new)}"


def _words(value: object) -> str:
    if value is None or value == ():
        return "none"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _conflicts(running: Plan, row: PlanRow, new: Plan) -> Iterator[str]:
    after = {step.id: step for step in new.steps}
    for step in running.steps:
        state = row.rows[step.id].state
        if state not in BEGUN and row.rows[step.id].move is None:
            continue
        if step.id not in after:
            yield f"Step {step.id} is {state} and is missing in the new version."
        elif any(getattr(step, name) != getattr(after[step.id], name) for name in FIXED):
            yield f"Step {step.id} is {state}, and the new version has it do something else."
