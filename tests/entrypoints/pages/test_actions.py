"""Every legal button is there and every illegal one is not, for each state and each role."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.catalogue import MhvBinding
from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.roles import Role
from tests.entrypoints.invented import FIRST, ON_HOLD, ONLY_VA_GOV
from tests.entrypoints.pages.reading import Element, faults, read
from tests.entrypoints.world import World

KEY = FIRST.key
TO_VA_GOV, BACK, RETIRE = "Move it to VA.gov…", "Move it back to MHV…", "Retire it…"
UNDO, CALL_OFF = "Undo: move back to MHV…", "Call off the move…"
START_THERE, START_HERE, RESTORE = "Start it on VA.gov…", "Start it on MHV…", "Restore it to MHV…"
ALL = {TO_VA_GOV, BACK, RETIRE, UNDO, CALL_OFF, START_THERE, START_HERE, RESTORE}


def unowned(world: World) -> None:
    """No system holds it yet."""


def held_by_mhv(world: World) -> None:
    """Adopted."""
    world.adopt(KEY)


def begun(world: World) -> None:
    """A move has it, and has not frozen it yet."""
    world.adopt(KEY)
    world.begin(System.VA_GOV, KEY)


def moving(world: World) -> None:
    """Nobody can change it: a lease is waited for."""
    world.adopt(KEY)
    world.holder.renew()
    world.drive(world.begin(System.VA_GOV, KEY).id, until=Stage.DRAIN)


def held_by_va_gov(world: World) -> None:
    """Moved."""
    world.adopt(KEY)
    world.moved(System.VA_GOV, KEY)


def moved_back(world: World) -> None:
    """Moved there and back, so that the first move cannot be undone any more."""
    held_by_va_gov(world)
    world.moved(System.MHV, KEY)


def called_off(world: World) -> None:
    """A move was called off because a system did not answer."""
    world.adopt(KEY)
    world.mhv.trouble = "The connection was refused."
    world.moved(System.VA_GOV, KEY)


def started_there(world: World) -> None:
    """Started on VA.gov: nothing was before, so there is nothing to go back to."""
    world.moved(System.VA_GOV, KEY)


def retired(world: World) -> None:
    """Retired."""
    world.adopt(KEY)
    world.retired(KEY)


def on_hold(world: World) -> None:
    """Held, but its file says that it is on hold."""
    world.adopt(KEY)
    _rewrite(world, status=ON_HOLD.status)


def on_hold_after_a_move(world: World) -> None:
    """Moved, and on hold since."""
    held_by_va_gov(world)
    _rewrite(world, status=ON_HOLD.status)


def file_missing(world: World) -> None:
    """Held, but its file has gone."""
    world.adopt(KEY)
    del world.files.preferences[KEY]
    world.context.keeper.reload()


def only_va_gov_unowned(world: World) -> None:
    """New, and without a contract of MHV's."""
    _rewrite(world, systems=ONLY_VA_GOV.systems, choices=ONLY_VA_GOV.choices, starts_with=None)


def without_a_contract(world: World) -> None:
    """Held by MHV, and VA.gov has no id for it."""
    _rewrite(world, systems={System.MHV: MhvBinding("rx")})
    world.adopt(KEY)


def advisory(world: World) -> None:
    """Written by clients without a lease."""
    _rewrite(world, advisory_writers=True)
    world.adopt(KEY)


LOCK = "Lock this preference…"

# state: (what an operator is offered, what an administrator is offered)
LEGAL: dict[Callable[[World], None], tuple[set[str], set[str]]] = {
    unowned: ({START_THERE, START_HERE}, set()),
    held_by_mhv: ({TO_VA_GOV, RETIRE}, set()),
    begun: ({CALL_OFF}, set()),
    moving: ({CALL_OFF}, set()),
    held_by_va_gov: ({UNDO, BACK, RETIRE}, set()),
    moved_back: ({"Undo: move back to VA.gov…", TO_VA_GOV, RETIRE}, set()),
    called_off: ({TO_VA_GOV, RETIRE}, set()),
    started_there: ({BACK, RETIRE}, set()),
    retired: (set(), {RESTORE}),
    on_hold: (set(), set()),
    on_hold_after_a_move: (set(), set()),
    file_missing: (set(), set()),
    only_va_gov_unowned: ({START_THERE}, set()),
    without_a_contract: ({RETIRE}, set()),
    advisory: (set(), set()),
}
ROLES = [
    (Role.VIEWER,),
    (Role.APPROVER,),
    (Role.OPERATOR,),
    (Role.ADMIN,),
    (Role.OPERATOR, Role.ADMIN),
]


