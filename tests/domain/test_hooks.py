"""Webhooks: types by rule and not by list, patterns, addresses, names, signatures."""

import base64
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from app.domain.hooks import (
    event_type,
    matches,
    message_id,
    origin_of,
    require_address,
    require_patterns,
    secret_text,
    signed,
)
from app.domain.ledger import Entry
from app.domain.ownership import Act
from app.domain.refusals import Refusal
from tests.fakes.clock import BEGINNING

CHANGED: dict[str, Any] = {"preferences": {"a": {"before": {}, "after": {}}}}


def entry(act: str, body: Any = None, number: int = 7) -> Entry:
    """An entry of the ledger."""
    return Entry(number, BEGINNING, "token:pm", act, "It is time.", 3, body or {}).sealed()


@pytest.mark.parametrize("act", [*Act, "recover", "an_act_to_come"])
def test_what_changed_ownership_is_about_ownership_whatever_it_is_called(act: str) -> None:
    assert event_type(entry(act, CHANGED)) == f"ownership.{act}"


@pytest.mark.parametrize(
    ("act", "event"),
    [
        ("move", "move.started"),
        ("move_done", "move.done"),
        ("call_off_before_freeze", "move.called_off_before_freeze"),
        ("plan_started", "plan.started"),
        ("plan_done", "plan.done"),
        ("plan_paused", "plan.paused"),
        ("step_held", "step.held"),
        ("step_due", "step.due"),
        ("step_needs_met", "step.needs_met"),
        ("stop", "stop.made"),
        ("stop_lifted", "stop.lifted"),
    ],
)
def test_the_type_of_an_act_is_its_first_word_and_the_rest(act: str, event: str) -> None:
    assert event_type(entry(act, {"preferences": ["a"]})) == event


@pytest.mark.parametrize(
    "act", ["token_created", "key_made", "incident", "incident_closed", "drained", "webhook_added", "planet", "steps"]
)
def test_what_is_about_nothing_of_these_is_told_to_nobody(act: str) -> None:
    assert event_type(entry(act)) is None


@pytest.mark.parametrize(
    ("patterns", "event", "wanted"),
    [
        (["*"], "step.held", True),
        (["step.*"], "step.held", True),
        (["step.held"], "step.held", True),
        (["step.done", "move.*"], "step.held", False),
        (["step.hel"], "step.held", False),
        (["step.held"], "step.held_again", False),
        ([], "step.held", False),
    ],
)
def test_a_pattern_means_all_or_a_subject_or_one_type(patterns: list[str], event: str, wanted: bool) -> None:
    assert matches(patterns, event) is wanted


def test_patterns_that_can_match_are_taken() -> None:
    require_patterns(["*", "step.*", "ownership.activate", "plan.to_come"])


@pytest.mark.parametrize("pattern", ["", "step", "steps.*", "*.held", "step.*.x", "Step.held", "step.held\n", "**"])
def test_a_pattern_that_can_match_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_patterns(["*", pattern])
    assert refused.value.code == "invalid"


@pytest.mark.parametrize(
    "url",
    [
        "https://receiver.example.gov",
        "https://receiver.example.gov:8443/a/b?key=1",
        "https://10.0.0.7/",
        "http://localhost:9000/hook",
        "http://127.0.0.1/hook",
        "http://127.9.9.9:80",
        "http://[::1]:9000/",
    ],
)
def test_an_address_over_https_or_on_this_machine_is_taken(url: str) -> None:
    require_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example.gov",
        "http://10.0.0.7",
        "http://localhost.example.gov",
        "http://127.0.0.1.example.gov",
        "http://0.0.0.0",
        "https://ada:invented@receiver.example.gov",
        "https://ada@receiver.example.gov",
        "https://@receiver.example.gov",
        "https://receiver.example.gov/#part",
        "https://",
        "https:///a",
        "https://receiver.example.gov:port",
        "https://receiver.example.gov:99999",
        "https://[::1",
        "https://receiver example.gov",
        "https://receiver.example.gov/a b",
        "https://receiver.example.gov/\r\nX-More: 1",
        "https://receiver.example.gov/é",
        "https://receiver.example.gov\\@other.example",
        "ftp://receiver.example.gov",
        "file:///etc/hosts",
        "receiver.example.gov",
        "",
        f"https://receiver.example.gov/{'a' * 500}",
    ],
)
def test_any_other_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_address(url)
    assert refused.value.code == "invalid"
    assert "receiver" not in refused.value.detail


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://chat.example.gov/services/very/secret", "https://chat.example.gov/…"),
        ("https://chat.example.gov?secret=1", "https://chat.example.gov/…"),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
    ],
)
def test_of_an_address_only_the_host_is_told(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_a_message_is_named_by_its_entry_and_not_by_the_number_alone() -> None:
    """After a restore the same number may tell of something else: a receiver must not pass it over as known."""
    one, other = entry("move_done"), entry("move_done", {"move": 2})
    assert message_id(one) == message_id(entry("move_done"))
    assert message_id(one) == f"msg_7_{one.hash[:16]}"
    assert message_id(one) != message_id(other)


def test_the_signature_is_what_the_library_of_the_standard_makes() -> None:
    secret, body = bytes(range(32)), '{"text":"Ω – it is."}'.encode()
    headers = signed(secret, "msg_7_abc", int(BEGINNING.timestamp()), body)
    assert headers == {
        "webhook-id": "msg_7_abc",
        "webhook-timestamp": str(int(BEGINNING.timestamp())),
        "webhook-signature": Verifier(secret_text(secret)).sign("msg_7_abc", BEGINNING, body.decode()),
    }


def test_a_secret_is_written_as_the_standard_says() -> None:
    text = secret_text(bytes(range(32)))
    assert text.startswith("whsec_")
    assert base64.b64decode(text.removeprefix("whsec_"), validate=True) == bytes(range(32))
