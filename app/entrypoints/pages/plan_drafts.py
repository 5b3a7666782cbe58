"""The draft of a plan: its text, who wrote it and why, what stands in the way of its start, and discarding it."""

from dataclasses import dataclass

from flask import current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.plans import Plan, PlanRow
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context, existing
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import Box, Question, asked, faults_of
from app.entrypoints.pages.plan_texts import faults_in, listing, plan_crumbs
from app.entrypoints.pages.words import person, roles_of
from app.services.plan_store import Draft
from app.services.planning.starting import discard, require_free
from app.services.recording import By
from app.services.store import Unit


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft as it is judged now: the plan, or why it is none, and what keeps it from its start."""

    plan: Plan | None
    runs: PlanRow | None
    refusal: Refusal | None


@may(Role.VIEWER)
def plan_draft(key: str) -> Response:
    """The draft, judged anew: what it names may have changed since it was kept."""
    with context.store.reading() as unit:
        now, kept = unit.now(), found_draft(unit, key)
        judged = _judged(unit, kept)
    faults = [] if judged.plan is not None or judged.refusal is None else faults_in(judged.refusal)
    body = render_template(
        "plan_draft.html",
        now=now,
        kept=kept,
        judged=judged,
        boxes_of=_boxes(judged),
        listing=listing(kept.text, faults),
        crumbs_to=plan_crumbs(key),
        may_write=caller.holds({Role.OPERATOR}),
        roles=roles_of(caller),
        start_page=url_for("pages.start_plan_form", key=key),
        version_page=url_for("pages.plan_version", key=key),
        preview_page=url_for("pages.plan_preview", key=key),
    )
    return current_app.make_response(body)


@may(Role.OPERATOR)
def discard_form(key: str) -> Response:
    """What discarding would do."""
    return _asked(key, [])


@may(Role.OPERATOR)
def discard_draft(key: str) -> Response:
    """Forget the draft that was seen. Refusals `not_found`, `changed_meanwhile`."""
    seen = forms.number_entered("version")
    faults = faults_of(None)
    if faults:
        return _asked(key, faults)
    with context.store.writing() as unit:
        unit.ledger.lock()
        if found_draft(unit, key).version != seen:
            raise Refusal(
                "changed_meanwhile",
                f"The draft of {key} was written anew since you looked at it. Nothing was done.",
                "Look at it as it is now and decide again.",
                {"address": url_for("pages.plan_draft", key=key)},
            )
        discard(unit, key, By(caller.actor, forms.entered("reason")))
        remains = unit.plans.find(key) is not None
    context.notices.publish()
    return redirect(url_for("pages.plan", key=key) if remains else url_for("pages.plans"), 303)


def found_draft(unit: Unit, key: str) -> Draft:
    """The draft of a plan. Refusal `not_found`."""
    return existing(unit.drafts.find(key), f"draft of {key[:60]}")


def _judged(unit: Unit, kept: Draft) -> Judged:
    row = unit.plans.find(kept.key)
    runs = row if row is not None and not row.is_over else None
    try:
        plan = context.plans.judge(kept.key, kept.text, context.catalogue)
    except Refusal as refusal:
        return Judged(None, runs, refusal)
    try:
        require_free(unit, plan)
    except Refusal as refusal:
        return Judged(plan, runs, refusal)
    return Judged(plan, runs, None)


def _boxes(judged: Judged) -> tuple[Box, ...]:
    plan, runs = judged.plan, judged.runs
    now = f"The plan is {runs.state}" if runs else "A draft"
    small = "It goes on by the text in force, whatever this draft says." if runs else "Nothing of it runs."
    way = Box("In the way", "Nothing", "It can be read, and no other plan has its preferences.")
    if judged.refusal is not None:
        large = "A preference is in another plan" if plan else "It cannot be read as it stands"
        way = Box("In the way", large, judged.refusal.detail if plan else "The faults stand beside their lines below.")
    return (
        Box("Now", now, small),
        Box("Next", _next(judged), _would(plan)),
        way,
        Box("Undo", "Discard the draft", "Nothing else changes by that, and the ledger keeps that it was there."),
    )


def _next(judged: Judged) -> str:
    done = "accepted" if judged.runs else "started"
    return f"It can be {done}" if judged.refusal is None else f"It cannot be {done} now"


def _would(plan: Plan | None) -> str:
    if plan is None:
        return "Only once its faults are mended."
    steps, keys = len(plan.steps), len(plan.preferences)
    return f"{steps} step{'s' * (steps != 1)} with {keys} preference{'s' * (keys != 1)}. Nothing starts by itself."


def _asked(key: str, faults: list[tuple[str, str]]) -> Response:
    with context.store.reading() as unit:
        now, kept = unit.now(), found_draft(unit, key)
    seen = forms.number_entered("version") if faults else kept.version
    question = Question(
        title=f"Discard the draft of {key}?",
        boxes=(
            Box("Now", "A draft is kept", f"Version {kept.version}, by {person(kept.actor)}: “{kept.reason}”"),
            Box("Then", "It is forgotten", "Its text is gone; the ledger keeps its hash."),
            Box("Afterwards", "Nothing else changes", "What runs goes on, and the file stays as it is."),
            Box("Undo", "Not here", "Copy the text first if somebody may want it again."),
        ),
        button="Discard the draft now",
        typed=None,
        hidden={"version": seen},
        crumbs=((url_for("pages.plan_draft", key=key), f"Draft of {key}"),),
        here="Discard",
    )
    return asked(question, now, faults)
