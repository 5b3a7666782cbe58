"""Moves of systems with a fence: the fence is what is waited for, and nobody else."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import pytest

from app.adapters.database.store import SqlUnit
from app.domain.evidence import Kind
from app.domain.moves import Outcome, Stage, StageState
from app.domain.ownership import NOBODY, State, System
from app.services.alarming import stop_for_fence
from app.services.incidents import open_incidents
from app.services.leasing import Renewal, renew
from app.services.notices import Notices
from app.services.store import Lost
from app.services.systems import Failed
from tests.services.world import ALERTS, MHV, RX, VA_GOV, World, limit

TTL = 30.0


def fenced(world: World, *systems: System) -> World:
    """The world, adopted, with these systems checking permits."""
    world.fenced = set(systems or System)
    world.adopt()
    return world


def hold(world: World, name: str = "dead") -> None:
    """A lease of a process that will never be heard of again."""
    renew(world.store, Renewal(name, "portal", name, (RX, ALERTS), TTL, 0))


def test_with_both_systems_fenced_a_dead_client_costs_nothing(world: World) -> None:
    hold(fenced(world))
    move = world.finish(world.start(VA_GOV, RX))
    assert (move.outcome, world.row(RX).owner) == (Outcome.DONE, VA_GOV)
    assert move.record(Stage.DRAIN).state is StageState.SKIPPED
    assert world.clock.elapsed == 0


@pytest.mark.parametrize("one", System)
def test_with_one_system_unfenced_leases_are_waited_for(world: World, one: System) -> None:
    hold(fenced(world, one))
    driver = world.driver()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX, **limit(120)), driver)
    assert driver.advance(move.id)
    world.clock.advance(TTL * 1.02)
    assert world.finish(move, driver).outcome is Outcome.DONE


def test_both_fences_are_told_the_epoch_of_the_freeze_before_anything_is_read(world: World) -> None:
    move = world.bring_to(Stage.CATCH_UP, fenced(world).start(VA_GOV, RX, ALERTS))
    assert world.systems[MHV].fence == world.systems[VA_GOV].fence == {RX: 2, ALERTS: 2}
    assert set(move.record(Stage.CLOSE).detail["marks"]) == {"mhv", "va_gov"}


def test_the_new_owner_s_fence_is_told_the_epoch_that_the_activation_will_have(world: World) -> None:
    move = world.bring_to(Stage.ACTIVATE, fenced(world).start(VA_GOV, RX))
    world.systems[VA_GOV].down = "It is asleep."
    driver = world.driver()
    assert driver.advance(move.id)
    assert world.row(RX).owner is MHV, "copies that are still under way could come after the activation"
    world.systems[VA_GOV].down = None
    driver.advance(move.id)
    assert (world.systems[VA_GOV].fence[RX], world.row(RX).epoch) == (3, 3)
    assert world.systems[MHV].fence[RX] == 2


def test_a_retirement_closes_the_fence_of_the_one_owner_and_asks_no_other(world: World) -> None:
    fenced(world, MHV)
    move = world.finish(world.start(NOBODY, RX))
    assert (move.outcome, world.systems[VA_GOV].fence) == (Outcome.DONE, {})
    assert move.record(Stage.DRAIN).state is StageState.SKIPPED


def test_the_activation_stands_on_the_marks_of_its_own_freeze(world: World) -> None:
    fenced(world)
    world.systems[MHV].keeps_marks = world.systems[VA_GOV].keeps_marks = False
    move = world.finish(world.start(VA_GOV, RX))
    told = next(entry for entry in world.ledger if entry.act == "activate").body["marks"]
    assert told == move.record(Stage.CLOSE).detail["marks"]
    for system in System:
        mark = world.systems[system].log[told[system][RX] - 1]
        assert (mark.kind, mark.key, mark.epoch) == ("mark", RX, 2)


def test_of_a_mixed_pair_the_one_without_a_fence_is_asked_for_a_bare_mark(world: World) -> None:
    fenced(world, MHV)
    world.finish(world.start(VA_GOV, RX))
    told = next(entry for entry in world.ledger if entry.act == "activate").body["marks"]
    assert set(told) == {"mhv", "va_gov"}
    assert len(world.systems[MHV].log) == len(world.systems[VA_GOV].log) == 1


def test_a_fence_that_cannot_be_told_ends_the_move_in_a_call_off_at_its_limit_and_says_why(world: World) -> None:
    move = world.bring_to(Stage.CLOSE, fenced(world).start(VA_GOV, RX, **limit(20)))
    world.systems[VA_GOV].down = "It is asleep."
    driver = world.driver()
    assert driver.advance(move.id)
    assert world.move(move.id).stage is Stage.CLOSE
    world.clock.advance(21)
    assert world.finish(move, driver).outcome is Outcome.CALLED_OFF
    assert "It is asleep." in str(world.move(move.id).record(Stage.CLOSE).detail["called_off"])
    assert world.row(RX).route.write_to is MHV


def test_a_move_after_a_call_off_meets_no_fence_in_its_way(world: World) -> None:
    move = world.bring_to(Stage.ACTIVATE, fenced(world).start(VA_GOV, RX))
    world.systems[VA_GOV].raise_fence({RX: 3}, [])
    world.call_off(move.id)
    assert world.row(RX).epoch == 3
    assert world.finish(world.start(VA_GOV, RX)).outcome is Outcome.DONE


def test_a_fence_that_knows_a_later_epoch_ends_the_move_and_is_told_of(world: World) -> None:
    move = world.bring_to(Stage.CLOSE, fenced(world).start(VA_GOV, RX, ALERTS))
    world.systems[VA_GOV].fence[ALERTS] = 90
    driver = world.driver()
    driver.on_ahead = partial(stop_for_fence, world.store, Notices())
    driver.advance(move.id)
    driver.advance(move.id)
    assert world.move(move.id).outcome is Outcome.CALLED_OFF
    row = world.row(ALERTS)
    assert (row.state, row.route.write_to, row.epoch) == (State.STOPPED, None, 91)
    with world.store.reading() as unit:
        assert [incident.what.kind for incident in open_incidents(unit, [ALERTS])] == [Kind.FENCE_AHEAD]


def test_between_the_call_off_and_the_stop_nobody_could_be_given_a_permit(world: World) -> None:
    """The call-off's epoch may be the one that a lost activation had: both are in one transaction."""
    move = world.bring_to(Stage.CLOSE, fenced(world).start(VA_GOV, RX, ALERTS))
    world.systems[VA_GOV].fence.update({RX: 3, ALERTS: 3})
    seen: list[tuple[State, int]] = []
    driver, plain = world.driver(), world.store.writing

    @contextmanager
    def watched() -> Iterator[SqlUnit]:
        with plain() as unit:
            yield unit
        seen.extend((row.state, row.epoch) for row in world.rows(RX, ALERTS).values())

    world.store.writing = watched  # type: ignore[method-assign]  # what stands after each commit
    driver.on_ahead = partial(stop_for_fence, world.store, Notices())
    driver.advance(move.id)
    assert (State.HELD, 3) not in seen
    assert {row.state for row in world.rows(RX, ALERTS).values()} == {State.STOPPED}


