"""Writing the ledger: every entry goes through here, in the transaction of what it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.ledger import Entry, Head
from app.domain.refusals import Refusal
from app.services.store import Unit

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, and why. Every change has both."""

    actor: str
    reason: str

    def __post_init__(self) -> None:
        text = self.reason.strip()
        if not text:
            raise Refusal("reason_missing", "No reason was given.", "Say why; the ledger keeps it for ever.")
        if not text.isprintable() and any(not (sign.isprintable() or sign in "\n\t\r") for sign in text):
            raise Refusal("invalid", "The reason holds signs that cannot be kept.", "Say it in letters.")
        if len(text) > LONGEST_REASON:
            raise Refusal("invalid", f"The reason is longer than {LONGEST_REASON} characters.", "Say it shorter.")


def sayable(why: str) -> str:
    """What another system said may hold signs that a reason may not: it must not keep a move from its call-off."""
    return "".join(sign if sign.isprintable() else "?" for sign in why)[:LONGEST_REASON]


def record(unit: Unit, by: By, act: str, body: Mapping[str, Any], changes: int = 0) -> Head:
    """Append one entry and answer the new head. `changes` is how many ownership rows the unit changed with it."""
    head = unit.ledger.lock()
    revision = head.revision + changes
    entry = Entry(head.number + 1, unit.now(), by.actor, act, by.reason.strip(), revision, body, head.hash).sealed()
    unit.ledger.append(entry)
    return replace(head, revision=revision, number=entry.number, hash=entry.hash)
