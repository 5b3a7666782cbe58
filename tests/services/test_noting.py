"""What is written down about writes that were made: names, late answers, and what waits while the database is away."""

from dataclasses import dataclass

import pytest

from app.adapters.keys.hashing import hasher
from app.domain.evidence import Audit, Incident, Kind, Late
from app.services import noting
from app.services.noting import Notes, note_audits, note_late
from app.services.store import Unreachable
from app.services.systems import Reading, Unknown
from app.services.unanswered import Unanswered
from tests.services.carriage import ADA, Carriage, refusal
from tests.services.world import MHV, RX, VA_GOV, World


def incidents(world: World) -> list[Incident]:
    """Everything that was found."""
    with world.store.reading() as unit:
        return unit.incidents.latest(100)


def name_of(world: World, audit: str) -> Audit | None:
    """What is known of a name."""
    with world.store.reading() as unit:
        return unit.audits.find(MHV, audit)


def late(world: World, *answer: object) -> None:
    """A lease holder tells of a late answer."""
    with world.store.writing() as unit:
        note_late(unit, [answer])


def flip(carriage: Carriage) -> None:
    """A whole move, for which the process that carries gives its lease up."""
    carriage.holder.controller.release()
    carriage.world.flip(VA_GOV, RX)


def out_of_time(carriage: Carriage) -> None:
    """From now on each write is answered after its grant has ended."""
    carriage.world.systems[MHV].after = lambda: carriage.world.clock.advance(60)


def test_a_carried_write_is_noted_by_its_name_and_epoch(carriage: Carriage) -> None:
    carriage.world.systems[MHV].reading = Reading(1, "tx-1")
    carriage.write("on")
    assert name_of(carriage.world, "tx-1") is None, "no write waits for this"
    carriage.notes.flush()
    assert name_of(carriage.world, "tx-1") == Audit(MHV, RX, carriage.world.row(RX).epoch, "tx-1")


def test_a_write_whose_reading_differs_was_accepted_all_the_same(carriage: Carriage) -> None:
    carriage.world.systems[MHV].reading = Reading(0, "tx-1")
    assert refusal(lambda: carriage.write("on")).code == "outcome_unknown"
    carriage.notes.flush()
    assert name_of(carriage.world, "tx-1") is not None


def test_a_write_that_was_answered_too_late_is_not_made_right_by_its_name(carriage: Carriage) -> None:
    carriage.world.systems[MHV].reading = Reading(1, "tx-1")
    out_of_time(carriage)
    assert refusal(lambda: carriage.write("on")).code == "outcome_unknown"
    carriage.notes.flush()
    assert name_of(carriage.world, "tx-1") is None


def test_a_late_answer_whose_epoch_has_passed_is_an_incident(carriage: Carriage) -> None:
    world = carriage.world
    epoch = world.row(RX).epoch
    out_of_time(carriage)
    refusal(lambda: carriage.write("on"))
    flip(carriage)
    carriage.notes.flush()
    (found,) = incidents(world)
    assert (found.what.kind, found.what.system, found.what.epoch) == (Kind.LATE_ANSWER, MHV, epoch)
    assert found.what.reference == "w-1"
    assert "VA.gov" in found.what.detail


def test_a_write_that_was_given_up_after_its_grant_had_ended_is_an_incident_too(carriage: Carriage) -> None:
    """Stopped between its check and its send, it may have been made after the move; nothing is read back in time."""

    def stopped() -> None:
        carriage.world.clock.advance(60)
        raise Unknown("no time was left to read it back.")

    carriage.world.systems[MHV].after = stopped
    refusal(lambda: carriage.write("on"))
    flip(carriage)
    carriage.notes.flush()
    assert [one.what.kind for one in incidents(carriage.world)] == [Kind.LATE_ANSWER]


def test_a_late_answer_under_the_present_epoch_is_nothing(carriage: Carriage) -> None:
    out_of_time(carriage)
    refusal(lambda: carriage.write("on"))
    carriage.notes.flush()
    assert incidents(carriage.world) == []


def test_a_write_without_an_answer_inside_its_grant_is_no_late_answer(carriage: Carriage) -> None:
    def lost() -> None:
        raise Unknown("the connection was lost.")

    carriage.world.systems[MHV].after = lost
    refusal(lambda: carriage.write("on"))
    flip(carriage)
    carriage.notes.flush()
    assert incidents(carriage.world) == []


def test_a_late_answer_of_a_lease_holder_told_twice_is_one_incident(world: World) -> None:
    world.adopt()
    epoch = world.row(RX).epoch
    world.flip(VA_GOV, RX)
    for _ in range(2):
        late(world, RX, epoch, "write-1")
    (found,) = incidents(world)
    assert found.what.system == MHV, "it is found out from the epoch"


