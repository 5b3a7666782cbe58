"""A provider of OpenID Connect: the authorization code flow with PKCE, and how it is asked again afterwards.

Everything that it signs is checked: signature, issuer, audience, nonce and expiry. Whom it names in the answer to the
second question must be whom it named in the first.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError

from app.adapters.oidc.discovery import Discovery, Place, answer_of, opened
from app.domain.actors import sayable_subject
from app.services.clock import Clock
from app.services.providers import Journey, Known, Over, Refused, Silent

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that only the provider can make."""
LEEWAY = 60
"""Seconds that the two clocks may be apart."""


class OidcProvider:
    """See `services.providers.Provider`. Safe to be used from many threads."""

    def __init__(self, place: Place, clock: Clock) -> None:
        self._place = place
        self._clock = clock
        self._discovery = Discovery(place, clock)

    @property
    def issuer(self) -> str:
        """See `services.providers.Provider`."""
        return self._place.issuer

    def begin(self, return_url: str) -> Journey:
        """See `services.providers.Provider`."""
        with self._talking():
            door = self._discovery.doors().authorization_endpoint
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        with opened(self._place, redirect_uri=return_url) as session:
            url, _ = session.create_authorization_url(door, state=state, code_verifier=verifier, nonce=nonce)
        return Journey(str(url), state, nonce, verifier)

    def finish(self, out: Journey, return_url: str, code: str) -> Known:
        """See `services.providers.Provider`."""
        with self._talking(), self._session(redirect_uri=return_url) as session:
            door = self._discovery.doors().token_endpoint
            try:
                token = session.fetch_token(door, code=code, code_verifier=out.verifier, allow_redirects=False)
            except OAuthError as error:
                raise Refused(f"The sign-in provider refused the code that it gave ({_word(error)}).") from None
            if not token.get("access_token"):
                raise Refused("The sign-in provider gave no token to ask it with.")
            claims = self._proven(token, out.nonce)
            info = self._asked_who(session, str(claims["sub"]))
            if info is None:
                raise Refused("The sign-in provider does not say who came.")
            return self._known({**claims, **info}, token)

    def ask(self, subject: str, keep: str) -> Known:
        """See `services.providers.Provider`."""
        with self._talking(), self._session(token=json.loads(keep)) as session:
            renewed: dict[str, Any] = {}
            if self._has_run_out(session.token):
                renewed = self._renewed(session, subject)
            info = self._asked_who(session, subject)
            if info is None or (self._place.groups_claim not in info and not renewed and _can_renew(session)):
                renewed = self._renewed(session, subject)
                info = self._asked_who(session, subject)
            if info is None:
                raise Over
            return self._known({**renewed, **info}, session.token)

    def _renewed(self, session: OAuth2Session, subject: str) -> dict[str, Any]:
        """A new access token by the refresh token, and the claims that came with it. Raises Over, Silent."""
        if not _can_renew(session):
            raise Over
        try:
            token = session.refresh_token(self._discovery.doors().token_endpoint, allow_redirects=False)
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise Over from None
            raise Silent(f"The sign-in provider refused to be asked ({_word(error)}).") from None
        try:
            claims = self._proven(token, None) if token.get("id_token") else {}
        except Refused as refused:
            raise Silent(str(refused)) from None
        if claims and not _is(claims, subject):
            raise Over
        return claims

    def _asked_who(self, session: OAuth2Session, subject: str) -> dict[str, Any] | None:
        """What the provider says of the person now; None when the access token is worth nothing. Raises Silent."""
        response = session.get(
            self._discovery.doors().userinfo_endpoint, auth=_bearer(session.token), allow_redirects=False
        )
        if response.status_code in (401, 403):
            return None
        told = answer_of(response)
        return told if _is(told, subject) else None

    def _proven(self, token: Mapping[str, Any], nonce: str | None) -> dict[str, Any]:
        """The claims of an ID token that is the provider's, meant for us, and of now. Raises Refused, Silent."""
        try:
            decoded = self._decoded(str(token.get("id_token", "")))
            options = {
                "iss": {"essential": True, "value": self._place.issuer},
                "aud": {"essential": True, "value": self._place.client_id},
            }
            told = {"nonce": nonce, "client_id": self._place.client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(decoded.claims, decoded.header, options, told)
            claims.validate(now=int(self._clock.now().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            kind = type(error).__name__
            raise Refused(
                f"What the sign-in provider sent is not proven to be from it, for us and now ({kind})."
            ) from None
        return dict(claims)

    def _decoded(self, text: str) -> jwt.Token:
        try:
            return jwt.decode(text, self._discovery.keys(), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, BadSignatureError):  # its keys may be new
            return jwt.decode(text, self._discovery.keys(anew=True), algorithms=ALGORITHMS)

    def _known(self, claims: Mapping[str, Any], token: Mapping[str, Any]) -> Known:
        kept = {name: token[name] for name in ("access_token", "refresh_token", "token_type") if token.get(name)}
        lives = token.get("expires_in")
        if isinstance(lives, int | float) and not isinstance(lives, bool):
            kept["runs_out"] = self._clock.now().timestamp() + lives
        elif "runs_out" in token:
            kept["runs_out"] = token["runs_out"]
        name = claims.get("name") or claims.get("preferred_username") or ""
        groups = _groups(claims.get(self._place.groups_claim))
        return Known(str(claims["sub"]), str(name), groups, json.dumps(kept))

    def _has_run_out(self, token: Mapping[str, Any]) -> bool:
        return bool(self._clock.now().timestamp() >= token.get("runs_out", float("inf")) - LEEWAY)

    def _session(self, **more: Any) -> OAuth2Session:
        form_alone = self._place.client_secret and self._discovery.doors().secret_in_form
        return opened(
            self._place, **({"token_endpoint_auth_method": "client_secret_post"} if form_alone else {}), **more
        )

    @contextmanager
    def _talking(self) -> Iterator[None]:
        """Whatever goes wrong on the way is the provider's silence. Errors of the connection are all OSErrors."""
        try:
            yield
        except OSError as error:
            raise Silent(f"The sign-in provider does not answer ({type(error).__name__}).") from None


def _is(claims: Mapping[str, Any], subject: str) -> bool:
    """Whether these claims are about this person, whose subject may have been made sayable."""
    return sayable_subject(str(claims.get("sub"))) == sayable_subject(subject)


def _can_renew(session: OAuth2Session) -> bool:
    return bool(session.token.get("refresh_token"))


def _bearer(token: Mapping[str, Any]) -> Any:
    def put(request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {token['access_token']}"
        return request

    return put


def _groups(told: Any) -> tuple[str, ...]:
    found = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    return tuple(sorted({one for one in found if isinstance(one, str)}))


def _word(error: OAuthError) -> str:
    """The provider's own word for what is wrong, if it is one."""
    word = str(error.error or "")
    return word if word.isascii() and word.replace("_", "").isalnum() and len(word) <= 40 else "no reason given"
