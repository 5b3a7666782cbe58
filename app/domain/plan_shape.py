"""Which keys a plan's file has, and of which kind each is. docs/plans.md explains each of them."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from app.domain.catalogue import SURFACES
from app.domain.ownership import NOBODY, System
from app.domain.plans import OnFailure
from app.domain.scalars import (
    A_DATE,
    A_LOCAL_MOMENT,
    A_MOMENT,
    A_TIME,
    DURATION,
    FLAG,
    LONGEST_TEXT,
    MOMENT,
    TEXT,
    Scalar,
    matching,
    one_of,
    whole,
)
from app.domain.shapes import Rule, Several, Table, Tables
from app.domain.toml_source import NAME
from app.domain.zones import ZONE

MOST_STEPS = 200
LONGEST_PLAN = 60_000
"""Characters of a text that is sent; what stands in a file may be longer."""
MOST_PREFERENCES = 50
MOST_APPROVALS = 10

LATER = frozenset({"assume_changed"})
"""Keys of a step that belong to the language, and that this version does not act on: a gate that stands in a file and
is never asked would be believed in, so a plan that has one is refused."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _time(value: Any) -> time:
    if not isinstance(value, time):
        raise TypeError
    return value


def _day_or_moment(value: Any) -> date:
    if not isinstance(value, date):
        raise TypeError
    return value


def _seed(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    if value in ("consented", "all"):
        raise ValueError('This version copies no records: say seed = "none", or leave it out.')
    if value != "none":
        raise ValueError('Say seed = "none".')
    return value


def _some_time(value: Any) -> timedelta:
    found: timedelta = DURATION.take(value)
    if not found:
        raise ValueError('It would be over at once: write at least "1s".')
    return found


def _notice_text(value: Any) -> str:
    written: str = TEXT.take(value)
    if set(re.findall(r"\{[^{}]*\}|[{}]", written)) - {"{date}", "{time}"}:
        raise ValueError("Only {date} and {time} may stand in braces: the day and the time at which its step is due.")
    return written


_NAME = matching(NAME, "Write one word of small letters, digits and _, beginning with a letter.", "first")
_CHECK = matching(
    re.compile(r"[a-z][a-z0-9_]{0,59}(:[A-Za-z0-9][A-Za-z0-9._-]{0,99})?"),
    "Write the name of a check, and where it asks about something named, a colon and that name.",
    "systems_reachable",
)
_TARGETS = {"va_gov": System.VA_GOV, "mhv": System.MHV, "nobody": NOBODY}
_TIME = Scalar("a time of day, without quotes", "00:00:00", _time, A_TIME)
_DAY_OR_MOMENT = Scalar(
    "a date, or a date with a time, without quotes",
    "2026-12-23",
    _day_or_moment,
    {"anyOf": [A_DATE, A_LOCAL_MOMENT, A_MOMENT]},
)
_SOME_TIME = Scalar(DURATION.words, '"1h"', _some_time, DURATION.fits)
_NOTICE_TEXT = Scalar(
    "text in quotes",
    '"You can change this on VA.gov from {date}."',
    _notice_text,
    {"type": "string", "maxLength": LONGEST_TEXT, "pattern": r"^([^{}]|\{date\}|\{time\})+$"},
)

_WINDOW = Table(
    (
        Rule("days", Several(one_of({name: place for place, name in enumerate(DAYS)}), least=1), required=True),
        Rule("from", _TIME, required=True),
        Rule("until", _TIME, required=True),
    )
)
_NOTICE = Table(
    (
        Rule("warning", DURATION, default=timedelta(0)),
        Rule("blocked", DURATION, default=timedelta(0)),
        Rule("text", _NOTICE_TEXT, required=True),
        Rule("instead", TEXT),
    )
)

INHERITED: Mapping[str, Any] = MappingProxyType(
    {
        "wait": timedelta(0),
        "late": timedelta(hours=1),
        "bake": timedelta(0),
        "freeze_limit": timedelta(minutes=2),
        "approvals": 0,
        "approval_lasts": timedelta(days=30),
        "window": None,
        "on_failure": OnFailure.HOLD,
        "seed": "none",
        "notice": None,
    }
)
"""What a step may say, and the defaults may say for all steps; and what holds when neither does."""

_INHERITED = (
    *(Rule(name, DURATION) for name in ("wait", "bake", "freeze_limit")),
    *(Rule(name, _SOME_TIME) for name in ("late", "approval_lasts")),
    Rule("approvals", whole(0, MOST_APPROVALS)),
    Rule("window", _WINDOW),
    Rule("on_failure", one_of({each.value: each for each in OnFailure})),
    Rule("seed", Scalar("one word in quotes", '"none"', _seed, {"enum": ["none"]})),
    Rule("notice", _NOTICE),
)

_NO_NEEDS: Mapping[str, Any] = MappingProxyType({"steps": (), "milestones": (), "checks": ()})
_NEEDS = Table(
    (
        Rule("steps", Several(_NAME), default=()),
        Rule("milestones", Several(_NAME), default=()),
        Rule("checks", Several(_CHECK), default=()),
    )
)

_STEP = Table(
    (
        Rule("id", _NAME, required=True),
        Rule("preferences", Several(_NAME, least=1, most=MOST_PREFERENCES), required=True),
        Rule("to", one_of(_TARGETS)),
        Rule("surfaces", Several(one_of({name: name for name in SURFACES}))),
        Rule("needs", _NEEDS, default=_NO_NEEDS),
        Rule("not_before", MOMENT),
        Rule("team", TEXT),
        Rule("lead", DURATION),
        Rule("accept_advisory", TEXT),
        *_INHERITED,
    ),
    LATER,
)

_BLACKOUT = Table(
    (Rule("from", _DAY_OR_MOMENT, required=True), Rule("until", _DAY_OR_MOMENT, required=True), Rule("why", TEXT))
)

PLAN = Table(
    (
        Rule("title", TEXT, required=True),
        Rule("approach", one_of({name: name for name in "ABCD"})),
        Rule("time_zone", ZONE, required=True),
        Rule("blackout", Tables(_BLACKOUT, 100), default=()),
        Rule("defaults", Table(_INHERITED, LATER), default=dict.fromkeys(INHERITED)),
        Rule("steps", Tables(_STEP, MOST_STEPS), required=True),
    )
)
"""One plan."""

_ESTIMATES = ("earliest", "likely", "latest")


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError
    return value


MILESTONE = Table(
    (
        Rule("title", TEXT, required=True),
        Rule("feature", matching(NAME, "Write one word of small letters, digits and _.", "medications")),
        Rule("team", TEXT),
        Rule("lead", DURATION),
        Rule("connects", FLAG, default=False),
        *(Rule(name, Scalar("a date, without quotes", "2027-03-01", _day, A_DATE)) for name in _ESTIMATES),
    )
)
"""One milestone of milestones.toml."""
