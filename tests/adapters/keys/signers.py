"""Somebody who signs reports: keys of each kind, and tokens made with them, right and forged."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

JWK: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}


@dataclass(frozen=True)
class Signer:
    """One private key and the algorithm that it is good for."""

    algorithm: str
    key: Any

    @property
    def pem(self) -> bytes:
        """The public half as PEM."""
        made: bytes = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return made

    @property
    def secret_pem(self) -> bytes:
        """The private half as PEM."""
        made: bytes = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return made

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half as a JSON Web Key."""
        made: dict[str, Any] = JWK[self.algorithm].to_jwk(self.key.public_key(), as_dict=True)
        return made

    def sign(self, claims: Any, **headers: Any) -> str:
        """A token."""
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers=headers)


def signer(algorithm: str) -> Signer:
    """Somebody with a new key."""
    makers: dict[str, Any] = {
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": Ed25519PrivateKey.generate,
    }
    return Signer(algorithm, makers[algorithm]())


def jwks(file: Path, *signers: Signer) -> str:
    """A file with the public keys of these."""
    file.write_text(json.dumps({"keys": [each.jwk for each in signers]}))
    return str(file)


def part(value: Any) -> str:
    """One part of a token by hand."""
    return encoded(json.dumps(value).encode())


def encoded(raw: bytes) -> str:
    """Bytes as a token has them."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
