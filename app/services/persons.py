"""Persons who are signed in on the pages: how a session begins, how long it lives, and what it lets its person do.

Roles are never kept: at each request the settings say what the groups of the session are worth.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.actors import person_actor, sayable_name, sayable_subject
from app.domain.refusals import Refusal
from app.domain.roles import Caller, Role
from app.services.outbox import Seal
from app.services.providers import Known, Over, Provider, Silent
from app.services.recording import By, record
from app.services.sessions import DEVELOPMENT, SessionRow
from app.services.store import Store, Unit
from app.services.tokens import hashed

USE_IS_WRITTEN = timedelta(minutes=1)
"""How often a session's last use is written down at most, so that reading a page writes nothing as a rule."""
ASKED_EVERY = timedelta(minutes=5)
AGAIN_AFTER = timedelta(seconds=30)
"""When a provider that did not answer is asked again."""
AN_ANSWER_TAKES = timedelta(seconds=10)
WAIT, WAITS = 0.25, 12
"""Seconds between two looks for an answer that another request is about to get, and how many."""
SILENT_AT_MOST = timedelta(minutes=15)
"""How long the last known groups count while the provider does not answer."""
KEPT_FOR = timedelta(days=30)
FORGOTTEN_AT_ONCE = 100
_AGAIN = "Nothing was done. Sign in again."

