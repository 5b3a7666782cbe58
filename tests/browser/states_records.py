"""The other pages, in every state that looks different: preferences, stops, incidents, clients, records, help."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from app.domain.evidence import Found, Kind
from app.domain.moves import Stage
from app.domain.ownership import NOBODY, System
from app.domain.roles import Role
from app.services.incidents import raise_incident
from app.services.planning import stopping
from app.services.recovering import recover_now
from app.services.tokens import Order, create
from tests.browser.lines import Line, also, at, send_empty
from tests.browser.service import TESTER, Service
from tests.browser.signing import ADMINISTRATOR_ONE, VIEWER_ONE
from tests.browser.states_moves import IMAGES, MESSAGES, NEWS, REFILLS, RESULTS, SUMMARY, VISITS


def preference(key: str) -> str:
    """The page of a preference."""
    return f"/preferences/{key}"


def moving(service: Service) -> str:
    """A preference that moves: a client is waited for."""
    service.held_by(System.MHV, VISITS)
    service.client(VISITS)
    service.stands_at(service.begin(System.VA_GOV, VISITS).id, Stage.DRAIN)
    return preference(VISITS)


def locked(service: Service) -> str:
    """A preference that is locked."""
    service.held_by(System.MHV, MESSAGES)
    with service.context.store.writing() as unit:
        stopping.lock(unit, service.context.catalogue, MESSAGES, TESTER)
    return preference(MESSAGES)


def unlocking(service: Service) -> str:
    """The question before it is unlocked."""
    return f"{service.reach(locked)}/unlock"


def retired(service: Service) -> str:
    """A preference that nobody can change any more."""
    service.edit(f"flags/{SUMMARY}.toml", 'status = "on_hold"', 'status = "live"')
    service.adopt(SUMMARY)
    service.moved(NOBODY, SUMMARY)
    return preference(SUMMARY)


def incident(service: Service) -> str:
    """An incident that is open."""
    found = Found(Kind.WRONG_SIDE, REFILLS, "mhv", "w-1", "It was written to MHV, which did not own it.", 3)
    with service.context.store.writing() as unit:
        return f"/incidents/{raise_incident(unit, found)}"


def closing(service: Service) -> str:
    """The question before it is closed."""
    return f"{service.reach(incident)}/close"


def token(service: Service) -> str:
    """The question before a token is revoked."""
    with service.context.store.writing() as unit:
        order = Order("batch job", frozenset({Role.CLIENT}), frozenset({REFILLS}))
        return f"/tokens/{create(unit, order, TESTER)[0].id}/revoke"


def send_token(page: Page) -> None:
    """Make a token."""
    page.get_by_label("Name").fill("night watch")
    page.get_by_text("viewer:").click()
    page.get_by_label("Reason").fill("Invented.")
    page.get_by_role("button", name="Make this token").click()
    page.get_by_text("Copy it now").wait_for()


@contextmanager
def stopped(service: Service) -> Iterator[None]:
    """Everything is stopped."""
    stopping.insisting(service.context.store, lambda unit: stopping.stop_all(unit, TESTER))
    try:
        yield
    finally:
        with service.context.store.writing() as unit:
            stopping.lift(unit, TESTER)


def recovering(service: Service) -> str:
    """Every preference is stopped, and old grants run out."""
    recover_now(service.context.store, service.context.catalogue, TESTER)
    return "/recovery"


SEVERAL = f"/move-several?keys={REFILLS}&keys={IMAGES}&to=va_gov"

RECORDS = (
    Line("incidents-none", "No open incident", at("/incidents")),
    Line("tokens-none", "No token yet.", at("/tokens"), ADMINISTRATOR_ONE),
    Line("preference", "What you can do", at(preference(REFILLS), REFILLS)),
    Line("preference-viewer", "Your role is viewer", at(preference(REFILLS), REFILLS), VIEWER_ONE),
    Line("preference-planned", "No system holds it yet", at(preference(RESULTS))),
    Line("preference-moving", "Nobody can change it for a moment", moving),
    Line("preference-locked", "Unlock…", locked, ADMINISTRATOR_ONE),
    Line("preference-retired", "Retired: nobody can change it any more", retired),
    Line("several", "Which preferences shall move together?", at("/move-several", NEWS)),
    Line("several-empty", "Nothing is chosen yet", at("/move-several?to=va_gov", NEWS)),
    Line("several-asked", "Nothing has been changed", at(SEVERAL, REFILLS, IMAGES)),
    Line("propose", "Nothing has been changed", at(f"/propose?keys={NEWS}&to=va_gov", NEWS)),
    Line("lock", "Nothing has been changed", at(f"{preference(NEWS)}/lock", NEWS)),
    Line("locked", "is locked", also(locked, f"{preference(MESSAGES)}/lock"), VIEWER_ONE),
    Line("unlock", "Nothing has been changed", unlocking, ADMINISTRATOR_ONE),
    Line("board-many", "Who owns what now", at("/")),
    Line("stop", "Stop everything?", at("/stop")),
    Line("stop-viewer", "You can’t stop everything.", at("/stop"), VIEWER_ONE),
    Line("stopped", "Everything is stopped", at("/stop"), during=stopped),
    Line("lift", "Nothing has been changed", at("/stop/lift"), ADMINISTRATOR_ONE, during=stopped),
    Line("incident", "What to do now", incident),
    Line("incidents", "A person must look", also(incident, "/incidents")),
    Line("incident-close", "Close incident 1", closing),
    Line("clients", "Clients: who may write", at("/clients")),
    Line("ledger", "newest first", at("/ledger")),
    Line("ledger-none-like-that", "No entry is like that.", at("/ledger?text=nothing+is+like+that")),
    Line("ledger-wrong", "ledger", at("/ledger?move=many"), status=422),
    Line("token-new", "Make this token", at("/tokens/new"), ADMINISTRATOR_ONE),
    Line("token-new-wrong", "Say why.", at("/tokens/new"), ADMINISTRATOR_ONE, then=send_empty, status=422),
    Line("token-made", "Copy it now", at("/tokens/new"), ADMINISTRATOR_ONE, then=send_token),
    Line("token-revoke", "batch job", token, ADMINISTRATOR_ONE),
    Line("tokens", "Revoke batch job…", also(token, "/tokens"), ADMINISTRATOR_ONE),
    Line("help", "Help: what every word means", at("/help"), VIEWER_ONE),
    Line("recovery", "It is certain who owns what", at("/recovery")),
    Line("recover", "Nothing has been changed", at("/recovery/recover"), ADMINISTRATOR_ONE),
    Line("recovering", "until old grants have run out", recovering, ADMINISTRATOR_ONE),
)
