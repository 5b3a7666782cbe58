"""Webhooks over the API: added and removed by an administrator, looked at by anybody, sent once more by an operator."""

from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from app.adapters.clock import MachineClock
from app.adapters.http.posting import HttpPost
from app.domain.roles import Role
from app.services.dispatching import Dispatcher
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, api, refused
from tests.entrypoints.world import World
from tests.services.receivers import receiving

WHY = {"reason": "Invented."}
URL = "https://chat.example.gov/services/very-secret"


@pytest.fixture
def boss(world: World) -> Api:
    """An administrator."""
    return api(world, Role.ADMIN)


def tell(world: World) -> int:
    """As a serving process does."""
    clock = MachineClock()
    return Dispatcher(
        world.store, HttpPost(clock), world.context.seal, clock, lambda: world.context.catalogue
    ).dispatch_once()


def add(boss: Api, **said: Any) -> dict[str, Any]:
    """A webhook, as it was answered."""
    answer = boss.post("/webhooks", {"url": URL, **WHY, **said})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_the_secret_is_told_once_and_the_address_only_to_the_host(world: World, boss: Api, viewer: Api) -> None:
    made = add(boss, format="text", events=["step.*", "ownership.activate", "step.*"])
    assert made["secret"].startswith("whsec_")
    listed = viewer.get("/webhooks").get_json()["webhooks"]
    assert listed == [{name: value for name, value in made.items() if name != "secret"}]
    assert {name: listed[0][name] for name in ("id", "url", "format", "events", "disabled", "why")} == {
        "id": 1,
        "url": "https://chat.example.gov/…",
        "format": "text",
        "events": ["step.*", "ownership.activate"],
        "disabled": None,
        "why": None,
    }
    ledger = viewer.get("/ledger").get_json()["entries"]
    assert (ledger[-1]["act"], ledger[-1]["reason"]) == ("webhook_added", "Invented.")
    assert ledger[-1]["body"] == {"webhook": 1, "format": "text", "events": ["step.*", "ownership.activate"]}
    assert all(secret not in str(ledger) for secret in (made["secret"], "very-secret"))


def test_the_secret_is_kept_under_no_idempotency_key(world: World, boss: Api) -> None:
    first, second = (
        boss.post("/webhooks", {"url": URL, **WHY}, {"Idempotency-Key": "one"}).get_json() for _ in range(2)
    )
    assert first["secret"] != second["secret"]
    with world.store.reading() as unit:
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM answers").scalar_one() == 0


def test_what_happens_is_delivered_listed_page_by_page_and_sent_once_more(
    world: World, boss: Api, viewer: Api, operator: Api
) -> None:
    with receiving() as receiver:
        made = add(boss, url=f"{receiver.url}/hook")
        world.adopt(FIRST_KEY)
        world.adopt(SECOND_KEY)
        assert tell(world) == 2
        assert [Verifier(made["secret"]).verify(one.body, one.headers)["type"] for one in receiver.got] == [
            "ownership.adopt"
        ] * 2
        first = viewer.get("/webhooks/1/deliveries?limit=1").get_json()
        then = viewer.get(f"/webhooks/1/deliveries?before={first['next_before']}").get_json()
        assert then["next_before"] is None
        (newest,), (oldest,) = first["deliveries"], then["deliveries"]
        assert newest["number"] > oldest["number"]
        assert {name: oldest[name] for name in ("type", "state", "attempts", "next", "status", "error")} == {
            "type": "ownership.adopt",
            "state": "delivered",
            "attempts": 1,
            "next": None,
            "status": 200,
            "error": None,
        }
        again = operator.post(f"/webhooks/1/deliveries/{oldest['number']}/resend", {})
        assert (again.status_code, again.get_json()["state"]) == (202, "waiting")
        assert tell(world) == 1
    assert receiver.got[2].id == receiver.got[0].id


def test_a_webhook_is_removed_with_a_reason_that_the_ledger_keeps(world: World, boss: Api, viewer: Api) -> None:
    add(boss)
    refused(boss.ask("DELETE", "/webhooks/1", json={}), "reason_missing")
    assert boss.ask("DELETE", "/webhooks/1", json=WHY).status_code == 204
    assert viewer.get("/webhooks").get_json() == {"webhooks": []}
    last = viewer.get("/ledger").get_json()["entries"][-1]
    assert (last["act"], last["body"], last["reason"]) == ("webhook_removed", {"webhook": 1}, "Invented.")
    assert add(boss)["id"] == 2, "no number is given twice"


def test_what_is_not_there_is_not_found(world: World, boss: Api) -> None:
    for answer in (
        boss.ask("DELETE", "/webhooks/9", json=WHY),
        boss.get("/webhooks/9/deliveries"),
        api(world, Role.OPERATOR).post("/webhooks/9/deliveries/1/resend", {}),
    ):
        refused(answer, "not_found")
    add(boss)
    refused(api(world, Role.OPERATOR).post("/webhooks/1/deliveries/1/resend", {}), "not_found")


def test_nothing_is_sent_once_more_to_a_receiver_that_is_gone(world: World, boss: Api, operator: Api) -> None:
    with receiving(lambda _: 410) as receiver:
        add(boss, url=receiver.url)
        world.adopt(FIRST_KEY)
        tell(world)
    (one,) = boss.get("/webhooks/1/deliveries").get_json()["deliveries"]
    assert (one["state"], one["status"]) == ("given_up", 410)
    refused(operator.post(f"/webhooks/1/deliveries/{one['number']}/resend", {}), "webhook_disabled")
    told = boss.get("/webhooks").get_json()["webhooks"][0]
    assert told["disabled"].endswith("Z")
    assert "410" in told["why"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"url": "http://receiver.example.gov"}, "invalid"),
        ({"url": "https://ada:invented@receiver.example.gov"}, "invalid"),
        ({"url": "https://receiver.example.gov/\u0000"}, "invalid"),
        ({"format": "xml"}, "invalid"),
        ({"events": []}, "invalid"),
        ({"events": ["preference.*"]}, "invalid"),
        ({"reason": " "}, "reason_missing"),
        ({"secret": "whsec_invented"}, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    world: World, boss: Api, said: dict[str, Any], code: str
) -> None:
    told = refused(boss.post("/webhooks", {"url": URL, **WHY, **said}), code)
    assert "invented@" not in str(told)
    assert boss.get("/webhooks").get_json() == {"webhooks": []}


def test_there_are_no_more_webhooks_than_one_process_can_look_after(
    world: World, boss: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.hooking.MOST_WEBHOOKS", 1)
    add(boss)
    refused(boss.post("/webhooks", {"url": URL, **WHY}), "invalid")
