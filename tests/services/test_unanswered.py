"""A write without an answer is not written over by any process, and nobody can read whose it is."""

from collections.abc import Iterator

import pytest

from app.adapters.keys.hashing import hasher
from app.domain.people import Person
from app.services.store import Unreachable
from app.services.systems import Reading, Unknown
from app.services.unanswered import Unanswered
from tests.services.carriage import ADA, BEN, SPANS, Carriage, OwnLease, refusal
from tests.services.world import ALERTS, MHV, RX, World


@pytest.fixture
def two(world: World) -> Iterator[tuple[Carriage, Carriage]]:
    """Two processes that carry writes, over one database."""
    world.adopt()
    pair = Carriage(world), Carriage(world)
    pair[1].holder.controller = OwnLease(world, "another carrier")
    pair[1].holder.renew()
    yield pair
    for one in pair:
        one.carrier._pool.shutdown()


def lose(world: World) -> None:
    """From now on a write gets no answer."""

    def raise_unknown() -> None:
        raise Unknown("the connection was lost.")

    world.systems[MHV].after = raise_unknown


def answer(world: World) -> None:
    """From now on writes are answered again."""
    world.systems[MHV].after = lambda: None
    world.systems[MHV].reading = None


def test_another_process_does_not_write_over_a_write_without_an_answer(two: tuple[Carriage, Carriage]) -> None:
    first, second = two
    lose(first.world)
    assert refusal(lambda: first.write("on")).code == "outcome_unknown"
    answer(first.world)
    refused = refusal(lambda: second.write("off"))
    assert (refused.code, refused.status) == ("still_under_way", 503)
    assert 1 <= refused.facts["retry_after"] <= SPANS.span() + 1
    first.world.clock.advance(SPANS.span())
    assert second.write("off").choice == "off"


def test_a_write_that_is_done_but_lingers_is_known_to_the_others_too(two: tuple[Carriage, Carriage]) -> None:
    first, second = two
    first.world.systems[MHV].reading = Reading(1, lingers=True)
    first.write("on")
    answer(first.world)
    assert refusal(lambda: second.write("off")).code == "still_under_way"


def test_a_write_that_was_answered_holds_nobody_up(two: tuple[Carriage, Carriage]) -> None:
    first, second = two
    first.write("on")
    assert second.write("off").choice == "off"


def test_another_choice_or_another_person_is_not_held_up(world: World) -> None:
    unanswered = Unanswered(world.store, hasher("invented", "tests"), 8.0)
    with world.store.writing() as unit:
        unanswered.note(unit, unanswered.names(ADA, RX))
    unanswered.require_none(BEN, RX)
    unanswered.require_none(ADA, ALERTS)
    for same in (ADA, Person(ADA.va_profile_id, "777"), Person("777", ADA.mhv_correlation_id)):
        assert refusal(lambda same=same: unanswered.require_none(same, RX)).code == "still_under_way"  # type: ignore[misc]


def test_a_second_write_without_an_answer_is_waited_for_as_long_as_the_longer_one(world: World) -> None:
    unanswered = Unanswered(world.store, hasher("invented", "tests"), 8.0)
    for seconds in (8.0, 20.0, 8.0):
        with world.store.writing() as unit:
            Unanswered(world.store, unanswered.hashed, seconds).note(unit, unanswered.names(ADA, RX))
    world.clock.advance(19)
    assert refusal(lambda: unanswered.require_none(ADA, RX)).code == "still_under_way"
    world.clock.advance(1)
    unanswered.require_none(ADA, RX)


def test_while_the_database_cannot_be_asked_nothing_is_written(
    carriage: Carriage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = carriage.world.row(RX).epoch

    def away() -> None:
        raise Unreachable("it is away")

    monkeypatch.setattr(carriage.world.store, "reading", away)
    refused = refusal(lambda: carriage.write("on", seen))
    assert (refused.code, refused.status) == ("database_unreachable", 503)
    assert "Nothing was written" in refused.detail
    assert carriage.world.systems[MHV].log == []


def test_a_name_is_of_no_use_without_the_secret_and_differs_by_purpose() -> None:
    one, other, elsewhere = hasher("a secret", "this"), hasher("another", "this"), hasher("a secret", "that")
    names = {each("mhv 2000001 key") for each in (one, other, elsewhere)}
    assert len(names) == 3
    assert all(len(name) == 64 and "2000001" not in name for name in names)
    assert one("mhv 2000001 key") == hasher("a secret", "this")("mhv 2000001 key")


def test_no_id_of_a_person_stands_in_the_database(two: tuple[Carriage, Carriage]) -> None:
    first, _ = two
    lose(first.world)
    refusal(lambda: first.write("on"))
    with first.world.store.reading() as unit:
        rows = unit.connection.exec_driver_sql("SELECT who FROM unanswered").all()
    assert len(rows) == 2
    assert ADA.va_profile_id not in str(rows)
    assert ADA.mhv_correlation_id not in str(rows)
