"""Plans side by side, over the same draws and the same days: which one?"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from app.domain.forecast.counting import Unknown, detour, mismatch, split
from app.domain.forecast.days import Calendar, Column
from app.domain.forecast.delivering import deliverables
from app.domain.forecast.draws import Draws
from app.domain.forecast.figures import Comparison, Figures, Spread, dates, spread
from app.domain.forecast.given import Known
from app.domain.forecast.running import Course, Run, run
from app.domain.forecast.standing import after
from app.domain.forecast.world import World, counted_in, world
from app.domain.plans import Plan

EASTERN = "America/New_York"
"""Where days are counted when plans name several zones."""

DRAWS = 10_000


def compare(plans: Sequence[Plan], known: Known, draws: int = DRAWS, seed: int = 1) -> Comparison:
    """The figures of each plan, in their order. The same arguments give the same figures.

    Raises ValueError for less than one draw, KeyError for a preference that is not among the known ones.
    """
    zone = zone_of(plans)
    course = Course(known, Calendar(ZoneInfo(zone), known.start))
    drawn = Draws(known.milestones, course.calendar, draws, seed)
    runs = [run(plan, course, drawn) for plan in plans]
    of = world(known, runs, drawn)
    found = tuple(figures(each, known, of, course.calendar) for each in runs)
    return Comparison(known.start, zone, draws, seed, found, tuple(_assumptions(plans, known, drawn)))


def zone_of(plans: Sequence[Plan]) -> str:
    """The zone in which days are counted: that of the plans if they have one in common."""
    zones = {plan.time_zone for plan in plans}
    return zones.pop() if len(zones) == 1 else EASTERN


def figures(each: Run, known: Known, of: World | None, calendar: Calendar) -> Figures:
    """The figures of one plan that was run."""
    counts, why = counts_of(each, of)
    finish = None if each.finish is None else dates(each.finish, calendar.date)
    if finish is None:
        name, reason = next(iter(each.undated.items()))
        why["finish"] = f"Step {name} {reason}."
    return Figures(
        plan=each.plan.key,
        title=each.plan.title,
        approach=each.plan.approach,
        finish=finish,
        **counts,
        frozen_minutes=_frozen(each, known) / timedelta(minutes=1),
        largest_move=max((len(step.preferences) for step in each.plan.steps if step.to is not None), default=0),
        deliverables=deliverables(each, known, calendar),
        why=why,
    )


COUNTERS: dict[str, Callable[[Run, World], Column]] = {"split": split, "detour": detour, "mismatch": mismatch}


def counts_of(each: Run, of: World | None) -> tuple[dict[str, Spread[int] | None], dict[str, str]]:
    """Split, detour and mismatch days of one plan, or the sentence why not."""
    found: dict[str, Spread[int] | None] = dict.fromkeys(COUNTERS)
    why: dict[str, str] = {}
    for name, count in COUNTERS.items():
        try:
            if of is None:
                raise Unknown(next(f"Step {step} {reason}." for step, reason in each.undated.items()))
            found[name] = spread(count(each, of))
        except Unknown as unknown:
            why[name] = str(unknown)
    return found, why


def _frozen(each: Run, known: Known) -> timedelta:
    """Freeze limits × preferences. What no system holds yet is started, and nothing of it is frozen."""
    frozen = timedelta(0)
    now = {key: known.standing(key) for key in each.plan.preferences}
    for step in map(each.plan.step, each.steps):
        if step.to is not None:
            frozen += step.freeze_limit * sum(now[key].owner is not None for key in step.preferences)
        now.update((key, after(step, now[key])) for key in step.preferences)
    return frozen


def _left(plans: Sequence[Plan], known: Known) -> Iterator[str]:
    """What a plan leaves where it is while another does not: they do not come to the same."""
    taken = {
        plan.key: {key for step in plan.steps if step.to is not None for key in step.preferences} for plan in plans
    }
    for plan in plans:
        left = [key for key in known.preferences if key not in taken[plan.key] and key in set().union(*taken.values())]
        if left:
            names = ", ".join(known.preferences[key].title for key in left)
            yield f"“{plan.title}” leaves as it is what others move, so it comes to something else: {names}."


def _assumptions(plans: Sequence[Plan], known: Known, drawn: Draws) -> Iterator[str]:
    """What was taken to be so."""
    yield "Approvals are given in time, checks pass, and no step is held."
    yield "All plans are counted over the same days: from now until the last of them has ended."
    yield from _left(plans, known)
    counted = list(counted_in(known, plans))
    unlive = [known.preferences[key].title for key in counted if not known.is_live(key)]
    if unlive:
        names = ", ".join(unlive)
        yield f"Not live yet, and taken to be so once the milestones of a step that moves it are reached: {names}."
    named = {one.feature for one in known.milestones.values()}
    unnamed = [known.preferences[key].title for key in counted if known.preferences[key].feature not in named]
    if unnamed:
        names = ", ".join(unnamed)
        yield f"No milestone says when the feature is live on VA.gov, so no detour is counted: {names}."
    for one in known.milestones.values():
        if one.reached is None and one.estimate and one.estimate.latest.toordinal() < drawn.calendar.next_midnight:
            yield f"“{one.title}” is overdue by every estimate; it is taken to be reached the next midnight."
