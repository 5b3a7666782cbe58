"""A text of a plan, changed in a few places by somebody who writes no TOML: what it says, and what it shall say."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.refusals import Refusal

MISTAKEN = "This text is written in a way that no form can change safely. Nothing was done."
MEND = "Edit the text itself."


@dataclass(frozen=True, slots=True)
class Edit:
    """What a text shall say otherwise: members of one step, or of the plan where `step` is None.

    A member that is None is taken out. Values are those of TOML: text, dates, times, lists and tables.
    """

    step: str | None
    members: Mapping[str, Any]


def said(text: str, step: str | None) -> Mapping[str, Any]:
    """What a text says itself of the plan, or of one step. Refusals `not_found`, `plan_invalid`."""
    return _place(document(text), step)


def document(text: str) -> dict[str, Any]:
    """A text that was judged before, as its values."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise Refusal("plan_invalid", MISTAKEN, MEND) from error


def require_meant(before: str, after: str, edit: Edit) -> None:
    """Refuse an edited text that says anything but the old one with the edit (Refusal `plan_invalid`)."""
    meant = document(before)
    place = _place(meant, edit.step)
    for name, value in edit.members.items():
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
    if document(after) != meant:
        raise Refusal("plan_invalid", MISTAKEN, MEND)


def _place(found: dict[str, Any], step: str | None) -> dict[str, Any]:
    if step is None:
        return found
    steps: Sequence[dict[str, Any]] = found.get("steps", [])
    named = next((one for one in steps if one.get("id") == step), None)
    if named is None:
        raise Refusal("not_found", f"The plan has no step {step[:60]}.", "Look at the list of those that are there.")
    return named
