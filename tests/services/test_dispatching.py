"""Webhooks are told what the ledger says: each event once when it is answered, and again until it is."""

from dataclasses import replace

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from app.adapters.clock import MachineClock
from app.domain.hooks import Format
from app.services import dispatching, hooking
from app.services.recording import record
from tests.services.receivers import add, dispatcher, log, receiving
from tests.services.world import ADMIN, ALERTS, IMAGES, PM, RX, VA_GOV, World


def test_a_webhook_is_told_what_happens_after_it_was_added_and_each_thing_once(world: World) -> None:
    world.adopt(RX)
    with receiving() as receiver:
        add(world, receiver.url)
        world.flip(VA_GOV, RX)
        telling = dispatcher(world)
        assert telling.dispatch_once() == 4
        assert telling.dispatch_once() == 0
    assert receiver.types == ["move.started", "ownership.freeze", "ownership.activate", "move.done"]
    assert len({one.id for one in receiver.got}) == 4


def test_what_is_sent_is_the_entry_of_the_ledger(world: World) -> None:
    with receiving() as receiver:
        add(world, f"{receiver.url}/some/where?key=1")
        world.adopt(RX)
        dispatcher(world).dispatch_once()
    (got,), entry = receiver.got, world.ledger[-1]
    assert got.path == "/some/where?key=1"
    assert got.headers["content-type"] == "application/json"
    assert got.id == f"msg_{entry.number}_{entry.hash[:16]}"
    assert got.json == {
        "type": "ownership.adopt",
        "timestamp": "2027-03-02T05:00:00.000Z",
        "data": {
            **entry.body,
            "number": entry.number,
            "act": "adopt",
            "actor": "token:admin",
            "reason": "The beginning.",
            "revision": 1,
        },
    }


def test_what_nobody_subscribed_to_is_not_sent_and_not_looked_at_again(world: World) -> None:
    world.adopt(RX)
    with receiving() as receiver:
        webhook, _ = add(world, receiver.url, "move.done", "step.*")
        world.flip(VA_GOV, RX)
        with world.store.writing() as unit:
            record(unit, PM, "step_held", {"plan": "demo", "step": "rx", "move": 1})
            record(unit, PM, "token_created", {"token": "invented"})
        dispatcher(world).dispatch_once()
    assert receiver.types == ["move.done", "step.held"]
    with world.store.reading() as unit:
        found = unit.webhooks.find(webhook.id)
    assert found is not None
    assert found.cursor == world.head.number


@pytest.mark.parametrize("kind", Format)
def test_a_message_is_verified_by_the_library_of_the_standard_and_a_tampered_one_is_not(
    sqlite_world: World, kind: Format
) -> None:
    world = sqlite_world
    world.clock = MachineClock()
    with receiving() as receiver:
        _, secret = add(world, receiver.url, kind=kind)
        world.adopt(RX)
        dispatcher(world).dispatch_once()
    (got,) = receiver.got
    assert Verifier(secret).verify(got.body, got.headers) == got.json
    others = {"body": replace(got, body=got.body.replace(b"beginning", b"Beginning"))}
    for name in ("webhook-id", "webhook-timestamp"):
        others[name] = replace(got, headers={**got.headers, name: f"{got.headers[name][:-1]}x"})
    for changed in others.values():
        with pytest.raises(WebhookVerificationError):
            Verifier(secret).verify(changed.body, changed.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier("whsec_" + "A" * 44).verify(got.body, got.headers)


def test_every_webhook_has_a_secret_of_its_own_and_none_stands_open_in_the_database(world: World) -> None:
    (first, secret), (second, other) = (add(world, "https://a.example") for _ in range(2))
    assert secret != other
    for webhook in (first, second):
        assert secret.removeprefix("whsec_") not in webhook.sealed
        assert webhook.sealed not in repr(webhook)
    assert "whsec_" not in str([entry.body for entry in world.ledger])


def test_of_two_that_take_the_same_entries_one_does(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook, _ = add(world, "https://a.example")
    world.adopt(RX)
    with world.store.writing() as unit:
        assert unit.webhooks.take(webhook, world.head.number, [])
    with world.store.writing() as unit:
        assert not unit.webhooks.take(webhook, world.head.number, [])


def test_more_entries_than_are_taken_at_once_are_all_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatching, "TAKEN_AT_ONCE", 3)
    webhook, _ = add(world, "https://a.example")
    with world.store.writing() as unit:
        for number in range(10):
            record(unit, PM, "step_held", {"plan": "demo", "step": f"s{number}", "move": None})
    dispatcher(world).take()
    assert [one.number for one in log(world, webhook)] == list(range(webhook.cursor + 2, webhook.cursor + 12))


def test_a_receiver_that_fails_keeps_no_other_one_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatching, "BATCH", 2)
    with receiving(lambda _: 500) as broken, receiving() as sound:
        add(world, broken.url)
        add(world, sound.url)
        world.adopt(RX, ALERTS, IMAGES)
        dispatcher(world).dispatch_once()
    assert len(broken.got) == 1
    assert len(sound.got) == 2


def test_a_webhook_that_was_removed_gets_nothing_more_not_even_what_was_claimed(world: World) -> None:
    with receiving() as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        telling = dispatcher(world)
        telling.take()
        claimed = telling._claim(webhook.id)
        assert claimed is not None
        with world.store.writing() as unit:
            hooking.remove(unit, webhook.id, ADMIN)
        telling._attempt(claimed)
        assert telling.dispatch_once() == 0
    assert receiver.got == []
    assert log(world, webhook) == []


def test_a_chat_is_told_a_sentence_with_the_plan_and_the_step_of_the_move(world: World) -> None:
    world.adopt(RX)
    with receiving() as receiver:
        add(world, receiver.url, "ownership.*", kind=Format.TEXT)
        world.flip(VA_GOV, RX, plan="demo", step="rx")
        dispatcher(world).dispatch_once()
    assert [one.json for one in receiver.got] == [
        {
            "text": "Rx refill shipment is moving from MHV to VA.gov; until then nobody can change a choice"
            " (move 1, step rx of plan demo). Reason: It is time."
        },
        {"text": "Rx refill shipment is now written at VA.gov (move 1, step rx of plan demo). Reason: It is time."},
    ]
