"""Stop: one press stops everything. Starting again is a page of its own, for administrators."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.moves import Move
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import Box, Question, asked, faults_of
from app.entrypoints.pages.undoing import titles_of
from app.entrypoints.pages.words import direction, person
from app.services.plan_store import Lock
from app.services.planning.stopping import EVERYTHING, called_off_by, insisting, lift, stop_all, would_end
from app.services.recording import LONGEST_REASON, By

REASONS = (
    "Something looks wrong",
    "VA Profile shows errors",
    "MHV shows errors",
    "Veterans report wrong choices",
    "Another team asked for it",
    "A test of the Stop",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """How things stand: the stop that there is, the moves that it called off, and the moves that run."""

    now: datetime
    stop: Lock | None
    called_off: tuple[Move, ...]
    running: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One move that runs, and what a stop does to it."""

    number: int
    title: str
    ends: bool
    sentence: str


@may(Role.VIEWER)
def stop_form() -> Response:
    """What a stop does; once everything is stopped, by whom, why, since when, and what was called off."""
    return _shown([])


@may(Role.OPERATOR)
def stop_now() -> Response:
    """Stop everything, by one press. Whoever comes second is told that it is stopped already, and by whom."""
    why, own = forms.entered("why"), forms.entered("reason")
    said = f"{why}: {own}" if own else why
    faults = _faults(why, said)
    if faults:
        return _shown(faults)
    try:
        insisting(context.store, partial(stop_all, by=By(caller.actor, said)))
    except Refusal as refusal:
        if refusal.code != "already_stopped":
            raise
        return _shown([], again=refusal.status)
    context.notices.publish()
    return redirect(url_for("pages.stop_form"), 303)


@may(Role.VIEWER)
def lift_form() -> Response:
    """Who stopped everything, why and since when; for an administrator, the form that lets it go on."""
    seen = _seen()
    if seen.stop is None or not caller.holds({Role.ADMIN}):
        return _page(seen, [])
    return asked(_question(seen.stop, seen), seen.now)


@may(Role.ADMIN)
def lift_now() -> Response:
    """Let everything go on. Refusal `not_stopped`; `changed_meanwhile` where it is another stop than the page's."""
    seen = _seen()
    if seen.stop is not None:
        _require_same(seen.stop, forms.entered("since"))
        faults = faults_of(None)
        if faults:
            return asked(_question(seen.stop, seen), seen.now, faults)
    with context.store.writing() as unit:
        unit.ledger.lock()
        present = unit.locks.all().get(EVERYTHING)
        if present is not None:
            _require_same(present, forms.entered("since"))
        lift(unit, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return redirect(url_for("pages.stop_form"), 303)


def line_of(move: Move, key: str = EVERYTHING) -> Line:
    """What a stop, or the lock of one preference, does to a move that runs."""
    title = f"{titles_of(move.preferences)} {direction(move)}"
    if would_end(move, key):
        owner = f"{move.origin.label} can change it again within about a second" if move.origin else "It stays unowned"
        return Line(move.id, title, True, f"Is called off. {owner}, and no choice is lost.")
    if move.activated is not None:
        return Line(move.id, title, False, "Goes on: it is past stage 7 and is only watched. It can be undone.")
    return Line(move.id, title, False, "Goes on: it does not move this preference.")


def _faults(why: str, said: str) -> list[tuple[str, str]]:
    if why not in REASONS:
        return [("why", "Choose one of the reasons in the list.")]
    if len(said) > LONGEST_REASON:
        left = LONGEST_REASON - len(why) - 2
        return [("reason", f"Say it in at most {left} characters; these are {len(said) - len(why) - 2}.")]
    return []


def _seen() -> Seen:
    with context.store.reading() as unit:
        stop = unit.locks.all().get(EVERYTHING)
        ended = tuple(called_off_by(unit, stop)) if stop else ()
        return Seen(unit.now(), stop, ended, tuple(unit.moves.unfinished()))


def _shown(faults: list[tuple[str, str]], again: int = 0) -> Response:
    return _page(_seen(), faults, again)


def _page(seen: Seen, faults: list[tuple[str, str]], again: int = 0) -> Response:
    body = render_template(
        "stop.html",
        seen=seen,
        lines=[line_of(move) for move in seen.running],
        ended=[Line(move.id, f"{titles_of(move.preferences)} {direction(move)}", True, "") for move in seen.called_off],
        now=seen.now,
        again=bool(again),
        faults=faults,
        wrong=dict(faults),
        reasons=[(one, one) for one in REASONS],
        why=forms.entered("why"),
        reason=forms.entered("reason"),
        stops=caller.holds({Role.OPERATOR}),
        lifts=caller.holds({Role.ADMIN}),
    )
    return current_app.make_response((body, 422 if faults else again or 200))


def _question(stop: Lock, seen: Seen) -> Question:
    ended = len(seen.called_off)
    return Question(
        title="Start again?",
        boxes=(
            Box("Now", "Everything is stopped", f"By {person(stop.actor)}: “{stop.reason}”"),
            Box("Then", "Steps start again", "Each when its time comes and its checks pass"),
            Box("Afterwards", "Held steps wait for a person", "What was called off stays called off"),
            Box("Undo", "Yes: Stop everything…", "At any time, on every page"),
        ),
        button="Start again",
        typed=None,
        hidden={"since": stop.at.isoformat()},
        facts=(("Called off by this stop", "1 move" if ended == 1 else f"{ended} moves"),),
        crumbs=((url_for("pages.stop_form"), "Stop"),),
    )


def _require_same(stop: Lock, since: str) -> None:
    if stop.at.isoformat() != since:
        detail = f"It was started again meanwhile, and {person(stop.actor)} stopped everything anew: “{stop.reason}”."
        raise Refusal("changed_meanwhile", detail, "Look at why, and decide again.")
