"""The faces on a database that is not the one it was: nothing is granted, readiness says so, reading goes on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from app.adapters.database.tables import revision
from app.domain.roles import Role
from app.services.recovering import RAISED_BY
from tests.entrypoints.api.asking import FIRST_KEY, api, refused
from tests.entrypoints.invented import FIRST
from tests.entrypoints.world import World


@pytest.fixture
def failed_over(postgresql_url: str) -> Iterator[World]:
    """A service whose preference MHV holds and which holds a lease, and whose database is suddenly another."""
    world = World(postgresql_url)
    world.files.preferences = {FIRST.key: FIRST}
    world.context.keeper.reload()
    world.adopt(FIRST_KEY)
    world.holder.renew()
    world.context.worker._look()
    with world.store.engine.begin() as connection:
        connection.execute(update(revision).values(identity="1234567890/1"))
    yield world
    world.store.close()


def test_readiness_fails_and_says_so(failed_over: World) -> None:
    told = failed_over.app.test_client().get("/readyz")
    assert told.status_code == 503
    assert any("not the one it was" in reason for reason in told.get_json()["reasons"])


def test_no_carried_write_begins_by_what_was_granted_before_until_an_owner_is_named(failed_over: World) -> None:
    world, client, boss = failed_over, api(failed_over, Role.CLIENT), api(failed_over, Role.ADMIN)
    world.context.worker._look()
    refused(client.put(FIRST_KEY, {"choice": "off", "epoch": 1}), "no_grant")
    boss.post("/recovery", {"reason": "Invented."})
    world.context.worker._look()
    world.holder.renew()
    refused(client.put(FIRST_KEY, {"choice": "off", "epoch": RAISED_BY + 1}), "stopped")
    while (seconds := world.context.worker.outlasting.look()) is not None:
        world.clock.advance(seconds)
    named = {"owner": "mhv", "expect": {FIRST_KEY: RAISED_BY + 1}, "reason": "Invented."}
    assert boss.post("/recovery/name", named).status_code == 200
    world.holder.renew()
    assert client.put(FIRST_KEY, {"choice": "off", "epoch": RAISED_BY + 2}).status_code == 200


def test_nothing_moves_and_nothing_is_adopted(failed_over: World) -> None:
    boss, operator = api(failed_over, Role.ADMIN), api(failed_over, Role.OPERATOR)
    before = failed_over.row(FIRST_KEY)
    refused(operator.start(FIRST_KEY), "database_changed")
    refused(operator.start(FIRST_KEY, dry_run=True), "database_changed")
    assert boss.get("/recovery").get_json()["database_changed"] is True
    assert failed_over.row(FIRST_KEY) == before


def test_who_is_read_is_still_answered_and_nobody_may_be_written(failed_over: World) -> None:
    told = api(failed_over, Role.CLIENT).get(f"/ownership/{FIRST_KEY}").get_json()
    assert (told["state"], told["owner"], told["read_from"], told["write_to"]) == ("stopped", "mhv", "mhv", None)
    assert told["notice"]["level"] == "blocked"
    assert failed_over.signed_in(Role.VIEWER).get("/").status_code == 200


def test_nothing_is_waited_for_on_a_database_that_was_not_recovered(failed_over: World) -> None:
    assert failed_over.context.worker.outlasting.look() is None


def test_what_is_remembered_of_it_lets_nobody_write_either_and_those_who_wait_are_told(failed_over: World) -> None:
    world, limit = failed_over, failed_over.context.catalogue.memory_limit
    count = world.context.notices.count
    world.context.worker._look()
    found = world.context.memory.recall(world.clock.instant(), limit)
    assert found is not None
    assert [row.route.write_to for row in found[0].rows.values()] == [None]
    world.context.worker._look()
    assert world.context.notices.count == count + 1, "once, and not at each look"
