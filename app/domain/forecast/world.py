"""What is the same for every plan that is compared, in each draw: which days are counted, and what becomes true when.

All plans are counted over the same days: from the start until the last of them has ended, in each draw. Over a shorter
time, a plan that leaves a preference where it is for ever would look better the sooner it gives up. A plan without an
end that anybody knows does not lengthen them.

A preference that is not live yet counts as live, in every plan alike, from the day on which the milestones are reached
for a step that moves it, in whichever of the plans is first. One that is not live and that no plan moves counts
nowhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.domain.forecast.columns import greatest, least
from app.domain.forecast.days import Column
from app.domain.forecast.draws import Draws
from app.domain.forecast.given import Known
from app.domain.forecast.running import Run
from app.domain.milestones import Milestone
from app.domain.plans import Plan


@dataclass(frozen=True, slots=True)
class Since:
    """From which day on something is so, in each draw. `days` None: never, or nobody knows, and then `unknown` says
    why."""

    days: Column | None = None
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """The days from `first` to before `last` are counted, in each draw, for the preferences `counted`.

    `live` has for each of them since when it is live, `features` since when its feature is live on VA.gov; `connected`
    is since when MHV's pages write to whoever owns.
    """

    known: Known
    first: Column
    last: Column
    counted: tuple[str, ...]
    live: dict[str, Since]
    features: dict[str, Since]
    connected: Since


def world(known: Known, runs: Sequence[Run], draws: Draws) -> World | None:
    """What is the same for these plans. None if none of them has an end that anybody knows."""
    finishes = [run.finish for run in runs if run.finish is not None]
    if not finishes:
        return None
    first = [draws.calendar.first_day] * draws.count
    ends = [list(map(draws.calendar.days.__getitem__, finish)) for finish in finishes]
    counted = tuple(counted_in(known, [run.plan for run in runs]))
    return World(
        known,
        first,
        greatest([first, *ends]),
        counted,
        {key: Since(first) if known.is_live(key) else _live(key, known, runs, draws, first) for key in counted},
        {key: _feature(key, known, draws, first) for key in counted},
        _first_of([one for one in known.milestones.values() if one.connects], draws, first),
    )


def counted_in(known: Known, plans: Sequence[Plan]) -> Iterator[str]:
    """The preferences that count: those that are live, and those that a plan moves, which then will be."""
    moved = {key for plan in plans for step in plan.steps if step.to is not None for key in step.preferences}
    return (key for key in known.preferences if known.is_live(key) or key in moved)


def _feature(key: str, known: Known, draws: Draws, first: Column) -> Since:
    feature = known.preferences[key].feature
    return _first_of([one for one in known.milestones.values() if one.feature == feature], draws, first)


def _first_of(milestones: Sequence[Milestone], draws: Draws, first: Column) -> Since:
    """Since when any of these milestones is reached."""
    if not milestones:
        return Since()
    some = [one for one in milestones if one.reached is not None] or milestones
    undated = next((one for one in some if draws.days(one.key) is None), None)
    if undated is not None:
        return Since(unknown=f"Nobody has given an estimate for “{undated.title}”.")
    return Since(greatest([first, least(list(_dated([one.key for one in some], draws)))]))


def _live(key: str, known: Known, runs: Iterable[Run], draws: Draws, first: Column) -> Since:
    """Since when a preference is live that is not yet: in each plan that moves it, by the first step that does."""
    found = []
    for run in runs:
        movers = (name for name in run.steps if _moves(run.plan, name, key))
        mover = next(movers, None)
        if mover is not None:
            waited_for = sorted(_milestones_before(run.plan, mover))
            days = list(_dated(waited_for, draws))
            found += [greatest([first, *days])] if len(days) == len(waited_for) else []
    if found:
        return Since(least(found))
    return Since(unknown=f"Nobody can say when “{known.preferences[key].title}” is live: its steps have no date.")


def _moves(plan: Plan, name: str, key: str) -> bool:
    step = plan.step(name)
    return step.to is not None and key in step.preferences


def _milestones_before(plan: Plan, name: str) -> set[str]:
    step = plan.step(name)
    return set(step.milestones).union(*(_milestones_before(plan, need) for need in step.needs_steps))


def _dated(keys: Iterable[str], draws: Draws) -> Iterator[Column]:
    return (days for days in map(draws.days, keys) if days is not None)
