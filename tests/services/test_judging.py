"""Reports of writes are judged by the name and the epoch of each write: right, wrong, or not known."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.domain.catalogue import Catalogue, Fault, VaGovBinding
from app.domain.evidence import Audit, Incident, Kind, Patience, Verdict
from app.domain.moves import Stage
from app.domain.ownership import NOBODY
from app.domain.refusals import Refusal
from app.services.judging import Cursor, Judged, Report, judge, settle
from app.services.noting import note_audits
from app.services.store import Lost
from tests.services.world import ALERTS, MHV, RX, VA_GOV, World, catalogue, preference

DELAY, NAMES = 900.0, 30.0
PATIENCE = Patience(timedelta(seconds=DELAY), timedelta(seconds=NAMES))
OTHER_ITEM = 5


@pytest.fixture(autouse=True)
def files(world: World) -> None:
    """Two preferences, each an item of its own, held by MHV."""
    world.files = catalogue(
        preference(RX, systems={**preference(RX).systems, VA_GOV: VaGovBinding(4, 2)}),
        preference(ALERTS, systems={**preference(ALERTS).systems, VA_GOV: VaGovBinding(9, 2)}),
    )
    world.adopt()


def told(world: World, audit: str = "a-1", item: int = 4, channel: int = 2, files: Catalogue | None = None) -> Judged:
    """VA Profile says that it accepted a write."""
    with world.store.writing() as unit:
        return judge(unit, files or world.files, Report(VA_GOV, audit, item, channel))


def note(world: World, epoch: int, audit: str = "a-1", use: str = "write", key: str = RX) -> None:
    """A write of ours got its name."""
    with world.store.writing() as unit:
        note_audits(unit, [(VA_GOV, key, epoch, audit, use)])


def verdict(world: World, audit: str = "a-1") -> Verdict | None:
    """How a report is judged now."""
    with world.store.reading() as unit:
        found = unit.reports.find(VA_GOV, audit)
    return None if found is None else found.verdict


def incidents(world: World) -> list[Incident]:
    """Everything that was found."""
    with world.store.reading() as unit:
        return unit.incidents.latest(100)


def later(world: World, seconds: float = NAMES, cursor: Cursor | None = None) -> Cursor | None:
    """Time passes, and what is still unknown is looked at again."""
    world.clock.advance(seconds)
    return settle(world.store, PATIENCE, cursor)


def test_a_write_of_the_owner_under_its_epoch_is_right(world: World) -> None:
    world.flip(VA_GOV, RX)
    note(world, world.row(RX).epoch)
    assert told(world) is Judged.RIGHT
    assert (verdict(world), incidents(world)) == (Verdict.RIGHT, [])


def test_a_write_of_an_earlier_reign_is_right_whenever_it_is_reported(world: World) -> None:
    world.flip(VA_GOV, RX)
    epoch = world.row(RX).epoch
    world.flip(MHV, RX)
    world.clock.advance(10 * DELAY)
    note(world, epoch)
    assert told(world) is Judged.RIGHT


@pytest.mark.parametrize("passed", [0, 1, 2])
def test_a_write_under_an_epoch_of_the_other_owner_or_of_nobody_is_an_incident(world: World, passed: int) -> None:
    epoch = world.row(RX).epoch  # held by MHV, then moving, then held by VA.gov, then moving
    world.flip(VA_GOV, RX)
    world.flip(MHV, RX)
    note(world, epoch + {0: 0, 1: 1, 2: 3}[passed])
    assert told(world) is Judged.WRONG
    (found,) = incidents(world)
    assert (found.what.kind, found.what.key, found.what.reference) == (Kind.WRONG_SIDE, RX, "a-1")
    assert world.ledger[-1].act == "incident"
    assert world.ledger[-1].body["reference"] == "a-1"


def test_the_name_of_a_write_of_another_preference_proves_nothing(world: World) -> None:
    world.flip(VA_GOV, RX, ALERTS)
    note(world, world.row(ALERTS).epoch, key=ALERTS)
    assert told(world) is Judged.UNKNOWN


def test_46_our_own_copy_reported_back_is_right_although_its_system_is_not_the_owner(world: World) -> None:
    """A seed is written while the old owner still holds the preference; its name often comes after its report."""
    world.clock.advance(10 * DELAY)
    assert told(world, "early") is Judged.UNKNOWN
    for name in ("early", "noted"):
        note(world, world.row(RX).epoch, name, use="copy")
    assert told(world, "noted") is Judged.RIGHT
    later(world)
    assert (verdict(world, "early"), incidents(world)) == (Verdict.RIGHT, [])


def test_7_a_write_of_a_third_party_on_the_side_that_is_not_the_owner_becomes_an_incident(world: World) -> None:
    world.flip(VA_GOV, RX)
    world.flip(MHV, RX)
    world.clock.advance(DELAY + 1)
    assert told(world) is Judged.UNKNOWN
    later(world, NAMES - 1)
    assert incidents(world) == [], "a writer of ours may still tell its name"
    later(world, 1)
    (found,) = incidents(world)
    assert (verdict(world), found.what.system, found.what.kind) == (Verdict.WRONG, VA_GOV, Kind.WRONG_SIDE)
    assert "MHV" in found.what.detail


def test_a_report_within_the_delay_after_the_reign_stays_unknown(world: World) -> None:
    """It may be of a write that was made while the system still reigned."""
    world.flip(VA_GOV, RX)
    world.flip(MHV, RX)
    world.clock.advance(DELAY - 1)
    told(world)
    later(world, 10 * DELAY)
    assert (verdict(world), incidents(world)) == (Verdict.UNKNOWN, [])


def test_an_unknown_write_at_the_owner_is_counted_and_is_no_incident(world: World) -> None:
    world.flip(VA_GOV, RX)
    told(world)
    later(world, 10 * DELAY)
    with world.store.reading() as unit:
        assert unit.reports.counts() == {(VA_GOV, RX, Verdict.UNKNOWN): 1}
    assert incidents(world) == []


def test_a_freeze_ends_no_reign(world: World) -> None:
    world.flip(VA_GOV, RX)
    world.clock.advance(DELAY + 1)
    world.bring_to(Stage.DRAIN, world.start(MHV, RX))
    told(world)
    later(world)
    assert incidents(world) == []


def test_a_write_after_a_retirement_is_an_incident(world: World) -> None:
    world.flip(VA_GOV, RX)
    world.flip(NOBODY, RX)
    world.clock.advance(DELAY + 1)
    told(world)
    later(world)
    assert ["nobody" in one.what.detail for one in incidents(world)] == [True]


def test_before_anybody_reigned_nothing_is_wrong(world: World) -> None:
    world.files = catalogue(preference("new_one", systems={VA_GOV: VaGovBinding(OTHER_ITEM, 2)}))
    assert told(world, item=OTHER_ITEM) is Judged.UNKNOWN
    later(world, 10 * DELAY)
    assert incidents(world) == []


def test_whose_turn_it_was_is_asked_of_the_moment_of_the_report(world: World) -> None:
    """A flip between the report and the judgement makes a wrong write no better."""
    world.clock.advance(DELAY + 1)
    told(world)
    world.clock.advance(1)
    world.flip(VA_GOV, RX)
    later(world)
    assert verdict(world) is Verdict.WRONG


def test_a_name_that_comes_after_the_report_judges_it(world: World) -> None:
    world.flip(VA_GOV, RX)
    epoch = world.row(RX).epoch
    told(world)
    assert verdict(world) is Verdict.UNKNOWN
    note(world, epoch)
    assert verdict(world) is Verdict.RIGHT


def test_a_name_that_comes_after_the_report_can_show_it_to_be_wrong(world: World) -> None:
    told(world)
    note(world, world.row(RX).epoch)
    assert (verdict(world), len(incidents(world))) == (Verdict.WRONG, 1)


def test_a_name_whose_note_and_report_crossed_is_found_later(world: World) -> None:
    told(world)
    with world.store.writing() as unit:
        unit.audits.add([Audit(VA_GOV, RX, world.row(RX).epoch, "a-1", "copy")])
    later(world)
    assert verdict(world) is Verdict.RIGHT


def test_an_item_that_is_no_preference_is_ignored_and_counted(world: World) -> None:
    assert told(world, item=OTHER_ITEM) is Judged.IGNORED
    assert told(world, "a-2", channel=1) is Judged.IGNORED
    later(world, 10 * DELAY)
    with world.store.reading() as unit:
        assert unit.reports.counts() == {(VA_GOV, None, Verdict.UNKNOWN): 2}
    assert incidents(world) == []


def test_with_no_file_that_can_be_read_nothing_is_ignored(world: World) -> None:
    unreadable = Catalogue(faults=(Fault("flags/x.toml", 1, None, "It is broken.", "Mend it."),))
    with pytest.raises(Refusal) as refused:
        told(world, files=unreadable)
    assert refused.value.code == "catalogue_faulty"
    assert verdict(world) is None


def test_the_same_report_twice_is_one(world: World) -> None:
    note(world, world.row(RX).epoch)
    assert [told(world), told(world)] == [Judged.WRONG, Judged.REPEAT]
    assert len(incidents(world)) == 1


def test_one_name_for_two_preferences_is_refused_and_passes_nobody_off_as_a_repeat(world: World) -> None:
    told(world)
    with pytest.raises(Refusal) as refused:
        told(world, item=9)
    assert refused.value.code == "invalid"


def test_of_the_same_report_many_times_at_once_one_is_taken(world: World) -> None:
    note(world, world.row(RX).epoch)

    def take(_: int) -> Judged:
        try:
            return told(world)
        except Lost:
            return told(world)

    with ThreadPoolExecutor(8) as pool:
        taken = sorted(pool.map(take, range(16)))
    assert taken == [Judged.REPEAT] * 15 + [Judged.WRONG]
    assert len(incidents(world)) == 1


def test_several_processes_that_judge_at_once_find_one_incident(world: World) -> None:
    world.clock.advance(DELAY + 1)
    told(world)
    world.clock.advance(NAMES)

    def look(_: int) -> None:
        try:
            settle(world.store, PATIENCE, None)
        except Lost:
            settle(world.store, PATIENCE, None)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(look, range(6)))
    assert len(incidents(world)) == 1
    assert [entry.act for entry in world.ledger].count("incident") == 1


def test_what_was_looked_at_is_not_looked_at_again(world: World) -> None:
    for number in range(3):
        told(world, f"a-{number}")
    cursor = later(world)
    assert cursor is not None
    assert cursor[1] == "a-2"
    told(world, "a-3")
    again = later(world, cursor=cursor)
    assert again is not None
    assert again[1] == "a-3"
    assert later(world, cursor=again) == again
