"""Bodies of requests, read in front of the application."""

from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIEnvironment

import pytest

from cutover_client.bodies import LONGEST, body_of
from tests.client.fenced import KEY, Answered, System, call, request

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def system(tmp_path: Path) -> System:
    """A system that was told epoch 7."""
    made = System(tmp_path, raise_waits=0.2)
    assert made.raise_to(7).status == 200
    return made


def test_a_guard_may_read_the_body_and_the_application_reads_it_again(system: System) -> None:
    seen: list[bytes] = []

    def reading(environ: WSGIEnvironment, _: object) -> list[bytes]:
        seen.append(environ["wsgi.input"].read())
        return []

    system.fence.guarded = lambda environ: KEY if b"yes" in body_of(environ) else None
    system.fence.app = reading
    call(system.fence, "/write/7", body="yes", permit=system.authority.permit(7))
    call(system.fence, "/write/7", body="no")
    assert seen == [b'"yes"', b'"no"']


@pytest.mark.parametrize(
    ("environ", "body"),
    [
        ({"CONTENT_LENGTH": "3"}, b"abc"),
        ({"CONTENT_LENGTH": ""}, b""),
        ({}, b""),
        ({"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}, b"abcdef"),
    ],
)
def test_as_much_is_read_as_was_announced(environ: dict[str, Any], body: bytes) -> None:
    environ["wsgi.input"] = BytesIO(b"abcdef")
    assert body_of(environ) == body_of(environ) == body
    assert (environ["CONTENT_LENGTH"], environ.get("HTTP_TRANSFER_ENCODING")) == (str(len(body)), None)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"CONTENT_LENGTH": str(LONGEST + 1)}, 413),
        ({"CONTENT_LENGTH": "", "wsgi.input_terminated": True}, 413),
        ({"CONTENT_LENGTH": str(LONGEST * 9)}, 413),
        ({"CONTENT_LENGTH": "-1"}, 400),
    ],
)
def test_a_body_that_is_too_long_or_of_no_length_is_refused(system: System, more: dict[str, Any], status: int) -> None:
    environ, start = request("/write/7", permit=system.authority.permit(7))
    answered = Answered()
    environ |= {"wsgi.input": BytesIO(b"x" * (LONGEST + 2)), **more}
    system.fence(environ, start(answered))
    assert answered.status == status
    assert system.lines() == ["mark 7"]
    assert system.raise_to(8).status == 200


def test_a_body_that_breaks_off_is_not_written(system: System) -> None:
    environ, start = request("/write/7", permit=system.authority.permit(7))
    answered = Answered()
    system.fence({**environ, "CONTENT_LENGTH": "99"}, start(answered))
    assert (answered.status, system.lines()) == (400, ["mark 7"])
