"""The forms of plans: each asks first, says what would become of it, and does it by the same code as the API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context, require_version
from app.entrypoints.pages import forms
from app.entrypoints.pages.actions import ASKED_FOR
from app.entrypoints.pages.confirming import Question, asked, faults_of
from app.entrypoints.pages.plans import plan_questions, step_questions
from app.entrypoints.pages.plans.seeing import Seen, look
from app.services.planning.acting import ACTS, STEP_ACTS, OnPlan, at_step, confirming, on_plan, overriding, tried
from app.services.recording import By

Route = tuple[str, str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked, what is then done, and where on the plan's page it shows."""

    question: Question
    do: OnPlan
    anchor: str | None = None


Maker = Callable[..., Asking]


def seen_now(key: str) -> Seen:
    """A plan that was started, as it is now. Refusals `not_found`, `plan_invalid`, `not_started`."""
    with context.store.reading() as unit:
        seen = look(unit, key)
    if seen.around is None:
        raise Refusal("not_started", f"The plan {key} was not started.", "Start it first.", {"plan": key})
    return seen


def _pages(name: str, address: str, role: Role, maker: Maker) -> tuple[Route, Route]:
    """The page that asks, and what its button does."""

    @may(role)
    def form(**named: str) -> Response:
        seen = seen_now(named["key"])
        asking = maker(seen, **_others(named))
        tried(context, seen.plan.key, By(caller.actor, ASKED_FOR), asking.do)
        return asked(asking.question, seen.now)

    @may(role)
    def now(**named: str) -> Response:
        version, seen = forms.number_entered("version"), seen_now(named["key"])
        asking = maker(seen, **_others(named))
        faults = faults_of(asking.question.typed)
        if faults:
            require_version(version, seen.version)
            return asked(asking.question, seen.now, faults)
        do(seen.plan.key, version, asking.do)
        return redirect(url_for("pages.plan", key=seen.plan.key, _anchor=asking.anchor), 303)

    form.__name__, now.__name__ = f"{name}_form", f"{name}_now"
    return ("GET", address, form), ("POST", address, now)


def _others(named: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in named.items() if name != "key"}


def do(key: str, version: int, act: OnPlan) -> None:
    """Do it, for the reason that was entered, if the plan still has the version that was seen."""
    on_plan(
        context, key, By(caller.actor, forms.entered("reason")), lambda present: require_version(version, present), act
    )


def _on_plan(name: str) -> Maker:
    return lambda seen: Asking(plan_questions.ABOUT[name](seen), ACTS[name].do)


def _on_step(name: str) -> Maker:
    def make(seen: Seen, step: str) -> Asking:
        about = step_questions.found(seen, step)
        return Asking(step_questions.ABOUT[name](seen, about), at_step(step, STEP_ACTS[name].do), f"step-{step}")

    return make


def _confirming(seen: Seen, step: str, name: str) -> Asking:
    about = step_questions.found(seen, step)
    return Asking(step_questions.confirm(seen, about, name), at_step(step, confirming(name)), f"step-{step}")


def _overriding(seen: Seen, step: str, name: str) -> Asking:
    about = step_questions.found(seen, step)
    return Asking(step_questions.override(seen, about, name), at_step(step, overriding(name)), f"step-{step}")


_STEP = "/plans/<key>/steps/<step>"

PAGES: tuple[Route, ...] = (
    *(
        page
        for name, act in ACTS.items()
        for page in _pages(f"{name}_plan", f"/plans/<key>/{name}", act.role, _on_plan(name))
    ),
    *(
        page
        for name, act in STEP_ACTS.items()
        for page in _pages(f"{name}_step", f"{_STEP}/{name}", act.role, _on_step(name))
    ),
    *_pages("confirm_step", f"{_STEP}/confirm/<path:name>", Role.OPERATOR, _confirming),
    *_pages("override_step", f"{_STEP}/override/<path:name>", Role.ADMIN, _overriding),
)
