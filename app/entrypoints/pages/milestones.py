"""Milestones: what plans wait for, when each is expected, who waits for it, and by when its team must be told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.milestones import Estimate, Milestone, MilestoneRow
from app.domain.plan_leads import tellings
from app.domain.plans import ENDED, Plan, Step
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context, require_version
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import Box, Question, asked, faults_of
from app.entrypoints.pages.times import calendar_day, eastern
from app.services.planning import reaching
from app.services.planning.acting import estimating, on_milestone
from app.services.planning.surroundings import Surroundings, facts_of
from app.services.recording import By

DATES = {"earliest": "At the earliest", "likely": "Most likely", "latest": "At the latest"}
NOBODY_KNOWS = "nobody_knows"

Act = Callable[..., Milestone]


@dataclass(frozen=True, slots=True)
class Waiter:
    """A step of a plan that goes on and waits for a milestone; by when teams must be told, where it has a date."""

    plan: Plan
    step: Step
    tell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One milestone, what was recorded of it last, and who waits for it."""

    milestone: Milestone
    row: MilestoneRow | None
    waiters: tuple[Waiter, ...]

    @property
    def needs_person(self) -> bool:
        """Whether a plan waits for it and nobody gave it a date."""
        one = self.milestone
        return bool(self.waiters) and one.reached is None and one.estimate is None


@may(Role.VIEWER)
def milestones() -> str:
    """Every milestone: those that a plan waits for first, then by its likely day; reached ones last."""
    with context.store.reading() as unit:
        now, rows = unit.now(), unit.milestones.all()
        found = facts_of(context.plans.milestones(), rows)
        going, unreadable = context.looking.unfinished(unit)
    lines = [Line(one, rows.get(key), tuple(_waiters(key, going))) for key, one in found.items()]
    lines.sort(key=_place)
    return render_template(
        "milestones.html", lines=lines, now=now, unreadable=unreadable, operates=caller.holds({Role.OPERATOR})
    )


@may(Role.OPERATOR)
def reach_form(key: str) -> Response:
    """Asks whether a milestone is reached."""
    return _asked(_reach, key)


@may(Role.OPERATOR)
def reach_now(key: str) -> Response:
    """Record that a milestone is reached."""
    return _recorded(_reach, key, reaching.reach)


@may(Role.OPERATOR)
def reopen_form(key: str) -> Response:
    """Asks whether to take back that a milestone is reached."""
    return _asked(_reopen, key)


@may(Role.OPERATOR)
def reopen_now(key: str) -> Response:
    """Take back that a milestone is reached."""
    return _recorded(_reopen, key, reaching.reopen)


@may(Role.OPERATOR)
def estimate_form(key: str) -> Response:
    """Asks when a milestone is expected."""
    present, now = _seen(key)
    dates = {name: getattr(present.estimate, name).isoformat() if present.estimate else "" for name in DATES}
    return _estimate_page(present, now, dates, [])


@may(Role.OPERATOR)
def estimate_now(key: str) -> Response:
    """Record when a milestone is expected, or that nobody knows."""
    entered = {name: forms.entered(name) for name in DATES}
    nobody = forms.entered(NOBODY_KNOWS) == "yes"
    faults = faults_of(None) + ([] if nobody else list(_wrong_dates(entered)))
    if not faults:
        try:
            days = None if nobody else tuple(date.fromisoformat(entered[name]) for name in DATES)
            return _record(key, estimating(days))  # type: ignore[arg-type]  # three of them
        except Refusal as refusal:
            if refusal.code != "invalid":
                raise
            faults = [("earliest", refusal.mend)]
    present, now = _seen(key)
    return _estimate_page(present, now, entered, faults, nobody=nobody)


def _place(line: Line) -> tuple[bool, bool, date, str]:
    one = line.milestone
    likely = one.estimate.likely if one.estimate else date.min
    return one.reached is not None, not line.waiters, likely, one.title


