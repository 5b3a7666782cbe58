"""A session ends when the role does: the provider's word is asked for again, and what the settings say counts now."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

from sqlalchemy import select

from app.adapters.clock import MachineClock
from app.adapters.database.session_tables import sessions
from app.adapters.oidc.provider import OidcProvider
from app.services.persons import Asking, caller_in
from app.services.providers import Known
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.pages.test_signing_in import secret_of
from tests.entrypoints.provider.provided import (
    GROUPS,
    MINUTE,
    RETURN,
    ended,
    place,
    row,
    signed_in,
    world_at,
)
from tests.entrypoints.world import World, mark_of
from tests.oidc_provider.serving import OidcServer, oidc_server


def test_a_group_that_is_lost_ends_the_session_when_the_provider_is_asked_again(
    away: World, server: OidcServer
) -> None:
    browser = signed_in(away)
    server.give("ada", "unrelated")
    away.clock.advance(5 * MINUTE - 1)
    assert browser.get("/").status_code == 200
    away.clock.advance(1)
    ended(browser, "role_ended")
    ended(browser, "ended")
    assert "Your role has ended" in browser.get("/sign-in?because=role_ended").text


def test_a_role_and_a_name_that_change_are_learnt_without_signing_in_again(away: World, server: OidcServer) -> None:
    browser = signed_in(away)
    server.give("ada", "cutover-approvers")
    server.rename("ada", "Ada Renamed")
    away.clock.advance(5 * MINUTE)
    assert "Ada Renamed, approver" in read(browser.get("/").text).one("header").text


def test_a_person_whom_the_provider_does_not_vouch_for_any_more_is_signed_out(away: World, server: OidcServer) -> None:
    browser = signed_in(away)
    server.revoke("ada")
    away.clock.advance(5 * MINUTE)
    ended(browser, "role_ended")
    with away.store.engine.connect() as connection:
        kept = connection.execute(select(sessions)).one()
    assert (kept.sealed, kept.why) == (None, "The sign-in provider does not vouch for its person any more.")


def test_a_mapping_that_is_removed_ends_the_role_at_once(away: World) -> None:
    browser = signed_in(away)
    fewer = {"cutover-approvers": GROUPS["cutover-approvers"]}
    object.__setattr__(away.context, "sign_in", replace(away.context.sign_in, groups=fewer))
    ended(browser, "role_ended")


def test_a_provider_that_is_silent_is_believed_for_fifteen_minutes_and_then_no_longer(
    away: World, server: OidcServer
) -> None:
    browser = signed_in(away)
    server.stop()
    try:
        for _ in range(2):
            away.clock.advance(5 * MINUTE)
            assert browser.get("/").status_code == 200
        away.clock.advance(5 * MINUTE)
        answer = browser.get("/")
        page = read(answer.text)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert page.one("h1").text == "The sign-in provider does not answer"
        assert faults(page) == []
        told = browser.get("/sign-in/start")
        assert told.status_code in (303, 503)  # where it is, is known for an hour
    finally:
        server.start()
    away.clock.advance(30)
    ended(browser, "role_ended")  # the provider was started anew and knows of no session of before


def test_access_that_has_run_out_is_renewed_and_each_renewal_once(sqlite_url: str, tmp_path: Path) -> None:
    with oidc_server(tmp_path, [RETURN], access_token_lives=30) as server:
        world = world_at(sqlite_url, place(server))
        browser = signed_in(world)
        kept = {row(world).sealed}
        for _ in range(3):
            world.clock.advance(5 * MINUTE)
            assert browser.get("/").status_code == 200
            kept.add(row(world).sealed)
        assert len(kept) == 4
        server.revoke("ada")
        world.clock.advance(5 * MINUTE)
        ended(browser, "role_ended")


def test_signing_out_forgets_what_the_provider_gave(away: World) -> None:
    browser = signed_in(away)
    browser.post("/sign-out", data={"mark": mark_of(browser)})
    with away.store.engine.connect() as connection:
        assert connection.execute(select(sessions.c.sealed)).scalar_one() is None


def test_a_session_of_another_provider_is_ended_and_that_one_is_shown_nothing(away: World, server: OidcServer) -> None:
    browser = signed_in(away)
    asked: list[str] = []

    class Other(OidcProvider):
        """A provider of another name, which notes what it is shown."""

        @property
        def issuer(self) -> str:
            """See `services.providers.Provider`."""
            return "https://other.invalid"

        def ask(self, subject: str, keep: str) -> Known:
            """See `services.providers.Provider`."""
            asked.append(keep)
            return Known(subject, "Ada", ("cutover-operators",), keep)

    object.__setattr__(
        away.context, "sign_in", replace(away.context.sign_in, provider=Other(place(server), MachineClock()))
    )
    away.clock.advance(5 * MINUTE)
    ended(browser, "role_ended")
    assert asked == []


def test_after_a_break_two_requests_at_once_ask_once_and_both_are_answered(away: World, server: OidcServer) -> None:
    browser = signed_in(away)
    secret = secret_of(browser)
    asked, under_way = [], Event()

    class Slow(OidcProvider):
        """The same provider, which takes its time."""

        def ask(self, subject: str, keep: str) -> Known:
            """See `services.providers.Provider`."""
            asked.append(subject)
            under_way.set()
            assert waits.wait(20)
            return super().ask(subject, keep)

    waits = Event()
    away.clock.advance(20 * MINUTE)
    slow = replace(away.context.sign_in, provider=Slow(place(server), MachineClock()))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(caller_in, Asking(away.store, slow, away.clock.sleep), secret)
        assert under_way.wait(20)

        def wait(_seconds: float) -> None:
            waits.set()
            first.result(20)

        second = pool.submit(caller_in, Asking(away.store, slow, wait), secret)
        assert first.result(20) == second.result(20)
    assert asked == ["ada"]
