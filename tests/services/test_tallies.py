"""Counts of what came of writes and comparisons: kept in memory, added to the database, and forgotten in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.domain.moves import Stage
from app.services.counting import Counts, under_present_owner
from app.services.store import Unreachable
from app.services.systems import Reading, Rejected, Unknown
from app.services.tallies import BAD, GOOD, NOTHING, UNKNOWN, Counted, Place, Tally
from tests.fakes.clock import BEGINNING
from tests.services.carriage import Carriage, refusal
from tests.services.test_bookkeeping import DAY, books, count
from tests.services.world import ALERTS, MHV, NEWS, RX, VA_GOV, World

WRITE = Place(Counted.WRITE, RX, 1)
LONG_AGO = BEGINNING - timedelta(days=400)


def counted(world: World, *keys: str, what: Counted = Counted.WRITE) -> dict[tuple[str, int], Tally]:
    """Everything that stands in the database of these preferences."""
    with world.store.reading() as unit:
        return dict(unit.tallies.of(what, keys or (RX,), LONG_AGO))


def flushed(world: World, place: Place, *came: Tally) -> None:
    """A process counts these, and adds them to the database."""
    counts = Counts()
    for one in came:
        counts.add(place, one)
    counts.flush(world.store)


def test_what_several_processes_count_is_added_up_and_nothing_else_with_it(world: World) -> None:
    flushed(world, WRITE, GOOD, GOOD, BAD)
    flushed(world, WRITE, GOOD, UNKNOWN)
    flushed(world, WRITE._replace(epoch=3), BAD)
    flushed(world, WRITE._replace(key=ALERTS), GOOD)
    flushed(world, WRITE._replace(what=Counted.SHADOW_READ), GOOD)
    assert counted(world) == {(RX, 1): Tally(3, 1, 1), (RX, 3): BAD}
    assert counted(world, what=Counted.SHADOW_READ) == {(RX, 1): GOOD}


def test_processes_that_add_at_once_lose_no_count(world: World) -> None:
    places = [WRITE, WRITE._replace(key=ALERTS), WRITE._replace(epoch=2)]

    def add(number: int) -> None:
        counts = Counts()
        for place in places if number % 2 else reversed(places):
            counts.add(place, GOOD)
        counts.flush(world.store)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    assert counted(world, RX, ALERTS) == {(RX, 1): Tally(40), (RX, 2): Tally(40), (ALERTS, 1): Tally(40)}


def test_threads_that_count_at_once_lose_no_count(sqlite_world: World) -> None:
    counts = Counts()

    def add(times: int) -> None:
        for _ in range(times):
            counts.add(WRITE, GOOD)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, [500] * 8))
    counts.flush(sqlite_world.store)
    assert counted(sqlite_world) == {(RX, 1): Tally(4000)}


def test_a_count_stands_in_the_five_minutes_in_which_it_was_added(world: World) -> None:
    world.clock.advance(299.9)
    flushed(world, WRITE, GOOD)
    world.clock.advance(0.1)
    flushed(world, WRITE, GOOD)
    world.clock.advance(1)
    flushed(world, WRITE, GOOD)
    five = timedelta(minutes=5)
    with world.store.reading() as unit:
        found = [unit.tallies.of(Counted.WRITE, [RX], at).get((RX, 1)) for at in (BEGINNING, BEGINNING + five)]
        assert unit.tallies.of(Counted.WRITE, [RX], BEGINNING + five + timedelta(seconds=1)) == {}
    assert found == [Tally(3), Tally(2)]


def test_while_the_database_is_away_counts_wait(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise Unreachable("it is away")

    counts = Counts()
    counts.add(WRITE, GOOD)
    monkeypatch.setattr(sqlite_world.store, "writing", away)
    with pytest.raises(Unreachable):
        counts.flush(sqlite_world.store)
    monkeypatch.undo()
    counts.add(WRITE, BAD)
    counts.flush(sqlite_world.store)
    counts.flush(sqlite_world.store)
    assert counted(sqlite_world) == {(RX, 1): Tally(1, 1)}


def test_the_books_add_what_was_counted_also_at_the_end(sqlite_world: World) -> None:
    keeper = books(sqlite_world)
    keeper.notes.counts.add(WRITE, GOOD)
    keeper.count()
    keeper.notes.counts.add(WRITE, BAD)
    keeper.stop()
    assert counted(sqlite_world) == {(RX, 1): Tally(1, 1)}


def test_counts_are_forgotten_after_30_days(world: World) -> None:
    flushed(world, WRITE, GOOD)
    world.clock.advance(29 * DAY)
    flushed(world, WRITE, BAD)
    books(world).forget()
    assert count(world, "tallies") == 2
    world.clock.advance(DAY + 1)
    books(world).forget()
    assert counted(world) == {(RX, 1): BAD}


def test_what_was_counted_under_an_earlier_owner_says_nothing_of_the_present_one(world: World) -> None:
    world.adopt()
    flushed(world, WRITE, BAD, BAD)

    def seen() -> Tally:
        with world.store.reading() as unit:
            return under_present_owner(unit, Counted.WRITE, [RX], LONG_AGO)[RX]

    assert seen() == Tally(bad=2)
    move = world.flip(VA_GOV, RX)
    assert seen() == NOTHING
    flushed(world, WRITE._replace(epoch=world.row(RX).epoch), GOOD)
    assert seen() == GOOD
    world.finish(world.undo(move.id))
    assert seen() == NOTHING


def test_a_move_that_was_called_off_leaves_the_counts_of_the_owner_as_they_were(world: World) -> None:
    world.adopt()
    flushed(world, WRITE, GOOD)
    move = world.bring_to(Stage.DRAIN, world.start(VA_GOV, RX))
    world.call_off(move.id)
    with world.store.reading() as unit:
        assert under_present_owner(unit, Counted.WRITE, [RX, NEWS], LONG_AGO) == {RX: GOOD, NEWS: NOTHING}


def written(carriage: Carriage) -> dict[tuple[str, int], Tally]:
    """What was counted of carried writes."""
    carriage.notes.counts.flush(carriage.world.store)
    return counted(carriage.world)


def test_a_saved_write_is_counted_and_costs_no_write_to_the_database(carriage: Carriage) -> None:
    carriage.write("on")
    assert counted(carriage.world) == {}
    assert written(carriage) == {(RX, 1): GOOD}


def test_a_write_that_its_system_failed_is_counted_as_failed(carriage: Carriage) -> None:
    system = carriage.world.systems[MHV]
    system.down = "MHV is closed."
    assert refusal(lambda: carriage.write("on")).code == "system_unreachable"
    system.down, system.trouble = None, Rejected("It has no e-mail address.")
    assert refusal(lambda: carriage.write("on")).code == "refused_by_system"
    assert written(carriage) == {(RX, 1): Tally(bad=2)}


def test_a_write_whose_outcome_nobody_knows_is_counted_as_such(carriage: Carriage) -> None:
    system = carriage.world.systems[MHV]
    system.reading = Reading(0)
    assert refusal(lambda: carriage.write("on")).code == "outcome_unknown"
    system.reading, system.trouble = None, Unknown("No answer.")
    assert refusal(lambda: carriage.write("on")).code == "outcome_unknown"
    assert written(carriage) == {(RX, 1): Tally(unknown=2)}


def test_an_error_that_nobody_foresaw_is_counted_as_an_outcome_that_nobody_knows(carriage: Carriage) -> None:
    def break_down() -> None:
        raise RuntimeError

    carriage.world.systems[MHV].during = break_down
    with pytest.raises(RuntimeError):
        carriage.write("on")
    assert written(carriage) == {(RX, 1): UNKNOWN}


def test_what_is_the_callers_fault_or_comes_before_the_system_is_asked_is_not_counted(carriage: Carriage) -> None:
    codes = [
        refusal(lambda: carriage.write("hourly")).code,
        refusal(lambda: carriage.write("on", epoch=0)).code,
        refusal(lambda: carriage.write("on", key=NEWS)).code,
    ]
    carriage.world.clock.advance(22)
    codes.append(refusal(lambda: carriage.write("on")).code)
    assert codes == ["choice_unknown", "epoch_passed", "not_adopted", "no_grant"]
    assert written(carriage) == {}


def test_while_the_database_is_away_no_write_is_counted_as_its_systems_failure(
    carriage: Carriage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise Unreachable("it is away")

    epoch = carriage.world.row(RX).epoch
    monkeypatch.setattr(carriage.world.store, "reading", away)
    assert refusal(lambda: carriage.write("on", epoch)).code == "database_unreachable"
    monkeypatch.undo()
    assert written(carriage) == {}
