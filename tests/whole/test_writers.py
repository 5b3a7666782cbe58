"""Writers that are killed, give up or go on while a preference moves: judged by the logs of the systems themselves."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.whole.scene import Process, Scene, eventually, scene

pytestmark = pytest.mark.timeout(300)

SHORT = {"CUTOVER_LEASE_TTL": "7s", "CUTOVER_WRITE_TIMEOUT": "1s", "MHV_SETTLE": "1s", "VA_PROFILE_SETTLE": "1s"}
"""A lease that is waited out while a test looks on."""

LONG = {"CUTOVER_LEASE_TTL": "30s", "CUTOVER_WRITE_TIMEOUT": "3s", "MHV_SETTLE": "6s", "VA_PROFILE_SETTLE": "6s"}
"""A lease that nothing but its holder ends while a test looks on, and systems that go on for long without a caller."""

TTL, TIMEOUT = 7.0, 3.0
MESSAGES, IMAGES, NEWSLETTER = "secure_messaging_alerts", "medical_images_available", "mhv_newsletter"
OLD_WRITE, FREEZE = ("accept", 1), ("mark", 2)


@pytest.fixture(scope="module", name="patient")
def _patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("patient"), settings=LONG) as made:
        yield made


@pytest.fixture(scope="module", name="fenced")
def _fenced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("fenced"), fence="permits", settings=LONG) as made:
        yield made


@pytest.fixture(scope="module", name="short")
def _short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("short"), settings=SHORT) as made:
        yield made


def writing(on: Scene, key: str, endpoint: str, choice: str = "off") -> Process:
    """A process whose write MHV has taken in and not applied yet."""
    writer = on.writer(key)
    assert writer.ask("start") == "started"
    on.hold(endpoint)
    orders = ("write", key, choice, 1)
    writer.tell(*orders)
    eventually(lambda: on.is_held() or _is_told_again(writer, orders))
    return writer


def _is_told_again(writer: Process, orders: tuple[object, ...]) -> bool:
    """A write that was certainly not made is made anew: a busy machine may keep a grant or an answer from coming."""
    if writer.has_answered():
        assert writer.hear() == "failed", "nothing but a write that was not made can have passed by the hold"
        writer.tell(*orders)
    return False


def lasted(stage: Mapping[str, Any]) -> float:
    """Seconds that a stage took, by the one clock of the database."""
    began, ended = (datetime.fromisoformat(stage[name]) for name in ("began", "ended"))
    return (ended - began).total_seconds()


def stands_before_the_freeze(on: Scene, key: str) -> None:
    """MHV has made the one write of its own reign, above the mark that the activation stands on, and none after it."""
    lines = on.lines("mhv", key)
    assert [line for line in lines if line[0] == "accept"] == [OLD_WRITE]
    assert lines.index(OLD_WRITE) < lines.index(FREEZE)


def goes_on_at_the_new_owner_only(on: Scene, writer: Process, key: str) -> None:
    """Writes go to VA.gov from now on, MHV hears of none, and the checker finds nothing wrong."""
    before = on.accepts("mhv", key)
    eventually(lambda: writer.ask("write", key, "off", 2) == "ok")
    assert on.accepts("mhv", key) == before
    lines = on.lines("va_gov", key)
    assert {line for line in lines if line[0] == "accept"} == {("accept", 3)}
    assert lines.index(FREEZE) < lines.index(("accept", 3))
    found = on.stage.judge()
    assert found["clean"], found["faults"]


def test_a_killed_process_with_a_write_in_flight_is_waited_out_although_its_successor_acknowledges(
    short: Scene,
) -> None:
    successor = short.writer(MESSAGES)
    killed = writing(short, MESSAGES, "write_messages", "each")
    killed.kill()
    assert successor.ask("start") == "started"
    number = short.move(MESSAGES)
    eventually(lambda: len(short.waited_for(number)) == 1)
    (dead,) = short.waited_for(number)
    assert dead["instance"].endswith(str(killed.process.pid))
    short.let_go()
    eventually(lambda: short.accepts("mhv", MESSAGES) == 1)
    assert not short.is_over(number)
    stages = short.ended(number)
    assert len(stages["drain"]["detail"]["waited_out"]) == 1
    assert lasted(stages["drain"]) >= TTL * 0.99
    stands_before_the_freeze(short, MESSAGES)
    goes_on_at_the_new_owner_only(short, successor, MESSAGES)


def test_a_write_that_is_applied_seconds_after_its_client_gave_up_stands_before_the_mark_of_the_freeze(
    patient: Scene,
) -> None:
    writer = writing(patient, MESSAGES, "write_messages", "each")
    assert writer.hear() == "unknown"
    number = patient.move(MESSAGES)
    time.sleep(TIMEOUT / 2)
    assert not patient.is_over(number)
    patient.let_go()
    stages = patient.ended(number)
    assert stages["drain"]["detail"]["waited_out"] == [], "the client itself said when nothing was in flight any more"
    stands_before_the_freeze(patient, MESSAGES)
    goes_on_at_the_new_owner_only(patient, writer, MESSAGES)


@pytest.mark.parametrize(("which", "waits"), [("patient", "drain"), ("fenced", "close")])
def test_1_a_write_that_the_old_owner_admitted_before_the_freeze_lands_before_the_flip(
    request: pytest.FixtureRequest, which: str, waits: str
) -> None:
    on: Scene = request.getfixturevalue(which)
    writer = writing(on, IMAGES, "write_bbmi")
    number = on.move(IMAGES)
    time.sleep(TIMEOUT / 10)
    assert (on.stage.get(f"/api/v1/moves/{number}")["stage"], on.accepts("mhv", IMAGES)) == (waits, 0)
    on.let_go()
    assert writer.hear() in ("ok", "unknown")
    on.ended(number)
    stands_before_the_freeze(on, IMAGES)
    goes_on_at_the_new_owner_only(on, writer, IMAGES)


def test_a_freeze_with_an_idle_client_ends_far_sooner_than_its_lease(patient: Scene) -> None:
    writer = patient.writer(NEWSLETTER)
    assert writer.ask("start") == "started"
    number = patient.move(NEWSLETTER)
    stages = patient.ended(number)
    assert stages["drain"]["detail"]["waited_out"] == []
    assert lasted(stages["drain"]) < 30 / 10
    goes_on_at_the_new_owner_only(patient, writer, NEWSLETTER)


def test_between_systems_that_check_permits_a_killed_writer_is_waited_for_only_until_its_write_has_ended(
    fenced: Scene,
) -> None:
    successor = fenced.writer(MESSAGES)
    killed = writing(fenced, MESSAGES, "write_messages", "each")
    killed.kill()
    assert successor.ask("start") == "started"
    number = fenced.move(MESSAGES)
    assert fenced.accepts("mhv", MESSAGES) == 0
    fenced.let_go()
    stages = fenced.ended(number)
    assert stages["drain"]["state"] == "skipped"
    stands_before_the_freeze(fenced, MESSAGES)
    goes_on_at_the_new_owner_only(fenced, successor, MESSAGES)
