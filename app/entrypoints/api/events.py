"""Events: a stream that says that a revision came, for whoever must know at once."""

from collections.abc import Iterator
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.asked import context
from app.services.clock import Clock
from app.services.notices import Notices
from app.services.streaming import revisions
from app.services.waiting import give_place_back, take_place

blueprint = APIBlueprint("events", __name__, url_prefix="/api/v1/events", tag="Events")

_LONGEST_ID = 18
_STREAM: dict[int | str, Any] = {200: {"description": "A stream.", "content": {"text/event-stream": {}}}}


@blueprint.get("")
@blueprint.doc(responses=_STREAM)
@may(Role.VIEWER, Role.CLIENT)
def stream() -> Response:
    """Server-sent events: `revision` with `{"revision": N}` and N as its id; a comment every 5 seconds without one.

    The first event is the present revision. With `Last-Event-ID` only what is newer is told. Beyond the cap of those
    who wait: 503 with Retry-After.
    """
    take_place()
    response = Response(_told(context.notices, context.clock, _seen()), content_type="text/event-stream")
    response.call_on_close(give_place_back)
    response.headers["X-Accel-Buffering"] = "no"  # a proxy that gathers bytes would make news old
    return response


def _told(notices: Notices, clock: Clock, seen: int) -> Iterator[bytes]:
    yield b": the stream is open\n\n"
    for revision in revisions(notices, clock, seen):
        if revision is None:
            yield b": nothing has changed\n\n"
        else:
            yield b'id: %d\nevent: revision\ndata: {"revision":%d}\n\n' % (revision, revision)


def _seen() -> int:
    text = request.headers.get("Last-Event-ID", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else -1
