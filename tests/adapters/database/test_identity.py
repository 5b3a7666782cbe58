"""Which database this is: on a copy that may lack commits nothing is granted, and nothing moves until a recovery."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.adapters.database.migrating import upgrade
from app.domain.ownership import State
from app.domain.refusals import Refusal
from app.services.notices import Notices
from app.services.outlasting import Outlasting
from app.services.recovering import RAISED_BY, name, recover_now
from app.services.store import Unreachable
from cutover_client.spans import Spans
from tests.adapters.database.servers import DATABASE, carry_over, run_on, world_on
from tests.postgres import Server, copy_of
from tests.services.world import ADMIN, ALERTS, IMAGES, MHV, NEWS, RX, VA_GOV, World

PATIENCE = 30.0


@pytest.fixture(scope="module")
def primary(own: Server) -> str:
    """The URL of a migrated database on a server of its own, on which two preferences were adopted."""
    url = own.create(DATABASE)
    upgrade(url)
    with world_on(url) as world:
        world.adopt(RX, ALERTS)
        world.lease("early", keys=(ALERTS,))
    return url


def refused(ask: Callable[[], object]) -> str:
    """The code with which something is refused."""
    with pytest.raises(Refusal) as found:
        ask()
    return found.value.code


def wait_for(url: str) -> None:
    """Wait until a server that is being promoted takes somebody."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with world_on(url) as world:
                _ = world.head
        except Unreachable:
            if time.monotonic() > end:
                raise
        else:
            return


def issued(world: World) -> set[tuple[str, int]]:
    """Every epoch that a ledger says was issued."""
    entries = (entry.body.get("preferences", {}) for entry in world.ledger)
    return {(key, told["after"]["epoch"]) for one in entries if isinstance(one, dict) for key, told in one.items()}


def outlast(world: World) -> None:
    """Let every grant run out."""
    outlasting = Outlasting(world.store, world.clock, Spans(30.0, 5.0), Notices())
    while (seconds := outlasting.look()) is not None:
        world.clock.advance(seconds)


def test_43_after_a_failover_to_an_older_copy_no_epoch_is_issued_twice(
    own: Server, primary: str, binaries: Path
) -> None:
    with copy_of(own, binaries) as made, world_on(primary) as before:
        before.flip(VA_GOV, RX)  # after the copy was made: it knows nothing of this
        before.flip(VA_GOV, NEWS)
        copy = made.server.url(DATABASE)
        with world_on(copy) as standby, pytest.raises(Unreachable):
            standby.lease()
        made.promote()
        wait_for(copy)
        with world_on(copy) as after:
            nothing_is_granted_and_nothing_moves(after)
            assert (after.row(RX).owner, after.row(RX).epoch) == (MHV, 1), "reading goes on, and is advisory"
            recovered(after)
            common = {(RX, 1), (ALERTS, 1)}
            assert issued(before) & issued(after) == common
            assert issued(before) - common == {(RX, 2), (RX, 3), (NEWS, 1)}
            assert {key for key, _ in issued(after) - common} == {RX, ALERTS, IMAGES, NEWS}
            assert after.head.revision > before.head.revision


def nothing_is_granted_and_nothing_moves(world: World) -> None:
    """On a database that is another than the one that is stored in it."""
    head = world.head
    asked = (
        lambda: world.lease("early", keys=(ALERTS,)),
        lambda: world.lease("new"),
        lambda: world.start(VA_GOV, RX),
        lambda: world.adopt(IMAGES),
    )
    assert [refused(ask) for ask in asked] == ["database_changed"] * 4
    assert world.head == head


def recovered(world: World) -> None:
    """Stopped, waited for, and named by a person; then everything goes on."""
    stopped = recover_now(world.store, world.files, ADMIN)
    assert {row.state for row in world.rows(RX, ALERTS).values()} == {State.STOPPED}
    assert (stopped.rows[RX].epoch, stopped.rows[IMAGES].epoch) == (RAISED_BY + 1, RAISED_BY)
    assert world.lease("early", keys=(ALERTS,)) == stopped.revision
    assert refused(lambda: world.adopt(IMAGES)) == "recovering"
    outlast(world)
    with world.store.writing() as unit:
        name(unit, {RX: RAISED_BY + 1}, VA_GOV, ADMIN)
    world.adopt(IMAGES)
    world.flip(MHV, RX)


def test_the_first_connection_after_a_promotion_is_named_by_the_new_timeline(
    own: Server, primary: str, binaries: Path
) -> None:
    with world_on(primary) as world:
        system, timeline = str(world.head.identity).split("/")
    with copy_of(own, binaries) as made:
        made.promote()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with world_on(made.server.url(DATABASE)) as world:
                try:
                    with world.store.reading() as unit:
                        assert unit.identity == f"{system}/{int(timeline) + 1}"
                        return
                except Unreachable:
                    continue
    pytest.fail("it was never promoted")


def test_a_dump_that_is_read_into_another_server_is_another_database(
    primary: str, postgres_cluster: Server, binaries: Path
) -> None:
    url = postgres_cluster.create("cutover_carried_over")
    carry_over(binaries, primary, url)
    with world_on(url) as world:
        nothing_is_granted_and_nothing_moves(world)
        recover_now(world.store, world.files, ADMIN)
        world.lease()
    postgres_cluster.drop("cutover_carried_over")


def test_a_database_is_named_by_its_first_use_and_that_changes_no_ownership(postgresql_url: str) -> None:
    with world_on(postgresql_url) as world:
        before = world.head
        assert before.identity is None
        world.lease()
        after = world.head
        assert after.identity is not None
        assert (after.revision, after.number) == (before.revision, before.number)
    with world_on(postgresql_url) as another:
        assert another.lease() == after.revision, "another process finds it the same"


def test_a_sqlite_file_has_no_name(sqlite_url: str) -> None:
    with world_on(sqlite_url) as world:
        world.lease()
        with world.store.reading() as unit:
            assert (unit.identity, unit.ledger.head().identity) == (None, None)


def test_a_role_without_any_privilege_of_its_own_can_name_the_database(own: Server, primary: str) -> None:
    run_on(primary, "CREATE ROLE ordinary LOGIN", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO ordinary")
    url = own.admin.set(drivername="postgresql+psycopg", database=DATABASE, username="ordinary")
    with world_on(url.render_as_string(hide_password=False)) as world, world.store.reading() as unit:
        assert unit.identity == unit.ledger.head().identity
