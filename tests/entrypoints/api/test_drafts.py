"""Plans as texts over the API: kept as drafts, refused line by line, started in place of their files."""

import hashlib
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.ledger import Head
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused
from tests.entrypoints.api.planned import ON_PAGE, WHY
from tests.entrypoints.filed import HEAD, put, step, text
from tests.entrypoints.world import World

GOOD, OTHER = text(step("first")), text(step("other", SECOND_KEY))
MOST = 60_000


def send(ada: Api, written: object, key: object = "one", seen: int | None = None) -> TestResponse:
    """Send a text as a draft, decided on the version that was seen."""
    headers = {} if seen is None else {"If-Match": f'"{seen}"'}
    return ada.post("/plans", {"key": key, "text": written, **WHY}, headers)


def head(world: World) -> Head:
    """The head of the ledger."""
    with world.store.reading() as unit:
        return unit.ledger.head()


def test_a_good_text_is_kept_as_a_draft_and_told_with_its_hash_and_version(filed: World, ada: Api) -> None:
    answer = send(ada, GOOD)

    told = answer.get_json()
    digest = hashlib.sha256(GOOD.encode()).hexdigest()
    assert (answer.status_code, told["key"], told["hash"], told["version"]) == (201, "one", digest, 1)
    assert (told["by"], told["reason"], told["at"]) == ("token:ada", "Invented.", "2027-03-02T05:00:00.000Z")
    assert ada.get("/plans/one/draft").get_json() == {**told, "text": GOOD}
    assert ada.get("/plans/one").get_json()["state"] == "draft"
    assert [one["key"] for one in ada.get("/plans").get_json()["plans"]] == ["one"]
    with filed.store.reading() as unit:
        [entry] = [entry for entry in unit.ledger.entries() if entry.act == "plan_drafted"]
    assert (entry.actor, entry.body["hash"]) == ("token:ada", digest)


FAULTY: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "an unknown key": (f'{HEAD}colour = "red"\n{step("first")}', [(3, "colour")]),
    "two faults": (
        text(step("first", FIRST_KEY, "bake = 3"), step("second", SECOND_KEY, 'wait = "soon"')),
        [(7, "steps[1].bake"), (12, "steps[2].wait")],
    ),
    "an unknown preference": (text(step("first", "no_such_key")), [(5, "steps[1].preferences[1]")]),
    "no TOML": (f"{HEAD}[[steps", [(3, "")]),
}


@pytest.mark.parametrize("case", FAULTY)
def test_what_is_wrong_is_told_line_by_line_with_what_to_do(filed: World, ada: Api, case: str) -> None:
    written, places = FAULTY[case]
    before = head(filed)

    told = refused(send(ada, written), "plan_invalid")

    assert [(one["line"], one["key"] or "") for one in told["faults"]] == places
    for fault in told["faults"]:
        assert fault.keys() == {"file", "line", "key", "what", "mend"}
        assert fault["file"] == "cutover_plans/one.toml"
        assert fault["what"]
        assert fault["mend"]
    assert head(filed) == before
    refused(ada.get("/plans/one/draft"), "not_found")


def test_a_draft_is_only_replaced_by_who_saw_it(filed: World, ada: Api) -> None:
    send(ada, GOOD)

    assert refused(send(ada, OTHER), "match_missing")["version"] == 1
    refused(send(ada, OTHER, seen=0), "changed_meanwhile")
    assert ada.get("/plans/one/draft").get_json()["text"] == GOOD
    assert send(ada, OTHER, seen=1).get_json()["version"] == 2
    refused(send(ada, GOOD, seen=1), "changed_meanwhile")
    assert ada.get("/plans/one/draft").get_json()["text"] == OTHER


def test_a_draft_is_started_in_place_of_the_file_and_is_gone_then(filed: World, ada: Api) -> None:
    put(filed, "one", GOOD)
    send(ada, OTHER)

    told = ada.post("/plans/one/start", WHY).get_json()

    assert [one["id"] for one in told["steps"]] == ["other"]
    assert told["hash"] == hashlib.sha256(OTHER.encode()).hexdigest()
    refused(ada.get("/plans/one/draft"), "not_found")


def test_a_draft_that_is_discarded_is_started_no_more(filed: World, ada: Api) -> None:
    put(filed, "one", GOOD)
    send(ada, OTHER)

    refused(ada.post("/plans/one/draft/discard", WHY), "match_missing")
    refused(ada.post("/plans/one/draft/discard", WHY, {"If-Match": '"2"'}), "changed_meanwhile")
    refused(ada.post("/plans/one/draft/discard", {}, {"If-Match": '"1"'}), "reason_missing")
    assert ada.post("/plans/one/draft/discard", WHY, {"If-Match": '"1"'}).status_code == 200

    refused(ada.post("/plans/one/draft/discard", WHY, {"If-Match": '"1"'}), "not_found")
    assert [one["id"] for one in ada.post("/plans/one/start", WHY).get_json()["steps"]] == ["first"]


def test_a_draft_of_a_plan_that_runs_changes_nothing_of_it(filed: World, ada: Api) -> None:
    send(ada, GOOD)
    before = ada.post("/plans/one/start", WHY).get_json()

    assert send(ada, OTHER).status_code == 201

    assert ada.get("/plans/one").get_json() == before


