"""Who owns what now, for anyone who asks; advisory, it grants nothing.

A process that cannot read the database answers from memory, but only while what it remembers is younger than the
shortest advisory ttl: a drain waits for writers who act by such answers for no longer than that.
"""

from dataclasses import replace

from app.services.announcing import standing_now
from app.services.context import Context
from app.services.showing import Snapshot, snapshot
from app.services.store import Unreachable


def ownership(context: Context) -> Snapshot:
    """Everybody's ownership, read from the database now, or as remembered. Raises Unreachable."""
    asked = context.clock.instant()
    try:
        with context.store.reading() as unit:
            standing = standing_now(unit, context.memory)
    except Unreachable:
        return _remembered(context)
    context.memory.keep(standing, asked)
    return snapshot(context.catalogue, standing)


def ownership_other_than(context: Context, etag: str, key: str | None, seconds: float) -> Snapshot:
    """The ownership as soon as its entity tag differs from `etag`, or after `seconds` as it is then."""
    began = context.clock.monotonic()
    while True:
        seen = context.notices.count
        present = ownership(context)
        body = present.body(key)
        left = seconds - (context.clock.monotonic() - began)
        if body is None or present.etag(body) != etag or left <= 0:
            return present
        # A notice that begins or ends changes the answer, and nobody tells of it.
        context.notices.wait(seen, left if present.lasts is None else min(left, present.lasts))


def _remembered(context: Context) -> Snapshot:
    found = context.memory.recall(context.clock.instant(), context.catalogue.memory_limit)
    if found is None:
        raise Unreachable("the database does not answer, and what is remembered is too old")
    standing, age = found
    return replace(snapshot(context.catalogue, standing), age=age)
