"""Each check has its answers: when it passes, when it fails, and when nobody can say."""

from dataclasses import dataclass, field

import pytest
from sqlalchemy import update

from app.adapters.database.tables import leases
from app.domain.milestones import Milestone
from app.domain.ownership import Target
from app.domain.refusals import Refusal
from app.services.checks.answers import CheckAnswer, Verdict
from app.services.checks.asking import Checks, known
from app.services.checks.questions import Question
from app.services.checks.shadow_reads_agree import LEAST
from app.services.flags import FlagAnswer, FlagState
from app.services.tallies import BAD, Counted, Place, Tally
from tests.services.test_tallies import flushed
from tests.services.world import ALERTS, MHV, RX, VA_GOV, World

FAIL, PASS = Verdict.FAIL, Verdict.PASS


def ask(world: World, name: str, *keys: str, to: Target = VA_GOV) -> CheckAnswer:
    """The answer to one check about a move that is to be made."""
    return world.checks().ask([name], Question(keys or (RX,), MHV, to))[0]


# leases_current


def test_leases_that_are_renewed_are_current(world: World) -> None:
    world.lease("a")
    world.clock.advance(14)
    answer = ask(world, "leases_current")
    assert (answer.verdict, answer.passes) == (PASS, True)
    assert f"Every holder of a lease for {RX} renews it (1)." in answer.sentence


def test_a_holder_that_is_late_for_half_its_ttl_is_named_with_the_seconds(world: World) -> None:
    world.lease("a")
    world.lease("b", ttl=60.0)
    world.clock.advance(16)
    answer = ask(world, "leases_current")
    assert answer.verdict is FAIL
    assert "portal, a, for 16 s of its 30 s" in answer.sentence
    assert "portal, b" not in answer.sentence


def test_of_many_late_holders_a_few_are_named_and_the_others_counted(world: World) -> None:
    for number in range(9):
        world.lease(f"l{number}")
    world.clock.advance(16)
    assert "and 4 more" in ask(world, "leases_current").sentence


def test_a_holder_that_is_behind_but_renews_is_a_pass_and_said_so(world: World) -> None:
    world.lease("a")
    world.adopt()
    answer = ask(world, "leases_current")
    assert answer.verdict is PASS
    assert f"1 of them has not acknowledged revision {world.head.revision}" in answer.sentence


def test_where_nobody_holds_a_lease_nobody_is_waited_for(world: World) -> None:
    world.lease("a", keys=(ALERTS,))
    world.clock.advance(29)
    answer = ask(world, "leases_current")
    assert answer.verdict is PASS
    assert "Nobody holds a lease" in answer.sentence


def test_of_a_lease_without_a_time_of_renewal_nobody_can_say(world: World) -> None:
    world.lease("a")
    with world.store.writing() as unit:
        unit.connection.execute(update(leases).values(renewed=None))
    assert ask(world, "leases_current").verdict is Verdict.UNKNOWN


# write_errors


def tell(world: World, what: Counted, tally: Tally, key: str = RX, epoch: int | None = None) -> None:
    """A process has counted these under the present epoch, where none is named."""
    flushed(world, Place(what, key, world.row(key).epoch if epoch is None else epoch), tally)


def test_no_write_at_all_is_a_pass_and_said_so(world: World) -> None:
    world.adopt()
    answer = ask(world, "write_errors")
    assert (answer.verdict, answer.sentence) == (PASS, "No write was carried in the last hour, so none failed.")


@pytest.mark.parametrize(
    ("tally", "verdict"),
    [
        (Tally(19, 1), PASS),
        (Tally(18, 1), FAIL),
        (BAD, FAIL),
        (Tally(18, 0, 1), Verdict.UNKNOWN),
        (Tally(36, 1, 1), Verdict.UNKNOWN),
        (Tally(38, 1, 1), PASS),
    ],
    ids=["1 of 20", "1 of 19", "the only one", "of 1 of 19 nobody knows", "both together", "both, and few"],
)
def test_more_than_one_write_in_twenty_that_failed_is_too_many(world: World, tally: Tally, verdict: Verdict) -> None:
    world.adopt()
    tell(world, Counted.WRITE, tally)
    answer = ask(world, "write_errors")
    assert answer.verdict is verdict
    assert f"{RX}: {tally.bad} of {tally.all} failed" in answer.sentence


