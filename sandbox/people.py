"""Invented people, the same for the same seed, and how each system knows them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

FIRST_VA_PROFILE_ID = 1_000_001
FIRST_MHV_CORRELATION_ID = 9_000_001
_LONG_AGO = datetime(2026, 1, 5, 12, tzinfo=UTC)

MHV_FLAGS = ("rx", "bbmi", "appointments", "newsletter", "healthsummary")
# Each as often as it is named: most people have set nothing in VA Profile.
_PERMISSIONS: tuple[tuple[tuple[int, int], ...], ...] = (
    *(((),) * 16),
    ((4, 1),),  # a text message about the same thing is another preference
    ((3, 1), (4, 1)),
    ((9, 2),),
    ((4, 2), (10, 2)),
)


@dataclass(frozen=True, slots=True)
class Permission:
    """What a person has set in VA Profile: an item, its channel (1 text, 2 e-mail), yes or no, and when."""

    item: int
    channel: int
    allowed: bool
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """One person and what they have chosen before anything moves.

    `flags` are MHV's yes or no, by the last part of its address; `messages` is MHV's number for secure messaging
    (0 none, 1 each message, 2 once daily).
    """

    va_profile_id: int
    mhv_correlation_id: str
    email: str
    flags: Mapping[str, bool]
    messages: int
    permissions: tuple[Permission, ...]


def person(number: int, seed: int) -> Person:
    """The person with this number, from 1 on; the same whatever the size of the crowd."""
    dice = Random(f"{seed} {number}")
    return Person(
        va_profile_id=FIRST_VA_PROFILE_ID + number - 1,
        mhv_correlation_id=str(FIRST_MHV_CORRELATION_ID + number - 1),
        email=f"person-{number:04d}@people.invalid",
        flags={flag: dice.random() < 0.6 for flag in MHV_FLAGS},
        messages=dice.randrange(3),
        permissions=tuple(
            Permission(item, channel, dice.random() < 0.5, _LONG_AGO + timedelta(minutes=dice.randrange(100_000)))
            for item, channel in dice.choice(_PERMISSIONS)
        ),
    )


def people(count: int, seed: int) -> Iterator[Person]:
    """All of them, one after the other."""
    return (person(number, seed) for number in range(1, count + 1))


def is_one_of(va_profile_id: int, count: int) -> bool:
    """Whether VA Profile knows this id, in a crowd of that size."""
    return 0 <= va_profile_id - FIRST_VA_PROFILE_ID < count


def known_to_mhv(mhv_correlation_id: str, count: int) -> int | None:
    """The VA Profile id of the person whom MHV knows by this id; None when MHV does not."""
    if not (mhv_correlation_id.isascii() and mhv_correlation_id.isdigit() and len(mhv_correlation_id) < 19):
        return None
    found = int(mhv_correlation_id) - FIRST_MHV_CORRELATION_ID + FIRST_VA_PROFILE_ID
    return found if is_one_of(found, count) else None


def hashed(salt: str, va_profile_id: int) -> str:
    """The person's name in every log: SHA-256 of salt and VA Profile id, in hexadecimal. One salt serves one run.

    Both systems hash the same id, so that a checker can tell that two lines are about the same person.
    """
    return hashlib.sha256(f"{salt}{va_profile_id}".encode()).hexdigest()
