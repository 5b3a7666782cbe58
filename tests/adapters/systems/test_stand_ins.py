"""What the systems' own logs say about the adapters' writes, also about those whose answer was lost."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.services.systems import NotSent, Reading, Unknown
from tests.adapters.systems.samples import MESSAGING, RX, write_of
from tests.adapters.systems.stand_ins import Beside, beside_mhv, beside_va_profile


@pytest.fixture(scope="module")
def mhv(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    with beside_mhv(tmp_path_factory.mktemp("mhv")) as beside:
        yield beside


@pytest.fixture(scope="module")
def va_profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    with beside_va_profile(tmp_path_factory.mktemp("va_profile")) as beside:
        yield beside


@pytest.fixture(autouse=True)
def _mended(mhv: Beside, va_profile: Beside) -> None:
    mhv.goes_wrong()
    va_profile.goes_wrong()


def fault(endpoint: str, kind: str, times: int | None = None, **more: Any) -> dict[str, Any]:
    return {"endpoint": endpoint, "kind": kind, **more} | ({} if times is None else {"times": times})


def test_each_write_stands_in_the_log_with_its_id_and_epoch(mhv: Beside, va_profile: Beside) -> None:
    person, first = mhv.newcomer()
    mhv.system.write(person, write_of(RX, not first[RX.key], name="log-rx"))
    va_profile.system.write(person, write_of(RX, True, name="log-va"))
    assert [(line.part, line.epoch) for line in mhv.accepted("log-rx")] == [("address", 3), ("choice", 3)]
    assert [(line.part, line.epoch, line.value) for line in va_profile.accepted("log-va")] == [("choice", 3, True)]


def test_the_name_of_a_change_is_the_systems_own(va_profile: Beside) -> None:
    person, _ = va_profile.newcomer()
    names = [va_profile.system.write(person, write_of(MESSAGING, value)).audit for value in (True, False)]
    assert all(names)
    assert len(set(names)) == 2


@pytest.mark.parametrize("kind", ["mask", "close"])
def test_38_a_write_whose_answer_is_lost_stands_and_lingers(mhv: Beside, va_profile: Beside, kind: str) -> None:
    more = {"status": 504} if kind == "mask" else {}
    mhv.goes_wrong(fault("write_messages", kind, **more))
    va_profile.goes_wrong(fault("update_permission", kind, **more), fault("create_permission", kind, **more))
    for beside, value in ((mhv, 1), (va_profile, True)):
        person, _ = beside.newcomer()
        found = beside.system.write(person, write_of(MESSAGING, value, name=f"lost-{kind}"))
        assert (found.value, found.lingers) == (value, True)
        assert len(beside.accepted(f"lost-{kind}")) >= 1


@pytest.mark.parametrize("kind", ["hang", "dribble"])
def test_a_write_that_does_not_end_is_unknown_at_the_deadline(mhv: Beside, va_profile: Beside, kind: str) -> None:
    mhv.goes_wrong(fault("write_messages", kind))
    va_profile.goes_wrong(fault("update_permission", kind), fault("create_permission", kind))
    for beside, value in ((mhv, 1), (va_profile, True)):
        person, _ = beside.newcomer()
        with pytest.raises(Unknown, match="did not answer in time"):
            beside.system.write(person, write_of(MESSAGING, value, seconds=0.7, name=f"slow-{kind}"))
        assert len(beside.accepted(f"slow-{kind}")) == 1


def test_30_half_of_an_rx_write_is_told_and_the_log_has_the_address_alone(mhv: Beside) -> None:
    person, first = mhv.newcomer()
    mhv.goes_wrong(fault("write_rx", "fail", status=503))
    with pytest.raises(Unknown, match="address was confirmed and the choice was not"):
        mhv.system.write(person, write_of(RX, not first[RX.key], name="half"))
    assert [line.part for line in mhv.accepted("half")] == ["address"]
    mhv.goes_wrong()
    assert mhv.system.read(person, [RX])[RX.key] == Reading(first[RX.key])


def test_what_was_not_sent_is_not_in_the_log(mhv: Beside, va_profile: Beside) -> None:
    mhv.goes_wrong(fault("session_sm", "fail", status=503))
    va_profile.goes_wrong(fault("read_permissions", "fail", status=503))
    for beside, value in ((mhv, 1), (va_profile, True)):
        person, _ = beside.newcomer()
        with pytest.raises(NotSent):
            beside.system.write(person, write_of(MESSAGING, value, name="not-sent"))
        assert beside.accepted("not-sent") == []


def test_a_mark_is_a_line_with_the_number_that_was_told(mhv: Beside, va_profile: Beside) -> None:
    for beside in (mhv, va_profile):
        numbers = beside.system.mark({RX.key: 8, MESSAGING.key: 9})
        assert numbers is not None
        marks = beside.marks()
        assert {key: (marks[number].preference, marks[number].epoch) for key, number in numbers.items()} == {
            RX.key: (RX.key, 8),
            MESSAGING.key: (MESSAGING.key, 9),
        }


def test_a_paused_system_is_not_reachable_and_comes_back(va_profile: Beside) -> None:
    va_profile.stand_in.pause()
    try:
        assert va_profile.system.reachable() == "VA.gov did not answer in time."
    finally:
        va_profile.stand_in.resume()
    assert va_profile.system.reachable() is None
