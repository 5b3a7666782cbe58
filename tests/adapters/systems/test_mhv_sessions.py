"""MHV's sessions: kept while they last, opened anew when they are not taken, never shared by two people."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.adapters.mhv import sessions
from app.domain.people import Person
from app.services.systems import Failed, Reading
from tests.adapters.systems.doubles import Mhv, mhv
from tests.adapters.systems.samples import APPOINTMENTS, CLOCK, IMAGES, MESSAGING, PERSON, RX, write_of
from tests.adapters.systems.servers import answer


def test_a_session_is_used_until_it_ends_and_by_its_person_alone() -> None:
    with mhv(Mhv()) as (system, server):
        for _ in range(3):
            system.read(PERSON, [RX, IMAGES, MESSAGING])
        assert server.lines().count("GET session") == 2
        system.read(Person("1000003", "1000004"), [RX])
        assert server.lines().count("GET session") == 3


def in_two_seconds() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


@pytest.mark.parametrize("expires", [in_two_seconds, lambda: "soon", str], ids=["in two seconds", "in words", "unsaid"])
def test_a_session_that_ends_soon_or_nobody_knows_when_is_not_kept(expires: Callable[[], str]) -> None:
    with mhv(Mhv(expires=expires())) as (system, server):
        for _ in range(2):
            assert system.read(PERSON, [RX, IMAGES])[IMAGES.key] == Reading(True)
        assert server.lines().count("GET session") == 2


def test_a_session_that_is_no_longer_taken_is_opened_anew_once() -> None:
    double = Mhv()
    with mhv(double) as (system, server):
        system.read(PERSON, [RX])
        double.tokens.clear()
        double.tokens.append("another")
        assert system.write(PERSON, write_of(IMAGES, False)) == Reading(False)
        double.plan("GET rx", answer(401), answer(401))
        assert isinstance(system.read(PERSON, [RX])[RX.key], Failed)
        assert server.lines().count("GET session") == 3


def test_a_door_that_does_not_open_is_asked_once_a_read_and_leaves_the_other_open() -> None:
    double = Mhv()
    double.plan("GET session", answer(403))
    with mhv(double) as (system, server):
        found = system.read(PERSON, [RX, IMAGES, APPOINTMENTS, MESSAGING])
        assert [key for key, one in found.items() if isinstance(one, Failed)] == [RX.key, IMAGES.key, APPOINTMENTS.key]
        assert server.lines().count("GET session") == 2


def test_only_so_many_sessions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "KEPT", 2)
    kept = sessions.Sessions(CLOCK)
    later = datetime.now(UTC) + timedelta(hours=1)
    for person in ("1", "2", "1", "3"):
        kept.keep(sessions.Door.USER_MANAGEMENT, person, sessions.Session(f"t{person}", later))
    assert [kept.token(sessions.Door.USER_MANAGEMENT, person) for person in ("1", "2", "3")] == ["t1", None, "t3"]
