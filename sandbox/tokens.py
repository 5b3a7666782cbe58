"""MHV's sessions: a token says whose it is, for which part of MHV, and until when.

Signed, not stored: every process on one file takes the tokens of every other, also after a restart.
"""

import base64
import hmac
import time


def issued(key: str, door: str, person: int, seconds: float) -> tuple[str, int]:
    """A token for one person and one part of MHV, and when it ends, in whole seconds since 1970."""
    ends = int(time.time() + seconds)
    said = base64.urlsafe_b64encode(f"{door} {person} {ends}".encode()).decode()
    return f"{said}.{_signature(key, said)}", ends


def bearer(key: str, door: str, token: str) -> int | None:
    """Whose token it is; None for one that was not issued here, is for another part of MHV, or has ended."""
    said, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(key, said).encode()):
        return None
    told, person, ends = base64.urlsafe_b64decode(said).decode().split(" ")
    return int(person) if told == door and time.time() < int(ends) else None


def _signature(key: str, said: str) -> str:
    return hmac.digest(key.encode(), said.encode(), "sha256").hex()
