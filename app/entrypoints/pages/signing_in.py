"""Signing in as an invented person where that is switched on, signing out, and what the sign-in page says."""

import re

from flask import current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.domain.refusals import Refusal
from app.entrypoints.access import SESSION, development_is_open, open_to_all
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.cookies import over_https
from app.services.development import PEOPLE, invented
from app.services.persons import begin
from app.services.persons import sign_out as end_session
from app.services.providers import Known
from app.services.sessions import DEVELOPMENT
from app.services.tries import Tries

TRIES = "sign_in_tries"
STARTS = "sign_in_starts"
MOST_STARTS = 200
"""Ways to the provider that are begun in a minute at most, from one address: behind a proxy that is everybody's."""

FORM_LIVES = 60 * 60
"""Seconds."""

_BECAUSE = {
    "signed_out": "You are not signed in. Sign in to see this page.",
    "ended": "You were signed out: your session was unused for too long, had lasted as long as one may, or was ended.",
    "role_ended": "Your role has ended: none of your groups counts here any more. Ask whoever manages the groups.",
    "done": "You are signed out.",
}
# Only what begins with one slash stays on this site: browsers read "//" and "/\" as the name of another one.
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@open_to_all
def sign_in_form() -> Response:
    """Says how to sign in here, or that nobody can yet."""
    mark = request.cookies.get(forms.ENTRANCE) or forms.new_mark()
    provider = context.sign_in.provider
    body = render_template(
        "sign_in.html",
        because=_BECAUSE.get(request.args.get("because", "")),
        next=local_address(request.args.get("next")),
        entrance=mark,
        issuer=provider.issuer if provider else None,
        people=PEOPLE if development_is_open() else (),
        limits=context.sign_in.limits,
    )
    response = current_app.make_response(body)
    response.set_cookie(
        forms.ENTRANCE,
        mark,
        max_age=FORM_LIVES,
        path=url_for("pages.sign_in_form"),
        secure=over_https(),
        httponly=True,
        samesite="Strict",
    )
    return response


@open_to_all
def sign_in() -> Response:
    """Sign in as an invented person. Refusals `sign_in_closed`, `too_many_tries`, `sign_in_failed`."""
    if not development_is_open():
        detail = "Signing in by a button is for development: it is switched off, or you do not ask from this machine."
        raise Refusal("sign_in_closed", detail, "See how to sign in: docs/signing-in.md.")
    tries: Tries = current_app.extensions[TRIES]
    address = request.remote_addr or ""
    tries.require(address, context.clock.monotonic())
    known = invented(forms.entered("person"))
    if known is None:
        tries.count(address, context.clock.monotonic())
        raise Refusal("sign_in_failed", "There is no such invented person.", "Choose one on the sign-in page.")
    return signed_in_as(DEVELOPMENT, known, request.form.get("next"))


@open_to_all
def sign_out() -> Response:
    """End the session, for every copy of its cookie."""
    secret = session.get(SESSION)
    session.clear()
    if isinstance(secret, str):
        end_session(context.store, secret)
    return redirect(url_for("pages.sign_in_form", because="done"), 303)


def signed_in_as(provider: str, known: Known, wanted: str | None) -> Response:
    """Begin a session with a new id, end the one before, and go where the person wanted to. Refusal `no_role`."""
    before = session.get(SESSION)
    with context.store.writing() as unit:
        secret = begin(unit, context.sign_in, provider, known)
    if isinstance(before, str):
        end_session(context.store, before)
    session.clear()
    session[SESSION] = secret
    forms.mark()
    response = redirect(local_address(wanted), 303)
    response.delete_cookie(forms.ENTRANCE, path=url_for("pages.sign_in_form"))
    return response


def local_address(wanted: str | None) -> str:
    """Where to go after signing in: an address on this site, else the board."""
    return wanted if wanted and _LOCAL.fullmatch(wanted) else url_for("pages.board")
