"""Moves as the API starts, shows, ends and undoes them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.domain.moves import Stage
from app.domain.ownership import NOBODY, System
from app.domain.roles import Role
from tests.entrypoints.api.asking import (
    FIRST_KEY,
    HELD_BACK,
    ONLY_NEW,
    SECOND_KEY,
    STAGES,
    Api,
    api,
    refused,
    wish,
)
from tests.entrypoints.world import World

MEMBERS = {"id", "preferences", "from", "to", "stage", "stages", "waiting_for", "outcome", "undoes", "undone_by"}
WHY = {"reason": "Invented."}


def _head(world: World) -> object:
    with world.store.reading() as unit:
        return unit.ledger.head()


def test_a_started_move_is_answered_with_its_eight_stages(either_world: World) -> None:
    answer = api(either_world, Role.OPERATOR).start(FIRST_KEY, SECOND_KEY)

    told = answer.get_json()
    assert answer.status_code == 202
    assert told.keys() >= MEMBERS
    assert (told["preferences"], told["from"], told["to"]) == ([FIRST_KEY, SECOND_KEY], "mhv", "va_gov")
    assert [stage["name"] for stage in told["stages"]] == STAGES
    assert all(stage.keys() == {"name", "state", "began", "ended", "detail"} for stage in told["stages"])
    assert (told["stage"], told["stages"][0]["state"], told["outcome"]) == ("check", "running", None)
    assert told["stages"][0]["began"].endswith("Z")


def test_a_move_is_shown_as_it_went_and_the_newest_comes_first(adopted: World, operator: Api) -> None:
    first = operator.start(FIRST_KEY).get_json()["id"]
    adopted.drive(first)
    second = operator.start(SECOND_KEY).get_json()["id"]

    told = operator.get(f"/moves/{first}").get_json()
    listed = [move["id"] for move in operator.get("/moves").get_json()["moves"]]

    assert (told["outcome"], told["stage"]) == ("done", "watch")
    assert {stage["state"] for stage in told["stages"]} <= {"done", "skipped"}
    assert listed == [second, first]
    assert [move["id"] for move in operator.get("/moves?limit=1").get_json()["moves"]] == [second]
    assert [move["id"] for move in operator.get(f"/moves?before={second}").get_json()["moves"]] == [first]
    refused(operator.get("/moves?limit=201"), "malformed")


def test_a_draining_move_says_which_process_it_waits_for(writing: World, operator: Api) -> None:
    number = operator.start(FIRST_KEY).get_json()["id"]
    writing.drive(number, Stage.DRAIN)

    waiting = operator.get(f"/moves/{number}").get_json()["waiting_for"]

    assert [(one["for"], one["client"], one["instance"]) for one in waiting] == [("lease", "cutover", "process 1")]


def test_a_dry_run_asks_the_same_and_stores_nothing(adopted: World, operator: Api) -> None:
    before = _head(adopted)

    answer = operator.start(FIRST_KEY, dry_run=True)

    told = answer.get_json()
    assert (answer.status_code, told["id"]) == (200, None)
    assert [stage["name"] for stage in told["stages"]] == STAGES
    assert [one["verdict"] for one in told["stages"][0]["detail"]["answers"]] == ["pass"]
    assert (operator.get("/moves").get_json()["moves"], _head(adopted)) == ([], before)


def test_a_dry_run_tells_the_answer_at_which_a_real_run_would_be_called_off(adopted: World, operator: Api) -> None:
    adopted.va_gov.trouble = "It is asleep."

    rehearsed = operator.start(FIRST_KEY, dry_run=True).get_json()["stages"][0]["detail"]["answers"]
    real = operator.start(FIRST_KEY).get_json()["id"]
    ended = adopted.drive(real)

    assert rehearsed == list(ended.record(Stage.CHECK).detail["answers"])
    assert [one["verdict"] for one in rehearsed] == ["fail"]
    assert operator.get(f"/moves/{real}").get_json()["outcome"] == "called_off"


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"expect": {}}, "epoch_missing"),
        ({"expect": {FIRST_KEY: 0}}, "epoch_stale"),
        ({"preferences": [ONLY_NEW], "expect": {ONLY_NEW: 0}, "to": "mhv"}, "no_contract"),
        ({"preferences": [ONLY_NEW], "expect": {ONLY_NEW: 0}, "to": "nobody"}, "not_adopted"),
        ({"preferences": [HELD_BACK], "expect": {HELD_BACK: 0}}, "not_live"),
        ({"preferences": ["parcel_on_its_wya"], "expect": {}}, "preference_unknown"),
        ({"preferences": [FIRST_KEY, FIRST_KEY]}, "invalid"),
        ({"expect": {FIRST_KEY: 1, SECOND_KEY: 1}}, "invalid"),
        ({"preferences": [FIRST_KEY, ONLY_NEW], "expect": {FIRST_KEY: 1, ONLY_NEW: 0}}, "mixed_owners"),
        ({"to": "mhv"}, "already_there"),
        ({"to": "cerner"}, "invalid"),
        ({"surfaces": ["the_moon"]}, "invalid"),
        ({"reason": ""}, "reason_missing"),
        ({"reason": "  "}, "reason_missing"),
    ],
)
def test_what_cannot_be_moved_is_refused_alike_in_a_dry_run(
    adopted: World, operator: Api, said: dict[str, Any], code: str, *, dry_run: bool
) -> None:
    before = _head(adopted)

    refused(operator.start(FIRST_KEY, **said, dry_run=dry_run), code)

    assert (operator.get("/moves").get_json()["moves"], _head(adopted)) == ([], before)


def test_a_stale_epoch_is_refused_and_told_the_owner(adopted: World, operator: Api) -> None:
    adopted.moved(System.VA_GOV, FIRST_KEY)

    told = refused(operator.start(FIRST_KEY, to="mhv", expect={FIRST_KEY: 1}), "epoch_stale")

    assert (told["owner"], told["epoch"]) == ("va_gov", adopted.row(FIRST_KEY).epoch)


def test_a_misspelt_preference_is_refused_with_the_nearest_name(adopted: World, operator: Api) -> None:
    told = refused(operator.start(FIRST_KEY, preferences=["parcel_on_its_wya"], expect={}), "preference_unknown")

    assert FIRST_KEY in told["mend"]


def test_a_preference_in_an_open_move_is_not_moved_again(adopted: World, operator: Api) -> None:
    number = operator.start(FIRST_KEY).get_json()["id"]

    told = refused(operator.start(FIRST_KEY), "move_open")

    assert (told["key"], told["move"]) == (FIRST_KEY, number)
    refused(operator.start(FIRST_KEY, dry_run=True), "move_open")


def test_a_retired_preference_and_one_whose_file_went_stay_where_they_are(adopted: World, operator: Api) -> None:
    adopted.drive(adopted.begin(NOBODY, FIRST_KEY).id)
    del adopted.files.preferences[SECOND_KEY]
    adopted.context.keeper.reload()

    refused(operator.start(FIRST_KEY), "retired")
    refused(operator.start(SECOND_KEY), "file_missing")


def test_a_move_sets_the_surfaces_that_were_asked_for(adopted: World, operator: Api) -> None:
    adopted.drive(operator.start(FIRST_KEY, surfaces=["va_gov_profile"]).get_json()["id"])

    assert operator.get(f"/ownership/{FIRST_KEY}").get_json()["surfaces"] == ["va_gov_profile"]


def test_a_call_off_before_activation_lets_the_old_owner_write_again(adopted: World, operator: Api) -> None:
    number = operator.start(FIRST_KEY).get_json()["id"]
    adopted.drive(number, Stage.DRAIN)

    answer = operator.post(f"/moves/{number}/call-off", WHY)

    assert (answer.status_code, answer.get_json()["outcome"]) == (200, "called_off")
    told = operator.get(f"/ownership/{FIRST_KEY}").get_json()
    assert (told["state"], told["write_to"], told["move"]) == ("held", "mhv", None)
    refused(operator.post(f"/moves/{number}/call-off", WHY), "already_ended")
    assert operator.start(FIRST_KEY).status_code == 202


def test_after_activation_a_move_is_undone_and_not_called_off(adopted: World, operator: Api) -> None:
    number = operator.start(FIRST_KEY).get_json()["id"]
    refused(operator.post(f"/moves/{number}/undo", WHY), "not_undoable")
    adopted.drive(number)

    refused(operator.post(f"/moves/{number}/call-off", WHY), "too_late_to_call_off")
    answer = operator.post(f"/moves/{number}/undo", WHY)
    undoing = answer.get_json()
    adopted.drive(undoing["id"])

    assert (answer.status_code, undoing["undoes"], undoing["to"]) == (202, number, "mhv")
    assert operator.get(f"/moves/{number}").get_json()["undone_by"] == undoing["id"]
    assert operator.get(f"/ownership/{FIRST_KEY}").get_json()["owner"] == "mhv"
    refused(operator.post(f"/moves/{number}/undo", WHY), "not_undoable")


def test_an_undo_decided_on_an_old_epoch_is_refused(adopted: World, operator: Api) -> None:
    number = adopted.moved(System.VA_GOV, FIRST_KEY).id

    refused(operator.post(f"/moves/{number}/undo", {**WHY, "expect": {FIRST_KEY: 1}}), "epoch_stale")


@pytest.mark.parametrize("number", ["7", "99999999999999999999"])
@pytest.mark.parametrize("what", ["", "/undo", "/call-off"])
def test_a_move_that_is_not_there_is_not_found(adopted: World, operator: Api, number: str, what: str) -> None:
    answer = operator.post(f"/moves/{number}{what}", WHY) if what else operator.get(f"/moves/{number}")

    refused(answer, "not_found")


@pytest.mark.parametrize("what", ["call-off", "undo"])
def test_a_change_decided_on_an_older_state_of_the_move_is_refused(adopted: World, operator: Api, what: str) -> None:
    number = operator.start(FIRST_KEY).get_json()["id"]
    seen = operator.get(f"/moves/{number}").headers["ETag"]
    adopted.drive(number, Stage.WATCH if what == "undo" else Stage.DRAIN)
    present = operator.get(f"/moves/{number}").headers["ETag"]

    told = refused(operator.post(f"/moves/{number}/{what}", WHY, {"If-Match": seen}), "changed_meanwhile")

    assert present != seen
    assert told["etag"] == present
    assert operator.post(f"/moves/{number}/{what}", WHY, {"If-Match": present}).status_code < 300


def test_of_two_people_who_move_at_once_one_is_first_and_the_other_is_told(either_world: World) -> None:
    people = [api(either_world, Role.OPERATOR, name=name) for name in ("ada", "bob", "cleo", "dan")]
    body = wish(either_world, FIRST_KEY)
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda person: person.post("/moves", body), people))

    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]
    for answer in answers:
        if answer.status_code != 202:
            refused(answer, "move_open")
    assert len(people[0].get("/moves").get_json()["moves"]) == 1


def test_of_two_people_who_call_off_at_once_one_is_first_and_the_ledger_has_it_once(either_world: World) -> None:
    people = [api(either_world, Role.OPERATOR, name=name) for name in ("ada", "bob", "cleo", "dan")]
    number = people[0].start(FIRST_KEY).get_json()["id"]
    either_world.drive(number, Stage.DRAIN)
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda person: person.post(f"/moves/{number}/call-off", WHY), people))

    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.get_json()["code"] for answer in answers if answer.status_code != 200} <= {
        "already_ended",
        "epoch_stale",
    }
    acts = [entry["act"] for entry in people[0].get("/ledger").get_json()["entries"]]
    assert acts.count("call_off") == 1
