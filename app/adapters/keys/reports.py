"""Public keys of those who report, and whether a JSON Web Token was signed with one of them.

What the token says of itself decides nothing: each key has one algorithm, by its kind.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from app.domain.refusals import Refusal
from app.services.clock import Clock

LEEWAY = 60.0
"""Seconds by which the other machine's clock may differ from ours."""

SMALLEST_RSA = 2048
LATEST = 2**40
"""A time beyond this, in seconds, is none."""

Key = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

_BLOCK = re.compile(rb"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.DOTALL)
# The times are compared by our own clock; the rest is PyJWT's.
_OPTIONS = {"require": ["exp"]} | {f"verify_{name}": False for name in ("exp", "nbf", "iat", "iss", "sub", "jti")}
_MEND = "Sign it as VA Profile does, with a key of VA_PROFILE_REPORT_KEYS and an exp that lies ahead."


@dataclass(frozen=True)
class ReportKeys:
    """See `services.reporting.Proof`. Without keys the intake is closed."""

    keys: tuple[Key, ...]
    clock: Clock
    audience: str | None = None

    def require(self, token: str) -> None:
        """See `services.reporting.Proof`."""
        if not self.keys:
            detail = "This service takes no reports: it has no keys to know them by."
            raise Refusal("reports_closed", detail, "Set VA_PROFILE_REPORT_KEYS to switch the intake on.")
        claims = next((found for key in self.keys if (found := self._claims(token, key)) is not None), None)
        if claims is None:
            raise Refusal("report_unproven", "Its token is not signed by a known key, or not meant for us.", _MEND)
        now = self.clock.now().timestamp()
        if not _is_time(claims["exp"]) or now > claims["exp"] + LEEWAY:
            raise Refusal("report_unproven", "Its token has run out.", _MEND)
        begins = claims.get("nbf", 0)
        if not _is_time(begins) or now < begins - LEEWAY:
            raise Refusal("report_unproven", "Its token does not hold yet.", _MEND)

    def _claims(self, token: str, key: Key) -> dict[str, Any] | None:
        options: Any = {**_OPTIONS, "verify_aud": self.audience is not None}
        try:
            found: dict[str, Any] = jwt.decode(
                token, key, algorithms=[_algorithm(key)], audience=self.audience, options=options
            )
        except jwt.InvalidTokenError:
            return None
        return found


def read_keys(file: str | None) -> tuple[Key, ...]:
    """The public keys of a file, a JSON Web Key Set or PEM; none without a file. Refusal `settings_faulty`."""
    if file is None:
        return ()
    try:
        text = Path(file).read_bytes()
        keys = tuple(_from_jwks(text) if text.lstrip().startswith(b"{") else _from_pem(text))
        for key in keys:
            _algorithm(key)
    except (OSError, ValueError, TypeError, AttributeError, LookupError, UnsupportedAlgorithm, jwt.PyJWTError) as fault:
        raise _faulty(str(fault) if isinstance(fault, _Unfit) else "it cannot be read as JWKS or PEM") from None
    if not keys:
        raise _faulty("there is no key in it")
    return keys


class _Unfit(ValueError):
    """A key that proves nothing. The message says why."""


def _from_jwks(text: bytes) -> Iterator[Key]:
    for each in json.loads(text)["keys"]:
        if each.get("kty") == "oct" or "d" in each:
            raise _Unfit("it holds a secret, where only public keys belong")
        yield jwt.PyJWK(each, algorithm=_named(each)).key


def _named(each: dict[str, Any]) -> str:
    return {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}[each["kty"]]


def _from_pem(text: bytes) -> Iterator[Any]:
    for block in _BLOCK.finditer(text):
        if b"PRIVATE" in block[1]:
            raise _Unfit("it holds a secret, where only public keys belong")
        yield load_pem_public_key(block[0])


def _algorithm(key: object) -> str:
    """The one algorithm that a key is good for."""
    if isinstance(key, RSAPublicKey):
        if key.key_size < SMALLEST_RSA:
            raise _Unfit(f"an RSA key has at least {SMALLEST_RSA} bits")
        return "RS256"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return "ES256"
    if isinstance(key, Ed25519PublicKey):
        return "EdDSA"
    raise _Unfit("a key is RSA, EC on P-256, or Ed25519")


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST


def _faulty(why: str) -> Refusal:
    return Refusal("settings_faulty", f"VA_PROFILE_REPORT_KEYS: {why}.", "Mend that file.")
