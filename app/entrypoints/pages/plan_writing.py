"""Writing a plan: a text is pasted or uploaded, told what is wrong beside its lines, and kept as a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.plan_shape import LONGEST_PLAN
from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages.plan_texts import Typed, faults_in, listing, plan_crumbs, told, typed
from app.entrypoints.pages.words import person
from app.services.plan_store import Draft
from app.services.planning.starting import candidate, draft
from app.services.recording import LONGEST_REASON, By
from app.services.store import Unit


@may(Role.OPERATOR)
def new_plan() -> Response:
    """The form: empty, with the text of another plan (`?from=`), or with that of one whose next text this is
    (`?edit=`). Refusals `not_found`, `plan_invalid`."""
    source, edited = request.args.get("from", ""), request.args.get("edit", "")
    wanted = edited or source
    if not wanted:
        return _form(Typed("", "", "", 0))
    with context.store.reading() as unit:
        text, kept = text_of(unit, wanted), unit.drafts.find(wanted)
    if edited:
        return _form(Typed(wanted, text, "", kept.version if kept else 0))
    return _form(Typed("", text, "", 0))


@may(Role.OPERATOR)
def write_plan() -> Response:
    """Keep the text as a draft. Whatever is wrong is told beside where it is, and everything typed stays."""
    sent = typed()
    plan, faults = _judged(sent)
    if plan is None or sent.faults:
        return _form(sent, faults)
    by = By(caller.actor, sent.reason)
    with context.store.writing() as unit:
        unit.ledger.lock()
        before = unit.drafts.find(sent.key)
        if sent.seen == (before.version if before else 0):
            draft(unit, plan, by)
            before = None
        elif before is None:
            raise Refusal("changed_meanwhile", _gone(plan), "Write it as a new plan if it is still wanted.")
    if before is not None:
        return _form(replace(sent, faults=(("key", _met(before)),)), status=412 if sent.seen else 422)
    context.notices.publish()
    return redirect(url_for("pages.plan_draft", key=sent.key), 303)


def _judged(sent: Typed) -> tuple[Plan | None, Sequence[Mapping[str, Any]]]:
    """The plan, or the faults of its text; neither while a text or the name of its plan is missing."""
    if {place for place, _ in sent.faults} & {"key", "text", "file"}:
        return None, ()
    try:
        return context.plans.judge(sent.key, sent.text, context.catalogue), ()
    except Refusal as refusal:
        return None, faults_in(refusal)


def text_of(unit: Unit, key: str) -> str:
    """The text that one would go on writing: the draft, what runs, or the file. Refusals `not_found`,
    `plan_invalid`."""
    kept, row = unit.drafts.find(key), unit.plans.find(key)
    if kept is not None:
        return kept.text
    if row is not None:
        return row.text
    return candidate(unit, context.plans, context.catalogue, key).text


def _gone(plan: Plan) -> str:
    return f"The draft of {plan.key} that you saw was discarded, started or accepted meanwhile. Nothing was done."


def _met(before: Draft) -> str:
    whose = f"A draft of {before.key} is kept already, by {person(before.actor)}: “{before.reason}”."
    return f"{whose} Nothing was done, and your text stands below. Look at that draft, or give yours another name."


def _form(sent: Typed, faults: Sequence[Mapping[str, Any]] = (), status: int | None = None) -> Response:
    shown = listing(sent.text, faults) if faults else None
    wrong = [*sent.faults, *(told(faults, shown) if shown else ())]
    body = render_template(
        "new_plan.html",
        sent=sent,
        wrong=dict(reversed(wrong)),
        faults=wrong,
        listing=shown,
        crumbs_to=plan_crumbs(sent.key if sent.seen else ""),
        longest=LONGEST_PLAN,
        longest_reason=LONGEST_REASON,
        source=request.args.get("from", ""),
    )
    return current_app.make_response((body, status or (422 if wrong else 200)))
