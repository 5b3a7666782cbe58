"""Sessions of persons on each kind of database: kept, limited by its clock, asked for once, ended."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.adapters.keys.sealing import SecretSeal
from app.domain.refusals import Refusal
from app.domain.roles import Caller, Role
from app.services.persons import ASKED_EVERY, Asking, Limits, SignIn, begin, caller_in, end, sign_out
from app.services.providers import Journey, Known, Over, Silent
from app.services.sessions import SessionRow
from app.services.tokens import hashed
from tests.services.world import ADMIN, World

ISSUER = "https://sign-in.invalid"
ADA = Known("ada", "Ada Invented", ("movers",), "an invented access token")


class Vouching:
    """See `services.providers.Provider`: it says what a test tells it to say, and notes what it is asked with."""

    issuer = ISSUER

    def __init__(self) -> None:
        self.says: Known | Exception = ADA
        self.asked: list[str] = []

    def begin(self, return_url: str) -> Journey:
        """See `services.providers.Provider`."""
        raise NotImplementedError

    def finish(self, out: Journey, return_url: str, code: str) -> Known:
        """See `services.providers.Provider`."""
        raise NotImplementedError

    def ask(self, subject: str, keep: str) -> Known:
        """See `services.providers.Provider`."""
        self.asked.append(keep)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@pytest.fixture
def vouching() -> Vouching:
    """A provider that the test speaks for."""
    return Vouching()


@pytest.fixture
def asking(world: World, vouching: Vouching) -> Asking:
    """How requests reach their sessions."""
    seal = SecretSeal("an invented key, long enough to seal with", "session")
    sign_in = SignIn(seal, provider=vouching, groups={"movers": frozenset({Role.OPERATOR})})
    return Asking(world.store, sign_in, world.clock.sleep)


def signed_in(asking: Asking, known: Known = ADA) -> str:
    """The secret of a new session."""
    with asking.store.writing() as unit:
        return begin(unit, asking.sign_in, ISSUER, known)


def row(asking: Asking, secret: str) -> SessionRow:
    """The session of a secret."""
    with asking.store.reading() as unit:
        found = unit.sessions.find(hashed(secret))
    assert found is not None
    return found


def refused(asking: Asking, secret: str) -> str:
    """The code with which a session is refused."""
    with pytest.raises(Refusal) as caught:
        caller_in(asking, secret)
    return caught.value.code


def test_a_session_says_who_asks_and_keeps_no_secret_in_clear(asking: Asking) -> None:
    secret = signed_in(asking)
    assert caller_in(asking, secret) == Caller("person:Ada Invented <ada>", frozenset({Role.OPERATOR}))
    kept = row(asking, secret)
    assert secret not in str([getattr(kept, name) for name in kept.__dataclass_fields__])
    assert str(ADA.keep) not in str(kept.sealed)


def test_limits_are_by_the_clock_of_the_database_and_as_they_are_set(world: World, asking: Asking) -> None:
    limits = Limits(timedelta(minutes=2), timedelta(minutes=4))
    asking = replace(asking, sign_in=replace(asking.sign_in, limits=limits))
    idle, used = signed_in(asking), signed_in(asking)
    for _ in range(2):
        world.clock.advance(119)
        caller_in(asking, used)
    assert refused(asking, idle) == "session_ended"
    world.clock.advance(2)
    assert refused(asking, used) == "session_ended"


def test_whoever_has_no_group_that_counts_has_no_session(asking: Asking) -> None:
    with pytest.raises(Refusal) as caught:
        signed_in(asking, replace(ADA, groups=("others",)))
    assert caught.value.code == "no_role"
    with asking.store.reading() as unit:
        assert unit.sessions.all() == []


def test_the_provider_is_asked_every_five_minutes_with_what_it_gave_last(
    world: World, asking: Asking, vouching: Vouching
) -> None:
    secret = signed_in(asking)
    vouching.says = replace(ADA, keep="the next one")
    for _ in range(2):
        world.clock.advance(ASKED_EVERY.total_seconds() - 1)
        caller_in(asking, secret)
        world.clock.advance(1)
        caller_in(asking, secret)
        caller_in(asking, secret)
    assert vouching.asked == ["an invented access token", "the next one"]


def test_of_many_requests_at_once_one_asks(world: World, asking: Asking, vouching: Vouching) -> None:
    secret = signed_in(asking)
    world.clock.advance(ASKED_EVERY.total_seconds())
    with ThreadPoolExecutor(6) as pool:
        callers = {one.actor for one in pool.map(lambda _: caller_in(asking, secret), range(12))}
    assert (callers, vouching.asked) == ({"person:Ada Invented <ada>"}, [ADA.keep])


def test_a_silent_provider_is_asked_again_after_half_a_minute_and_believed_for_fifteen(
    world: World, asking: Asking, vouching: Vouching
) -> None:
    secret = signed_in(asking)
    vouching.says = Silent("Invented.")
    world.clock.advance(300)
    for _ in range(3):
        caller_in(asking, secret)
        world.clock.advance(10)
    assert len(vouching.asked) == 1
    caller_in(asking, secret)
    assert len(vouching.asked) == 2
    world.clock.advance(15 * 60 - 331)
    caller_in(asking, secret)
    world.clock.advance(1)
    assert refused(asking, secret) == "provider_silent"
    world.clock.advance(30)
    vouching.says = ADA
    caller_in(asking, secret)


@pytest.mark.parametrize("says", [Over(), replace(ADA, groups=())], ids=["over", "no group"])
def test_a_role_that_has_ended_ends_the_session_and_what_the_provider_gave_is_forgotten(
    world: World, asking: Asking, vouching: Vouching, says: Known | Exception
) -> None:
    secret = signed_in(asking)
    vouching.says = says
    world.clock.advance(300)
    assert refused(asking, secret) == "role_ended"
    kept = row(asking, secret)
    assert (kept.sealed, kept.ended is not None) == (None, True)
    vouching.says = ADA
    assert refused(asking, secret) == "session_ended"


def test_an_answer_that_comes_after_the_session_was_ended_does_not_revive_it(
    world: World, asking: Asking, vouching: Vouching
) -> None:
    secret = signed_in(asking)
    before = row(asking, secret)
    sign_out(asking.store, secret)
    with asking.store.writing() as unit:
        assert not unit.sessions.claim(before, unit.now())
        unit.sessions.learn(replace(before, groups=("movers", "more")))
    after = row(asking, secret)
    assert (after.sealed, after.groups) == (None, ("movers",))
    assert refused(asking, secret) == "session_ended"


def test_an_administrator_ends_the_sessions_of_one_person_and_of_nobody_else(world: World, asking: Asking) -> None:
    first, second = signed_in(asking), signed_in(asking)
    other = signed_in(asking, replace(ADA, subject="ben", name="Ben"))
    with asking.store.writing() as unit:
        assert end(unit, "ada", ADMIN) == 2
    assert [refused(asking, first), refused(asking, second)] == ["session_ended", "session_ended"]
    caller_in(asking, other)
    entry = world.ledger[-1]
    assert (entry.act, entry.actor, entry.body) == ("sessions_ended", ADMIN.actor, {"of": "ada", "count": 2})


def test_what_the_provider_gave_is_forgotten_when_a_session_ends_by_itself(world: World, asking: Asking) -> None:
    seen, unseen = signed_in(asking), signed_in(asking)
    world.clock.advance(30 * 60)
    assert refused(asking, seen) == "session_ended"
    assert (row(asking, seen).sealed, row(asking, unseen).sealed is None) == (None, False)
    new = signed_in(asking)
    kept = row(asking, unseen)
    assert (kept.sealed, kept.ended) == (None, kept.began + timedelta(minutes=30))
    assert refused(asking, unseen) == "session_ended"
    caller_in(asking, new)
