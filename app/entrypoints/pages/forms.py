"""Forms: each carries the mark that its page was given, so that no other site can send it for somebody."""

import hmac
import secrets

from flask import request, session

from app.domain.refusals import Refusal

FIELD = "mark"
ENTRANCE = "cutover_entrance"
"""The cookie of the sign-in form's mark. Not in the session: a link from another site comes without the session's
cookie, and a new session would then sign out whoever is signed in."""

WITH_TEXTS = {"pages.write_plan"}
"""Forms that carry the text of a plan. A text that is too long is told on the form, which keeps it."""
LARGEST_TEXT = 384 * 1024


def mark() -> str:
    """The mark of this session, drawn when it is first asked for."""
    if FIELD not in session:
        session[FIELD] = new_mark()
    given: str = session[FIELD]
    return given


def new_mark() -> str:
    """A mark that nobody can guess."""
    return secrets.token_urlsafe(24)


def require_mark() -> None:
    """Before each request: refuse a form without its mark (Refusal `form_expired`)."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        if request.endpoint in WITH_TEXTS:
            request.max_content_length = LARGEST_TEXT
        entrance = request.endpoint == "pages.sign_in"
        known = request.cookies.get(ENTRANCE) if entrance else session.get(FIELD)
        sent = request.form.get(FIELD, "")
        if not known or not hmac.compare_digest(str(known).encode(), sent.encode()):
            raise Refusal(
                "form_expired",
                "This form was given out to somebody else, or too long ago. Nothing was done.",
                "Open the page again and send it from there.",
            )


def entered(name: str) -> str:
    """What was entered in a field, without blanks around it."""
    return request.form.get(name, "").strip()


def number_entered(name: str) -> int:
    """A whole number from a hidden field (Refusal `malformed`)."""
    text = entered(name)
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Refusal("malformed", "This form is not complete. Nothing was done.", "Open the page again.")
    return int(text)
