"""Before a move that asks for it, what clients read is compared with the other system: nobody is told, or named."""

from pathlib import Path

import pytest

from app.domain.ownership import System
from app.domain.people import Person
from app.domain.plans import Step
from app.domain.roles import Role
from app.services.checks.questions import Question
from app.services.checks.shadow_reads_agree import LEAST
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, api
from tests.entrypoints.invented import plan
from tests.entrypoints.world import World
from tests.services.test_working import eventually

VA_PROFILE_ID, CORRELATION_ID = "1000001777", "2000002777"
IDS = {"X-VA-Profile-Id": VA_PROFILE_ID, "X-MHV-Correlation-Id": CORRELATION_ID}
SHADOW = ("shadow_reads_agree",)


def test_what_clients_read_is_compared_by_a_thread_of_its_own_and_no_id_is_kept_or_told(
    writing: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    writing.mhv.held[Person(VA_PROFILE_ID, CORRELATION_ID), FIRST_KEY] = 1
    writing.run(plan("one", Step("first", (FIRST_KEY,), System.VA_GOV, checks=SHADOW)))
    caller, worker = api(writing, Role.CLIENT), writing.context.worker
    assert worker.shadows is not None
    worker.shadows.look()
    alone = caller.get(f"/preferences/{FIRST_KEY}", IDS)
    worker.start()
    try:
        for _ in range(LEAST - 2):
            assert caller.get(f"/preferences/{FIRST_KEY}", IDS).json == alone.json
        assert caller.get("/preferences", IDS).status_code == 200
        assert caller.get(f"/preferences/{SECOND_KEY}", IDS).status_code == 200
        assert eventually(worker.shadows._waiting.empty)
    finally:
        worker.stop()
    worker.books.count()  # the last comparison may have ended behind the books
    asked = Question((FIRST_KEY,), System.MHV, System.VA_GOV)
    answer = writing.context.checks.ask(SHADOW, asked)[0]
    assert answer.sentence == (
        f"Of {LEAST} compared reads of {FIRST_KEY} the systems differ in {LEAST} (100.0%, and 1% is tolerated)."
    )
    assert (alone.json or {})["choice"] == "each"
    written = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()) if file.is_file())
    said = caplog.text + "".join(capfd.readouterr()) + answer.sentence
    assert b"shadow_read" in written
    for secret in (VA_PROFILE_ID, CORRELATION_ID):
        assert secret not in said
        assert secret.encode() not in written
