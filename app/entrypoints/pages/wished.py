"""A move of one or several preferences, as the addresses and forms of the pages name it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from app.domain.moves import Move, Terms
from app.domain.ownership import NOBODY, Ownership, System, Target
from app.domain.refusals import Refusal
from app.entrypoints.access import caller
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.actions import ASKED_FOR
from app.entrypoints.pages.confirming import Question
from app.entrypoints.pages.moving_words import boxes_of, button_of, facts_of, title_of
from app.entrypoints.pages.pauses import clients_of, usual_pause
from app.services.moving import LARGEST_MOVE, Wish
from app.services.rehearsing import rehearse


@dataclass(frozen=True, slots=True)
class Wished:
    """What is to move where, with the rows as they are now, and how long a pause usually lasts."""

    keys: tuple[str, ...]
    to: Target
    rows: Mapping[str, Ownership]
    now: datetime
    usual: timedelta | None

    @property
    def wish(self) -> Wish:
        """The wish on what is so now."""
        return wish_of(self.keys, self.to, {key: row.epoch for key, row in self.rows.items()}, ASKED_FOR)

    @property
    def titles(self) -> str:
        """One preference by its title, several by their count."""
        return context.catalogue.title(self.keys[0]) if len(self.keys) == 1 else f"{len(self.keys)} preferences"

    @property
    def typed(self) -> str:
        """The word that confirms it."""
        return self.keys[0] if len(self.keys) == 1 else f"move {len(self.keys)}"


def target_named(name: str) -> Target:
    """Refusal `malformed` for anything but the three targets."""
    if name == NOBODY.value:
        return NOBODY
    try:
        return System(name)
    except ValueError:
        raise Refusal("malformed", "The address does not say where to.", "Begin at the board.") from None


def wished(keys: tuple[str, ...], to: Target) -> Wished:
    """Refusals `preference_unknown`, `malformed`."""
    if not keys or len(keys) > LARGEST_MOVE:
        raise Refusal("malformed", f"A move has 1 to {LARGEST_MOVE} preferences.", "Begin at the board.")
    for key in keys:
        context.catalogue.preference(key)
    with context.store.reading() as unit:
        return Wished(keys, to, unit.ownerships.of(keys), unit.now(), usual_pause(unit))


def wish_of(keys: tuple[str, ...], to: Target, expect: Mapping[str, int], reason: str) -> Wish:
    """The move as this person's."""
    return Wish(keys, to, expect, Terms(caller.actor, reason))


def wish_entered() -> Wish:
    """The wish that a form was sent with, on the epochs that its person saw (Refusal `malformed`)."""
    keys, epochs = forms.entered("keys").split(), forms.entered("epochs").split()
    whole = all(epoch.isascii() and epoch.isdigit() and len(epoch) <= 10 for epoch in epochs)
    if not keys or len(keys) != len(epochs) or not whole:
        raise Refusal("malformed", "This form is not complete. Nothing was done.", "Open the page again.")
    expect = dict(zip(keys, map(int, epochs), strict=True))
    return wish_of(tuple(expect), target_named(forms.entered("to")), expect, forms.entered("reason"))


def question_of(asked: Wished, *, approvals: int = 0) -> Question:
    """What is asked; with `approvals`, what is asked of those who approve. Refuses what a start refuses."""
    move = rehearse(context.store, context.catalogue, context.checks, asked.wish, approved=approvals > 0)
    title, rows = title_of(asked.titles, move), list(asked.rows.values())
    needs = "1 approval" if approvals == 1 else f"{approvals} approvals"
    return Question(
        title=f"Ask for approval: {title[0].lower()}{title[1:]}" if approvals else title,
        boxes=boxes_of(rows[0], move, asked.usual),
        button="Ask for approval" if approvals else _button(move),
        typed=None if approvals else asked.typed,
        hidden={
            "to": asked.to.value,
            "keys": " ".join(asked.keys),
            "epochs": " ".join(str(asked.rows[key].epoch) for key in asked.keys),
        },
        answers=tuple(move.stages[0].detail.get("answers", ())),
        facts=(
            *([("Needs", f"{needs} by others. It starts with the last of them")] if approvals else []),
            *([("Preferences", ", ".join(map(context.catalogue.title, asked.keys)))] if len(asked.keys) > 1 else []),
            *([("All or none", "One move: if it fails, all of them go back")] if len(asked.keys) > 1 else []),
            *facts_of(move, _surfaces(rows), clients_of(move)),
        ),
        crumbs=_crumbs(asked),
    )


def _crumbs(asked: Wished) -> tuple[tuple[str, str], ...]:
    """The way here: by the page of the preference, or by the one that chooses several."""
    board = (url_for("pages.board"), "Board")
    if len(asked.keys) > 1:
        return board, (url_for("pages.move_several"), "Move several")
    return board, (url_for("pages.preference", key=asked.keys[0]), asked.titles)


def _button(move: Move) -> str:
    several = len(move.preferences) > 1
    return button_of(move).replace(" it ", f" {len(move.preferences)} preferences ") if several else button_of(move)


def _surfaces(rows: list[Ownership]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(surface for row in rows for surface in row.surfaces))
