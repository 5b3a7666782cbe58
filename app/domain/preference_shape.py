"""Which keys a preference's file has. flags/README.md explains each of them."""

import re
from dataclasses import dataclass
from datetime import timedelta

from app.domain.catalogue import SURFACES, Status
from app.domain.ownership import System
from app.domain.scalars import DURATION, FLAG, TEXT, either, matching, one_of, whole
from app.domain.shapes import Named, Rule, Several, Table
from app.domain.toml_source import NAME

CHANNELS = {"text": 1, "email": 2}
"""VA Profile's number of each channel."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What one of MHV's contracts stores, and its path under v1/usermgmt/notification/ where it has one there."""

    stores: type[bool] | type[int]
    path: str | None = None


CONTRACTS = {
    "rx": Contract(bool, "rx"),
    "secure_messaging": Contract(int),
    "images": Contract(bool, "bbmi"),
    "assumed": Contract(bool),
}
"""MHV's contracts by name. The path of an assumed one stands in the preference's file."""

ENVIRONMENTS = "environments"

# The path becomes a part of an address, so it may hold nothing that means something there.
_PATH = matching(re.compile(r"[a-z][a-z0-9_-]{0,59}"), "Write one word of small letters, digits, - and _.", "reports")
_WORD = matching(NAME, "Write one word of small letters, digits and _.", "medications")

_CHOICE = Table(
    (
        Rule("mhv", either(whole(0, 99), FLAG)),
        Rule("va_gov", FLAG),
        Rule("loses", TEXT),
    )
)
_MHV = Table(
    (
        Rule("contract", one_of({name: name for name in CONTRACTS}), required=True),
        Rule("path", _PATH),
    )
)
_VA_GOV = Table(
    (
        Rule("item", whole(1, 999_999), required=True),
        Rule("channel", whole(1, 2), required=True),
    )
)

PREFERENCE = Table(
    (
        Rule("title", TEXT, required=True),
        Rule("channel", one_of({name: name for name in CHANNELS}), required=True),
        Rule("status", one_of({status.value: status for status in Status}), required=True),
        Rule("starts_with", one_of({"mhv": System.MHV, "va_gov": System.VA_GOV, "none": None}), required=True),
        Rule("feature", _WORD, required=True),
        Rule("surfaces", Several(one_of({name: name for name in SURFACES})), required=True),
        Rule("approvals_by_hand", whole(0, 9), default=1),
        Rule("advisory_writers", FLAG, default=False),
        Rule("advisory_ttl", DURATION, default=timedelta(seconds=60)),
        Rule("default_send", FLAG, default=False),
        Rule("choices", Named(_CHOICE), required=True),
        Rule("systems", Table((Rule("mhv", _MHV), Rule("va_gov", _VA_GOV))), default={"mhv": None, "va_gov": None}),
    )
)
"""One preference, as it is in one environment."""
