"""A way past the framework for renewals of leases: a freeze makes every holder ask at once, and the move waits for all.

What comes in as it should is answered from here, by the same functions and to the byte as the view answers it.
Anything else is left to the view.
"""

import json
import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from app.entrypoints.access import sender, token_in
from app.entrypoints.api.bodies import RenewalIn
from app.entrypoints.hardening import HEADERS, LARGEST_REQUEST, harden
from app.entrypoints.problems import Trouble, problem, refusal_of
from app.entrypoints.renewing import LEASE, MAY_RENEW, renewed
from app.services.context import Context

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_ADDRESS = re.compile(f"/api/v1/leases/({LEASE.pattern})")
_FIXED = [("Content-Type", "application/json"), *HEADERS.items()]


class Shortcut:
    """WSGI, before another application. `behind` answers what is not answered here."""

    def __init__(self, behind: "WSGIApplication", context: Callable[[], Context], trouble: Trouble) -> None:
        self.behind = behind
        self._context = context
        self._trouble = trouble

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """See PEP 3333."""
        lease = _lease(environ)
        asked = None if lease is None else _renewal(environ)
        if lease is None or asked is None:
            return self.behind(environ, start_response)
        return self._renew(lease, asked, environ, start_response)

    def _renew(
        self, lease: str, asked: RenewalIn, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            context = self._context()
            context.ensure_started()
            caller = sender(context, token_in(environ.get("HTTP_AUTHORIZATION", "")), environ.get("REMOTE_ADDR", ""))
            caller.require_role({MAY_RENEW})
            told = renewed(context, caller, lease, asked)
        except Exception as error:  # noqa: BLE001 - as the view: whatever it was, it is told as a problem
            refused = harden(problem(refusal_of(error, self._trouble, "PUT leases.renew")))
            return refused(environ, start_response)
        body = json.dumps(told, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        start_response("200 OK", [*_FIXED, ("Content-Length", str(len(body)))])
        return [body]


def _lease(environ: "WSGIEnvironment") -> str | None:
    found = _ADDRESS.fullmatch(environ.get("PATH_INFO", ""))
    return found[1] if found and environ["REQUEST_METHOD"] == "PUT" else None


def _renewal(environ: "WSGIEnvironment") -> RenewalIn | None:
    """The body, if it is one that the view would take. It can be read again afterwards."""
    length: str = environ.get("CONTENT_LENGTH", "")
    is_plain = environ.get("CONTENT_TYPE") == "application/json" and length.isascii() and length.isdigit()
    if not is_plain or int(length[:9]) > LARGEST_REQUEST:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    try:
        sent: Any = json.loads(body)
        return RenewalIn.model_validate(sent)
    except (ValueError, RecursionError, ValidationError):
        return None
