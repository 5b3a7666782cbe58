"""What a new text of a running plan changes, read step by step, and accepting it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import redirect, url_for
from werkzeug.wrappers import Response

from app.domain.plan_gates import basis_of, gates_of, subject_of
from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import Box, Question, asked, faults_of
from app.entrypoints.pages.plan_texts import faults_in, plan_crumbs
from app.entrypoints.pages.plan_words import Change, changes_of, plan_changes, step_words
from app.entrypoints.pages.words import person, roles_of
from app.services.plan_store import Draft
from app.services.planning.acting import accepting, on_plan, started
from app.services.planning.starting import candidate, require_free
from app.services.planning.surroundings import Surroundings
from app.services.planning.versions import difference
from app.services.recording import By
from app.services.store import Unit


@dataclass(frozen=True, slots=True)
class StepChange:
    """What becomes of one step: new, gone or changed. `void` are the approvals and overrides that it loses."""

    id: str
    kind: str
    says: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A running plan, its candidate, and what stands in the way of it; `new` is None while it cannot be read."""

    around: Surroundings
    kept: Draft | None
    new: Plan | None
    refusals: tuple[str, ...]


@may(Role.VIEWER)
def plan_version(key: str) -> Response:
    """What accepting the draft of a plan, or else its file, would change. Refusals `not_found`, `not_started`."""
    return _asked(key, [])


@may(Role.OPERATOR)
def accept_version(key: str) -> Response:
    """Let the text that was seen run. Refusals `changed_meanwhile`, and those of `versions.accept`."""
    version, seen = forms.number_entered("version"), forms.entered("hash")
    faults = faults_of(key)
    if faults:
        return _asked(key, faults)

    def require(present: int) -> None:
        if present != version:
            detail = f"The plan {key} went on since you looked at it. Nothing was done."
            raise Refusal("changed_meanwhile", detail, "Look at the difference again and decide anew.")

    try:
        on_plan(context, key, By(caller.actor, forms.entered("reason")), require, accepting(context, seen))
    except Refusal as refusal:
        refusal.facts["address"] = url_for("pages.plan_version", key=key)
        raise
    return redirect(url_for("pages.plan", key=key), 303)


def _asked(key: str, faults: list[tuple[str, str]]) -> Response:
    with context.store.reading() as unit:
        found = _found(unit, key)
    return asked(_question(found, sent=bool(faults)), found.around.now, faults)


def _found(unit: Unit, key: str) -> Found:
    around, kept = started(context, unit, key), unit.drafts.find(key)
    if around.row.is_over:
        return Found(around, kept, None, (f"The plan {key} is {around.row.state}. It can only be started anew.",))
    try:
        new = candidate(unit, context.plans, context.catalogue, key)
    except Refusal as refusal:
        if refusal.code == "plan_invalid":
            faults = faults_in(refusal)
            lines = (f"Line {one['line']}: " if one["line"] else "" for one in faults)
            return Found(
                around,
                kept,
                None,
                tuple(f"{at}{one['what']} {one['mend']}" for at, one in zip(lines, faults, strict=True)),
            )
        missing = f"There is neither a draft nor a file of the plan {key}. Write its next text first."
        return Found(around, kept, None, (missing,))
    return Found(around, kept, new, tuple(_refusals(unit, around, new)))


def _refusals(unit: Unit, around: Surroundings, new: Plan) -> Iterator[str]:
    yield from difference(around.plan, around.row, new).conflicts
    try:
        require_free(unit, new)
    except Refusal as refusal:
        yield f"{refusal.detail} {refusal.mend}"


def _question(found: Found, *, sent: bool) -> Question:
    """After a fault the form keeps what the person saw, and so does not take what came meanwhile for seen."""
    plan, row, new = found.around.plan, found.around.row, found.new
    same = new is not None and new.text == plan.text
    hidden: dict[str, str | int] = {"version": row.version, "hash": new.hash if new else ""}
    if sent:
        hidden = {name: forms.entered(name) for name in ("version", "hash")}
    changes = [] if new is None else list(step_changes(plan, new))
    return Question(
        title="The text in force is the newest one" if same else f"Let the new text of {plan.title} run?",
        boxes=_boxes(found, len(changes), same),
        button="Accept the new text now",
        typed=plan.key,
        hidden=hidden,
        crumbs=tuple(plan_crumbs(plan.key)),
        instead=_instead(found, same),
        here="New text",
        page="plan_version.html",
        more={
            "plan": plan,
            "new": new,
            "same": same,
            "may_write": caller.holds({Role.OPERATOR}),
            "refusals": found.refusals,
            "plan_changes": [] if new is None else plan_changes(plan, new),
            "steps": changes,
            "voided": [] if new is None or same else list(voided(found.around)),
            "lines": [] if new is None else difference(plan, row, new).lines,
        },
    )


def step_changes(before: Plan, after: Plan) -> Iterator[StepChange]:
    """Every step that is new, gone, or says something else."""
    old, new = ({step.id: step for step in plan.steps} for plan in (before, after))
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield StepChange(name, "gone", step_words(old[name]))
        elif name not in old:
            yield StepChange(name, "new", step_words(new[name]))
        elif old[name] != new[name]:
            yield StepChange(name, "changed", "", tuple(changes_of(old[name], new[name])))


def voided(around: Surroundings) -> Iterator[str]:
    """What was given for the text in force and counts for no other: a sentence each."""
    for step in around.plan.steps:
        subject, basis = subject_of(around.plan.key, step.id), basis_of(around.row, step.id)
        gates = gates_of(around.signed, subject, basis, around.now)
        for one in gates.approvals:
            yield f"Step {step.id}: the approval of {person(one.actor)}"
        for name in sorted(gates.overrides):
            yield f"Step {step.id}: the override of {name}"


def _boxes(found: Found, changed: int, same: bool) -> tuple[Box, ...]:
    row, kept = found.around.row, found.kept
    whose = f"A draft of {person(kept.actor)}: “{kept.reason}”" if kept else "Its file."
    next_words = (
        "Nothing new" if same else f"{changed} step{'s' * (changed != 1)} {'differs' if changed == 1 else 'differ'}"
    )
    way = Box("In the way", "Nothing", "Steps that have begun stay as they are.")
    if found.refusals:
        way = Box("In the way", "It cannot be accepted as it stands", "Why stands below.")
    undo = "By accepting the old text again. Approvals do not come back by that."
    return (
        Box("Now", f"The plan is {row.state}", f"By a text that {person(row.author)} started or accepted."),
        Box("Next", next_words if found.new else "No new text", whose),
        way,
        Box("Undo", "Accept the old text", undo),
    )


def _instead(found: Found, same: bool) -> str | None:
    if found.refusals or found.new is None:
        return "The new text cannot be accepted as it stands. Nothing was changed."
    if same:
        return "The plan runs by this text already. Write its next text to change it."
    if not caller.holds({Role.OPERATOR}):
        return f"An operator can accept it. Your role is {roles_of(caller)}."
    return None
