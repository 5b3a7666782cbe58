"""The ledger as a viewer reads it: who changed what, from what, and why; and whether it is whole."""

from typing import Any

import pytest

from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api
from tests.entrypoints.world import World


def _entries(viewer: Api, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = viewer.get(f"/ledger{query}").get_json()["entries"]
    return found


def test_who_changed_it_from_what_and_why_is_answered_to_a_viewer(either_world: World) -> None:
    """Without access to production, and without asking anybody."""
    viewer, operator = api(either_world, Role.VIEWER), api(either_world, Role.OPERATOR, name="bob")
    number = operator.start(FIRST_KEY, reason="Medications went live.").get_json()["id"]
    either_world.drive(number)

    told = {entry["act"]: entry for entry in _entries(viewer)}

    assert told.keys() >= {"adopt", "move", "freeze", "activate"}
    for act in ("move", "freeze", "activate"):
        assert (told[act]["actor"], told[act]["reason"]) == ("token:bob", "Medications went live.")
        assert told[act]["at"].endswith("Z")
    assert (told["move"]["body"]["from"], told["move"]["body"]["to"]) == ("mhv", "va_gov")
    assert told["move"]["body"]["preferences"] == [FIRST_KEY]
    changed = str(told["activate"]["body"])
    assert all(word in changed for word in (FIRST_KEY, "mhv", "va_gov", "epoch"))


def test_a_call_off_names_whoever_called_it_off(adopted: World, viewer: Api) -> None:
    ada, bob = (api(adopted, Role.OPERATOR, name=name) for name in ("ada", "bob"))
    number = ada.start(FIRST_KEY).get_json()["id"]
    adopted.drive(number, Stage.DRAIN)

    bob.post(f"/moves/{number}/call-off", {"reason": "Not today."})

    last = _entries(viewer)[-1]
    assert (last["act"], last["actor"], last["reason"]) == ("call_off", "token:bob", "Not today.")


def test_the_making_of_a_token_is_told_without_its_secret(adopted: World, viewer: Api) -> None:
    answer = viewer.get("/ledger")

    assert "token_created" in {entry["act"] for entry in answer.get_json()["entries"]}
    assert viewer.token not in answer.text


def test_pages_of_the_ledger_follow_each_other_without_a_gap(adopted: World, viewer: Api) -> None:
    adopted.moved(System.VA_GOV, FIRST_KEY, SECOND_KEY)
    found: list[int] = []
    after: int | None = 0
    while after is not None:
        page = viewer.get(f"/ledger?after={after}&limit=2").get_json()
        assert len(page["entries"]) <= 2
        found += [entry["number"] for entry in page["entries"]]
        after = page["next_after"]

    assert found == [entry["number"] for entry in _entries(viewer)] == list(range(1, len(found) + 1))


def test_a_page_of_nothing_ends_the_reading(adopted: World, viewer: Api) -> None:
    assert viewer.get("/ledger?limit=0").get_json() == {"entries": [], "next_after": None}
    assert viewer.get("/ledger?after=2147483647").get_json() == {"entries": [], "next_after": None}


def test_a_whole_ledger_is_found_whole_and_its_head_can_be_noted(either_world: World) -> None:
    viewer = api(either_world, Role.VIEWER)
    entries = _entries(viewer)

    told = viewer.get("/ledger/verify").get_json()

    assert {name: told[name] for name in ("entries", "intact", "first_broken", "head")} == {
        "entries": len(entries),
        "intact": True,
        "first_broken": None,
        "head": entries[-1]["hash"],
    }
    assert viewer.get(f"/ledger/verify?head={told['head']}").get_json()["intact"] is True


def test_a_head_that_was_noted_elsewhere_and_is_not_in_the_ledger_is_found(adopted: World, viewer: Api) -> None:
    told = viewer.get(f"/ledger/verify?head={'1' * 64}").get_json()

    assert told["intact"] is False


@pytest.mark.parametrize(
    "spoil", ["UPDATE ledger SET reason = 'Other.' WHERE number = 2", "DELETE FROM ledger WHERE number = 2"]
)
def test_a_changed_or_removed_entry_is_found_at_its_number(adopted: World, viewer: Api, spoil: str) -> None:
    _spoil(adopted, spoil)

    told = viewer.get("/ledger/verify").get_json()

    assert told["intact"] is False
    assert told["first_broken"] in (2, 3)


def test_a_cut_tail_is_found(adopted: World, viewer: Api) -> None:
    last = _entries(viewer)[-1]["number"]
    _spoil(adopted, f"DELETE FROM ledger WHERE number = {last}")

    assert viewer.get("/ledger/verify").get_json()["intact"] is False


def _spoil(world: World, statement: str) -> None:
    """Change the ledger as nobody may; the database's own guards are taken away first."""
    with world.store.writing() as unit:
        guards = unit.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for guard in guards.scalars().all():
            unit.connection.exec_driver_sql(f"DROP TRIGGER {guard}")
        unit.connection.exec_driver_sql(statement)
