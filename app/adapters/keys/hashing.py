"""Keyed hashes for what must be found again and never be read: who does not have the secret learns nothing from one."""

import hmac
from hashlib import sha256

from app.services.unanswered import Hasher


def hasher(secret: str, purpose: str) -> Hasher:
    """HMAC-SHA256 with a key made from `secret` for this purpose alone; 64 hexadecimal digits."""
    key = hmac.digest(secret.encode(), f"cutover: {purpose}".encode(), sha256)
    return lambda text: hmac.new(key, text.encode(), sha256).hexdigest()
