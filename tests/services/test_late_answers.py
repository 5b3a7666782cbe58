"""Answers to checks that come late: while they were asked a person decided, or another process was faster."""

import pytest

from app.domain.plans import Step, StepState
from app.services.checks.asking import Checks
from app.services.scheduling import Ticked
from tests.services.acts import Acts
from tests.services.timetable import Timetable, plan
from tests.services.world import RX, VA_GOV, World

FIRST = Step("first", (RX,), VA_GOV, checks=("systems_reachable",))


@pytest.mark.parametrize("act", ["skip", "retry"])
def test_answers_to_checks_that_were_asked_before_a_person_decided_start_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    times = Timetable(world, plan(FIRST))
    acts = Acts(times)
    ask = Checks.ask

    def slowly(checks: Checks, *asked: object) -> object:
        if act == "retry":
            acts.put(StepState.HELD)
        acts.step(act)
        return ask(checks, *asked)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(Checks, "ask", slowly)
    assert times.tick() == Ticked()
    assert (times.state("first"), times.step("first").move) == ({"skip": "skipped", "retry": "waiting"}[act], None)


@pytest.mark.parametrize("again", [False, True], ids=["started", "retried and due again"])
def test_answers_that_come_when_the_step_has_gone_on_without_them_change_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, *, again: bool
) -> None:
    times = Timetable(world, plan(FIRST))
    acts = Acts(times)
    ask = Checks.ask

    def slowly(checks: Checks, *asked: object) -> object:
        monkeypatch.setattr(Checks, "ask", ask)
        answers = ask(checks, *asked)  # type: ignore[arg-type]  # handed on as it came
        world.clock.advance(16)
        if again:
            acts.put(StepState.HELD)
            acts.step("retry")
            world.systems[VA_GOV].down = "It is closed."
        times.tick()
        return answers

    monkeypatch.setattr(Checks, "ask", slowly)
    assert times.tick() == Ticked()
    assert times.state("first") is (StepState.DUE if again else StepState.RUNNING)
