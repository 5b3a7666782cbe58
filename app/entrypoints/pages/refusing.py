"""Refusals as pages: the same sentences as everywhere else, and where to go on."""

from collections.abc import Sequence

from flask import Response, g, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.refusals import Refusal
from app.domain.roles import INCLUDES, Role
from app.entrypoints.access import SESSION
from app.entrypoints.asked import context
from app.entrypoints.pages.late import move_of, told, way_back
from app.entrypoints.pages.outage import outage_of

_FIRST = "Somebody else was first. Nothing was done"
_SIGNED_OUT = {"not_signed_in": "signed_out", "session_ended": "ended", "role_ended": "role_ended"}
_SIGNING_IN = ("no_role", "sign_in_closed", "sign_in_failed")
_UNCERTAIN = ("database_changed", "recovering")
_READS = ("GET", "HEAD")
_AWAY = "database_unreachable"
_LATE = ("move_open", "changed_meanwhile", "already_ended")
"""Refusals of a form that was sent after somebody else's."""
_LOOKS_ON = "You can look, but not change"
_FOLLOWS = "The controller’s database takes no changes"
_FOR_PROGRAMS = "See /api"
_ONLY_LOOKING = {"pages.tokens"}
"""Pages that change nothing, and that not everybody who may look may see."""

_ROLE_WORDS = {
    Role.VIEWER: "A viewer",
    Role.OPERATOR: "An operator",
    Role.APPROVER: "An approver",
    Role.ADMIN: "An administrator",
}


def refused(refusal: Refusal) -> AnyResponse:
    """The page that says no. Whoever only looks and is not signed in is sent to sign in instead."""
    if refusal.code in _SIGNED_OUT and request.method in _READS and request.endpoint != "pages.sign_in_form":
        entrance = url_for("pages.sign_in_form", because=_SIGNED_OUT[refusal.code], next=_here())
        # A part that fetches itself would follow a redirect and find nothing of itself there: the whole page must go.
        in_part = "HX-Request" in request.headers
        return make_response("", 401, {"HX-Redirect": entrance}) if in_part else redirect(entrance, 303)
    late = told(refusal)
    body = render_template(
        "refused.html",
        refusal=refusal,
        heading=_heading(refusal),
        detail=late or _detail(refusal),
        mend=_mend(refusal) if late is None else _mend_of_late(refusal),
        outage=outage_of(context) if refusal.code == _AWAY else None,
        is_away=refusal.code == _AWAY,
        links=_links(refusal),
        may_sign_in_anew=SESSION in session and "caller" not in g,
    )
    response: Response = make_response(body, refusal.status)
    if "retry_after" in refusal.facts:
        response.headers["Retry-After"] = str(refusal.facts["retry_after"])
    return response


def _heading(refusal: Refusal) -> str:
    """A second press of the same button finds the move of the first: that is being late, as a stale epoch is."""
    if _looks_on(refusal):
        return _LOOKS_ON
    if refusal.facts.get("read_only"):
        return _FOLLOWS
    sent_late = refusal.code in _LATE and request.method not in _READS
    return _FIRST if sent_late or refusal.code == "epoch_stale" else refusal.title


def _looks_on(refusal: Refusal) -> bool:
    """Whether somebody who may look was refused a change."""
    if refusal.code != "not_allowed" or request.endpoint in _ONLY_LOOKING:
        return False
    held = {included for role in refusal.facts.get("held", ()) for included in INCLUDES[Role(role)]}
    return Role.VIEWER in held


def _detail(refusal: Refusal) -> str:
    """What happened. The heading is not said twice, and whoever only looked has changed nothing for certain."""
    if refusal.code != _AWAY or not refusal.detail.startswith(refusal.title):
        return refusal.detail
    return "" if request.method in _READS else refusal.detail.removeprefix(f"{refusal.title}. ")


def _mend(refusal: Refusal) -> str:
    """What to do now, on a page: its reader has neither documents of the API nor headers before them."""
    if refusal.code == "not_found" and refusal.mend.startswith(_FOR_PROGRAMS):
        return "Look whether the address is right, or begin at the board."
    if refusal.code == "method_not_allowed" and refusal.mend.startswith(_FOR_PROGRAMS):
        return "Open the page again and use its buttons."
    if refusal.code == "not_allowed" and "needed" in refusal.facts:
        return _who_can([role for role in map(Role, refusal.facts["needed"]) if role is not Role.CLIENT])
    return refusal.mend.replace("Ask again after Retry-After seconds.", "").strip()


def _mend_of_late(refusal: Refusal) -> str:
    """The same, where the ledger has said who was first."""
    if refusal.code == "move_open":
        return "Wait for it, or call it off on its page."
    return "" if refusal.code == "too_late_to_call_off" else refusal.mend


def _who_can(roles: Sequence[Role]) -> str:
    gives = "" if Role.ADMIN in roles else " An administrator gives roles."
    return f"{' or '.join(_ROLE_WORDS[role] for role in roles) or 'Nobody'} can.{gives}"


def _links(refusal: Refusal) -> list[tuple[str, str]]:
    """Where to go on, as words and address."""
    links: list[tuple[str, str]] = []
    move, key = move_of(refusal), refusal.facts.get("key")
    if refusal.code == "too_late_to_call_off" and (words := way_back(refusal)) is not None:
        links.append((words, url_for("pages.undo_form", number=move)))
    if move is not None:
        links.append((f"Look at move {move}", url_for("pages.move", number=move)))
    if "address" in refusal.facts:
        links.append(("Show it as it is now", str(refusal.facts["address"])))
    if refusal.code in _UNCERTAIN:
        links.append(("How far the recovery is", url_for("pages.recovery")))
    if refusal.code == "not_allowed":
        links.append(("How roles are given", url_for("pages.help", _anchor="how-roles-are-given")))
    if refusal.code == _AWAY:
        links.append(("Try again", _here() if request.method in _READS else url_for("pages.board")))
    elif refusal.status == 401 or refusal.code in _SIGNING_IN:
        links.append(("Sign in", url_for("pages.sign_in_form")))
    elif refusal.code != "too_many_tries":
        words = "Show it as it is now" if key else "Back to the board"
        links.append((words, url_for("pages.board", _anchor=key)))
    return links


def _here() -> str:
    return request.full_path.rstrip("?")
