"""Another date for a step: a day and a time of the plan's zone, what that would mean, and the agreement of teams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.plan_gates import basis_of, gates_of, subject_of
from app.domain.plans import Step
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context, require_version
from app.entrypoints.pages import forms
from app.entrypoints.pages.actions import ASKED_FOR
from app.entrypoints.pages.confirming import faults_of
from app.entrypoints.pages.plans.acts import do, seen_now
from app.entrypoints.pages.plans.plan_questions import crumbs_of
from app.entrypoints.pages.plans.seeing import Seen
from app.entrypoints.pages.plans.step_questions import found, now_box
from app.entrypoints.pages.plans.steps import titles_of
from app.services.planning.acting import at_step, rescheduling, tried
from app.services.recording import LONGEST_REASON, By

Faults = list[tuple[str, str]]
AS_PLANNED = "as_planned"
"""The field that says that the step should take the date of its plan again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was entered: a day and a time, or that the plan's date should count again."""

    day: str = ""
    time: str = ""
    as_planned: bool = False

    @classmethod
    def of(cls, entered: Mapping[str, str]) -> "Wish":
        """As it stands in an address or in a form."""
        day, time = (entered.get(name, "").strip() for name in ("day", "time"))
        return cls(day, time, entered.get(AS_PLANNED) == "yes")

    @property
    def is_there(self) -> bool:
        """Whether anything was entered."""
        return self.as_planned or bool(self.day or self.time)

    @property
    def when(self) -> str | None:
        """As the services take it."""
        return None if self.as_planned else f"{self.day}T{self.time}:00"

    @property
    def faults(self) -> Faults:
        """What is missing."""
        if self.as_planned:
            return []
        missing = [("day", "Say the day.")] if not self.day else []
        return missing + ([("time", "Say the time: a step starts at a minute, not on a day.")] if not self.time else [])


@dataclass(frozen=True, slots=True)
class Meaning:
    """What would become of the step: when it would start, what it would wait for, whom to tell by when, who must have
    agreed, and how many approvals would be void."""

    due: datetime | None
    until: datetime | None
    waits: Sequence[str]
    tell: Sequence[tuple[str, date]]
    teams: Sequence[tuple[str, date]]
    void: int


@may(Role.OPERATOR)
def reschedule_step_form(key: str, step: str) -> Response:
    """Asks for a date; with one, says what it would mean, and asks whether it should be so. Nothing is changed."""
    seen = seen_now(key)
    about, wish = found(seen, step), Wish.of(request.args)
    if not wish.is_there:
        _meaning(seen, about, Wish(as_planned=True))
        return _page(seen, about, wish, None, [])
    return _page(seen, about, wish, *_judged(seen, about, wish, []))


@may(Role.OPERATOR)
def reschedule_step_now(key: str, step: str) -> Response:
    """Give the step the date that was entered."""
    version, seen = forms.number_entered("version"), seen_now(key)
    require_version(version, seen.version)
    about, wish = found(seen, step), Wish.of(request.form)
    meaning, faults = _judged(seen, about, wish, faults_of(None))
    agreed = {} if meaning is None else _agreed(meaning)
    if meaning is not None:
        missing = [(place, team) for place, (team, _) in enumerate(meaning.teams) if not agreed[team]]
        faults += [(f"agreed-{place}", f"Say how {team} agreed.") for place, team in missing]
    if faults or meaning is None:
        return _page(seen, about, wish, meaning, faults)
    do(key, version, at_step(step, rescheduling(wish.when, agreed)))
    return redirect(url_for("pages.plan", key=key, _anchor=f"step-{step}"), 303)


def _judged(seen: Seen, step: Step, wish: Wish, faults: Faults) -> tuple[Meaning | None, Faults]:
    """What the wish would mean; where it cannot be, what is wrong with it, beside its field."""
    if wish.faults:
        return None, wish.faults + faults
    try:
        return _meaning(seen, step, wish), faults
    except Refusal as refusal:
        if refusal.code != "invalid":
            raise
        return None, [("day", str(refusal)), *faults]


def _meaning(seen: Seen, step: Step, wish: Wish) -> Meaning:
    """What it would mean, found by doing it and keeping nothing. Refusals `step_state`, `invalid`."""
    teams: list[Mapping[str, Any]] = []
    try:
        told = _tried(seen, step, wish, {})
    except Refusal as refusal:
        if refusal.code != "team_not_asked":
            raise
        teams = refusal.facts["teams"]
        told = _tried(seen, step, wish, {one["team"]: ASKED_FOR for one in teams})
    after = next(one for one in told["steps"] if one["id"] == step.id)
    return Meaning(
        due=_moment(after["due"]),
        until=_moment(after["until"]),
        waits=after["waiting_for"],
        tell=[_told(one) for one in after["tell"]],
        teams=[_told(one) for one in teams],
        void=_approvals(seen, step) - len(after["approvals"]),
    )


def _tried(seen: Seen, step: Step, wish: Wish, agreed: Mapping[str, str]) -> dict[str, Any]:
    act = at_step(step.id, rescheduling(wish.when, agreed))
    return tried(context, seen.plan.key, By(caller.actor, ASKED_FOR), act)


def _approvals(seen: Seen, step: Step) -> int:
    if seen.around is None:
        return 0
    subject, basis = subject_of(seen.plan.key, step.id), basis_of(seen.around.row, step.id)
    return len(gates_of(seen.around.signed, subject, basis, seen.now).approvals)


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _told(one: Mapping[str, Any]) -> tuple[str, date]:
    return one["team"], date.fromisoformat(one["latest"])


def _agreed(meaning: Meaning) -> dict[str, str]:
    return {team: forms.entered(f"agreed-{place}") for place, (team, _) in enumerate(meaning.teams)}


def _page(seen: Seen, step: Step, wish: Wish, meaning: Meaning | None, faults: Faults) -> Response:
    body = render_template(
        "plan_date.html",
        seen=seen,
        step=step,
        number=seen.number(step.id),
        about=titles_of(step),
        present=now_box(seen, step),
        row=seen.row(step),
        now=seen.now,
        wish=wish,
        meaning=meaning,
        agreed={} if meaning is None else _agreed(meaning),
        faults=faults,
        wrong=dict(faults),
        reason=forms.entered("reason"),
        longest=LONGEST_REASON,
        crumbs_above=crumbs_of(seen.plan),
    )
    return current_app.make_response((body, 422 if faults else 200))