@pytest.mark.parametrize("roles", ROLES, ids=["+".join(roles) for roles in ROLES])
@pytest.mark.parametrize("state", LEGAL, ids=lambda state: state.__name__)
def test_the_page_of_a_preference_offers_what_is_legal_and_nothing_else(
    world: World, state: Callable[[World], None], roles: tuple[Role, ...]
) -> None:
    state(world)
    by_operator, by_admin = LEGAL[state]
    legal = (by_operator if Role.OPERATOR in roles else set()) | (by_admin if Role.ADMIN in roles else set())
    row = row_of(world, *roles)
    offered = {words for words in row.links() if words.endswith("…")}
    assert (LOCK in offered) is (Role.OPERATOR in roles), "whatever its state"
    assert offered - {LOCK} == legal
    if not legal:
        assert row.all("p", class_="small instead"), "nothing stands where a button would be"


@pytest.mark.parametrize("state", LEGAL, ids=lambda state: state.__name__)
def test_a_button_that_is_offered_leads_to_a_page_that_asks(world: World, state: Callable[[World], None]) -> None:
    state(world)
    world.mhv.trouble = None
    browser = world.signed_in(Role.OPERATOR, Role.ADMIN)
    row = read(browser.get(f"/preferences/{KEY}").text).one("section", id="do")
    for words, address in row.links().items():
        answer = browser.get(address)
        assert answer.status_code == 200, f"{words}: {answer.text}"
        if words.endswith("…"):
            assert read(answer.text).one("main").all("form"), f"{words} leads to a page without a form"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (held_by_mhv, "An operator can move it to VA.gov or retire it. Your role is viewer."),
        (held_by_va_gov, "An operator can undo: move back to MHV or move it back to MHV or retire it."),
        (moving, "An operator can call off the move. Your role is viewer."),
        (retired, "An administrator can restore it to MHV. Your role is viewer."),
        (on_hold, 'When it is live, say status = "live" in'),
        (file_missing, f"Put flags/{KEY}.toml back."),
        (only_va_gov_unowned, "MHV has no id or contract for"),
        (without_a_contract, "VA.gov has no id or contract for"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_sentence_stands_where_a_button_would_be(world: World, state: Callable[[World], None], sentence: str) -> None:
    state(world)
    assert sentence in row_of(world, Role.VIEWER).text


def row_of(world: World, *roles: Role) -> Element:
    """What can be done with a preference, as the page of it says to somebody with these roles."""
    page = read(world.signed_in(*roles).get(f"/preferences/{KEY}").text)
    assert faults(page) == []
    return page.one("section", id="do")


@pytest.mark.parametrize("roles", ROLES, ids=["+".join(roles) for roles in ROLES])
@pytest.mark.parametrize("state", LEGAL, ids=lambda state: state.__name__)
def test_the_board_links_to_what_is_legal_and_nothing_else(
    world: World, state: Callable[[World], None], roles: tuple[Role, ...]
) -> None:
    state(world)
    page = read(world.signed_in(*roles).get("/").text)
    assert faults(page) == []
    links = [one for one in page.one("tr", id=KEY).all("a") if one.text.endswith("…")]
    offered = {one.attributes.get("aria-label", one.text).replace(" …", "…") for one in links}
    by_operator, by_admin = LEGAL[state]
    assert offered == (by_operator if Role.OPERATOR in roles else set()) | (by_admin if Role.ADMIN in roles else set())


def _rewrite(world: World, **changes: object) -> None:
    world.files.put(replace(FIRST, **changes))  # type: ignore[arg-type]  # fields by their names
    world.context.keeper.reload()
