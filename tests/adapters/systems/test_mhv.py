"""MHV's contracts over real connections, with everything that was seen to go wrong."""

import pytest

from app.adapters.mhv.system import MhvSystem
from app.domain.catalogue import Preference, Stored
from app.services.systems import NotSent, Reading, Rejected, Unknown
from tests.adapters.systems.doubles import Fault, Mhv, last_parts, mhv
from tests.adapters.systems.samples import (
    ADDRESS,
    APPOINTMENTS,
    CLOCK,
    IMAGES,
    MESSAGING,
    NOWHERE,
    PERSON,
    RX,
    TOKEN,
    write_of,
)
from tests.adapters.systems.servers import Behaviour, answer, close, free_port, hang, reset


def test_each_contract_reads_what_mhv_holds() -> None:
    double = Mhv(flags={"rx": False, "bbmi": True, "appointments": None}, notify=2)
    with mhv(double) as (system, server):
        found = system.read(PERSON, [RX, IMAGES, MESSAGING, APPOINTMENTS])
        assert found == {
            RX.key: Reading(False),
            IMAGES.key: Reading(True),
            MESSAGING.key: Reading(2),
            APPOINTMENTS.key: Reading(None),
        }
        paths = {one.path for one in server.received}
    assert "/v1/usermgmt/notification/rx" in paths
    assert "/v1/usermgmt/notification/bbmi" in paths
    assert "/v1/usermgmt/notification/appointments" in paths
    assert "/v1/sm/patient/preferences/notification/list" in paths


def test_a_failure_stands_in_the_place_of_its_preference_alone() -> None:
    double = Mhv()
    double.plan("GET bbmi", answer(500))
    with mhv(double) as (system, _):
        found = system.read(PERSON, [RX, IMAGES, NOWHERE])
    assert found[RX.key] == Reading(True)
    assert str(found[IMAGES.key]) == "MHV answered with status 500."
    assert str(found[NOWHERE.key]) == "MHV has no contract for held by no system."


def test_an_rx_write_confirms_the_address_first_and_is_read_back() -> None:
    double = Mhv()
    with mhv(double) as (system, server):
        assert system.write(PERSON, write_of(RX, False)) == Reading(False)
        assert last_parts(server.lines()) == ["GET email", "POST email", "POST rx", "GET rx"]
        bodies = [one.body for one in server.received if one.method == "POST"]
        assert bodies == [{"emailAddress": ADDRESS}, {"flag": False}]
        stamps = [one.headers for one in server.received if one.method == "POST"]
        assert [(each["cutover-write-id"], each["cutover-epoch"]) for each in stamps] == [("w-1", "3")] * 2


def test_a_secure_messaging_write_sends_the_number_and_the_address_that_stands() -> None:
    double = Mhv()
    with mhv(double) as (system, server):
        assert system.write(PERSON, write_of(MESSAGING, 0)) == Reading(0)
        sent = next(one.body for one in server.received if one.method == "POST")
    assert sent == {"emailAddress": ADDRESS, "notifyMe": 0}
    assert double.notify == 0


def test_flags_of_one_call_are_written_at_their_own_address() -> None:
    double = Mhv()
    with mhv(double) as (system, _):
        assert system.write(PERSON, write_of(IMAGES, False)) == Reading(False)
        assert system.write(PERSON, write_of(APPOINTMENTS, False)) == Reading(False)
    assert double.flags == {"rx": True, "bbmi": False, "appointments": False}


def test_30_half_of_a_two_call_write_is_completed_within_the_deadline() -> None:
    double = Mhv()
    double.plan("POST rx", answer(503), close)
    with mhv(double) as (system, server):
        found = system.write(PERSON, write_of(RX, False))
        assert server.lines().count("POST rx") == 3
        assert server.lines().count("POST email") == 1
    assert found == Reading(False, lingers=True)
    assert double.flags["rx"] is False


@pytest.mark.parametrize("fault", [answer(503), reset, answer(400, {"errorCode": 157}), answer(200, {"status": "no"})])
def test_30_half_of_a_two_call_write_is_told_and_never_passed_over(fault: Behaviour) -> None:
    double = Mhv()
    double.plan("POST rx", *[fault] * 3)
    with mhv(double) as (system, server), pytest.raises(Unknown, match="address was confirmed and the choice was not"):
        system.write(PERSON, write_of(RX, False))
    assert server.lines()[-1] == "GET rx"
    assert double.flags["rx"] is True


def test_30_a_grant_that_ends_between_the_two_calls_is_told_as_half_a_write() -> None:
    calls: list[int] = []

    def hook() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise ValueError("the grant is over")

    double = Mhv()
    with mhv(double) as (system, server), pytest.raises(Unknown, match="address was confirmed and the choice was not"):
        system.write(PERSON, write_of(RX, False, hook))
    assert "POST rx" not in server.lines()


@pytest.mark.parametrize("fault", [reset, close, answer(504)], ids=["reset", "closed", "504"])
def test_38_a_write_without_an_answer_is_unknown_or_lingers_and_is_never_not_sent(fault: Behaviour) -> None:
    double = Mhv()
    double.plan("POST bbmi", *[fault] * 3)
    with mhv(double) as (system, _), pytest.raises(Unknown):
        system.write(PERSON, write_of(IMAGES, False))
    double.plan("POST bbmi", *[Fault(fault, applied=True)] * 3)
    with mhv(double) as (system, _):
        assert system.write(PERSON, write_of(IMAGES, False)) == Reading(False, lingers=True)


def test_a_write_that_hangs_until_the_deadline_is_unknown() -> None:
    double = Mhv()
    double.plan("POST bbmi", hang)
    with mhv(double) as (system, _), pytest.raises(Unknown, match="did not answer in time"):
        system.write(PERSON, write_of(IMAGES, False, seconds=0.5))


