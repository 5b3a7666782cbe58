"""A dry run of a plan over the API: what would be done, when, what everybody meets, and that it is what happens."""

from datetime import timedelta

import pytest

from app.domain.moves import Stage
from app.services.showing import utc
from tests.entrypoints.api.asking import FIRST_KEY, SECOND_KEY, Api, refused
from tests.entrypoints.api.planned import LIVE, NIGHT, ON_PAGE, WHY, at, preview
from tests.entrypoints.filed import HEAD, put, step, text
from tests.entrypoints.invented import InventedSystem
from tests.entrypoints.world import World

MIDNIGHT = "2027-03-02T05:00:00.000Z"
NO_DATE = '[some_day]\ntitle = "Some day"\n'
TOLD = 'notice = { warning = "2d", blocked = "1h", text = "From {date}.", instead = "Write to us." }'


def test_actions_stand_in_their_order_with_times_in_utc_and_eastern(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("late", SECOND_KEY, NIGHT), step("early", FIRST_KEY)))

    told = preview(ada)

    assert at(told) == [("early", MIDNIGHT), ("late", "2027-03-03T05:00:00.000Z")]
    assert [one["at_eastern"] for one in told["actions"]] == ["2027-03-02T00:00:00-05:00", "2027-03-03T00:00:00-05:00"]
    assert [one["until"] for one in told["actions"]] == ["2027-03-02T06:00:00.000Z", "2027-03-03T09:00:00.000Z"]
    assert told["actions"][0]["does"] == f"Move {FIRST_KEY} to VA.gov."
    assert (told["never"], told["assumed"], told["not_startable"]) == ([], [], None)


def test_what_is_ready_at_once_is_not_passed_over_for_what_comes_later(filed: World, ada: Api) -> None:
    """The first step is done in no time; the last one has a date weeks away: the one between them starts today."""
    after = 'needs = { steps = ["first"] }'
    far = "not_before = 2027-04-01T00:00:00"
    put(
        filed,
        "one",
        text(step("first"), step("back", FIRST_KEY, after, to="mhv"), step("far", SECOND_KEY, far)),
    )

    told = preview(ada)

    assert at(told) == [("first", MIDNIGHT), ("back", MIDNIGHT), ("far", "2027-04-01T04:00:00.000Z")]
    assert told["never"] == []


