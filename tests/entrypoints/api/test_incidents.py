"""Incidents through the API: listed, and closed once, by a person with a reason."""

from app.domain.evidence import Found, Kind
from app.domain.roles import Role
from app.services.incidents import open_incidents, raise_incident
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, refused
from tests.entrypoints.world import World


def found(world: World, reference: str, key: str = FIRST_KEY) -> int | None:
    """Something is found."""
    with world.store.writing() as unit:
        return raise_incident(unit, Found(Kind.LATE_ANSWER, key, "mhv", reference, "It was late.", 3))


def test_incidents_are_listed_with_the_newest_first_and_the_open_ones_by_themselves(
    world: World, operator: Api, viewer: Api
) -> None:
    first, second = found(world, "w-1"), found(world, "w-2")
    assert operator.post(f"/incidents/{first}/close", {"reason": "Looked at."}).status_code == 200
    listed = viewer.get("/incidents").get_json()["incidents"]
    assert [one["id"] for one in listed] == [second, first]
    assert [one["id"] for one in viewer.get("/incidents?open=1").get_json()["incidents"]] == [second]
    assert len(viewer.get("/incidents?limit=1").get_json()["incidents"]) == 1
    assert {name: listed[0][name] for name in ("kind", "key", "system", "epoch", "reference", "closed")} == {
        "kind": "late_answer",
        "key": FIRST_KEY,
        "system": "mhv",
        "epoch": 3,
        "reference": "w-2",
        "closed": None,
    }


def test_the_same_thing_found_twice_is_one_incident_even_after_it_was_closed(
    either_world: World,
) -> None:
    number = found(either_world, "w-1")
    assert found(either_world, "w-1") is None
    operator = Api(either_world, either_world.token(Role.OPERATOR))
    operator.post(f"/incidents/{number}/close", {"reason": "Looked at."})
    assert found(either_world, "w-1") is None
    assert found(either_world, "w-1", SECOND_KEY) is not None


def test_who_closed_it_and_why_stands_in_the_ledger(world: World, operator: Api) -> None:
    number = found(world, "w-1")
    told = operator.post(f"/incidents/{number}/close", {"reason": "It was a drill."}).get_json()
    assert told["closed"] is not None
    with world.store.reading() as unit:
        entries = [(entry.act, entry.actor, entry.reason) for entry in unit.ledger.entries()]
    assert ("incident", "controller", "It was late.") in entries
    assert entries[-1] == ("incident_closed", "token:ada", "It was a drill.")


def test_an_incident_is_closed_once_with_a_reason(world: World, operator: Api) -> None:
    number = found(world, "w-1")
    refused(operator.post(f"/incidents/{number}/close", {"reason": " "}), "reason_missing")
    operator.post(f"/incidents/{number}/close", {"reason": "Looked at."})
    refused(operator.post(f"/incidents/{number}/close", {"reason": "Again."}), "incident_closed")
    for number in (999, 2**31, 10**29):
        refused(operator.post(f"/incidents/{number}/close", {"reason": "Nothing."}), "not_found")


def test_a_failed_closing_changes_nothing(world: World, operator: Api) -> None:
    number = found(world, "w-1")
    operator.post(f"/incidents/{number}/close", {"reason": " "})
    with world.store.reading() as unit:
        assert [one.id for one in open_incidents(unit, [FIRST_KEY])] == [number]
        assert open_incidents(unit, [SECOND_KEY]) == []
