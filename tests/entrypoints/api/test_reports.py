"""The intake of VA Profile's push: proven, each report once, and whose it is kept nowhere."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.adapters.keys.reports import ReportKeys, read_keys
from app.domain.ownership import System
from app.domain.roles import Role
from app.services.noting import note_audits
from tests.adapters.keys.signers import Signer, jwks, signer
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, refused
from tests.entrypoints.world import World
from tests.fakes.clock import BEGINNING

PERSON = 1000001777
FAR = int(BEGINNING.timestamp()) + 3600
DONE, NOOP, FAILURE = "COMPLETED_SUCCESS", "COMPLETED_NOOP", "COMPLETED_FAILURE"


def bio(audit: str = "tx-1", item: Any = 9, channel: Any = 2, **more: Any) -> dict[str, Any]:
    """One change as VA Profile tells it."""
    told = {"txAuditId": audit, "sourceDate": "2027-03-02T05:00:00Z", "vaProfileId": PERSON, "allowed": True}
    return {**told, "communicationItemId": item, "communicationChannelId": channel, **more}


def event(*bios: Any) -> dict[str, Any]:
    """One event of the push."""
    return {"txAuditId": "push-1", "bios": list(bios)}


@dataclass
class Push:
    """VA Profile, which pushes to a service."""

    world: World
    signer: Signer

    def __call__(self, body: Any, token: str | None = None, scheme: str = "Bearer ") -> TestResponse:
        signed = self.signer.sign({"exp": FAR}) if token is None else token
        headers = {"Authorization": f"{scheme}{signed}", "Content-Type": "application/json"}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = "/api/v1/reports/va-profile"
        return self.world.app.test_client().post(path, data=data, headers=headers)


def opened(world: World, folder: Path) -> Push:
    """Switch the intake of a service on."""
    one = signer("ES256")
    world.context.__dict__["proof"] = ReportKeys(read_keys(jwks(folder / "jwks.json", one)), world.clock)
    return Push(world, one)


@pytest.fixture
def push(either_world: World, tmp_path_factory: pytest.TempPathFactory) -> Push:
    """VA Profile pushes to a service on either database."""
    return opened(either_world, tmp_path_factory.mktemp("keys"))


def told(answer: TestResponse) -> tuple[int, str, list[str]]:
    """What VA Profile reads from an answer."""
    body = answer.get_json()
    return answer.status_code, body["status"], body["judged"]


def counts(world: World) -> dict[tuple[str | None, str], int]:
    """What a viewer is told of the reports."""
    answer = Api(world, world.token(Role.VIEWER)).get("/reports")
    return {(one["key"], one["verdict"]): one["count"] for one in answer.get_json()["reports"]}


def test_a_report_is_taken_once_and_counted(push: Push) -> None:
    first = push(event(bio()))
    assert told(first) == (200, DONE, ["unknown"])
    assert first.get_json()["txAuditId"] == "push-1"
    assert told(push(event(bio()))) == (200, NOOP, ["repeat"])
    assert told(push(event(bio("tx-2", item=77)))) == (200, NOOP, ["ignored"])
    assert counts(push.world) == {(FIRST_KEY, "unknown"): 1, (None, "ignored"): 1}


def test_a_write_of_ours_is_right_and_one_on_the_wrong_side_is_an_incident(push: Push) -> None:
    world = push.world
    epoch = world.row(SECOND_KEY).epoch
    with world.store.writing() as unit:
        note_audits(unit, [(System.VA_GOV, SECOND_KEY, epoch, "copy-1", "copy")])
        note_audits(unit, [(System.VA_GOV, SECOND_KEY, epoch, "write-1")])
    answer = push(event(bio("copy-1", item=3), bio("write-1", item=3)))
    assert told(answer) == (200, DONE, ["right", "wrong"])
    with world.store.reading() as unit:
        assert [one.what.reference for one in unit.incidents.latest(10)] == ["write-1"]


def test_a_bare_token_is_taken_like_a_bearer_token(push: Push) -> None:
    assert told(push(event(bio()), scheme="")) == (200, DONE, ["unknown"])


def test_of_the_same_report_twice_at_once_one_is_taken(push: Push) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: told(push(event(bio()))), range(12)))
    assert sorted(answers) == [(200, NOOP, ["repeat"])] * 11 + [(200, DONE, ["unknown"])]


BROKEN: dict[str, Any] = {
    "nothing": None,
    "no object": [1],
    "text": "text",
    "no bios": {},
    "bios that are none": {"bios": {}},
    "empty bios": event(),
    "too many bios": event(*(bio(f"tx-{number}") for number in range(101))),
    "a bio that is none": event(None),
    "a bio of text": event("text"),
    "no name": event(bio(txAuditId=None)),
    "an empty name": event(bio("")),
    "a name of another kind": event(bio("ada@example.org")),
    "a name that is too long": event(bio("x" * 81)),
    "a name with a line": event(bio("tx-1\n")),
    "a number for a name": event(bio(txAuditId=7)),
    "an item of text": event(bio(item="9")),
    "no item": event(bio(item=None)),
    "a channel that is true": event(bio(channel=True)),
    "an item in parts": event(bio(item=9.0)),
    "the same name twice": event(bio(), bio(item=3)),
    "a good bio beside a broken one": event(bio(), bio("tx-2", item=None)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_event_that_cannot_be_read_is_a_failure_and_nothing_of_it_is_kept(
    adopted: World, tmp_path: Path, name: str
) -> None:
    answer = opened(adopted, tmp_path)(BROKEN[name])
    assert told(answer) == (422, FAILURE, [])
    assert answer.get_json()["code"] == "invalid"
    assert answer.get_json()["mend"]
    assert counts(adopted) == {}


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"bios": [' * 5000, b"x" * 70_000])
def test_a_body_that_is_no_json_is_refused(adopted: World, tmp_path: Path, body: bytes) -> None:
    answer = opened(adopted, tmp_path)(body)
    assert answer.status_code in (400, 413)
    assert counts(adopted) == {}


def test_a_body_without_a_byte_is_a_failure(adopted: World, tmp_path: Path) -> None:
    assert told(opened(adopted, tmp_path)(b"")) == (422, FAILURE, [])


def test_what_its_contract_may_add_is_read_past(adopted: World, tmp_path: Path) -> None:
    push = opened(adopted, tmp_path)
    assert told(push({**event(bio(sensitive=True, more={})), "more": 1})) == (200, DONE, ["unknown"])


def test_a_name_told_of_two_preferences_is_a_failure(push: Push) -> None:
    push(event(bio()))
    assert told(push(event(bio(item=3)))) == (422, FAILURE, [])


def test_a_report_that_is_not_proven_changes_nothing(adopted: World, tmp_path: Path) -> None:
    push, stranger = opened(adopted, tmp_path), signer("ES256")
    old = push.signer.sign({"exp": FAR - 7200})
    for token in ("", "x", stranger.sign({"exp": FAR}), old, adopted.token(*Role)):
        refused(push(event(bio()), token), "report_unproven")
    assert counts(adopted) == {}


def test_the_proof_is_asked_for_before_the_event_is_read(adopted: World, tmp_path: Path) -> None:
    refused(opened(adopted, tmp_path)({}, "x"), "report_unproven")


def test_without_keys_the_intake_is_closed_and_says_how_to_open_it(adopted: World) -> None:
    answer = Push(adopted, signer("ES256"))(event(bio()))
    assert "keys" in refused(answer, "reports_closed")["mend"]


def test_whose_choice_it_is_stands_nowhere(
    adopted: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    keys = tmp_path / "keys"
    keys.mkdir()
    push, epoch = opened(adopted, keys), adopted.row(FIRST_KEY).epoch
    with adopted.store.writing() as unit:
        note_audits(unit, [(System.VA_GOV, FIRST_KEY, epoch, "tx-1")])
    asked: list[Callable[[], TestResponse]] = [
        lambda: push(event(bio())),
        lambda: push(event(bio("tx-2", item=77))),
        lambda: push(event(bio("tx-3", item=None))),
        lambda: push(event(bio("tx-1", item=3))),
        lambda: push({"vaProfileId": PERSON, "bios": PERSON, "txAuditId": f"who is {PERSON}"}),
        lambda: push(event(bio()), "forged"),
        lambda: push(b'{"vaProfileId": 1000001777'),
        lambda: Api(adopted, adopted.token(Role.VIEWER)).get("/incidents"),
        lambda: Api(adopted, adopted.token(Role.VIEWER)).get("/ledger"),
    ]
    answers = [ask() for ask in asked]
    said = "".join(f"{answer.headers} {answer.text}" for answer in answers) + caplog.text + "".join(capfd.readouterr())
    written = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()) if file.is_file())
    assert b"wrong_side" in written
    assert str(PERSON) not in said
    assert str(PERSON).encode() not in written
