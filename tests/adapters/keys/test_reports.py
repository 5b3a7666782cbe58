"""A report is known by the key that signed it. Nothing that its token says of itself makes it more."""

import hmac
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.adapters.keys.reports import ReportKeys, read_keys
from app.domain.refusals import Refusal
from tests.adapters.keys.signers import Signer, encoded, jwks, part, signer
from tests.fakes.clock import BEGINNING, FakeClock

NOW = int(BEGINNING.timestamp())
KINDS = ("RS256", "ES256", "EdDSA")


@pytest.fixture(scope="module")
def signers() -> dict[str, Signer]:
    """One of each kind."""
    return {kind: signer(kind) for kind in KINDS}


@pytest.fixture
def va(tmp_path: Path, signers: dict[str, Signer]) -> ReportKeys:
    """The keys of VA Profile: one of each kind."""
    return ReportKeys(read_keys(jwks(tmp_path / "keys.json", *signers.values())), FakeClock())


def code(keys: ReportKeys, token: str) -> str:
    """How a token is refused."""
    with pytest.raises(Refusal) as refused:
        keys.require(token)
    return refused.value.code


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_of_a_known_key_is_proof_whatever_else_it_says(
    va: ReportKeys, signers: dict[str, Signer], kind: str
) -> None:
    va.require(signers[kind].sign({"exp": NOW + 300}))
    va.require(signers[kind].sign({"exp": NOW + 300, "sub": 7, "iat": NOW + 9999, "aud": "x", "jti": 1}, kid="any"))


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_read_from_pem_too(tmp_path: Path, signers: dict[str, Signer], kind: str) -> None:
    file = tmp_path / "keys.pem"
    file.write_bytes(b"VA Profile, 2027\n" + b"\n".join(each.pem for each in signers.values()))
    keys = ReportKeys(read_keys(str(file)), FakeClock())
    assert len(keys.keys) == 3
    keys.require(signers[kind].sign({"exp": NOW + 300}))


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_of_another_key_of_the_same_kind_is_refused(va: ReportKeys, kind: str) -> None:
    assert code(va, signer(kind).sign({"exp": NOW + 300})) == "report_unproven"


def test_a_token_that_is_signed_by_nothing_is_refused(va: ReportKeys) -> None:
    claims = part({"exp": NOW + 300})
    for name in ("none", "None", "NONE", "nOnE"):
        assert code(va, f"{part({'alg': name, 'typ': 'JWT'})}.{claims}.") == "report_unproven"


def test_a_token_that_takes_a_public_key_for_a_shared_secret_is_refused(
    va: ReportKeys, signers: dict[str, Signer]
) -> None:
    for each in signers.values():
        for secret in (each.pem, each.pem.strip(), json.dumps(each.jwk).encode()):
            signed = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'exp': NOW + 300})}"
            mark = hmac.new(secret, signed.encode(), sha256).digest()
            forged = f"{signed}.{encoded(mark)}"
            assert code(va, forged) == "report_unproven"


def test_a_token_that_brings_its_own_key_is_refused(va: ReportKeys) -> None:
    stranger = signer("EdDSA")
    for headers in ({"jwk": stranger.jwk}, {"jku": "https://example.org/keys"}, {"kid": "../../dev/null"}):
        assert code(va, stranger.sign({"exp": NOW + 300}, **headers)) == "report_unproven"


def test_a_token_whose_claims_were_changed_is_refused(va: ReportKeys, signers: dict[str, Signer]) -> None:
    head, _, mark = signers["ES256"].sign({"exp": NOW - 9999}).split(".")
    assert code(va, f"{head}.{part({'exp': NOW + 300})}.{mark}") == "report_unproven"


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é", "a" * 10_000, "{}", "null"])
def test_what_is_no_token_is_refused(va: ReportKeys, token: str) -> None:
    assert code(va, token) == "report_unproven"


@pytest.mark.parametrize("claims", [{}, {"exp": None}, {"exp": "soon"}, {"exp": str(NOW + 300)}, {"exp": True}])
def test_a_token_without_an_end_is_refused(va: ReportKeys, signers: dict[str, Signer], claims: dict[str, Any]) -> None:
    assert code(va, signers["EdDSA"].sign(claims)) == "report_unproven"


@pytest.mark.parametrize("end", [float("nan"), float("inf"), 10**400, -1, 2**50])
def test_an_end_that_is_no_time_is_refused(va: ReportKeys, signers: dict[str, Signer], end: Any) -> None:
    assert code(va, signers["EdDSA"].sign({"exp": end})) == "report_unproven"


def test_a_minute_of_leeway_is_given_at_both_ends(va: ReportKeys, signers: dict[str, Signer]) -> None:
    one = signers["EdDSA"]
    va.require(one.sign({"exp": NOW - 60}))
    va.require(one.sign({"exp": NOW + 300, "nbf": NOW + 60}))
    assert code(va, one.sign({"exp": NOW - 61})) == "report_unproven"
    assert code(va, one.sign({"exp": NOW + 300, "nbf": NOW + 61})) == "report_unproven"
    assert code(va, one.sign({"exp": NOW + 300, "nbf": "later"})) == "report_unproven"


def test_where_an_audience_is_set_a_token_for_another_or_for_nobody_is_refused(
    va: ReportKeys, signers: dict[str, Signer]
) -> None:
    ours, one = ReportKeys(va.keys, va.clock, "cutover"), signers["EdDSA"]
    ours.require(one.sign({"exp": NOW + 300, "aud": "cutover"}))
    ours.require(one.sign({"exp": NOW + 300, "aud": ["x", "cutover"]}))
    audiences: tuple[dict[str, Any], ...] = ({"aud": "x"}, {}, {"aud": []}, {"aud": 7})
    for audience in audiences:
        assert code(ours, one.sign({"exp": NOW + 300, **audience})) == "report_unproven"


def test_without_keys_the_intake_is_closed(signers: dict[str, Signer]) -> None:
    closed = ReportKeys(read_keys(None), FakeClock())
    assert code(closed, signers["EdDSA"].sign({"exp": NOW + 300})) == "reports_closed"


def _pem(key: Any) -> bytes:
    made: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return made


SHORT = _pem(rsa.generate_private_key(65537, 1024))  # noqa: S505 - that it is short is the point


def _texts() -> dict[str, bytes]:
    one = signer("EdDSA")
    return {
        "empty": b"",
        "no key": b'{"keys": []}',
        "no set": b"{}",
        "no JSON": b'{"keys": [',
        "a list": b'{"keys": [7]}',
        "another kind": b'{"keys": [{"kty": "XYZ"}]}',
        "a shared secret": b'{"keys": [{"kty": "oct", "k": "aW52ZW50ZWQ"}]}',
        "a private key": one.secret_pem,
        "a private key beside a public one": one.pem + one.secret_pem,
        "a private JSON key": json.dumps({"keys": [{**one.jwk, "d": "aW52ZW50ZWQ"}]}).encode(),
        "a short RSA key": SHORT,
        "another curve": _pem(ec.generate_private_key(ec.SECP384R1())),
        "a broken key": b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    }


@pytest.mark.parametrize("name", list(_texts()))
def test_a_file_that_proves_nothing_is_refused_by_the_name_of_its_setting(tmp_path: Path, name: str) -> None:
    file = tmp_path / "keys"
    file.write_bytes(_texts()[name])
    with pytest.raises(Refusal) as refused:
        read_keys(str(file))
    assert refused.value.code == "settings_faulty"
    assert "VA_PROFILE_REPORT_KEYS" in refused.value.detail
    assert "AAAA" not in refused.value.detail