def test_what_was_dealt_with_meanwhile_is_not_stopped_again(world: World) -> None:
    fenced(world)
    before = world.head
    stop_for_fence(world.store, Notices(), VA_GOV, {RX: 1})
    assert world.head == before


def test_a_stop_that_a_move_asks_for_loses_where_the_move_has_changed(world: World) -> None:
    stale = world.bring_to(Stage.CLOSE, fenced(world).start(VA_GOV, RX))
    world.finish(stale)
    with pytest.raises(Lost):
        stop_for_fence(world.store, Notices(), VA_GOV, {RX: 90}, stale)
    assert world.row(RX).state is State.HELD


def test_what_a_system_says_keeps_no_move_from_its_call_off(world: World) -> None:
    """A sign that no reason may hold would else keep the freeze for ever, and every other move with it."""
    move = world.bring_to(Stage.CLOSE, fenced(world).start(VA_GOV, RX, **limit(20)))
    world.systems[VA_GOV].down = "no\u0007pe\ud800"
    driver = world.driver()
    assert driver.advance(move.id)
    world.clock.advance(21)
    driver.keep_limits()
    assert world.move(move.id).outcome is Outcome.CALLED_OFF


def test_many_preferences_are_told_in_raises_of_a_bounded_size(world: World) -> None:
    fenced(world)
    sizes: list[int] = []
    plain = world.systems[MHV].raise_fence

    def count(epochs: Mapping[str, int], tokens: Sequence[str]) -> Mapping[str, int]:
        sizes.append(len(tokens))
        return plain(epochs, tokens)

    world.systems[MHV].raise_fence = count  # type: ignore[method-assign]  # how much comes at once
    marks = world.driver().fences.tell(MHV, {f"key_{number}": 2 for number in range(25)})
    assert (len(marks), sizes) == (25, [10, 10, 5])


