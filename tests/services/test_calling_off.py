"""Ways back: a call-off before the activation, an undo after it, a restoration after a retirement."""

from datetime import timedelta

import pytest

from app.domain.moves import STAGES, Outcome, Stage
from app.domain.ownership import NOBODY, State, System
from app.domain.refusals import Refusal
from app.services import moving
from app.services.store import Lost
from tests.services.world import ALERTS, MHV, PM, RX, VA_GOV, World

BEFORE = STAGES[: STAGES.index(Stage.WATCH)]
BAKE = {"bake": timedelta(days=3)}


def adopted_for(world: World, stage: Stage) -> None:
    """Adopt everything. Only with fences a move stands at its close and its activation, only without at its drain."""
    world.adopt()
    if stage in (Stage.CLOSE, Stage.ACTIVATE):
        world.fenced |= set(System)


@pytest.mark.parametrize("stage", BEFORE)
def test_a_move_called_off_at_any_stage_leaves_the_old_owner_and_nothing_that_breaks_the_next(
    world: World, stage: Stage
) -> None:
    adopted_for(world, stage)
    move = world.bring_to(stage, world.start(VA_GOV, RX, ALERTS))
    frozen = world.row(RX).state is State.MOVING
    assert world.call_off(move.id).outcome is Outcome.CALLED_OFF
    for row in world.rows(RX, ALERTS).values():
        assert (row.state, row.owner, row.move) == (State.HELD, MHV, None)
        assert row.epoch == (3 if frozen else 1), "a call-off of a freeze is a change, too"
        assert world.move(move.id).epochs[row.key] == row.epoch
    assert world.driver().advance(move.id) is None
    assert world.flip(VA_GOV, RX, ALERTS).outcome is Outcome.DONE
    assert world.row(RX).owner is VA_GOV


def test_a_call_off_is_told_with_who_did_it_and_why(world: World) -> None:
    world.adopt()
    world.call_off(world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX)).id)
    assert [(entry.act, entry.actor, entry.reason) for entry in world.ledger[-1:]] == [("call_off", *told())]
    world.call_off(world.start(VA_GOV, RX).id)
    assert [(entry.act, entry.actor, entry.reason) for entry in world.ledger[-1:]] == [
        ("call_off_before_freeze", *told())
    ]


def told() -> tuple[str, str]:
    """Who calls off, and why."""
    return PM.actor, PM.reason


def test_an_activated_move_is_too_late_to_call_off(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.WATCH, world.start(VA_GOV, RX, **BAKE))
    before = world.head
    with pytest.raises(Refusal) as refused:
        world.call_off(move.id)
    assert refused.value.code == "too_late_to_call_off"
    assert world.head == before


@pytest.mark.parametrize("stage", BEFORE)
def test_a_call_off_and_a_step_of_the_driver_that_saw_the_same_move_cannot_both_win(world: World, stage: Stage) -> None:
    """The driver stepped in between: the call-off finds out by the version of the move, and changes nothing."""
    adopted_for(world, stage)
    seen = world.bring_to(stage, world.start(VA_GOV, RX))
    world.driver().advance(seen.id)
    before, row = world.head, world.row(RX)
    with pytest.raises((Lost, Refusal)), world.store.writing() as unit:
        moving.call_off(unit, seen, PM)
    assert (world.head, world.row(RX)) == (before, row)


@pytest.mark.parametrize("stage", BEFORE)
def test_a_driver_that_saw_a_move_before_it_was_called_off_changes_nothing(world: World, stage: Stage) -> None:
    adopted_for(world, stage)
    driver = world.driver()
    seen = world.bring_to(stage, world.start(VA_GOV, RX), driver)
    world.call_off(seen.id)
    before, row = world.head.revision, world.row(RX)
    with pytest.raises((Lost, Refusal)):
        driver._at(seen.stage)(seen)
    assert (world.head.revision, world.row(RX), world.move(seen.id).outcome) == (before, row, Outcome.CALLED_OFF)


def test_an_undo_takes_owner_and_pages_back(world: World) -> None:
    world.adopt()
    move = world.flip(VA_GOV, RX, ALERTS, surfaces={RX: ("va_gov_profile",)})
    undo = world.finish(world.undo(move.id))
    assert (undo.outcome, undo.terms.undoes) == (Outcome.DONE, move.id)
    assert world.move(move.id).undone_by == undo.id
    for row in world.rows(RX, ALERTS).values():
        assert (row.owner, row.epoch, row.surfaces) == (MHV, 5, ("mhv_profile",))


