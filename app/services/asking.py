"""Who owns what now, for anyone who asks; advisory, it grants nothing."""

from app.services.context import Context
from app.services.showing import Snapshot, snapshot


def ownership(context: Context) -> Snapshot:
    """Everybody's ownership, read from the database now."""
    with context.store.reading() as unit:
        standing = unit.ownerships.snapshot()
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
        context.notices.wait(seen, left)
