"""Events: a stream that says that a revision came, for whoever must know at once."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from app.domain.roles import Role
from app.entrypoints.access import caller, may
from app.entrypoints.asked import context
from app.services.streaming import Source, news
from app.services.waiting import give_place_back, take_place

blueprint = APIBlueprint("events", __name__, url_prefix="/api/v1/events", tag="Events")

_LONGEST_ID = 18
_MOST_KEYS = 200
_STREAM: dict[int | str, Any] = {200: {"description": "A stream.", "content": {"text/event-stream": {}}}}


@blueprint.get("")
@blueprint.doc(responses=_STREAM)
@may(Role.VIEWER, Role.CLIENT)
def stream() -> Response:
    """Server-sent events: `revision` with `{"revision": N}` and N as its id; a comment every 5 seconds without one.

    The first event is the present revision. With `Last-Event-ID` only what is newer is told. When a notice for Veterans
    begins or ends between two revisions, an event `notices` without an id says so; none is told again later.

    With `routes` an event brings the routes of these preferences too, unless a system checks permits: those are given
    to each lease by itself. Beyond the cap of those who wait: 503 with Retry-After.
    """
    keys = _keys()
    take_place()
    response = Response(_told(Source(context.notices, context.memory, context.clock), _seen(), keys))
    response.content_type = "text/event-stream"
    response.call_on_close(give_place_back)
    response.headers["X-Accel-Buffering"] = "no"  # a proxy that gathers bytes would make news old
    return response


def _told(source: Source, seen: int, keys: Sequence[str]) -> Iterator[bytes]:
    yield b": the stream is open\n\n"
    for one in source.revisions(seen):
        if one is None:
            yield b": nothing has changed\n\n"
        elif one.retold:
            yield b'event: notices\ndata: {"revision":%d}\n\n' % one.revision
        else:
            told = news(source.memory, one.revision, keys)
            data = json.dumps(told, separators=(",", ":")).encode()
            yield b"id: %d\nevent: revision\ndata: %s\n\n" % (told["revision"], data)


def _keys() -> list[str]:
    keys = [key for key in request.args.get("routes", "").split(",")[:_MOST_KEYS] if key]
    for key in keys:
        caller.require_key(key)
    return [] if context.driver.fences.fenced else keys


def _seen() -> int:
    text = request.headers.get("Last-Event-ID", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else -1
