"""What comes of an attempt: delivered by 2xx alone, else tried again later and later, given up, or made anew."""

from dataclasses import replace
from itertools import pairwise

import pytest

from app.domain.hooks import BACK_OFF, DeliveryState
from app.services import hooking
from app.services.dispatching import CLAIMED_FOR
from tests.services.receivers import add, dispatcher, log, receiving, states
from tests.services.world import ALERTS, IMAGES, RX, World


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
