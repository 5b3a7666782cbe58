"""What the board says."""

from dataclasses import replace
from datetime import timedelta

from app.domain.catalogue import Fault, MhvBinding, Status
from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.plans import NoticeTerms, Step
from app.domain.roles import Role
from app.services.planning.stopping import lock, stop_all
from app.services.recording import By
from app.services.recovering import recover_now
from tests.entrypoints.invented import FIRST, ON_HOLD, ONLY_VA_GOV, SECOND, plan
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import TESTER, World
from tests.fakes.clock import BEGINNING

TO_VA_GOV = Step("first", (FIRST.key,), System.VA_GOV)


def board(world: World, *roles: Role) -> Element:
    """The board, as somebody with these roles sees it."""
    answer = world.signed_in(*roles or (Role.VIEWER,)).get("/")
    assert answer.status_code == 200
    return read(answer.text)


def boxes(page: Element) -> dict[str, str]:
    """What the four boxes say, by their names."""
    strip = page.all("dl")[0]
    divs = [one for one in strip.parts if isinstance(one, Element)]
    return {div.one("dt").text: " ".join(dd.text for dd in div.all("dd")) for div in divs}


def order(page: Element) -> list[str]:
    """The keys in the order of their rows."""
    return [row.attributes["id"] for row in page.one("tbody").all("tr")]


def test_every_preference_is_there_with_name_key_and_channel(world: World) -> None:
    page = board(world)
    assert set(order(page)) == {FIRST.key, SECOND.key, ON_HOLD.key, ONLY_VA_GOV.key}
    row = page.one("tr", id=FIRST.key).one("th")
    assert (FIRST.title in row.text, FIRST.key in row.text, "e-mail" in row.text) == (True, True, True)


def test_the_strip_answers_four_questions(world: World) -> None:
    world.adopt(FIRST.key)
    told = boxes(board(world))
    assert list(told) == ["Now", "Next", "In the way", "Undo"]
    assert told["Now"] == "No move is running 1 with MHV, 3 with no system yet"
    assert told["Next"].startswith("Nothing planned")
    assert told["In the way"].startswith("Nothing")
    assert told["Undo"].startswith("Nothing to undo")


def test_a_move_that_waits_for_a_lease_says_for_whom_and_how_long(world: World) -> None:
    world.adopt(FIRST.key)
    world.holder.renew()
    world.drive(world.begin(System.VA_GOV, FIRST.key).id, until=Stage.DRAIN)
    page = board(world)
    row = page.one("tr", id=FIRST.key)
    assert "Nobody can change it for a moment" in row.text
    assert "2 minutes at most" in row.text
    assert "Waits for cutover (1 process), 30 seconds at the most." in row.text
    assert row.attributes["class"] == "is-moving"
    assert "Moving now : waiting for 1 of 1 client" in row.text
    assert boxes(page)["Now"].startswith("1 move is running Watch move 1 : waiting for 1 of 1 client")


def test_a_move_that_waits_for_nobody_says_what_goes_on_in_plain_words(world: World) -> None:
    world.adopt(FIRST.key)
    number = world.begin(System.VA_GOV, FIRST.key).id
    assert "Moving now : the checks are asked" in board(world).one("tr", id=FIRST.key).text
    world.drive(number, until=Stage.CATCH_UP)
    page = board(world)
    assert "Moving now : catching up and verifying" in page.one("tr", id=FIRST.key).text
    assert "Watch move 1 : catching up and verifying" in boxes(page)["Now"]
    assert faults(page) == []


def test_a_moved_preference_says_when_and_can_be_undone(world: World) -> None:
    world.adopt(FIRST.key)
    world.moved(System.VA_GOV, FIRST.key)
    page = board(world)
    assert "Moved Tue, Mar 2 · move 1 · epoch 3" in page.one("tr", id=FIRST.key).text
    assert boxes(page)["Undo"] == f"1 move can be undone Move 1: {FIRST.title}"


def test_a_planned_move_says_when_in_both_time_zones_and_how_long_until_then(world: World) -> None:
    world.adopt(FIRST.key)
    world.run(plan("one_at_a_time", replace(TO_VA_GOV, not_before=BEGINNING + timedelta(days=11, hours=23))))
    page = board(world)
    row = page.one("tr", id=FIRST.key).text
    assert "Move to VA.gov Sat, Mar 13, 11:00 p.m. ET in 11 days 23 hours · Mar 14, 04:00 UTC" in row
    assert "Step first of “One at a time”" in row
    told = boxes(page)["Next"]
    assert told.replace(" :", ":") == f"Sat, Mar 13, 11:00 p.m. ET in 11 days 23 hours: {FIRST.title}, move to VA.gov"