def test_a_draft_whose_preferences_went_since_is_refused_with_its_faults_and_hides_no_other_plan(
    filed: World, ada: Api
) -> None:
    put(filed, "two", OTHER)
    send(ada, GOOD)
    del filed.files.preferences[FIRST_KEY]
    filed.context.keeper.reload()

    listed = ada.get("/plans").get_json()

    assert [one["key"] for one in listed["plans"]] == ["two"]
    assert any("cutover_plans/one.toml" in fault for fault in listed["faults"])
    assert refused(ada.get("/plans/one"), "plan_invalid")["faults"]
    assert refused(ada.post("/plans/one/start", WHY), "plan_invalid")["faults"]


NEVER: dict[str, tuple[dict[str, Any], str]] = {
    "an empty text": ({"text": ""}, "invalid"),
    "blanks": ({"text": " \n\n"}, "plan_invalid"),
    "a null byte": ({"text": f"{GOOD}\x00"}, "invalid"),
    "an escaped null byte": ({"text": 'title = "\\u0000"\n'}, "plan_invalid"),
    "half a character": ({"text": f"{HEAD}# \ud800"}, "invalid"),
    "a control character": ({"text": f"{HEAD}# \x07"}, "plan_invalid"),
    "a number": ({"text": 7}, "invalid"),
    "nothing": ({"text": None}, "invalid"),
    "a list": ({"text": [GOOD]}, "invalid"),
    "the largest text": ({"text": "#" * MOST}, "plan_invalid"),
    "a text that is too long": ({"text": "#" * (MOST + 1)}, "invalid"),
    "a huge text": ({"text": "#" * 10_000_000}, "too_large"),
    "lists in lists": ({"text": "title = " + "[" * 20_000}, "plan_invalid"),
    "tables in tables": ({"text": f"{'a.' * 20_000}a = 1"}, "plan_invalid"),
    "a number of many digits": ({"text": f"title = {'9' * 50_000}"}, "plan_invalid"),
    "the key of the milestones": ({"key": "milestones"}, "plan_invalid"),
    "a key with a path": ({"key": "../one"}, "invalid"),
    "a key with a capital": ({"key": "One"}, "invalid"),
    "an empty key": ({"key": ""}, "invalid"),
    "a key that ends a line": ({"key": "one\n"}, "invalid"),
    "a long key": ({"key": "a" * 61}, "invalid"),
    "a number for a key": ({"key": 1}, "invalid"),
    "an unknown member": ({"state": "running"}, "invalid"),
    "a blank reason": ({"reason": " "}, "reason_missing"),
    "a number for a reason": ({"reason": 1}, "invalid"),
}


@pytest.mark.parametrize("case", NEVER)
def test_whatever_is_sent_is_refused_and_leaves_nothing(filed: World, ada: Api, case: str) -> None:
    changed, code = NEVER[case]
    before = head(filed)

    answer = ada.post("/plans", {"key": "one", "text": GOOD, **WHY, **changed})

    refused(answer, code)
    assert head(filed) == before
    assert ada.get("/plans").get_json() == {"plans": [], "faults": []}


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", GOOD.encode()], ids=["nothing", "cut off", "no text", "TOML"])
def test_a_body_that_is_no_json_is_refused(filed: World, ada: Api, data: bytes) -> None:
    answer = ada.ask("POST", "/plans", {"Content-Type": "application/json"}, data=data)
    assert answer.status_code in (400, 422)
    refused(answer, answer.get_json(force=True)["code"])


@pytest.mark.parametrize("role", [Role.VIEWER, Role.APPROVER, Role.CLIENT, Role.ADMIN])
def test_only_an_operator_writes_and_discards_drafts(filed: World, ada: Api, role: Role) -> None:
    send(ada, GOOD)
    other = api(filed, role, name="bob")

    refused(send(other, OTHER, seen=1), "not_allowed")
    refused(other.post("/plans/one/draft/discard", WHY, {"If-Match": '"1"'}), "not_allowed")


def test_a_draft_that_is_sent_twice_with_one_key_is_kept_once(filed: World, ada: Api) -> None:
    once = {"Idempotency-Key": "draft-1"}
    body = {"key": "one", "text": GOOD, **WHY}

    first, second = (ada.post("/plans", body, once) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    refused(ada.post("/plans", {**body, "text": OTHER}, once), "idempotency_key_reused")


@pytest.mark.parametrize("key", ["%00", "a" * 5000, "..", "one%0A", "%F0%9F%92%8A"])
def test_a_draft_of_no_name_is_not_found(either_world: World, key: str) -> None:
    ada = api(either_world, Role.OPERATOR)
    refused(ada.get(f"/plans/{key}/draft"), "not_found")
    refused(ada.post(f"/plans/{key}/draft/discard", WHY, {"If-Match": '"1"'}), "not_found")


def test_a_line_of_surfaces_is_kept_as_it_was_written(filed: World, ada: Api) -> None:
    written = text(step("first", FIRST_KEY, f"{ON_PAGE}  # ÄÖ 💊"))
    send(ada, written)
    assert ada.get("/plans/one/draft").get_json()["text"] == written
