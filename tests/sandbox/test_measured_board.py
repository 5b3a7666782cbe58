"""The board that `make bench ARGS=board` measures is that of a person who is signed in, with every preference on it."""

from pathlib import Path

import pytest

from benchmarks import board


def test_a_board_is_measured_as_whole_and_signed_in_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(board, "PREFERENCES", 3)
    monkeypatch.setattr(board, "TIMES", 2)
    measured = list(board._measured(tmp_path, "SQLite", None))
    assert [one.name.partition(" (")[0] for one in measured] == [
        "board of 3, SQLite",
        "a change, until an open page has fetched it, SQLite",
    ]
    assert all(one.ours > 0 and one.peer > 0 for one in measured)


def test_what_nobody_is_signed_in_to_is_no_measurement(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(board, "PREFERENCES", 1)
    monkeypatch.setattr(board, "PERSON", "dev-nobody")
    with pytest.raises(board.Unsound):
        list(board._measured(tmp_path, "SQLite", None))
