"""A cap on requests that wait, so that they never take every thread from those that do not."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from app.domain.refusals import Refusal

MOST_WAITING = 64

_places = BoundedSemaphore(MOST_WAITING)


@contextmanager
def waiting_place() -> Iterator[None]:
    """Hold one of the places of this process for requests that wait. Refusal `too_many_waiting` beyond the cap."""
    if not _places.acquire(blocking=False):
        detail = f"{MOST_WAITING} requests are waiting for a change already."
        raise Refusal("too_many_waiting", detail, "Ask without waiting, or again later.", {"retry_after": 5})
    try:
        yield
    finally:
        _places.release()
