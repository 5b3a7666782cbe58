"""Texts changed in a few places, with everything else in them, comments too, left as it was written."""

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array

from app.domain.refusals import Refusal
from app.services.planning.editing import MEND, MISTAKEN, Edit, require_meant

MARK = "\ufeff"


def edited(text: str, edit: Edit) -> str:
    """The text with an edit. Refusals `not_found`, `plan_invalid` where the library would write something else."""
    body = text.removeprefix(MARK)
    try:
        written = _written(body, edit)
    except (TOMLKitError, RecursionError, ValueError, TypeError) as error:
        raise Refusal("plan_invalid", MISTAKEN, MEND) from error
    require_meant(body, written, edit)
    return text[: len(text) - len(body)] + written


def _written(body: str, edit: Edit) -> str:
    document = tomlkit.parse(body)
    place: Any = document
    if edit.step is not None:
        place = next((step for step in document.get("steps", []) if step.get("id") == edit.step), None)
        if place is None:
            raise Refusal("not_found", f"The plan has no step {edit.step[:60]}.", "Look at the list of its steps.")
    for name, value in edit.members.items():
        _set(place, name, value)
    return tomlkit.dumps(document)


def _set(place: Any, name: str, value: Any) -> None:
    present = place.get(name)
    if value is None:
        place.pop(name, None)
    elif isinstance(value, Mapping) and isinstance(present, Mapping):
        _merge(present, value)
    elif _is_tables(value) and isinstance(present, Array | AoT):
        _merge_all(present, value)
    elif present is None or present != value:
        place[name] = _item(value)


def _merge(present: Any, value: Mapping[str, Any]) -> None:
    """Change a table member by member, so that what stays the same stays as it was written."""
    for name in [name for name in present if name not in value]:
        present.pop(name)
    for name, member in value.items():
        if name not in present or present[name] != member:
            present[name] = member


def _merge_all(present: Any, value: Sequence[Mapping[str, Any]]) -> None:
    for number in range(len(present) - 1, len(value) - 1, -1):
        present.pop(number)
    for number, one in enumerate(value):
        if number < len(present):
            _merge(present[number], one)
        else:
            present.append(_item(one) if isinstance(present, Array) else _table(one))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        made = tomlkit.inline_table()
        made.update(value)
        return made
    if _is_tables(value):
        rows = tomlkit.array()
        rows.extend(_item(one) for one in value)
        return rows.multiline(len(value) > 1)
    return value


def _table(value: Mapping[str, Any]) -> Any:
    made = tomlkit.table()
    made.update(value)
    return made
