"""What a webhook tells: each event in one line that people understand, and as an object."""

from typing import Any

import pytest

from app.domain.hook_words import LONGEST, payload, sentence
from app.domain.hooks import event_type
from app.domain.ledger import Entry
from tests.fakes.clock import BEGINNING

TITLES = {"a": "Parcels", "b": "Visits", "c": "Results", "d": "News"}


def entry(act: str, body: Any, reason: str = "It is time.") -> Entry:
    """An entry of the ledger."""
    return Entry(7, BEGINNING, "token:pm", act, reason, 3, body).sealed()


def said(act: str, body: Any, reason: str = "It is time.", **context: Any) -> str:
    """The sentence of an event."""
    told = entry(act, body, reason)
    return sentence(told, event_type(told) or "", lambda key: TITLES.get(key, key), context)


def after(state: str, owner: str | None = "mhv", target: str | None = None) -> dict[str, Any]:
    """What became of a preference."""
    return {"before": {}, "after": {"state": state, "owner": owner, "target": target, "epoch": 4, "surfaces": []}}


@pytest.mark.parametrize(
    ("act", "preferences", "text"),
    [
        ("activate", {"a": after("held", "va_gov")}, "Parcels is now written at VA.gov"),
        (
            "freeze",
            {"a": after("moving", "mhv", "va_gov"), "b": after("moving", "mhv", "va_gov")},
            "Parcels and Visits are moving from MHV to VA.gov; until then nobody can change a choice",
        ),
        ("retire", {"a": after("retired")}, "Parcels is now retired"),
        (
            "freeze",
            {"a": after("moving", "mhv", "nobody")},
            "Parcels is moving from MHV to nobody; until then nobody can",
        ),
        (
            "recover",
            {"a": after("stopped"), "b": after("unowned", None), "c": after("stopped")},
            "Parcels and Results are now stopped until a person names its owner; Visits is now held by no system yet",
        ),
        ("an_act_to_come", {"e": after("held")}, "E is now written at MHV"),
        ("adopt", {key: after("held") for key in "abcd"}, "Parcels, Visits, Results and 1 more are now written at MHV"),
        ("adopt", {key: after("held") for key in "abc"}, "Parcels, Visits and Results are now written at MHV"),
    ],
)
def test_a_change_of_ownership_says_where_each_preference_is_written(
    act: str, preferences: dict[str, Any], text: str
) -> None:
    assert said(act, {"preferences": preferences}).startswith(text)


def test_a_change_says_which_move_of_which_step_it_was_and_why() -> None:
    body = {"move": 7, "preferences": {"a": after("held", "va_gov")}}
    told = said("activate", body, plan="demo", step="rx")
    assert told == "Parcels is now written at VA.gov (move 7, step rx of plan demo). Reason: It is time."
    assert said("activate", body) == "Parcels is now written at VA.gov (move 7). Reason: It is time."
    assert said("adopt", {**body, "move": None}) == "Parcels is now written at VA.gov. Reason: It is time."


MOVE = {"move": 7, "preferences": ["a", "b"], "plan": None, "step": None, "to": "va_gov"}


@pytest.mark.parametrize(
    ("act", "body", "text"),
    [
        ("move", MOVE, "A move of Parcels and Visits to VA.gov was started (move 7)"),
        ("move", {**MOVE, "to": "nobody"}, "A move of Parcels and Visits to nobody was started (move 7)"),
        (
            "call_off_before_freeze",
            {**MOVE, "plan": "demo", "step": "rx"},
            "The move of Parcels and Visits was called off before anything was frozen (move 7, step rx of plan demo)",
        ),
        ("move_done", {"move": 7}, "The move is done (move 7)"),
        ("move_to_come", {"move": 7}, "Move 7: to come"),
        ("plan_started", {"plan": "demo", "hash": "abc"}, "Plan demo: started"),
        ("plan_paused", {"plan": "demo"}, "Plan demo: paused"),
        ("step_held", {"plan": "demo", "step": "rx", "move": 7}, "Step rx: held (move 7, plan demo)"),
        ("step_due", {"plan": "demo", "step": "rx"}, "Step rx: due (plan demo)"),
        ("stop_lifted", {}, "Stop: lifted"),
    ],
)
def test_every_other_event_is_a_sentence_too_also_one_to_come(act: str, body: dict[str, Any], text: str) -> None:
    assert said(act, body) == f"{text}. Reason: It is time."


def test_a_sentence_is_one_line_of_at_most_500_characters_and_nothing_in_it_is_escaped() -> None:
    assert said("stop_made", {}, "One\n\ttwo  <three> & *four*.") == "Stop: made. Reason: One two <three> & *four*."
    long = said("stop_made", {}, "x" * 500)
    assert len(long) == LONGEST
    assert long.endswith("x…")


def test_nothing_of_an_entry_takes_the_place_of_what_the_object_says_itself() -> None:
    told = entry("step_held", {"plan": "demo", "number": "no number", "reason": "another", "act": "x", "actor": "y"})
    assert payload(told, "step.held") == {
        "type": "step.held",
        "timestamp": "2027-03-02T05:00:00.000Z",
        "data": {
            "plan": "demo",
            "number": 7,
            "act": "step_held",
            "actor": "token:pm",
            "reason": "It is time.",
            "revision": 3,
        },
    }
