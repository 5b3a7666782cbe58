"""The entries of a plan's calendar, and what each is worked out from."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice

from app.domain.forecast.foretelling import StepForecast
from app.domain.plan_leads import Telling, tellings
from app.domain.plans import Step, StepState
from app.domain.windows import FOREVER, Blackout, Opening, openings
from app.services.planning.calendar_scene import Scene
from app.services.planning.calendar_words import both_zones, day_in_words, lead_in_words, spread_in_words

OPENINGS = 4
"""How many of the next openings of a step's window are shown."""


class Kind(StrEnum):
    """What an entry is about."""

    STEP = "step"
    WINDOW = "window"
    BLACKOUT = "blackout"
    TELL = "tell"
    FORECAST = "forecast"


class Status(StrEnum):
    """How certain an entry is, in the words of the format (RFC 5545, 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: at moments in UTC (`end` is not included, None: a moment), or on a whole `day` of the plan's zone.

    `uid` stays the same as long as it is about the same thing. `blocks` says that the time is taken.
    """

    uid: str
    kind: Kind
    summary: str
    description: tuple[str, ...]
    status: Status
    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    blocks: bool = False


def blackouts(scene: Scene) -> Iterator[Entry]:
    """The times in which no step starts."""
    for one in dict.fromkeys(scene.plan.blackouts):
        if one.start < one.end:
            yield _blackout(scene, one)


def of_step(scene: Scene, step: Step) -> Iterator[Entry]:
    """Everything about one step: when it starts or is expected to, its next openings, whom to tell of it."""
    row, foretold = scene.row(step), scene.forecasts.get(step.id)
    if row.due is not None:
        yield _dated(scene, step, row.due)
    elif foretold is not None and foretold.ahead:
        yield from _foretold(scene, step, foretold)
    if not scene.is_to_come(step):
        return
    for opening in islice(_openings(scene, step), OPENINGS):
        yield _window(scene, step, opening)
    start = scene.start_of(step)
    if start is not None:
        for telling in tellings(scene.plan, step, scene.milestones, start):
            yield _tell(scene, step, telling)


def _dated(scene: Scene, step: Step, due: datetime) -> Entry:
    row = scene.row(step)
    last = () if row.until is None else (f"It starts before: {both_zones(row.until)}.",)
    return Entry(
        uid=_uid(scene, Kind.STEP, step.id),
        kind=Kind.STEP,
        summary=scene.titled(step),
        description=(f"Due: {both_zones(due)}.", *last, *scene.details(step)),
        status=_status(scene, step),
        start=due,
        end=row.until,
        blocks=True,
    )


def _status(scene: Scene, step: Step) -> Status:
    row = scene.row(step)
    if row.state in (StepState.CANCELLED, StepState.SKIPPED, StepState.UNDONE):
        return Status.CANCELLED
    is_open = row.state in (StepState.HELD, StepState.WAITING, StepState.DUE)
    if row.state is StepState.HELD or row.until is None or (is_open and not scene.is_running):
        return Status.TENTATIVE
    return Status.CONFIRMED


def _foretold(scene: Scene, step: Step, found: StepForecast) -> Iterator[Entry]:
    if found.start is not None:
        yield Entry(
            uid=_uid(scene, Kind.FORECAST, step.id),
            kind=Kind.FORECAST,
            summary=f"Forecast: {scene.titled(step)}",
            description=(spread_in_words(found.start), *scene.details(step)),
            status=Status.TENTATIVE,
            day=found.start.p50,
        )


def _openings(scene: Scene, step: Step) -> Iterator[Opening]:
    """The openings in which the scheduler would start it, from when it can be ready; without a window there are none.

    One without an end is no opening that anybody wrote.
    """
    if step.window is not None:
        found = openings(step.window, scene.plan.blackouts, scene.plan.place, scene.ready(step))
        yield from (one for one in found if one.end < FOREVER)


def _window(scene: Scene, step: Step, opening: Opening) -> Entry:
    span = f"From {both_zones(opening.start)} to before {both_zones(opening.end)}."
    return Entry(
        uid=_uid(scene, Kind.WINDOW, f"{step.id}-{opening.start:%Y%m%dT%H%M%SZ}"),
        kind=Kind.WINDOW,
        summary=f"Window of step {step.id}: {scene.summary(step)}",
        description=("It may start in this time, once nothing else is waited for.", span),
        status=Status.CONFIRMED,
        start=opening.start,
        end=opening.end,
    )


def _blackout(scene: Scene, one: Blackout) -> Entry:
    span = f"From {both_zones(one.start)} to before {both_zones(one.end)}."
    return Entry(
        uid=_uid(scene, Kind.BLACKOUT, _mark(f"{one.start:%Y%m%dT%H%M%SZ} {one.end:%Y%m%dT%H%M%SZ} {one.why}")),
        kind=Kind.BLACKOUT,
        summary=one.why or "Blackout",
        description=(f"No step of the plan “{scene.plan.title}” starts in this time.", span),
        status=Status.CONFIRMED,
        start=one.start,
        end=one.end,
        blocks=True,
    )


def _tell(scene: Scene, step: Step, telling: Telling) -> Entry:
    is_dated = scene.row(step).due is not None
    basis = "It is due" if is_dated else "By the forecast, on even chances, it starts"
    lead = lead_in_words(telling.lead)
    return Entry(
        uid=_uid(scene, Kind.TELL, f"{step.id}-{_mark(f'{telling.team} {telling.lead}')}"),
        kind=Kind.TELL,
        summary=f"Last day to tell {telling.team} of step {step.id}: {scene.summary(step)}",
        description=(
            f"{telling.team} must know {lead} before it starts: by {day_in_words(telling.latest)}.",
            f"{basis}: {both_zones(telling.start)}.",
        ),
        status=Status.CONFIRMED if is_dated else Status.TENTATIVE,
        day=telling.latest,
    )


def _uid(scene: Scene, kind: Kind, what: str) -> str:
    return f"{kind}-{what}-{scene.plan.key}@cutover"


def _mark(text: str) -> str:
    """A short mark of what has no name of its own."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
