"""A service with a real provider, and a browser in which somebody signs in there."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.adapters.clock import MachineClock
from app.adapters.keys.sealing import SecretSeal
from app.adapters.oidc.discovery import Place
from app.adapters.oidc.provider import OidcProvider
from app.domain.roles import Role
from app.services.persons import SignIn
from app.services.sessions import SessionRow
from tests.entrypoints.world import SECRET_KEY, World
from tests.oidc_provider.browsing import go_through
from tests.oidc_provider.serving import SECRET, OidcServer

RETURN = "http://localhost/sign-in/return"
GROUPS = {
    "cutover-operators": frozenset({Role.OPERATOR}),
    "cutover-approvers": frozenset({Role.APPROVER}),
}
MINUTE = 60.0


def place(server: OidcServer) -> Place:
    """How the service is known to the provider: a client with a secret, which is given refresh tokens."""
    return Place(server.issuer, "secret", SECRET, "openid profile groups")


def world_at(url: str, known: Place) -> World:
    """A service that people sign in to with this provider. Tokens of the provider live by the real clock."""
    provider = OidcProvider(known, MachineClock())
    return World(url, sign_in=SignIn(SecretSeal(SECRET_KEY, "session"), provider=provider, groups=GROUPS))


def set_out(browser: FlaskClient, wanted: str = "/") -> str:
    """Follow the link of the sign-in page; the provider's address."""
    answer = browser.get("/sign-in/start", query_string={"next": wanted})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def come_back(browser: FlaskClient, address: str) -> TestResponse:
    """Open the address that the provider sends the browser to."""
    return browser.get(address.removeprefix("http://localhost"))


def signing_in(browser: FlaskClient, person: str = "ada", wanted: str = "/") -> TestResponse:
    """The whole way, there and back."""
    return come_back(browser, go_through(set_out(browser, wanted), person, RETURN))


def signed_in(world: World, person: str = "ada") -> FlaskClient:
    """A browser in which a person of the provider is signed in."""
    browser = world.app.test_client()
    answer = signing_in(browser, person)
    assert answer.status_code == 303, answer.text
    return browser


def row(world: World) -> SessionRow:
    """The one session."""
    with world.store.reading() as unit:
        (one,) = unit.sessions.all()
    return one


def ended(browser: FlaskClient, why: str) -> None:
    """The session has ended, and the sign-in page says why."""
    answer = browser.get("/")
    assert (answer.status_code, answer.location) == (303, f"/sign-in?because={why}&next=/")
