"""Stopping everything, and locking one preference: what stands before its activation is called off, nothing starts."""

from collections.abc import Callable
from functools import partial

import pytest

from app.domain.moves import STAGES, Move, Outcome, Stage
from app.domain.ownership import NOBODY, State, System
from app.services.locking import goes_back
from app.services.planning.stopping import Stopped, insisting, lift, lock, stop_all, stops_json, unlock
from app.services.recording import By
from app.services.rehearsing import rehearse
from app.services.store import Unit
from tests.services.stops import refused
from tests.services.world import ADMIN, ALERTS, IMAGES, MHV, NEWS, RX, VA_GOV, World

BEFORE = STAGES[: STAGES.index(Stage.WATCH)]
ONCALL = By("token:oncall", "The errors grow.")


def in_unit(world: World, do: Callable[[Unit], object]) -> None:
    """Do something in a unit of its own."""
    with world.store.writing() as unit:
        do(unit)


def stop(world: World, by: By = ONCALL) -> Stopped:
    """Stop everything, as the faces do."""
    return insisting(world.store, lambda unit: stop_all(unit, by))


def locked(world: World, key: str, by: By = ONCALL) -> Stopped:
    """Lock one preference, as the faces do."""
    return insisting(world.store, lambda unit: lock(unit, world.files, key, by))


def stops(world: World) -> list[object]:
    """The keys of what is stopped; None for everything."""
    with world.store.reading() as unit:
        return [one["key"] for one in stops_json(unit)]


def open_moves(world: World) -> list[Move]:
    """The moves that have not ended."""
    with world.store.reading() as unit:
        return unit.moves.unfinished()


def fence(world: World, stage: Stage) -> None:
    """Only with fences a move stands at its close and its activation, only without at its drain."""
    if stage in (Stage.CLOSE, Stage.ACTIVATE):
        world.fenced |= set(System)


@pytest.mark.parametrize("stage", BEFORE)
def test_a_stop_calls_off_a_move_at_any_stage_before_its_activation(world: World, stage: Stage) -> None:
    world.adopt()
    fence(world, stage)
    move = world.bring_to(stage, world.start(VA_GOV, RX, ALERTS))
    assert stop(world).moves == (move.id,)
    stopped = world.move(move.id)
    assert stopped.outcome is Outcome.CALLED_OFF
    why = "Everything was stopped by token:oncall: The errors grow."
    assert stopped.record(stage).detail["called_off"] == why
    assert {(row.state, row.owner) for row in world.rows(RX, ALERTS).values()} == {(State.HELD, MHV)}
    assert world.driver().advance(move.id) is None


def test_a_stop_leaves_what_was_activated_as_it_is(world: World) -> None:
    world.adopt()
    moved = world.bring_to(Stage.WATCH, world.start(VA_GOV, RX))
    retired = world.bring_to(Stage.WATCH, world.start(NOBODY, ALERTS))
    before = world.rows_of_all()
    assert stop(world).moves == ()
    assert world.rows_of_all() == before
    assert [world.finish(move).outcome for move in (moved, retired)] == [Outcome.DONE] * 2


def test_a_stop_calls_off_every_move_and_the_ledger_names_them(world: World) -> None:
    world.adopt()
    moves = [world.start(VA_GOV, key) for key in (RX, ALERTS, IMAGES)]
    world.bring_to(Stage.DRAIN, moves[1])
    did = stop(world)
    assert did.moves == tuple(move.id for move in moves)
    entry = world.ledger[-1]
    assert (entry.act, entry.actor, entry.reason) == ("everything_stopped", ONCALL.actor, ONCALL.reason)
    assert entry.body == {"moves": list(did.moves)}
    assert open_moves(world) == []


def test_nothing_starts_under_a_stop_and_who_asks_is_told_of_it(world: World) -> None:
    world.adopt()
    stop(world)
    before = world.head
    for ask in (partial(world.start, VA_GOV, RX), partial(world.start, NOBODY, RX), partial(world.start, MHV, NEWS)):
        refusal = refused(ask)
        assert refusal.code == "everything_stopped"
        since = f"{world.clock.now():%Y-%m-%d %H:%M} UTC"
        assert refusal.detail == f"Everything is stopped, by token:oncall since {since}: “The errors grow.”."
        assert refusal.mend == "An administrator lifts it: cutover resume --reason …"
    assert world.head == before


def test_a_dry_run_under_a_stop_is_refused_too(sqlite_world: World) -> None:
    world = sqlite_world
    world.adopt()
    locked(world, RX)
    asked = partial(rehearse, world.store, world.files, world.checks(), world.wish(VA_GOV, RX))
    assert refused(asked).code == "preference_locked"


def test_a_second_stop_is_refused_and_the_first_one_keeps_its_reason(world: World) -> None:
    world.adopt()
    stop(world)
    refusal = refused(partial(stop, world, By("token:other", "Me too.")))
    assert refusal.code == "already_stopped"
    assert "token:oncall" in refusal.detail
    with world.store.reading() as unit:
        assert [one.reason for one in unit.locks.all().values()] == [ONCALL.reason]
    locked(world, RX)
    assert refused(partial(locked, world, RX)).code == "already_stopped"