def test_a_write_that_was_accepted_and_does_not_stand_there_is_unknown() -> None:
    double = Mhv()
    double.plan("POST bbmi", answer(200, {"status": "success"}))
    with mhv(double) as (system, _), pytest.raises(Unknown, match="gave something else"):
        system.write(PERSON, write_of(IMAGES, False))


def test_a_write_that_was_accepted_and_cannot_be_read_back_is_unknown() -> None:
    double = Mhv()
    double.plan("GET bbmi", answer(500))
    with mhv(double) as (system, _), pytest.raises(Unknown, match="could not be read back: MHV answered"):
        system.write(PERSON, write_of(IMAGES, False))


def test_a_system_that_cannot_be_reached_was_not_written() -> None:
    with pytest.raises(NotSent, match="MHV could not be reached"):
        MhvSystem(f"http://127.0.0.1:{free_port()}", TOKEN, CLOCK).write(PERSON, write_of(RX, False))


@pytest.mark.parametrize("line", ["GET session", "GET email"])
def test_a_write_that_fails_before_it_writes_was_not_sent(line: str) -> None:
    double = Mhv()
    double.plan(line, *[answer(503)] * 3)
    with mhv(double) as (system, server), pytest.raises(NotSent, match="status 503"):
        system.write(PERSON, write_of(RX, False))
    assert not any(one.method == "POST" for one in server.received)


@pytest.mark.parametrize(("preference", "value"), [(RX, False), (MESSAGING, 1)])
@pytest.mark.parametrize("address", [None, "", " "])
def test_a_person_without_an_address_is_refused_in_words(
    preference: Preference, value: Stored, address: str | None
) -> None:
    with mhv(Mhv(address=address)) as (system, server):
        with pytest.raises(Rejected, match="no e-mail address for this person"):
            system.write(PERSON, write_of(preference, value))
        assert not any(one.method == "POST" for one in server.received)


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (400, {"errorCode": 157, "message": "ada.1000001@people.invalid is Invalid"}, "e-mail address as valid"),
        (400, {"errorCode": 152}, "e-mail address as valid"),
        (403, {"errorCode": "SM135"}, "terms and conditions"),
        (403, {"errorCode": 135}, "terms and conditions"),
        (403, {"errorCode": "RX135"}, "terms and conditions"),
        (404, {"errorCode": "SM105"}, "does not know this person"),
        (400, {"errorCode": "SM151"}, "blocked"),
        (400, {"errorCode": 4242}, r"refused it \(error 4242\)"),
        (400, {"errorCode": "person 1000001"}, r"refused it \(status 400\)"),
        (422, None, r"refused it \(status 422\)"),
        (200, {"errorCode": 157}, "e-mail address as valid"),
    ],
)
def test_a_refusal_is_told_in_our_own_words(status: int, body: object, sentence: str) -> None:
    double = Mhv()
    double.plan("POST notification", answer(status, body))
    with mhv(double) as (system, _), pytest.raises(Rejected, match=sentence):
        system.write(PERSON, write_of(MESSAGING, 0))


@pytest.mark.parametrize("code", ["SM901", "SM903", 901, 99, "99"])
def test_a_code_that_means_unavailable_is_no_refusal(code: object) -> None:
    double = Mhv()
    double.plan("POST notification", answer(400, {"errorCode": code}))
    with mhv(double) as (system, _), pytest.raises(Unknown):
        system.write(PERSON, write_of(MESSAGING, 0))


def test_a_refusal_after_a_lost_answer_does_not_say_that_nothing_was_written() -> None:
    double = Mhv()
    double.plan("POST bbmi", reset, answer(400, {"errorCode": 157}))
    with mhv(double) as (system, _), pytest.raises(Unknown):
        system.write(PERSON, write_of(IMAGES, False))


@pytest.mark.parametrize(("preference", "value"), [(RX, 1), (IMAGES, 0), (MESSAGING, True), (NOWHERE, True)])
def test_a_value_that_the_contract_cannot_hold_is_not_sent(preference: Preference, value: Stored) -> None:
    with mhv(Mhv()) as (system, server):
        with pytest.raises(Rejected):
            system.write(PERSON, write_of(preference, value))
        assert not any(one.method == "POST" for one in server.received)


def test_labels_are_read_by_mhvs_own_list_which_may_grow() -> None:
    double = Mhv()
    with mhv(double) as (system, server):
        for _ in range(2):
            assert system.read(PERSON, [MESSAGING])[MESSAGING.key] == Reading(2)
        assert server.lines().count("GET list") == 1
        double.labels["7"], double.notify = "Once a week", 7
        assert system.read(PERSON, [MESSAGING])[MESSAGING.key] == Reading(7)
        double.plan("GET notification", answer(200, {"emailAddress": ADDRESS, "notifyMe": "Never heard of"}))
        assert "not in its own list" in str(system.read(PERSON, [MESSAGING])[MESSAGING.key])


@pytest.mark.parametrize("body", [b"", b"[]", {"flag": "yes"}, {"flag": 1}, {}])
def test_an_answer_that_cannot_be_used_is_a_failure_and_not_a_choice(body: object) -> None:
    double = Mhv()
    double.plan("GET rx", answer(200, body))
    with mhv(double) as (system, _):
        assert "cannot be used" in str(system.read(PERSON, [RX])[RX.key])


def test_any_answer_below_500_to_a_session_of_nobody_is_reachable() -> None:
    double = Mhv()
    with mhv(double) as (system, server):
        assert system.reachable() is None
        assert "mhvcorrelationid" not in server.received[0].headers
        double.plan("GET session", answer(503))
        assert system.reachable() == "MHV answered with status 503."
    assert system.reachable() == "MHV could not be reached."
