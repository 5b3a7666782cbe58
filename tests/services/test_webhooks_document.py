"""What docs/webhooks.md shows is true: its example verifies what is sent, and refuses what was changed."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from app.adapters.clock import MachineClock
from app.domain.hooks import BACK_OFF, event_type
from app.domain.ownership import Act
from tests.domain.test_hooks import CHANGED, entry
from tests.house.source import ROOT
from tests.services.receivers import Got, add, dispatcher, receiving
from tests.services.world import RX, World

TEXT = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")


@pytest.fixture
def is_genuine() -> Callable[[str, Mapping[str, str], bytes], bool]:
    """The example, as a reader would copy it."""
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - the document is ours
    found: Callable[[str, Mapping[str, str], bytes], bool] = names["is_genuine"]
    return found


@pytest.fixture
def sent(sqlite_world: World) -> tuple[str, Got]:
    """A secret, and a message that was really sent."""
    sqlite_world.clock = MachineClock()
    with receiving() as receiver:
        _, secret = add(sqlite_world, receiver.url)
        sqlite_world.adopt(RX)
        dispatcher(sqlite_world).dispatch_once()
    return secret, receiver.got[0]


def test_the_example_takes_what_is_sent(is_genuine: Callable[..., bool], sent: tuple[str, Got]) -> None:
    secret, got = sent
    assert is_genuine(secret, got.headers, got.body)
    rotated = f"v1,AAAA {got.headers['webhook-signature']}"
    assert is_genuine(secret, {**got.headers, "webhook-signature": rotated}, got.body)


def test_the_example_refuses_what_was_changed_or_is_old(is_genuine: Callable[..., bool], sent: tuple[str, Got]) -> None:
    secret, got = sent
    old = str(int(got.headers["webhook-timestamp"]) - 301)
    assert not is_genuine(secret, got.headers, got.body + b" ")
    assert not is_genuine(secret, {**got.headers, "webhook-id": "msg_1"}, got.body)
    assert not is_genuine(secret, {**got.headers, "webhook-timestamp": old}, got.body)
    assert not is_genuine("whsec_" + "A" * 44, got.headers, got.body)


def test_every_change_of_ownership_is_named() -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("| `ownership.adopt`"))
    named = {f"ownership.{name}" for name in re.findall(r"`(?:ownership)?\.([a-z_]+)`", row)}
    assert named == {event_type(entry(act, CHANGED)) for act in (*Act, "recover")}


def test_the_pauses_between_attempts_are_those_of_the_code() -> None:
    units = {"s": 1, "min": 60, "h": 3600}
    told = re.search(r"tried again (.*) after", TEXT)
    assert told is not None
    pauses = [int(number) * units[unit] for number, unit in re.findall(r"(\d+) (s|min|h)\b", told[1])]
    assert pauses == [pause.total_seconds() for pause in BACK_OFF]
