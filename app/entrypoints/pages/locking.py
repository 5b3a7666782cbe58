"""Locking one preference, so that it cannot move, and unlocking it."""

from functools import partial

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.moves import Move
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import Box, Question, asked, faults_of
from app.entrypoints.pages.stopping import line_of
from app.entrypoints.pages.words import mark_of, person
from app.services.plan_store import Lock
from app.services.planning.stopping import insisting, lock, unlock
from app.services.recording import By


@may(Role.VIEWER)
def lock_form(key: str) -> Response:
    """What the lock would do; of one that is locked, by whom, why and since when."""
    return _asked(key, [])


@may(Role.OPERATOR)
def lock_now(key: str) -> Response:
    """Lock it. Whoever comes second is told that it is locked already, and by whom."""
    faults = faults_of(None)
    if faults:
        return _asked(key, faults)
    try:
        insisting(
            context.store, lambda unit: lock(unit, context.catalogue, key, By(caller.actor, forms.entered("reason")))
        )
    except Refusal as refusal:
        if refusal.code != "already_stopped":
            raise
        return _asked(key, [], again=refusal.status)
    context.notices.publish()
    return redirect(url_for("pages.lock_form", key=key), 303)


@may(Role.VIEWER)
def unlock_form(key: str) -> Response:
    """As the lock's page; for an administrator, the form that unlocks it."""
    return _asked(key, [])


@may(Role.ADMIN)
def unlock_now(key: str) -> Response:
    """Let it move again. Refusal `not_stopped`; `changed_meanwhile` where it is another lock than the page's."""
    faults = faults_of(None)
    if faults:
        return _asked(key, faults)
    with context.store.writing() as unit:
        unit.ledger.lock()
        present = unit.locks.all().get(key)
        if present is not None and present.at.isoformat() != forms.entered("since"):
            detail = f"It was unlocked meanwhile, and {person(present.actor)} locked it anew: “{present.reason}”."
            raise Refusal("changed_meanwhile", detail, "Look at why, and decide again.", {"key": key})
        unlock(unit, key, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return redirect(url_for("pages.lock_form", key=key), 303)


def _asked(key: str, faults: list[tuple[str, str]], again: int = 0) -> Response:
    with context.store.reading() as unit:
        now, present, row = unit.now(), unit.locks.all().get(key), unit.ownerships.of([key])[key]
        moves = [move for move in unit.moves.unfinished() if key in move.preferences]
    if row.epoch == 0:
        context.catalogue.preference(key)
    title, sentence = _title(key), mark_of(row).sentence
    unlocks = request.endpoint in ("pages.unlock_form", "pages.unlock_now")
    if present is not None and unlocks and caller.holds({Role.ADMIN}):
        return asked(_unlocking(key, title, present, sentence), now, faults)
    if present is None and not unlocks and caller.holds({Role.OPERATOR}):
        return asked(_locking(key, title, sentence, moves), now, faults)
    shown = partial(render_template, "lock.html", title=title, key=key, present=present, sentence=sentence, now=now)
    return current_app.make_response((shown(again=bool(again), unlocks=caller.holds({Role.ADMIN})), again or 200))


def _title(key: str) -> str:
    found = context.catalogue.preferences.get(key)
    return found.title if found else key


def _crumbs(key: str, title: str) -> tuple[tuple[str, str], ...]:
    return ((url_for("pages.board"), "Board"), (url_for("pages.preference", key=key), title))


def _locking(key: str, title: str, sentence: str, moves: list[Move]) -> Question:
    lines = [line_of(move, key) for move in moves]
    return Question(
        title=f"Lock {title}?",
        boxes=(
            Box("Now", sentence, "It can move"),
            Box("Then", "It cannot move", "No step and no move of it starts"),
            Box("Afterwards", sentence, "Its owner goes on writing; Veterans notice nothing"),
            Box("Undo", "Yes: Unlock…", "An administrator can"),
        ),
        button="Lock this preference",
        typed=None,
        facts=tuple((f"Move {line.number}", f"{line.title}. {line.sentence}") for line in lines)
        or (("Moves", "None of it runs now, so nothing is called off."),),
        crumbs=_crumbs(key, title),
    )


def _unlocking(key: str, title: str, present: Lock, sentence: str) -> Question:
    return Question(
        title=f"Unlock {title}?",
        boxes=(
            Box("Now", f"{title} is locked", f"By {person(present.actor)}: “{present.reason}”"),
            Box("Then", "It can move again", "When a step is due, or somebody moves it by hand"),
            Box("Afterwards", sentence, "Unlocking moves nothing"),
            Box("Undo", "Yes: Lock this preference…", "An operator can"),
        ),
        button="Unlock this preference",
        typed=None,
        hidden={"since": present.at.isoformat()},
        crumbs=_crumbs(key, title),
    )
