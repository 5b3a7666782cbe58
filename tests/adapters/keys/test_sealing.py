"""Seals: what was sealed with one secret, for one purpose, is opened by that alone."""

import pytest
from cryptography.fernet import InvalidToken

from app.adapters.keys.sealing import SecretSeal, seal_of
from app.domain.refusals import Refusal

SECRET = "an invented secret of the settings, long enough"


def test_a_secret_comes_out_as_it_was_put_in_and_cannot_be_read_meanwhile() -> None:
    sealed = SecretSeal(SECRET).close(b"very secret")
    assert "very secret" not in sealed
    assert SecretSeal(SECRET).open(sealed) == b"very secret"


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    seal = SecretSeal(SECRET)
    assert seal.close(b"very secret") != seal.close(b"very secret")


@pytest.mark.parametrize(
    "sealed", [SecretSeal("another invented secret").close(b"a"), "no seal", ""], ids=["another's", "no seal", "empty"]
)
def test_what_another_sealed_is_refused_with_what_to_do(sealed: str) -> None:
    with pytest.raises(Refusal) as refused:
        SecretSeal(SECRET).open(sealed)
    assert refused.value.code == "key_sealed"


def test_a_seal_for_one_purpose_opens_nothing_of_another() -> None:
    sealed = seal_of(SECRET, "signing keys").encrypt(b"a")
    with pytest.raises(InvalidToken):
        seal_of(SECRET, "webhooks").decrypt(sealed)
