"""Carried reads and writes: one person's choices, at whoever owns them."""

from typing import Any

import pytest

from app.domain.moves import Stage
from app.domain.ownership import NOBODY, System
from app.domain.people import Person
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, IDS, ONLY_NEW, SECOND_KEY, Api, api, refused
from tests.entrypoints.world import World

ADA = Person("1000001", "2000001")
PATH = f"/preferences/{FIRST_KEY}"
MALFORMED = {
    "letters": "ada",
    "letters behind digits": "1000001a",
    "digits of another script": ("\N{ARABIC-INDIC DIGIT ONE}" * 7).encode().decode("latin-1"),
    "wide digits": "\N{FULLWIDTH DIGIT ONE}".encode().decode("latin-1"),
    "superscripts": "1²",
    "5,000 digits": "1" * 5000,
    "a minus": "-1000001",
    "a plus": "+1000001",
    "a fraction": "1000001.0",
    "two": "1000001, 1000002",
    "a blank inside": "1000 001",
    "hexadecimal": "0xF4241",
    "an underscore": "1_000_001",
}


def _activated(world: World, key: str = FIRST_KEY) -> None:
    """Move to VA.gov, with the process's own lease acknowledging on the way."""
    number = world.begin(System.VA_GOV, key).id
    world.drive(number, Stage.DRAIN)
    world.holder.renew()
    world.drive(number)
    world.holder.renew()


def test_what_was_never_set_is_told_as_not_set(adopted: World, carried: Api) -> None:
    told = carried.get(PATH, IDS).get_json()

    assert told == {
        "key": FIRST_KEY,
        "set": False,
        "choice": None,
        "owner": "mhv",
        "epoch": 1,
        "choices": ["off", "each", "daily"],
    }


def test_a_choice_is_written_at_the_owner_and_read_back(writing: World, carried: Api) -> None:
    answer = carried.put(FIRST_KEY, {"choice": "daily", "epoch": 1})

    told = answer.get_json()
    assert answer.status_code == 200
    assert {name: told[name] for name in ("key", "set", "choice", "owner", "epoch")} == {
        "key": FIRST_KEY,
        "set": True,
        "choice": "daily",
        "owner": "mhv",
        "epoch": 1,
    }
    assert writing.mhv.held == {(ADA, FIRST_KEY): 2}
    assert writing.va_gov.held == {}
    assert carried.get(PATH, IDS).get_json()["choice"] == "daily"


def test_after_a_move_the_new_owner_is_read_and_written(writing: World, carried: Api) -> None:
    _activated(writing)
    epoch = carried.get(PATH, IDS).get_json()["epoch"]

    told = carried.put(FIRST_KEY, {"choice": "each", "epoch": epoch}).get_json()

    assert (told["owner"], told["epoch"], told["choices"]) == ("va_gov", epoch, ["off", "each"])
    assert (writing.mhv.writes, writing.va_gov.held) == ([], {(ADA, FIRST_KEY): True})


@pytest.mark.parametrize("missing", IDS)
@pytest.mark.parametrize("value", [None, ""])
def test_a_call_without_both_ids_is_refused_with_the_name_of_the_header(
    writing: World, carried: Api, missing: str, value: str | None
) -> None:
    """Whichever of them is needed now: a flip must never break a client."""
    given = {name: id_ for name, id_ in IDS.items() if name != missing}
    headers = given if value is None else {**given, missing: value}

    for answer in (
        carried.get(PATH, headers),
        carried.get("/preferences", headers),
        carried.ask("PUT", PATH, headers, json={"choice": "off", "epoch": 1}),
    ):
        assert missing in refused(answer, "id_missing")["detail"]


