"""Webhooks are told what the ledger says: each event once when it is answered, and again until it is."""

from dataclasses import replace
from itertools import pairwise

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from app.adapters.clock import MachineClock
from app.domain.hooks import BACK_OFF, DeliveryState, Format
from app.services import dispatching, hooking
from app.services.dispatching import CLAIMED_FOR
from app.services.recording import record
from tests.services.receivers import add, dispatcher, log, receiving, states
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


def test_a_message_that_fails_is_tried_again_later_and_later_with_the_same_id_and_is_given_up(world: World) -> None:
    with receiving(lambda _: 500) as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        telling = dispatcher(world)
        assert telling.dispatch_once() == 1
        for attempts, pause in enumerate(BACK_OFF, start=1):
            (one,) = log(world, webhook)
            assert (one.state, one.attempts, one.status) == ("waiting", attempts, 500)
            assert one.error == "The receiver answered with status 500."
            world.clock.advance(pause.total_seconds() - 1)
            assert telling.dispatch_once() == 0
            world.clock.advance(1)
            assert telling.dispatch_once() == 1
        (one,) = log(world, webhook)
        assert (one.state, one.attempts) == ("given_up", len(BACK_OFF) + 1)
        world.clock.advance(7 * 24 * 3600)
        assert telling.dispatch_once() == 0
    assert len({one.id for one in receiver.got}) == 1
    assert len({one.body for one in receiver.got}) == 1
    times = [int(one.headers["webhook-timestamp"]) for one in receiver.got]
    assert [after - before for before, after in pairwise(times)] == [pause.total_seconds() for pause in BACK_OFF]


def test_a_receiver_that_was_down_gets_everything_when_it_is_back(world: World) -> None:
    with receiving() as receiver:
        port = int(receiver.url.rpartition(":")[2])
        webhook, _ = add(world, receiver.url)
    world.adopt(RX, ALERTS, IMAGES)
    telling = dispatcher(world)
    for _ in range(10):
        telling.dispatch_once()
    assert {one.error for one in log(world, webhook)} == {"The receiver could not be reached."}
    with receiving(port=port) as receiver:
        world.clock.advance(31)
        telling.dispatch_once()
    assert len(receiver.got) == 3
    assert states(world, webhook) == ["delivered"] * 3


@pytest.mark.parametrize("status", [301, 307, 404, 408, 429, 503])
def test_only_2xx_is_delivered_and_a_redirect_is_not_followed(sqlite_world: World, status: int) -> None:
    world = sqlite_world
    with receiving(lambda _: status) as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        dispatcher(world).dispatch_once()
    assert states(world, webhook) == ["waiting"]
    assert [one.path for one in receiver.got] == ["/"]


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_2xx_is_delivered(sqlite_world: World, status: int) -> None:
    world = sqlite_world
    with receiving(lambda _: status) as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        dispatcher(world).dispatch_once()
    (one,) = log(world, webhook)
    assert (one.state, one.status, one.error, one.ended) == ("delivered", status, None, world.clock.now())


def test_a_receiver_that_says_it_is_gone_is_told_nothing_more_and_the_ledger_says_so(world: World) -> None:
    with receiving(lambda _: 410) as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX, ALERTS)
        telling = dispatcher(world)
        telling.dispatch_once()
        world.adopt(IMAGES)
        world.clock.advance(3600)
        assert telling.dispatch_once() == 0
    assert len(receiver.got) == 1
    assert states(world, webhook) == ["given_up", "given_up"]
    with world.store.reading() as unit:
        found = unit.webhooks.find(webhook.id)
    assert found is not None
    assert found.disabled is not None
    assert found.why == "Its receiver answered with status 410: it is gone."
    (entry,) = [one for one in world.ledger if one.act == "webhook_disabled"]
    assert (entry.actor, entry.body) == ("controller", {"webhook": webhook.id})


def test_what_is_sent_once_more_just_when_its_receiver_says_it_is_gone_is_not_sent(world: World) -> None:
    """Somebody read the webhook right before it was disabled, and writes right after."""
    with receiving(lambda _: 410) as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        telling = dispatcher(world)
        telling.dispatch_once()
        (one,) = log(world, webhook)
        with world.store.writing() as unit:
            assert unit.webhooks.change(one, replace(one, state=DeliveryState.WAITING, due=unit.now(), ended=None))
        assert telling.dispatch_once() == 0
    assert len(receiver.got) == 1


def test_an_attempt_of_a_process_that_died_in_it_is_made_anew_when_its_claim_has_run_out(world: World) -> None:
    with receiving() as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        dead, alive = dispatcher(world), dispatcher(world)
        dead.take()
        assert dead._claim(webhook.id) is not None
        assert alive.dispatch_once() == 0
        world.clock.advance(CLAIMED_FOR.total_seconds() - 1)
        assert alive.dispatch_once() == 0
        world.clock.advance(1)
        assert alive.dispatch_once() == 1
    assert len(receiver.got) == 1
    assert states(world, webhook) == ["delivered"]


def test_an_answer_that_comes_after_the_claim_ran_out_takes_nothing_back(world: World) -> None:
    with receiving(lambda _: 500) as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        late, prompt = dispatcher(world), dispatcher(world)
        late.take()
        claimed = late._claim(webhook.id)
        assert claimed is not None
        world.clock.advance(CLAIMED_FOR.total_seconds())
        receiver.respond = lambda _: 200
        assert prompt.dispatch_once() == 1
        receiver.respond = lambda _: 500
        late._attempt(claimed)
        (one,) = log(world, webhook)
        assert (one.state, one.status) == ("delivered", 200)


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


def test_a_delivery_is_sent_once_more_under_the_same_id_on_demand(world: World) -> None:
    with receiving() as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        telling = dispatcher(world)
        telling.dispatch_once()
        (one,) = log(world, webhook)
        with world.store.writing() as unit:
            hooking.resend(unit, webhook.id, one.number)
        assert states(world, webhook) == ["waiting"]
        assert telling.dispatch_once() == 1
    assert receiver.got[0].id == receiver.got[1].id
    assert states(world, webhook) == ["delivered"]


def test_what_was_given_up_has_every_retry_before_it_when_it_is_sent_once_more(world: World) -> None:
    with receiving(lambda _: 500) as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        telling = dispatcher(world)
        for pause in (*BACK_OFF, BACK_OFF[0]):
            assert telling.dispatch_once() == 1
            world.clock.advance(pause.total_seconds())
        (one,) = log(world, webhook)
        assert (one.state, one.ended is None) == ("given_up", False)
        with world.store.writing() as unit:
            hooking.resend(unit, webhook.id, one.number)
        assert telling.dispatch_once() == 1
    (one,) = log(world, webhook)
    assert (one.state, one.attempts, one.ended) == ("waiting", 1, None)


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


def test_a_secret_that_cannot_be_opened_is_told_in_the_log_and_tried_again(sqlite_world: World) -> None:
    world = sqlite_world
    with receiving() as receiver:
        webhook, _ = add(world, receiver.url)
        world.adopt(RX)
        dispatcher(world, secret="another invented secret, long enough").dispatch_once()
        (one,) = log(world, webhook)
        assert one.error == "The secret of this webhook was sealed with another CUTOVER_SECRET_KEY."
        world.clock.advance(5)
        dispatcher(world).dispatch_once()
    assert len(receiver.got) == 1


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
