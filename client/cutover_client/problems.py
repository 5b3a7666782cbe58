"""What a fence says no with: `application/problem+json` (RFC 9457), with a stable code and what to do now."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse

from cutover_client.routes import Refused

STATUSES: Mapping[str, int] = {
    "permit_missing": 403,
    "permit_forged": 403,
    "permit_elsewhere": 403,
    "permit_expired": 403,
    "epoch_passed": 409,
    "writes_under_way": 503,
    "epochs_unusable": 503,
    "malformed": 400,
}
"""The status that each code of a fence is answered with."""


def refused(start_response: StartResponse, refusal: Refused) -> Iterable[bytes]:
    """Answer with a refusal."""
    members = {**refusal.facts, "code": refusal.code, "detail": refusal.detail, "mend": refusal.mend}
    return told(start_response, STATUSES[refusal.code], members)


def told(start_response: StartResponse, status: int, members: Mapping[str, Any]) -> Iterable[bytes]:
    """Answer with JSON: with a problem, unless the status says that all is well."""
    title = HTTPStatus(status).phrase
    is_well = status < 400
    problem = {} if is_well else {"type": "about:blank", "title": title, "status": status}
    body = json.dumps({**problem, **members}).encode()
    kind = "application/json" if is_well else "application/problem+json"
    headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    if "retry_after" in members:
        headers.append(("Retry-After", str(members["retry_after"])))
    start_response(f"{status} {title}", headers)
    return [body]
