"""A fence in front of a system: what it lets pass, and that a raise waits for what it has let pass before."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.client.fenced import KEY, Answered, Authority, System, call, request

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def system(tmp_path: Path) -> System:
    """A system that was told epoch 7."""
    made = System(tmp_path, raise_waits=0.2)
    assert made.raise_to(7).status == 200
    return made


# What passes


def test_a_write_under_the_present_epoch_passes_untouched(system: System) -> None:
    answer = system.write(7)
    assert (answer.status, answer.body) == (200, b"done")
    assert system.lines() == ["mark 7", "accept 7"]


def test_a_copy_passes_like_a_write(system: System) -> None:
    assert system.write(7, use="copy").status == 200


def test_what_is_not_guarded_passes_without_a_permit(system: System) -> None:
    assert call(system.fence, "/read/0").status == 200


@pytest.mark.parametrize(
    ("permit", "code"),
    [
        (None, "permit_missing"),
        (Authority(2).permit(7), "permit_forged"),
        (Authority().permit(7, system="va_gov"), "permit_elsewhere"),
        (Authority().permit(7, key="another"), "permit_elsewhere"),
        (Authority().permit(7, use="raise"), "permit_elsewhere"),
        (Authority().permit(7, exp=1_700_000_000), "permit_expired"),
        (Authority().permit(8, exp=1_700_000_000), "permit_expired"),
        (Authority(2).permit(8), "permit_forged"),
        (Authority().permit(8, system="va_gov"), "permit_elsewhere"),
    ],
)
def test_without_a_right_permit_nothing_is_written_and_nothing_is_raised(
    system: System, permit: str | None, code: str
) -> None:
    answer = call(system.fence, "/write/7", permit=permit)
    assert (answer.status, answer.json()["code"]) == (403, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["mend"]
    assert (system.lines(), system.epochs.stored(KEY)) == (["mark 7"], 7)
    assert system.refused == [(code, KEY)]


def test_a_write_under_a_passed_epoch_is_refused_and_told_the_present_one(system: System) -> None:
    answer = system.write(6)
    assert (answer.status, answer.json()["code"], answer.json()["epoch"]) == (409, "epoch_passed", 7)
    assert system.lines() == ["mark 7"]


def test_a_write_that_says_another_epoch_than_its_permit_is_refused(system: System) -> None:
    for said, status in (("7", 200), ("6", 403), ("8", 403), ("", 403), ("07", 403)):
        answer = call(system.fence, "/write/7", permit=system.authority.permit(7), epoch=said)
        assert answer.status == status, said
    assert system.lines() == ["mark 7", "accept 7"]


def test_of_many_writes_that_come_at_once_with_a_new_epoch_one_raises_it(system: System) -> None:
    system.epochs.raise_waits = system.epochs.write_waits = 20
    with ThreadPoolExecutor(8) as threads:
        assert [answer.status for answer in threads.map(system.write, [8] * 24)] == [200] * 24
    assert system.lines().count("mark 8") == 1


def test_33_the_first_write_under_a_higher_epoch_shuts_the_older_ones_out(system: System) -> None:
    assert system.write(8).status == 200
    assert system.lines() == ["mark 7", "mark 8", "accept 8"]
    assert system.write(7).status == 409


def test_33_after_a_raise_the_old_permit_no_longer_passes_though_nothing_was_written_since(system: System) -> None:
    assert system.raise_to(8).status == 200
    assert system.write(7).status == 409
    assert system.lines() == ["mark 7", "mark 8"]


def test_a_damaged_epoch_refuses_every_write_and_every_raise(system: System) -> None:
    (system.folder / "epochs" / f"{KEY}.epoch").write_text("8\n")
    for answer in (system.write(7), system.write(8), system.raise_to(9)):
        assert (answer.status, answer.json()["code"]) == (503, "epochs_unusable")
    assert system.lines() == ["mark 7"]


def test_a_guard_that_names_no_key_lets_nothing_pass(system: System) -> None:
    system.fence.guarded = lambda _: "../elsewhere"
    with pytest.raises(ValueError, match="key"):
        system.write(7)


# The lock, from admission to the end of the answer


def open_write(system: System) -> Any:
    """A write whose answer is not closed yet."""
    environ, start = request("/write/7", permit=system.authority.permit(7))
    return system.fence(environ, start(Answered()))


def test_36_no_raise_is_confirmed_before_the_answer_of_an_admitted_write_has_ended(system: System) -> None:
    answer = open_write(system)
    refused = system.raise_to(8)
    assert (refused.status, refused.json()["code"]) == (503, "writes_under_way")
    assert refused.headers["Retry-After"] == "1"
    assert list(answer) == [b"done"]
    assert system.raise_to(8).status == 503, "its answer was read, and not closed"
    assert system.epochs.stored(KEY) == 7
    answer.close()
    assert system.raise_to(8).status == 200


def test_an_answer_that_is_given_up_unread_gives_its_lock_back(system: System) -> None:
    open_write(system).close()
    assert system.raise_to(8).status == 200


def test_an_answer_that_a_server_forgets_gives_its_lock_back(system: System) -> None:
    answer = open_write(system)
    del answer
    assert system.raise_to(8).status == 200


def test_an_application_that_fails_gives_its_lock_back(system: System) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    system.during = broken
    with pytest.raises(ZeroDivisionError):
        system.write(7)
    assert system.raise_to(8).status == 200


def test_an_answer_that_fails_on_its_way_gives_its_lock_back_and_is_closed_once(system: System) -> None:
    class Broken(Iterator[bytes]):
        closed = 0

        def __next__(self) -> bytes:
            raise ZeroDivisionError

        def close(self) -> None:
            """Count, and fail again."""
            self.closed += 1
            raise OSError("gone")

    inner = Broken()
    system.fence.app = lambda *_: inner
    answer = open_write(system)
    with pytest.raises(ZeroDivisionError):
        next(answer)
    with pytest.raises(OSError, match="gone"):
        answer.close()
    answer.close()
    assert inner.closed == 1
    assert system.raise_to(8).status == 200
