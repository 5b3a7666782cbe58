"""A cap on requests that wait (streams and long polls together), so that short ones always find a thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from app.domain.refusals import Refusal

MOST_WAITING = 400

_places = BoundedSemaphore(MOST_WAITING)


def take_place() -> None:
    """Take one of the places of this process for requests that wait. Refusal `too_many_waiting` beyond the cap."""
    if not _places.acquire(blocking=False):
        detail = f"{MOST_WAITING} requests are waiting for a change already."
        raise Refusal("too_many_waiting", detail, "Ask without waiting, or again later.", {"retry_after": 5})


def give_place_back() -> None:
    """Let somebody else wait."""
    _places.release()


@contextmanager
def waiting_place() -> Iterator[None]:
    """Hold a place while the block lasts. Refusal `too_many_waiting` beyond the cap."""
    take_place()
    try:
        yield
    finally:
        give_place_back()
