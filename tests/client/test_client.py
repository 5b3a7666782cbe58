"""The client over HTTP: routes from memory, writes under a permit, acknowledgements at once, an orderly end."""

import subprocess
import sys
import threading
import time

import pytest

from cutover_client.client import Client
from cutover_client.errors import NoController, NotKnown
from cutover_client.routes import Refused
from tests.adapters.systems.servers import free_port
from tests.client.controllers import SOON, eventually
from tests.client.http_controller import FROZEN, MOVED, Controller, client_of, controlling


def write(client: Client, key: str = "a", epoch: int | None = None) -> str | None:
    """The code with which a write is refused now; None when it could begin."""
    try:
        with client.writing(key, epoch) as permit:
            permit.recheck()
            permit.answered()
    except Refused as refused:
        return refused.code
    return None


def test_a_route_is_answered_at_the_first_use_and_from_memory_after_that() -> None:
    with controlling() as controller:
        client = client_of(controller)
        route = client.route("a")
        assert (route.read_from, route.write_to, route.epoch) == ("mhv", "mhv", 7)
        asked = len(controller.puts)
        assert all(client.route("a") == route for _ in range(1000))
        assert len(controller.puts) <= asked + 2
        client.stop()


def test_a_key_that_was_not_asked_for_is_not_known_even_if_the_controller_tells_it() -> None:
    with controlling() as controller, client_of(controller) as client:
        client.route("a")
        with pytest.raises(NotKnown, match="never_asked_for"):
            client.route("never_asked_for")
        assert write(client, "never_asked_for") == "no_grant"


def test_a_registration_names_client_process_and_keys_and_shows_the_token() -> None:
    with controlling() as controller, client_of(controller) as client:
        client.route("a")
        first = controller.puts[0]
        assert (first["client"], first["keys"], first["acknowledged"]) == ("tests", ["a", "b"], 0)
        assert first["instance"]
        assert "late" not in first
        assert controller.tokens == {"Bearer invented-token"}
        assert len(controller.leases[0]) == 32


def test_a_permit_shows_owner_epoch_and_the_headers_of_every_request() -> None:
    with controlling() as controller, client_of(controller) as client:
        with client.writing("a", 7) as permit:
            headers = permit.headers("write-1")
            assert (permit.system, permit.epoch) == ("mhv", 7)
            assert 4 < permit.seconds_left() <= 5
        assert headers == {"Cutover-Permit": "permit-7", "Cutover-Write-Id": "write-1", "Cutover-Epoch": "7"}


def test_a_write_during_a_freeze_is_refused_with_owner_epoch_retry_after_and_notice() -> None:
    with controlling(Controller(route=dict(FROZEN))) as controller, client_of(controller) as client:
        with pytest.raises(Refused) as refused, client.writing("a", 7):
            pass
        told = refused.value
        assert (told.code, told.owner, told.epoch) == ("frozen", "mhv", 8)
        assert told.retry_after in range(1, 31)
        assert "Try again" in str(told.notice)


def test_a_freeze_is_acknowledged_at_once_with_one_put_where_nothing_is_in_flight() -> None:
    with controlling() as controller, client_of(controller) as client:
        assert write(client) is None
        assert eventually(lambda: controller.acknowledged[-1:] == [1] and bool(controller.opened))
        before = len(controller.puts)
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1] == 2)
        assert eventually(lambda: client.route("a").state == "moving")
        assert controller.acknowledged[before:] == [2]
        assert write(client, epoch=7) == "frozen"


def test_a_write_in_flight_holds_the_acknowledgement_back_and_its_end_sends_it_at_once() -> None:
    with controlling() as controller, client_of(controller) as client:
        assert write(client) is None
        with client.writing("a", 7) as permit:
            permit.recheck()
            controller.change(FROZEN)
            assert eventually(lambda: client.route("a").state == "moving")
            assert controller.acknowledged[-1] == 1
            with pytest.raises(Refused) as refused:
                permit.recheck()
            assert refused.value.code == "frozen"
            permit.answered()
            assert controller.acknowledged[-1] == 1
        assert eventually(lambda: controller.acknowledged[-1] == 2)


def test_after_a_move_the_new_owner_is_written_and_an_old_form_is_refused() -> None:
    with controlling() as controller, client_of(controller) as client:
        client.route("a")
        controller.change(FROZEN)
        controller.change(MOVED)
        assert eventually(lambda: client.route("a").owner == "va_gov")
        assert write(client, epoch=7) == "epoch_passed"
        with client.writing("a", 9) as permit:
            assert permit.system == "va_gov"


def test_while_the_controller_is_away_reads_go_on_and_writes_stop_when_the_lease_runs_out() -> None:
    with controlling(Controller(ttl=1.5, write_timeout=0.2, settle={"mhv": 0.1})) as controller:
        client = client_of(controller, ask_within=0.3)
        assert write(client) is None
        controller.status, controller.streams = 503, 503
        assert write(client) is None, "its lease still holds"
        assert eventually(lambda: write(client) == "no_grant")
        assert client.route("a").owner == "mhv"
        assert 1 < (client.age() or 0) < 60
        controller.status = 200
        assert eventually(lambda: write(client) is None)
        client.stop()


