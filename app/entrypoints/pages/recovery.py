"""Recovery: when it is not certain who owns what. How far it is, what an administrator does now, and naming owners."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.ownership import Ownership, State, System
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import Asked, Box, Question, asked, faults_of
from app.entrypoints.pages.times import lasting
from app.entrypoints.pages.words import label_of, mark_of
from app.services.certainty import certainty_json
from app.services.recording import By
from app.services.recovering import HIGHEST, RAISED_BY, name, recover_now

CRUMBS = "pages.recovery"
MAKE_CERTAIN = "recover"


@dataclass(frozen=True, slots=True)
class Seen:
    """How it stands, as the API tells it, at one moment."""

    told: dict[str, Any]
    now: datetime

    @property
    def state(self) -> str:
        """Which of the four states it is."""
        if self.told["database_changed"]:
            return "database_changed"
        if self.told["recovering"]:
            return "recovering"
        return "stopped" if self.told["preferences"] else "certain"

    @property
    def left(self) -> str | None:
        """How long old grants are still waited for."""
        seconds = self.told["seconds"]
        return None if seconds is None else lasting(timedelta(seconds=seconds))


HEADINGS = {
    "database_changed": "The controller’s database is not the one it was",
    "recovering": "Preferences are stopped until old grants have run out",
    "stopped": "Owners must be named",
    "certain": "It is certain who owns what",
}


@may(Role.VIEWER)
def recovery() -> str:
    """How it stands, and what an administrator does now."""
    seen = _seen()
    titles = {key: one.title for key, one in context.catalogue.preferences.items()}
    labels = {system.value: system.label for system in System}
    return render_template(
        "recovery.html",
        seen=seen,
        heading=HEADINGS[seen.state],
        titles=titles,
        labels=labels,
        admin=caller.holds({Role.ADMIN}),
        now=seen.now,
    )


@may(Role.ADMIN)
def recover_form() -> Response:
    """What a recovery does."""
    seen = _seen()
    return asked(_recovering(seen), seen.now)


@may(Role.ADMIN)
def recover_page_now() -> Response:
    """Stop every preference until its owner is certain."""
    seen = _seen()
    faults = faults_of(MAKE_CERTAIN)
    above = forms.entered("above") or "0"
    if not (above.isascii() and above.isdigit() and int(above[:12]) <= HIGHEST - RAISED_BY):
        faults.append(("above", f"This is a whole number, at most {HIGHEST - RAISED_BY}; or leave it empty."))
    if faults:
        return asked(_recovering(seen), seen.now, faults)
    _require_same(str(seen.told["revision"]), forms.entered("revision"))
    recover_now(context.store, context.catalogue, By(caller.actor, forms.entered("reason")), int(above))
    context.notices.publish()
    return redirect(url_for("pages.recovery"), 303)


@may(Role.ADMIN)
def name_owner_form(key: str) -> Response:
    """Asks who owns one stopped preference, with what is known of it."""
    row, seen = _row(key)
    return asked(_naming(row, seen), seen.now)


@may(Role.ADMIN)
def name_owner_now(key: str) -> Response:
    """Name its owner: it can be written again from then on. Refusals `recovering`, `epoch_stale`."""
    epoch, owner = forms.number_entered("epoch"), forms.entered("owner")
    faults = faults_of(key)
    if owner not in list(System):
        faults.insert(0, ("owner", "Choose the system that owns it."))
    if faults:
        row, seen = _row(key)
        row.require(epoch)
        return asked(_naming(row, seen), seen.now, faults)
    with context.store.writing() as unit:
        name(unit, {key: epoch}, System(owner), By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return redirect(url_for("pages.recovery"), 303)


def _seen() -> Seen:
    with context.store.reading() as unit:
        return Seen(certainty_json(unit, context.worker.outlasting), unit.now())


def _row(key: str) -> tuple[Ownership, Seen]:
    with context.store.reading() as unit:
        row, seen = unit.ownerships.of([key])[key], Seen(certainty_json(unit, context.worker.outlasting), unit.now())
    if row.epoch == 0:
        context.catalogue.preference(key)
    if row.state is not State.STOPPED:
        detail = f"{key} is not stopped: {mark_of(row).sentence}. Nothing was done."
        raise Refusal("transition_illegal", detail, "There is no owner to be named.", {"key": key})
    return row, seen


def _require_same(present: str, seen: str) -> None:
    if present != seen:
        detail = "Something was changed since you looked at it. Nothing was done."
        raise Refusal("changed_meanwhile", detail, "Look at how it stands now, and decide again.")


def _recovering(seen: Seen) -> Question:
    return Question(
        title="Stop every preference until its owner is certain?",
        boxes=(
            Box("Now", HEADINGS[seen.state], f"Revision {seen.told['revision']}"),
            Box("Then", "Nobody can change any preference", "Open moves end as called off. Reading goes on."),
            Box("Afterwards", "You name each owner", "Once every old grant has run out, by what the systems’ logs say"),
            Box("Undo", "No", "Each preference can be written again when its owner is named"),
        ),
        button="Stop every preference",
        typed=MAKE_CERTAIN,
        hidden={"revision": seen.told["revision"]},
        fields=(
            Asked(
                "above",
                "Highest epoch or revision seen anywhere else",
                hint="Only where this copy of the database is older than a recovery before. Else leave it empty.",
                kind="text",
                required=False,
            ),
        ),
        facts=(
            ("When", "After a failover, a restore, or a lost database. For trouble with a system, use Stop instead."),
            ("Epochs", f"Each becomes more than {RAISED_BY:,} higher, so that none is issued twice."),
        ),
        crumbs=((url_for(CRUMBS), "Recovery"),),
        is_red=True,
    )


def _naming(row: Ownership, seen: Seen) -> Question:
    found = context.catalogue.preferences.get(row.key)
    title = found.title if found else row.key
    before = f"{row.owner.label} owned it before" if row.owner else "No system owned it before"
    return Question(
        title=f"Who owns {title}?",
        boxes=(
            Box("Now", "Nobody can change it", f"Stopped at epoch {row.epoch}. {before}."),
            Box("Then", "It has the owner you name", "At once, if every old grant has run out"),
            Box("Afterwards", "Veterans can change it there", "Under a new epoch"),
            Box("Undo", "By a move", "Naming the wrong one puts choices on the wrong side"),
        ),
        button="Name this owner",
        typed=row.key,
        hidden={"epoch": row.epoch},
        fields=(
            Asked("owner", "Owner", (("", "Choose…"), *((one.value, one.label) for one in System)), "By its own log."),
        ),
        facts=_known(row.key, seen),
        facts_heading="What is known",
        crumbs=((url_for(CRUMBS), "Recovery"),),
    )


def _known(key: str, seen: Seen) -> tuple[tuple[str, str], ...]:
    one = next((each for each in seen.told["preferences"] if each["key"] == key), None)
    last = one["last_activation"] if one else None
    facts = [("Waiting", f"Old grants may last {seen.left} more." if seen.left else "Every old grant has run out.")]
    if last is None:
        facts.append(("Last move", "None that this database knows of."))
    else:
        to = label_of(System(last["to"]) if last["to"] in list(System) else None)
        facts.append(("Last move", f"Move {last['move']} to {to}, under epoch {last['epoch']}, at {last['at']}."))
        facts += [
            (f"Mark in the log of {System(system).label}", str(mark or "None is kept."))
            for system, mark in last["marks"].items()
        ]
    return tuple(facts)
