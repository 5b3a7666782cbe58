"""What is stopped or locked, as the pages say it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.catalogue import Catalogue
from app.domain.roles import Caller, Role
from app.services.locking import mend_of
from app.services.plan_store import Lock


@dataclass(frozen=True, slots=True)
class Halt:
    """One stop or lock: its heading, since when, by whom and why, and the page that lifts it, for who may."""

    lock: Lock
    heading: str
    means: str
    mend: str
    page: str | None
    values: Mapping[str, str]
    words: str


def halts_of(locks: Mapping[str, Lock], catalogue: Catalogue, caller: Caller, only: str | None = None) -> list[Halt]:
    """Everything that is stopped, the stop of everything first; `only`: what concerns this preference."""
    concerned = [lock for key, lock in sorted(locks.items()) if only is None or key in ("", only)]
    return [_halt(lock, catalogue, caller) for lock in concerned]


def _halt(lock: Lock, catalogue: Catalogue, caller: Caller) -> Halt:
    page = "pages.unlock_form" if lock.key else "pages.lift_form"
    there = page if caller.holds({Role.ADMIN}) else None
    if lock.key:
        means = "It cannot move, and its owner goes on writing. A way back stays open."
        return Halt(
            lock, f"{catalogue.title(lock.key)} is locked", means, mend_of(lock), there, {"key": lock.key}, "Unlock"
        )
    means = (
        "No step starts, and moves before their activation were called off. Each preference stays with its owner. "
        "A way back stays open."
    )
    return Halt(lock, "Everything is stopped", means, mend_of(lock), there, {}, "Start again")
