"""The list of plans, and the page of one: what is so, what comes, what is in the way, and what can be done."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import render_template

from app.domain.forecast.foretelling import Forecast
from app.domain.plans import Plan, PlanState
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.domain.timeline.drawing.key import key as key_of
from app.domain.timeline.drawing.picture import picture as draw
from app.domain.timeline.shapes import Timeline
from app.domain.timeline.table import COLUMNS, blackout_words, rows
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages.plans.offering import of_plan
from app.entrypoints.pages.plans.overridden import overridden
from app.entrypoints.pages.plans.seeing import Seen, ask, busy_with, foretell, look
from app.entrypoints.pages.plans.steps import titles_of, views_of
from app.entrypoints.pages.plans.summary import STATES, Summary, of_seen, summary_of
from app.entrypoints.pages.plans.timing import end_words
from app.services.planning.explaining import why
from app.services.planning.telling import each_plan
from app.services.planning.timing import timeline_of

_ORDER = (PlanState.RUNNING, PlanState.PAUSED, PlanState.DRAFT, PlanState.DONE, PlanState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Line:
    """One plan in the list, forecast where it goes on. `drafted` says that a text of it was written here; `busy` is why
    it cannot be started now."""

    summary: Summary
    forecast: Forecast | None
    no_forecast: str | None
    drafted: bool
    busy: Refusal | None


@may(Role.VIEWER)
def plans() -> str:
    """Every plan: those that go on first."""
    with context.store.reading() as unit:
        found, faults = each_plan(context.looking, unit)
        now, drafts = unit.now(), {one.key for one in unit.drafts.all()}
        busy = {one.key: busy_with(unit, one) for one, around in found if around is None}
    summaries = [summary_of(*one) for one in found]
    summaries.sort(key=lambda one: (_ORDER.index(one.state), one.plan.title))
    lines = [Line(one, *_end(one), one.plan.key in drafts, busy.get(one.plan.key)) for one in summaries]
    says = f"{sum(one.state in _ORDER[:2] for one in summaries)} plans go on."
    needs = sum(one.for_persons for one in summaries)
    says += f" {needs} {'step needs' if needs == 1 else 'steps need'} a person." if needs else ""
    return render_template(
        "plans.html",
        says=says,
        lines=lines,
        faults=faults,
        now=now,
        titles_of=titles_of,
        writes=caller.holds({Role.OPERATOR}),
    )


@may(Role.VIEWER)
def plan(key: str) -> str:
    """One plan, its steps in their order."""
    with context.store.reading() as unit:
        seen = look(unit, key)
    forecast, trouble = foretell(seen)
    seen = replace(seen, answers=ask(seen), forecast=forecast, no_forecast=trouble)
    views, summary = views_of(seen, caller), of_seen(seen)
    return render_template(
        "plan.html",
        seen=seen,
        now=seen.now,
        summary=summary,
        word=STATES[seen.state],
        steps=views,
        gone=[one for one in overridden(seen) if one.step not in {step.id for step in seen.plan.steps}],
        persons=[view for view in views if view.persons],
        offers=of_plan(seen, caller),
        writes=caller.holds({Role.OPERATOR}),
        newer_is_text=isinstance(seen.newer, Plan),
        timeline=_timeline(seen),
        end_words=end_words,
        titles_of=titles_of,
    )


@may(Role.VIEWER)
def plan_why(key: str) -> str:
    """Why has nothing moved? Everything that the steps of a plan wait for, asked now."""
    told = why(context, key)
    with context.store.reading() as unit:
        title, now = context.looking.one(unit, key)[0].title, unit.now()
    return render_template("plan_why.html", told=told, key=key, title=title, now=now, moment=datetime.fromisoformat)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The picture of a plan, twice, with its key and the same as a table."""

    pictures: tuple[tuple[str, str], ...]
    key: list[tuple[str, str]]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    blackouts: str
    trouble: str | None


def _end(summary: Summary) -> tuple[Forecast | None, str | None]:
    if summary.state not in (PlanState.RUNNING, PlanState.PAUSED):
        return None, None
    try:
        return context.forecasts.of(context.looking, summary.plan.key), None
    except Refusal as refusal:
        return None, str(refusal)


def _timeline(seen: Seen) -> Drawn | None:
    """The timeline; none of a plan whose text cannot be read."""
    if seen.fault is not None:
        return None
    found = timeline_of(context, seen.plan.key, seen.forecast)
    pictures = tuple((width, _picture(found, width)) for width in ("wide", "narrow"))
    return Drawn(pictures, key_of(found), COLUMNS, rows(found), blackout_words(found), found.trouble)


def _picture(found: Timeline, width: str) -> str:
    return draw(found, wide=width == "wide")
