"""Seals: what stands in the database is of use only with the secret of the settings."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.refusals import Refusal


def seal_of(secret: str, what: str) -> Fernet:
    """A seal made from the settings' secret for this purpose alone."""
    derived = HKDF(SHA256(), 32, salt=None, info=f"cutover: the seal of {what}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


class SecretSeal:
    """See `services.outbox.Seal`. `secret` is CUTOVER_SECRET_KEY; what is sealed for one `kind` opens for no other."""

    def __init__(self, secret: str, kind: str = "webhook") -> None:
        self._seal = seal_of(secret, f"{kind}s")
        self._kind = kind

    def close(self, secret: bytes) -> str:
        """See `services.outbox.Seal`."""
        return self._seal.encrypt(secret).decode()

    def open(self, sealed: str) -> bytes:
        """See `services.outbox.Seal`."""
        try:
            return self._seal.decrypt(sealed.encode())
        except InvalidToken:
            raise Refusal(
                "key_sealed",
                f"The secret of this {self._kind} was sealed with another CUTOVER_SECRET_KEY.",
                "Set the secret that it was sealed with, or begin anew: add the webhook again, or sign in again.",
            ) from None
