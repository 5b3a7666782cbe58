"""A new version of a plan that runs: its difference, what stands in its way, and what becomes of each step."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.plans import NoticeTerms, Plan, PlanState, Step, StepState
from app.domain.refusals import Refusal
from app.services.planning import starting
from app.services.planning.starting import candidate
from app.services.planning.versions import Difference, difference
from app.services.scheduling import Ticked
from tests.fakes.clock import BEGINNING
from tests.services.acts import ANN, Acts, version
from tests.services.timetable import Timetable, plan
from tests.services.world import ALERTS, IMAGES, MHV, NEWS, PM, RX, VA_GOV, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = Step("first", (RX,), VA_GOV)
SECOND = Step("second", (ALERTS,), VA_GOV, needs_steps=("first",))
THIRD = Step("third", (IMAGES,), VA_GOV)


def playing(world: World, *steps: Step) -> tuple[Timetable, Acts]:
    """The first version of a plan, which runs, and who acts on it."""
    times = Timetable(world, version("one", *steps))
    return times, Acts(times)


def differing(acts: Acts, new: Plan) -> Difference:
    """How a text differs from what runs."""
    with acts.times.world.store.reading() as unit:
        around = acts.around(unit)
    return difference(around.plan, around.row, new)


def test_a_difference_shows_the_texts_line_by_line_and_each_step_in_words(world: World) -> None:
    times = Timetable(world, version("a\nb\n", FIRST, SECOND))
    changed = replace(FIRST, bake=HOUR, checks=("systems_reachable",))
    new = version("a\nc\n", changed, THIRD)
    found = differing(Acts(times), new)
    assert found.lines[2:] == ("@@ -1,2 +1,2 @@", " a", "-b", "+c")
    assert found.steps == {
        "first": "checks: none → systems_reachable; bake: 0:00:00 → 1:00:00",
        "second": "it is taken out",
        "third": "it is new",
    }
    assert (found.before, found.after, found.conflicts) == (times.row().hash, new.hash, ())
    told = found.as_json()
    assert (told["same"], told["diff"], told["steps"]) == (False, list(found.lines), dict(found.steps))


def test_a_text_that_runs_already_differs_in_nothing_and_is_not_accepted(world: World) -> None:
    times, acts = playing(world, FIRST)
    found = differing(acts, times.plans["plan"])
    assert (found.lines, found.steps, found.as_json()["same"]) == ((), {}, True)
    acts.refused("nothing_new", lambda: acts.accept(times.plans["plan"]))


def test_an_accepted_version_has_its_text_hash_and_author_and_stands_in_the_ledger(world: World) -> None:
    times, acts = playing(world, FIRST)
    before, new = times.row(), version("two", FIRST, THIRD)
    acts.accept(new, ANN)
    row = times.row()
    assert (row.text, row.hash, row.author, row.preferences) == ("two", new.hash, ANN.actor, (RX, IMAGES))
    assert (row.actor, row.started, row.state) == (PM.actor, before.started, PlanState.RUNNING)
    assert row.version > before.version
    body = {"plan": "plan", "before": before.hash, "hash": new.hash, "steps": {"third": "it is new"}}
    assert (world.ledger[-1].act, world.ledger[-1].actor, world.ledger[-1].body) == (
        "version_accepted",
        ANN.actor,
        body,
    )


def test_steps_keep_their_states_new_ones_wait_and_removed_ones_go(world: World) -> None:
    times, acts = playing(world, FIRST, SECOND)
    times.tick()
    acts.accept(version("two", THIRD, FIRST))
    assert [(step.id, step.state) for step in times.row().steps] == [("third", "waiting"), ("first", "running")]
    assert times.tick().started == ("plan/third",)
    world.finish(times.move("first"))
    assert times.tick().ended == ("plan/first",)
    world.finish(times.move("third"))
    times.tick()
    assert times.row().state is PlanState.DONE


@pytest.mark.parametrize("needs", [(), ("first",)], ids=["without needs", "whose needs were met"])
def test_the_time_of_a_new_step_counts_from_when_its_version_was_accepted(world: World, needs: tuple[str, ...]) -> None:
    times, acts = playing(world, FIRST, replace(SECOND, not_before=BEGINNING + 9 * DAY))
    times.tick()
    world.finish(times.move("first"))
    times.tick()
    world.clock.advance(5 * 86_400)
    acts.accept(version("two", FIRST, replace(SECOND, not_before=None), replace(THIRD, needs_steps=needs)))
    assert times.tick() == Ticked(started=("plan/second", "plan/third")), "neither is late: nobody asked for it before"


def test_a_step_whose_time_passed_is_not_let_go_by_a_version_that_says_nothing_of_it(world: World) -> None:
    times, acts = playing(world, FIRST)
    world.clock.advance(5 * 3600)
    acts.accept(version("two", FIRST, THIRD))
    assert times.tick() == Ticked(started=("plan/third",), held=("plan/first",))


def test_a_due_step_of_a_new_version_is_looked_at_anew(world: World) -> None:
    world.systems[VA_GOV].down = "It is closed."
    times, acts = playing(world, replace(FIRST, checks=("systems_reachable",)))
    times.tick()
    world.clock.advance(1800)
    acts.accept(version("two", replace(FIRST, checks=("systems_reachable",)), THIRD))
    assert (times.state("first"), times.step("first").why) == (StepState.WAITING, None)
    world.clock.advance(1801)
    assert times.tick().held == ("plan/first",), "its opening is no longer than it was"


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ((SECOND,), "is missing"),
        ((replace(FIRST, to=MHV), SECOND), "something else"),
        ((replace(FIRST, preferences=(NEWS,)), SECOND), "something else"),
        ((replace(FIRST, surfaces=("va_gov_profile",)), SECOND), "something else"),
    ],
)
@pytest.mark.parametrize("state", ["running", "watching", "done", "undone", "held"])
def test_what_a_step_that_has_begun_does_is_changed_by_no_version(
    sqlite_world: World, state: StepState, new: tuple[Step, ...], words: str
) -> None:
    times, acts = playing(sqlite_world, FIRST, SECOND)
    times.tick()
    acts.put(StepState(state))
    two = version("two", *new)
    [conflict] = differing(acts, two).conflicts
    assert conflict.startswith(f"Step first is {state}")
    assert words in conflict
    assert acts.refused("version_conflicts", lambda: acts.accept(two)).facts == {"conflicts": [conflict]}


@pytest.mark.parametrize("state", ["waiting", "due", "skipped"])
def test_what_a_step_that_has_not_begun_does_may_be_changed(sqlite_world: World, state: str) -> None:
    times, acts = playing(sqlite_world, FIRST, SECOND)
    acts.put(StepState(state))
    acts.accept(version("two", replace(FIRST, surfaces=("va_gov_profile",))))
    assert [step.id for step in times.row().steps] == ["first"]


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_a_plan_that_is_over_takes_no_new_version(world: World, state: str) -> None:
    times, acts = playing(world, FIRST)
    if state == "done":
        acts.step("skip")
        times.tick()
    else:
        acts.plan("cancel")
    acts.refused("plan_state", lambda: acts.accept(version("two", THIRD)))


def test_known_failure_16_a_version_with_a_preference_of_another_running_plan_is_refused_and_told_which(
    world: World,
) -> None:
    times, acts = playing(world, FIRST)
    times.start(plan(THIRD, key="other"))
    refused = acts.refused("preference_in_plan", lambda: acts.accept(version("two", FIRST, THIRD)))
    assert refused.facts == {"key": IMAGES, "plan": "other"}
    assert times.tick().started == ("other/third", "plan/first")


def test_known_failure_16_a_second_schedule_of_a_preference_is_refused_also_while_the_first_is_paused(
    world: World,
) -> None:
    times, acts = playing(world, replace(FIRST, not_before=BEGINNING + DAY))
    acts.plan("pause")
    with pytest.raises(Refusal) as refused:
        times.start(plan(replace(FIRST, not_before=BEGINNING + 2 * DAY), key="other"))
    assert (refused.value.code, refused.value.facts) == ("preference_in_plan", {"key": RX, "plan": "plan"})
    acts.plan("cancel")
    times.start(plan(FIRST, key="other"))
    assert times.tick().started == ("other/first",)


def test_a_preference_that_a_new_version_leaves_out_is_free(world: World) -> None:
    times, acts = playing(world, FIRST, THIRD)
    acts.accept(version("two", FIRST))
    times.start(plan(THIRD, key="other"))
    assert "other/third" in times.tick().started


def test_a_paused_plan_takes_a_new_version_and_tells_veterans_nothing_until_it_is_resumed(world: World) -> None:
    notice = NoticeTerms(DAY, timedelta(0), "From {time}.")
    times, acts = playing(world, replace(FIRST, not_before=BEGINNING + DAY))
    acts.plan("pause")
    acts.accept(version("two", replace(FIRST, not_before=BEGINNING + 2 * DAY, notice=notice)))
    assert times.tick() == Ticked()
    with world.store.reading() as unit:
        assert unit.announcements.all() == []
    acts.plan("resume")
    times.tick()
    with world.store.reading() as unit:
        assert [one.text for one in unit.announcements.all()] == ["From 12:00 a.m. ET."]


def test_what_veterans_were_told_of_a_step_that_is_taken_out_or_dated_anew_is_told_no_more_at_once(
    world: World,
) -> None:
    notice = NoticeTerms(DAY, timedelta(0), "From {time}.")
    dated = replace(FIRST, not_before=BEGINNING + DAY, notice=notice)
    times, acts = playing(world, dated, replace(THIRD, not_before=BEGINNING + DAY, notice=notice))
    times.tick()
    acts.accept(version("two", replace(dated, not_before=BEGINNING + 2 * DAY)))
    with world.store.reading() as unit:
        assert unit.announcements.all() == []
    assert (times.step("first").due, times.step("first").until, times.step("first").needs_met) == (None, None, None)


def drafted(world: World, text: Plan) -> None:
    """Keep a text as a draft."""
    with world.store.writing() as unit:
        starting.draft(unit, text, ANN)


class Texts(Timetable):
    """A timetable whose plans are read by their texts, as files and drafts are."""

    def __init__(self, world: World, *texts: Plan) -> None:
        self.texts = {one.text: one for one in texts}
        super().__init__(world)

    def read(self, key: str, text: str) -> Plan:
        """A plan from a text."""
        assert self.texts[text].key == key
        return self.texts[text]


def test_a_draft_counts_before_the_file_until_it_is_discarded(world: World) -> None:
    file, kept = version("file", FIRST), version("draft", THIRD)
    times = Texts(world, file, kept)
    times.plans["plan"] = file
    drafted(world, kept)
    with world.store.writing() as unit:
        assert candidate(unit, times, world.files, "plan") == kept
        starting.discard(unit, "plan", ANN)
        assert candidate(unit, times, world.files, "plan") == file
        with pytest.raises(Refusal, match="no draft"):
            starting.discard(unit, "plan", ANN)


@pytest.mark.parametrize("by", ["start", "accept"])
def test_a_draft_is_forgotten_when_it_runs(world: World, by: str) -> None:
    times, acts = playing(world, FIRST)
    new = version("two", FIRST, THIRD)
    drafted(world, new)
    if by == "start":
        acts.plan("cancel")
        times.start(new)
    else:
        acts.accept(new)
    with world.store.reading() as unit:
        assert unit.drafts.all() == []


def test_each_draft_of_a_plan_has_the_next_version_and_stands_in_the_ledger(world: World) -> None:
    for number in (1, 2):
        drafted(world, version(f"draft {number}", FIRST))
        with world.store.reading() as unit:
            [kept] = unit.drafts.all()
        assert (kept.version, kept.text, world.ledger[-1].act) == (number, f"draft {number}", "plan_drafted")