def test_a_step_that_waits_for_another_says_so(world: World) -> None:
    world.adopt(FIRST.key, SECOND.key)
    later = Step("second", (SECOND.key,), System.VA_GOV, needs_steps=("first",))
    world.run(plan("one_at_a_time", replace(TO_VA_GOV, not_before=BEGINNING + timedelta(days=1)), later))
    row = board(world).one("tr", id=SECOND.key).text
    assert "Move to VA.gov , no date yet" in row
    assert "Waits for step first to be done." in row


def test_a_held_step_needs_a_person_and_says_why(world: World) -> None:
    world.adopt(FIRST.key)
    world.mhv.trouble = "The connection was refused."
    world.run(plan("one_at_a_time", TO_VA_GOV))
    world.context.tick()
    world.drive(1)
    world.context.tick()
    page = board(world)
    row = page.one("tr", id=FIRST.key)
    assert row.attributes["class"] == "is-held"
    assert "A person must decide. Move 1 was called off." in row.text
    assert "The connection was refused." in row.text
    assert boxes(page)["In the way"] == f"1 thing needs a person {FIRST.title}"


def test_a_watched_preference_says_until_when(world: World) -> None:
    world.adopt(FIRST.key)
    world.run(plan("one_at_a_time", replace(TO_VA_GOV, bake=timedelta(days=3))))
    world.context.tick()
    world.drive(1, until=Stage.WATCH)
    world.context.tick()
    row = board(world).one("tr", id=FIRST.key).text
    assert "Watching until Fri, Mar 5, 12:00 a.m. ET (Thursday night)" in row


def test_rows_stand_in_the_order_of_need(world: World) -> None:
    extra = replace(SECOND, key="a_last_one", title="A last one")
    world.files.put(extra)
    world.context.keeper.reload()
    world.adopt(FIRST.key, SECOND.key, ON_HOLD.key, extra.key)
    world.run(plan("one", Step("later", (SECOND.key,), System.VA_GOV, not_before=BEGINNING + timedelta(days=9))))
    world.begin(System.VA_GOV, FIRST.key)
    del world.files.preferences[ON_HOLD.key]
    world.context.keeper.reload()
    assert order(board(world)) == [FIRST.key, ON_HOLD.key, SECOND.key, extra.key, ONLY_VA_GOV.key]


def test_a_file_that_is_missing_needs_a_person(world: World) -> None:
    world.adopt(FIRST.key)
    del world.files.preferences[FIRST.key]
    world.context.keeper.reload()
    assert f"The file flags/{FIRST.key}.toml is missing." in board(world).one("tr", id=FIRST.key).text


def test_faults_of_the_files_are_told_and_the_old_ones_stay(world: World) -> None:
    world.files.faults = (Fault("flags/parcel.toml", 3, "titel", "There is no such key.", "Did you mean title?"),)
    world.context.keeper.reload()
    page = board(world)
    assert "flags/parcel.toml:3: titel: There is no such key. Did you mean title?" in page.one("section").text
    assert len(order(page)) == 4


def test_a_running_plan_that_cannot_be_read_is_told_and_the_rest_is_shown(world: World) -> None:
    world.run(plan("one_at_a_time", TO_VA_GOV))
    world.plans.plans.clear()
    page = board(world)
    assert "The plan one_at_a_time is running and its text cannot be read." in page.one("section").text
    assert len(order(page)) == 4


def test_an_assumed_contract_and_missing_approvals_are_not_hidden(world: World) -> None:
    world.files.put(replace(FIRST, approvals_by_hand=1))
    world.context.keeper.reload()
    world.adopt(FIRST.key, SECOND.key)
    page = board(world, Role.OPERATOR)
    first, second = page.one("tr", id=FIRST.key).text, page.one("tr", id=SECOND.key).text
    assert ("contract is assumed" in first, "contract is assumed" in second) == (False, True)
    assert "Ask for approval: move it to VA.gov…" in first
    assert "approval" not in second
    assert "Move it to VA.gov" not in first, "a page never offers what is then refused"
    assert "Move it to VA.gov" in second


def test_the_board_says_what_is_stopped_by_whom_why_and_since_when(world: World) -> None:
    world.adopt(FIRST.key, SECOND.key)
    assert not halts(board(world))
    with world.store.writing() as unit:
        lock(unit, world.context.catalogue, FIRST.key, TESTER)
    [locked] = halts(board(world, Role.OPERATOR))
    row = board(world).one("tr", id=FIRST.key).text
    assert "It is locked: it cannot move until an administrator unlocks it." in row
    assert locked == (
        f"{FIRST.title} is locked Since Tue, Mar 2, 12:00 a.m. ET (Monday night) , by tester, on the command line: "
        "“Invented.”. It cannot move, and its owner goes on writing. A way back stays open. "
        f"An administrator lifts it: cutover unlock {FIRST.key} --reason …"
    )
    with world.store.writing() as unit:
        stop_all(unit, TESTER)
    page = board(world, Role.OPERATOR)
    assert halts(page) == [locked]
    everything = page.one("div", class_="usa-alert usa-alert--error").text
    assert everything.startswith("Everything is stopped Since Tue, Mar 2, 12:00 a.m. ET")
    assert "Move it to VA.gov" not in page.one("main").text
    says = page.one("div", id="state").attributes["data-says"]
    assert says.startswith(f"Everything is stopped. {FIRST.title} is locked. No move is running")
    assert faults(page) == []


