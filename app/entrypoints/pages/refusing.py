"""Refusals as pages: the same sentences as everywhere else, and where to go on."""

from flask import Response, g, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.refusals import Refusal
from app.entrypoints.access import SESSION

_FIRST = "Somebody else was first. Nothing was done"
_SIGNED_OUT = {"not_signed_in": "signed_out", "session_ended": "ended", "role_ended": "role_ended"}
_SIGNING_IN = ("no_role", "sign_in_closed", "sign_in_failed")
_READS = ("GET", "HEAD")


def refused(refusal: Refusal) -> AnyResponse:
    """The page that says no. Whoever only looks and is not signed in is sent to sign in instead."""
    if refusal.code in _SIGNED_OUT and request.method in _READS and request.endpoint != "pages.sign_in_form":
        entrance = url_for("pages.sign_in_form", because=_SIGNED_OUT[refusal.code], next=_here())
        # A part that fetches itself would follow a redirect and find nothing of itself there: the whole page must go.
        in_part = "HX-Request" in request.headers
        return make_response("", 401, {"HX-Redirect": entrance}) if in_part else redirect(entrance, 303)
    body = render_template(
        "refused.html",
        refusal=refusal,
        heading=_heading(refusal),
        links=_links(refusal),
        may_sign_in_anew=SESSION in session and "caller" not in g,
    )
    response: Response = make_response(body, refusal.status)
    if "retry_after" in refusal.facts:
        response.headers["Retry-After"] = str(refusal.facts["retry_after"])
    return response


def _heading(refusal: Refusal) -> str:
    """A second press of the same button finds the move of the first: that is being late, as a stale epoch is."""
    sent_late = refusal.code in ("move_open", "changed_meanwhile") and request.method not in _READS
    return _FIRST if sent_late or refusal.code == "epoch_stale" else refusal.title


def _links(refusal: Refusal) -> list[tuple[str, str]]:
    """Where to go on, as words and address."""
    links: list[tuple[str, str]] = []
    move, key = refusal.facts.get("move"), refusal.facts.get("key")
    if isinstance(move, int) and refusal.code == "too_late_to_call_off":
        links.append(("Undo the move…", url_for("pages.undo_form", number=move)))
    if isinstance(move, int):
        links.append((f"Look at move {move}", url_for("pages.move", number=move)))
    if refusal.status == 401 or refusal.code in _SIGNING_IN:
        links.append(("Sign in", url_for("pages.sign_in_form")))
    elif refusal.code != "too_many_tries":
        words = "Show it as it is now" if key else "Back to the board"
        links.append((words, url_for("pages.board", _anchor=key)))
    return links


def _here() -> str:
    return request.full_path.rstrip("?")