def test_one_preference_does_not_hide_the_failures_of_another(world: World) -> None:
    world.adopt()
    tell(world, Counted.WRITE, Tally(1000))
    tell(world, Counted.WRITE, Tally(1, 1), ALERTS)
    assert ask(world, "write_errors", RX, ALERTS).verdict is FAIL
    assert ask(world, "write_errors", RX).verdict is PASS


def test_failures_of_more_than_an_hour_ago_and_of_the_owner_before_count_no_more(world: World) -> None:
    world.adopt()
    tell(world, Counted.WRITE, BAD)
    assert ask(world, "write_errors").verdict is FAIL
    world.flip(VA_GOV, RX)
    assert ask(world, "write_errors").verdict is PASS
    tell(world, Counted.WRITE, BAD)
    assert ask(world, "write_errors").verdict is FAIL
    world.clock.advance(3600)
    assert ask(world, "write_errors").verdict is FAIL, "of a bucket that began an hour ago"
    world.clock.advance(1)
    assert ask(world, "write_errors").verdict is PASS


# shadow_reads_agree


@pytest.mark.parametrize(
    ("tally", "verdict", "words"),
    [
        (Tally(LEAST), PASS, "differ in 0 (0.0%, and 1% is tolerated)"),
        (Tally(99, 1), PASS, "Of 100 compared reads"),
        (Tally(98, 1), FAIL, "Of 99 compared reads"),
        (Tally(LEAST - 1), Verdict.UNKNOWN, f"Only {LEAST - 1} reads"),
        (Tally(LEAST - 1, 0, 500), Verdict.UNKNOWN, "500 more could not be compared"),
        (Tally(LEAST - 1, 1), FAIL, "differ in 1 (5.0%"),
    ],
    ids=[
        "enough that agree",
        "one in a hundred",
        "more than that",
        "too few",
        "failed ones count as none",
        "one of 20",
    ],
)
def test_enough_compared_reads_must_agree(world: World, tally: Tally, verdict: Verdict, words: str) -> None:
    world.adopt()
    tell(world, Counted.SHADOW_READ, tally)
    answer = ask(world, "shadow_reads_agree")
    assert answer.verdict is verdict
    assert words in answer.sentence


def test_nothing_compared_is_unknown_and_the_worst_preference_decides(world: World) -> None:
    world.adopt()
    assert ask(world, "shadow_reads_agree").verdict is Verdict.UNKNOWN
    tell(world, Counted.SHADOW_READ, Tally(100))
    assert ask(world, "shadow_reads_agree", RX, ALERTS).verdict is Verdict.UNKNOWN
    tell(world, Counted.SHADOW_READ, Tally(50, 50), ALERTS)
    answer = ask(world, "shadow_reads_agree", RX, ALERTS)
    assert answer.verdict is FAIL
    assert ALERTS in answer.sentence
    assert RX not in answer.sentence


def test_comparisons_of_more_than_seven_days_ago_or_from_before_the_last_move_count_no_more(world: World) -> None:
    world.adopt()
    tell(world, Counted.SHADOW_READ, Tally(100))
    world.clock.advance(7 * 24 * 3600)
    assert ask(world, "shadow_reads_agree").verdict is PASS
    world.clock.advance(1)
    assert ask(world, "shadow_reads_agree").verdict is Verdict.UNKNOWN
    tell(world, Counted.SHADOW_READ, Tally(100))
    world.flip(VA_GOV, RX)
    assert ask(world, "shadow_reads_agree", to=MHV).verdict is Verdict.UNKNOWN


# unleash_flag


