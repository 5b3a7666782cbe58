"""One suite over everything that says it is a SystemPort: the fakes, and both adapters over real connections."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest

from app.domain.catalogue import Stored
from app.domain.ownership import System
from app.domain.people import Person
from app.services.systems import Failed, NotSent, Reading, Rejected, SystemPort
from tests.adapters.systems.doubles import Mhv, VaProfile, mhv, va_profile
from tests.adapters.systems.samples import IMAGES, MESSAGING, NOWHERE, PERSON, RX, write_of
from tests.adapters.systems.stand_ins import Beside, beside_mhv, beside_va_profile
from tests.fakes.system import FakeSystem

Values = tuple[Stored, Stored]
NUMBERS: Values = (1, 2)
YES_NO: Values = (True, False)


@dataclass
class Subject:
    """A system to be tried, a person whom it knows, what they chose before, two values for secure messaging alerts."""

    system: SystemPort
    values: Values
    first: Mapping[str, Stored | None]
    person: Person = PERSON


FIRST: Mapping[str, Stored | None] = {MESSAGING.key: None, RX.key: True}


@contextmanager
def _fake(system: System) -> Iterator[Subject]:
    fake = FakeSystem(system)
    fake.put(PERSON, RX, True)
    yield Subject(fake, NUMBERS if system is System.MHV else YES_NO, FIRST)


@contextmanager
def _mhv() -> Iterator[Subject]:
    with mhv(Mhv(notify=None)) as (system, _):
        yield Subject(system, NUMBERS, FIRST)


@contextmanager
def _va_profile() -> Iterator[Subject]:
    double = VaProfile()
    double.put(4, 2, True)
    with va_profile(double) as (system, _):
        yield Subject(system, YES_NO, FIRST)


@pytest.fixture(scope="module")
def mhv_stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    with beside_mhv(tmp_path_factory.mktemp("mhv")) as beside:
        yield beside


@pytest.fixture(scope="module")
def va_profile_stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    with beside_va_profile(tmp_path_factory.mktemp("va_profile")) as beside:
        yield beside


ALONE: Mapping[str, Callable[[], AbstractContextManager[Subject]]] = {
    "fake MHV": lambda: _fake(System.MHV),
    "fake VA Profile": lambda: _fake(System.VA_GOV),
    "MHV on a tiny server": _mhv,
    "VA Profile on a tiny server": _va_profile,
}
STAND_INS: Mapping[str, tuple[str, Values]] = {
    "MHV on its stand-in": ("mhv_stand_in", NUMBERS),
    "VA Profile on its stand-in": ("va_profile_stand_in", YES_NO),
}


@pytest.fixture(params=[*ALONE, *STAND_INS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param in ALONE:
        with ALONE[request.param]() as found:
            yield found
    else:
        fixture, values = STAND_INS[request.param]
        beside: Beside = request.getfixturevalue(fixture)
        person, first = beside.newcomer()
        yield Subject(beside.system, values, first, person)


def test_what_was_never_set_reads_as_nothing_and_what_was_set_as_its_value(subject: Subject) -> None:
    found = subject.system.read(subject.person, [MESSAGING, RX])
    assert found == {key: Reading(value) for key, value in subject.first.items()}


def test_a_write_returns_and_leaves_what_was_written(subject: Subject) -> None:
    for value in subject.values:
        assert subject.system.write(subject.person, write_of(MESSAGING, value)).value == value
        assert subject.system.read(subject.person, [MESSAGING])[MESSAGING.key] == Reading(value)


def test_a_write_that_was_answered_does_not_linger(subject: Subject) -> None:
    assert not subject.system.write(subject.person, write_of(MESSAGING, subject.values[0])).lingers


def test_a_write_of_the_value_that_stands_is_a_write_all_the_same(subject: Subject) -> None:
    asked: list[str] = []
    for _ in range(2):
        subject.system.write(subject.person, write_of(MESSAGING, subject.values[0], lambda: asked.append("asked")))
    assert len(asked) == 2


def test_a_preference_that_a_system_does_not_keep_is_a_failure_or_a_refusal(subject: Subject) -> None:
    found = subject.system.read(subject.person, [NOWHERE, RX])
    assert isinstance(found[NOWHERE.key], Failed)
    assert isinstance(found[RX.key], Reading)
    with pytest.raises(Rejected):
        subject.system.write(subject.person, write_of(NOWHERE, True))


def test_no_preferences_asked_for_is_no_answer_needed(subject: Subject) -> None:
    assert dict(subject.system.read(subject.person, [])) == {}


def test_the_hook_decides_and_its_exception_passes_unchanged(subject: Subject) -> None:
    over = LookupError("the grant is over")

    def hook() -> None:
        raise over

    with pytest.raises(LookupError) as caught:
        subject.system.write(subject.person, write_of(MESSAGING, subject.values[0], hook))
    assert caught.value is over
    assert subject.system.read(subject.person, [MESSAGING])[MESSAGING.key] == Reading(subject.first[MESSAGING.key])


def test_a_write_whose_deadline_has_passed_is_not_sent(subject: Subject) -> None:
    with pytest.raises(NotSent):
        subject.system.write(subject.person, write_of(MESSAGING, subject.values[0], seconds=0))
    assert subject.system.read(subject.person, [MESSAGING])[MESSAGING.key] == Reading(subject.first[MESSAGING.key])


def test_a_system_that_answers_is_reachable(subject: Subject) -> None:
    assert subject.system.reachable() is None


def test_marks_are_numbered_upwards_one_for_each_key(subject: Subject) -> None:
    first = subject.system.mark({RX.key: 4, MESSAGING.key: 7})
    second = subject.system.mark({RX.key: 5})
    assert first is not None
    assert second is not None
    assert set(first) == {RX.key, MESSAGING.key}
    assert second[RX.key] > max(first.values())


def test_many_threads_may_use_it_at_once(subject: Subject) -> None:
    def turn(number: int) -> Reading | Failed:
        if number % 2:
            return subject.system.write(subject.person, write_of(RX, True, name=f"w-{number}"))
        return subject.system.read(subject.person, [IMAGES, RX])[RX.key]

    subject.system.write(subject.person, write_of(RX, True))
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(turn, range(30)))
    assert {one.value for one in found if isinstance(one, Reading)} == {True}
    assert not any(isinstance(one, Failed) for one in found)
