"""What a provider says of itself: where its doors are, and the keys of its signatures."""

from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.services.clock import Clock
from app.services.providers import Silent

KNOWN_FOR = 3600.0
"""Seconds for which it is not asked again. Keys that are not among those known are looked for at once."""
TIMEOUT = 5.0
"""Seconds for connecting, and for each silence in an answer."""
DOCUMENT = "/.well-known/openid-configuration"
DOORS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Place:
    """The provider, and how this service is known there."""

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    scopes: str = "openid profile"
    groups_claim: str = "groups"
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Doors:
    """Addresses of one provider, and whether it takes a secret in the form alone."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    secret_in_form: bool


class Discovery:
    """What one provider says of itself, kept for an hour. Safe to be used from many threads."""

    def __init__(self, place: Place, clock: Clock) -> None:
        self._place = place
        self._clock = clock
        self._doors: tuple[float, Doors] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def doors(self) -> Doors:
        """Its addresses. Raises Silent."""
        now = self._clock.monotonic()
        if self._doors is None or now - self._doors[0] >= KNOWN_FOR:
            self._doors = now, self._read_doors()
        return self._doors[1]

    def keys(self, *, anew: bool = False) -> KeySet:
        """The keys of its signatures. Raises Silent."""
        now = self._clock.monotonic()
        if anew or self._keys is None or now - self._keys[0] >= KNOWN_FOR:
            try:
                told: Any = self._read(self.doors().jwks_uri)
                self._keys = now, KeySet.import_key_set(told)
            except (JoseError, ValueError, KeyError, TypeError, AttributeError):
                raise Silent("The sign-in provider publishes no keys that can be used.") from None
        return self._keys[1]

    def _read_doors(self) -> Doors:
        told = self._read(self._place.issuer.rstrip("/") + DOCUMENT)
        if told.get("issuer") != self._place.issuer:
            raise Silent("The sign-in provider calls itself otherwise than OIDC_ISSUER does.")
        if not all(self._is_sound(told.get(name)) for name in DOORS):
            raise Silent("The sign-in provider does not name all of its addresses.")
        methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        form_alone = "client_secret_basic" not in methods and "client_secret_post" in methods
        return Doors(**{name: told[name] for name in DOORS}, secret_in_form=form_alone)

    def _is_sound(self, address: Any) -> bool:
        """Whether it is an address, and over TLS where the provider's own is."""
        schemes = ("https://",) if self._place.issuer.startswith("https://") else ("http://", "https://")
        return isinstance(address, str) and address.startswith(schemes)

    def _read(self, address: str) -> dict[str, Any]:
        with opened(self._place) as session:
            return answer_of(session.get(address, withhold_token=True, allow_redirects=False))


def opened(place: Place, **more: Any) -> OAuth2Session:
    """A session of requests to the provider. Nothing is taken from the environment."""
    session = OAuth2Session(
        place.client_id,
        place.client_secret,
        scope=place.scopes,
        code_challenge_method="S256",
        default_timeout=TIMEOUT,
        **more,
    )
    session.trust_env = False
    session.verify = place.ca_file or True
    return session


def answer_of(response: Any) -> dict[str, Any]:
    """The JSON object of a good answer. Raises Silent."""
    try:
        told = response.json() if response.status_code == 200 else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Silent(f"The sign-in provider answered with status {response.status_code}, or not in JSON.")
    return told
