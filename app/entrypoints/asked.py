"""What every view needs of the request and of the process that answers it."""

from typing import TypeVar

from flask import current_app, request
from werkzeug.local import LocalProxy

from app.domain.refusals import Refusal
from app.services.context import Context

EXTENSION = "cutover"

Found = TypeVar("Found")


def _context() -> Context:
    answered: Context = current_app.extensions[EXTENSION]()
    return answered


context: Context = LocalProxy(_context)  # type: ignore[assignment]  # a proxy of one


def existing(found: Found | None, what: str) -> Found:
    """What was found; Refusal `not_found` when it was not."""
    if found is None:
        raise Refusal("not_found", f"There is no {what}.", "Look at the list of those that are there.")
    return found


def require_unchanged(etag: str) -> None:
    """Refuse a change decided on an older state than `etag` (`If-Match`; Refusal `changed_meanwhile`)."""
    if request.if_match and not request.if_match.contains(etag.strip('"')):
        raise Refusal(
            "changed_meanwhile",
            "It was changed since you read it. Nothing was done.",
            "Look at it as it is now and decide again.",
            {"etag": etag},
        )


def require_match(version: int) -> None:
    """Refuse a change that says not on which version it was decided, or another one than the present one.

    Refusals `match_missing`, `changed_meanwhile`.
    """
    if not request.if_match:
        mend = f'Send If-Match: "{version}" if you have seen it as it is now.'
        raise Refusal("match_missing", "The version that you decided on is missing.", mend, {"version": version})
    require_unchanged(f'"{version}"')


def require_version(seen: int, present: int) -> None:
    """The same, of a form that carries the version that its page showed (Refusal `changed_meanwhile`)."""
    if seen != present:
        raise Refusal(
            "changed_meanwhile",
            f"It was changed since you looked at it: you saw version {seen}, and now it is version {present}.",
            "Look at it as it is now and decide again.",
            {"version": present},
        )


def require_json() -> None:
    """Before each request: refuse a body for the API that is not JSON, or says so of itself (Refusal `malformed`).

    A form on another site can send text/plain; what it sends must never be read.
    """
    if request.endpoint is None or request.blueprint == "pages" or request.method == "GET" or not request.get_data():
        return
    if not request.is_json:
        raise Refusal("malformed", "The request is not JSON.", "Send Content-Type: application/json.")
    try:
        request.get_json()
    except RecursionError:
        raise Refusal("malformed", "The request is nested too deeply.", "Send what the documents say.") from None


def number_asked(name: str, default: int, highest: int) -> int:
    """A whole number from the query, from 0 to `highest` (Refusal `malformed`)."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or int(text[:12]) > highest:
        raise Refusal("malformed", f"{name} is a whole number from 0 to {highest}.", f"For example: ?{name}={default}")
    return int(text)
