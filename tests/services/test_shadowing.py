"""Shadow reads: counted and forgotten. No caller waits for one or is answered with what the other system says."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.catalogue import Preference
from app.domain.moves import Stage
from app.domain.people import Person
from app.services import shadowing
from app.services.shadowing import FEW, WAITING_AT_MOST, Shadows
from app.services.systems import Failed, Reading
from app.services.tallies import BAD, GOOD, UNKNOWN, Counted, Tally
from tests.services.carriage import ADA, BEN, Carriage, preference_of
from tests.services.test_tallies import counted
from tests.services.test_working import eventually
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, RX, VA_GOV, catalogue, preference


class Pair:
    """A carriage whose reads of some preferences are compared; `troubles` is what went wrong in that."""

    def __init__(self, carriage: Carriage, *keys: str) -> None:
        self.carriage, self.world, self.troubles = carriage, carriage.world, list[str]()
        self.drawn = True
        self.wanted = frozenset(keys)
        self.shadows = Shadows(
            dict(self.world.systems),
            carriage.notes.counts,
            lambda: self.wanted,
            self.world.clock,
            lambda what, _: self.troubles.append(what),
            lambda: self.drawn,
        )
        carriage.carrier.on_read = self.shadows.offer
        self.shadows.look()

    def put(self, mhv: int | None, va_gov: int | None, key: str = RX) -> None:
        """Have the two systems hold these of Ada's."""
        for system, value in ((MHV, mhv), (VA_GOV, va_gov)):
            if value is not None:
                held = value if system is MHV else bool(value)
                self.world.systems[system].put(ADA, preference_of(self.carriage, key), held)

    def came(self, key: str = RX) -> Tally | None:
        """What was counted of one preference, once all that waits is compared."""
        self.shadows.compare_waiting()
        self.carriage.notes.counts.flush(self.world.store)
        found = counted(self.world, key, what=Counted.SHADOW_READ)
        return next(iter(found.values()), None)


@pytest.fixture
def pair(carriage: Carriage) -> Pair:
    """Reads of two preferences are compared."""
    return Pair(carriage, RX, ALERTS)


@pytest.mark.parametrize(
    ("key", "mhv", "va_gov", "came"),
    [
        (RX, 1, 1, GOOD),
        (RX, 0, 0, GOOD),
        (RX, None, None, GOOD),
        (RX, 1, 0, BAD),
        (RX, 1, None, BAD),
        (RX, None, 0, BAD),
        (ALERTS, 1, 1, GOOD),
        (ALERTS, 2, 1, GOOD),
        (ALERTS, 2, 0, BAD),
        (ALERTS, 3, 0, BAD),
        (ALERTS, 3, None, BAD),
    ],
)
def test_two_systems_agree_when_the_other_stores_what_it_would_for_the_owners_choice(
    pair: Pair, key: str, mhv: int | None, va_gov: int | None, came: Tally
) -> None:
    pair.put(mhv, va_gov, key)
    pair.carriage.read(key)
    assert pair.came(key) == came


def test_the_answer_is_the_owners_alone_whatever_the_other_system_says(pair: Pair) -> None:
    alone = pair.carriage.read()
    pair.put(1, 0)
    apart = pair.carriage.read()
    assert (alone.choice, apart.choice, apart.owner) == (None, "on", MHV)
    assert pair.came() == Tally(bad=2), "each was answered before it was compared"
    pair.world.systems[VA_GOV].down = "It is closed."
    assert pair.carriage.read() == apart
    assert pair.came() == Tally(bad=2, unknown=1)
    assert pair.carriage.read() == apart


def test_all_preferences_that_are_read_at_once_are_compared_too_but_for_those_that_failed(pair: Pair) -> None:
    pair.world.systems[MHV].failures[ALERTS] = Failed("It answered nonsense.")
    pair.carriage.carrier.read_all(pair.world.files, ADA, [RX, ALERTS, IMAGES, NEWS])
    assert (pair.came(), pair.came(ALERTS), pair.came(IMAGES)) == (GOOD, None, None)


