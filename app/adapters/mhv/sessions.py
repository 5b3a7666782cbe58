"""MHV's sessions, kept in memory until they end: every call needs the token of one."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from threading import Lock

from app.services.clock import Clock

KEPT = 10_000
# A session that ends while the call is on its way costs a 401 and a second call.
MARGIN = timedelta(seconds=5)


class Door(Enum):
    """A part of MHV with sessions of its own: the address that opens one, and where its preferences are."""

    USER_MANAGEMENT = ("v1/usermgmt/auth/session", "v1/usermgmt/notification")
    SECURE_MESSAGING = ("v1/sm/patient/session", "v1/sm/patient/preferences")

    @property
    def session(self) -> str:
        """The path that opens a session."""
        return self.value[0]

    def path(self, name: str) -> str:
        """The path of one thing behind this door."""
        return f"{self.value[1]}/{name}"


@dataclass(frozen=True, slots=True)
class Session:
    """A token and when it ends; None when MHV did not say so in a way that can be read."""

    token: str = field(repr=False)
    ends: datetime | None


def session_from(token: str, expires: str | None) -> Session:
    """A session as MHV's headers tell it. `expires` is an HTTP date."""
    try:
        ends = parsedate_to_datetime(expires or "")
    except ValueError:
        return Session(token, None)
    return Session(token, ends.replace(tzinfo=UTC) if ends.tzinfo is None else ends)


class Sessions:
    """The sessions of many people, the least used forgotten first. Safe to be used from many threads at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[tuple[Door, str], Session] = OrderedDict()

    def token(self, door: Door, person: str) -> str | None:
        """A token that has not ended yet."""
        with self._lock:
            session = self._kept.get((door, person))
            if session is None:
                return None
            if session.ends is None or session.ends - MARGIN <= self._clock.now():
                del self._kept[door, person]
                return None
            self._kept.move_to_end((door, person))
            return session.token

    def keep(self, door: Door, person: str, session: Session) -> None:
        """Keep a session for later; one without a known end is not kept."""
        if session.ends is None:
            return
        with self._lock:
            self._kept[door, person] = session
            self._kept.move_to_end((door, person))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def forget(self, door: Door, person: str, token: str) -> None:
        """Forget a token that MHV no longer takes, unless another thread has put a newer one in its place."""
        with self._lock:
            session = self._kept.get((door, person))
            if session is not None and session.token == token:
                del self._kept[door, person]
