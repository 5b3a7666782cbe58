"""Adoption: once for each preference, by a person, and in no other way."""

from dataclasses import replace

import pytest

from app.domain.moves import Outcome
from app.domain.ownership import NOBODY, State
from app.domain.refusals import Refusal
from app.services.keeping import Keeper, Loaded
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, RX, VA_GOV, World, catalogue, preference


def test_an_adoption_takes_owner_and_pages_from_the_files(world: World) -> None:
    world.files = catalogue(preference(RX, starts_with=VA_GOV, surfaces=("va_gov_profile",)), preference(ALERTS))
    adopted = world.adopt().adopted
    assert adopted == world.rows(RX, ALERTS)
    row = world.row(RX)
    assert (row.state, row.owner, row.epoch, row.surfaces) == (State.HELD, VA_GOV, 1, ("va_gov_profile",))
    assert [entry.act for entry in world.ledger] == ["adopt", "adopt"]


def test_a_preference_is_adopted_once_and_the_file_is_not_read_again(world: World) -> None:
    world.adopt()
    before = world.head
    world.files = catalogue(*(preference(key, starts_with=VA_GOV) for key in (RX, ALERTS, IMAGES)))
    again = world.adopt()
    assert again.adopted == {}
    assert set(again.left) == {RX, ALERTS, IMAGES}
    assert "held by MHV already" in again.left[RX]
    assert world.head == before
    assert world.row(RX).owner is MHV


def test_one_that_starts_with_nobody_is_left_alone_with_a_sentence(world: World) -> None:
    adoption = world.adopt()
    assert set(adoption.adopted) == {RX, ALERTS, IMAGES}
    assert "no system" in adoption.left[NEWS]
    assert world.row(NEWS).state is State.UNOWNED


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (RX, "already_adopted"),
        (NEWS, "nothing_to_adopt"),
        (IMAGES, "file_missing"),
        ("rx_shippment", "preference_unknown"),
    ],
)
def test_a_named_one_that_cannot_be_adopted_is_refused_and_none_of_the_others_is_adopted(
    world: World, key: str, code: str
) -> None:
    world.adopt(RX)
    world.files = replace(world.files, missing=frozenset({IMAGES}))
    before = world.head
    with pytest.raises(Refusal) as refused:
        world.adopt(ALERTS, key)
    assert refused.value.code == code
    assert world.head == before
    assert world.row(ALERTS).state is State.UNOWNED


def test_one_that_was_retired_or_moved_is_never_adopted_again(world: World) -> None:
    world.adopt()
    world.flip(NOBODY, RX)
    world.flip(VA_GOV, ALERTS)
    assert world.adopt().adopted == {}
    assert world.row(RX).state is State.RETIRED


def test_nothing_but_an_adoption_or_a_move_makes_a_preference_owned(world: World) -> None:
    """Loading files, leases, reads and ticks, at the first start and at later ones."""

    class Files:
        def load(self) -> Loaded:
            return Loaded(world.files.preferences, dict.fromkeys(world.files.preferences, "starts_with = mhv"))

        def read(self, texts: dict[str, str]) -> Loaded:
            return Loaded({}, texts)

    for _ in range(2):
        Keeper(Files(), world.store).reload()  # type: ignore[arg-type]
        world.lease()
        world.driver().advance(1)
        with world.store.reading() as unit:
            assert unit.ownerships.all() == {}
        assert world.head.revision == 0


def test_a_move_may_start_what_nobody_adopted(world: World) -> None:
    assert world.flip(VA_GOV, NEWS).outcome is Outcome.DONE
    assert "held by VA.gov" in world.adopt().left[NEWS]
