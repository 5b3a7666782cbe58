"""Small whole files for the tests of the readers, and how to change one place in them."""

from app.domain.toml_source import Source

PREFERENCE = """\
title = "Reports ready"
channel = "email"
status = "live"
starts_with = "mhv"
feature = "reports"
surfaces = ["mhv_profile"]
approvals_by_hand = 1

[choices]
off = { mhv = false, va_gov = false }
on = { mhv = true, va_gov = true }

[systems.mhv]
contract = "assumed"
path = "reports"

[systems.va_gov]
item = 41
channel = 2

[environments.staging.systems.va_gov]
item = 51
"""

PLAN = """\
title = "Two moves"
approach = "A"
time_zone = "America/New_York"

[defaults]
bake = "3d"

[[steps]]
id = "first"
preferences = ["reports"]
to = "va_gov"
surfaces = ["va_gov_profile"]
not_before = 2027-03-02T00:00:00

[[steps]]
id = "second"
preferences = ["letters", "cards"]
to = "va_gov"
needs = { steps = ["first"] }
wait = "2w"
"""


def preference_source(text: str = PREFERENCE, key: str = "reports") -> Source:
    """A preference's file."""
    return Source(f"flags/{key}.toml", key, text)


def plan_source(text: str = PLAN) -> Source:
    """A plan's file."""
    return Source("cutover_plans/two.toml", "two", text)


def changed(text: str, old: str, new: str) -> str:
    """The text with its one place `old` changed. Raises when there is no such place, or more than one."""
    if text.count(old) != 1:
        raise ValueError(f"{old!r} stands there {text.count(old)} times")
    return text.replace(old, new)
