"""Which plan? The answer in plain words first, then the picture and the figures, then what all of it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request

from app.domain.forecast.figures import COUNTS, Comparison, Figures, Spread, leaders
from app.domain.forecast.picture import picture
from app.domain.forecast.wording import number
from app.domain.milestones import Milestone
from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.asked import context
from app.entrypoints.pages.times import calendar_day
from app.services.planning.surroundings import facts_of

LONG = 150
"""Units that the longest bar of a column takes."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A range as a bar: where it begins, how wide it is, and where the even chance stands. In units of LONG."""

    left: float
    width: float
    middle: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one plan: large, small below it, whether no plan has less, and its bar where it is a range."""

    large: str
    small: str
    best: bool
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A count: how it is named, and what is meant by it."""

    count: str
    words: str
    means: str


COLUMNS = (
    Column("finish", "Ends", "even chance by"),
    Column("split", "Split over two places", "days on which choices are partly on MHV, partly on VA.gov"),
    Column("detour", "Detour", "days × preferences: feature on VA.gov, its choice still on MHV"),
    Column("mismatch", "Wrong page", "days × preferences: a page writes a system that does not own it"),
    Column("largest", "Most at risk in one move", "preferences that go back together if it fails"),
    Column("frozen", "Frozen", "minutes in all, at worst"),
)


@may(Role.VIEWER)
def compare() -> str:
    """The plans named in the address, or all that are an approach."""
    found = context.forecasts.compare(context.looking, request.args.getlist("plan") or None)
    comparison = found.comparison
    with context.store.reading() as unit:
        milestones = facts_of(context.plans.milestones(), unit.milestones.all())
    return render_template(
        "compare.html",
        found=found,
        comparison=comparison,
        columns=COLUMNS,
        rows=[(one, _cells(comparison, one)) for one in comparison.plans],
        pictures=[("wide", picture(comparison, wide=True)), ("narrow", picture(comparison, wide=False))],
        rests_on=_rests_on(comparison, milestones),
    )


def _rests_on(comparison: Comparison, milestones: Mapping[str, Milestone]) -> list[Milestone]:
    """The milestones that the plans wait for, and those that decide when a feature is live."""
    named = {each.milestone for one in comparison.plans for each in one.deliverables}
    return [one for key, one in sorted(milestones.items()) if key in named or one.feature or one.connects]


def _cells(comparison: Comparison, one: Figures) -> list[Cell]:
    return [_cell(comparison, one, column.count) for column in COLUMNS if column.count in COUNTS]


def _cell(comparison: Comparison, one: Figures, count: str) -> Cell:
    first = leaders(comparison.plans, count)
    best = one.plan in first and len(first) < len(comparison.plans)  # where all are level, none is best
    if count == "largest":
        return Cell(number(one.largest_move), "", best)
    if count == "frozen":
        return Cell(number(one.frozen_minutes), "", best)
    if count in one.why:
        return Cell("Nobody can tell", one.why[count], best=False)
    if count == "finish" and one.finish is not None:
        return Cell(
            calendar_day(one.finish.p50),
            f"8 in 10: {calendar_day(one.finish.p10)} to {calendar_day(one.finish.p90)}",
            best,
        )
    return _counted(comparison, getattr(one, count), count, best=best)


def _counted(comparison: Comparison, found: Spread[int], count: str, *, best: bool) -> Cell:
    """Days, with where their range lies among those of all plans."""
    small = "in every draw" if found.p10 == found.p90 else f"8 in 10: {number(found.p10)} to {number(found.p90)}"
    most = max(of.p90 for each in comparison.plans if (of := getattr(each, count)) is not None)
    scale = (LONG - 4) / (most or 1)
    low, middle, high = (2 + scale * at for at in (found.p10, found.p50, found.p90))
    bar = Bar(round(low, 1), round(max(3.0, high - low), 1), round(middle, 1))
    return Cell(f"{number(found.p50)} {'day' if found.p50 == 1 else 'days'}", small, best, bar)