@pytest.mark.parametrize("header", IDS)
@pytest.mark.parametrize("value", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_id_is_refused_and_never_repeated(writing: World, carried: Api, header: str, value: str) -> None:
    for answer in (
        carried.get(PATH, {**IDS, header: value}),
        carried.get("/preferences", {**IDS, header: value}),
        carried.ask("PUT", PATH, {**IDS, header: value}, json={"choice": "off", "epoch": 1}),
    ):
        told = refused(answer, "id_malformed")
        assert header in told["detail"]
        assert value not in answer.text
    assert writing.mhv.writes == []


@pytest.mark.parametrize("header", IDS)
@pytest.mark.parametrize("tail", ["\n", "\r\n", "\x00", "\n2"])
def test_an_id_that_ends_with_a_line_is_refused(writing: World, carried: Api, header: str, tail: str) -> None:
    """No client of this test can send such a header, so it is put where a server would."""
    name = "HTTP_" + header.upper().replace("-", "_")
    environment = {name: f"1000001{tail}"}

    refused(carried.ask("GET", PATH, IDS, environ_overrides=environment), "id_malformed")


def test_a_write_without_the_epoch_of_its_form_is_refused(writing: World, carried: Api) -> None:
    refused(carried.put(FIRST_KEY, {"choice": "off"}), "epoch_missing")


def test_a_write_from_a_form_of_an_older_owner_is_refused_and_told_the_present_one(
    writing: World, carried: Api
) -> None:
    _activated(writing)

    told = refused(carried.put(FIRST_KEY, {"choice": "off", "epoch": 1}), "epoch_passed")

    assert (told["owner"], told["epoch"]) == ("va_gov", writing.row(FIRST_KEY).epoch)
    assert writing.va_gov.writes == []


def test_a_write_during_a_freeze_is_certainly_not_made_and_says_what_to_tell_a_veteran(
    writing: World, carried: Api
) -> None:
    writing.drive(writing.begin(System.VA_GOV, FIRST_KEY).id, Stage.DRAIN)
    writing.holder.renew()

    answer = carried.put(FIRST_KEY, {"choice": "off", "epoch": 1})

    told = refused(answer, "frozen")
    assert int(answer.headers["Retry-After"]) == told["retry_after"] > 0
    assert told["notice"]
    assert writing.mhv.writes == writing.va_gov.writes == []
    assert carried.get(PATH, IDS).get_json()["owner"] == "mhv"


def test_without_a_lease_nothing_is_written(adopted: World, carried: Api) -> None:
    answer = carried.put(FIRST_KEY, {"choice": "off", "epoch": 1})

    refused(answer, "no_grant")
    assert int(answer.headers["Retry-After"]) > 0
    assert adopted.mhv.writes == []


def test_a_choice_that_no_system_has_is_refused_with_those_there_are(writing: World, carried: Api) -> None:
    told = refused(carried.put(FIRST_KEY, {"choice": "hourly", "epoch": 1}), "choice_unknown")

    assert told["choices"] == ["off", "each", "daily"]


def test_a_choice_that_the_owner_would_lose_part_of_is_refused_with_those_it_holds(
    writing: World, carried: Api
) -> None:
    _activated(writing)
    epoch = writing.row(FIRST_KEY).epoch

    told = refused(carried.put(FIRST_KEY, {"choice": "daily", "epoch": epoch}), "choice_not_held")

    assert (told["owner"], told["choices"]) == ("va_gov", ["off", "each"])
    assert "the once-a-day bundle" in told["detail"]


def test_an_unreachable_owner_is_told_as_certainly_not_written(writing: World, carried: Api) -> None:
    writing.mhv.trouble = "It is asleep."

    answer = carried.put(FIRST_KEY, {"choice": "off", "epoch": 1})

    assert refused(answer, "system_unreachable")["owner"] == "mhv"
    assert int(answer.headers["Retry-After"]) > 0
    refused(carried.get(PATH, IDS), "system_failed")


def test_what_nobody_holds_or_is_retired_is_neither_read_nor_written(adopted: World, carried: Api) -> None:
    adopted.drive(adopted.begin(NOBODY, SECOND_KEY).id)
    adopted.holder.renew()

    for key, code in ((ONLY_NEW, "not_adopted"), (SECOND_KEY, "retired"), ("invented", "preference_unknown")):
        refused(carried.get(f"/preferences/{key}", IDS), code)
        refused(carried.put(key, {"choice": "on", "epoch": adopted.row(key).epoch}), code)


def test_a_write_is_named_by_its_caller_or_else_by_us(writing: World, carried: Api) -> None:
    own = {"Cutover-Write-Id": "form-17-of-ada"}

    named = carried.put(FIRST_KEY, {"choice": "off", "epoch": 1}, own).get_json()
    drawn = carried.put(FIRST_KEY, {"choice": "each", "epoch": 1}).get_json()

    assert named["write_id"] == "form-17-of-ada"
    assert [write.id for write in writing.mhv.writes] == ["form-17-of-ada", drawn["write_id"]]
    assert len(drawn["write_id"]) >= 16


@pytest.mark.parametrize(
    "write_id", ["", "short", "x" * 65, "with blank", "über-eine-form", "a.b.c.d.e.f", "12345678;9"]
)
def test_a_write_id_that_cannot_be_sent_on_is_refused(writing: World, carried: Api, write_id: str) -> None:
    answer = carried.put(FIRST_KEY, {"choice": "off", "epoch": 1}, {"Cutover-Write-Id": write_id})

    assert "Cutover-Write-Id" in refused(answer, "malformed")["detail"]
    assert writing.mhv.writes == []


def test_all_preferences_are_read_together_and_a_failing_one_hides_no_other(writing: World, carried: Api) -> None:
    """Not set, failed, and set are three answers; none of them looks like another."""
    _activated(writing, SECOND_KEY)
    writing.va_gov.trouble = "It is asleep."

    answer = carried.get("/preferences", IDS)

    told: dict[str, dict[str, Any]] = {one["key"]: one for one in answer.get_json()["preferences"]}
    assert answer.status_code == 200
    assert set(told) == set(writing.files.preferences)
    assert (told[FIRST_KEY]["set"], told[FIRST_KEY]["choice"]) == (False, None)
    assert told[SECOND_KEY]["problem"]["code"] == "system_failed"
    assert told[ONLY_NEW]["problem"]["code"] == "not_adopted"
    assert "set" not in told[SECOND_KEY]
    assert "choice" not in told[SECOND_KEY]


def test_a_token_that_is_limited_to_keys_sees_and_writes_no_other(writing: World) -> None:
    limited = api(writing, Role.CLIENT, keys=[FIRST_KEY])

    assert [one["key"] for one in limited.get("/preferences", IDS).get_json()["preferences"]] == [FIRST_KEY]
    assert limited.put(FIRST_KEY, {"choice": "off", "epoch": 1}).status_code == 200
    refused(limited.get(f"/preferences/{SECOND_KEY}", IDS), "not_allowed")
    refused(limited.put(SECOND_KEY, {"choice": "off", "epoch": 1}), "not_allowed")
    refused(limited.get("/preferences/invented", IDS), "not_allowed")
