"""The databases that tests are given, and the server behind them."""

import shutil
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.postgres import Server, server
from tests.postgres_binaries import NEEDED, find


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_a_migrated_database_of_its_own(database_url: str, turn: int) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM ledger")).scalar_one() == 0, "somebody else wrote here"
        connection.execute(text("CREATE TABLE mine (turn INTEGER)"))
    engine.dispose()


def test_a_database_is_dropped_even_while_somebody_is_connected(postgres_cluster: Server) -> None:
    plain = postgres_cluster.create("cutover_left_open").replace("+psycopg", "")
    with psycopg.connect(plain) as left_open:
        postgres_cluster.drop("cutover_left_open")
        with pytest.raises(psycopg.OperationalError):
            left_open.execute("SELECT 1")


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
def test_a_server_of_its_own_is_durable_only_when_asked_and_gone_afterwards(
    monkeypatch: pytest.MonkeyPatch, postgres_cluster: Server, durable: bool, fsync: str
) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    binaries = find() or pytest.skip("only a server elsewhere is known, and a second one cannot be started")
    with server(binaries, durable=durable) as own, psycopg.connect(plain := _plain(own)) as connection:
        assert connection.execute("SHOW fsync").fetchone() == (fsync,)
        folder = Path(str((connection.execute("SHOW data_directory").fetchone() or [""])[0])).parent
        assert folder.exists()
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(plain)


def test_a_server_is_gone_after_a_test_that_failed(monkeypatch: pytest.MonkeyPatch, postgres_cluster: Server) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    binaries = find() or pytest.skip("only a server elsewhere is known, and a second one cannot be started")
    with pytest.raises(ZeroDivisionError), server(binaries) as own:
        1 / 0  # noqa: B018 -- any failure will do
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(_plain(own))


def test_a_named_server_is_used_instead_of_a_new_one(monkeypatch: pytest.MonkeyPatch, postgres_cluster: Server) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", postgres_cluster.url("postgres"))
    with server(None) as named:
        assert named.url("x") == postgres_cluster.url("x")


def test_the_newest_complete_server_is_found(tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        _install(tmp_path / version / "bin", *NEEDED)
    (tmp_path / "17" / "bin" / "postgres").unlink()
    assert find(tmp_path, path="") == tmp_path / "15" / "bin"


def test_a_server_on_the_path_is_found_where_debian_has_none(tmp_path: Path) -> None:
    _install(tmp_path / "client", "psql", "initdb")
    _install(tmp_path / "server", *NEEDED)
    assert find(tmp_path / "none", path=f"{tmp_path / 'client'}:{tmp_path / 'server'}") == tmp_path / "server"


def test_a_client_alone_is_no_server(tmp_path: Path) -> None:
    _install(tmp_path / "client", "psql", "initdb")
    assert find(tmp_path / "none", path=str(tmp_path / "client")) is None


def _plain(own: Server) -> str:
    return own.url("postgres").replace("+psycopg", "")


def _install(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True)
    for name in names:
        shutil.copy(shutil.which("true") or "/bin/true", folder / name)
