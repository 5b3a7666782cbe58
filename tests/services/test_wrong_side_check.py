"""The check of wrong-side writes: what was found, what may still be explained, and where nobody would tell."""

import pytest

from app.domain.catalogue import VaGovBinding
from app.domain.evidence import Audit, Found, Kind
from app.services.checks.answers import Verdict
from app.services.incidents import close, raise_incident
from app.services.judging import Report, judge
from app.services.recording import By
from tests.services.test_check_answers import FAIL, PASS, ask
from tests.services.world import ALERTS, RX, VA_GOV, World, catalogue, preference


@pytest.fixture
def reported(world: World) -> World:
    """VA Profile reports; both preferences are items of their own, and MHV owns them."""
    world.files = catalogue(
        preference(RX, systems={**preference(RX).systems, VA_GOV: VaGovBinding(4, 2)}),
        preference(ALERTS, systems={**preference(ALERTS).systems, VA_GOV: VaGovBinding(9, 2)}),
    )
    world.adopt()
    world.reporting.add(VA_GOV)
    return world


def report(world: World, audit: str = "a-1", item: int = 4) -> None:
    """VA Profile says that it accepted a write."""
    with world.store.writing() as unit:
        judge(unit, world.files, Report(VA_GOV, audit, item, 2))


def test_where_nothing_was_found_it_passes_and_says_who_reports(reported: World) -> None:
    answer = ask(reported, "no_wrong_side_writes")
    assert answer.verdict is PASS
    assert "VA.gov reports what it accepts, MHV does not." in answer.sentence


def test_where_nobody_reports_nobody_can_say(reported: World) -> None:
    reported.reporting.clear()
    answer = ask(reported, "no_wrong_side_writes")
    assert answer.verdict is Verdict.UNKNOWN
    assert "leave this check out of the plan" in answer.sentence


@pytest.mark.parametrize("kind", [Kind.WRONG_SIDE, Kind.LATE_ANSWER])
@pytest.mark.parametrize("reports", [True, False], ids=["reports are taken", "none are"])
def test_an_open_incident_of_the_preference_fails_it_until_it_is_closed(
    reported: World, kind: Kind, reports: bool
) -> None:
    if not reports:
        reported.reporting.clear()
    with reported.store.writing() as unit:
        number = raise_incident(unit, Found(kind, RX, VA_GOV, "a-1", "It was on the wrong side."))
    answer = ask(reported, "no_wrong_side_writes")
    assert answer.verdict is FAIL
    assert f"{number}: It was on the wrong side." in answer.sentence
    assert "cutover incidents" in answer.sentence
    assert ask(reported, "no_wrong_side_writes", ALERTS).verdict is not FAIL
    with reported.store.writing() as unit:
        assert number is not None
        close(unit, number, By("token:oncall", "It was a test of ours."))
    assert ask(reported, "no_wrong_side_writes").verdict is not FAIL


def test_a_report_from_who_has_long_not_been_owner_fails_it_once_its_writer_could_have_told(reported: World) -> None:
    reported.clock.advance(901)
    report(reported)
    young = ask(reported, "no_wrong_side_writes")
    assert (young.verdict, "1 reported writes are not explained yet" in young.sentence) == (Verdict.UNKNOWN, True)
    reported.clock.advance(30)
    late = ask(reported, "no_wrong_side_writes")
    assert late.verdict is FAIL
    assert "VA.gov accepted a write" in late.sentence
    assert ask(reported, "no_wrong_side_writes", ALERTS).verdict is PASS


def test_46_a_report_of_our_own_copy_or_write_fails_nothing_once_its_name_is_known(reported: World) -> None:
    reported.clock.advance(901)
    report(reported)
    reported.clock.advance(30)
    with reported.store.writing() as unit:
        unit.audits.add([Audit(VA_GOV, RX, 1, "a-1", "copy")])
    assert ask(reported, "no_wrong_side_writes").verdict is PASS


def test_a_name_that_puts_a_write_on_the_wrong_side_fails_it_at_once(reported: World) -> None:
    report(reported)
    with reported.store.writing() as unit:
        unit.audits.add([Audit(VA_GOV, RX, 1, "a-1")])
    assert ask(reported, "no_wrong_side_writes").verdict is FAIL


def test_a_report_so_soon_after_a_change_of_owner_that_it_may_be_of_before_fails_nothing_and_is_told(
    reported: World,
) -> None:
    reported.clock.advance(900)
    report(reported)
    reported.clock.advance(7200)
    answer = ask(reported, "no_wrong_side_writes")
    assert answer.verdict is PASS
    assert "1 reports came so soon after a change of owner" in answer.sentence


def test_unknown_reports_of_the_owner_itself_fail_nothing(reported: World) -> None:
    reported.flip(VA_GOV, RX)
    reported.clock.advance(7200)
    report(reported)
    reported.clock.advance(60)
    answer = ask(reported, "no_wrong_side_writes")
    assert answer.verdict is PASS
    assert "so soon" not in answer.sentence