def test_an_undo_during_the_bake_time_ends_the_move_that_it_takes_back(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.WATCH, world.start(VA_GOV, RX, **BAKE))
    assert world.driver().advance(move.id) == BAKE["bake"].total_seconds()
    world.finish(world.undo(move.id))
    assert world.move(move.id).outcome is Outcome.DONE
    assert world.driver().advance(move.id) is None


def test_an_undo_of_an_undo_is_the_move_again(world: World) -> None:
    world.adopt()
    move = world.flip(VA_GOV, RX, surfaces={RX: ("va_gov_profile",)})
    undo = world.finish(world.undo(move.id))
    again = world.finish(world.undo(undo.id))
    assert world.move(undo.id).undone_by == again.id
    assert (world.row(RX).owner, world.row(RX).surfaces) == (VA_GOV, ("va_gov_profile",))


@pytest.mark.parametrize("stage", [Stage.CHECK, Stage.FREEZE, Stage.DRAIN, Stage.CATCH_UP])
def test_an_undo_while_the_undo_is_under_way_is_refused_and_told_of_it(world: World, stage: Stage) -> None:
    world.adopt()
    move = world.flip(VA_GOV, RX)
    undo = world.bring_to(stage, world.undo(move.id))
    with pytest.raises(Refusal) as refused:
        world.undo(move.id)
    assert (refused.value.code, refused.value.facts["move"]) == ("move_open", undo.id)


def test_an_undo_after_something_else_moved_it_is_refused(world: World) -> None:
    world.adopt()
    first = world.flip(VA_GOV, RX, ALERTS)
    world.flip(MHV, ALERTS)
    with pytest.raises(Refusal) as refused:
        world.undo(first.id)
    assert refused.value.code == "not_undoable"


def test_an_undo_after_it_came_back_to_the_same_owner_by_another_move_is_refused(world: World) -> None:
    world.adopt()
    first = world.flip(VA_GOV, RX)
    world.flip(MHV, RX)
    second = world.flip(VA_GOV, RX)
    with pytest.raises(Refusal) as refused:
        world.undo(first.id)
    assert refused.value.code == "not_undoable"
    assert world.finish(world.undo(second.id)).outcome is Outcome.DONE


@pytest.mark.parametrize("stage", BEFORE)
def test_an_undo_that_was_called_off_leaves_nothing_in_the_way_of_the_next(world: World, stage: Stage) -> None:
    adopted_for(world, stage)
    move = world.flip(VA_GOV, RX)
    world.call_off(world.bring_to(stage, world.undo(move.id)).id)
    assert world.finish(world.undo(move.id)).outcome is Outcome.DONE
    assert world.row(RX).owner is MHV


@pytest.mark.parametrize("how", ["not activated", "called off", "retired", "started"])
def test_what_has_no_way_back_is_refused(world: World, how: str) -> None:
    world.adopt(ALERTS)
    move = world.start({"retired": NOBODY}.get(how, VA_GOV), RX if how == "started" else ALERTS)
    if how == "called off":
        world.call_off(move.id)
    elif how != "not activated":
        world.finish(move)
    with pytest.raises(Refusal) as refused:
        world.undo(move.id)
    assert refused.value.code == "not_undoable"


def test_a_retirement_drains_like_any_move_and_then_nobody_reads_or_writes(world: World) -> None:
    world.adopt()
    world.lease()
    move = world.bring_to(Stage.DRAIN, world.start(NOBODY, RX, surfaces={RX: ()}))
    assert world.driver().advance(move.id)
    world.lease(acknowledged=world.head.revision)
    world.finish(move)
    row = world.row(RX)
    assert (row.state, row.owner, row.surfaces) == (State.RETIRED, MHV, ())
    assert (row.route.read_from, row.route.write_to) == (None, None)


def test_a_restored_preference_goes_back_to_its_last_owner_and_can_move_again(world: World) -> None:
    world.adopt()
    world.flip(VA_GOV, RX)
    world.flip(NOBODY, RX)
    row = world.restore(RX)
    assert (row.state, row.owner, row.epoch) == (State.HELD, VA_GOV, 6)
    assert world.ledger[-1].act == "restore"
    assert world.flip(MHV, RX).outcome is Outcome.DONE


def test_what_is_not_retired_cannot_be_restored(world: World) -> None:
    world.adopt()
    with pytest.raises(Refusal) as refused:
        world.restore(RX)
    assert refused.value.code == "transition_illegal"
