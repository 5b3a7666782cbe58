"""What keeps an open page as new as the ledger: a stream that says that something was written, and a page that waits.

The stream says nothing else. Whoever hears it fetches its page again and takes the parts that are live out of it;
without a script the same page is asked for with `after`, and comes when there is something new.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request

from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.asked import context
from app.services.clock import Clock
from app.services.notices import Notices
from app.services.remembering import Memory
from app.services.streaming import LONGEST
from app.services.waiting import give_place_back, take_place, waiting_place

BEAT = 2.0
"""Seconds after which the stream says that it lives. A page that hears nothing for 5 says that it is not live."""

SILENCE = 5.0
"""Seconds after which the stream says no more that it lives, when the database has not answered for so long."""

PATIENCE = 25.0
"""Seconds that a page waits for something new, where it is asked to."""

AFTER = "after"
_LONGEST_NUMBER = 18


@may(Role.VIEWER)
def stream() -> Response:
    """Server-sent events: `change` whenever the ledger has a newer entry, with its number, and `beat` in between.

    Begins behind the entry that `Last-Event-ID` or `after` name. Refusal `too_many_waiting` beyond the cap.
    """
    take_place()
    response = Response(_told(context.notices, context.clock, _seen(), _freshness(context.memory, context.clock)))
    response.content_type = "text/event-stream"
    response.call_on_close(give_place_back)
    response.headers["X-Accel-Buffering"] = "no"  # a proxy that gathers bytes would make news old
    return response


def note_and_wait() -> None:
    """Before each page: note the entry that it is as new as, and with `after` wait until there is a newer one.

    Noted before anything is read, so that what is written meanwhile counts as new.
    """
    asked = request.args.get(AFTER)
    if asked is not None and request.method == "GET" and request.endpoint != "pages.stream":
        with waiting_place():
            context.notices.wait_for_entry(_number(asked), PATIENCE)
    g.entry = context.notices.entry


def everywhere() -> dict[str, Any]:
    """What templates need of this: the number to wait behind, and where a live part is fetched from."""
    entry = g.get("entry", 0)
    return {"entry": entry, "here": here(), "waiting_address": here(**{AFTER: entry})}


def here(**values: object) -> str:
    """The address of this page, without the wish to wait; `values` are added to it."""
    kept = {name: value for name, value in request.args.items() if name != AFTER}
    asked = {**kept, **values}
    return f"{request.path}?{urlencode(asked)}" if asked else request.path


def _freshness(memory: Memory, clock: Clock) -> Callable[[], bool]:
    """Whether the database answered this process a moment ago. If not, no page is live, whatever its connection."""
    return lambda: memory.newest is None or memory.recall(clock.instant(), SILENCE) is not None


def _told(notices: Notices, clock: Clock, seen: int, is_fresh: Callable[[], bool]) -> Iterator[bytes]:
    began = clock.monotonic()
    yield b"event: beat\ndata: \n\n"
    while clock.monotonic() - began < LONGEST:
        present = notices.wait_for_entry(seen, BEAT)
        if present > seen:
            yield b"id: %d\nevent: change\ndata: %d\n\n" % (present, present)
            seen = present
        else:
            yield b"event: beat\ndata: \n\n" if is_fresh() else b": the database does not answer\n\n"


def _seen() -> int:
    return _number(request.headers.get("Last-Event-ID") or request.args.get(AFTER, ""))


def _number(text: str) -> int:
    """A number that was told before; what is none waits for whatever comes next."""
    known = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if known else context.notices.entry
