"""Signing in with a token or a one-time code, and out again. The session holds the token's id, never the token."""

import re

from flask import current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.domain.refusals import Refusal
from app.domain.roles import Caller, Role
from app.entrypoints.access import open_to_all
from app.entrypoints.asked import context
from app.entrypoints.pages import forms
from app.entrypoints.pages.cookies import over_https
from app.entrypoints.pages.tries import Tries
from app.services.tokens import caller_of, caller_with_code

TRIES = "sign_in_tries"
FORM_LIVES = 60 * 60
"""Seconds."""

_BECAUSE = {
    "signed_out": "You are not signed in. Sign in to see this page.",
    "ended": "You were signed out: the token that you signed in with is not known any more, or it has ended.",
    "done": "You are signed out.",
}
# Only what begins with one slash stays on this site: browsers read "//" and "/\" as the name of another one.
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@open_to_all
def sign_in_form() -> Response:
    """Asks for a token; a one-time code in the address waits behind a button, so that a prefetch cannot use it up."""
    return _form(_BECAUSE.get(request.args.get("because", "")))


@open_to_all
def sign_in() -> Response:
    """Begin a session. Refusals `too_many_tries`, `not_allowed`."""
    tries: Tries = current_app.extensions[TRIES]
    address = request.remote_addr or ""
    tries.require(address, context.clock.monotonic())
    try:
        caller = _caller()
    except Refusal as refusal:
        if refusal.code != "token_unknown":
            raise
        tries.failed(address, context.clock.monotonic())
        return _form(None, refusal)
    _require_reader(caller)
    session.clear()
    session.permanent = True
    session["token"] = caller.token
    forms.mark()
    response = redirect(_next(request.form.get("next")), 303)
    response.delete_cookie(forms.ENTRANCE, path=url_for("pages.sign_in_form"))
    return response


@open_to_all
def sign_out() -> Response:
    """End the session."""
    session.clear()
    return redirect(url_for("pages.sign_in_form", because="done"), 303)


def _caller() -> Caller:
    code = forms.entered("code")
    return caller_with_code(context.store, code) if code else caller_of(context.store, forms.entered("token"))


def _require_reader(caller: Caller) -> None:
    """No session for a token that can see no page."""
    if not caller.holds({Role.VIEWER}):
        raise Refusal(
            "not_allowed",
            f"These pages are for viewers, operators, approvers and administrators; this token's role is "
            f"{', '.join(sorted(caller.roles))}.",
            "Ask an administrator for a token that may: cutover token create --role viewer",
        )


def _form(sentence: str | None, refusal: Refusal | None = None) -> Response:
    mark = request.cookies.get(forms.ENTRANCE) or forms.new_mark()
    asked = request.form if request.method == "POST" else request.args
    # A used code is of no use any more: after a refusal the form asks for a token.
    code = "" if refusal else asked.get("code", "")
    body = render_template(
        "sign_in.html",
        because=sentence,
        refusal=refusal,
        code=code,
        next=_next(asked.get("next")),
        entrance=mark,
        came_from_elsewhere=request.headers.get("Sec-Fetch-Site") == "cross-site",
    )
    response = current_app.make_response((body, refusal.status if refusal else 200))
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


def _next(wanted: str | None) -> str:
    """Where to go after signing in: an address on this site, else the board."""
    return wanted if wanted and _LOCAL.fullmatch(wanted) else url_for("pages.board")
