"""After a stop: nothing is possible before every grant that may have been given has run out."""

from collections.abc import Mapping

import pytest

from app.services.outlasting import LOOK_AGAIN
from app.services.recovering import RAISED_BY
from tests.services.stops import LONGEST, named, outlast, process, recovered, refused, stopped
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, RX, World


def test_a_process_waits_for_the_longest_ttl_that_it_knows_from_when_it_saw_the_stop(world: World) -> None:
    world.adopt()
    world.lease("long", ttl=90.0)
    recovered(world)
    world.clock.advance(1000)  # nobody saw the stop: this does not count
    one = process(world)
    assert one.look() == pytest.approx(90 * 1.01 + 8)
    with world.store.writing() as unit:
        unit.leases.delete("long")
    world.clock.advance(90)
    assert one.look() == pytest.approx(90 * 0.01 + 8), "a row that has gone is waited for all the same"
    world.clock.advance(8.9)
    assert (world.head.is_waiting, one.look(), world.head.is_waiting) == (True, 0.0, False)
    assert one.look() is None


def test_a_new_process_waits_anew_and_only_longer(world: World) -> None:
    recovered(world)
    first = process(world)
    first.look()
    world.clock.advance(LONGEST - 1)
    second = process(world)
    assert second.look() == pytest.approx(LONGEST)
    assert first.look() == pytest.approx(1)
    world.clock.advance(1)
    assert first.look() == 0.0
    assert second.look() is None


def test_a_second_stop_begins_the_wait_anew(world: World) -> None:
    world.adopt()
    recovered(world)
    one = process(world)
    one.look()
    world.clock.advance(LONGEST - 1)
    stopped(world, RX, 0)
    assert one.look() == pytest.approx(LONGEST)


def test_a_stop_that_comes_while_the_fences_are_told_is_waited_for_too(world: World) -> None:
    world.adopt()
    recovered(world)
    found: list[Mapping[str, int]] = []

    def tell(epochs: Mapping[str, int]) -> bool:
        found.append(epochs)
        if len(found) == 1:
            stopped(world, RX, 0)
        return True

    one = process(world, tell_fences=tell)
    world.clock.advance(one.look() or 0)
    one.look()
    assert world.head.is_waiting
    outlast(world, one)
    assert [epochs[RX] for epochs in found] == [RAISED_BY + 1, RAISED_BY + 2]


def test_nothing_is_possible_before_every_fence_has_confirmed_the_present_epochs(world: World) -> None:
    world.adopt()
    recovered(world)
    answers = [False, False, True]
    found: list[Mapping[str, int]] = []

    def tell(epochs: Mapping[str, int]) -> bool:
        found.append(epochs)
        return answers.pop(0)

    one = process(world, tell_fences=tell)
    world.clock.advance(one.look() or 0)
    assert [one.look(), one.look()] == [LOOK_AGAIN, LOOK_AGAIN]
    assert refused(lambda: named(world, RX, MHV)).code == "recovering"
    assert one.look() == 0.0
    named(world, RX, MHV)
    present = {key: row.epoch for key, row in world.rows(ALERTS, IMAGES, NEWS).items()} | {RX: RAISED_BY + 1}
    assert found == [present] * 3


def test_the_end_of_the_wait_stands_in_the_ledger_once(world: World) -> None:
    recovered(world)
    ones = [process(world), process(world)]
    world.clock.advance(max(one.look() or 0 for one in ones))
    for one in ones:
        one.look()
    assert [entry.act for entry in world.ledger] == ["recover", "drained"]
