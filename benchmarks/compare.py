"""How long a comparison of the four approaches takes, beside a program that steps through each draw day by day."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

from app.adapters.files.plans import Limits, load
from app.adapters.files.ports import FlagFolder
from app.domain.catalogue import Catalogue
from app.domain.forecast.changing import what_would_change
from app.domain.forecast.comparing import DRAWS, compare
from app.domain.forecast.figures import Comparison
from app.domain.forecast.given import Known
from app.domain.forecast.wording import paragraph
from app.domain.milestones import Estimate
from app.domain.ownership import System
from app.domain.plans import Plan, Step
from app.domain.windows import fit
from app.services.checks.asking import known as checks
from benchmarks.row import Row, row

ROOT = Path(__file__).resolve().parents[1]
START = datetime(2026, 12, 1, 17, tzinfo=UTC)
PLACE = ZoneInfo("America/New_York")
WITHIN = 2000.0
"""Milliseconds."""
TIMES = 7
PEERS_DRAWS = 200
ALIKE = 30
"""Days by which the middle of so few draws may differ from that of all."""


class Otherwise(Exception):
    """The two programs do not say the same, so their times say nothing."""


def rows() -> Iterator[Row]:
    """The rows of the comparison, in milliseconds."""
    plans, known = shipped()
    print(f"compare: {len(plans)} plans, {DRAWS:,} draws, {TIMES} times …", flush=True)
    timed = [_timed(plans, known) for _ in range(TIMES)]
    began = time.monotonic()
    ends = [_Draw(plans, known, Random(number)).counted() for number in range(PEERS_DRAWS)]
    peer = (time.monotonic() - began) * 1000 * DRAWS / PEERS_DRAWS
    _require_alike(compare(plans, known), ends)
    what = f"four plans, {DRAWS:,} draws (ms; peer: day by day, {PEERS_DRAWS} draws, times {DRAWS // PEERS_DRAWS})"
    yield row(f"compare: {what}", median(only for only, _ in timed), peer, "2 s", WITHIN)
    yield row("the same, and what would change the answer", median(both for _, both in timed), peer, "2 s", WITHIN)


def shipped() -> tuple[tuple[Plan, ...], Known]:
    """The four approaches over the preferences as they are shipped, before anything moved."""
    files = Catalogue(FlagFolder(ROOT / "flags", "production").load().preferences)
    limits = Limits(timedelta(0), {name: check.asks_about for name, check in checks().items()})
    loaded = load(ROOT / "cutover_plans", files, limits)
    plans = tuple(one for one in loaded.plans.values() if one.approach)
    return plans, Known(loaded.milestones, files.preferences, START, fit)


def _timed(plans: Sequence[Plan], known: Known) -> tuple[float, float]:
    began = time.perf_counter()
    found = compare(plans, known)
    compared = time.perf_counter() - began
    what_would_change(plans, known, found)
    paragraph(found)
    return compared * 1000, (time.perf_counter() - began) * 1000


def _require_alike(ours: Comparison, ends: Sequence[Mapping[str, tuple[date, int, int, int]]]) -> None:
    for one in ours.plans:
        middle = sorted(each[one.plan][0] for each in ends)[len(ends) // 2]
        if one.finish is None or abs(middle - one.finish.p50) > timedelta(days=ALIKE):
            raise Otherwise(f"{one.plan} ends by {middle} day by day, and by {one.finish} here")


@dataclass
class _Draw:
    """One draw, as one would write it first: dates for the milestones, then every plan, day by day."""

    plans: Sequence[Plan]
    known: Known
    chance: Random

    def counted(self) -> dict[str, tuple[date, int, int, int]]:
        """When each plan ends, and its split, detour and mismatch days."""
        dates = {key: self._drawn(one.estimate) for key, one in self.known.milestones.items() if one.estimate}
        starts = {plan.key: _starts(plan, dates) for plan in self.plans}
        ends = {plan.key: max(starts[plan.key][one.id] + one.bake for one in plan.steps) for plan in self.plans}
        last = max(ends.values()).astimezone(PLACE).date()
        return {
            plan.key: (ends[plan.key].astimezone(PLACE).date(), *self._days(plan, starts[plan.key], dates, last))
            for plan in self.plans
        }

    def _drawn(self, of: Estimate) -> date:
        span, likely = (of.latest - of.earliest).days, (of.likely - of.earliest).days
        share = self.chance.betavariate(1 + 4 * likely / span, 1 + 4 * (span - likely) / span)
        return of.earliest + timedelta(days=round(share * span))

    def _days(
        self, plan: Plan, starts: Mapping[str, datetime], dates: Mapping[str, date], last: date
    ) -> tuple[int, int, int]:
        preferences = self.known.preferences
        stands = {key: (one.starts_with, one.surfaces) for key, one in preferences.items()}
        live = {one.feature: dates[key] for key, one in self.known.milestones.items() if one.feature}
        connected = min(dates[key] for key, one in self.known.milestones.items() if one.connects)
        left = sorted(plan.steps, key=lambda step: starts[step.id])
        split = detour = mismatch = 0
        day = START.astimezone(PLACE).date()
        while day < last:
            while left and starts[left[0].id].astimezone(PLACE).date() <= day:
                _change(stands, left.pop(0))
            pages = [surfaces for owner, surfaces in stands.values() if owner is not None]
            split += ("va_gov_profile",) in pages and any("va_gov_profile" not in each for each in pages)
            for key, (owner, surfaces) in stands.items():
                at_va_gov = "va_gov_profile" in surfaces
                detour += not at_va_gov and live[preferences[key].feature] <= day
                at_mhv = any(each.startswith("mhv") for each in surfaces)
                mismatch += (at_va_gov and owner is System.MHV) or (
                    at_mhv and owner is System.VA_GOV and day < connected
                )
            day += timedelta(days=1)
        return split, detour, mismatch


def _starts(plan: Plan, dates: Mapping[str, date]) -> dict[str, datetime]:
    starts: dict[str, datetime] = {}
    while len(starts) < len(plan.steps):
        for step in plan.steps:
            if step.id not in starts and all(need in starts for need in step.needs_steps):
                starts[step.id] = _start(plan, step, starts, dates)
    return starts


def _start(plan: Plan, step: Step, starts: Mapping[str, datetime], dates: Mapping[str, date]) -> datetime:
    met = [START, *(starts[need] + plan.step(need).bake for need in step.needs_steps)]
    met += [datetime.combine(dates[key], datetime.min.time(), PLACE).astimezone(UTC) for key in step.milestones]
    opening = fit(max(met) + step.wait, step.window, plan.blackouts, PLACE, step.late)
    if opening is None:
        raise Otherwise(f"step {step.id} of {plan.key} never starts")
    return opening.start


def _change(stands: dict[str, tuple[System | None, tuple[str, ...]]], step: Step) -> None:
    for key in step.preferences:
        owner, surfaces = stands[key]
        owner = owner if step.to is None else System(step.to)
        stands[key] = (owner, surfaces if step.surfaces is None else step.surfaces)
