"""The harness and the checker can fail: a system that lets a late write in although it is said to check permits."""

from pathlib import Path

import pytest

from sandbox.chaos.cluster import NoServer, binaries, cluster
from sandbox.chaos.crew import LEASED
from sandbox.chaos.parts import Part, play
from sandbox.chaos.proxy import proxies
from sandbox.chaos.recording import Claim
from sandbox.chaos.stage import Size, prepare, stage
from sandbox.chaos.verdict import Verdict
from tests.databases import NO_POSTGRESQL


@pytest.mark.timeout(300)  # a service, two systems and three clients begin in it
def test_a_fence_that_is_only_said_to_be_there_is_found_out(tmp_path: Path) -> None:
    try:
        binaries()
    except NoServer:
        pytest.skip(NO_POSTGRESQL)
    lie = Claim(fenced=True, kept=False)
    part = Part("fenced", lie, [], moves=1, seconds=20.0, seed="1", crew={LEASED: 2}, forced=1)
    with (
        proxies() as ways,
        cluster() as server,
        stage(tmp_path / "part", prepare(server), ways, fenced=False, size=Size(replicas=1)) as made,
    ):
        played = play(made, part, lambda _: None)
    assert [one["answer"] for one in played.forced] == ["accepted"]
    assert played.verdict["violations"] > 0
    assert not Verdict([played], 1, 1.0).is_as_it_must_be
