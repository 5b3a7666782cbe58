"""Tokens: who may call the API and sign in with one. Its secret is on one page, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain import durations
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.confirming import Box, Question, asked, faults_of
from app.services.recording import By
from app.services.store import TokenRow, Unit
from app.services.tokens import Order, create, revoke, roles_from

LIVES = (("30d", "30 days"), ("90d", "90 days"), ("365d", "1 year"), ("", "For ever, until it is revoked"))
MOST_A_MINUTE = 5

ROLE_WORDS = {
    Role.VIEWER: "looks at everything, changes nothing",
    Role.CLIENT: "a program: asks who owns what, holds leases, carries choices",
    Role.OPERATOR: "proposes and starts moves, runs plans, stops; and looks",
    Role.APPROVER: "approves what others propose; and looks",
    Role.ADMIN: "adopts, makes tokens, lifts a stop, overrides; and looks",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One token as the page shows it: with its state in one word."""

    row: TokenRow
    state: str


@may(Role.ADMIN)
def tokens() -> str:
    """Every token, the newest first, never with its secret."""
    with context.store.reading() as unit:
        now, rows = unit.now(), unit.tokens.all()
    listed = [Listed(row, _state(row, now)) for row in rows]
    return render_template("tokens.html", now=now, listed=listed)


@may(Role.ADMIN)
def token_form() -> Response:
    """Asks for what a token needs."""
    return _form([])


@may(Role.ADMIN)
def make_token() -> Response:
    """Make a token; its secret is shown once, on the answer, and is in no address and no session.

    The form says how many tokens there were, so that a second press or a reload makes no second one.
    Refusals `changed_meanwhile`, `too_many_tries`.
    """
    faults = _faults()
    if faults:
        return _form(faults)
    lives = forms.entered("lives")
    order = Order(
        forms.entered("name"),
        roles_from(request.form.getlist("roles")),
        frozenset(request.form.getlist("keys")) or None,
        durations.parse(lives) if lives else None,
    )
    with context.store.writing() as unit:
        unit.ledger.lock()
        _require_first(unit)
        row, secret = create(unit, order, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return current_app.make_response(render_template("token_made.html", row=row, secret=secret))


@may(Role.ADMIN)
def revoke_form(token: str) -> Response:
    """What revoking would do. Nothing is changed."""
    return _asked(token, [])


@may(Role.ADMIN)
def revoke_now(token: str) -> Response:
    """End a token."""
    faults = faults_of(None)
    if faults:
        return _asked(token, faults)
    with context.store.writing() as unit:
        revoke(unit, token, By(caller.actor, forms.entered("reason")))
    context.notices.publish()
    return redirect(url_for("pages.tokens"), 303)


def _state(row: TokenRow, now: datetime) -> str:
    if row.revoked is not None:
        return "revoked"
    return "expired" if row.expires is not None and row.expires <= now else "alive"


def _form(faults: list[tuple[str, str]]) -> Response:
    with context.store.reading() as unit:
        seen = len(unit.tokens.all())
    titles = {key: preference.title for key, preference in context.catalogue.preferences.items()}
    body = render_template(
        "token_form.html",
        faults=faults,
        wrong=dict(faults),
        seen=seen,
        roles=[(role.value, ROLE_WORDS[role]) for role in Role],
        keys=sorted(titles.items(), key=lambda pair: pair[1]),
        lives=LIVES,
        name=forms.entered("name"),
        reason=forms.entered("reason"),
        chosen={*request.form.getlist("roles"), *request.form.getlist("keys")},
        life=forms.entered("lives") if request.method == "POST" else "90d",
    )
    return current_app.make_response((body, 422 if faults else 200))


def _faults() -> list[tuple[str, str]]:
    """What is wrong in the form; the service refuses the same."""
    faults = [("name", "Say how the ledger calls its holder.")] if not forms.entered("name") else []
    roles, keys = request.form.getlist("roles"), request.form.getlist("keys")
    if not roles or not set(roles) <= {role.value for role in Role}:
        faults.append(("roles", "Choose at least one role."))
    if not set(keys) <= context.catalogue.preferences.keys():
        faults.append(("keys", "There is no such preference."))
    if keys and Role.CLIENT.value not in roles:
        faults.append(("keys", "Only a client is limited to preferences: choose that role too, or none of these."))
    if forms.entered("lives") not in dict(LIVES):
        faults.append(("lives", "Choose how long it lives."))
    return faults + faults_of(None)


def _require_first(unit: Unit) -> None:
    """Refuse a form that was sent twice, and more than a few tokens a minute."""
    rows, now = unit.tokens.all(), unit.now()
    if forms.number_entered("seen") != len(rows):
        detail = "A token was made since this form was opened, perhaps by a second press. Nothing was done now."
        raise Refusal("changed_meanwhile", detail, "Look at the list: a secret that nobody copied is revoked there.")
    if sum(now - row.created < timedelta(minutes=1) for row in rows) >= MOST_A_MINUTE:
        detail = f"{MOST_A_MINUTE} tokens were made within a minute. Nothing was done."
        raise Refusal("too_many_tries", detail, "Wait a minute, then try again.", {"retry_after": 60})


def _asked(token: str, faults: list[tuple[str, str]]) -> Response:
    with context.store.reading() as unit:
        now, row = unit.now(), next((row for row in unit.tokens.all() if row.id == token), None)
    if row is None or row.revoked is not None:
        raise Refusal("not_found", "There is no such token that lives.", "The list of tokens shows those that do.")
    return asked(
        Question(
            title=f"Revoke the token {row.name}?",
            boxes=(
                Box("Now", f"{row.name} may call", f"As {' and '.join(sorted(row.roles))}."),
                Box("Then", "Refused at once", "From its next call on."),
                Box("Afterwards", "It opens nothing", "Programs that use it are refused."),
                Box("Undo", "No", "Make another token and give it to whoever needs one."),
            ),
            button="Revoke this token",
            typed=None,
            crumbs=((url_for("pages.tokens"), "Tokens"),),
        ),
        now,
        faults,
    )
