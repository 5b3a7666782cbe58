"""MHV's contracts: how each preference is read and written there."""

from typing import Any

import pytest

from sandbox.log import Accept, Refuse
from tests.sandbox.callers import EMAIL, MESSAGES, RX, MhvCaller, Target, lines_of, new_id

FLAGS = {
    "rx": "rx_refill_shipment",
    "bbmi": "medical_images_available",
    "appointments": "appointment_reminders",
    "newsletter": "mhv_newsletter",
    "healthsummary": "health_summary_sharing",
}
ADDRESS = "person-0001@people.invalid"


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("value", [True, False])
def test_a_flag_is_read_as_it_was_written_and_logged_under_its_preference(mhv: Target, flag: str, value: bool) -> None:
    caller, write, path = MhvCaller(mhv, 10), new_id(), f"v1/usermgmt/notification/{flag}"
    answer = caller.ask("POST", path, {"flag": value}, write_id=write)
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert caller.ask("GET", path).json() == {"flag": value}
    (line,) = lines_of(mhv.store, write)
    assert isinstance(line, Accept)
    assert (line.preference, line.value, line.part) == (FLAGS[flag], value, "choice")


def test_an_rx_write_is_two_calls_and_either_stands_without_the_other(mhv: Target) -> None:
    caller, write = MhvCaller(mhv, 11), new_id()
    before = caller.ask("GET", RX).json()["flag"]
    changed = {"emailAddress": "person-0012-new@people.invalid"}
    assert caller.ask("POST", EMAIL, changed, write_id=write).json() == {"status": "success"}
    assert caller.ask("GET", EMAIL).json() == changed
    assert caller.ask("GET", RX).json() == {"flag": before}
    caller.ask("POST", RX, {"flag": not before}, write_id=write)
    parts = [(line.part, line.value) for line in lines_of(mhv.store, write) if isinstance(line, Accept)]
    assert parts == [("address", None), ("choice", not before)]


@pytest.mark.parametrize(("number", "label"), [(0, "None"), (1, "Each message"), (2, "Once daily")])
def test_secure_messaging_is_written_as_a_number_and_read_as_a_label(mhv: Target, number: int, label: str) -> None:
    caller, write = MhvCaller(mhv, 12), new_id()
    answer = caller.ask("POST", MESSAGES, {"emailAddress": ADDRESS, "notifyMe": number}, write_id=write)
    assert (answer.status_code, answer.content) == (200, b"")
    assert caller.ask("GET", MESSAGES).json() == {"emailAddress": ADDRESS, "notifyMe": label}
    assert caller.ask("GET", f"{MESSAGES}/list").json()[str(number)] == label
    assert [line.value for line in lines_of(mhv.store, write) if isinstance(line, Accept)] == [number]


WRONG: list[tuple[str, Any, int, str]] = [
    (EMAIL, {"emailAddress": "nowhere"}, 157, "Email Address is Invalid"),
    (EMAIL, {"emailAddress": "two words@people.invalid"}, 157, "Email Address is Invalid"),
    (MESSAGES, {"emailAddress": "nowhere", "notifyMe": 1}, 152, "Invalid Email Address"),
    (MESSAGES, {"emailAddress": ADDRESS, "notifyMe": 3}, 99, "Unexpected Error"),
    (MESSAGES, {"emailAddress": ADDRESS, "notifyMe": True}, 99, "Unexpected Error"),
    (MESSAGES, {"emailAddress": ADDRESS, "notifyMe": "Each message"}, 99, "Unexpected Error"),
    (MESSAGES, {"notifyMe": 1}, 99, "Unexpected Error"),
    (RX, {"flag": "true"}, 99, "Unexpected Error"),
    (RX, {"flag": 1}, 99, "Unexpected Error"),
    (RX, {}, 99, "Unexpected Error"),
    (RX, [True], 99, "Unexpected Error"),
]


@pytest.mark.parametrize(("path", "body", "code", "message"), WRONG)
def test_what_mhv_cannot_take_is_told_in_its_envelope_changes_nothing_and_is_logged(
    mhv: Target, path: str, body: Any, code: int, message: str
) -> None:
    caller, write = MhvCaller(mhv, 13), new_id()
    before = caller.ask("GET", path).json()
    answer = caller.ask("POST", path, body, write_id=write, epoch="4")
    assert answer.status_code == 400
    assert answer.json() == {"errorCode": code, "developerMessage": "", "message": message}
    assert caller.ask("GET", path).json() == before
    (line,) = lines_of(mhv.store, write)
    assert isinstance(line, Refuse)
    assert (line.code, line.why, line.epoch) == (str(code), message, 4)


def test_what_mhv_does_not_have_is_not_found(mhv: Target) -> None:
    assert mhv.ask("GET", "v1/usermgmt/notification/labs").status_code == 404
    assert mhv.ask("PUT", ".well-known/cutover/epochs", body={"epochs": {"mhv_newsletter": 1}}).status_code == 404