DEVELOPMENT_ROLES: Mapping[str, frozenset[Role]] = {
    role.value: frozenset({role}) for role in Role if role is not Role.CLIENT
}
"""The groups of invented persons are the roles themselves."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lives: without being used, and at most."""

    idle: timedelta = timedelta(minutes=30)
    life: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How people sign in here. Without a provider and without the development sign-in, nobody can."""

    seal: Seal = field(repr=False)
    limits: Limits = field(default_factory=Limits)
    provider: Provider | None = None
    groups: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    development: bool = False
    public_url: str | None = None

    def roles_of(self, provider: str, groups: tuple[str, ...]) -> frozenset[Role]:
        """What these groups are worth now; nothing when their provider is not the one of today."""
        if provider == DEVELOPMENT:
            worth = DEVELOPMENT_ROLES if self.development else {}
        else:
            worth = self.groups if self.provider is not None and self.provider.issuer == provider else {}
        return frozenset(role for group in groups for role in worth.get(group, ()))


def begin(unit: Unit, sign_in: SignIn, provider: str, known: Known) -> str:
    """Begin a session; the secret for its cookie is answered here and nowhere else. Refusal `no_role`."""
    if not sign_in.roles_of(provider, known.groups):
        raise _no_role(sign_in, known)
    secret, now = secrets.token_urlsafe(32), unit.now()
    row = SessionRow(
        id=secrets.token_hex(8),
        hash=hashed(secret),
        provider=provider,
        subject=sayable_subject(known.subject),
        name=sayable_name(known.name),
        groups=known.groups,
        began=now,
        used=now,
        asked=now,
        answered=now,
        sealed=_sealed(sign_in, known),
    )
    unit.sessions.add(row)
    unit.sessions.expire(now - sign_in.limits.idle, now - sign_in.limits.life, now)
    unit.sessions.forget(now - KEPT_FOR, FORGOTTEN_AT_ONCE)
    return secret


@dataclass(frozen=True, slots=True)
class Asking:
    """How a request reaches its session. `development`: whether invented persons may ask from where it comes."""

    store: Store
    sign_in: SignIn
    wait: Callable[[float], None]
    development: bool = False


def caller_in(asking: Asking, secret: str) -> Caller:
    """Who is signed in with this secret.

    Refusals `session_ended`, `role_ended`, `provider_silent`.
    """
    store, sign_in = asking.store, asking.sign_in
    with store.reading() as unit:
        row, now = unit.sessions.find(hashed(secret)), unit.now()
    row = _alive(asking, row, now)
    if row.provider == DEVELOPMENT and not asking.development:
        raise Refusal("session_ended", "An invented person is signed in on the service's own machine alone.", _AGAIN)
    # What one provider gave is shown to no other.
    if sign_in.provider is not None and sign_in.provider.issuer == row.provider:
        row = _asked_anew(asking, row, now)
    roles = sign_in.roles_of(row.provider, row.groups)
    if not roles:
        _end(store, row, "Its person has no role any more.")
        raise _role_ended()
    if now - row.used >= USE_IS_WRITTEN:
        with store.writing() as unit:
            unit.sessions.use(row, now)
    return Caller(person_actor(row.name, row.subject), roles)


def sign_out(store: Store, secret: str) -> None:
    """End the session of this secret, for every copy of its cookie."""
    with store.reading() as unit:
        row = unit.sessions.find(hashed(secret))
    if row is not None and row.ended is None:
        _end(store, row, "Its person signed out.")


def end(unit: Unit, who: str, by: By) -> int:
    """End the session of this id, or every session of the person with this subject; how many. Refusal `not_found`."""
    now, why = unit.now(), "Somebody who may ended it."
    count = int(unit.sessions.end(who, now, why)) or unit.sessions.end_of(who, now, why)
    if not count:
        detail = f"There is no session of {who[:120]} that lives."
        raise Refusal("not_found", detail, "cutover sessions list shows them, with the subjects of their persons.")
    record(unit, by, "sessions_ended", {"of": who, "count": count})
    return count


def over_at(sign_in: SignIn, row: SessionRow) -> datetime:
    """When a session ends by itself, unless it is used again."""
    return min(row.used + sign_in.limits.idle, row.began + sign_in.limits.life)


def _alive(asking: Asking, row: SessionRow | None, now: datetime) -> SessionRow:
    """The row, if it lives. One that has ended by itself is ended now: what its provider gave is forgotten."""
    if row is None:
        raise Refusal("session_ended", "This session is not known here.", _AGAIN)
    limits = asking.sign_in.limits
    why = row.why
    if row.ended is None and now >= row.began + limits.life:
        why = "It has lasted as long as a session may."
    elif row.ended is None and now >= row.used + limits.idle:
        why = "It was not used for too long."
    if why is None:
        return row
    if row.ended is None:
        _end(asking.store, row, why)
    raise Refusal("session_ended", f"This session has ended. {why}", _AGAIN)


def _asked_anew(asking: Asking, row: SessionRow, now: datetime) -> SessionRow:
    """The row with what the provider says today, when it is time to ask; the row as it is when it does not answer."""
    store, sign_in = asking.store, asking.sign_in
    answers = row.asked == row.answered
    if now - row.asked >= (ASKED_EVERY if answers else AGAIN_AFTER):
        with store.writing() as unit:
            mine = unit.sessions.claim(row, now)
        row = _ask(store, sign_in, replace(row, asked=now), now) if mine else _answered_to_another(asking, row, now)
    elif not answers and now - row.asked < AN_ANSWER_TAKES:
        row = _answered_to_another(asking, row, now)
    if now - row.answered >= SILENT_AT_MOST:
        raise Refusal(
            "provider_silent",
            "The sign-in provider has not answered for 15 minutes, so nobody knows whether your role still holds.",
            "Try again in a minute. You stay signed in; what you entered on this page was not saved.",
            {"retry_after": 30},
        )
    return row


def _answered_to_another(asking: Asking, row: SessionRow, now: datetime) -> SessionRow:
    """The row once another request, which has set out to ask, has learnt the answer. A page asks for several things."""
    for _ in range(WAITS if now - row.answered >= SILENT_AT_MOST else 0):
        asking.wait(WAIT)
        with asking.store.reading() as unit:
            again = unit.sessions.find(row.hash)
        if again is None or again.ended is not None or again.answered > row.answered:
            return _alive(asking, again, now)
    return row


def _ask(store: Store, sign_in: SignIn, row: SessionRow, now: datetime) -> SessionRow:
    if sign_in.provider is None or row.sealed is None:
        return row
    try:
        known = sign_in.provider.ask(row.subject, sign_in.seal.open(row.sealed).decode())
    except Silent:
        return row
    except Over:
        _end(store, row, "The sign-in provider does not vouch for its person any more.")
        raise _role_ended() from None
    learnt = replace(row, name=sayable_name(known.name), groups=known.groups, answered=now)
    learnt = replace(learnt, sealed=_sealed(sign_in, known))
    with store.writing() as unit:
        unit.sessions.learn(learnt)
    return learnt


def _sealed(sign_in: SignIn, known: Known) -> str | None:
    return None if known.keep is None else sign_in.seal.close(known.keep.encode())


def _end(store: Store, row: SessionRow, why: str) -> None:
    with store.writing() as unit:
        unit.sessions.end(row.id, unit.now(), why)


def _role_ended() -> Refusal:
    return Refusal(
        "role_ended",
        "Your role has ended: none of your groups counts here any more.",
        "Ask whoever manages the groups, then sign in again.",
    )


def _no_role(sign_in: SignIn, known: Known) -> Refusal:
    counting = ", ".join(sorted(sign_in.groups)) or "none"
    yours = ", ".join(sorted(known.groups)) or "none"
    detail = f"None of your groups counts here. The groups that count: {counting}. The provider told of yours: {yours}."
    return Refusal("no_role", detail, "Ask whoever manages these groups to add you, then sign in again.")


def who_may(unit: Unit, sign_in: SignIn, role: Role) -> list[str]:
    """The persons who are signed in with a role, each once, and the tokens that hold it: who can be asked to act."""
    now = unit.now()
    lasting = [
        row
        for row in unit.sessions.all()
        if role in sign_in.roles_of(row.provider, row.groups)
        and now - row.used < sign_in.limits.idle
        and now - row.began < sign_in.limits.life
    ]
    persons = {row.subject: person_actor(row.name, row.subject) for row in reversed(lasting)}
    tokens = [one for one in unit.tokens.all() if role in one.roles and one.revoked is None]
    held = [f"token:{one.name}" for one in tokens if one.expires is None or now < one.expires]
    return [*sorted(persons.values()), *sorted(set(held))]
