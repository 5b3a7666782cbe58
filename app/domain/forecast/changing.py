"""What would change the answer: the same draws again, with the estimate of one milestone moved as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.domain.forecast.comparing import COUNTERS, counts_of, zone_of
from app.domain.forecast.days import Calendar
from app.domain.forecast.draws import Draws
from app.domain.forecast.figures import Comparison, labels, leaders, least_of, listed, spread
from app.domain.forecast.given import Known
from app.domain.forecast.running import Course, Run, run, waited_for
from app.domain.forecast.world import counted_in, world
from app.domain.plans import Plan

MOVES = (-90, 90)
"""Days by which each estimate is moved."""

FEWER = 500
"""Draws for each moved milestone: its first place is compared with that of the same draws unmoved."""

Firsts = dict[str, tuple[str, ...]]
"""For each count, the plans that are first in it."""

_VERBS = {
    "finish": ("ends soonest", "end soonest"),
    "split": (
        "splits choices over two places for the fewest days",
        "split choices over two places for the fewest days",
    ),
    "detour": ("sends Veterans back to MHV for the fewest days", "send Veterans back to MHV for the fewest days"),
    "mismatch": (
        "has pages that write the wrong system for the fewest days",
        "have pages that write the wrong system for the fewest days",
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """If a milestone comes `days` later (earlier, if negative) than estimated, `after` are first in place of `before`.

    `count` is finish, split, detour or mismatch. Several plans are level.
    """

    milestone: str
    days: int
    count: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    sentence: str

    def told(self) -> dict[str, object]:
        """The members of JSON."""
        ends = {"from": list(self.before), "to": list(self.after)}
        return {"milestone": self.milestone, "days": self.days, "count": self.count, **ends, "sentence": self.sentence}


def what_would_change(
    plans: Sequence[Plan], known: Known, comparison: Comparison, draws: int = FEWER, moves: Sequence[int] = MOVES
) -> tuple[Change, ...]:
    """Each milestone whose move by so many days changes who is first in a count, of the plans that were compared.

    Counts whose first place is another in so few draws than in all are too close to call, and left out.
    """
    course = Course(known, Calendar(ZoneInfo(zone_of(plans)), known.start))
    drawn = Draws(known.milestones, course.calendar, min(draws, comparison.draws), comparison.seed)
    runs = [run(plan, course, drawn) for plan in plans]
    now = _firsts(runs, known, drawn)
    clear = {count: first for count, first in now.items() if first == leaders(comparison.plans, count)}
    names = labels(comparison.plans)
    return tuple(
        Change(
            key, days, count, clear[count], first, _sentence(known, (key, days), count, (clear[count], first), names)
        )
        for key, days, firsts in _moved(course, drawn, runs, moves)
        for count, first in firsts.items()
        if count in clear and first != clear[count]
    )


def _moved(
    course: Course, drawn: Draws, runs: Sequence[Run], moves: Sequence[int]
) -> Iterator[tuple[str, int, Firsts]]:
    known = course.known
    for key in _that_matter(known, [each.plan for each in runs]):
        for days in moves:
            other = drawn.moved(key, days, drawn.count)
            again = [run(each.plan, course, other, each, key) for each in runs]
            yield key, days, _firsts(again, known, other)


def _that_matter(known: Known, plans: Sequence[Plan]) -> Iterator[str]:
    """Milestones with an estimate of which something that is counted depends."""
    waited = frozenset[str]().union(*map(waited_for, plans))
    features = {known.preferences[key].feature for key in counted_in(known, plans)}
    for key, one in known.milestones.items():
        if one.reached is None and one.estimate and (key in waited or one.connects or one.feature in features):
            yield key


def _firsts(runs: Sequence[Run], known: Known, drawn: Draws) -> Firsts:
    of = world(known, runs, drawn)
    day = drawn.calendar.days
    values: dict[str, dict[str, float | None]] = {count: {} for count in ("finish", *COUNTERS)}
    for each in runs:
        values["finish"][each.plan.key] = None if each.finish is None else day[spread(each.finish).p50]
        for count, found in counts_of(each, of)[0].items():
            values[count][each.plan.key] = None if found is None else found.p50
    return {count: least_of(of_each) for count, of_each in values.items()}


def _sentence(
    known: Known,
    moved: tuple[str, int],
    count: str,
    firsts: tuple[tuple[str, ...], tuple[str, ...]],
    names: dict[str, str],
) -> str:
    key, days = moved
    before, after = (listed([names[plan] for plan in some]) for some in firsts)
    verb = _VERBS[count][len(firsts[1]) > 1]
    way = "later" if days > 0 else "earlier"
    does = "do" if len(firsts[0]) > 1 else "does"
    title = known.milestones[key].title
    return f"If “{title}” comes {abs(days)} days {way}, {after} {verb}; as estimated, {before} {does}."
