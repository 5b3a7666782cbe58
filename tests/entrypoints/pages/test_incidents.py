"""Incidents: the open ones first, what to do now, and closing one once, by who may."""

from app.domain.evidence import Found, Kind
from app.domain.roles import Role
from app.services.incidents import raise_incident
from tests.entrypoints.invented import FIRST
from tests.entrypoints.pages.reading import faults, read
from tests.entrypoints.pages.test_moves import send
from tests.entrypoints.pages.test_stopping import HOSTILE, main_of, page_of
from tests.entrypoints.world import World

KEY = FIRST.key


def found(world: World, reference: str, kind: Kind = Kind.WRONG_SIDE, detail: str = "It was on the wrong side.") -> int:
    """Something is found; the number of its incident."""
    with world.store.writing() as unit:
        number = raise_incident(unit, Found(kind, KEY, "mhv", reference, detail, 3))
    assert number is not None
    return number


def test_with_no_incident_the_page_says_so(world: World) -> None:
    text = main_of(world.person(Role.VIEWER), "/incidents")
    assert "No open incident" in text
    assert "Nothing needs a person" in text


def test_open_ones_stand_first_with_their_count_by_kind(world: World) -> None:
    first, second = found(world, "w-1"), found(world, "w-2")
    found(world, "w-3", Kind.LATE_ANSWER)
    operator = world.person(Role.OPERATOR)
    send(operator, f"/incidents/{second}/close")
    page = page_of(operator, "/incidents")
    assert "Late answer: 1, Wrong-side write: 1" in [one.text for one in page.all("h2")]
    headings = [one.text for one in page.all("h3")]
    assert headings == ["Late answer: Parcel on its way", "Wrong-side write: Parcel on its way"]
    assert page.links()[f"Open incident {first}"] == f"/incidents/{first}"
    text = page.one("main").text
    assert text.index(f"Open incident {first}") < text.index(f"Incident {second}")


def test_an_incident_says_what_happened_and_what_to_do_and_names_the_write_only(world: World) -> None:
    for kind in Kind:
        number = found(world, f"w-{kind}", kind, HOSTILE)
        text = main_of(world.person(Role.OPERATOR), f"/incidents/{number}")
        assert HOSTILE in text
        assert "What to do now" in text
        assert f"Name of the write w-{kind} : the system’s own name for it. No person’s data is kept here." in text
        assert "Close this incident…" in text


def test_only_an_operator_closes_and_others_read_who_can(world: World) -> None:
    number = found(world, "w-1")
    for role in (Role.VIEWER, Role.APPROVER, Role.ADMIN):
        browser = world.person(role, name=role.value)
        page = page_of(browser, f"/incidents/{number}")
        assert f"You can’t close it. Your role is {role}; an operator can." in page.one("main").text
        assert "Close this incident…" not in page.links()
        assert browser.get(f"/incidents/{number}/close").status_code == 403
        assert send(browser, f"/incidents/{number}/close").status_code == 403


def test_an_incident_is_closed_once_with_a_reason(world: World) -> None:
    number = found(world, "w-1")
    operator = world.person(Role.OPERATOR)
    address = f"/incidents/{number}/close"
    assert "Close incident 1: Wrong-side write, Parcel on its way?" in main_of(operator, address)
    empty = send(operator, address, reason="")
    assert empty.status_code == 422
    assert faults(read(empty.text)) == []
    assert send(operator, address, reason=HOSTILE).location == f"/incidents/{number}"
    text = main_of(operator, f"/incidents/{number}")
    assert "Closed. What happened" in text
    assert "What to do now" not in text
    second = send(operator, address)
    assert second.status_code == 409
    assert faults(read(second.text)) == []


def test_an_incident_that_does_not_exist_is_not_found(world: World) -> None:
    operator = world.person(Role.OPERATOR)
    for number in (7, 2**31 - 1):
        assert operator.get(f"/incidents/{number}").status_code == 404
        assert operator.get(f"/incidents/{number}/close").status_code == 404
        assert send(operator, f"/incidents/{number}/close").status_code == 404
