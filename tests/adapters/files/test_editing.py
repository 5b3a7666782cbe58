"""Texts that are changed in a few places: what is meant changes, and everything else stays as it was written."""

from datetime import date, datetime, time
from difflib import unified_diff
from typing import Any

import pytest

from app.adapters.files import editing
from app.adapters.files.editing import edited
from app.domain.refusals import Refusal
from app.services.planning.editing import Edit, require_meant

TEXT = """# What it is for
title = "Invented" # said once

[[steps]]
id = "a"     # the first
bake = "3d"  # why three
needs = { steps = [] }

[[steps]]
id = "b"

[steps.window]
# the nights
days = ["tue"] # only
from = 00:00:00
until = 04:00:00

[[blackout]]
from = 2027-01-01 # whole days
until = 2027-01-02
"""
NIGHT = {"days": ["tue"], "from": time(22), "until": time(4)}


def differing(step: str | None, text: str = TEXT, **members: Any) -> list[str]:
    """The lines that an edit takes out and puts in."""
    after = edited(text, Edit(step, members))
    lines = unified_diff(text.split("\n"), after.split("\n"), lineterm="", n=0)
    return [line for line in lines if line[:2] not in ("--", "++", "@@")]


def test_only_what_is_meant_changes_and_comments_stay() -> None:
    assert differing("a", bake="4d") == ['-bake = "3d"  # why three', '+bake = "4d"  # why three']
    assert differing("a", bake=None) == ['-bake = "3d"  # why three']
    assert differing("a", bake="3d") == []


def test_what_was_not_there_is_put_into_its_step() -> None:
    assert differing("a", not_before=datetime(2027, 3, 2)) == ["+not_before = 2027-03-02T00:00:00"]  # noqa: DTZ001  # local to the plan
    assert differing("b", wait="1d") == ['+wait = "1d"']


def test_a_table_of_its_own_is_changed_member_by_member() -> None:
    assert differing("b", window=NIGHT) == ["-from = 00:00:00", "+from = 22:00:00"]
    assert '+window = {days = ["tue"], from = 22:00:00, until = 04:00:00}' in differing("a", window=NIGHT)


def test_rows_are_changed_put_in_and_taken_out() -> None:
    first = {"from": date(2027, 1, 1), "until": date(2027, 1, 3)}
    second = {"from": date(2027, 2, 1), "until": date(2027, 2, 2), "why": 'say "no"'}
    assert differing(None, blackout=[first]) == ["-until = 2027-01-02", "+until = 2027-01-03"]
    assert '+why = "say \\"no\\""' in differing(None, blackout=[first, second])
    assert "-[[blackout]]" in differing(None, blackout=None)
    listed = 'blackout = [{ from = 2027-01-01, until = 2027-01-02 }]\ntitle = "Invented"\n'
    assert edited(listed, Edit(None, {"blackout": [first, second]})).count("from") == 2


def test_the_mark_that_some_editors_write_first_stays() -> None:
    assert edited(f"\ufeff{TEXT}", Edit("a", {"bake": "4d"})).startswith("\ufeff# What it is for")


def test_text_cannot_leave_its_quotes() -> None:
    hostile = '"\n[[steps]]\nid = "x'
    assert differing("a", notice={"text": hostile})[0].startswith("+notice = {text = ")


@pytest.mark.parametrize(("text", "step"), [(TEXT, "c"), ('title = "x"\n', "a"), ('steps = "a"\n', None)])
def test_no_such_step_is_told(text: str, step: str | None) -> None:
    if step is None:
        assert edited(text, Edit(None, {"title": "y"})) == 'steps = "a"\ntitle = "y"\n'
        return
    with pytest.raises(Refusal) as caught:
        edited(text, Edit(step, {"bake": "4d"}))
    assert caught.value.code == "not_found"


def test_a_text_that_would_say_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "_written", lambda body, _: body.replace("Invented", "Other"))
    with pytest.raises(Refusal) as caught:
        edited(TEXT, Edit("a", {"bake": "3d"}))
    assert caught.value.code == "plan_invalid"


def test_a_text_that_is_no_toml_is_refused_and_not_guessed_at() -> None:
    for text in ("[[[", "a = " + "[" * 5_000):
        with pytest.raises(Refusal):
            edited(text, Edit(None, {"title": "x"}))
    require_meant(TEXT, edited(TEXT, Edit("b", {"window": None})), Edit("b", {"window": None}))
