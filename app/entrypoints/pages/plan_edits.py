"""Dates, windows and terms of a plan by form: the form becomes a new text, which is shown and kept as a draft."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.plan_shape import DAYS
from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages import plan_words as words
from app.entrypoints.pages.confirming import Box, Question, asked
from app.entrypoints.pages.plan_fields import (
    DURATIONS,
    Entered,
    differs,
    entered_blackouts,
    entered_step,
    field_of,
    shown,
    shown_blackouts,
)
from app.entrypoints.pages.plan_texts import faults_in, plan_crumbs
from app.entrypoints.pages.plan_versions import step_changes
from app.entrypoints.pages.plan_writing import text_of
from app.services.planning.editing import Edit, said
from app.services.planning.versions import lines_apart

STALE = "The text was changed since you opened this form. What you entered stands below: look at it and send it again."


@dataclass(frozen=True, slots=True)
class Base:
    """The text that a form changes: the draft of a plan, what runs, or its file. `seen` is the draft's version."""

    key: str
    step: str | None
    plan: Plan
    said: Mapping[str, Any]
    seen: int

    @property
    def name(self) -> str:
        """What the text is of."""
        return self.plan.title if self.step is None else f"step {self.step} of {self.plan.title}"


@may(Role.OPERATOR)
def edit_plan(key: str) -> Response:
    """The blackouts of a plan, and its steps. Refusals `not_found`, `plan_invalid`."""
    base = _base(key, None)
    return _plan_form(base, shown_blackouts(base.said), {})


@may(Role.OPERATOR)
def edit_plan_now(key: str) -> Response:
    """Show what the new blackouts would change. Nothing is kept yet."""
    base = _base(key, None)
    entered, rows, places = entered_blackouts()
    if _is_stale(base):
        return _plan_form(base, rows, {"blackout_0_from": STALE}, 412)
    new = _new_text(base, entered, places)
    return _plan_form(base, rows, entered.wrong) if new is None else _review(base, new)


@may(Role.OPERATOR)
def edit_step(key: str, step: str) -> Response:
    """Dates and terms of one step. Refusals `not_found`, `plan_invalid`."""
    base = _base(key, step)
    return _step_form(base, shown(base.said), {})


@may(Role.OPERATOR)
def edit_step_now(key: str, step: str) -> Response:
    """Show what the new dates and terms would change. Nothing is kept yet."""
    base, entered = _base(key, step), entered_step()
    if _is_stale(base):
        return _step_form(base, entered.fields, {"not_before": STALE}, 412)
    new = _new_text(base, entered)
    return _step_form(base, entered.fields, entered.wrong) if new is None else _review(base, new)


def _base(key: str, step: str | None) -> Base:
    with context.store.reading() as unit:
        text, kept = text_of(unit, key), unit.drafts.find(key)
    return Base(key, step, context.plans.read(key, text), said(text, step), kept.version if kept else 0)


def _is_stale(base: Base) -> bool:
    return forms.entered("base") != _hash(base.plan.text)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _new_text(base: Base, entered: Entered, places: Sequence[int] = ()) -> Plan | None:
    """The plan as it would be; None, with what is wrong beside its field, where it cannot be."""
    changes = {name: value for name, value in entered.members.items() if differs(value, base.said.get(name))}
    if entered.wrong:
        return None
    first = next(iter(entered.fields), "")
    if not changes:
        entered.wrong[first] = "Nothing was changed in this form, so there is nothing to keep."
        return None
    try:
        text = context.plans.edited(base.plan.text, Edit(base.step, changes))
        return context.plans.judge(base.key, text, context.catalogue)
    except Refusal as refusal:
        for fault in faults_in(refusal):
            place = field_of(fault["key"], tuple(entered.fields), places) or first
            entered.wrong.setdefault(place, f"{fault['what']} {fault['mend']}".rstrip())
        return None


def _review(base: Base, new: Plan) -> Response:
    with context.store.reading() as unit:
        now = unit.now()
    changed = list(step_changes(base.plan, new))
    question = Question(
        title=f"Keep this as a draft of {base.plan.title}?",
        boxes=(
            Box("Now", "Nothing has been kept", f"You changed {base.name}."),
            Box("Then", "A draft is kept", "It takes the place of a draft that is there."),
            Box(
                "Afterwards",
                "Nothing starts by itself",
                "A person starts the draft, or accepts it for a plan that runs.",
            ),
            Box("Undo", "Discard the draft", "Nothing else changes by that."),
        ),
        button="Keep the draft",
        typed=None,
        hidden={"key": base.key, "text": new.text, "seen": base.seen},
        crumbs=((request.path, "Change it again"),),
        here="What changes",
        action=url_for("pages.write_plan"),
        page="plan_edited.html",
        more={
            "plan_changes": words.plan_changes(base.plan, new),
            "steps": changed,
            "lines": lines_apart(base.plan, new),
        },
    )
    return asked(question, now)


def _plan_form(base: Base, rows: Sequence[Mapping[str, str]], wrong: Mapping[str, str], status: int = 0) -> Response:
    return _form("edit_plan.html", base, wrong, status, rows=rows)


def _step_form(base: Base, fields: Mapping[str, str], wrong: Mapping[str, str], status: int = 0) -> Response:
    step = base.plan.step(base.step or "")
    holds = {name: words.said_of(name, getattr(step, name)) for name in (*DURATIONS, "window", "notice", "not_before")}
    inherits = {name for name in holds if name not in base.said}
    days = list(zip(DAYS, words.DAYS, strict=True))
    return _form("edit_step.html", base, wrong, status, fields=fields, holds=holds, inherits=inherits, days=days)


def _form(page: str, base: Base, wrong: Mapping[str, str], status: int, **more: Any) -> Response:
    body = render_template(
        page,
        base=base,
        hash=_hash(base.plan.text),
        wrong=wrong,
        faults=list(wrong.items()),
        crumbs_to=plan_crumbs(base.key),
        **more,
    )
    return current_app.make_response((body, status or (422 if wrong else 200)))