def test_with_no_controller_at_all_the_first_use_waits_once_and_then_fails_closed_at_once() -> None:
    client = client_of(f"http://127.0.0.1:{free_port()}", first_answer=0.3)
    with pytest.raises(NotKnown):
        client.route("a")
    began = time.monotonic()
    assert [write(client) for _ in range(20)] == ["no_grant"] * 20
    assert time.monotonic() - began < 0.3 * 10
    assert client.age() is None
    client.stop()


def test_another_replica_is_asked_when_one_does_not_answer() -> None:
    down = f"http://127.0.0.1:{free_port()}"
    broken = Controller(status=503, streams=503)
    with controlling(broken), controlling() as controller, client_of(down, broken, controller) as client:
        assert write(client) is None
        assert eventually(lambda: len(controller.opened) > 0)
        assert broken.puts == []


def test_a_refused_lease_grants_nothing_and_says_why() -> None:
    told: list[Exception] = []
    controller = Controller(status=403)
    with controlling(controller), client_of(controller, first_answer=0.3, on_trouble=told.append) as client:
        assert write(client) == "no_grant"
        assert isinstance(told[0], NoController)
        assert "not_allowed" in str(told[0])
        assert "invented-token" not in str(told)


def test_a_fault_in_the_users_own_on_trouble_does_not_end_the_lease(caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: Exception) -> None:
        raise ZeroDivisionError

    controller = Controller(status=503)
    with controlling(controller), client_of(controller, first_answer=0.1, on_trouble=fails) as client:
        assert write(client) == "no_grant"
        controller.status = 200
        assert eventually(lambda: write(client) is None)
    assert "on_trouble failed" in caplog.text


@pytest.mark.parametrize("wrong", [{"ttl": "30"}, {"settle": {"mhv": -1}}, {"revision": None}, {"settle": None}])
def test_an_answer_that_cannot_be_read_grants_nothing(wrong: dict[str, object]) -> None:
    controller = Controller(wrong=wrong)
    with controlling(controller), client_of(controller, first_answer=0.2) as client:
        assert write(client) == "no_grant"


def test_a_stop_releases_the_lease_and_ends_the_threads_and_only_a_start_begins_anew() -> None:
    with controlling() as controller:
        client = client_of(controller)
        assert write(client) is None
        began = time.monotonic()
        client.stop()
        assert time.monotonic() - began < SOON
        assert controller.released == [controller.leases[0]]
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("cutover-")]
        assert write(client) == "no_grant"
        assert client.route("a").owner == "mhv", "reads go on"
        client.start()
        assert eventually(lambda: write(client) is None)
        assert controller.leases[-1] != controller.leases[0]
        client.stop()


@pytest.mark.parametrize("ends", [True, False])
def test_a_stop_waits_for_a_write_under_way_and_releases_only_if_it_was_answered(ends: bool) -> None:
    with controlling(Controller(write_timeout=0.5, settle={"mhv": 1.0})) as controller:
        client = client_of(controller)
        client.route("a")
        with client.writing("a") as permit:
            permit.recheck()
            stopping = threading.Thread(target=client.stop)
            stopping.start()
            time.sleep(0.1)
            assert controller.released == []
            if ends:
                permit.answered()
        stopping.join(SOON)
        assert bool(controller.released) is ends


def test_the_lease_is_renewed_with_the_ttl_that_came_with_the_answer() -> None:
    controller = Controller(ttl=0.6, write_timeout=0.05, settle={"mhv": 0.05})
    with controlling(controller), client_of(controller) as client:
        client.route("a")
        assert eventually(lambda: len(controller.puts) > 4)


def test_importing_the_client_loads_no_key_library() -> None:
    look = "import sys, cutover_client.client; print([m for m in ('jwt', 'cryptography', 'flask') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_process_that_ends_without_a_stop_releases_its_lease() -> None:
    program = (
        "import sys; from cutover_client.client import Client\n"
        "print(Client(sys.argv[1], 'invented-token', client='tests', keys=['a']).route('a').owner)"
    )
    with controlling() as controller:
        done = subprocess.run(
            [sys.executable, "-c", program, controller.url], check=True, capture_output=True, text=True
        )
        assert done.stdout.strip() == "mhv"
        assert done.stderr == ""
        assert controller.released == [controller.leases[0]]


def test_a_client_without_keys_or_addresses_is_refused() -> None:
    for url, keys in (([], ["a"]), ("http://127.0.0.1", []), ("http://127.0.0.1", "a")):
        with pytest.raises(ValueError, match="needs the address"):
            Client(url, "invented-token", client="tests", keys=keys)
