"""Communication permissions: what VA Profile answers, and what it is sent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.adapters.http.exchange import NoAnswer, Refused
from app.domain.catalogue import VaGovBinding
from cutover_client.wire.messages import Answer

NOTHING_SET = "CP310"
_ITEM = "communicationItemId"
_CHANNEL = "communicationChannelId"
_CODE = re.compile(r"[A-Z]{1,8}[0-9]{1,5}")
UNUSABLE = "VA.gov gave an answer that cannot be used."


@dataclass(frozen=True, slots=True)
class Permission:
    """One choice as VA Profile keeps it, with the number that an update must name."""

    number: int
    allowed: bool


Bios = Sequence[Mapping[str, Any]]
"""What is set for one person, as VA Profile wrote it."""


def bios_in(answer: Answer) -> Bios:
    """What is set for one person. Raises NoAnswer, Refused.

    Nothing set arrives as a success with an error code inside: that is an answer, any other code is a failure.
    """
    require_accepted(answer)
    found = answer.object() or {}
    code = first_code(found)
    if code == NOTHING_SET:
        return []
    if code is not None:
        raise NoAnswer(f"VA.gov answered with error {code}." if code else UNUSABLE)
    bios = found.get("bios")
    if not isinstance(bios, list) or not all(isinstance(bio, dict) for bio in bios):
        raise NoAnswer(UNUSABLE)
    return bios


def permission_in(bios: Bios, binding: VaGovBinding) -> Permission | None:
    """The permission for one item and channel; None when it was never set. Raises NoAnswer for one that is broken."""
    wanted = (binding.item, binding.channel)
    bio = next((bio for bio in bios if (bio.get(_ITEM), bio.get(_CHANNEL)) == wanted), None)
    if bio is None:
        return None
    number, allowed = bio.get("communicationPermissionId"), bio.get("allowed")
    if not isinstance(number, int) or not isinstance(allowed, bool):
        raise NoAnswer(UNUSABLE)
    return Permission(number, allowed)


def require_accepted(answer: Answer) -> None:
    """Raises Refused for an answer that is a no."""
    if not answer.accepted:
        code = first_code(answer.object() or {})
        raise Refused(f"VA.gov refused it ({f'error {code}' if code else f'status {answer.status}'}).")


def is_made(answer: Answer) -> bool:
    """Whether the accepted answer to a write says that it was made: an object without an error code inside."""
    found = answer.object()
    return found is not None and first_code(found) is None


def first_code(found: Mapping[str, Any]) -> str | None:
    """The first message's code; "" for one that is the system's text and not ours to repeat."""
    messages = found.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    if not isinstance(first, dict):
        return None
    code = str(first.get("code"))
    return code if _CODE.fullmatch(code) else ""


def bio_for(person: int, binding: VaGovBinding, allowed: bool, now: datetime) -> dict[str, object]:
    """What a write sends. `now` is when the person chose: whoever reads from VA Profile keeps the newest."""
    return {
        "allowed": allowed,
        _CHANNEL: binding.channel,
        _ITEM: binding.item,
        "vaProfileId": person,
        "sourceDate": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
