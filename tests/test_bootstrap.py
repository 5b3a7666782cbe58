"""The parts are put together as the settings say."""

from app.bootstrap import Process
from app.services.flags import FlagPort, FlagState, NoFlags
from app.settings import from_environment
from tests.adapters.systems.servers import answer, in_turn, serving

FLAG = {"name": "a", "type": "release", "enabled": True, "strategies": []}


def _flags(url: str, **settings: str) -> FlagPort:
    return Process(from_environment({"CUTOVER_DATABASE_URL": url, **settings})).context.checks.means.flags


def test_flags_are_read_from_the_unleash_that_the_settings_name_with_their_token(sqlite_url: str) -> None:
    with serving(in_turn(answer(body={"version": 2, "features": [FLAG]}))) as server:
        flags = _flags(sqlite_url, UNLEASH_URL=f"{server.url}/api", UNLEASH_TOKEN="invented")
        assert server.received == [], "nothing is asked before somebody asks"
        assert flags.ask("a").state is FlagState.ON
        assert server.received[0].headers["authorization"] == "invented"


def test_without_both_settings_no_unleash_is_configured(sqlite_url: str) -> None:
    assert isinstance(_flags(sqlite_url), NoFlags)
    assert isinstance(_flags(sqlite_url, UNLEASH_URL="http://unleash.invalid/api"), NoFlags)
    assert isinstance(_flags(sqlite_url, UNLEASH_TOKEN="invented"), NoFlags)
