"""A process that dies at any moment of a move: another one finds where it stands, and ends it. Nothing sticks."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest

from app.adapters.database.store import SqlStore, SqlUnit
from app.domain.moves import Outcome
from app.domain.ownership import NOBODY, State, System
from app.services import moving
from tests.services.world import ALERTS, COMMITS, MHV, NEWS, RX, VA_GOV, World, limit


class Died(Exception):
    """The process is gone."""


@dataclass
class DyingStore:
    """A store whose process dies at its commit number `at`: with that commit made, or just before it."""

    store: SqlStore
    at: int
    made: bool
    commits: int = 0

    def reading(self) -> AbstractContextManager[SqlUnit]:
        """See `services.store.Store`."""
        return self.store.reading()

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """See `services.store.Store`."""
        self.commits += 1
        with self.store.writing() as unit:
            yield unit
            if self.commits == self.at and not self.made:
                raise Died
        if self.commits == self.at:
            raise Died


def died(world: World, number: int, at: int, made: bool) -> bool:
    """Carry a move on with a process that dies at one commit; whether it came so far."""
    driver = world.driver(DyingStore(world.store, at, made))
    try:
        while driver.advance(number) is not None:
            pass
    except Died:
        return True
    return False


@pytest.mark.parametrize("fenced", [False, True], ids=["unfenced", "fenced"])
@pytest.mark.parametrize("made", [False, True], ids=["before the commit", "after the commit"])
def test_another_process_finishes_a_move_wherever_the_first_one_died(world: World, made: bool, fenced: bool) -> None:
    world.adopt()
    world.fenced |= set(System) if fenced else set()
    target, at = VA_GOV, 1
    while died(world, (move := world.start(target, RX, ALERTS)).id, at, made):
        assert world.finish(move).outcome is Outcome.DONE
        for row in world.rows(RX, ALERTS).values():
            assert (row.state, row.owner, row.epoch) == (State.HELD, target, 1 + 2 * at)
        target, at = target.other, at + 1
    assert at == COMMITS[fenced] + 1, "it died once at each commit"


@pytest.mark.parametrize("fenced", [False, True], ids=["unfenced", "fenced"])
@pytest.mark.parametrize("made", [False, True], ids=["before the commit", "after the commit"])
def test_a_move_whose_process_died_is_called_off_when_its_limit_has_passed(
    world: World, made: bool, fenced: bool
) -> None:
    world.adopt()
    world.fenced |= set(System) if fenced else set()
    for at in range(1, COMMITS[fenced] + 1):
        move = world.start(VA_GOV, RX, ALERTS, **limit(20))
        assert died(world, move.id, at, made)
        was_frozen, was_activated = world.move(move.id).is_frozen, world.row(RX).owner is VA_GOV
        world.clock.advance(21)
        ended = world.finish(move)
        assert (ended.outcome is Outcome.CALLED_OFF) is was_frozen
        assert {row.route.write_to for row in world.rows(RX, ALERTS).values()} == {MHV if was_frozen else VA_GOV}
        if not was_frozen:
            world.finish(world.undo(move.id))
        assert was_activated <= (not was_frozen)


@pytest.mark.parametrize("made", [False, True], ids=["before the commit", "after the commit"])
def test_a_call_off_that_died_is_done_by_another_process(world: World, made: bool) -> None:
    world.adopt()
    move = world.start(VA_GOV, RX, **limit(20))
    assert died(world, move.id, 3, made=True)
    world.clock.advance(21)
    assert died(world, move.id, 1, made)
    assert world.finish(move).outcome is Outcome.CALLED_OFF
    assert (world.row(RX).route.write_to, world.row(RX).epoch) == (MHV, 3)
    assert world.flip(VA_GOV, RX).outcome is Outcome.DONE


@pytest.mark.parametrize("made", [False, True], ids=["before the commit", "after the commit"])
def test_a_retirement_an_undo_and_a_beginning_end_too_wherever_their_process_died(world: World, made: bool) -> None:
    world.adopt()
    for at in range(1, COMMITS[False] + 1):
        retiring = world.start(NOBODY, RX)
        died(world, retiring.id, at, made)
        world.finish(retiring)
        assert world.row(RX).state is State.RETIRED
        world.restore(RX)
        undo = world.undo(world.flip(VA_GOV, ALERTS).id)
        died(world, undo.id, at, made)
        world.finish(undo)
        assert (world.row(ALERTS).owner, world.move(undo.id - 1).undone_by) == (MHV, undo.id)


@pytest.mark.parametrize("at", range(1, 5))
@pytest.mark.parametrize("made", [False, True], ids=["before the commit", "after the commit"])
def test_a_beginning_ends_too_wherever_its_process_died(sqlite_world: World, at: int, made: bool) -> None:
    move = sqlite_world.start(VA_GOV, NEWS)
    died(sqlite_world, move.id, at, made)
    assert sqlite_world.finish(move).outcome is Outcome.DONE
    assert (sqlite_world.row(NEWS).owner, sqlite_world.row(NEWS).epoch) == (VA_GOV, 1)


def test_a_start_that_died_before_its_commit_left_no_move_and_no_claim(world: World) -> None:
    world.adopt()
    before = world.head
    with pytest.raises(Died), DyingStore(world.store, 1, made=False).writing() as unit:
        moving.start(unit, world.files, world.wish(VA_GOV, RX))
    assert world.head == before
    assert world.flip(VA_GOV, RX).outcome is Outcome.DONE


def test_where_a_move_stands_is_stored_and_not_guessed_from_the_routes(world: World) -> None:
    """Two moves with the same routes around them, one called off and one not begun, are told apart."""
    world.adopt()
    called_off = world.start(VA_GOV, RX)
    world.call_off(called_off.id)
    begun = world.start(VA_GOV, RX)
    assert world.row(RX).epoch == 1
    assert world.driver().advance(called_off.id) is None
    assert world.row(RX).epoch == 1
    assert world.finish(begun).outcome is Outcome.DONE
