"""A commit that came with a warning counts as failed: it may be on this server alone."""

import threading
import time

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.adapters.database.migrating import upgrade
from app.services.store import Unreachable
from tests.adapters.database.servers import run_on, world_on
from tests.postgres import Server
from tests.services.world import RX

WARN = """
CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE {level} 'invented'; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON ownership DEFERRABLE INITIALLY {when}
    FOR EACH ROW EXECUTE FUNCTION warn()
"""


def say_at_each_row(url: str, level: str, when: str) -> None:
    """Let the database say something at each new ownership row, at once or at the commit."""
    run_on(url, *WARN.format(level=level, when=when).split(";\n"))


def test_a_commit_that_comes_with_a_warning_counts_as_failed(postgresql_url: str) -> None:
    say_at_each_row(postgresql_url, "WARNING", "DEFERRED")
    with world_on(postgresql_url) as world:
        with pytest.raises(Unreachable, match="invented"):
            world.adopt(RX)
        assert world.row(RX).epoch == 1, "the server has committed it all the same"
        world.lease()  # the connection is as good as before


@pytest.mark.parametrize(("level", "when"), [("NOTICE", "DEFERRED"), ("WARNING", "IMMEDIATE")])
def test_a_notice_counts_for_nothing_and_neither_does_a_warning_before_the_commit(
    postgresql_url: str, level: str, when: str
) -> None:
    say_at_each_row(postgresql_url, level, when)
    with world_on(postgresql_url) as world:
        world.adopt(RX)


def test_a_commit_whose_standby_did_not_confirm_counts_as_failed(own: Server) -> None:
    url = own.create("cutover_alone")
    upgrade(url)
    with world_on(url) as world:
        world.lease()
        run_on(url, "ALTER SYSTEM SET synchronous_standby_names = 'missing'", "SELECT pg_reload_conf()")
        canceller = threading.Thread(target=cancel_the_wait, args=(url,))
        canceller.start()
        try:
            with pytest.raises(Unreachable, match="synchronous replication"):
                world.adopt(RX)
        finally:
            canceller.join()
            run_on(url, "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
        assert world.row(RX).epoch == 1, "the server has committed it all the same"


def cancel_the_wait(url: str) -> None:
    """Cancel the commit that waits for a standby, as an impatient person does."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    end = time.monotonic() + 10
    with psycopg.connect(plain, autocommit=True) as connection:
        while time.monotonic() < end and not connection.execute(waiting).fetchall():
            time.sleep(0.05)
