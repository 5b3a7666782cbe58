"""Moves by hand that need approvals: refused without them, proposed, approved by others, started once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from app.domain.moves import Move, Outcome, Stage
from app.domain.ownership import NOBODY
from app.domain.plans import Step
from app.services import moving
from app.services.moving import Wish
from app.services.planning.proposing import (
    LASTS,
    Proposed,
    approve,
    latest,
    look,
    override,
    proposal_json,
    propose,
    wish_of,
    withdraw,
)
from app.services.planning.stopping import lift
from app.services.recording import By
from app.services.rehearsing import rehearse
from tests.services.stops import refused
from tests.services.test_races import race
from tests.services.test_stopping_moves import in_unit, stop
from tests.services.timetable import Timetable, plan
from tests.services.world import ADMIN, ALERTS, IMAGES, MHV, PM, RX, VA_GOV, World, catalogue, preference

ANN, BOB, EVE = (By(f"token:{name}", f"{name} looked at it.") for name in ("ann", "bob", "eve"))
SURFACES = {"surfaces": {RX: ("va_gov_profile",)}}


@pytest.fixture
def strict(world: World) -> World:
    """A world in which a move by hand of one preference needs an approval, of another two, of the third none."""
    asked = {RX: 1, ALERTS: 2, IMAGES: 0}
    world.files = catalogue(*(preference(key, approvals_by_hand=count) for key, count in asked.items()))
    world.adopt()
    return world


def proposed(world: World, *keys: str, wish: Wish | None = None) -> int:
    """Propose a move to VA.gov; its number."""
    wanted = wish or world.wish(VA_GOV, *keys)
    with world.store.writing() as unit:
        return propose(unit, world.files, wanted, PM).proposal.id


def approved(world: World, number: int, by: By) -> Proposed:
    """Approve a proposal."""
    with world.store.writing() as unit:
        return approve(unit, world.files, number, by)


def seen(world: World, number: int) -> Proposed:
    """A proposal as it is now."""
    with world.store.reading() as unit:
        return look(unit, number)


def moves(world: World) -> list[Move]:
    """Every move."""
    with world.store.reading() as unit:
        return unit.moves.latest(50)


def test_a_move_by_hand_is_refused_without_its_approvals_and_told_how_to_propose_it(strict: World) -> None:
    before = strict.head
    for keys, count in (((RX,), "1 approval"), ((IMAGES, ALERTS), "2 approvals")):
        for ask in (partial(strict.start, VA_GOV, *keys), partial(strict.start, NOBODY, *keys)):
            refusal = refused(ask)
            assert refusal.code == "approval_needed"
            assert refusal.detail == f"A move of {', '.join(keys)} by hand needs {count}."
            assert "cutover propose" in refusal.mend
    assert (strict.head, moves(strict)) == (before, [])
    assert strict.flip(VA_GOV, IMAGES).outcome is Outcome.DONE


def test_a_dry_run_is_refused_as_the_move_is_and_a_dry_run_of_a_proposal_answers(strict: World) -> None:
    dry = partial(rehearse, strict.store, strict.files, strict.checks(), strict.wish(VA_GOV, RX))
    assert refused(dry).code == "approval_needed"
    assert dry(approved=True).record(Stage.CHECK).detail["answers"]
    assert (moves(strict), strict.ledger[-1].act) == ([], "adopt")


def test_with_its_last_approval_a_move_starts_as_its_authors_and_the_ledger_names_all(strict: World) -> None:
    number = proposed(strict, wish=strict.wish(VA_GOV, ALERTS, RX, **SURFACES))
    assert seen(strict, number).proposal.needed == 2
    assert approved(strict, number, ANN).move is None
    assert moves(strict) == []
    after = approved(strict, number, BOB)
    [move] = moves(strict)
    assert after.move == move
    assert (move.preferences, move.origin, move.to, move.epochs) == ((ALERTS, RX), MHV, VA_GOV, {RX: 1, ALERTS: 1})
    assert (move.terms.actor, move.terms.reason, move.terms.surfaces) == (PM.actor, PM.reason, SURFACES["surfaces"])
    assert (after.state, after.proposal.move) == ("started", move.id)
    acts = [(entry.act, entry.actor) for entry in strict.ledger if "proposal" in entry.body]
    assert acts == [
        ("proposed", PM.actor),
        ("proposal_approved", ANN.actor),
        ("proposal_approved", BOB.actor),
        ("proposal_started", BOB.actor),
    ]
    told = {"proposed_by": PM.actor, "approved_by": [ANN.actor, BOB.actor]}
    assert strict.ledger[-1].body == {"proposal": number, "move": move.id, **told}
    assert strict.finish(move).outcome is Outcome.DONE


def test_a_plans_step_and_an_undo_need_no_approvals_by_hand_and_an_undo_of_an_undo_does(strict: World) -> None:
    times = Timetable(strict, plan(Step("first", (RX,), VA_GOV)))
    assert times.tick().started == ("plan/first",)
    moved = strict.finish(times.move("first"))
    undo = strict.finish(strict.undo(moved.id))
    assert strict.row(RX).owner is MHV
    assert refused(partial(strict.undo, undo.id)).code == "approval_needed"


def test_who_proposed_it_does_not_approve_it(strict: World) -> None:
    number = proposed(strict, RX)
    before = strict.head
    assert refused(partial(approved, strict, number, replace(PM, reason="Mine."))).code == "not_four_eyes"
    assert (strict.head, moves(strict), seen(strict, number).gates.approvals) == (before, [], ())


def test_the_same_person_counts_once(strict: World) -> None:
    number = proposed(strict, ALERTS)
    approved(strict, number, ANN)
    assert refused(partial(approved, strict, number, replace(ANN, reason="Again."))).code == "already_approved"
    assert (len(seen(strict, number).gates.approvals), moves(strict)) == (1, [])


def test_a_proposal_runs_out_after_seven_days(strict: World) -> None:
    number, other = proposed(strict, RX), proposed(strict, ALERTS)
    strict.clock.advance(LASTS.total_seconds() - 1)
    assert seen(strict, number).state == "open"
    assert approved(strict, number, ANN).state == "started"
    strict.clock.advance(1)
    assert seen(strict, other).state == "expired"
    for decide in (
        partial(approved, strict, other, ANN),
        partial(in_unit, strict, lambda unit: override(unit, strict.files, other, ADMIN)),
        partial(in_unit, strict, lambda unit: withdraw(unit, other, PM)),
    ):
        assert refused(decide).code == "proposal_expired"
    assert [one.preferences for one in moves(strict)] == [(RX,)]
    assert timedelta(days=7) == LASTS


def test_a_proposal_decided_on_old_epochs_is_refused_with_its_last_approval_and_stays(strict: World) -> None:
    number = proposed(strict, RX)
    step = Timetable(strict, plan(Step("first", (RX,), VA_GOV)))
    step.tick()
    strict.finish(strict.undo(strict.finish(step.move("first")).id))
    before = strict.head
    refusal = refused(partial(approved, strict, number, ANN))
    assert (refusal.code, refusal.facts["epoch"]) == ("epoch_stale", 5)
    assert (
        refused(partial(in_unit, strict, lambda unit: override(unit, strict.files, number, ADMIN))).code
        == "epoch_stale"
    )
    now = seen(strict, number)
    assert (strict.head, now.state, now.gates.approvals) == (before, "open", ())


def test_a_stopped_proposal_starts_once_the_stop_is_lifted(strict: World) -> None:
    number = proposed(strict, RX)
    stop(strict)
    assert refused(partial(approved, strict, number, ANN)).code == "everything_stopped"
    assert refused(partial(proposed, strict, ALERTS)).code == "everything_stopped"
    in_unit(strict, lambda unit: lift(unit, ADMIN))
    assert approved(strict, number, ANN).state == "started"


def test_a_withdrawn_proposal_is_approved_by_nobody(strict: World) -> None:
    number = proposed(strict, RX)
    in_unit(strict, lambda unit: withdraw(unit, number, BOB))
    assert (seen(strict, number).state, strict.ledger[-1].act) == ("withdrawn", "proposal_withdrawn")
    for decide in (
        partial(approved, strict, number, ANN),
        partial(in_unit, strict, lambda unit: override(unit, strict.files, number, ADMIN)),
        partial(in_unit, strict, lambda unit: withdraw(unit, number, PM)),
    ):
        assert refused(decide).code == "proposal_ended"
    assert moves(strict) == []


def test_a_proposal_that_has_started_starts_nothing_more(strict: World) -> None:
    number = proposed(strict, RX)
    move = approved(strict, number, ANN).move
    assert move is not None
    strict.call_off(move.id)
    refusal = refused(partial(approved, strict, number, BOB))
    assert (refusal.code, refusal.detail) == ("proposal_ended", f"Proposal {number} has started move {move.id}.")
    assert len(moves(strict)) == 1


def test_an_administrator_breaks_the_glass_and_the_ledger_keeps_it(strict: World) -> None:
    number = proposed(strict, ALERTS)
    approved(strict, number, ANN)
    in_unit(strict, lambda unit: override(unit, strict.files, number, ADMIN))
    [move] = moves(strict)
    entry = next(entry for entry in strict.ledger if entry.act == "break_glass")
    assert (entry.actor, entry.reason) == (ADMIN.actor, ADMIN.reason)
    assert entry.body == {"proposal": number, "overrides": "approvals", "approvals": 1, "needed": 2}
    assert seen(strict, number).proposal.move == move.id
    assert strict.ledger[-1].body["approved_by"] == [ANN.actor]


def test_a_file_that_asks_for_more_by_now_is_kept_and_one_that_asks_for_less_changes_nothing(strict: World) -> None:
    number, other = proposed(strict, RX), proposed(strict, ALERTS)
    strict.files = catalogue(preference(RX, approvals_by_hand=2), preference(ALERTS, approvals_by_hand=0))
    assert approved(strict, number, ANN).move is None
    assert approved(strict, number, BOB).move is not None
    assert approved(strict, other, ANN).move is None


WRONG: dict[str, tuple[Callable[[Wish], Wish], str]] = {
    "an old epoch": (lambda wish: replace(wish, expect={RX: 0}), "epoch_stale"),
    "no epoch": (lambda wish: replace(wish, expect={}), "epoch_missing"),
    "already there": (lambda wish: replace(wish, to=MHV), "already_there"),
    "no approval needed": (lambda wish: replace(wish, preferences=(IMAGES,), expect={IMAGES: 1}), "invalid"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_could_not_start_is_not_proposed(strict: World, case: str) -> None:
    change, code = WRONG[case]
    before = strict.head
    assert refused(partial(proposed, strict, wish=change(strict.wish(VA_GOV, RX)))).code == code
    with strict.store.reading() as unit:
        assert (unit.ledger.head(), latest(unit, 10)) == (before, [])


def test_what_does_not_exist_is_not_found(strict: World) -> None:
    assert refused(partial(seen, strict, 7)).code == "not_found"
    assert refused(partial(approved, strict, 7, ANN)).code == "not_found"


def test_proposals_are_told_the_newest_first_with_what_was_said_of_each(strict: World) -> None:
    first, second = proposed(strict, RX), proposed(strict, ALERTS)
    approved(strict, first, ANN)
    approved(strict, second, BOB)
    strict.clock.advance(LASTS.total_seconds())
    with strict.store.reading() as unit:
        told = [proposal_json(one) for one in latest(unit, 10)]
        assert [proposal_json(one) for one in latest(unit, 1)] == told[:1]
    assert [(one["id"], one["state"]) for one in told] == [(second, "expired"), (first, "started")]
    assert [[each["by"] for each in one["approvals"]] for one in told] == [[BOB.actor], [ANN.actor]]
    assert (told[0]["by"], told[0]["reason"], told[0]["needed"]) == (PM.actor, PM.reason, 2)


def test_an_approval_is_given_for_exactly_the_move_that_was_proposed(strict: World) -> None:
    number = proposed(strict, wish=strict.wish(VA_GOV, RX, **SURFACES))
    wish = wish_of(seen(strict, number).proposal)
    assert (wish.preferences, wish.to, dict(wish.expect)) == ((RX,), VA_GOV, {RX: 1})
    approved(strict, proposed(strict, ALERTS), ANN)
    with strict.store.reading() as unit:
        bases = {one.basis for one in unit.sign_offs.of([f"proposal-{number}", f"proposal-{number + 1}"])}
    assert len(bases) == 1
    assert len(bases.pop()) == 64


def test_of_approvers_who_come_at_once_one_starts_the_move(strict: World) -> None:
    for _ in range(3):
        number = proposed(strict, RX)
        answers = race(*[partial(approved, strict, number, by) for by in (ANN, BOB, EVE)])
        assert sorted(one if isinstance(one, str) else "won" for one in answers) == [*["proposal_ended"] * 2, "won"]
        [move] = [one for one in moves(strict) if one.outcome is None]
        strict.call_off(move.id)


def test_two_who_approve_at_once_what_needs_two_start_it_once(strict: World) -> None:
    for _ in range(3):
        number = proposed(strict, ALERTS)
        answers = race(*[partial(approved, strict, number, by) for by in (ANN, BOB)])
        assert [isinstance(one, Proposed) for one in answers] == [True, True], answers
        [move] = [one for one in moves(strict) if one.outcome is None]
        assert seen(strict, number).proposal.move == move.id
        strict.call_off(move.id)


def test_a_start_that_was_not_approved_cannot_be_reached_by_terms_alone(strict: World) -> None:
    """What a face can say of a move is its wish. Only the door's own word lets it through."""
    wish = strict.wish(VA_GOV, RX)
    with strict.store.writing() as unit:
        assert refused(lambda: moving.start(unit, strict.files, wish)).code == "approval_needed"
        assert moving.start(unit, strict.files, wish, approved=True).preferences == (RX,)
