"""VA Profile's contract over real connections, with everything that was seen to go wrong."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from app.adapters.va_profile.system import VaProfileSystem
from app.services.systems import Failed, NotSent, Reading, Rejected, Unknown
from cutover_client.elapsed import Instant
from tests.adapters.systems.doubles import Fault, VaProfile, then, va_profile
from tests.adapters.systems.samples import CLOCK, IMAGES, MESSAGING, NOWHERE, PERSON, RX, write_of
from tests.adapters.systems.servers import Behaviour, answer, close, free_port, hang, reset, serving

GET, POST, PUT = (f"{method} communication-permissions" for method in ("GET", "POST", "PUT"))


def test_all_preferences_are_read_by_one_call() -> None:
    double = VaProfile()
    double.put(4, 2, False)
    double.put(9, 1, True)
    double.put(9, 2, True)
    with va_profile(double) as (system, server):
        found = system.read(PERSON, [RX, MESSAGING, IMAGES, NOWHERE])
        assert len(server.received) == 1
        asked = server.received[0]
    assert (found[RX.key], found[MESSAGING.key], found[IMAGES.key]) == (Reading(False), Reading(True), Reading(None))
    assert str(found[NOWHERE.key]) == "VA.gov has no item for held by no system."
    place = "2.16.840.1.113883.4.349/1000001^PI^200VETS^USDVA/communication-permissions"
    assert unquote(asked.path) == f"/communication-hub/communication/v1/{place}"
    assert "^" not in asked.path
    assert asked.headers["cufsystemname"] == "VETSGOV"


def test_31_an_error_code_inside_a_success_that_says_not_set_is_read_as_not_set() -> None:
    with va_profile(VaProfile()) as (system, _):
        assert system.read(PERSON, [RX, MESSAGING]) == {RX.key: Reading(None), MESSAGING.key: Reading(None)}


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (200, {"messages": [{"code": "CP999"}]}, "VA.gov answered with error CP999."),
        (200, {"messages": [{"code": "person 1000001"}]}, "VA.gov gave an answer that cannot be used."),
        (200, b"<html>", "VA.gov gave an answer that cannot be used."),
        (200, [], "VA.gov gave an answer that cannot be used."),
        (200, {"status": "COMPLETED_SUCCESS"}, "VA.gov gave an answer that cannot be used."),
        (200, {"bios": [1]}, "VA.gov gave an answer that cannot be used."),
        (403, None, "VA.gov refused it (status 403)."),
        (400, {"messages": [{"code": "CORE100"}]}, "VA.gov refused it (error CORE100)."),
        (500, {}, "VA.gov answered with status 500."),
    ],
)
def test_31_any_other_code_or_body_is_a_failure_and_not_a_choice(status: int, body: object, sentence: str) -> None:
    double = VaProfile()
    double.plan(GET, answer(status, body))
    with va_profile(double) as (system, _):
        found = system.read(PERSON, [RX, MESSAGING])
    assert {key: str(one) for key, one in found.items() if isinstance(one, Failed)} == dict.fromkeys(found, sentence)


def test_a_broken_permission_harms_its_own_preference_alone() -> None:
    double = VaProfile()
    double.put(4, 2, True)
    double.put(9, 2, True)
    double.bios[9, 2]["allowed"] = "yes"
    with va_profile(double) as (system, _):
        found = system.read(PERSON, [RX, MESSAGING])
    assert found[RX.key] == Reading(True)
    assert isinstance(found[MESSAGING.key], Failed)


class Noon:
    """A clock whose day is known and whose seconds pass."""

    def now(self) -> datetime:
        return datetime(2030, 1, 31, 12, 0, 5, 999_000, tzinfo=UTC)

    def instant(self) -> Instant:
        return CLOCK.instant()

    def monotonic(self) -> float:
        return CLOCK.monotonic()

    def sleep(self, seconds: float) -> None:
        CLOCK.sleep(seconds)


def test_the_first_choice_is_created_and_read_back() -> None:
    with serving(VaProfile()) as server:
        system = VaProfileSystem(server.url, Noon())
        assert system.write(PERSON, write_of(RX, False)) == Reading(False, audit="audit-7")
        assert server.lines() == [GET, POST, GET]
        sent = server.received[1]
        system.close()
    place = {"communicationChannelId": 2, "communicationItemId": 4, "vaProfileId": 1000001}
    assert sent.body == {"bio": {"allowed": False, **place, "sourceDate": "2030-01-31T12:00:05Z"}}
    assert (sent.headers["cutover-write-id"], sent.headers["cutover-epoch"]) == ("w-1", "3")
    assert sent.headers["cufsystemname"] == "VETSGOV"


def test_a_further_choice_updates_the_permission_by_its_number_with_a_truthful_date() -> None:
    double = VaProfile()
    double.put(4, 2, True)
    before = datetime.now(UTC) - timedelta(seconds=1)
    with va_profile(double) as (system, server):
        assert system.write(PERSON, write_of(RX, False)) == Reading(False, audit="audit-7")
        assert server.lines() == [GET, PUT, GET]
        bio = server.received[1].body["bio"]
    assert bio["communicationPermissionId"] == 20
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", bio["sourceDate"])
    assert before <= datetime.fromisoformat(bio["sourceDate"]) <= datetime.now(UTC)


def test_a_choice_that_somebody_created_meanwhile_is_updated() -> None:
    double = VaProfile()
    refusal = answer(400, {"messages": [{"code": "CP309"}]})
    double.plan(POST, then(lambda: double.put(4, 2, True), refusal))
    with va_profile(double) as (system, server):
        assert system.write(PERSON, write_of(RX, False)) == Reading(False, audit="audit-7")
        assert server.lines() == [GET, POST, GET, PUT, GET]


def test_a_refused_choice_is_told_by_its_code_and_not_by_the_systems_words() -> None:
    double = VaProfile()
    double.plan(POST, answer(400, {"messages": [{"code": "CORE107", "text": "person 1000001 is deceased"}]}))
    with va_profile(double) as (system, _), pytest.raises(Rejected, match=r"^VA.gov refused it \(error CORE107\)\.$"):
        system.write(PERSON, write_of(RX, False))
    assert double.bios == {}


def test_38_a_creation_whose_answer_was_lost_is_found_by_the_next_try_and_lingers() -> None:
    double = VaProfile()
    double.plan(POST, Fault(reset, applied=True))
    with va_profile(double) as (system, server):
        assert system.write(PERSON, write_of(RX, False)) == Reading(False, audit="audit-7", lingers=True)
        assert server.lines() == [GET, POST, POST, GET, PUT, GET]


@pytest.mark.parametrize("fault", [reset, close, answer(502), answer(200, b"<html>"), answer(200, {"messages": [{}]})])
def test_38_an_update_without_a_usable_answer_is_unknown_or_lingers_and_is_never_not_sent(fault: Behaviour) -> None:
    double = VaProfile()
    double.put(4, 2, True)
    double.plan(PUT, *[Fault(fault)] * 3)
    with va_profile(double) as (system, _), pytest.raises(Unknown):
        system.write(PERSON, write_of(RX, False))
    double.faults.clear()
    double.plan(PUT, *[Fault(fault, applied=True)] * 3)
    with va_profile(double) as (system, _):
        assert system.write(PERSON, write_of(RX, False)) == Reading(False, lingers=True)


def test_a_write_that_hangs_until_the_deadline_is_unknown() -> None:
    double = VaProfile()
    double.plan(POST, hang)
    with va_profile(double) as (system, _), pytest.raises(Unknown, match="did not answer in time"):
        system.write(PERSON, write_of(RX, False, seconds=0.5))


def test_what_cannot_be_read_before_the_write_is_not_written() -> None:
    double = VaProfile()
    double.plan(GET, answer(500))
    with va_profile(double) as (system, server), pytest.raises(NotSent, match="status 500"):
        system.write(PERSON, write_of(RX, False))
    assert server.lines() == [GET]
    with pytest.raises(NotSent, match="could not be reached"):
        VaProfileSystem(f"http://127.0.0.1:{free_port()}", CLOCK).write(PERSON, write_of(RX, False))


def test_what_it_cannot_hold_is_refused_without_a_call() -> None:
    with va_profile(VaProfile()) as (system, server):
        for write in (write_of(RX, 1), write_of(NOWHERE, True)):
            with pytest.raises(Rejected):
                system.write(PERSON, write)
        assert server.received == []


def test_the_name_of_a_change_is_kept_only_when_it_looks_like_one() -> None:
    for header, kept in (("a-1.b:2", "a-1.b:2"), ("person 1000001, ada@people.invalid", None)):
        double = VaProfile()
        accepted = answer(200, {"status": "COMPLETED_SUCCESS"}, {"Vaprofiletxauditid": header})
        double.plan(POST, Fault(accepted, applied=True))
        with va_profile(double) as (system, _):
            assert system.write(PERSON, write_of(RX, False)).audit == kept


def test_it_is_reachable_when_it_lists_its_items() -> None:
    double = VaProfile()
    with va_profile(double) as (system, server):
        assert system.reachable() is None
        assert server.received[0].path == "/communication-hub/communication/v1/communication-items"
        double.plan("GET communication-items", answer(403), answer(503))
        assert system.reachable() == "VA.gov answered with status 403."
        assert system.reachable() == "VA.gov answered with status 503."
    assert system.reachable() == "VA.gov could not be reached."
