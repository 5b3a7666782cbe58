"""An open page stays as new as the ledger, says when it cannot, and disturbs nobody who is reading it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.domain.moves import Stage
from app.domain.ownership import System
from app.services.persons import end
from app.services.planning.acting import ACTS, on_plan
from tests.browser import planning
from tests.browser.conftest import PageFor
from tests.browser.hearing import is_live
from tests.browser.service import TESTER, Service
from tests.browser.signing import OPERATOR_ONE, VIEWER_ONE
from tests.browser.states_moves import IMAGES, MESSAGES, NEWS, REFILLS, VISITS

PLAN = "for_the_reader"
TEXT = planning.text_of(REFILLS, IMAGES).replace(f'["{IMAGES}"]', f'["{IMAGES}", "{MESSAGES}"]')


def _board(service: Service) -> str:
    service.held_by(System.MHV, VISITS)
    return "/"


def _preference(service: Service) -> str:
    service.held_by(System.MHV, VISITS)
    return f"/preferences/{VISITS}"


def _plan(service: Service) -> str:
    service.held_by(System.MHV, REFILLS, IMAGES, MESSAGES)
    return planning.start(service, PLAN, TEXT)


def _act(service: Service, name: str) -> None:
    on_plan(service.context, PLAN, TESTER, lambda _: None, ACTS[name].do)


def _is_paused(service: Service) -> None:
    _act(service, "pause")


def _is_moved(service: Service) -> None:
    service.moved(System.VA_GOV, VISITS)


@pytest.mark.parametrize(
    ("reach", "change", "words"),
    [
        (_board, _is_moved, "VA.gov can change it"),
        (_preference, _is_moved, "VA.gov can change it"),
        (_plan, _is_paused, "It is paused; a move under way goes on"),
    ],
    ids=["board", "preference", "plan"],
)
def test_a_change_made_elsewhere_shows_on_an_open_page_by_itself(
    reach: Callable[[Service], str],
    change: Callable[[Service], None],
    words: str,
    page_for: PageFor,
    service: Service,
) -> None:
    page = page_for(VIEWER_ONE)
    page.goto(service.reach(reach) if reach is _plan else reach(service))
    is_live(page)
    part = page.locator(f"#{VISITS}") if reach is _board else page.locator("#state .answers")
    expect(part).not_to_contain_text(words)
    page.evaluate("window.kept = true")
    change(service)
    expect(part).to_contain_text(words)
    assert page.evaluate("window.kept"), "the page was loaded again"


def test_the_focus_and_what_was_opened_stay_when_a_part_is_fetched_anew(page_for: PageFor, service: Service) -> None:
    page = page_for(OPERATOR_ONE)
    page.goto(service.reach(_plan))
    is_live(page)
    resumed = page.get_by_role("link", name="Resume the plan…")
    if resumed.count():
        _act(service, "resume")
        expect(resumed).to_have_count(0)
    folded = page.locator("#step-second details")
    folded.locator("summary").click()
    expect(folded).to_have_attribute("open", "")
    link = page.locator("#step-second").get_by_role("link", name="date")
    link.focus()
    _act(service, "pause")
    expect(page.get_by_role("link", name="Resume the plan…")).to_be_visible()
    expect(link).to_be_focused()
    expect(folded).to_have_attribute("open", "")
    _act(service, "resume")


def test_a_page_that_hears_nothing_says_that_it_is_not_live_and_is_live_again_when_it_hears(
    page_for: PageFor, service: Service
) -> None:
    page = page_for(VIEWER_ONE)
    page.goto(_board(service))
    is_live(page)
    warning = page.get_by_role("heading", name="This page is not live")
    expect(warning).to_be_hidden()
    with service.silent():
        expect(warning).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("This page is not live.")
        expect(page.get_by_text("Live, as of")).to_be_hidden()
    is_live(page)
    expect(warning).to_be_hidden()


def test_without_a_script_a_link_waits_for_the_next_change_and_shows_it(page_for: PageFor, service: Service) -> None:
    service.held_by(System.MHV, NEWS)
    client = service.client(NEWS)
    page = page_for(VIEWER_ONE, java_script_enabled=False)
    page.goto("/")
    row = page.locator(f"#{NEWS}")
    expect(row).to_contain_text("MHV can change it")
    expect(page.get_by_text("Live, as of")).to_be_hidden()
    page.get_by_role("link", name="Wait for the next change").click(no_wait_after=True)
    move = service.begin(System.VA_GOV, NEWS)
    expect(row.get_by_role("link", name="Watch the move")).to_be_visible()
    service.stands_at(move.id, Stage.DRAIN)
    client.leave()
    service.ends(move.id)


def test_a_countdown_ticks_between_two_changes(page_for: PageFor, service: Service) -> None:
    service.held_by(System.MHV, VISITS)
    text = planning.text_of(VISITS, NEWS).replace("approvals = 1", 'wait = "50m"')
    page = page_for(VIEWER_ONE)
    page.goto(planning.start(service, "for_the_clock", text))
    is_live(page)
    left = page.locator("#step-first [data-until]").first
    expect(left).to_contain_text("in 49 minutes")
    before = left.inner_text()
    expect(left).not_to_have_text(before)
    on_plan(service.context, "for_the_clock", TESTER, lambda _: None, ACTS["cancel"].do)


def test_a_session_that_ends_leads_from_an_open_page_to_the_sign_in_page(page_for: PageFor, service: Service) -> None:
    page = page_for(VIEWER_ONE, expected=(401,))
    page.goto("/")
    is_live(page)
    with service.context.store.writing() as unit:
        assert end(unit, "dev-viewer-one", TESTER) > 0
    del service.sessions[VIEWER_ONE]
    _shows_sign_in(page, service)


def _shows_sign_in(page: Page, service: Service) -> None:
    """Whatever comes next on the page finds the session ended."""
    service.held_by(System.MHV, MESSAGES)
    service.moved(System.VA_GOV, MESSAGES)
    expect(page).to_have_url(re.compile(r"/sign-in\?because=ended"))
    expect(page.get_by_text("You were signed out")).to_be_visible()