def test_a_read_that_failed_is_counted_as_such_and_its_text_is_not_told(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.world.systems[VA_GOV].failures[RX] = Failed("It answered nonsense.")
    pair.carriage.read()
    assert pair.came() == UNKNOWN

    def break_down(*_: object) -> Mapping[str, Reading | Failed]:
        raise RuntimeError(ADA.va_profile_id)

    monkeypatch.setattr(pair.world.systems[VA_GOV], "read", break_down)
    pair.carriage.read()
    assert pair.came() == Tally(unknown=2)
    assert pair.troubles == ["comparing a read with the other system"]


def test_where_the_other_system_has_no_place_for_it_nothing_is_read_there(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Person] = []
    one = preference(RX)
    pair.world.files = catalogue(replace(one, systems={MHV: one.systems[MHV]}))
    monkeypatch.setattr(pair.world.systems[VA_GOV], "read", lambda person, _: asked.append(person))
    pair.carriage.read()
    assert pair.came() is None
    assert asked == []


def test_what_no_plan_wants_compared_is_read_from_the_owner_alone(pair: Pair) -> None:
    pair.carriage.read(IMAGES)
    assert pair.came(IMAGES) is None
    pair.wanted = frozenset({IMAGES})
    pair.world.clock.advance(9)
    pair.shadows.look()
    pair.carriage.read(IMAGES)
    assert pair.came(IMAGES) is None, "it is looked for every ten seconds"
    pair.world.clock.advance(1)
    pair.shadows.look()
    pair.carriage.read(IMAGES)
    assert pair.came(IMAGES) == GOOD


def test_the_first_few_are_all_compared_and_then_only_those_that_are_drawn(pair: Pair) -> None:
    pair.drawn = False
    for _ in range(2 * FEW):
        pair.carriage.read()
        pair.shadows.compare_waiting()
    assert pair.came() == Tally(FEW)
    pair.drawn = True
    pair.carriage.read()
    assert pair.came() == Tally(FEW + 1)


def test_about_one_in_ten_is_drawn() -> None:
    assert 700 < sum(shadowing._seldom() for _ in range(10_000)) < 1300


def test_what_comes_while_too_much_waits_is_not_compared_and_nobody_waits(pair: Pair) -> None:
    for _ in range(WAITING_AT_MOST + 30):
        assert pair.carriage.read().owner is MHV
    assert pair.came() == Tally(WAITING_AT_MOST)


def test_when_nobody_can_say_what_to_compare_that_is_told_and_the_last_answer_stays(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> frozenset[str]:
        raise RuntimeError

    monkeypatch.setattr(pair.shadows, "wanted", away)
    pair.world.clock.advance(10)
    pair.shadows.look()
    assert pair.troubles == ["choosing what to compare"]
    pair.carriage.read()
    assert pair.came() == GOOD


@pytest.fixture
def stuck(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The thread that compares runs, and the other system answers nothing until it is let go."""
    asked, go = threading.Event(), threading.Event()
    system = pair.world.systems[VA_GOV]
    read = system.read

    def slow(person: Person, preferences: Sequence[Preference]) -> Mapping[str, Reading | Failed]:
        asked.set()
        go.wait(30)
        return read(person, preferences)

    monkeypatch.setattr(system, "read", slow)
    thread = threading.Thread(target=pair.shadows.keep, daemon=True)
    thread.start()
    yield asked
    go.set()
    pair.shadows.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_a_carried_read_is_answered_while_the_other_system_answers_nothing(pair: Pair, stuck: threading.Event) -> None:
    pair.put(1, 0)
    held = pair.carriage.read()
    assert stuck.wait(10), "the other system was asked"
    for _ in range(WAITING_AT_MOST + 5):
        assert pair.carriage.read() == held
    assert held.choice == "on"


def test_the_thread_compares_and_ends_when_it_is_told(pair: Pair) -> None:
    thread = threading.Thread(target=pair.shadows.keep, daemon=True)
    thread.start()
    pair.carriage.read()
    assert eventually(lambda: pair.came() == GOOD)
    pair.shadows.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_neither_person_nor_choice_reaches_the_database(
    pair: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    pair.put(1, 0)
    for person in (ADA, BEN):
        pair.carriage.read(person=person)
        pair.shadows.offer(person, preference_of(pair.carriage, RX), pair.carriage.read(person=person))
        waiting = repr(list(pair.shadows._waiting.queue))
        assert person.va_profile_id not in waiting
        assert "Held(" not in waiting
    assert pair.came() == Tally(good=3, bad=3)
    stored = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()) if file.is_file())
    assert b"shadow_read" in stored
    for one in (ADA.va_profile_id, ADA.mhv_correlation_id, BEN.va_profile_id, BEN.mhv_correlation_id):
        assert one.encode() not in stored
        assert one not in caplog.text


def test_a_shadow_read_of_a_moving_preference_is_of_the_one_that_is_not_read_from(pair: Pair) -> None:
    pair.world.bring_to(Stage.DRAIN, pair.world.start(VA_GOV, RX))
    pair.put(1, 1)
    assert pair.carriage.read().owner is MHV
    assert pair.came() == GOOD
