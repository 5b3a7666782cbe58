"""Names of many writes that come at once: each is judged by its own, and the ledger is asked once for each epoch.

Each look goes back through the ledger: one for every write took longer than the writes.
"""

from collections.abc import Iterator

import pytest

from app.domain.catalogue import VaGovBinding
from app.domain.evidence import Audit, Past, Verdict
from app.services import judging
from app.services.judging import Judged, Report, changes, judge
from app.services.noting import note_audits
from app.services.store import Unit
from tests.services.world import MHV, RX, VA_GOV, World, catalogue, preference


@pytest.fixture(autouse=True)
def flipped(world: World) -> None:
    """A preference that MHV held until epoch 1, and VA.gov holds from epoch 3 on."""
    world.files = catalogue(preference(RX, systems={**preference(RX).systems, VA_GOV: VaGovBinding(4, 2)}))
    world.adopt()
    world.flip(VA_GOV, RX)


def told(world: World, audit: str) -> Judged:
    """VA Profile says that it accepted a write."""
    with world.store.writing() as unit:
        return judge(unit, world.files, Report(VA_GOV, audit, 4, 2))


def verdicts(world: World, names: list[str]) -> list[Verdict | None]:
    """How the reports of these names are judged now."""
    with world.store.reading() as unit:
        found = [unit.reports.find(VA_GOV, name) for name in names]
    return [None if one is None else one.verdict for one in found]


def test_the_ledger_is_asked_once_for_each_epoch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"tx-{number}" for number in range(30)]
    assert {told(world, name) for name in names} == {Judged.UNKNOWN}
    looks: list[str] = []

    def counted(unit: Unit, key: str) -> Iterator[Past]:
        looks.append(key)
        return changes(unit, key)

    monkeypatch.setattr(judging, "changes", counted)
    with world.store.writing() as unit:
        note_audits(unit, [(VA_GOV, RX, 1 + place % 2 * 2, name) for place, name in enumerate(names)])
    assert verdicts(world, names) == [Verdict.WRONG, Verdict.RIGHT] * 15
    assert looks == [RX, RX]


def test_a_name_of_one_system_says_nothing_of_the_same_name_at_the_other(world: World) -> None:
    assert [told(world, "tx-1"), told(world, "tx-2")] == [Judged.UNKNOWN] * 2
    with world.store.writing() as unit:
        note_audits(unit, [(MHV, RX, 1, "tx-1"), (VA_GOV, RX, 3, "tx-2")])
        found = unit.audits.among([(MHV, "tx-2"), (VA_GOV, "tx-1"), (MHV, "tx-1")])
    assert found == {(MHV, "tx-1"): Audit(MHV, RX, 1, "tx-1")}
    assert verdicts(world, ["tx-1", "tx-2"]) == [Verdict.UNKNOWN, Verdict.RIGHT]


def test_a_name_that_was_told_before_with_another_epoch_stays_as_it_was(world: World) -> None:
    with world.store.writing() as unit:
        note_audits(unit, [(VA_GOV, RX, 3, "tx-1")])
        note_audits(unit, [(VA_GOV, RX, 1, "tx-1")])
    assert told(world, "tx-1") is Judged.RIGHT
