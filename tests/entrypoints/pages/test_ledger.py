"""The ledger's page: what happened, in words; the filter; pages that stay as they are; whether it is whole."""

import ast
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.adapters.database.tables import ledger
from app.domain.ledger import Entry
from app.domain.ownership import Act, System
from app.domain.roles import Role
from app.entrypoints.pages.ledger import AT_ONCE
from app.entrypoints.pages.ledger_words import ACTS, sentence_of
from app.entrypoints.pages.times import EASTERN
from app.services.recording import By, record
from tests.entrypoints.invented import FIRST, SECOND
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import World

SERVICES = Path(__file__).parents[3] / "app" / "services"
WRITERS = {"record", "tell", "_put", "_stop", "_lift"}
"""The functions whose text argument is the act that the ledger then holds."""


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """Somebody who may only look, after one preference was moved and another adopted."""
    world.adopt(FIRST.key, SECOND.key)
    world.moved(System.VA_GOV, FIRST.key)
    world.token(Role.VIEWER)
    return world.signed_in(Role.VIEWER)


def write(world: World, *reasons: str, act: str = "plan_paused", actor: str = "token:ada") -> None:
    """Entries with these reasons."""
    for reason in reasons:
        with world.store.writing() as unit:
            record(unit, By(actor, reason), act, {"plan": "invented"})


def shown(page: Element) -> list[Element]:
    """The entries of a page."""
    return page.all("li", class_="entry")


def numbers(page: Element) -> list[int]:
    """Their numbers."""
    return [int(one.attributes["id"].removeprefix("entry-")) for one in shown(page)]


def test_entries_are_told_in_words_newest_first_with_who_when_why_and_the_hash(browser: FlaskClient) -> None:
    page = read(browser.get("/ledger").text)
    told = " ".join(one.text for one in shown(page))
    assert numbers(page) == sorted(numbers(page), reverse=True)
    for words in (
        "Parcel on its way: VA.gov can change it.",
        "Parcel on its way: nobody can change it for a moment. It moves from MHV to VA.gov.",
        "Move 1 of Parcel on its way to VA.gov was asked for.",
        "A token for ada was made, with the roles viewer.",
        "by tester, on the command line.",
        "Reason: Invented.",
        "UTC)",
    ):
        assert words in told
    with_hash = shown(page)[0].one("details").text
    assert re.search(r"revision \d+, hash [0-9a-f]{12}", with_hash)
    assert faults(page) == []


def test_an_entry_leads_to_its_move_and_its_preference(browser: FlaskClient) -> None:
    found = read(browser.get("/ledger?act=activate").text)
    links = shown(found)[0].links()
    assert links["Move 1"] == "/moves/1"
    assert FIRST.key in links["Parcel on its way"]


@pytest.mark.parametrize(
    ("asked", "acts"),
    [
        ({"act": "activate"}, {"activate"}),
        ({"preference": SECOND.key}, {"adopt"}),
        ({"preference": FIRST.key, "act": "freeze"}, {"freeze"}),
        ({"move": "1", "act": "move"}, {"move"}),
        ({"plan": "invented"}, {"plan_paused"}),
        ({"person": "ADA"}, {"plan_paused"}),
        ({"text": "100%_SURE"}, {"plan_paused"}),
        ({"text": "100%xSURE"}, set()),
        ({"from": "2020-01-01", "until": "2020-12-31"}, set()),
        ({"plan": "inv%"}, set()),
        ({"preference": "nobody_knows_it"}, set()),
    ],
    ids=str,
)
def test_the_filter_finds_what_is_asked_for_and_nothing_else(
    world: World, browser: FlaskClient, asked: dict[str, str], acts: set[str]
) -> None:
    write(world, "I am 100%_sure.")
    page = read(browser.get("/ledger", query_string=asked).text)
    assert {one.one("dl").one("dd", class_="act").text for one in shown(page)} == acts
    assert faults(page) == []
    if not acts:
        assert "No entry is like that." in page.one("main").text


def test_the_days_of_the_filter_are_eastern_days_and_the_last_one_counts(world: World, browser: FlaskClient) -> None:
    write(world, "At some moment.")
    with world.store.reading() as unit:
        at = list(unit.ledger.entries())[-1].at
    day = at.astimezone(EASTERN).date().isoformat()
    found = read(browser.get(f"/ledger?from={day}&until={day}").text)
    assert "At some moment." in found.one("main").text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"until": "9999-12-31"}, "until"),
        ({"from": "2027-03-02", "until": "2027-03-01"}, "until"),
        ({"move": "one"}, "move"),
        ({"text": "x" * 201}, "text"),
        ({"person": "a\x00b"}, "person"),
    ],
    ids=str,
)
def test_what_cannot_be_looked_for_is_said_at_its_field_and_the_rest_is_kept(
    browser: FlaskClient, asked: dict[str, str], field: str
) -> None:
    answer = browser.get("/ledger", query_string={"plan": "kept", **asked})
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.one("div", role="alert").all("a", href=f"#{field}")
    assert page.one("input", name="plan").attributes["value"] == "kept"
    assert faults(page) == []
    for file in ("/ledger.csv", "/ledger.jsonl"):
        assert browser.get(file, query_string=asked).status_code == 422


