"""How threads of one process tell each other of changes."""

import threading
from collections.abc import Callable

from app.services.notices import Notices

SOON = 10.0


def waiting(wait: Callable[[], int]) -> tuple[threading.Thread, list[int]]:
    """A thread that waits, and what it was told."""
    told: list[int] = []
    thread = threading.Thread(target=lambda: told.append(wait()), daemon=True)
    thread.start()
    return thread, told


def test_whoever_waits_for_a_change_is_told_of_any() -> None:
    notices = Notices()
    thread, told = waiting(lambda: notices.wait(notices.count, SOON))
    notices.publish()
    thread.join(SOON)
    assert told == [1]


def test_a_stream_is_told_of_a_newer_revision_and_not_of_a_change_without_one() -> None:
    notices = Notices()
    notices.publish(7)
    thread, told = waiting(lambda: notices.wait_for_revision(7, SOON))
    notices.publish()
    notices.publish(6)
    thread.join(0.2)
    assert told == []
    notices.publish(8)
    thread.join(SOON)
    assert told == [8]


def test_a_stream_is_told_when_veterans_are_told_something_else_at_the_same_revision() -> None:
    notices = Notices()
    notices.publish(7)
    counted = notices.retold
    thread, told = waiting(lambda: notices.wait_for_revision(7, SOON, counted))
    notices.publish(7)
    thread.join(0.2)
    assert told == []
    notices.publish(7, retold=True)
    thread.join(SOON)
    assert (told, notices.retold) == ([7], counted + 1)


def test_a_revision_never_goes_down() -> None:
    notices = Notices()
    for revision in (5, 3, -1):
        notices.publish(revision)
    assert (notices.revision, notices.count) == (5, 3)


def test_a_wait_ends_without_news() -> None:
    notices = Notices()
    assert (notices.wait(0, 0.01), notices.wait_for_revision(-1, 0.01)) == (0, -1)