def test_the_same_is_asked_once_for_all_steps_of_one_rehearsal_and_anew_for_the_next(
    filed: World, ada: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system that is silent is so waited for once, and not once for each step."""
    asked: list[str] = []

    def silent(self: InventedSystem) -> str | None:
        asked.append("va_gov" if self is filed.va_gov else "mhv")
        return self.trouble

    monkeypatch.setattr(InventedSystem, "reachable", silent)
    ready = 'needs = { checks = ["confirmed:ready"] }'
    after = 'needs = { checks = ["confirmed:ready"], steps = ["first"] }'
    put(filed, "one", text(step("first", FIRST_KEY, ready), step("back", FIRST_KEY, after, to="mhv")))
    filed.va_gov.trouble = "It is closed."

    told = preview(ada)["actions"]

    assert sorted(asked) == ["mhv", "va_gov"]
    for one in told:
        sentences = {each["check"]: each["sentence"] for each in one["checks"]}
        assert "It is closed." in sentences["systems_reachable"]
        assert sentences["confirmed:ready"] == f"Nobody has confirmed ready of step {one['step']}."
    filed.va_gov.trouble = None
    assert {one["checks"][0]["verdict"] for one in preview(ada)["actions"]} == {"pass"}
    assert len(asked) == 4


def test_checks_are_asked_for_real(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("first", FIRST_KEY, 'needs = { checks = ["confirmed:ready"] }')))
    filed.va_gov.trouble = "It is closed."

    [action] = preview(ada)["actions"]
    answers = {one["check"]: one for one in action["checks"]}

    assert {name: one["verdict"] for name, one in answers.items()} == {
        "systems_reachable": "fail",
        "confirmed:ready": "fail",
    }
    assert "It is closed." in answers["systems_reachable"]["sentence"]
    filed.va_gov.trouble = None
    [action] = preview(ada)["actions"]
    assert action["checks"][0]["verdict"] == "pass"


def test_what_systems_and_veterans_meet_is_told_before_meanwhile_and_after(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("first", FIRST_KEY, ON_PAGE)))

    [action] = preview(ada)["actions"]
    [seen] = action["sees"]

    page = ["mhv_profile"]
    assert seen == {
        "key": FIRST_KEY,
        "before": {"state": "held", "owner": "mhv", "read_from": "mhv", "write_to": "mhv", "surfaces": page},
        "during": {"state": "moving", "owner": "mhv", "read_from": "mhv", "write_to": None, "surfaces": page},
        "after": {
            "state": "held",
            "owner": "va_gov",
            "read_from": "va_gov",
            "write_to": "va_gov",
            "surfaces": ["va_gov_profile"],
        },
    }
    assert action["freeze_limit"] == "2m"


def test_a_step_that_only_changes_pages_freezes_nothing(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("pages", FIRST_KEY, ON_PAGE, to=None)))

    [action] = preview(ada)["actions"]

    assert (action["freeze_limit"], action["checks"], action["sees"][0]["during"]) == (None, [], None)
    assert action["sees"][0]["after"]["owner"] == "mhv"
    assert action["sees"][0]["after"]["surfaces"] == ["va_gov_profile"]


def test_a_retirement_leaves_nobody_to_read_or_write(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("gone", FIRST_KEY, to="nobody")))

    [action] = preview(ada)["actions"]

    after = action["sees"][0]["after"]
    assert (after["state"], after["read_from"], after["write_to"]) == ("retired", None, None)
    assert action["does"] == f"Retire {FIRST_KEY}: nobody can change it anywhere any more."


def test_notices_are_told_with_their_times(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("first", FIRST_KEY, "not_before = 2027-03-20T12:00:00", TOLD)))

    [action] = preview(ada)["actions"]

    assert [(one["level"], one["from"], one["until"]) for one in action["notices"]] == [
        ("warning", "2027-03-18T12:00:00-04:00", "2027-03-20T11:00:00-04:00"),
        ("blocked", "2027-03-20T11:00:00-04:00", "2027-03-20T13:00:00-04:00"),
    ]
    assert action["notices"][0]["text"] == "From March 20, 2027."


def test_what_nobody_can_know_is_assumed_and_said_and_nothing_else_is(filed: World, ada: Api) -> None:
    put(
        filed,
        "milestones",
        LIVE + NO_DATE + '[other]\ntitle = "Other"\nearliest = 2027-03-04\nlikely = 2027-03-05\nlatest = 2027-03-06\n',
    )
    first = step("first", FIRST_KEY, "approvals = 2", 'needs = { milestones = ["live"] }')
    put(
        filed, "one", text(first, step("never", SECOND_KEY, 'needs = { steps = ["first"], milestones = ["some_day"] }'))
    )

    told = preview(ada)

    assert at(told) == [("first", "2027-03-10T05:00:00.000Z")]
    assert told["assumed"] == [
        "Step first: its 2 approvals are given in time.",
        "“It is live” comes on its likely day, 2027-03-10.",
    ]
    assert told["never"] == [{"step": "never", "why": "No date: it waits for the milestone “Some day”."}]


def test_a_milestone_whose_likely_day_has_passed_is_assumed_to_come_now(filed: World, ada: Api) -> None:
    put(filed, "milestones", LIVE)
    put(filed, "one", text(step("first", FIRST_KEY, 'needs = { milestones = ["live"] }')))
    filed.clock.advance(9 * 86_400)

    told = preview(ada)

    assert at(told) == [("first", "2027-03-11T05:00:00.000Z")]
    assert told["assumed"] == ["“It is live” comes now: its likely day, 2027-03-10, has passed."]


def test_what_is_in_the_way_now_is_told_with_each_step(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("first"), step("second", SECOND_KEY)))
    ada.post("/locks/" + FIRST_KEY, WHY)

    first, second = preview(ada)["actions"]

    assert f"{FIRST_KEY} is locked" in first["would_stop"]
    assert [one["kind"] for one in first["waits_now"]] == ["stop"]
    assert (second["would_stop"], second["waits_now"]) == (None, [])


def test_a_later_step_is_judged_by_what_will_be_and_not_by_what_is(filed: World, ada: Api) -> None:
    """MHV holds it now; by the time of the way back VA.gov does."""
    back = step("back", FIRST_KEY, 'needs = { steps = ["first"] }', to="mhv")
    put(filed, "one", text(step("first"), back))

    assert [one["would_stop"] for one in preview(ada)["actions"]] == [None, None]


def test_a_plan_that_could_not_be_started_says_why(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("first")))
    put(filed, "two", text(step("first")))
    ada.post("/plans/two/start", WHY)

    assert f"{FIRST_KEY} is in the plan two" in preview(ada)["not_startable"]
    assert preview(ada, "two")["not_startable"] is None


def test_a_plan_that_ended_is_shown_as_it_would_be_started_anew(filed: World, ada: Api) -> None:
    put(filed, "one", text(step("first")))
    ada.post("/plans/one/start", WHY)
    ada.post("/plans/one/cancel", WHY, {"If-Match": ada.get("/plans/one").headers["ETag"]})
    put(filed, "one", text(step("other", SECOND_KEY)))

    assert at(preview(ada)) == [("other", MIDNIGHT)]


def test_what_is_under_way_ends_when_its_watch_does_and_is_not_done_again(filed: World, ada: Api) -> None:
    back = step("back", FIRST_KEY, 'needs = { steps = ["first"] }', to="mhv")
    put(filed, "one", text(step("first", FIRST_KEY, 'bake = "1d"'), back))
    ada.post("/plans/one/start", WHY)
    filed.context.tick()
    activated = filed.drive(1, Stage.WATCH).activated
    assert activated is not None
    filed.clock.advance(3600)
    ada.post("/plans/one/pause", WHY, {"If-Match": "*"})

    told = preview(ada)

    assert at(told) == [("back", utc(activated + timedelta(days=1)))]
    [seen] = told["actions"][0]["sees"]
    assert (seen["before"]["owner"], seen["after"]["owner"]) == ("va_gov", "mhv")
    assert told["assumed"] == [
        "The plan, which is paused, is resumed now.",
        "Step first, which is under way, ends well.",
    ]


def test_of_a_move_that_is_frozen_now_the_new_owner_is_told_of_the_next_step(filed: World, ada: Api) -> None:
    back = step("back", FIRST_KEY, 'needs = { steps = ["first"] }', to="mhv")
    put(filed, "one", text(step("first"), back))
    ada.post("/plans/one/start", WHY)
    filed.context.tick()
    filed.drive(1, Stage.DRAIN)

    [action] = preview(ada)["actions"]

    assert [action["sees"][0][when]["owner"] for when in ("before", "after")] == ["va_gov", "mhv"]


def test_no_plan_has_no_preview_and_a_bad_one_is_refused_with_its_faults(filed: World, ada: Api) -> None:
    put(filed, "bad", HEAD)

    refused(ada.get("/plans/invented/preview"), "not_found")
    assert refused(ada.get("/plans/bad/preview"), "plan_invalid")["faults"]
