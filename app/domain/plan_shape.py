"""Which keys a plan's file has. cutover_plans/README.md explains each of them.

The keys in LATER belong to the language, and this version does not act on them. A plan that has one is refused: a gate
that stands in a file and is never asked would be believed in.
"""

from datetime import timedelta

from app.domain.catalogue import SURFACES
from app.domain.ownership import NOBODY, System
from app.domain.scalars import DURATION, MOMENT, TEXT, matching, one_of
from app.domain.shapes import Rule, Several, Table, Tables
from app.domain.toml_source import NAME
from app.domain.zones import ZONE

MOST_STEPS = 200
MOST_PREFERENCES = 50

LATER = frozenset(
    {
        *("window", "late", "blackout", "approvals", "seed", "notice", "on_failure"),
        *("checks", "milestones", "assume_changed"),
    }
)

_NAME = matching(NAME, "Write one word of small letters, digits and _, beginning with a letter.", "first")
_TARGETS = {"va_gov": System.VA_GOV, "mhv": System.MHV, "nobody": NOBODY}

DURATIONS = {"wait": timedelta(0), "bake": timedelta(0), "freeze_limit": timedelta(minutes=2)}
"""Durations that a step may say, and the defaults may say for all steps; and what holds when neither does."""

_DURATIONS = tuple(Rule(name, DURATION) for name in DURATIONS)

_STEP = Table(
    (
        Rule("id", _NAME, required=True),
        Rule("preferences", Several(_NAME, least=1, most=MOST_PREFERENCES), required=True),
        Rule("to", one_of(_TARGETS)),
        Rule("surfaces", Several(one_of({name: name for name in SURFACES}))),
        Rule("needs", Table((Rule("steps", Several(_NAME), default=()),), LATER), default={"steps": ()}),
        Rule("not_before", MOMENT),
        Rule("accept_advisory", TEXT),
        *_DURATIONS,
    ),
    LATER,
)

PLAN = Table(
    (
        Rule("title", TEXT, required=True),
        Rule("approach", one_of({name: name for name in "ABCD"})),
        Rule("time_zone", ZONE, required=True),
        Rule("defaults", Table(_DURATIONS, LATER), default=dict.fromkeys(DURATIONS)),
        Rule("steps", Tables(_STEP, MOST_STEPS), required=True),
    ),
    LATER,
)
"""One plan."""
