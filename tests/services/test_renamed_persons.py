"""Four eyes are two persons, not two names: whoever is renamed is still the same."""

from dataclasses import replace
from functools import partial

from app.domain.plan_gates import Kind, SignOff, gates_of
from app.domain.plans import Step
from app.services.planning.proposing import approve, propose
from app.services.recording import By
from app.services.scheduling import Ticked
from tests.fakes.clock import BEGINNING
from tests.services.acts import Acts, version
from tests.services.stops import refused
from tests.services.timetable import Timetable
from tests.services.world import RX, VA_GOV, World, catalogue, preference

ADA, RENAMED = By("person:Ada One <ada>", "Looked."), By("person:Ada Two <ada>", "Looked again.")
NAMESAKE = By("person:Ada One <ada-2>", "Looked too.")
FIRST = Step("first", (RX,), VA_GOV, approvals=2)


def test_a_renamed_person_approves_a_step_once_and_can_take_it_back(world: World) -> None:
    times = Timetable(world, version("one", FIRST))
    acts = Acts(times)
    acts.step("approve", by=ADA)
    acts.refused("already_approved", partial(acts.step, "approve", by=RENAMED))
    acts.step("withdraw", by=RENAMED)
    acts.step("approve", by=RENAMED)
    assert times.tick() == Ticked()
    acts.step("approve", by=NAMESAKE)
    assert times.tick().started == ("plan/first",)


def test_a_renamed_author_approves_no_step(world: World) -> None:
    acts = Acts(Timetable(world, version("one", FIRST)))
    acts.accept(version("two", replace(FIRST, approvals=1)), ADA)
    acts.refused("not_four_eyes", partial(acts.step, "approve", by=RENAMED))
    acts.step("approve", by=NAMESAKE)


def test_a_renamed_person_approves_no_proposal_of_their_own_and_any_other_once(world: World) -> None:
    world.files = catalogue(preference(RX, approvals_by_hand=2))
    world.adopt()

    def ask(number: int, by: By) -> str:
        with world.store.writing() as unit:
            return approve(unit, world.files, number, by).state

    with world.store.writing() as unit:
        number = propose(unit, world.files, world.wish(VA_GOV, RX), NAMESAKE).proposal.id
        own = propose(unit, world.files, world.wish(VA_GOV, RX), ADA).proposal.id
    assert refused(partial(ask, own, RENAMED)).code == "not_four_eyes"
    assert ask(number, ADA) == "open"
    assert refused(partial(ask, number, RENAMED)).code == "already_approved"
    assert ask(number, By("token:bob", "Looked.")) == "started"


def test_two_approvals_under_two_names_of_one_person_count_once_however_they_came_to_be() -> None:
    def given(number: int, by: By) -> SignOff:
        return SignOff(number, Kind.APPROVAL, "plan/first", "", "basis", by.actor, by.reason, BEGINNING)

    signed = [given(1, ADA), given(2, RENAMED), given(3, NAMESAKE)]
    gates = gates_of(signed, "plan/first", "basis", BEGINNING)
    assert [one.id for one in gates.approvals] == [1, 3]
