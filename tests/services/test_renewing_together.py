"""Renewals that are recorded by one transaction: each comes to what it would have come to alone."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.domain.grants import Standing
from app.domain.leases import Lease
from app.domain.moves import Stage
from app.domain.ownership import State
from app.domain.refusals import Refusal
from app.services.leasing import Renewal, renew_all
from tests.services.test_leasing import InterruptedStore
from tests.services.world import ALERTS, RX, VA_GOV, World

TTL = 30.0
ONE = Renewal("one", "portal", "one", (RX,), TTL, 0, "t1")
TWO = Renewal("two", "batch", "two", (ALERTS,), TTL, 0, "t2")


def rows(world: World) -> dict[str, Lease]:
    """Every lease, by id."""
    with world.store.reading() as unit:
        return {one.id: one for one in unit.leases.all()}


def revisions(answers: Sequence[Standing | Exception]) -> list[int]:
    """The revision of each answer."""
    return [one.revision for one in answers if isinstance(one, Standing)]


@pytest.mark.usefixtures("counted_from_zero")
def test_registrations_and_renewals_of_one_batch_are_all_written_down(world: World) -> None:
    world.adopt()
    renew_all(world.store, [ONE])
    answers = renew_all(world.store, [replace(ONE, acknowledged=2), TWO])
    assert revisions(answers) == [3, 3]
    written = {name: (row.acknowledged, row.renewals, row.keys, row.token) for name, row in rows(world).items()}
    assert written == {"one": (3, 1, (RX,), "t1"), "two": (3, 0, (ALERTS,), "t2")}


def test_each_is_answered_its_own_preferences_in_the_order_of_asking(world: World) -> None:
    world.adopt()
    first, second = renew_all(world.store, [TWO, ONE])
    assert isinstance(first, Standing)
    assert isinstance(second, Standing)
    assert (set(first.rows), set(second.rows)) == ({ALERTS}, {RX})


def test_somebody_elses_lease_is_refused_and_the_others_of_its_batch_are_not(world: World) -> None:
    world.adopt()
    renew_all(world.store, [ONE])
    stolen, honest = renew_all(world.store, [replace(ONE, token="other", acknowledged=3, keys=(RX, ALERTS)), TWO])
    assert isinstance(stolen, Refusal)
    assert stolen.code == "not_allowed"
    assert isinstance(honest, Standing)
    assert rows(world)["one"].keys == (RX,)


def test_whoever_comes_second_in_one_batch_with_the_same_new_id_and_another_token_is_refused(world: World) -> None:
    first, second = renew_all(world.store, [ONE, replace(ONE, token="other")])
    assert isinstance(first, Standing)
    assert isinstance(second, Refusal)


@pytest.mark.usefixtures("counted_from_zero")
@pytest.mark.parametrize("known", [True, False])
def test_the_same_lease_twice_in_one_batch_is_counted_twice_and_takes_nothing_back(world: World, known: bool) -> None:
    world.adopt()
    if known:
        renew_all(world.store, [replace(ONE, keys=())])
    renew_all(world.store, [replace(ONE, acknowledged=3, ttl=60.0), replace(ONE, acknowledged=1, keys=(ALERTS,))])
    row = rows(world)["one"]
    assert (row.acknowledged, row.ttl, row.renewals) == (3, 60.0, 2 if known else 1)
    assert set(row.keys) == {RX, ALERTS}


def test_a_freeze_after_the_record_is_in_every_answer_of_the_batch(world: World) -> None:
    world.adopt()
    move = world.bring_to(Stage.FREEZE, world.start(VA_GOV, RX))
    store = InterruptedStore(world.store, after=lambda: world.driver().advance(move.id))
    answers = renew_all(store, [ONE, replace(TWO, keys=(RX,))])
    states = [one.rows[RX].state for one in answers if isinstance(one, Standing)]
    assert states == [State.MOVING, State.MOVING]
    assert all(row.acknowledged < revisions(answers)[0] for row in rows(world).values())


def test_two_batches_that_cross_wait_for_each_other_in_no_circle(postgresql_world: World) -> None:
    """Two replicas may be asked by the same holders at once, in any order."""
    world = postgresql_world
    renew_all(world.store, [TWO, ONE])  # so they stand in the table
    with world.store.writing() as unit:
        unit.leases.find(["two", "one"])
        order = [row.id for row in unit.leases.find(["two", "one"]).values()]
    assert order == ["one", "two"]