def test_older_pages_stay_as_they_are_while_new_entries_come(world: World, browser: FlaskClient) -> None:
    write(world, *(f"Reason {number}." for number in range(AT_ONCE + 10)))
    first = read(browser.get("/ledger").text)
    older = first.links()["Older entries"]
    before = numbers(read(browser.get(older).text))
    write(world, "New.")
    assert numbers(read(browser.get(older).text)) == before
    assert max(before) == min(numbers(first)) - 1
    assert len(numbers(first)) == AT_ONCE
    last = read(browser.get(older).text)
    assert last.links()["Newest entries"] == "/ledger"
    assert "Older entries" not in last.links()


def test_a_page_after_the_first_keeps_the_filter(world: World, browser: FlaskClient) -> None:
    write(world, *(f"Reason {number}." for number in range(AT_ONCE + 1)))
    older = read(browser.get("/ledger?plan=invented").text).links()["Older entries"]
    assert "plan=invented" in older
    assert len(numbers(read(browser.get(older).text))) == 1


def test_what_people_wrote_is_shown_as_text(world: World, browser: FlaskClient) -> None:
    write(world, "<script>alert(1)</script>", actor="token:<b>eve</b>")
    page = read(browser.get("/ledger").text)
    assert "Reason: <script>alert(1)</script>" in shown(page)[0].text
    assert "by <b>eve</b>." in shown(page)[0].text
    assert faults(page) == []


def test_an_act_that_this_version_does_not_know_is_shown_by_its_name(world: World, browser: FlaskClient) -> None:
    write(world, "From a later version.", act="moon_landed")
    assert "Moon landed." in shown(read(browser.get("/ledger").text))[0].text


def test_every_act_that_the_services_record_has_words() -> None:
    calls = [
        node
        for file in SERVICES.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in WRITERS
    ]
    recorded = {one.value for call in calls for one in call.args if isinstance(one, ast.Constant)} | set(Act)
    assert len(recorded) > 50
    assert recorded - ACTS.keys() == set()


@pytest.mark.parametrize("act", sorted(ACTS))
def test_no_act_breaks_on_an_entry_that_lacks_what_its_words_need(world: World, act: str) -> None:
    with world.store.reading() as unit:
        entry = Entry(1, unit.now(), "cli:tester", act, "Invented.", 1)
    assert sentence_of(entry, str).endswith(".")


def test_the_page_says_how_many_entries_are_verified(world: World, browser: FlaskClient) -> None:
    page = read(browser.get("/ledger").text)
    with world.store.reading() as unit:
        count = unit.ledger.head().number
    assert f"{count} entries, verified" in page.one("main").text
    assert f"Ledger: {count} entries, verified" in read(browser.get("/").text).one("footer").text


def test_while_a_long_ledger_is_read_the_page_says_how_far_it_is(
    world: World, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.verifying.PORTION", 2)
    page = read(browser.get("/ledger").text)
    assert re.search(r"2 of \d+ entries verified so far\.", page.one("main").text)
    assert "verified" not in page.one("footer").text
    assert faults(page) == []


def test_a_changed_entry_is_told_in_red_with_what_to_do_on_every_page(world: World, browser: FlaskClient) -> None:
    with world.store.engine.begin() as connection:
        connection.execute(update(ledger).where(ledger.c.number == 2).values(reason="Another."))
    page = read(browser.get("/ledger").text)
    alert = page.one("div", role="alert").text
    assert "The ledger is not whole" in alert
    assert "Entry 2 is not as it was written." in alert
    assert "What to do now:" in alert
    assert faults(page) == []
    footer = read(browser.get("/").text).one("footer")
    assert "The ledger is not whole." in footer.text
    assert footer.links()["What to do now"] == "/ledger"


def test_nothing_but_the_first_entries_is_a_page_too(world: World) -> None:
    world.token(Role.VIEWER)
    page = read(world.signed_in(Role.VIEWER).get("/ledger").text)
    assert len(shown(page)) == 1
    assert "1 entry, verified" in page.one("main").text
    assert faults(page) == []
