"""Proposals of moves by hand: a page for each; approved by another, withdrawn, declined, overridden, run out."""

from flask.testing import FlaskClient

from app.domain.roles import Role
from app.services.planning.stopping import stop_all
from app.services.recording import By
from tests.entrypoints.invented import SECOND
from tests.entrypoints.pages.test_approvals import ADA, ada, bob, carried, count, proposed_by
from tests.entrypoints.pages.test_moves import send
from tests.entrypoints.pages.test_stopping import HOSTILE, main_of, page_of
from tests.entrypoints.world import World

__all__ = ["ada", "bob"]


def test_what_runs_out_by_the_time_alone_is_not_counted_for_long(world: World, bob: FlaskClient) -> None:
    proposed_by(world)
    assert count(bob, "/incidents") == "Approvals 1 waits for you"
    with world.store.reading() as unit:
        left = unit.proposals.latest(1)[0].expires - unit.now()
    world.clock.advance(left.total_seconds() + 1)
    again = world.person(Role.APPROVER, name="bob")
    assert count(again, "/incidents") == "Approvals"


def test_a_proposal_is_approved_by_another_and_its_move_starts(
    world: World, ada: FlaskClient, bob: FlaskClient
) -> None:
    number = proposed_by(world)
    page = page_of(bob, f"/approvals/{number}")
    text = page.one("main").text
    assert "Proposal 1. Move by hand: Parcel on its way to VA.gov" in text
    assert "0 of 1 approval given. Missing: 1." in text
    assert "What its checks say now" in text
    assert "You can’t approve this move. You are its author" in main_of(ada, f"/approvals/{number}")
    address = page.links()["Approve this move…"]
    assert ada.get(address).status_code == 403
    assert send(ada, address, given="0").status_code == 403
    answer = send(bob, address, given=carried(bob, address, "given"))
    assert answer.location == "/moves/1"
    assert "Started" in main_of(bob, f"/approvals/{number}")
    assert "Started as move 1" in main_of(bob, "/approvals")
    assert send(bob, address, given="0").status_code == 409
    assert not [words for words in page_of(bob, f"/approvals/{number}").links() if "Approve" in words and "…" in words]


def test_a_proposal_that_somebody_approved_meanwhile_is_told(world: World, bob: FlaskClient) -> None:
    number = proposed_by(world, SECOND.key)
    address = f"/approvals/{number}/approve"
    assert send(bob, address, given="0").location == f"/approvals/{number}"
    carol = world.person(Role.APPROVER, name="carol")
    assert send(carol, address, given="0").status_code == 412
    assert send(carol, address, given=carried(carol, address, "given")).location == "/moves/1"


def test_a_proposal_is_withdrawn_by_its_author_or_declined_by_an_approver(
    world: World, ada: FlaskClient, bob: FlaskClient
) -> None:
    for browser, words in ((ada, "Withdraw"), (bob, "Decline")):
        number = proposed_by(world)
        address = page_of(browser, f"/approvals/{number}").links()[f"{words} this proposal…"]
        assert f"{words} the proposal to move Parcel on its way to VA.gov?" in main_of(browser, address)
        assert send(browser, address, given="0").location == f"/approvals/{number}"
        assert "Withdrawn" in main_of(browser, f"/approvals/{number}")
        assert send(browser, address, given="0").status_code == 409
    viewer = world.person(Role.VIEWER, name="looker")
    assert viewer.get("/approvals/1/withdraw").status_code == 403
    assert send(viewer, "/approvals/1/withdraw", given="0").status_code == 403


def test_an_overridden_proposal_is_red_for_ever(world: World, ada: FlaskClient) -> None:
    number = proposed_by(world)
    admin = world.person(Role.ADMIN, name="boss")
    address = f"/approvals/{number}/override"
    assert page_of(admin, f"/approvals/{number}").links()["Override the approvals…"] == address
    assert send(admin, address, given="0", typed="proposal 9").status_code == 422
    assert send(admin, address, given="0", typed=f"proposal {number}", reason=HOSTILE).location == "/moves/1"
    assert send(ada, address, given="0", typed=f"proposal {number}").status_code == 403
    page = page_of(ada, f"/approvals/{number}")
    assert page.one("p", class_="box box--bad").text.startswith("Approvals overridden by boss,")
    assert "Approvals overridden by boss" in main_of(ada, "/approvals")


def test_a_proposal_that_cannot_start_says_why(world: World, bob: FlaskClient) -> None:
    number = proposed_by(world)
    with world.store.writing() as unit:
        stop_all(unit, By(ADA, "Trouble."))
    text = main_of(bob, f"/approvals/{number}")
    assert "It cannot start now" in text
    assert "Everything is stopped" in text
