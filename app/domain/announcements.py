"""What Veterans are told of a step to come: a warning first, then that they must wait a moment. Every one ends."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.plans import Plan, Step, StepRow, StepState

EASTERN = ZoneInfo("America/New_York")
"""The zone in which VA tells people times, wherever a plan was written."""

# Own names: strftime's follow the machine's language.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Level(StrEnum):
    """How much of a preference's page is left to a Veteran."""

    NONE = "none"
    WARNING = "warning"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is told of one preference from `begins` until `ends` (UTC, the end not included)."""

    plan: str
    step: str
    key: str
    level: Level
    text: str
    instead: str | None
    begins: datetime
    ends: datetime

    def is_told(self, now: datetime) -> bool:
        """Whether it is told at this moment."""
        return self.begins <= now < self.ends


def announced(plan: Plan, step: Step, row: StepRow) -> tuple[Announcement, ...]:
    """What is told of a step as it stands: nothing while nobody knows when it is due, and nothing once it has begun.

    From then on the state of the preference itself says what a Veteran may do. Both ends come from the step's own row,
    so that a warning ends when its step is due, and a step that nobody starts blocks for no longer than its opening.
    """
    terms = step.notice
    if terms is None or row.due is None or row.until is None or row.state not in (StepState.WAITING, StepState.DUE):
        return ()
    return tuple(told for key in step.preferences for told in _of(plan, step, row.due, row.until, key))


def _of(plan: Plan, step: Step, due: datetime, until: datetime, key: str) -> Iterator[Announcement]:
    terms = step.notice
    assert terms is not None  # noqa: S101 - asked by the caller; for the reader of types
    text = terms.text.replace("{date}", in_words(due)).replace("{time}", time_in_words(due))
    begins, blocked = _before(due, terms.warning, plan.place), _before(due, terms.blocked, plan.place)
    if begins < blocked:
        yield Announcement(plan.key, step.id, key, Level.WARNING, text, terms.instead, begins, blocked)
    if terms.blocked:
        yield Announcement(plan.key, step.id, key, Level.BLOCKED, text, terms.instead, blocked, until)


def _before(due: datetime, ahead: timedelta, place: ZoneInfo) -> datetime:
    """A moment so long before another. Whole days are days of the calendar, where one of them may have 23 or 25 hours:
    what is due at midnight is warned of from a midnight on."""
    days = timedelta(days=ahead.days)
    there = due.astimezone(place).replace(fold=0) - days if days else due
    return there.astimezone(UTC) - (ahead - days)


def in_words(moment: datetime) -> str:
    """A day as VA writes it: March 2, 2027."""
    day = moment.astimezone(EASTERN)
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def time_in_words(moment: datetime) -> str:
    """A time of day as VA writes it: 12:00 a.m. ET. In the hour that a day has twice, its name tells the two apart."""
    local = moment.astimezone(EASTERN)
    is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    zone = local.tzname() if is_twice else "ET"
    return f"{local.hour % 12 or 12}:{local:%M} {'a.m.' if local.hour < 12 else 'p.m.'} {zone}"


def told_now(announcements: Iterable[Announcement], key: str, now: datetime) -> Announcement | None:
    """What is told of one preference at one moment: of several, what leaves a Veteran least."""
    present = [one for one in announcements if one.key == key and one.is_told(now)]
    return max(present, key=lambda one: (one.level is Level.BLOCKED, one.begins, one.plan, one.step), default=None)


def next_edge(announcements: Iterable[Announcement], now: datetime) -> datetime | None:
    """When the next of them begins or ends: until then everybody is told the same. None when no more is to come."""
    edges = (edge for one in announcements for edge in (one.begins, one.ends) if edge > now)
    return min(edges, default=None)
