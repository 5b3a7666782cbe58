"""The page that asks before anything happens: one form for a move, a retirement, a start, an undo and a restoring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app, render_template
from werkzeug.wrappers import Response

from app.entrypoints.pages import forms
from app.services.recording import LONGEST_REASON

REASON = ("Reason", "Kept in the ledger for ever. No names or numbers of Veterans.")


@dataclass(frozen=True, slots=True)
class Box:
    """One of the four answers: few words large, the rest small."""

    name: str
    large: str
    small: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One more field of the form, of the kinds that `parts.field` has; `options` are pairs of value and words."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    kind: str = "select"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `typed` is the word that must be typed, None where the reason is enough.

    `reason` is the label of the reason and its hint. `danger` is what stands in red above everything.
    `crumbs` are the pages above this one, as address and words; the last is where one goes back to. None: the board.
    `fields` are asked for above the reason. `is_red`: the button breaks a glass.
    """

    title: str
    boxes: tuple[Box, ...]
    button: str
    typed: str | None
    hidden: Mapping[str, str | int] = field(default_factory=dict)
    answers: tuple[Mapping[str, Any], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    crumbs: tuple[tuple[str, str], ...] = ()
    reason: tuple[str, str] = REASON
    danger: str | None = None
    here: str = "Preview"
    """What the page is called in the way to it."""
    instead: str | None = None
    """The sentence in place of the button: why not, and who can."""
    action: str = ""
    """Where the form is sent to; empty: where it stands."""
    page: str = "confirm.html"
    """A template that extends it and tells more."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What that template needs."""
    facts_heading: str = "What will happen"
    fields: tuple[Asked, ...] = ()
    is_red: bool = False

    @property
    def failed(self) -> int:
        """How many checks have not passed; unknown counts as no."""
        return sum(answer["verdict"] != "pass" for answer in self.answers)


def faults_of(question_typed: str | None) -> list[tuple[str, str]]:
    """What is wrong in the form that was sent: the field and the sentence."""
    faults: list[tuple[str, str]] = []
    reason = forms.entered("reason")
    if not reason:
        faults.append(("reason", "Say why. The ledger keeps it for ever."))
    elif len(reason) > LONGEST_REASON:
        faults.append(("reason", f"Say it in at most {LONGEST_REASON} characters; these are {len(reason)}."))
    if question_typed is not None and forms.entered("typed") != question_typed:
        faults.append(("typed", f"Type {question_typed} to confirm. What you typed is something else."))
    return faults


def asked(question: Question, now: datetime, faults: list[tuple[str, str]] | None = None) -> Response:
    """The page; after a wrong word, with what is wrong on top and everything that was typed kept."""
    body = render_template(
        question.page,
        **question.more,
        question=question,
        now=now,
        faults=faults or [],
        wrong=dict(faults or []),
        reason=forms.entered("reason"),
        typed=forms.entered("typed"),
        entered={one.name: forms.entered(one.name) for one in question.fields},
        longest_reason=LONGEST_REASON,
    )
    return current_app.make_response((body, 422 if faults else 200))
