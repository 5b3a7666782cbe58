"""A message to a receiver: one request, one deadline, nothing followed, nothing of the answer but its status."""

import time

import pytest

from app.adapters.http.posting import HttpPost
from app.services.outbox import NotDelivered
from tests.adapters.systems.samples import CLOCK
from tests.adapters.systems.servers import (
    Behaviour,
    answer,
    close,
    dribble,
    dribble_headers,
    free_port,
    hang,
    in_turn,
    reset,
    serving,
)

HEADERS = {"Content-Type": "application/json", "webhook-id": "msg_1"}
BODY = b'{"text":"It is."}'


def post(seconds: float = 5.0) -> HttpPost:
    """Sends, with a deadline that a test can wait for."""
    return HttpPost(CLOCK, deadline=seconds)


@pytest.mark.parametrize("status", [200, 204, 301, 400, 410, 500, 503])
def test_the_status_is_answered_whatever_it_is(status: int) -> None:
    with serving(in_turn(answer(status, headers={"Location": "/elsewhere"}))) as server:
        assert post().send(f"{server.url}/a/b?key=1&other=%20", HEADERS, BODY) == status
        (received,) = server.received
    assert (received.method, received.path) == ("POST", "/a/b?key=1&other=%20")
    assert received.body == {"text": "It is."}
    assert received.headers["webhook-id"] == "msg_1"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"] == "cutover"


@pytest.mark.parametrize("fault", [hang, dribble_headers], ids=["silent", "slow headers"])
def test_a_receiver_that_takes_too_long_is_cut_off_at_the_deadline(fault: Behaviour) -> None:
    with serving(in_turn(fault)) as server:
        began = time.monotonic()
        with pytest.raises(NotDelivered, match=r"^The receiver did not answer in time\.$"):
            post(0.3).send(server.url, HEADERS, BODY)
        assert time.monotonic() - began < 3
        assert len(server.received) == 1


def test_an_answer_that_never_ends_is_not_read() -> None:
    with serving(in_turn(dribble)) as server:
        began = time.monotonic()
        assert post(10).send(server.url, HEADERS, BODY) == 200
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("fault", [close, reset], ids=["closed", "reset"])
def test_a_connection_that_is_lost_is_told_and_nothing_is_repeated(fault: Behaviour) -> None:
    with serving(in_turn(fault)) as server:
        with pytest.raises(NotDelivered, match=r"^The connection to the receiver was lost\.$"):
            post().send(server.url, HEADERS, BODY)
        assert len(server.received) == 1


def test_a_receiver_that_is_not_there_is_told_without_its_address() -> None:
    with pytest.raises(NotDelivered, match=r"^The receiver could not be reached\.$") as told:
        post().send(f"http://127.0.0.1:{free_port()}/secret-of-a-chat", HEADERS, BODY)
    assert told.value.__suppress_context__
    assert "secret" not in str(told.value)


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with serving(in_turn(answer(204))) as server:
        assert post().send(server.url, HEADERS, BODY) == 204
