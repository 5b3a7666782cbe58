"""Split, detour and mismatch days, against a count that steps through the days one by one and shares no code."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.catalogue import Preference, Status
from app.domain.forecast.comparing import compare
from app.domain.forecast.given import Known
from app.domain.milestones import Milestone
from app.domain.ownership import NOBODY, System
from app.domain.plans import Plan, Step
from tests.domain.forecast.making import ET, NIGHTS, START, fit, known, plan, point, preference

DAY = timedelta(days=1)
PAGES = ("mhv_profile", "mhv_feature_page", "va_gov_profile")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ET).astimezone(UTC)


def reached(one: Milestone, start: datetime) -> datetime:
    assert one.estimate is not None
    day = one.estimate.earliest
    while midnight(day) < start:
        day += DAY
    return midnight(day)


class Slow:
    """The plan's steps, when each starts and ends; and every preference as it stands at the end of each day."""

    def __init__(self, of: Plan, what: Known) -> None:
        self.plan, self.what = of, what
        self.starts: dict[str, datetime] = {}
        while len(self.starts) < len(of.steps):
            for step in of.steps:
                if step.id not in self.starts and all(need in self.starts for need in step.needs_steps):
                    self.starts[step.id] = self.start(step)

    def start(self, step: Step) -> datetime:
        met = [self.what.start, *(reached(self.what.milestones[key], self.what.start) for key in step.milestones)]
        met += [self.starts[need] + self.plan.step(need).bake for need in step.needs_steps]
        ready = max(max(met) + step.wait, step.not_before or max(met))
        opening = fit(ready, step.window, self.plan.blackouts, ET, step.late)
        assert opening is not None
        return opening.start

    def end(self) -> date:
        ends = [self.starts[step.id] + step.bake for step in self.plan.steps]
        return max([self.what.start, *ends]).astimezone(ET).date()

    def standing(self, key: str, day: date) -> tuple[System | None, tuple[str, ...], bool]:
        """Owner, pages, and whether it is retired, when a day ends."""
        one = self.what.preferences[key]
        owner, pages, retired = one.starts_with, one.surfaces, False
        for step in self.in_order(key):
            if self.starts[step.id].astimezone(ET).date() > day:
                break
            if step.to is NOBODY:
                owner, pages, retired = None, (), True
                continue
            owner = owner if step.to is None else System(step.to)
            pages = pages if step.surfaces is None else step.surfaces
        return owner, pages, retired

    def in_order(self, key: str) -> list[Step]:
        """Each names the one before among its needs, so they stand in the order of the plan."""
        return [step for step in self.plan.steps if key in step.preferences]


def live_from(key: str, all_plans: list[Slow], what: Known) -> date | None:
    one = what.preferences[key]
    if one.status is Status.LIVE and one.starts_with is not None:
        return date.min
    days = []
    for slow in all_plans:
        movers = [step for step in slow.in_order(key) if step.to is not None]
        if movers:
            moments = [reached(what.milestones[name], what.start) for name in before(slow.plan, movers[0])]
            days.append(max([what.start, *moments]).astimezone(ET).date())
    return min(days, default=None)


def before(of: Plan, step: Step) -> set[str]:
    """Milestones of a step and of all that it needs."""
    return set(step.milestones) | {key for need in step.needs_steps for key in before(of, of.step(need))}


