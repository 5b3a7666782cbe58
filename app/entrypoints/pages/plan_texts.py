"""Texts of plans on pages: as they were pasted or uploaded, and as a numbered listing with its faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from app.domain.plan_shape import LONGEST_PLAN
from app.domain.refusals import Refusal
from app.domain.toml_source import NAME
from app.entrypoints.pages import forms
from app.services.recording import LONGEST_REASON

MOST_LINES = 2_000
"""Lines that a page shows: more would make it too long to load. A line with a fault is always shown."""

Told = tuple[str, str]
"""A field of a form, or a line of a listing, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a listing, and what is wrong in it: the key, if it is of one, what, and what to do."""

    number: int
    text: str
    faults: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A text with numbers. `left_out` is how many lines are not shown."""

    lines: tuple[Line, ...]
    left_out: int = 0


def listing(text: str, faults: Sequence[Mapping[str, Any]] = ()) -> Listing:
    """A text as its numbered lines, each with its faults."""
    lines = text.removesuffix("\n").split("\n")
    at = dict[int, list[Mapping[str, Any]]]()
    for fault in faults:
        at.setdefault(fault["line"] or 0, []).append(fault)
    shown = [
        Line(number, line, tuple(at.get(number, ())))
        for number, line in enumerate(lines, 1)
        if number <= MOST_LINES or number in at
    ]
    return Listing(tuple(shown), len(lines) - len(shown))


def told(faults: Sequence[Mapping[str, Any]], shown: Listing) -> list[Told]:
    """Faults of a text for the summary: each leads to its line, or to the field where it has none."""
    numbers = {line.number for line in shown.lines}
    return [
        (f"line-{fault['line']}" if fault["line"] in numbers else "text", _sentence(fault, numbers)) for fault in faults
    ]


def _sentence(fault: Mapping[str, Any], numbers: set[int]) -> str:
    where = f"Line {fault['line']}: " if fault["line"] in numbers else ""
    return f"{where}{fault['what']} {fault['mend']}".rstrip()


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form of a plan's text said. `seen` is the version of the draft that the person saw, 0 for none."""

    key: str
    text: str
    reason: str
    seen: int
    faults: tuple[Told, ...] = ()


def typed() -> Typed:
    """The form that was sent, and what is wrong in it but for the text itself."""
    text, wrong = _text()
    key, reason = forms.entered("key"), forms.entered("reason")
    faults = []
    if not NAME.fullmatch(key):
        faults.append(("key", "Name the plan in one word: small letters, digits and _, a letter first, at most 60."))
    faults += wrong
    if not reason:
        faults.append(("reason", "Say why. The ledger keeps it for ever."))
    elif len(reason) > LONGEST_REASON:
        faults.append(("reason", f"Say it in at most {LONGEST_REASON} characters; these are {len(reason)}."))
    return Typed(key, text, reason, forms.number_entered("seen"), tuple(faults))


def _text() -> tuple[str, list[Told]]:
    """The text that was pasted or uploaded, and what is wrong with how it was given."""
    pasted = plain(request.form.get("text", ""))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return pasted, _too_much("text", pasted)
    if pasted.strip():
        return pasted, [("file", "A text was pasted and a file was chosen. Send one of the two.")]
    if not sent.filename.lower().endswith(".toml"):
        return "", [("file", "A plan is a file that ends in .toml. Choose that, or paste its text.")]
    try:
        # One byte more than can be right says that it is too long, however long it is.
        text = plain(sent.stream.read(4 * LONGEST_PLAN + 1).decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "", [("file", "This file is no text in UTF-8. Save it as UTF-8, or paste its text.")]
    wrong = _too_much("file", text)
    return "" if wrong else text, wrong


def _too_much(name: str, text: str) -> list[Told]:
    if not text.strip():
        words = "This file is empty." if name == "file" else "There is no text."
        return [(name, f"{words} Paste a plan, or choose its file.")]
    if len(text) > LONGEST_PLAN:
        return [(name, f"A plan has at most {LONGEST_PLAN} characters; this one has {len(text)}.")]
    if "\x00" in text:
        return [(name, "The text holds a null byte, which cannot be kept. Take it out.")]
    return []


def plain(text: str) -> str:
    """A text with the line ends that files have here: browsers send others, and its hash would be another one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def faults_in(refusal: Refusal) -> list[Mapping[str, Any]]:
    """The faults of a text that was refused; what says none of a line counts as one of the whole."""
    found: list[Mapping[str, Any]] = refusal.facts.get("faults") or []
    return found or [{"line": None, "key": None, "what": refusal.detail, "mend": refusal.mend}]


def plan_crumbs(key: str = "") -> list[tuple[str, str]]:
    """The way to a page of a plan."""
    plan = [(url_for("pages.plan", key=key), key)] if key else []
    return [(url_for("pages.board"), "Board"), (url_for("pages.plans"), "Plans"), *plan]