def test_a_late_answer_with_a_name_that_could_be_a_person_s_is_an_incident_without_it(world: World) -> None:
    world.adopt()
    epoch = world.row(RX).epoch
    world.flip(VA_GOV, RX)
    late(world, RX, epoch, "ada@example.org")
    late(world, "no_such_key", 7, "write-1")
    (found,) = incidents(world)
    assert "ada" not in f"{found} {world.ledger[-1]}"


def test_what_does_not_look_like_a_name_is_not_kept(world: World) -> None:
    with world.store.writing() as unit:
        note_audits(unit, [(MHV, RX, 1, name) for name in ("ada@example.org", "", "x" * 81, "a b", "fine")])
        assert unit.audits.find(MHV, "fine") is not None
        assert [unit.audits.find(MHV, name) for name in ("ada@example.org", "", "x" * 81, "a b")] == [None] * 4


def test_the_first_note_of_a_name_stands(world: World) -> None:
    with world.store.writing() as unit:
        note_audits(unit, [(MHV, RX, 1, "a"), (MHV, RX, 2, "a")])
    with world.store.writing() as unit:
        note_audits(unit, [(MHV, RX, 3, "a"), (MHV, RX, 3, "b")])
        found = [unit.audits.find(MHV, name) for name in "ab"]
    assert [one and one.epoch for one in found] == [2, 3]


@dataclass
class Away:
    """A database that is away while a test says so."""

    world: World
    away: bool = True

    def __getattr__(self, name: str) -> object:
        if self.away:
            raise Unreachable("it is away")
        return getattr(self.world.store, name)


def notes_of(store: object, troubles: list[str]) -> Notes:
    """What waits in a process with this store."""
    unanswered = Unanswered(store, hasher("invented", "tests"), 8.0)  # type: ignore[arg-type]  # it stands in for one
    return Notes(unanswered, lambda what, _: troubles.append(what))


def test_what_cannot_be_written_waits_and_is_written_when_the_database_is_back(sqlite_world: World) -> None:
    world, troubles = sqlite_world, list[str]()
    world.adopt()
    store = Away(world)
    notes = notes_of(store, troubles)
    notes.made(Audit(MHV, RX, 1, "tx-1"))
    notes.late(Late(RX, 0, "write-1", MHV))
    notes.lost(ADA, RX)
    assert troubles == ["noting a write without an answer"]
    with pytest.raises(Unreachable):
        notes.flush()
    store.away = False
    assert notes.flush() is False
    assert (name_of(world, "tx-1") is not None, len(incidents(world))) == (True, 1)
    assert refusal(lambda: notes.unanswered.require_none(ADA, RX)).code == "still_under_way"


def test_what_waits_is_bounded_and_what_is_given_up_is_told(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "MOST", 3)
    monkeypatch.setattr(noting, "BATCH", 2)
    troubles: list[str] = []
    notes = notes_of(sqlite_world.store, troubles)
    for number in range(5):
        notes.made(Audit(MHV, RX, 1, f"tx-{number}"))
    assert [notes.flush(), notes.flush()] == [True, False]
    assert troubles == ["noting 2 writes"]
    assert [name_of(sqlite_world, f"tx-{number}") is not None for number in range(5)] == [True] * 3 + [False] * 2


def test_names_that_a_lease_holder_tells_are_of_the_system_that_could_be_written_then(carriage: Carriage) -> None:
    epoch = carriage.world.row(RX).epoch
    flip(carriage)
    carriage.notes.named([(RX, epoch, "tx-1"), (RX, epoch + 1, "frozen"), (RX, epoch + 2, "tx-2")])
    assert name_of(carriage.world, "tx-1") is None, "no renewal waits for this"
    carriage.notes.flush()
    assert name_of(carriage.world, "tx-1") == Audit(MHV, RX, epoch, "tx-1")
    assert name_of(carriage.world, "frozen") is None
    with carriage.world.store.reading() as unit:
        assert unit.audits.find(VA_GOV, "tx-2") == Audit(VA_GOV, RX, epoch + 2, "tx-2")


def test_more_names_than_one_batch_takes_are_all_written_down(carriage: Carriage) -> None:
    names = [(RX, 1, f"tx-{number}") for number in range(noting.BATCH + 1)]
    carriage.notes.named(names)
    assert carriage.notes.flush() is True
    assert carriage.notes.flush() is False
    assert name_of(carriage.world, names[-1][2]) is not None
