"""What the confirmation pages say of a move."""

from collections.abc import Mapping
from datetime import timedelta

from app.domain.moves import Move
from app.domain.ownership import NOBODY, Ownership
from app.entrypoints.pages.confirming import Box
from app.entrypoints.pages.times import lasting
from app.entrypoints.pages.words import label_of, mark_of, surfaces_words
from cutover_client.routes import FROZEN_NOTICE


def title_of(title: str, move: Move) -> str:
    """The question."""
    if move.to is NOBODY:
        return f"Retire {title}?"
    if move.origin is None:
        return f"Start {title} on {label_of(move.to)}?"
    return f"Move {title} from {move.origin.label} to {label_of(move.to)}?"


def button_of(move: Move) -> str:
    """What the button does."""
    if move.to is NOBODY:
        return "Retire it now"
    return f"Start it on {label_of(move.to)} now" if move.origin is None else f"Move it to {label_of(move.to)} now"


def boxes_of(row: Ownership, move: Move, usual: timedelta | None) -> tuple[Box, ...]:
    """Now; Then, for a moment; Afterwards; Undo. `usual` is how long past pauses lasted."""
    return (
        Box("Now", mark_of(row).sentence, f"Epoch {row.epoch}"),
        _pause(move, usual),
        _afterwards(move),
        _way_back(move),
    )


def facts_of(move: Move, surfaces: tuple[str, ...], clients: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """What will happen, as names and sentences."""
    owner = label_of(move.origin)
    facts = [
        ("Waits for", _clients(clients)),
        ("Veterans see", f"For that moment: “{FROZEN_NOTICE}”"),
        ("If it fails", f"Before {_new(move)}: {owner} can change it again, and no choice is lost"),
    ]
    found = [("Found on", f"{_capital(surfaces_words(surfaces))}, as now: this move changes no page")]
    copied = [("Copied", "Nothing: no Veteran’s choice is carried along. What each system holds stays there.")]
    return (*(facts if move.origin else []), *([] if move.to is NOBODY else [*copied, *found]))


def _pause(move: Move, usual: timedelta | None) -> Box:
    if move.origin is None:
        return Box("Then, for a moment", "No pause", "Nobody held it before")
    limit = lasting(move.terms.freeze_limit)
    lasts = "Until whoever may be writing has ended" if usual is None else f"Usually under {lasting(usual)}"
    return Box("Then, for a moment", "Nobody can", f"{lasts}; never more than {limit}")


def _afterwards(move: Move) -> Box:
    if move.to is NOBODY:
        return Box("Afterwards", "Nobody can change it any more", "It is shown as retired")
    bake = move.terms.bake
    watched = f"Watched for {lasting(bake)}" if bake else "A move by hand is not watched afterwards"
    return Box("Afterwards", f"{label_of(move.to)} can change it", watched)


def _way_back(move: Move) -> Box:
    if move.to is NOBODY:
        return Box("Undo", "Only by an administrator", f"Who can restore it to {label_of(move.origin)}")
    if move.origin is None:
        return Box("Undo", "Not to no system", "It can be moved on, or retired")
    return Box("Undo", "Yes, by another move", "Until it moves again; it pauses changes for a moment too")


def _clients(clients: Mapping[str, int]) -> str:
    if not clients:
        return "Nobody: no client may write it now"
    return ", ".join(f"{name} ({count} process{'' if count == 1 else 'es'})" for name, count in sorted(clients.items()))


def _new(move: Move) -> str:
    return "it is retired" if move.to is NOBODY else f"{label_of(move.to)} can change it"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
