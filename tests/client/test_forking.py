"""A child of a fork draws its own lease, and never renews, acknowledges or releases its parent's."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from cutover_client.client import Client
from cutover_client.routes import Refused
from tests.client.controllers import SOON, eventually
from tests.client.http_controller import FROZEN, MOVED, Controller, client_of, controlling

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]


def in_a_child(work: Callable[[], Any]) -> Any:
    """What `work` gives in a child of a fork, or the name of what it raised."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            try:
                given = work()
            except Exception as error:  # noqa: BLE001 - what it was is what the test asks for
                given = f"{type(error).__name__}: {error}"
            os.write(writing, json.dumps(given).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        given = json.loads(pipe.read())
    os.waitpid(child, 0)
    return given


def codes(client: Client) -> list[str | int | None]:
    """Owner, epoch and lease as this process has them."""
    route = client.route("a")
    assert client._keeping is not None
    return [route.owner, route.epoch, client._keeping.lease.id]


def test_8_and_42_a_child_has_a_lease_of_its_own_and_not_its_parents_values() -> None:
    with controlling() as controller, client_of(controller) as client:
        owner, epoch, lease = codes(client)
        assert (owner, epoch) == ("mhv", 7)
        controller.route = dict(MOVED)  # at the same revision: the parent is not told
        told = in_a_child(lambda: codes(client))
        assert told[:2] == ["va_gov", 9]
        assert told[2] != lease
        assert set(controller.leases) == {lease, told[2]}


def test_8_workers_of_a_preloaded_application_follow_changes_each_by_itself() -> None:
    """As gunicorn and uWSGI do it: the application is loaded, and used, before the workers are forked from it."""
    program = (
        "import os, sys, time\n"
        "from cutover_client.client import Client\n"
        "client = Client(sys.argv[1], 'invented-token', client='tests', keys=['a'])\n"
        "client.route('a')\n"
        "for _ in range(2):\n"
        "    if os.fork() == 0:\n"
        "        while client.route('a').owner != 'va_gov': time.sleep(0.01)\n"
        "        sys.exit()\n"
        "for _ in range(2): os.wait()\n"
        "client.stop()\n"
    )
    with controlling() as controller:
        command = [sys.executable, "-c", program, controller.url]
        with subprocess.Popen(command, start_new_session=True) as master:
            try:
                assert eventually(lambda: len(set(controller.leases)) == 3), "each of the three has its own"
                controller.change(MOVED)
                assert master.wait(60) == 0
            except BaseException:
                os.killpg(master.pid, signal.SIGKILL)  # else it would be waited for without end
                raise
        assert sorted(controller.released) == sorted(set(controller.leases))
        assert len({put["instance"] for put in controller.puts}) == 3


def test_a_child_does_not_release_its_parents_lease_at_its_exit() -> None:
    with controlling() as controller, client_of(controller) as client:
        client.route("a")
        assert in_a_child(client.stop) is None
        assert controller.released == []
        assert client.route("a").owner == "mhv"


def test_42_a_permit_raises_in_another_process_than_the_one_that_took_it() -> None:
    with controlling() as controller, client_of(controller) as client, client.writing("a", 7) as permit:
        permit.recheck()
        uses: list[Callable[[], Any]] = [
            permit.recheck,
            permit.headers,
            permit.seconds_left,
            permit.answered,
            lambda: permit.send("POST", controller.url),
        ]
        told = [in_a_child(use) for use in uses]
        assert [each.split(":")[0] for each in told] == ["Refused"] * 5
        assert all("forked" in each for each in told)
        permit.answered()


def test_a_child_that_leaves_its_parents_block_ends_and_the_parents_write_stays_in_flight() -> None:
    with controlling() as controller, client_of(controller) as client:
        client.route("a")
        assert eventually(lambda: controller.acknowledged[-1:] == [1] and bool(controller.opened))
        with client.writing("a", 7) as permit:
            permit.recheck()
            holder, number = permit._permit._holder, permit._permit.number
            with locked(holder._lock):
                child = os.fork()
                if child == 0:
                    holder._end(number, answered=True)  # as the end of the block does
                    os._exit(0)
            assert ends(child)
            controller.change(FROZEN)
            assert eventually(lambda: client.route("a").state == "moving")
            assert controller.acknowledged[-1] == 1
            permit.answered()
        assert eventually(lambda: controller.acknowledged[-1] == 2)


@contextmanager
def locked(lock: threading.Condition) -> Iterator[None]:
    """Have another thread hold a lock, as one may at any fork."""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            over.wait(SOON)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(SOON)
    yield
    over.set()
    thread.join(SOON)


def ends(child: int) -> bool:
    """Whether a child ends soon; one that hangs is killed."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        if os.waitpid(child, os.WNOHANG)[0] == child:
            return True
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def test_forks_while_threads_write_and_renew_never_leave_a_child_without_a_lease() -> None:
    with controlling() as controller, client_of(controller) as client:
        client.route("a")
        over = threading.Event()

        def busy() -> None:
            while not over.is_set():
                with suppress(Refused), client.writing("a") as permit:
                    permit.recheck()
                    permit.answered()
                client._keeping.holder.nudge()  # type: ignore[union-attr]

        threads = [threading.Thread(target=busy) for _ in range(2)]
        for thread in threads:
            thread.start()
        told = [in_a_child(lambda: codes(client)[0]) for _ in range(8)]
        over.set()
        for thread in threads:
            thread.join(SOON)
        assert told == ["mhv"] * 8


def test_a_killed_process_registers_again_under_another_lease_when_it_is_back() -> None:
    program = (
        "import sys, time\n"
        "from cutover_client.client import Client\n"
        "Client(sys.argv[1], 'invented-token', client='tests', keys=['a']).start(); time.sleep(60)\n"
    )
    with controlling(Controller()) as controller:
        for number in (1, 2):
            with subprocess.Popen([sys.executable, "-c", program, controller.url]) as process:
                end = time.monotonic() + 20
                while len(set(controller.leases)) < number and time.monotonic() < end:
                    time.sleep(0.02)
                process.send_signal(signal.SIGKILL)
        assert len(set(controller.leases)) == 2
        assert controller.released == []
