"""What a provider sends is believed only when it is proven to be from it, for us, for this attempt, and of now."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import KeySet, RSAKey

from app.adapters.clock import MachineClock
from app.adapters.oidc.discovery import Discovery, Doors, Place
from app.adapters.oidc.provider import OidcProvider
from app.domain.actors import sayable_subject
from app.services.providers import Journey, Over, Refused, Silent
from tests.adapters.systems.secure_servers import certificate_of_localhost, serving_securely
from tests.oidc_provider.browsing import go_through
from tests.oidc_provider.serving import LONG, SECRET, OidcServer, oidc_server

RETURN = "http://localhost/sign-in/return"


class Ahead(MachineClock):
    """A clock of a machine that is hours ahead of the provider's."""

    def __init__(self, hours: float) -> None:
        self._hours = hours

    def now(self) -> datetime:
        """See `services.clock.Clock`."""
        return super().now() + timedelta(hours=self._hours)


@dataclass
class Attempt:
    """Somebody has signed in at the provider, and the code that it gave is not used yet."""

    out: Journey
    code: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcServer]:
    """A provider for this file."""
    with oidc_server(tmp_path_factory.mktemp("oidc"), [RETURN]) as server:
        yield server


@pytest.fixture
def place(running: OidcServer) -> Place:
    """How the service is known there."""
    running.reset()
    return Place(running.issuer, "secret", SECRET, "openid profile groups")


def provider_at(place: Place) -> OidcProvider:
    """The adapter under test."""
    return OidcProvider(place, MachineClock())


def attempt(provider: OidcProvider, person: str = "ada") -> Attempt:
    """Go to the provider as a person, up to the way back."""
    out = provider.begin(RETURN)
    back = go_through(out.url, person, RETURN)
    return Attempt(out, parse_qs(urlsplit(back).query)["code"][0])


def refusal(expected: type[Exception] = Refused) -> AbstractContextManager[pytest.ExceptionInfo[Exception]]:
    """Something that the provider says is not believed."""
    return pytest.raises(expected)


def test_who_came_is_known_by_subject_name_and_groups(place: Place) -> None:
    provider = provider_at(place)
    made = attempt(provider)
    known = provider.finish(made.out, RETURN, made.code)
    assert (known.subject, known.name) == ("ada", "Ada Invented (VA.gov)")
    assert known.groups == ("cutover-operators", "unrelated")
    assert known.keep is not None
    assert known.keep not in repr(known)


def test_a_code_without_its_verifier_is_worth_nothing(place: Place) -> None:
    provider = provider_at(place)
    made = attempt(provider)
    with refusal() as caught:
        provider.finish(replace(made.out, verifier="x" * 64), RETURN, made.code)
    assert "invalid_grant" in str(caught.value)


def test_an_answer_to_another_attempt_is_refused_by_its_nonce(place: Place) -> None:
    provider = provider_at(place)
    made = attempt(provider)
    with refusal() as caught:
        provider.finish(replace(made.out, nonce="another"), RETURN, made.code)
    assert "not proven" in str(caught.value)


def test_a_token_that_has_expired_is_refused(place: Place) -> None:
    provider = OidcProvider(place, Ahead(2))
    made = attempt(provider)
    with refusal() as caught:
        provider.finish(made.out, RETURN, made.code)
    assert "ExpiredTokenError" in str(caught.value)


def test_a_token_signed_by_somebody_else_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = provider_at(place)
    made = attempt(provider)
    genuine = Discovery.keys

    def forged(self: Discovery, *, anew: bool = False) -> KeySet:
        # The same key id, another key: the signature does not hold.
        kid = genuine(self).keys[0].kid
        return KeySet([RSAKey.generate_key(2048, {"kid": kid or "x"})])

    monkeypatch.setattr(Discovery, "keys", forged)
    with refusal() as caught:
        provider.finish(made.out, RETURN, made.code)
    assert "not proven" in str(caught.value)


def test_keys_that_changed_are_looked_for_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = provider_at(place)
    made = attempt(provider)
    provider._discovery._keys = (MachineClock().monotonic(), KeySet([RSAKey.generate_key(2048, {"kid": "old"})]))
    assert provider.finish(made.out, RETURN, made.code).subject == "ada"


def test_a_token_for_another_client_or_from_another_issuer_is_refused(place: Place) -> None:
    provider = provider_at(place)
    made = attempt(provider)
    doors = provider._discovery.doors()
    for changed in ({"client_id": "other"}, {"issuer": "https://other.invalid"}):
        again = attempt(provider)
        stranger = provider_at(replace(place, **changed))
        stranger._discovery = provider._discovery
        token = _token(provider, again, doors)
        with refusal() as caught:
            stranger._proven(token, again.out.nonce)
        assert "InvalidClaimError" in str(caught.value)
        assert provider._proven(token, again.out.nonce)["sub"] == "ada"
    assert provider.finish(made.out, RETURN, made.code).subject == "ada"


def _token(provider: OidcProvider, made: Attempt, doors: Doors) -> dict[str, object]:
    with provider._session(redirect_uri=RETURN) as session:
        return dict(session.fetch_token(doors.token_endpoint, code=made.code, code_verifier=made.out.verifier))


def test_a_provider_that_calls_itself_otherwise_is_not_used(place: Place) -> None:
    other = place.issuer.replace("localhost", "127.0.0.1")
    with refusal(Silent) as caught:
        provider_at(replace(place, issuer=other)).begin(RETURN)
    assert "calls itself otherwise" in str(caught.value)


def test_a_wrong_secret_lets_nobody_in_and_is_not_repeated(place: Place) -> None:
    provider = provider_at(replace(place, client_secret="a-wrong-secret"))
    made = attempt(provider)
    with refusal() as caught:
        provider.finish(made.out, RETURN, made.code)
    assert "invalid_client" in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_a_provider_that_hangs_is_silent(place: Place, running: OidcServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.oidc.discovery.TIMEOUT", 0.3)
    provider = provider_at(place)
    made = attempt(provider_at(place))
    with running.silent():
        with refusal(Silent):
            provider.begin(RETURN)
        with refusal(Silent):
            provider.finish(made.out, RETURN, made.code)


def test_another_person_in_the_second_answer_is_nobody(place: Place) -> None:
    provider = provider_at(place)
    made = attempt(provider)
    known = provider.finish(made.out, RETURN, made.code)
    with refusal(Over):
        provider.ask("ben", str(known.keep))
    assert provider.ask("ada", str(provider.ask("ada", str(known.keep)).keep)).subject == "ada"


def test_a_person_whose_subject_was_too_long_to_be_said_is_found_again(place: Place) -> None:
    provider = provider_at(place)
    made = attempt(provider, LONG)
    known = provider.finish(made.out, RETURN, made.code)
    assert known.subject == LONG
    assert provider.ask(sayable_subject(LONG), str(known.keep)).subject == LONG


def test_a_certificate_is_checked_by_the_authorities_of_the_settings(tmp_path: Path) -> None:
    certificate, key = certificate_of_localhost(tmp_path)
    with serving_securely(certificate, key, {"issuer": "https://somebody-else.invalid"}) as server:
        with refusal(Silent) as usual:
            provider_at(Place(server.url, "secret")).begin(RETURN)
        with refusal(Silent) as own:
            provider_at(Place(server.url, "secret", ca_file=str(certificate))).begin(RETURN)
    assert "SSLError" in str(usual.value)
    assert "calls itself otherwise" in str(own.value)