def slow_counts(slow: Slow, all_plans: list[Slow], what: Known) -> tuple[int, int, int]:
    """Split, detour and mismatch days of one of the plans, over the days of all."""
    split = detour = mismatch = 0
    live = {key: live_from(key, all_plans, what) for key in what.preferences}
    day, last = what.start.astimezone(ET).date(), max(each.end() for each in all_plans)
    connected = dates_of(what, [one for one in what.milestones.values() if one.connects])
    while day < last:
        only_mhv = only_va_gov = False
        for key, since in live.items():
            if since is None:
                continue
            owner, pages, retired = slow.standing(key, day)
            mhv, va_gov = any(page.startswith("mhv") for page in pages), "va_gov_profile" in pages
            if since <= day:
                only_mhv, only_va_gov = only_mhv or (mhv and not va_gov), only_va_gov or (va_gov and not mhv)
            of = [one for one in what.milestones.values() if one.feature == what.preferences[key].feature]
            detour += any(at <= day for at in dates_of(what, of)) and not va_gov and not retired
            wrong_mhv = mhv and owner is System.VA_GOV and not any(at <= day for at in connected)
            mismatch += wrong_mhv or (va_gov and owner is System.MHV)
        split += only_mhv and only_va_gov
        day += DAY
    return split, detour, mismatch


def dates_of(what: Known, milestones: list[Milestone]) -> list[date]:
    return [reached(one, what.start).astimezone(ET).date() for one in milestones]


pages = st.lists(st.sampled_from(PAGES), unique=True, max_size=2).map(tuple)
keys = ("ants", "bees", "cats", "dogs")
days = st.integers(-3, 40).map(lambda ahead: START.date() + timedelta(days=ahead))


def preferences() -> st.SearchStrategy[list[Preference]]:
    made = [
        st.builds(
            preference,
            st.just(key),
            st.sampled_from(["air", "land"]),
            status=st.sampled_from([Status.LIVE, Status.LIVE, Status.ON_HOLD]),
            starts_with=st.sampled_from([System.MHV, System.MHV, System.VA_GOV, None]),
            surfaces=pages,
        )
        for key in keys
    ]
    return st.tuples(*made).map(list)


def milestones() -> st.SearchStrategy[list[Milestone]]:
    names = ("one", "two", "three")
    features = st.sampled_from([None, "air", "land"])
    made = [st.builds(point, st.just(name), days, feature=features, connects=st.booleans()) for name in names]
    return st.tuples(*made).map(list)


@st.composite
def plans(draw: st.DrawFn, key: str) -> Plan:
    steps: list[Step] = []
    for number in range(draw(st.integers(1, 5))):
        named = draw(st.lists(st.sampled_from(keys), unique=True, min_size=1, max_size=3))
        needs = [step.id for step in steps if not set(named).isdisjoint(step.preferences)]
        # What moves something that has been retired is refused by the loader.
        gone = {one for step in steps if step.to is NOBODY for one in step.preferences}
        to = draw(st.sampled_from([None, System.MHV, System.VA_GOV, System.VA_GOV, NOBODY]))
        if not gone.isdisjoint(named):
            continue
        steps.append(
            Step(
                f"step{number}",
                tuple(named),
                to,
                needs_steps=tuple(needs),
                milestones=tuple(draw(st.lists(st.sampled_from(["one", "two", "three"]), unique=True, max_size=2))),
                not_before=draw(st.none() | days.map(midnight)),
                wait=draw(st.integers(0, 50)) * timedelta(hours=6),
                window=draw(st.sampled_from([None, NIGHTS])),
                bake=draw(st.integers(0, 20)) * timedelta(hours=7),
                surfaces=draw(st.none() | pages),
            )
        )
    return plan(key, *steps)


@settings(max_examples=200, deadline=None)
@given(preferences(), milestones(), st.tuples(plans("p"), plans("q")), st.integers(0, 2000))
def test_the_counts_are_those_of_stepping_through_the_days(
    some: list[Preference], waited_for: list[Milestone], both: tuple[Plan, Plan], minutes: int
) -> None:
    what = known(waited_for, some, START + timedelta(minutes=minutes))
    slow = [Slow(one, what) for one in both]
    found = compare(both, what, draws=2)
    told = [tuple(figure and figure.p50 for figure in (one.split, one.detour, one.mismatch)) for one in found.plans]
    assert told == [slow_counts(one, slow, what) for one in slow]
    assert [one.finish and one.finish.p50 for one in found.plans] == [one.end() for one in slow]
