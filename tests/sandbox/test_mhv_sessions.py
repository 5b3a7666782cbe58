"""MHV's sessions: opened by headers, told in headers, needed for every call."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from sandbox.processes import running
from tests.sandbox.callers import EMAIL, MESSAGES, MESSAGES_SESSION, RX, USER_MANAGEMENT_SESSION, MhvCaller, Target

SESSIONS = (USER_MANAGEMENT_SESSION, MESSAGES_SESSION)
CALLS = [(method, path) for method in ("GET", "POST") for path in (RX, EMAIL, MESSAGES)] + [("GET", f"{MESSAGES}/list")]


@pytest.mark.parametrize("path", SESSIONS)
def test_a_session_is_told_in_headers_and_ends_at_an_http_date(mhv: Target, path: str) -> None:
    answer = MhvCaller(mhv).opened(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["token"]
    assert answer.headers["expires"].endswith(" GMT")
    left = parsedate_to_datetime(answer.headers["expires"]) - datetime.now(UTC)
    assert timedelta() < left <= timedelta(minutes=10)


@pytest.mark.parametrize("path", SESSIONS)
def test_a_session_of_nobody_known_is_a_503_with_an_empty_body(mhv: Target, path: str) -> None:
    answer = mhv.ask("GET", path, {"appToken": "sandbox", "mhvCorrelationId": "9999999"})
    assert (answer.status_code, answer.content) == (503, b"")


def test_a_session_without_a_person_is_refused_in_words(mhv: Target) -> None:
    answer = mhv.ask("GET", USER_MANAGEMENT_SESSION, {"appToken": "sandbox"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"errorCode", "developerMessage", "message"}


@pytest.mark.parametrize("sent", [{}, {"appToken": "wrong"}])
def test_an_unknown_application_gets_no_session(mhv: Target, sent: dict[str, str]) -> None:
    answer = mhv.ask("GET", USER_MANAGEMENT_SESSION, {"mhvCorrelationId": "9000001", **sent})
    assert (answer.status_code, answer.json()["errorCode"]) == (403, 1002)
    assert "token" not in answer.headers


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("token", [None, "", "unknown", "dXNlcm1nbXQgMTAwMDAwMSA5OTk5OTk5OTk5.00"])
def test_no_call_is_answered_without_a_token_of_mhv(mhv: Target, method: str, path: str, token: str | None) -> None:
    answer = mhv.ask(method, path, None if token is None else {"Token": token})
    assert (answer.status_code, answer.json()["errorCode"]) == (401, 1003)


def test_a_token_for_one_part_of_mhv_opens_no_other(mhv: Target) -> None:
    token = MhvCaller(mhv).opened(MESSAGES_SESSION).headers["token"]
    assert mhv.ask("GET", RX, {"Token": token}).status_code == 401
    assert mhv.ask("GET", MESSAGES, {"Token": token}).status_code == 200


def test_an_expired_token_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "mhv.db"
    with running("mhv", store, people=1, session_seconds=0) as stand_in:
        answer = MhvCaller(Target(stand_in.url, store)).ask("GET", RX)
    assert (answer.status_code, answer.json()["errorCode"]) == (401, 1003)


def test_a_token_is_good_in_every_process_of_one_mhv(mhv: Target) -> None:
    token = MhvCaller(mhv).opened().headers["token"]
    with running("mhv", mhv.store) as other:
        assert Target(other.url, mhv.store).ask("GET", RX, {"Token": token}).status_code == 200