def test_once_a_stop_is_lifted_moves_start_and_the_ledger_says_who_lifted_what(world: World) -> None:
    world.adopt()
    stop(world)
    in_unit(world, lambda unit: lift(unit, ADMIN))
    entry = world.ledger[-1]
    assert (entry.act, entry.actor, entry.body["stopped_by"], entry.body["why"]) == (
        *("stop_lifted", ADMIN.actor),
        *(ONCALL.actor, ONCALL.reason),
    )
    assert stops(world) == []
    assert world.flip(VA_GOV, RX).outcome is Outcome.DONE
    assert refused(partial(in_unit, world, lambda unit: lift(unit, ADMIN))).code == "not_stopped"


def test_a_stop_and_its_lifting_need_reasons(sqlite_world: World) -> None:
    world = sqlite_world
    stop(world)
    for reason in ("", " ", "a" * 501):
        assert refused(partial(By, "token:oncall", reason)).code in ("reason_missing", "invalid")
    assert stops(world) == [None]


def test_a_reason_as_long_as_may_be_stops_a_move_too(world: World) -> None:
    world.adopt()
    move = world.start(VA_GOV, RX)
    stop(world, By("token:oncall", "long\n" * 100))
    assert world.move(move.id).outcome is Outcome.CALLED_OFF


def test_a_lock_calls_off_the_move_of_its_preference_alone(world: World) -> None:
    world.adopt()
    both, other = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX, ALERTS)), world.start(VA_GOV, IMAGES)
    assert locked(world, ALERTS).moves == (both.id,)
    assert (world.ledger[-1].act, world.ledger[-1].body) == ("preference_locked", {"key": ALERTS, "moves": [both.id]})
    assert world.move(both.id).outcome is Outcome.CALLED_OFF
    assert world.finish(other).outcome is Outcome.DONE
    assert refused(partial(world.start, VA_GOV, RX, ALERTS)).code == "preference_locked"
    assert world.flip(VA_GOV, RX).outcome is Outcome.DONE


def test_a_lock_is_lifted_alone_and_not_by_lifting_a_stop(world: World) -> None:
    world.adopt()
    locked(world, RX)
    stop(world)
    assert stops(world) == [None, RX]
    in_unit(world, lambda unit: lift(unit, ADMIN))
    refusal = refused(partial(world.start, VA_GOV, RX))
    assert (refusal.code, refusal.facts["key"]) == ("preference_locked", RX)
    in_unit(world, lambda unit: unlock(unit, RX, ADMIN))
    assert (world.ledger[-1].act, world.ledger[-1].body["key"]) == ("preference_unlocked", RX)
    assert world.flip(VA_GOV, RX).outcome is Outcome.DONE


@pytest.mark.parametrize("key", ["", "nothing"])
def test_what_is_no_preference_is_neither_locked_nor_unlocked(world: World, key: str) -> None:
    stop(world)
    assert refused(partial(locked, world, key)).code == "preference_unknown"
    told = refused(partial(in_unit, world, lambda unit: unlock(unit, key, ADMIN))).code
    assert told == ("not_stopped" if key else "preference_unknown")
    assert stops(world) == [None], "an empty key must not lift the stop of everything"


def test_a_preference_whose_file_has_gone_can_be_locked_as_long_as_it_has_an_owner(world: World) -> None:
    world.adopt()
    world.files = type(world.files)()
    assert locked(world, RX).lock.key == RX
    assert refused(partial(locked, world, NEWS)).code == "preference_unknown"


@pytest.mark.parametrize("halt", [stop, partial(locked, key=RX)], ids=["stop", "lock"])
def test_an_undo_goes_through_a_stop_and_a_lock(world: World, halt: Callable[[World], Stopped]) -> None:
    world.adopt()
    move = world.flip(VA_GOV, RX)
    halt(world)
    assert world.finish(world.undo(move.id)).outcome is Outcome.DONE
    assert world.row(RX).owner is MHV


def test_the_undo_of_an_undo_goes_on_and_is_stopped_and_its_own_undo_goes_back(world: World) -> None:
    world.adopt()
    move = world.flip(VA_GOV, RX)
    undo = world.finish(world.undo(move.id))
    stop(world)
    assert refused(partial(world.undo, undo.id)).code == "everything_stopped"
    in_unit(world, lambda unit: lift(unit, ADMIN))
    again = world.finish(world.undo(undo.id))
    stop(world)
    back = world.finish(world.undo(again.id))
    assert (back.outcome, world.row(RX).owner) == (Outcome.DONE, MHV)
    with world.store.reading() as unit:
        told = [goes_back(unit, world.move(one.id).terms) for one in (move, undo, again, back)]
    assert told == [False, True, False, True]


def test_an_undo_that_is_under_way_is_called_off_and_may_be_started_again(world: World) -> None:
    world.adopt()
    move = world.flip(VA_GOV, RX)
    undo = world.bring_to(Stage.DRAIN, world.undo(move.id))
    assert stop(world).moves == (undo.id,)
    assert world.row(RX).owner is VA_GOV
    world.finish(world.undo(move.id))
    assert world.row(RX).owner is MHV


def test_adopting_and_restoring_are_acts_of_an_administrator_and_are_not_stopped(world: World) -> None:
    world.adopt(RX)
    world.flip(NOBODY, RX)
    stop(world)
    world.adopt(ALERTS)
    world.restore(RX)
    assert {row.state for row in world.rows(RX, ALERTS).values()} == {State.HELD}
