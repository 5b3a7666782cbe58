"""VA Profile's contract: its catalogue, nothing set, the first write, later writes, and its ways to say no."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.log import Accept, Refuse
from sandbox.people import people
from tests.sandbox.callers import FIRST_VA, Target, VaCaller, lines_of, new_id

ITEMS = "communication-hub/communication/v1/communication-items"
UNSET = [person.va_profile_id - FIRST_VA for person in people(400, seed=1) if not person.permissions]
SET = next(person for person in people(400, seed=1) if len(person.permissions) == 2)


def code(answer: Any) -> str:
    message = answer.json()["messages"][0]
    assert set(message) == {"code", "key", "text", "severity"}
    return str(message["code"])


def test_the_catalogue_lists_items_with_their_channels_and_groups(va_profile: Target) -> None:
    items = va_profile.ask("GET", ITEMS, VaCaller(va_profile).system).json()["bios"]
    channels = {
        item["communicationItemId"]: [each["communicationChannelId"] for each in item["communicationItemChannels"]]
        for item in items
    }
    assert {3, 4, 9, 10, 11, 901, 902} <= set(channels)
    assert all(2 in channels[item] for item in (3, 4, 9, 10, 11, 901, 902))
    assert all(item["commonName"] and item["communicationItemGroups"] for item in items)


def test_nothing_set_is_a_success_with_an_error_code_inside(va_profile: Target) -> None:
    answer = VaCaller(va_profile, UNSET[0]).read()
    assert (answer.status_code, code(answer), answer.json()["status"]) == (200, "CP310", "COMPLETED_SUCCESS")
    assert "bios" not in answer.json()


def test_what_was_set_before_is_read_with_all_its_members(va_profile: Target) -> None:
    bios = VaCaller(va_profile, SET.va_profile_id - FIRST_VA).read().json()["bios"]
    found = [(bio["communicationItemId"], bio["communicationChannelId"], bio["allowed"]) for bio in bios]
    assert found == [(each.item, each.channel, each.allowed) for each in SET.permissions]
    assert set(bios[0]) == {
        *("communicationPermissionId", "vaProfileId", "communicationChannelId", "communicationItemId", "allowed"),
        *("communicationChannelName", "communicationItemCommonName", "createDate", "updateDate", "sourceDate"),
        *("sourceSystem", "txAuditId"),
    }


def test_the_first_write_is_a_post_and_later_ones_name_its_permission(va_profile: Target) -> None:
    caller, first, second = VaCaller(va_profile, UNSET[1]), new_id(), new_id()
    made = caller.send("POST", caller.bio(allowed=False), write_id=first).json()["bio"]
    number = made["communicationPermissionId"]
    later = caller.bio(communicationPermissionId=number, sourceDate="2026-02-01T12:00:00.5Z", sensitive=True)
    assert caller.send("PUT", later, write_id=second).json()["status"] == "COMPLETED_SUCCESS"
    (bio,) = caller.read().json()["bios"]
    assert (bio["communicationPermissionId"], bio["allowed"], bio["sensitive"]) == (number, True, True)
    assert (bio["sourceDate"], bio["createDate"]) == ("2026-02-01T12:00:00.5Z", made["createDate"])
    logged = [line for write in (first, second) for line in lines_of(va_profile.store, write)]
    assert [line.value for line in logged if isinstance(line, Accept)] == [False, True]


def test_a_write_is_told_by_the_same_audit_id_in_header_body_and_record(va_profile: Target) -> None:
    caller = VaCaller(va_profile, UNSET[2])
    answer = caller.send("POST", caller.bio())
    audit = answer.headers["Vaprofiletxauditid"]
    assert audit == answer.json()["txAuditId"] == answer.json()["bio"]["txAuditId"]
    assert caller.read().json()["bios"][0]["txAuditId"] == audit


@pytest.mark.parametrize(
    ("item", "preference"),
    [
        (4, "rx_refill_shipment"),
        (9, "secure_messaging_alerts"),
        (10, "medical_images_available"),
        (3, "appointment_reminders"),
        (11, "mhv_newsletter"),
        (901, "health_summary_sharing"),
        (902, "lab_results_ready"),
    ],
)
def test_an_item_s_e_mails_are_logged_under_its_preference(va_profile: Target, item: int, preference: str) -> None:
    caller, write = VaCaller(va_profile, UNSET[3]), new_id()
    caller.send("POST", caller.bio(communicationItemId=item), write_id=write)
    assert [line.preference for line in lines_of(va_profile.store, write)] == [preference]


def test_text_messages_are_another_preference_than_e_mails(va_profile: Target) -> None:
    caller, write = VaCaller(va_profile, UNSET[4]), new_id()
    text = caller.bio(communicationItemId=4, communicationChannelId=1)
    assert caller.send("POST", text, write_id=write).status_code == 200
    assert caller.send("POST", caller.bio(communicationItemId=4)).status_code == 200
    assert [line.preference for line in lines_of(va_profile.store, write)] == ["item_4_channel_1"]


def test_a_second_post_for_the_same_item_and_channel_is_refused_and_logged(va_profile: Target) -> None:
    caller, write = VaCaller(va_profile, UNSET[5]), new_id()
    caller.send("POST", caller.bio(allowed=True))
    answer = caller.send("POST", caller.bio(allowed=False), write_id=write)
    assert (answer.status_code, code(answer), answer.json()["status"]) == (400, "SBX405", "COMPLETED_FAILURE")
    assert answer.headers["Vaprofiletxauditid"] == answer.json()["txAuditId"]
    assert caller.read().json()["bios"][0]["allowed"] is True
    (line,) = lines_of(va_profile.store, write)
    assert isinstance(line, Refuse)
    assert (line.code, line.preference) == ("SBX405", "medical_images_available")


def test_a_put_needs_the_number_of_its_own_permission(va_profile: Target) -> None:
    caller, other = VaCaller(va_profile, UNSET[6]), VaCaller(va_profile, UNSET[7])
    number = other.send("POST", other.bio()).json()["bio"]["communicationPermissionId"]
    assert code(caller.send("PUT", caller.bio(communicationPermissionId=number))) == "SBX406"
    caller.send("POST", caller.bio())
    for wrong in ({"communicationPermissionId": number}, {"communicationPermissionId": 10**9}, {}):
        answer = caller.send("PUT", caller.bio(allowed=False, **wrong))
        assert (answer.status_code, code(answer)) == (400, "SBX406")
    assert caller.read().json()["bios"][0]["allowed"] is True


NEXT_HOUR = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        *(({"sourceDate": date}, "SBX401") for date in (None, "", "2026-01-31", "2026-01-31T12:00:00+00:00")),
        *(({"sourceDate": date}, "SBX401") for date in ("2026-02-30T12:00:00Z", NEXT_HOUR, 1770000000)),
        *(({"allowed": value}, "SBX400") for value in (None, "true", 1)),
        ({"vaProfileId": FIRST_VA + 1999}, "SBX400"),
        ({"communicationItemId": True}, "SBX400"),
        ({"communicationItemId": 12}, "SBX402"),
        ({"communicationItemId": 9, "communicationChannelId": 1}, "SBX402"),
        ({"sensitive": "yes"}, "SBX400"),
    ],
)
def test_a_bio_that_is_not_right_is_refused(va_profile: Target, changes: dict[str, Any], expected: str) -> None:
    caller = VaCaller(va_profile, UNSET[8])
    answer = caller.send("POST", caller.bio(**changes))
    assert (answer.status_code, code(answer)) == (400, expected)
    assert code(caller.read()) == "CP310"


def test_a_caller_that_does_not_name_its_system_is_refused(va_profile: Target) -> None:
    for named in ({}, {"Cufsystemname": "OTHER"}):
        caller = VaCaller(va_profile, UNSET[9], named)
        assert caller.read().status_code == 403
        assert caller.send("POST", caller.bio()).status_code == 403
        assert va_profile.ask("GET", ITEMS, named).status_code == 403


def test_somebody_unknown_is_refused_with_a_message(va_profile: Target) -> None:
    caller = VaCaller(va_profile, 2000)
    for answer in (caller.read(), caller.send("POST", caller.bio())):
        assert (answer.status_code, code(answer)) == (404, "SBX404")


def test_a_path_that_was_encoded_twice_leads_nowhere(va_profile: Target) -> None:
    caller = VaCaller(va_profile, UNSET[0])
    assert va_profile.ask("GET", caller.path.replace("%5E", "%255E"), caller.system).status_code == 404
    assert va_profile.ask("GET", caller.path.replace("%5E", "%5e"), caller.system).status_code == 200