def test_a_driver_that_stood_still_takes_a_later_fence_for_no_fault(world: World) -> None:
    stale = world.bring_to(Stage.CLOSE, fenced(world).start(VA_GOV, RX))
    slow = world.driver()
    slow.on_ahead = partial(stop_for_fence, world.store, Notices())
    fast = world.driver()
    for _ in range(10):
        fast.advance(stale.id)
    with pytest.raises(Lost):
        slow._close(stale)
    assert (world.row(RX).state, world.row(RX).owner) == (State.HELD, VA_GOV)


def test_every_fence_is_told_the_present_epochs_again(world: World) -> None:
    fenced(world)
    assert world.driver().fences.tell_present(lambda *_: None) == []
    assert world.systems[MHV].fence == world.systems[VA_GOV].fence == dict.fromkeys(world.rows_of_all(), 1)


def test_a_fence_that_is_one_ahead_of_a_move_is_no_fault_and_one_further_ahead_is(world: World) -> None:
    world.bring_to(Stage.ACTIVATE, fenced(world).start(VA_GOV, RX))
    told: list[tuple[object, ...]] = []
    world.systems[VA_GOV].fence[RX] = 3
    world.driver().fences.tell_present(lambda *what: told.append(what))
    assert told == []
    world.systems[VA_GOV].fence[RX] = 4
    world.driver().fences.tell_present(lambda *what: told.append(what))
    assert told == [(VA_GOV, {RX: 4}, None)]


def test_what_is_read_before_the_fence_answers_shows_nothing(world: World) -> None:
    """A move that goes on while the fence is told its earlier epoch must not look like a lost commit."""
    fenced(world)
    driver, told = world.driver(), list[object]()
    system, met = world.systems[MHV], set[str]()
    plain = system.raise_fence

    def meanwhile(epochs: Mapping[str, int], tokens: Sequence[str]) -> Mapping[str, int]:
        if RX in epochs and RX not in met:
            met.add(RX)
            world.finish(world.start(VA_GOV, RX))
        return plain(epochs, tokens)

    system.raise_fence = meanwhile  # type: ignore[method-assign]  # the moment in between
    driver.fences.tell_present(lambda *what: told.append(what))
    assert (told, world.row(RX).owner) == ([], VA_GOV)


def test_a_stop_that_fails_keeps_no_other_fence_from_being_told(world: World) -> None:
    fenced(world)
    world.systems[MHV].fence[RX] = 90

    def fail(*_: object) -> None:
        raise Lost

    (sentence,) = world.driver().fences.tell_present(fail)
    assert RX in sentence
    assert world.systems[VA_GOV].fence == dict.fromkeys(world.rows_of_all(), 1)


def test_a_fence_that_cannot_be_told_its_present_epochs_is_told_of(world: World) -> None:
    fenced(world)
    world.systems[MHV].down = "It is asleep."
    assert set(world.driver().fences.tell_present(lambda *_: None)) == {"It is asleep."}


def test_a_raise_is_signed_for_one_system_one_preference_and_one_epoch(world: World) -> None:
    seen: list[str] = []
    fenced(world)

    def look(epochs: Mapping[str, int], tokens: Sequence[str]) -> Mapping[str, int]:
        seen.extend(tokens)
        raise Failed("not now")

    world.systems[MHV].raise_fence = look  # type: ignore[method-assign]  # what it is told
    with pytest.raises(Failed):
        world.driver().fences.tell(MHV, {RX: 7}, 3)
    claims = json.loads(seen[0])
    assert {name: claims[name] for name in ("iss", "key", "system", "epoch", "use", "move")} == {
        "iss": "cutover",
        "key": RX,
        "system": "mhv",
        "epoch": 7,
        "use": "raise",
        "move": 3,
    }


def test_writers_without_a_lease_are_waited_for_from_when_the_freeze_was_seen(world: World) -> None:
    world.adopt()
    world.advisory = 50.0
    driver = world.driver()
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX, **limit(120)), driver)
    world.clock.advance(49)
    assert driver.advance(move.id)
    assert world.move(move.id).stage is Stage.DRAIN
    world.clock.advance(1.1)
    assert world.finish(move, driver).outcome is Outcome.DONE
