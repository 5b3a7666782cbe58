"""The port to whoever says who a person is: a provider of OpenID Connect."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Known:
    """A person as a provider knows them. `keep` is what it is asked with again; it never shows."""

    subject: str
    name: str
    groups: tuple[str, ...]
    keep: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Journey:
    """A person on their way to the provider: where to, and what must be kept for the way back."""

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class Silent(Exception):
    """The provider did not answer, or nothing that can be used. The message is a sentence without secrets."""


class Over(Exception):
    """The provider knows of no right to ask for this person any more."""


class Refused(Exception):
    """The provider, or what it sent, does not let this person in. The message is a sentence without secrets."""


class Provider(Protocol):
    """One provider."""

    @property
    def issuer(self) -> str:
        """The name of the provider, as it calls itself."""

    def begin(self, return_url: str) -> Journey:
        """Where a person goes to sign in. Raises Silent."""

    def finish(self, out: Journey, return_url: str, code: str) -> Known:
        """Who came back with this code. Raises Silent, Refused."""

    def ask(self, subject: str, keep: str) -> Known:
        """The same person, asked anew. Raises Silent, Over."""
