"""Permits, checked without asking anybody: who signed them, what they say, and whether they have long ended.

Refusals: `permit_missing`, `permit_forged` (cannot be read, wrong algorithm, unknown key, bad signature, claims of the
wrong kind), `permit_elsewhere` (genuine, for another system, preference or use), `permit_expired`. None of them says
what the token held.
"""

from collections.abc import Mapping
from typing import Any, Final, NoReturn, Protocol, TypeGuard

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cutover_client.admission import RAISES, WRITES, Claims, elsewhere
from cutover_client.routes import Refused

HEADER: Final = "Cutover-Permit"
ISSUER = "cutover"
ALGORITHM = "EdDSA"
LEEWAY = 60
"""Seconds past its end for which a permit still passes: safety rests on the epoch, the end only tidies up."""
LONGEST = 4096
_HIGHEST = 2**62
_ANEW = "Renew the lease, and send the permit that its answer holds."
# The fence judges time and issuer itself, by the types that it expects: the library would convert what it finds.
_ONLY_THE_SIGNATURE = {f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")} | {
    "verify_signature": True
}


class Keys(Protocol):
    """The public keys that permits may be signed with."""

    def find(self, name: str) -> Ed25519PublicKey | None:
        """The key of that name; None when there is none that is known to count."""


def claims_of(token: str | None, keys: Keys, now: float) -> Claims:
    """What a token says, once its signature is right and its end is not long past. `now` in seconds since 1970.

    Raises Refused `permit_missing`, `permit_forged`, `permit_expired`.
    """
    if not token:
        raise Refused("permit_missing", f"The request has no {HEADER}. Nothing was written.", _ANEW)
    claims = _claims(_signed(token, keys))
    if now > claims.ends + LEEWAY:
        detail = f"The permit for {claims.key} has ended. Nothing was written."
        raise Refused("permit_expired", detail, _ANEW, {"key": claims.key})
    return claims


def require_here(claims: Claims, system: str, key: str, uses: frozenset[str]) -> None:
    """Raises Refused `permit_elsewhere` unless the permit is for this system, this preference and one of these uses."""
    other = elsewhere(claims, system, key, uses)
    if other is not None:
        detail = f"The permit is for another {other} than this request for {key}. Nothing was written."
        raise Refused("permit_elsewhere", detail, "Send the permit of the preference that is written.", {"key": key})


def _signed(token: str, keys: Keys) -> Mapping[str, Any]:
    if len(token) > LONGEST:
        _forged("is too long")
    try:
        header = jwt.get_unverified_header(token)
        name = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(name, str):
            _forged("names no key, or another algorithm")
        key = keys.find(name)
        if key is None:
            _forged("was signed with a key that is not known here")
        told: Mapping[str, Any] = jwt.decode(token, key, algorithms=[ALGORITHM], options=_ONLY_THE_SIGNATURE)  # type: ignore[arg-type]
    except (jwt.PyJWTError, ValueError, RecursionError):
        _forged("cannot be read, or its signature is wrong")
    return told


def _claims(told: Mapping[str, Any]) -> Claims:
    lease, key, system, use = (told.get(name) for name in ("sub", "key", "system", "use"))
    epoch, ends, move = told.get("epoch"), told.get("exp"), told.get("move")
    if told.get("iss") != ISSUER or use not in WRITES | RAISES:
        _forged("is no permit of the controller")
    if not (isinstance(lease, str) and isinstance(key, str) and isinstance(system, str) and isinstance(use, str)):
        _forged("has claims of the wrong kind")
    if not (_is_count(epoch) and _is_count(ends) and (move is None or _is_count(move))):
        _forged("has claims of the wrong kind")
    return Claims(lease, key, system, epoch, use, ends, move)


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _HIGHEST


def _forged(why: str) -> NoReturn:
    raise Refused("permit_forged", f"The permit {why}. Nothing was written.", _ANEW)
