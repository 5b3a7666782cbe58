"""What may be asked beside path and body, as the API's documents tell it: for each endpoint its queries and headers."""

from collections.abc import Mapping
from typing import Any

from app.domain.people import HEADERS
from app.services.planning.acting import ACTS, STEP_ACTS

Parameter = dict[str, Any]


def _number(name: str, highest: int, means: str) -> Parameter:
    schema = {"type": "integer", "minimum": 0, "maximum": highest}
    return {"name": name, "in": "query", "schema": schema, "description": means}


def _header(name: str, pattern: str, means: str, *, required: bool = False) -> Parameter:
    schema = {"type": "string", "pattern": f"^{pattern}$"}
    return {"name": name, "in": "header", "required": required, "schema": schema, "description": means}


def _text(name: str, means: str, *, required: bool = False) -> Parameter:
    schema = {"type": "string"}
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": means}


_BEYOND = 2**31 - 1
_IDS = tuple(
    _header(name, rule.pattern, "An id of the person. Both go with every call.", required=True)
    for name, rule in HEADERS.values()
)
_ONCE = _header("Idempotency-Key", "[!-~]{1,200}", "A second request with the same key does nothing anew.")
_UNCHANGED = _header("If-Match", ".+", "The ETag that the decision was made on.")
_SEEN = _header("If-Match", ".+", "The version that the decision was made on, in quotes.", required=True)
_WAIT = (
    _number("wait", 30, "Seconds to wait for another ETag."),
    _header("If-None-Match", ".+", "The ETag that was seen; 304 when it still holds."),
)

_BIO = {
    "type": "object",
    "required": ["txAuditId", "communicationItemId", "communicationChannelId"],
    "properties": {
        "txAuditId": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,80}$"},
        "communicationItemId": {"type": "integer"},
        "communicationChannelId": {"type": "integer"},
    },
}
_BIOS = {"type": "array", "minItems": 1, "maxItems": 100, "items": _BIO}
_EVENT = {"type": "object", "required": ["bios"], "properties": {"txAuditId": {"type": "string"}, "bios": _BIOS}}

SENT: Mapping[str, dict[str, Any]] = {"reports.from_va_profile": _EVENT}
"""Bodies in somebody else's contract, of which only these members are read."""

PROVEN: Mapping[str, str] = {"reports.from_va_profile": "report"}
"""What is proven by another token than one of ours, and by which."""

_DRAWN = (_number("draws", 20_000, "How often to draw."), _number("seed", _BEYOND, "The same seed draws the same."))
_COMPARED = (
    {
        "name": "plan",
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string"}, "maxItems": 12},
        "description": "A plan to compare, once for each; else all that have an approach.",
    },
    *_DRAWN,
)
_ACTS = ("accept", "reschedule", "confirm", "override", *ACTS, *STEP_ACTS)

ASKED: Mapping[str, tuple[Parameter, ...]] = {
    "comparing.compared": _COMPARED,
    "comparing.drawn": (*_COMPARED, _number("wide", 1, "1: for 960 pixels; 0: for 320.")),
    "comparing.foretold": _DRAWN,
    "comparing.timed": (*_DRAWN, _number("wide", 1, "Of the picture. 1: 1216 units; 0: 343.")),
    "ownership.all_of_them": _WAIT,
    "ownership.one_of_them": _WAIT,
    "ownership.adopt_them": (_ONCE,),
    "ownership.restore_them": (_ONCE,),
    "events.stream": (
        _header("Last-Event-ID", "[0-9]{1,18}", "The last revision that was told."),
        _text("routes", "Keys, with commas between."),
    ),
    "preferences.all_of_one_person": _IDS,
    "preferences.one": _IDS,
    "preferences.choose": (*_IDS, _header("Cutover-Write-Id", "[A-Za-z0-9-]{8,64}", "Names the write; else drawn.")),
    "moves.start_one": (_ONCE,),
    "moves.latest": (_number("before", _BEYOND, "Only older moves."), _number("limit", 200, "At most so many.")),
    "moves.call_one_off": (_ONCE, _UNCHANGED),
    "moves.undo_one": (_ONCE, _UNCHANGED),
    "proposals.propose_one": (_ONCE,),
    "proposals.latest_of_them": (_number("limit", 200, "At most so many."),),
    "proposals.approve_one": (_ONCE,),
    "proposals.withdraw_one": (_ONCE,),
    "proposals.override_one": (_ONCE,),
    "plans.start": (_ONCE,),
    "plans.write": (_ONCE, _header("If-Match", ".+", "The version of the draft that is replaced; none for a new one.")),
    "plans.forget": (_ONCE, _SEEN),
    **{f"planning.{act}": (_ONCE, _SEEN) for act in _ACTS},
    "planning.explained": (_text("of", "A step as plan/step, a plan or a preference.", required=True),),
    **{f"milestones.{act}": (_ONCE, _SEEN) for act in ("reach", "reopen", "estimate")},
    "stops.stop_everything": (_ONCE,),
    "stops.lift_the_stop": (_ONCE,),
    "stops.lock_one": (_ONCE,),
    "stops.unlock_one": (_ONCE,),
    "ledger.entries": (
        _number("after", _BEYOND, "Only entries behind this number."),
        _number("limit", 1000, "At most so many."),
    ),
    "incidents.latest": (_number("open", 1, "1: only those that are open."), _number("limit", 200, "At most so many.")),
    "webhooks.deliveries": (
        _number("before", _BEYOND, "Only of entries before this number."),
        _number("limit", 200, "At most so many."),
    ),
    "ledger.verified": (_text("head", "A head noted elsewhere."),),
}
