"""Whether the server keeps what it has answered is asked, and told as a warning."""

from app.adapters.database.durability import warnings
from app.adapters.database.engine import make_engine
from tests.adapters.database.servers import run_on
from tests.postgres import Server


def test_a_server_that_does_not_keep_what_it_answers_is_warned_of(own: Server) -> None:
    url = own.create("cutover_durability")
    told = warnings(url)
    assert [("fsync = off" in one, "full_page_writes = off" in one) for one in told] == [(True, False), (False, True)]


def test_a_server_that_cannot_be_asked_is_told_and_a_file_has_no_such_settings() -> None:
    told = warnings("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert len(told) == 1
    assert "cannot be asked" in told[0]
    assert warnings("sqlite:///nothing.db") == []


def test_each_session_waits_for_the_disk_whatever_the_server_says(own: Server) -> None:
    url = own.create("cutover_sessions")
    run_on(url, "ALTER DATABASE cutover_sessions SET synchronous_commit = off")
    engine = make_engine(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    engine.dispose()
