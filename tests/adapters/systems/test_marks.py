"""Bare marks: where a system keeps them, where it does not, and where it cannot be asked."""

import pytest

from app.services.systems import Failed
from tests.adapters.systems.doubles import Mhv, VaProfile, mhv, va_profile
from tests.adapters.systems.servers import Behaviour, answer, free_port, hang
from tests.adapters.systems.test_secrecy import systems

EPOCHS = {"one": 4, "two": 9}


def test_a_mark_is_asked_for_at_the_address_that_was_agreed() -> None:
    with va_profile(VaProfile()) as (system, server):
        assert system.mark(EPOCHS) == {"one": 1, "two": 2}
        asked = server.received[0]
    assert (asked.method, asked.path) == ("POST", "/.well-known/cutover/marks")
    assert asked.body == {"epochs": EPOCHS}


@pytest.mark.parametrize("status", [404, 405])
def test_a_system_without_that_address_keeps_no_marks(status: int) -> None:
    old_mhv, old_va_profile = Mhv(), VaProfile()
    for double in (old_mhv, old_va_profile):
        double.plan("POST marks", answer(status, b"<html>"))
    with mhv(old_mhv) as (one, _), va_profile(old_va_profile) as (other, _):
        assert one.mark(EPOCHS) is None
        assert other.mark(EPOCHS) is None


@pytest.mark.parametrize(
    "fault",
    [
        answer(500),
        answer(403, {"marks": {"one": 1, "two": 2}}),
        answer(200, {"marks": {"one": 1}}),
        answer(200, {"marks": {"one": 1, "two": "2"}}),
        answer(200, b"ok"),
    ],
)
def test_an_answer_without_all_marks_is_a_failure(fault: Behaviour) -> None:
    double = VaProfile()
    double.plan("POST marks", fault)
    with va_profile(double) as (system, _), pytest.raises(Failed):
        system.mark(EPOCHS)


def test_a_system_that_cannot_be_reached_is_a_failure_and_not_a_system_without_marks() -> None:
    for system in systems(f"http://127.0.0.1:{free_port()}"):
        with pytest.raises(Failed, match="could not be reached"):
            system.mark(EPOCHS)


def test_a_probe_of_a_system_that_hangs_ends() -> None:
    double = VaProfile()
    double.plan("GET communication-items", hang)
    with va_profile(double) as (system, _):
        assert system.reachable() == "VA.gov did not answer in time."
