"""Webhooks: which events there are, who gets which, how a message is named and signed, when it is tried again.

Signed as Standard Webhooks says (standardwebhooks.com): a receiver needs no code of ours to check one.
"""

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from app.domain.ledger import Entry
from app.domain.refusals import Refusal

LONGEST_URL = 500
SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with, as the standard says
SECRET_BYTES = 32

BACK_OFF = (
    *(timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)),
    *(timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)),
)
"""How long after each failed attempt the next one is made. After the last of them a delivery is given up."""

OWNERSHIP = "ownership"
SUBJECTS = (OWNERSHIP, "move", "plan", "step", "stop")
"""What an event can be about: the first word of its type."""

_NAMED = {"move": "move.started", "call_off_before_freeze": "move.called_off_before_freeze"}
"""Acts whose names do not begin with what they are about, or say no more than that."""
_PATTERN = re.compile(rf"\*|({'|'.join(SUBJECTS)})\.(\*|[a-z][a-z_]{{0,58}})")
_HOST = re.compile(r"[A-Za-z0-9.:_-]+")


class Format(StrEnum):
    """What the body of a message looks like."""

    JSON = "json"
    TEXT = "text"


class DeliveryState(StrEnum):
    """How far one message to one receiver is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


def event_type(entry: Entry) -> str | None:
    """The type of the event that an entry tells of; None for what is told to no webhook.

    Acts to come are named by the same rule: what changed ownership rows is about ownership, whatever it is called.
    """
    if isinstance(entry.body.get("preferences"), Mapping):
        return f"{OWNERSHIP}.{entry.act}"
    if entry.act in _NAMED:
        return _NAMED[entry.act]
    subject, _, rest = entry.act.partition("_")
    return f"{subject}.{rest or 'made'}" if subject in SUBJECTS else None


def matches(patterns: Iterable[str], event: str) -> bool:
    """Whether one of the patterns means this type: all (`*`), all of a subject (`step.*`), or the type itself."""
    return not {"*", event, f"{event.partition('.')[0]}.*"}.isdisjoint(patterns)


def require_patterns(patterns: Iterable[str]) -> None:
    """Refuse a pattern that no event can match (Refusal `invalid`)."""
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern):
            detail = f"No event is called {pattern[:60]}."
            subjects = ", ".join(f"{subject}.*" for subject in SUBJECTS)
            raise Refusal("invalid", detail, f"Say * for all, one of {subjects}, or a type such as step.held.")


def require_address(url: str) -> None:
    """Refuse an address that may not be sent to: https to anywhere, http to this machine alone (Refusal `invalid`).

    The address is never repeated: it may hold a secret.
    """
    mend = "For example: https://receiver.example.gov/cutover"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Refusal("invalid", "The address of the webhook cannot be read.", mend) from None
    if not (url.isascii() and url.isprintable()) or " " in url or len(url) > LONGEST_URL or not _HOST.fullmatch(host):
        raise Refusal("invalid", "The address of the webhook cannot be read.", mend)
    if "@" in parts.netloc or parts.fragment:
        mend = "Leave them out: each message is signed, and that is the proof of who sends it."
        raise Refusal("invalid", "The address of the webhook holds credentials or a fragment.", mend)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise Refusal("invalid", "A webhook's address begins with https://, or http:// on this machine.", mend)


def origin_of(url: str) -> str:
    """Where an address leads, without what stands behind it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{'/…' if parts.path.strip('/') or parts.query else ''}"


def message_id(entry: Entry) -> str:
    """The name of a message, the same at every attempt.

    The hash is part of it: after a restore, the same number may tell of something else, and must not pass for it.
    """
    return f"msg_{entry.number}_{entry.hash[:16]}"


def secret_text(secret: bytes) -> str:
    """A secret as its receiver gets it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signed(secret: bytes, message: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers that prove a message. `seconds` is the time of the attempt, since 1970."""
    content = f"{message}.{seconds}.".encode() + body
    proof = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    return {"webhook-id": message, "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{proof}"}


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
