"""Recovery: every state says what an administrator does now, and owners are named by form."""

import pytest
from flask.testing import FlaskClient

from app.domain.ownership import State, System
from app.domain.roles import Role
from app.services.recovering import HIGHEST, RAISED_BY
from tests.entrypoints.api.test_recovery import outlast
from tests.entrypoints.invented import FIRST, SECOND
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.pages.test_moves import send
from tests.entrypoints.pages.test_stopping import HOSTILE, main_of, page_of
from tests.entrypoints.world import World

KEY = FIRST.key


@pytest.fixture
def boss(world: World) -> FlaskClient:
    """An administrator; two preferences are held by MHV."""
    world.adopt(KEY, SECOND.key)
    return world.person(Role.ADMIN, name="boss")


def hidden(browser: FlaskClient, address: str, name: str) -> str:
    """What a form carries."""
    return page_of(browser, address).one("input", name=name).attributes["value"]


def recovered(browser: FlaskClient, **entered: str) -> None:
    """Stop every preference."""
    revision = hidden(browser, "/recovery/recover", "revision")
    answer = send(browser, "/recovery/recover", typed="recover", revision=revision, **entered)
    assert (answer.status_code, answer.location) == (303, "/recovery"), answer.text


def test_while_all_is_certain_nothing_is_to_be_done(world: World, boss: FlaskClient) -> None:
    text = main_of(boss, "/recovery")
    assert "It is certain who owns what" in text
    assert "The database is the one it was, and no preference is stopped." in text
    assert "can’t" not in main_of(world.person(Role.VIEWER, name="looker"), "/recovery")


def test_a_changed_database_says_what_an_administrator_does_now(world: World, boss: FlaskClient) -> None:
    with world.store.writing() as unit:
        unit.ledger.lock()
        assert unit.marks.identify("another database", None)
    text = main_of(boss, "/recovery")
    assert "The controller’s database is not the one it was" in text
    assert "Nothing is granted and nothing moves" in text
    assert "make sure that only one copy of the database runs" in text
    assert "You can’t do that. Your role is viewer; an administrator can." in main_of(
        world.person(Role.VIEWER, name="looker"), "/recovery"
    )


def test_the_whole_way_from_a_stop_to_an_owner(world: World, boss: FlaskClient) -> None:
    world.moved(System.VA_GOV, KEY)
    recovered(boss, reason=HOSTILE)
    assert world.row(KEY).state is State.STOPPED
    text = main_of(boss, "/recovery")
    assert "Preferences are stopped until old grants have run out" in text
    assert "It goes on by itself." in text
    assert "Its owner can be named once old grants have run out." in text
    address = f"/recovery/{KEY}/name"
    epoch = hidden(boss, address, "epoch")
    early = send(boss, address, epoch=epoch, owner="va_gov", typed=KEY)
    assert early.status_code == 503
    assert world.row(KEY).state is State.STOPPED
    outlast(world)
    page = page_of(boss, "/recovery")
    assert "Owners must be named" in page.one("main").text
    assert page.links()["Name the owner of Parcel on its way…"] == address
    assert "Move 1 to VA.gov, under epoch 3" in main_of(boss, address)
    assert send(boss, address, epoch=epoch, owner="va_gov", typed=KEY).location == "/recovery"
    row = world.row(KEY)
    assert (row.state, row.owner, row.epoch) == (State.HELD, System.VA_GOV, int(epoch) + 1)
    assert KEY not in main_of(boss, "/recovery")
    late = send(boss, address, epoch=epoch, owner="mhv", typed=KEY)
    assert late.status_code == 412
    assert read(late.text).one("h1").text == "Somebody else was first. Nothing was done"
    assert world.row(KEY).owner is System.VA_GOV


def test_a_form_that_is_not_complete_keeps_what_was_typed(world: World, boss: FlaskClient) -> None:
    recovered(boss)
    outlast(world)
    address = f"/recovery/{KEY}/name"
    epoch = hidden(boss, address, "epoch")
    for owner, typed, field in (("", KEY, "owner"), ("nobody", KEY, "owner"), ("mhv", "other", "typed")):
        answer = send(boss, address, epoch=epoch, owner=owner, typed=typed)
        page = read(answer.text)
        assert answer.status_code == 422
        assert f"#{field}" in page.links().values()
        assert page.one("input", id="typed").attributes["value"] == typed
        assert faults(page) == []
    assert world.row(KEY).state is State.STOPPED


def test_a_recovery_is_typed_and_its_number_is_one(world: World, boss: FlaskClient) -> None:
    revision = hidden(boss, "/recovery/recover", "revision")
    for typed, above in (("", ""), ("recover", "-1"), ("recover", "many"), ("recover", str(HIGHEST))):
        answer = send(boss, "/recovery/recover", typed=typed, above=above, revision=revision)
        assert answer.status_code == 422
        assert faults(read(answer.text)) == []
    assert world.row(KEY).state is State.HELD
    recovered(boss, above="5000000")
    assert world.row(KEY).epoch == 5000000 + RAISED_BY


def test_of_two_recoveries_by_one_page_the_second_is_told(world: World, boss: FlaskClient) -> None:
    revision = hidden(boss, "/recovery/recover", "revision")
    recovered(boss)
    epoch = world.row(KEY).epoch
    assert send(boss, "/recovery/recover", typed="recover", revision=revision).status_code == 412
    assert world.row(KEY).epoch == epoch


def test_only_an_administrator_recovers_and_names(world: World, boss: FlaskClient) -> None:
    recovered(boss)
    for role in (Role.VIEWER, Role.OPERATOR, Role.APPROVER):
        browser = world.person(role, name=role.value)
        page = page_of(browser, "/recovery")
        assert f"Your role is {role}; an administrator can." in page.one("main").text
        assert not [words for words in page.one("main").links() if words.startswith(("Name the owner", "Stop every"))]
        for address in ("/recovery/recover", f"/recovery/{KEY}/name"):
            assert browser.get(address).status_code == 403
            assert send(browser, address).status_code == 403


def test_the_owner_of_what_is_not_stopped_is_not_named(world: World, boss: FlaskClient) -> None:
    assert boss.get(f"/recovery/{KEY}/name").status_code == 409
    assert boss.get("/recovery/no_such/name").status_code == 404
