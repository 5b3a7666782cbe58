"""Ed25519 keys: made, sealed with the secret of the settings, and used to sign permits as JSON Web Tokens."""

import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm

from app.adapters.keys.sealing import seal_of
from app.domain.refusals import Refusal
from app.services.store import KeyRow

ALGORITHM = "EdDSA"


class EdDsaKeys:
    """See `services.signing.Keys`. `secret` is CUTOVER_SECRET_KEY."""

    def __init__(self, secret: str) -> None:
        self._seal = seal_of(secret, "signing keys")
        self._opened: dict[str, Ed25519PrivateKey] = {}

    def make(self) -> tuple[str, dict[str, Any], str]:
        """See `services.signing.Keys`."""
        name, private = secrets.token_hex(8), Ed25519PrivateKey.generate()
        raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        public = OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
        return name, {**public, "kid": name, "use": "sig", "alg": ALGORITHM}, self._seal.encrypt(raw).decode()

    def sign(self, key: KeyRow, claims: Mapping[str, Any]) -> str:
        """See `services.signing.Keys`."""
        private = self._opened.get(key.id) or self._open(key)
        return jwt.encode(dict(claims), private, algorithm=ALGORITHM, headers={"kid": key.id})

    def _open(self, key: KeyRow) -> Ed25519PrivateKey:
        try:
            raw = self._seal.decrypt(key.sealed.encode())
        except InvalidToken:
            raise Refusal(
                "key_sealed",
                f"The key {key.id} that signs permits was sealed with another CUTOVER_SECRET_KEY.",
                "Set the secret that it was sealed with, or make a new key: cutover keys rotate",
            ) from None
        private = self._opened[key.id] = Ed25519PrivateKey.from_private_bytes(raw)
        return private
