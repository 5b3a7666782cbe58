"""Starting a plan: its text, as the page showed it, is copied and runs from then on."""

from datetime import datetime

from flask import redirect, url_for
from werkzeug.wrappers import Response

from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import asked, faults_of
from app.entrypoints.pages.plans.plan_questions import start
from app.services.planning.starting import candidate, require_free, start_plan
from app.services.recording import By
from app.services.store import Unit


@may(Role.OPERATOR)
def start_plan_form(key: str) -> Response:
    """Asks whether a plan should start. Refusals `not_found`, `plan_invalid`, `plan_not_startable`."""
    found, now = _seen(key)
    return asked(start(found), now)


@may(Role.OPERATOR)
def start_plan_now(key: str) -> Response:
    """Start it, if its text is still the one that was seen."""
    faults = faults_of(None)
    if faults:
        found, now = _seen(key)
        _require_same(found)
        return asked(start(found), now, faults)
    with context.store.writing() as unit:
        unit.ledger.lock()
        found = candidate(unit, context.plans, context.catalogue, key)
        _require_same(found)
        start_plan(unit, found, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return redirect(url_for("pages.plan", key=key), 303)


def _seen(key: str) -> tuple[Plan, datetime]:
    """The text that would be started now, if it can be."""
    with context.store.reading() as unit:
        found = candidate(unit, context.plans, context.catalogue, key)
        _require_startable(unit, found)
        return found, unit.now()


def _require_startable(unit: Unit, found: Plan) -> None:
    row = unit.plans.find(found.key)
    if row is not None and not row.is_over:
        detail = f"The plan {found.key} is {row.state} already."
        raise Refusal("plan_not_startable", detail, "Look at it on its page.", {"plan": found.key})
    require_free(unit, found)


def _require_same(found: Plan) -> None:
    if forms.entered("hash") != found.hash:
        detail = "The text of the plan was changed since you looked at it. Nothing was started."
        raise Refusal("changed_meanwhile", detail, "Look at it as it is now and decide again.", {"hash": found.hash})
