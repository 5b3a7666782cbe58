"""What the page of one preference says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.plans import NoticeTerms, Step
from app.domain.roles import Role
from app.entrypoints.pages import preference as page_of
from app.services.planning.stopping import lock
from app.services.recording import By
from tests.entrypoints.invented import FIRST, SECOND, plan
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import World
from tests.fakes.clock import BEGINNING

KEY = FIRST.key


def page(world: World, *roles: Role, query: str = "") -> Element:
    """The page, as somebody with these roles sees it; nothing on it may keep anybody from using it."""
    answer = world.signed_in(*roles or (Role.VIEWER,)).get(f"/preferences/{KEY}{query}")
    assert answer.status_code == 200, answer.text
    found = read(answer.text)
    assert faults(found) == []
    return found


def test_a_name_on_the_board_leads_to_the_page_of_the_preference(world: World) -> None:
    board = read(world.signed_in(Role.VIEWER).get("/").text)
    assert board.one("tr", id=KEY).links()[FIRST.title] == f"/preferences/{KEY}"


def test_the_two_systems_stand_side_by_side(world: World) -> None:
    world.adopt(KEY)
    text = page(world).one("main").text
    assert "Contract secure_messaging" in text
    assert "Communication item 9, e-mail" in text
    assert "Choices it can hold off, each, daily" in text
    assert "the profile on MHV" in text
    assert "no page of this system" in text
    assert "None: a move waits until every client has stopped" in text


def test_what_happened_is_told_newest_first_with_who_and_why(world: World) -> None:
    world.adopt(KEY)
    world.moved(System.VA_GOV, KEY)
    told = [one.text for one in page(world).one("ol", class_="history").all("li")]
    assert ["VA.gov can change it. Epoch 3" in told[0], "frozen to move to VA.gov. Epoch 2" in told[1]] == [True, True]
    assert "MHV was named its owner by its file. Epoch 1" in told[2]
    assert all("tester, on the command line" in one and "“Invented.”" in one for one in told)


def test_history_is_paged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of, "PAGE", 2)
    world.adopt(KEY)
    world.moved(System.VA_GOV, KEY)
    first = page(world)
    assert len(first.one("ol", class_="history").all("li")) == 2
    address = first.links()["Show what was before"].partition("#")[0]
    older = page(world, query=address.partition(KEY)[2])
    [adopted] = older.one("ol", class_="history").all("li")
    assert "named its owner" in adopted.text
    assert "Show what was before" not in older.links()


def test_a_reason_cannot_write_into_the_page(world: World) -> None:
    world.adopt(KEY)
    with world.store.writing() as unit:
        lock(unit, world.context.catalogue, KEY, By("cli:tester", "<script>alert(1)</script>"))
    found = page(world, Role.ADMIN)
    assert "“<script>alert(1)</script>”" in found.one("main").text
    assert not [one for one in found.all("script") if "src" not in one.attributes]
    assert f"{FIRST.title} is locked" in found.one("main").text


def test_while_nobody_can_change_it_veterans_see_that_and_the_undo_is_to_call_off(world: World) -> None:
    world.adopt(KEY)
    world.holder.renew()
    world.drive(world.begin(System.VA_GOV, KEY).id, until=Stage.DRAIN)
    text = page(world).one("main").text
    assert "Nobody can change it for a moment" in text
    assert "On MHV and VA.gov, until the move is done." in text
    assert "0 of 1 have stopped writing" in text
    assert "Can change it when the move is done" in text
    assert "Call it off Watch the move" in text


def test_a_notice_says_from_when_until_when_and_where_to_go_instead(world: World) -> None:
    terms = NoticeTerms(timedelta(days=7), timedelta(hours=1), "From {date} on VA.gov.", "Until then, call MHV.")
    world.adopt(KEY)
    step = Step("first", (KEY,), System.VA_GOV, not_before=BEGINNING + timedelta(days=7), notice=terms)
    world.run(plan("announced", step))
    text = page(world).one("main").text
    assert "From March 9, 2027 on VA.gov. Until then, call MHV." in text
    assert "They read it from Tue, Mar 2, 12:00 a.m. ET (Monday night) until" in text
    assert "Where to go instead: Until then, call MHV." in text
    assert "Waits for" in text


def test_clients_that_may_write_it_are_named_and_whoever_is_behind(world: World) -> None:
    world.adopt(KEY)
    assert "No client may write it now" in page(world).one("main").text
    world.holder.renew()
    assert "1 of 1 up to date" in page(world).one("main").text
    world.adopt(SECOND.key)
    text = page(world).one("main").text
    assert "0 of 1 up to date. Behind: cutover." in text
    assert "cutover, process 1 : behind by 1" in text


def test_whoever_may_not_lock_gets_no_link_to_it(world: World) -> None:
    world.adopt(KEY)
    assert "Lock this preference…" not in page(world).links()


def test_a_preference_that_nobody_knows_is_refused(world: World) -> None:
    answer = world.signed_in(Role.VIEWER).get("/preferences/no_such_thing")
    assert answer.status_code == 404
    assert faults(read(answer.text)) == []


def test_without_its_file_the_page_is_there_all_the_same(world: World) -> None:
    world.adopt(KEY)
    del world.files.preferences[KEY]
    world.context.keeper.reload()
    assert f"The file flags/{KEY}.toml is missing." in page(world, Role.OPERATOR).one("main").text


def test_a_missing_approval_is_asked_for_and_not_gone_around(world: World) -> None:
    world.files.put(replace(FIRST, approvals_by_hand=1))
    world.context.keeper.reload()
    world.adopt(KEY)
    links = page(world, Role.OPERATOR).one("section", id="do").links()
    assert links["Ask for approval: move it to VA.gov…"] == f"/propose?keys={KEY}&to=va_gov"
    assert "An operator can ask for approval" in page(world).one("section", id="do").text