def halts(page: Element) -> list[str]:
    """What is said of stops and locks."""
    return [
        one.text for one in page.one("div", id="state").all("div") if "usa-alert " in one.attributes.get("class", "")
    ]


def test_an_assumed_write_is_not_hidden_either(world: World) -> None:
    world.files.put(replace(FIRST, systems={**FIRST.systems, System.MHV: MhvBinding("images")}))
    world.context.keeper.reload()
    assert "write is assumed" in board(world).one("tr", id=FIRST.key).text


def test_a_preference_that_is_not_live_says_so(world: World) -> None:
    assert "It is on hold: only a live preference can be moved." in board(world).one("tr", id=ON_HOLD.key).text
    world.files.put(replace(FIRST, status=Status.PLANNED))
    world.context.keeper.reload()
    assert "It is planned: only a live preference" in board(world).one("tr", id=FIRST.key).text


def test_a_preference_without_a_file_that_was_ever_read_is_shown_by_its_key(world: World) -> None:
    world.adopt(FIRST.key)
    with world.store.writing() as unit:
        known = unit.ownerships.of([FIRST.key])[FIRST.key]
    world.files.preferences.clear()
    world.files.known.clear()
    world.context.keeper._current = world.context.catalogue.__class__()
    row = board(world, Role.OPERATOR).one("tr", id=known.key).text
    assert f"There is no file flags/{known.key}.toml." in row


def test_without_preferences_the_board_says_what_to_do(world: World) -> None:
    world.context.keeper._current = world.context.catalogue.__class__()
    assert "Add one file to flags/" in board(world).one("main").text


def test_the_board_says_where_it_is_and_when_it_was_read(world: World) -> None:
    page = board(world)
    assert "Environment: invented" in page.one("header").text
    assert "As of Tue, Mar 2, 2027, 12:00:00 a.m. ET (Monday night)" in page.one("main").text
    assert page.all("time")[0].attributes["datetime"] == "2027-03-02T05:00:00Z"
    assert page.links()["Show it as it is now"] == "/"


def test_the_board_can_be_used_without_seeing_it(world: World) -> None:
    world.adopt(FIRST.key, SECOND.key)
    world.moved(System.VA_GOV, SECOND.key)
    world.holder.renew()
    world.drive(world.begin(System.VA_GOV, FIRST.key).id, until=Stage.DRAIN)
    assert faults(board(world, Role.OPERATOR)) == []


def test_a_stopped_preference_says_so_in_plain_words_and_who_must_act(world: World) -> None:
    world.adopt(FIRST.key)
    world.moved(System.VA_GOV, FIRST.key)
    recover_now(world.store, world.context.catalogue, By("cli:invented", "Invented."))
    page = board(world, Role.OPERATOR)
    row = page.one("tr", id=FIRST.key)
    assert "Stopped: nobody can change it until its owner is certain" in row.text
    assert "An administrator must name its owner: cutover recover status. VA.gov held it before." in row.text
    assert not [link for link in row.all("a") if "…" in link.text]
    assert "1 stopped" in boxes(page)["Now"]
    assert boxes(page)["In the way"].startswith("1")
    assert faults(page) == []


def test_what_veterans_read_of_a_step_to_come_stands_beside_it(world: World) -> None:
    terms = NoticeTerms(timedelta(days=7), timedelta(hours=1), "From {date} on VA.gov.", "Until then, call MHV.")
    world.adopt(FIRST.key)
    world.run(plan("announced", replace(TO_VA_GOV, not_before=BEGINNING + timedelta(days=7, hours=1), notice=terms)))
    told = []
    for hours in (0, 1, 7 * 24 - 1):
        world.clock.advance(hours * 3600)
        text = board(world).one("tr", id=FIRST.key).text
        told.append("read until" in text)
        assert ("“From March 9, 2027 on VA.gov. Until then, call MHV.”" in text) is (hours > 0)
    assert told == [False, True, False]
    assert "are asked to wait until Tue, Mar 9, 2:00 a.m. ET" in board(world).one("tr", id=FIRST.key).text