@dataclass
class Flags:
    """A FlagPort that says what a test says."""

    state: FlagState
    asked: list[str] = field(default_factory=list)

    def ask(self, flag: str) -> FlagAnswer:
        """See FlagPort."""
        self.asked.append(flag)
        return FlagAnswer(self.state, f"The flag {flag} is {self.state}.")


@pytest.mark.parametrize(("state", "verdict"), [*zip(FlagState, (PASS, FAIL, Verdict.UNKNOWN), strict=True)])
def test_a_flag_passes_when_it_is_on_fails_when_it_is_off_and_is_unknown_when_nobody_can_say(
    sqlite_world: World, state: FlagState, verdict: Verdict
) -> None:
    flags = sqlite_world.flags = Flags(state)
    answer = ask(sqlite_world, "unleash_flag:new_settings")
    assert answer == CheckAnswer("unleash_flag:new_settings", verdict, f"The flag new_settings is {state}.")
    assert flags.asked == ["new_settings"]


def test_where_no_unleash_is_configured_no_flag_passes(sqlite_world: World) -> None:
    assert ask(sqlite_world, "unleash_flag:new_settings").verdict is Verdict.UNKNOWN


# systems_reachable, milestone_reached, confirmed, and every check


@pytest.mark.parametrize("silent", [MHV, VA_GOV])
def test_a_system_that_does_not_answer_fails_it_and_its_words_are_told(sqlite_world: World, silent: object) -> None:
    assert ask(sqlite_world, "systems_reachable").verdict is PASS
    sqlite_world.systems[silent].down = "It is closed."  # type: ignore[index]
    answer = ask(sqlite_world, "systems_reachable")
    assert (answer.verdict, "It is closed." in answer.sentence) == (FAIL, True)


def test_a_milestone_passes_once_it_is_reached_and_one_that_is_nowhere_is_unknown(world: World) -> None:
    world.milestones = {"live": Milestone("live", "Medications is live")}
    assert ask(world, "milestone_reached:live").verdict is FAIL
    assert ask(world, "milestone_reached:nowhere").verdict is Verdict.UNKNOWN


def test_what_no_step_asks_cannot_be_confirmed(world: World) -> None:
    assert ask(world, "confirmed:seen").verdict is Verdict.UNKNOWN


def test_a_check_that_this_version_does_not_have_is_unknown_and_watched(sqlite_world: World) -> None:
    assert ask(sqlite_world, "moon_is_full").verdict is Verdict.UNKNOWN
    assert sqlite_world.checks().watched(["moon_is_full", "shadow_reads_agree"]) == ["moon_is_full"]


def test_a_check_that_meets_a_refusal_is_unknown_and_keeps_no_other_from_being_asked(sqlite_world: World) -> None:
    def unreadable() -> None:
        raise Refusal("plan_invalid", "milestones.toml cannot be read.", "Mend it.")

    means = sqlite_world.means()
    broken = Checks(type(means)(means.store, means.systems, means.catalogue, unreadable))  # type: ignore[arg-type]
    answers = broken.ask(["milestone_reached:live", "systems_reachable"], Question((RX,), MHV, VA_GOV))
    assert [one.verdict for one in answers] == [Verdict.UNKNOWN, PASS]
    assert "milestones.toml cannot be read. Mend it." in answers[0].sentence


def test_known_failure_17_an_unknown_answer_never_passes() -> None:
    answers = [CheckAnswer("x", verdict, "") for verdict in Verdict]
    assert [one.verdict for one in answers if one.passes] == [PASS]
    assert all(CheckAnswer("x", verdict, "", overridden=True).passes for verdict in Verdict)


def test_every_check_is_found_by_its_file() -> None:
    assert set(known()) >= {
        "systems_reachable",
        "leases_current",
        "shadow_reads_agree",
        "milestone_reached",
        "confirmed",
        "unleash_flag",
        "write_errors",
        "no_wrong_side_writes",
    }
    assert not known()["shadow_reads_agree"].in_bake
