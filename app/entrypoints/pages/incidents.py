"""Incidents: what somebody must look at, what to do about it now, and closing one."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.evidence import Incident, Kind
from app.domain.ownership import System
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context, existing
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import Box, Question, asked, faults_of
from app.services.incidents import MOST, close
from app.services.recording import By
from app.services.store import Unit

KINDS = {
    Kind.WRONG_SIDE: "Wrong-side write",
    Kind.LATE_ANSWER: "Late answer",
    Kind.FENCE_AHEAD: "A fence is ahead",
}
MEANS = {
    Kind.WRONG_SIDE: "A system accepted a change of a preference that it did not own. That choice may be on the wrong "
    "side now, where the owner does not see it.",
    Kind.LATE_ANSWER: "A change was answered after the right to make it had ended. It may have been made twice, or "
    "after a newer one.",
    Kind.FENCE_AHEAD: "A system knows of a later owner than this controller does. This database may lack changes that "
    "were made, so the preference is stopped.",
}
TO_DO = {
    Kind.WRONG_SIDE: (
        "Find out who wrote: look the name of the write up in the log of that system.",
        "Compare the choice on both sides, and have the owning system’s set right.",
        "If writes go on, lock the preference; if they began with a move, undo the move.",
        "Close the incident with what you found.",
    ),
    Kind.LATE_ANSWER: (
        "Look the name of the write up in the system’s log: was it made, and when?",
        "Compare the choice on both sides, and have the owning system’s set right.",
        "Close the incident with what you found.",
    ),
    Kind.FENCE_AHEAD: (
        "Ask the keeper of the database whether it was restored or failed over.",
        "An administrator names the owner on the page Recovery, by what the systems’ own logs say.",
        "Close the incident with what you found.",
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One incident, as people read it."""

    incident: Incident
    kind: str
    title: str
    system: str
    means: str
    to_do: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.incident.closed is None


@may(Role.VIEWER)
def incidents() -> str:
    """The open ones first; the newest first in both."""
    with context.store.reading() as unit:
        now, still_open, latest = unit.now(), open_ones(unit), unit.incidents.latest(MOST)
    closed = [told(one) for one in latest if one.closed is not None]
    return render_template(
        "incidents.html", heading=heading_of(still_open), still_open=still_open, closed=closed, most=MOST, now=now
    )


@may(Role.VIEWER)
def incident(number: int) -> str:
    """One incident: what happened, and what to do now."""
    with context.store.reading() as unit:
        now, found = unit.now(), _found(unit, number)
    return render_template(
        "incident.html",
        one=told(found),
        now=now,
        closes=caller.holds({Role.OPERATOR}),
    )


@may(Role.OPERATOR)
def close_incident_form(number: int) -> Response:
    """What closing does. Refusal `incident_closed` by the service, when it is sent."""
    one, now = _seen(number)
    return asked(_question(one), now)


@may(Role.OPERATOR)
def close_incident_now(number: int) -> Response:
    """Close it. Refusal `incident_closed` for whoever comes second."""
    faults = faults_of(None)
    if faults:
        one, now = _seen(number)
        return asked(_question(one), now, faults)
    with context.store.writing() as unit:
        close(unit, _found(unit, number).id, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return redirect(url_for("pages.incident", number=number), 303)


def open_ones(unit: Unit) -> list[Told]:
    """The open incidents, the newest first: an alert on any page can be made of them."""
    return [told(one) for one in unit.incidents.latest(MOST, only_open=True)]


def heading_of(still_open: list[Told]) -> str:
    """What is open, by kind: "Wrong-side write: 1"."""
    counted = Counter(one.kind for one in still_open)
    return ", ".join(f"{kind}: {count}" for kind, count in counted.items()) or "No open incident"


def told(one: Incident) -> Told:
    """An incident in words. It names the write, and no person."""
    what = one.what
    found = context.catalogue.preferences.get(what.key)
    known = {system.value: system.label for system in System}
    title = found.title if found else what.key
    return Told(one, KINDS[what.kind], title, known.get(what.system, what.system), MEANS[what.kind], TO_DO[what.kind])


def _found(unit: Unit, number: int) -> Incident:
    return existing(unit.incidents.find(number), f"incident {number}")


def _seen(number: int) -> tuple[Told, datetime]:
    with context.store.reading() as unit:
        return told(_found(unit, number)), unit.now()


def _question(one: Told) -> Question:
    number = one.incident.id
    return Question(
        title=f"Close incident {number}: {one.kind}, {one.title}?",
        boxes=(
            Box("Now", "Open" if one.is_open else "Closed already", one.incident.what.detail),
            Box("Then", "It is closed", "Steps and checks that it held up can go on"),
            Box("Afterwards", "Kept for ever", "With your name and reason, in the ledger"),
            Box("Undo", "No", "The same write is never an incident twice; another write is another one"),
        ),
        button="Close this incident",
        typed=None,
        crumbs=(
            (url_for("pages.incidents"), "Incidents"),
            (url_for("pages.incident", number=number), f"Incident {number}"),
        ),
    )