def _waiters(key: str, going: Iterable[Surroundings]) -> Iterator[Waiter]:
    for around in going:
        for step in around.plan.steps:
            state = around.row.rows[step.id].state
            if key in step.milestones and state not in ENDED:
                yield Waiter(around.plan, step, tuple(_tellings(around, step)))


def _tellings(around: Surroundings, step: Step) -> Iterator[str]:
    due = around.decide(step).row.due
    if due is not None:
        yield from (f"{one.team} {one.words}" for one in tellings(around.plan, step, around.milestones, due))


def _seen(key: str) -> tuple[Milestone, datetime]:
    with context.store.reading() as unit:
        return reaching.milestone(unit, context.plans.milestones(), key), unit.now()


def _asked(question: Callable[[Milestone, datetime], Question], key: str) -> Response:
    present, now = _seen(key)
    return asked(question(present, now), now)


def _recorded(question: Callable[[Milestone, datetime], Question], key: str, act: Act) -> Response:
    faults = faults_of(None)
    if faults:
        present, now = _seen(key)
        return asked(question(present, now), now, faults)
    return _record(key, act)


def _record(key: str, act: Act) -> Response:
    seen = forms.number_entered("version")
    by = By(caller.actor, forms.entered("reason"))
    on_milestone(context, key, by, lambda version: require_version(seen, version), act)
    return redirect(url_for("pages.milestones", _anchor=key), 303)


def _reach(present: Milestone, now: datetime) -> Question:
    if present.reached is not None:
        raise Refusal("milestone_reached", f"“{present.title}” is recorded as reached.", "There is nothing to do.")
    return Question(
        title=f"Is “{present.title}” reached?",
        boxes=(
            Box("Now", _expected(present.estimate), "Steps that need it wait"),
            Box("Then", "It is reached", f"From {eastern(now, now)} on"),
            Box(
                "Afterwards", "Steps go on", "Those that need it wait for it no more; each asks its checks all the same"
            ),
            Box("Undo", "Take it back", "Steps that have not started wait for it again"),
        ),
        button="Record that it is reached",
        typed=None,
        hidden={"version": present.facts},
        crumbs=_crumbs(),
    )


def _reopen(present: Milestone, now: datetime) -> Question:
    if present.reached is None:
        raise Refusal("not_reached", f"“{present.title}” is not reached.", "There is nothing to take back.")
    return Question(
        title=f"Take back that “{present.title}” is reached?",
        boxes=(
            Box("Now", "It is reached", f"Since {eastern(present.reached, now)}"),
            Box("Then", "It is not reached", _expected(present.estimate)),
            Box("Afterwards", "Steps wait for it again", "Those that have started go on"),
            Box("Undo", "Record it again", "Whenever it is so"),
        ),
        button="Take it back",
        typed=None,
        hidden={"version": present.facts},
        crumbs=_crumbs(),
    )


def _crumbs() -> tuple[tuple[str, str], ...]:
    return ((url_for("pages.milestones"), "Milestones"),)


def _expected(estimate: Estimate | None) -> str:
    return f"Expected {calendar_day(estimate.likely)}" if estimate else "Nobody gave it a date"


def _wrong_dates(entered: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, words in DATES.items():
        try:
            date.fromisoformat(entered[name])
        except ValueError:
            yield name, f"“{words}” must be a day, written like 2027-03-02; or say that nobody knows."


def _estimate_page(
    present: Milestone, now: datetime, dates: dict[str, str], faults: list[tuple[str, str]], *, nobody: bool = False
) -> Response:
    body = render_template(
        "milestone_estimate.html",
        one=present,
        now=now,
        names=DATES,
        dates=dates,
        faults=faults,
        wrong=dict(faults),
        reason=forms.entered("reason"),
        nobody=nobody,
        field_of_nobody=NOBODY_KNOWS,
    )
    return current_app.make_response((body, 422 if faults else 200))
