"""`Idempotency-Key`: a request that is sent twice is done once, and answered twice alike."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, jsonify, request

from app.domain.refusals import Refusal
from app.entrypoints.access import caller
from app.entrypoints.asked import context
from app.services.store import Unreachable

Answer = tuple[dict[str, Any], int]
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def idempotent(view: Callable[..., Answer]) -> Callable[..., Response]:
    """Keep the view's answer for 24 hours under the key that the request names, if it names one.

    Refusals `idempotency_key_reused`, `idempotency_in_progress`. A refused request changed nothing and is not kept.
    """

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return _response(*view(*args, **kwargs))
        if not _KEY.fullmatch(key):
            raise Refusal("malformed", "An Idempotency-Key has 1 to 200 printable characters.", "Send another.")
        return _once(key, lambda: view(*args, **kwargs))

    return answer


def _once(key: str, do: Callable[[], Answer]) -> Response:
    token = caller.token or caller.actor
    with context.store.writing() as unit:
        kept = unit.answers.begin(token, key, _hash())
    if kept is not None:
        if kept.request_hash != _hash():
            raise Refusal("idempotency_key_reused", "This key was used for another request.", "Use a new key.")
        if kept.status is None or kept.body is None:
            facts = {"retry_after": 2}
            raise Refusal("idempotency_in_progress", "The first request still runs.", "Ask again in a moment.", facts)
        return _response(dict(kept.body), kept.status)
    try:
        body, status = do()
    except Unreachable:
        raise  # it may have been done all the same: the key stays claimed, and is free again after a minute
    except BaseException:
        with context.store.writing() as unit:
            unit.answers.drop(token, key)
        raise
    with context.store.writing() as unit:
        unit.answers.finish(token, key, status, body)
    return _response(body, status)


def _hash() -> str:
    said = b"\0".join((request.method.encode(), request.full_path.encode(), request.get_data()))
    return hashlib.sha256(said).hexdigest()


def _response(body: dict[str, Any], status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    return response
