"""What can be wrong in a plan beyond the shape of its file: times, freezes, moves, and names of what is outside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain import durations
from app.domain.catalogue import Catalogue
from app.domain.milestones import Milestone
from app.domain.ownership import System
from app.domain.plan_shape import INHERITED
from app.domain.refusals import Refusal
from app.domain.toml_lines import Path
from app.domain.toml_source import Wrong, did_you_mean
from app.domain.windows import day_edges
from app.domain.zones import YEARS, moment

Found = Mapping[str, Any]

MAY_COME = frozenset({"no_contract", "not_live"})
"""What a plan can wait for: it loads, and the step waits with that reason."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a plan can name that stands in no plan: milestones, and checks with what each asks about (None: nothing).

    `readable` is False while the milestones' file is there and cannot be read: then there are none, and none is
    misspelt either.
    """

    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    checks: Mapping[str, str | None] = field(default_factory=dict)
    readable: bool = True


OUTSIDE = Outside()


def inherit(name: str, step: Found, defaults: Found) -> tuple[Any, bool]:
    """What holds for a step, and whether the step itself says so."""
    if step[name] is not None:
        return step[name], True
    return (INHERITED[name] if defaults[name] is None else defaults[name]), False


def blackout_edges(first: date, last: date, place: ZoneInfo) -> tuple[datetime, datetime]:
    """When a blackout begins and ends, in UTC. Of two dates both days are in it. Raises ValueError with a sentence."""
    begins, ends = _edge(first, place, last=False), _edge(last, place, last=True)
    if begins >= ends:
        raise ValueError("Say `until` later than `from`.")
    return begins, ends


def _edge(written: date, place: ZoneInfo, *, last: bool) -> datetime:
    if isinstance(written, datetime):
        return moment(written, place)
    if written.year not in YEARS:
        raise ValueError(f"The year must be from {YEARS.start} to {YEARS.stop - 1}.")
    return day_edges(written, written, place)[last]


def wrong_steps(found: Found, least_freeze: timedelta) -> Iterator[Wrong]:
    """What is wrong in times and terms, whatever the plan names."""
    yield from _wrong_blackouts(found)
    for place, each in enumerate(found["steps"]):
        here = ("steps", place)
        if each["to"] is None and each["surfaces"] is None:
            mend = 'Add one of to = "va_gov", "mhv" or "nobody", or surfaces.'
            yield (*here, "to"), "The step says neither where to nor which surfaces.", mend
        if each["lead"] is not None and each["team"] is None:
            yield (*here, "lead"), "Nobody is named who must be told.", 'Add team = "the team that must be told".'
        if each["not_before"] is not None:
            yield from _wrong_edge((*here, "not_before"), each["not_before"], found["time_zone"], last=False)
        yield from _wrong_freeze(here, each, found["defaults"], least_freeze)
        late, own = inherit("late", each, found["defaults"])
        if late <= timedelta(0):
            path = (*(here if own else ("defaults",)), "late")
            yield path, "A step that may not be late at all would never start.", 'Say at least late = "1s".'


def _wrong_blackouts(found: Found) -> Iterator[Wrong]:
    for place, each in enumerate(found["blackout"]):
        here, zone = ("blackout", place), found["time_zone"]
        first, last = each["from"], each["until"]
        wrong = [
            *_wrong_edge((*here, "from"), first, zone, last=False),
            *_wrong_edge((*here, "until"), last, zone, last=True),
        ]
        yield from wrong
        try:
            if not wrong:
                blackout_edges(first, last, zone)
        except ValueError as error:
            yield (*here, "until"), "This blackout ends before it begins.", str(error)


def _wrong_edge(path: Path, written: date, place: ZoneInfo, *, last: bool) -> Iterator[Wrong]:
    try:
        _edge(written, place, last=last)
    except ValueError as error:
        yield path, f"{written.isoformat()} cannot be used.", str(error)


def _wrong_freeze(here: Path, each: Found, defaults: Found, least: timedelta) -> Iterator[Wrong]:
    limit, own = inherit("freeze_limit", each, defaults)
    if limit < least and each["to"] is not None:
        said = own or defaults["freeze_limit"] is None
        yield (*(here if said else ("defaults",)), "freeze_limit"), *_too_short(limit, least)


def _too_short(limit: timedelta, least: timedelta) -> tuple[str, str]:
    # Rounded up: a limit that is too short by a part of a second is too short.
    shortest = durations.render(timedelta(seconds=-(-least // timedelta(seconds=1))))
    what = f"A freeze of {durations.render(limit)} could end before every older write has."
    return what, f'Say at least freeze_limit = "{shortest}".'


def wrong_names(steps: Sequence[Found], outside: Outside) -> Iterator[Wrong]:
    """Milestones and checks that there are not, and checks that say too much or too little."""
    for place, each in enumerate(steps):
        here = ("steps", place, "needs")
        for number, name in enumerate(each["needs"]["milestones"]):
            if name not in outside.milestones:
                yield (*here, "milestones", number), *_no_milestone(name, outside)
        for number, check in enumerate(each["needs"]["checks"]):
            wrong = _wrong_check(check, outside.checks)
            if wrong:
                yield (*here, "checks", number), *wrong


def _no_milestone(name: str, outside: Outside) -> tuple[str, str]:
    if not outside.readable:
        return f"milestones.toml cannot be read, so nothing is known of {name}.", "Mend milestones.toml first."
    return f"There is no milestone {name} in milestones.toml.", did_you_mean(name, sorted(outside.milestones))


def _wrong_check(check: str, known: Mapping[str, str | None]) -> tuple[str, str] | None:
    name, colon, _ = check.partition(":")
    if name not in known:
        return f"There is no check {name}.", did_you_mean(name, sorted(known))
    asks_about = known[name]
    if asks_about and not colon:
        return f"The check {name} asks about something that is not named.", f'Write "{name}:" and {asks_about}.'
    if colon and not asks_about:
        return f"The check {name} asks about nothing that could be named.", f'Write "{name}".'
    return None


def wrong_moves(found: Found, catalogue: Catalogue, least: timedelta) -> Iterator[Wrong]:
    """Preferences that are not there or cannot be moved like that, and freezes too short for who writes them."""
    for place, each in enumerate(found["steps"]):
        for number, key in enumerate(each["preferences"]):
            try:
                to = each["to"] if isinstance(each["to"], System) else None
                accepted = "it makes no move" if each["to"] is None else each["accept_advisory"]
                catalogue.require_movable(key, to, accepted)
            except Refusal as refusal:
                if refusal.code not in MAY_COME:
                    yield ("steps", place, "preferences", number), refusal.detail, refusal.mend
    if not catalogue.all_fenced:
        yield from _too_short_for_advisory(found, catalogue, least)


def _too_short_for_advisory(found: Found, catalogue: Catalogue, least: timedelta) -> Iterator[Wrong]:
    """Writers without a lease are waited for as long as they may keep an answer, and that was old when they got it."""
    for place, each in enumerate(found["steps"]):
        known = (catalogue.preferences.get(key) for key in each["preferences"])
        kept = [one.advisory_ttl for one in known if one is not None and one.advisory_writers]
        limit, _ = inherit("freeze_limit", each, found["defaults"])
        needed = least + timedelta(seconds=catalogue.memory_limit) + max(kept, default=timedelta(0))
        if kept and each["accept_advisory"] and limit < needed:
            yield ("steps", place, "accept_advisory"), *_too_short(limit, needed)
