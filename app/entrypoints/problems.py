"""Refusals as `application/problem+json` (RFC 9457): one mapping from what went wrong to what a caller is told."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from apiflask.exceptions import HTTPError
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from app.domain.refusals import Refusal
from app.services.store import Lost, ReadOnly, Unreachable

Trouble = Callable[[str, Exception], None]

_BY_STATUS = {
    400: Refusal("malformed", "The request cannot be read.", "Send JSON as the API's documents say."),
    404: Refusal(
        "not_found", "There is nothing at this address.", "See /api, or /api/v1/openapi.json, for the addresses."
    ),
    405: Refusal("method_not_allowed", "This address does not take that method.", "See /api, or /api/v1/openapi.json."),
    413: Refusal("too_large", "The request is larger than 64 KiB.", "Send less at once."),
    415: Refusal("malformed", "The request is not JSON.", "Send Content-Type: application/json."),
}
_LOST = Refusal("epoch_stale", "Somebody else was first. Nothing was done.", "Look at it as it is now.")
_AWAY = Refusal(
    "database_unreachable",
    "The controller cannot reach its database. Whether this request changed anything is not known.",
    "Look again in a moment, then decide.",
    {"retry_after": 5},
)
_FOLLOWS = Refusal(
    "database_unreachable",
    "The controller's database takes no changes: it only follows another one now. Nothing was done.",
    "Looking goes on. Whoever runs the database makes it the first one again, or says where that is.",
    {"retry_after": 5, "read_only": True},
)
_UNEXPECTED = Refusal("unexpected", "Something went wrong that should not have.", "Tell whoever runs the controller.")


def told(refusal: Refusal) -> dict[str, Any]:
    """The members of a problem."""
    return {
        **refusal.facts,
        "type": f"/api#{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "code": refusal.code,
        "detail": refusal.detail,
        "mend": refusal.mend,
    }


def problem(refusal: Refusal) -> Response:
    """The answer to a refused request."""
    response = Response(json.dumps(told(refusal)), refusal.status, content_type="application/problem+json")
    if "retry_after" in refusal.facts:
        response.headers["Retry-After"] = str(refusal.facts["retry_after"])
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def refusal_of(error: Exception, trouble: Trouble, place: str) -> Refusal:
    """What a person is told of any exception; an unexpected one is logged by its kind and `place`."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPError):
        return Refusal("invalid", f"{'; '.join(_wrong(error.detail))}.", "Send what the API's documents say.")
    if isinstance(error, HTTPException):
        return _BY_STATUS.get(error.code or 500, _BY_STATUS[400])
    if isinstance(error, Lost):
        return _LOST
    trouble(place, error)
    if isinstance(error, ReadOnly):
        return _FOLLOWS
    return _AWAY if isinstance(error, Unreachable) else _UNEXPECTED


def _wrong(found: Any, place: str = "") -> Iterator[str]:
    """A sentence for each thing that a body says wrong: the place in it and why, never what was sent."""
    if isinstance(found, dict):
        for name, inner in found.items():
            yield from _wrong(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(found, list):
        yield f"{place}: {', '.join(str(one) for one in found)}"
    else:
        yield f"{place}: {found}"


def _is_browser() -> bool:
    """Whether a page is preferred. Not by what comes first: a browser's list is led by a kind with a parameter."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def install(app: Flask, trouble: Trouble, page: Callable[[Refusal], Any]) -> None:
    """Answer every error of `app`: pages with a page, everything else with a problem."""

    @app.errorhandler(HTTPError)
    @app.errorhandler(Exception)
    def answer(error: Exception) -> Any:
        refusal = refusal_of(error, trouble, f"{request.method} {request.endpoint}")
        is_page = request.blueprint == "pages" or (request.endpoint is None and _is_browser())
        return page(refusal) if is_page else problem(refusal)
