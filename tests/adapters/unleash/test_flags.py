"""Flags as a real Unleash tells them: on, off, or unknown with the reason."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest

from app.adapters.unleash.flags import UnleashFlags
from app.services.flags import FlagState
from tests.adapters.unleash.asking import SOON, eventually, flags_at
from tests.unleash_server import FRONTEND, UnleashServer

ON, OFF, UNKNOWN = FlagState


@pytest.fixture
def flags(unleash: UnleashServer) -> Iterator[UnleashFlags]:
    port = flags_at(unleash.url, unleash.token)
    yield port
    port.close()


def test_a_flag_that_was_never_made_is_unknown_and_not_off(flags: UnleashFlags) -> None:
    answer = flags.ask("never_made")
    assert answer.state is UNKNOWN
    assert 'no flag "never_made"' in answer.sentence


def test_a_flag_is_off_until_it_is_switched_on_and_each_flip_is_seen_soon(
    unleash: UnleashServer, flags: UnleashFlags
) -> None:
    ask = partial(flags.ask, "flipped")
    unleash.create("flipped")
    assert eventually(ask, OFF).sentence == 'Flag "flipped" is off in Unleash, for everybody.'
    unleash.switch("flipped", "on")
    assert eventually(ask, ON).sentence == 'Flag "flipped" is on in Unleash, for everybody.'
    unleash.switch("flipped", "off")
    eventually(ask, OFF)


def test_a_rollout_at_50_percent_is_unknown_until_another_strategy_lets_everybody_in(
    unleash: UnleashServer, flags: UnleashFlags
) -> None:
    ask = partial(flags.ask, "halfway")
    unleash.create("halfway")
    unleash.add("halfway", "flexibleRollout", {"rollout": "50", "stickiness": "default", "groupId": "halfway"})
    eventually(ask, OFF)
    unleash.switch("halfway", "on")
    eventually(ask, UNKNOWN)
    assert "it depends on who asks (flexibleRollout at 50 %)" in ask().sentence
    unleash.add("halfway", "default", {})
    eventually(ask, ON)


def test_a_flag_only_for_whoever_has_a_name_or_under_a_constraint_is_unknown(
    unleash: UnleashServer, flags: UnleashFlags
) -> None:
    everybody = {"rollout": "100", "groupId": "named"}
    late = {"contextName": "currentTime", "operator": "DATE_AFTER", "value": "2001-01-01T00:00:00Z"}
    unleash.create("named")
    unleash.add("named", "flexibleRollout", {**everybody, "stickiness": "userId"})
    unleash.create("constrained")
    unleash.add("constrained", "flexibleRollout", {**everybody, "stickiness": "default"}, constraints=[late])
    for flag, why in (("named", "by userId"), ("constrained", "with constraints")):
        eventually(partial(flags.ask, flag), OFF)
        unleash.switch(flag, "on")
        eventually(partial(flags.ask, flag), UNKNOWN)
        assert f"(flexibleRollout at 100 % {why})" in flags.ask(flag).sentence


def test_a_flag_that_depends_on_another_is_unknown(unleash: UnleashServer, flags: UnleashFlags) -> None:
    for flag in ("parent", "child"):
        unleash.create(flag)
        unleash.switch(flag, "on")
    eventually(partial(flags.ask, "child"), ON)
    unleash.depend("child", "parent")
    assert 'it depends on flag "parent"' in eventually(partial(flags.ask, "child"), UNKNOWN).sentence


def test_an_archived_flag_is_unknown_although_it_was_on(unleash: UnleashServer, flags: UnleashFlags) -> None:
    unleash.create("archived")
    unleash.switch("archived", "on")
    eventually(partial(flags.ask, "archived"), ON)
    unleash.switch("archived", "off")
    unleash.archive("archived")
    assert "archived" in eventually(partial(flags.ask, "archived"), UNKNOWN).sentence


def test_24_a_flag_that_was_on_is_unknown_once_unleash_is_gone_and_on_when_it_is_back(
    unleash: UnleashServer, flags: UnleashFlags
) -> None:
    ask = partial(flags.ask, "kept_on")
    unleash.create("kept_on")
    unleash.switch("kept_on", "on")
    eventually(ask, ON)
    with unleash.gone():
        assert "could not be reached" in eventually(ask, UNKNOWN).sentence
        assert flags_at(unleash.url, unleash.token).ask("kept_on").state is UNKNOWN, "a client that starts only now"
    eventually(ask, ON)


def test_24_a_flag_that_was_on_is_unknown_while_unleash_says_nothing(
    unleash: UnleashServer, flags: UnleashFlags
) -> None:
    ask = partial(flags.ask, "heard_of")
    unleash.create("heard_of")
    unleash.switch("heard_of", "on")
    eventually(ask, ON)
    with unleash.silent():
        eventually(ask, UNKNOWN)
    eventually(ask, ON)


@pytest.mark.parametrize("token", ["", "invented", FRONTEND])
def test_with_a_token_that_unleash_refuses_a_flag_is_unknown(unleash: UnleashServer, token: str) -> None:
    answer = flags_at(unleash.url, token).ask("any")
    assert answer.state is UNKNOWN
    assert "Unleash refused UNLEASH_TOKEN" in answer.sentence


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_of_a_fork_is_answered_although_a_lock_was_held_when_it_was_made(
    unleash: UnleashServer, flags: UnleashFlags
) -> None:
    unleash.create("inherited")
    eventually(partial(flags.ask, "inherited"), OFF)
    held, over = Event(), Event()

    def hold() -> None:
        with flags._lock:
            held.set()
            over.wait(SOON)

    holding = Thread(target=hold)
    holding.start()
    held.wait(SOON)
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            os._exit(0 if flags.ask("inherited").state is OFF else 1)
        os._exit(2)
    assert exit_code(child) == 0
    over.set()
    holding.join()
    assert flags.ask("inherited").state is OFF


def test_nothing_is_written_to_the_disk(
    unleash: UnleashServer, flags: UnleashFlags, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    flags.ask("any")
    assert list(tmp_path.iterdir()) == []


def exit_code(child: int) -> int | None:
    """How a child ended, or None for one that hung and was killed."""
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
