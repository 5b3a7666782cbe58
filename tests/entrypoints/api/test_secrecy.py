"""The ids of a person pass through in memory: they stand in no answer, no log and no file of the database."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.moves import Stage
from app.domain.ownership import System
from app.domain.roles import Role
from tests.entrypoints.api.asking import FIRST_KEY, Api, api
from tests.entrypoints.world import World

VA_PROFILE_ID, CORRELATION_ID = "1000001777", "2000002777"
IDS = {"X-VA-Profile-Id": VA_PROFILE_ID, "X-MHV-Correlation-Id": CORRELATION_ID}


def _answers(caller: Api) -> list[str]:
    """What one person's client is told, well and badly, with everything an answer carries."""
    path = f"/preferences/{FIRST_KEY}"
    asked: list[Callable[[], object]] = [
        lambda: caller.get("/preferences", IDS),
        lambda: caller.get(path, IDS),
        lambda: caller.get("/preferences/invented", IDS),
        lambda: caller.ask("PUT", path, IDS, json={"choice": "off", "epoch": 1}),
        lambda: caller.ask("PUT", path, IDS, json={"choice": "hourly", "epoch": 1}),
        lambda: caller.ask("PUT", path, IDS, json={"choice": "off", "epoch": 0}),
        lambda: caller.ask("PUT", path, IDS, json={"choice": "off"}),
        lambda: caller.get(path, {**IDS, "X-VA-Profile-Id": f"{VA_PROFILE_ID}x"}),
        lambda: caller.get(path, {"X-VA-Profile-Id": VA_PROFILE_ID}),
    ]
    return [f"{answer.headers} {answer.text}" for answer in (ask() for ask in asked)]  # type: ignore[attr-defined]


def test_no_answer_no_log_and_no_byte_of_the_database_holds_an_id(
    writing: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    caller = api(writing, Role.CLIENT)

    told = _answers(caller)
    writing.mhv.trouble = "It is asleep."
    told += _answers(caller)
    writing.mhv.trouble = None
    number = writing.begin(System.VA_GOV, FIRST_KEY).id
    writing.drive(number, Stage.DRAIN)
    told += _answers(caller)
    written = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()) if file.is_file())
    said = "".join(told) + caplog.text + "".join(capfd.readouterr())

    assert FIRST_KEY.encode() in written
    for secret in (VA_PROFILE_ID, CORRELATION_ID):
        assert secret not in said
        assert secret.encode() not in written


def test_an_unexpected_fault_repeats_no_id(writing: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> object:
        raise ValueError(f"a fault that names {VA_PROFILE_ID}")

    monkeypatch.setattr(writing.mhv, "read", fail)
    caller = api(writing, Role.CLIENT)

    answer = caller.get(f"/preferences/{FIRST_KEY}", IDS)

    assert (answer.status_code, answer.get_json(force=True)["code"]) == (500, "unexpected")
    assert VA_PROFILE_ID not in answer.text
    assert [type(error) for error in writing.troubles] == [ValueError]
    writing.troubles.clear()


def test_no_byte_of_the_database_holds_a_token_or_a_code(adopted: World, tmp_path: Path) -> None:
    secret = adopted.token(Role.OPERATOR)
    Api(adopted, secret).start(FIRST_KEY)

    written = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()) if file.is_file())

    assert b"token:ada" in written
    assert secret.encode() not in written
    assert secret.removeprefix("cutover_").encode() not in written
