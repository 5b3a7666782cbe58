"""Raising a fence: who may, what is confirmed, and what its log says."""

import os
from pathlib import Path
from typing import Any

import pytest

from cutover_client.epochs import Epochs
from cutover_client.fence import Fence
from cutover_client.marking import raise_for_write
from cutover_client.raising import PATH
from tests.client.fenced import KEY, SYSTEM, Authority, System, call, put

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def system(tmp_path: Path) -> System:
    """A system that was told epoch 7."""
    made = System(tmp_path, raise_waits=0.2)
    assert made.raise_to(7).status == 200
    return made


def test_a_raise_is_answered_with_its_mark_and_confirmed_again_with_a_new_one(system: System) -> None:
    assert system.raise_to(8).json() == {"marks": {KEY: 2}}
    assert system.raise_to(8).json() == {"marks": {KEY: 3}}
    assert system.lines() == ["mark 7", "mark 8", "mark 8"]


def test_a_confirmation_makes_the_epoch_durable_anew(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    system.raise_to(7)
    assert len(synced) == 2


def test_the_mark_is_logged_after_the_epoch_is_stored_and_while_nobody_can_write(tmp_path: Path) -> None:
    system, seen = System(tmp_path), list[tuple[int, int]]()

    def mark(key: str, epoch: int) -> int:
        late = Fence(
            system.application,
            SYSTEM,
            Epochs(tmp_path / "epochs", write_waits=0.1),
            system.fence.keys,
            system.fence.guarded,
            system.mark,
        )
        answer = call(late, "/write/8", permit=system.authority.permit(8))
        seen.append((system.epochs.stored(key), answer.status))
        return 1

    system.fence.raising.on_mark = mark
    assert system.raise_to(8).status == 200
    assert seen == [(8, 503)]


def test_a_raise_whose_mark_cannot_be_logged_is_not_confirmed(system: System) -> None:
    def broken(key: str, epoch: int) -> int:
        raise OSError("the log is full")

    system.fence.raising.on_mark = system.fence.on_mark = broken
    with pytest.raises(OSError, match="full"):
        system.raise_to(8)
    with pytest.raises(OSError, match="full"):
        system.write(9)
    assert system.lines() == ["mark 7"]


@pytest.mark.parametrize("epoch", [6, 7])
def test_a_write_that_finds_its_epoch_raised_already_marks_nothing(system: System, epoch: int) -> None:
    raise_for_write(system.epochs, KEY, epoch, system.mark)
    assert (system.lines(), system.epochs.stored(KEY)) == (["mark 7"], 7)


def test_an_epoch_never_goes_down_and_the_others_are_raised_all_the_same(system: System) -> None:
    answer = put(system.fence, system.authority, {KEY: 6, "another": 3})
    assert (answer.status, answer.json()["code"]) == (409, "epoch_passed")
    assert (answer.json()["epochs"], list(answer.json()["marks"])) == ({KEY: 7}, ["another"])
    assert (system.epochs.stored(KEY), system.epochs.stored("another")) == (7, 3)


def tokens(*each: str) -> str:
    return ",".join(each)


RIGHT = Authority()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", "permit_missing"),
        (RIGHT.raising(8), "permit_missing"),
        (tokens(RIGHT.raising(8), RIGHT.raising(9, key="b")), "permit_elsewhere"),
        (tokens(RIGHT.raising(8), RIGHT.raising(2, key="b", system="va_gov")), "permit_elsewhere"),
        (tokens(RIGHT.raising(8), RIGHT.permit(2, key="b")), "permit_elsewhere"),
        (tokens(RIGHT.raising(8), RIGHT.permit(2, key="b", use="copy")), "permit_elsewhere"),
        (tokens(RIGHT.raising(8), Authority(2).raising(2, key="b")), "permit_forged"),
        (tokens(RIGHT.raising(8), RIGHT.raising(2, key="b", exp=1_700_000_000)), "permit_expired"),
        (tokens(RIGHT.raising(8), ""), "permit_missing"),
    ],
)
def test_one_wrong_token_of_several_raises_nothing(system: System, sent: str, code: str) -> None:
    answer = put(system.fence, system.authority, {KEY: 8, "b": 2}, sent)
    assert (answer.status, answer.json()["code"]) == (403, code)
    assert (system.epochs.stored(KEY), system.epochs.stored("b")) == (7, -1)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"epochs": {}},
        {"epochs": {KEY: "8"}},
        {"epochs": {KEY: True}},
        {"epochs": {KEY: -1}},
        {"epochs": {"../a": 1}},
        {"epochs": {KEY: 8}, "more": 1},
    ],
)
def test_a_raise_that_names_no_epochs_raises_nothing(system: System, body: Any) -> None:
    answer = call(system.fence, PATH, method="PUT", body=body, permit=RIGHT.raising(8))
    assert (answer.status, answer.json()["code"]) == (400, "malformed")
    assert system.epochs.stored(KEY) == 7


def test_a_fence_is_raised_by_put_only(system: System) -> None:
    assert call(system.fence, PATH, body={"epochs": {KEY: 8}}, permit=RIGHT.raising(8)).status == 405
