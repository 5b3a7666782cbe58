"""One write under a permit: sent in time or not at all, and done only if its answer came in time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cutover_client.client import Client
from cutover_client.errors import NotSent, OutcomeUnknown
from cutover_client.routes import Refused
from tests.adapters.systems.servers import Behaviour, Server, answer, close, free_port, hang, in_turn, reset, serving
from tests.client.controllers import eventually
from tests.client.http_controller import FROZEN, Controller, client_of, controlling


@contextmanager
def at_work(
    *behaviours: Behaviour, controller: Controller | None = None
) -> Iterator[tuple[Controller, Client, Server]]:
    """A controller, a client that has its lease, and a system that behaves so."""
    with controlling(controller) as one, client_of(one) as client, serving(in_turn(*behaviours)) as system:
        client.route("a")
        assert eventually(lambda: bool(one.opened) and one.acknowledged[-1:] == [1])
        yield one, client, system


def test_a_sent_write_carries_permit_write_id_and_epoch_and_gives_the_answer_back() -> None:
    with at_work(answer(200, {"done": True})) as (_, client, system):
        with client.writing("a", 7, "write-1") as permit:
            said = permit.send("POST", f"{system.url}/thing?x=1", headers={"X-Own": "1"}, body={"choice": "off"})
        assert said.object() == {"done": True}
        request = system.received[0]
        assert (request.method, request.path, request.body) == ("POST", "/thing?x=1", {"choice": "off"})
        shown = {
            name: request.headers[name] for name in ("cutover-permit", "cutover-write-id", "cutover-epoch", "x-own")
        }
        assert list(shown.values()) == ["permit-7", "write-1", "7", "1"]


def test_bytes_are_sent_as_they_are() -> None:
    with at_work(answer(204)) as (_, client, system):
        with client.writing("a") as permit:
            permit.send("PUT", f"{system.url}/x", headers={"Content-Type": "application/json"}, body=b'{"a": 1}')
        assert system.received[0].headers["content-type"] == "application/json"
        assert system.received[0].body == {"a": 1}


def test_a_refusal_of_the_system_is_an_answer() -> None:
    with at_work(answer(409, {"code": "epoch_passed"})) as (controller, client, system):
        with client.writing("a") as permit:
            assert permit.send("POST", system.url).status == 409
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1] == 2)


def test_a_system_that_cannot_be_reached_got_nothing_and_the_write_is_not_in_flight() -> None:
    with at_work(answer()) as (controller, client, _):
        with pytest.raises(NotSent) as failure, client.writing("a") as permit:
            permit.send("POST", f"http://127.0.0.1:{free_port()}/x")
        assert (failure.value.key, failure.value.system, failure.value.epoch) == ("a", "mhv", 7)
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1] == 2)


@pytest.mark.parametrize("fault", [close, reset, hang, answer(500), answer(302)])
def test_38_a_write_without_an_answer_is_unknown_and_stays_in_flight_until_its_span_has_passed(
    fault: Behaviour,
) -> None:
    controller = Controller(write_timeout=0.4, settle={"mhv": 0.8})
    with at_work(fault, controller=controller) as (_, client, system):
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown) as failure, client.writing("a", 7, "write-1") as permit:
            permit.send("POST", system.url)
        assert (failure.value.key, failure.value.epoch, failure.value.write_id) == ("a", 7, "write-1")
        controller.change(FROZEN)
        assert eventually(lambda: client.route("a").state == "moving")
        assert eventually(lambda: controller.acknowledged[-1] == 2)
        assert time.monotonic() - began >= 1.2


def test_an_answer_to_the_second_request_does_not_end_the_first_one_that_got_none() -> None:
    controller = Controller(write_timeout=0.4, settle={"mhv": 0.8})
    with at_work(close, answer(200), controller=controller) as (_, client, system):
        began = time.monotonic()
        with client.writing("a") as permit:
            with pytest.raises(OutcomeUnknown):
                permit.send("POST", system.url)
            with pytest.raises(OutcomeUnknown):
                permit.send("POST", system.url)
            with pytest.raises(OutcomeUnknown):
                permit.answered()
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1] == 2)
        assert time.monotonic() - began >= 1.2


def test_a_second_request_that_may_not_leave_makes_the_whole_unknown_and_not_refused() -> None:
    with at_work(answer(200)) as (controller, client, system), client.writing("a") as permit:
        permit.send("POST", system.url)
        controller.change(FROZEN)
        assert eventually(lambda: client.route("a").state == "moving")
        with pytest.raises(OutcomeUnknown, match="half-way"):
            permit.send("POST", system.url)
        assert len(system.received) == 1


def test_the_right_is_asked_for_again_right_before_the_first_byte() -> None:
    with at_work(answer(200)) as (controller, client, system):
        with client.writing("a", 7) as permit:
            controller.change(FROZEN)
            assert eventually(lambda: client.route("a").state == "moving")
            with pytest.raises(Refused) as refused:
                permit.send("POST", system.url)
        assert refused.value.code == "frozen"
        assert system.received == []
        assert eventually(lambda: controller.acknowledged[-1] == 2), "nothing was sent, so nothing is in flight"


def slow(seconds: float) -> Behaviour:
    """An answer that takes its time."""

    def behave(peer: socket.socket) -> bool:
        time.sleep(seconds)
        return answer(200, {"done": True})(peer)

    return behave


class Late:
    """A client whose grant ends while a write is under way, as if its process had been stopped."""

    def __init__(self, client: Client) -> None:
        keeping = client._keeping
        assert keeping is not None
        self.flights = keeping.holder._grants.flights

    def comes(self) -> None:
        """The grant of every write under way has ended."""
        for flight in self.flights.values():
            flight.validity = 0.0


def test_a_late_answer_is_unknown_and_is_told_to_the_controller_at_once() -> None:
    with at_work(slow(0.2)) as (controller, client, system):
        with client.writing("a", 7, "write-1") as permit:
            threading.Timer(0.1, Late(client).comes).start()
            with pytest.raises(OutcomeUnknown, match="had ended"):
                permit.send("POST", system.url)
        assert eventually(lambda: any("late" in put for put in controller.puts))
        told = [put["late"] for put in controller.puts if "late" in put]
        assert told[0] == [{"key": "a", "epoch": 7, "write_id": "write-1"}]


def test_a_write_without_an_answer_whose_grant_has_ended_is_told_to_the_controller_too() -> None:
    is_late = threading.Event()

    def resets_later(peer: socket.socket) -> bool:
        is_late.wait(8)
        return reset(peer)

    with at_work(resets_later) as (controller, client, system):

        def become_late() -> None:
            Late(client).comes()
            is_late.set()

        with client.writing("a", 7, "write-3") as permit:
            threading.Timer(0.1, become_late).start()
            with pytest.raises(OutcomeUnknown, match="did not come"):
                permit.send("POST", system.url)
        assert eventually(lambda: any("late" in put for put in controller.puts))
        told = [put["late"] for put in controller.puts if "late" in put]
        assert told[0] == [{"key": "a", "epoch": 7, "write_id": "write-3"}]


def test_by_ones_own_means_a_late_answer_is_unknown_too_and_is_told_once() -> None:
    with at_work() as (controller, client, _):
        with client.writing("a", 7) as permit:
            assert permit.headers("write-2")["Cutover-Write-Id"] == "write-2"
            permit.recheck()
            Late(client).comes()
            for _ in range(2):
                with pytest.raises(OutcomeUnknown):
                    permit.answered()
        assert eventually(lambda: any("late" in put for put in controller.puts))
        entries = [entry for put in controller.puts for entry in put.get("late", [])]
        assert entries == [{"key": "a", "epoch": 7, "write_id": "write-2"}]


def test_a_systems_own_name_of_a_write_goes_with_the_next_renewal_and_is_kept_until_it_was_answered() -> None:
    with at_work() as (controller, client, _):
        controller.status = 503
        with client.writing("a", 7) as permit:
            permit.recheck()
            permit.answered(audit="audit-1")
        controller.change(FROZEN)
        time.sleep(0.1)
        assert not any("audits" in put for put in controller.puts)
        controller.status = 200
        assert eventually(lambda: any("audits" in put for put in controller.puts))
        client.stop()
        entries = [entry for put in controller.puts for entry in put.get("audits", [])]
        assert entries == [{"key": "a", "epoch": 7, "audit": "audit-1"}]


def test_what_is_to_be_told_is_told_before_the_lease_is_released_however_much_it_is() -> None:
    with at_work() as (controller, client, _):
        for number in range(450):
            with client.writing("a") as permit:
                permit.recheck()
                permit.answered(audit=f"audit-{number}")
        client.stop()
        entries = [entry["audit"] for put in controller.puts for entry in put.get("audits", [])]
        assert entries == [f"audit-{number}" for number in range(450)]
        assert max(len(put.get("audits", [])) for put in controller.puts) <= 200
        assert len(controller.released) == 1


def test_an_answer_without_a_recheck_is_a_mistake_of_the_caller() -> None:
    with at_work() as (_, client, _), client.writing("a") as permit, pytest.raises(RuntimeError, match="recheck"):
        permit.answered()


def test_two_requests_and_one_answer_leave_the_write_in_flight() -> None:
    with at_work(controller=Controller(write_timeout=0.4, settle={"mhv": 0.2})) as (controller, client, _):
        began = time.monotonic()
        with client.writing("a") as permit:
            permit.recheck()
            permit.recheck()
            permit.answered()
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1] == 2)
        assert time.monotonic() - began >= 0.6


def test_a_second_request_without_an_answer_keeps_the_write_in_flight_although_the_first_had_one() -> None:
    with at_work(controller=Controller(write_timeout=0.4, settle={"mhv": 0.2})) as (controller, client, _):
        began = time.monotonic()
        with client.writing("a") as permit:
            permit.recheck()
            permit.answered()
            permit.recheck()
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1] == 2)
        assert time.monotonic() - began >= 0.6


def test_a_permit_is_of_no_use_after_its_block() -> None:
    with at_work(answer(200)) as (_, client, system):
        with client.writing("a") as permit:
            pass
        for use in (permit.recheck, permit.answered, permit.headers, lambda: permit.send("POST", system.url)):
            with pytest.raises(RuntimeError, match="block is over"):
                use()
        assert system.received == []


@pytest.mark.parametrize("url", ["", "/thing", "ftp://127.0.0.1/x", "http:///x"])
def test_a_wrong_address_is_refused_before_anything_is_sent(url: str) -> None:
    with at_work() as (_, client, _), client.writing("a") as permit, pytest.raises(ValueError, match="address"):
        permit.send("POST", url)


@pytest.mark.parametrize("write_id", ["", "a b", "a\r\nX: 1", "a" * 65])
def test_a_write_id_that_fits_in_no_header_is_refused(write_id: str) -> None:
    with at_work() as (_, client, _), pytest.raises(ValueError, match="write id"), client.writing("a", 7, write_id):
        pass
