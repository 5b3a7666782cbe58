"""What a plan's file says of a step, in words: each member by its name and its value as people say them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from app.domain.plans import NoticeTerms, OnFailure, Plan, Step
from app.domain.windows import Blackout, Window
from app.entrypoints.pages.times import eastern, lasting
from app.entrypoints.pages.words import label_of, surfaces_words
from app.services.planning.versions import members_apart

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a new text says otherwise, in words."""

    name: str
    was: str
    becomes: str


def changes_of(before: Step, after: Step) -> list[Change]:
    """What differs between two texts of one step."""
    return [
        Change(_NAMES[name], said_of(name, old), said_of(name, new)) for name, old, new in members_apart(before, after)
    ]


def plan_changes(before: Plan, after: Plan) -> list[Change]:
    """What differs between two texts of a plan beside its steps."""
    return list(_plan_changes(before, after))


def _plan_changes(before: Plan, after: Plan) -> Iterator[Change]:
    for name, words in (("title", "Title"), ("approach", "Approach"), ("time_zone", "Time zone")):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(words, old or "none", new or "none")
    if before.blackouts != after.blackouts:
        yield Change("Blackouts", blackouts_words(before.blackouts), blackouts_words(after.blackouts))
    order = [[step.id for step in plan.steps] for plan in (before, after)]
    if order[0] != order[1] and sorted(order[0]) == sorted(order[1]):
        yield Change("Order of the steps", ", ".join(order[0]), ", ".join(order[1]))


def blackouts_words(blackouts: tuple[Blackout, ...]) -> str:
    """Times in which no step starts."""
    said = [f"{one.why}, from {eastern(one.start)} to {eastern(one.end)}" for one in blackouts]
    return "; ".join(said) or "none"


def step_words(step: Step) -> str:
    """What a step does, in one sentence."""
    keys = ", ".join(step.preferences)
    if step.to is None:
        return f"Changes where {keys} can be changed to {surfaces_words(step.surfaces or ())}."
    return f"Moves {keys} to {label_of(step.to)}."


def said_of(name: str, value: Any) -> str:
    """The value of one member of a step, in words."""
    return _SAID.get(name, _listed)(value)


def _listed(value: Any) -> str:
    if value is None or value == ():
        return "none"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _moment(value: datetime | None) -> str:
    return "none" if value is None else eastern(value)


def _lasting(value: timedelta | None) -> str:
    return lasting(value) if value else "none"


def _window(value: Window | None) -> str:
    if value is None:
        return "any time"
    days = ", ".join(DAYS[day] for day in value.days)
    next_day = " on the next day" if value.end <= value.start else ""
    return f"{days}, from {_clock(value.start)} to {_clock(value.end)}{next_day}"


def _clock(value: time) -> str:
    shown = f"{value:%M}" if not value.second else f"{value:%M:%S}"
    return f"{value.hour % 12 or 12}:{shown} {'a.m.' if value.hour < 12 else 'p.m.'}"


def _notice(value: NoticeTerms | None) -> str:
    if value is None:
        return "none"
    meanwhile = f"; meanwhile: “{value.instead}”" if value.instead else ""
    return f"“{value.text}” shown {_before(value.warning)}; asked to wait {_before(value.blocked)}{meanwhile}"


def _before(value: timedelta) -> str:
    return f"from {lasting(value)} before it" if value else "at no time"


def _surfaces(value: tuple[str, ...] | None) -> str:
    return "as they are" if value is None else surfaces_words(value)


def _on_failure(value: OnFailure) -> str:
    return "it is moved back" if value is OnFailure.UNDO else "a person decides"


_SAID: Mapping[str, Callable[[Any], str]] = {
    "to": lambda value: "no move" if value is None else label_of(value),
    "not_before": _moment,
    "window": _window,
    "notice": _notice,
    "surfaces": _surfaces,
    "on_failure": _on_failure,
    **dict.fromkeys(("approval_lasts", "wait", "late", "bake", "freeze_limit", "lead"), _lasting),
}

_NAMES: Mapping[str, str] = {
    "id": "Name",
    "preferences": "Preferences",
    "to": "Moves to",
    "needs_steps": "Needs these steps",
    "milestones": "Needs these milestones",
    "checks": "Checks",
    "approvals": "Approvals needed",
    "approval_lasts": "An approval lasts",
    "not_before": "Not before",
    "wait": "Waits after its needs are met",
    "window": "Window",
    "late": "May be late by",
    "bake": "The new owner is watched for",
    "freeze_limit": "Nobody can change it for at most",
    "on_failure": "If a check fails while it is watched",
    "notice": "Notice for Veterans",
    "surfaces": "Pages where Veterans find it",
    "accept_advisory": "Why writers without a lease are accepted",
    "team": "Team that must be told",
    "lead": "Told this long before",
}
