"""Permits are checked without asking anybody."""

import base64
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.adapters.keys.signing import EdDsaKeys
from app.services.store import KeyRow
from cutover_client.keys import KeySet
from cutover_client.permits import LEEWAY, claims_of
from cutover_client.routes import Refused
from tests.client.fenced import KEY, SYSTEM, Authority
from tests.fakes.clock import BEGINNING

AUTHORITY, OTHER = Authority(1), Authority(2)
NOW = 1_800_000_000


def code_of(token: str | None, now: float = NOW, keys: KeySet | None = None) -> str:
    with pytest.raises(Refused) as refused:
        claims_of(token, keys or AUTHORITY.keys(), now)
    assert refused.value.detail.endswith("Nothing was written.")
    assert refused.value.mend
    return refused.value.code


def part(told: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def test_a_right_permit_says_what_it_is_for() -> None:
    claims = claims_of(AUTHORITY.permit(7, exp=NOW, move=3), AUTHORITY.keys(), NOW)
    told = (claims.lease, claims.key, claims.system, claims.epoch, claims.use, claims.ends, claims.move)
    assert told == ("a lease", KEY, SYSTEM, 7, "write", NOW, 3)


def test_a_permit_that_the_controller_signs_is_right() -> None:
    signer = EdDsaKeys("an invented secret")
    name, public, sealed = signer.make()
    told = {"iss": "cutover", "sub": "a lease", "key": KEY, "system": SYSTEM, "epoch": 2, "use": "copy", "exp": NOW}
    token = signer.sign(KeyRow(name, public, sealed, BEGINNING), told)
    assert claims_of(token, KeySet(lambda: {"keys": [public]}), NOW).use == "copy"


@pytest.mark.parametrize("token", [None, ""])
def test_a_request_without_a_permit_is_refused(token: str | None) -> None:
    assert code_of(token) == "permit_missing"


def test_a_permit_passes_a_minute_longer_than_it_says_and_then_no_more() -> None:
    token = AUTHORITY.permit(exp=NOW)
    assert claims_of(token, AUTHORITY.keys(), NOW + LEEWAY).ends == NOW
    assert code_of(token, NOW + LEEWAY + 1) == "permit_expired"


def unsigned() -> str:
    told = jwt.decode(AUTHORITY.permit(), options={"verify_signature": False})
    return f"{part({'alg': 'none', 'kid': AUTHORITY.name})}.{part(told)}."


def signed_with_the_public_key_as_a_secret() -> str:
    public = AUTHORITY.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    said = f"{part({'alg': 'HS256', 'kid': AUTHORITY.name})}.{unsigned().split('.')[1]}"
    signature = hmac.digest(public, said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def changed_after_it_was_signed() -> str:
    header, told, signature = AUTHORITY.permit(1).split(".")
    claims = json.loads(base64.urlsafe_b64decode(told + "=="))
    return f"{header}.{part({**claims, 'epoch': 9})}.{signature}"


@pytest.mark.parametrize(
    "token",
    [
        "no token",
        "a.b.c",
        "é.é.é",
        "x" * 5000,
        "." * 4000,
        f"{base64.urlsafe_b64encode(b'[' * 2900).decode()}.e30.e30",
        f"{part(['a list'])}.e30.e30",
        unsigned(),
        signed_with_the_public_key_as_a_secret(),
        changed_after_it_was_signed(),
        OTHER.permit(),
        Authority(1, "a key that is nowhere").permit(),
        jwt.encode({"iss": "cutover"}, AUTHORITY.private, algorithm="EdDSA"),
        f"{AUTHORITY.permit()},{AUTHORITY.permit()}",
    ],
)
def test_a_forged_permit_is_refused(token: str) -> None:
    assert code_of(token) == "permit_forged"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "another"},
        {"iss": None},
        {"iss": ["cutover"]},
        {"sub": None},
        {"sub": 1},
        {"key": None},
        {"key": ["a"]},
        {"system": 1},
        {"system": None},
        {"use": "read"},
        {"use": None},
        {"epoch": "7"},
        {"epoch": 7.0},
        {"epoch": True},
        {"epoch": -1},
        {"epoch": 2**63},
        {"epoch": None},
        {"exp": None},
        {"exp": "1800000000"},
        {"exp": 1.8e9},
        {"move": "3"},
        {"move": False},
    ],
)
def test_claims_of_the_wrong_kind_are_refused(wrong: dict[str, Any]) -> None:
    token = AUTHORITY.permit(**{"exp": NOW, **wrong})
    assert code_of(token) == "permit_forged"
