"""Asking for flags, and waiting until a wanted answer comes."""

import time
from collections.abc import Callable

from app.adapters.clock import MachineClock
from app.adapters.unleash.flags import UnleashFlags
from app.adapters.unleash.reading import Place
from app.services.flags import FlagAnswer, FlagState

TOKEN = "default:development.invented"
SOON = 30.0


def flags_at(url: str, token: str = TOKEN) -> UnleashFlags:
    """The port to the Unleash at this address."""
    return UnleashFlags(Place(url, token), MachineClock())


def eventually(ask: Callable[[], FlagAnswer], state: FlagState) -> FlagAnswer:
    """The first answer with this state. Unleash itself answers from memory for about a second."""
    until = time.monotonic() + SOON
    while (answer := ask()).state is not state:
        assert time.monotonic() < until, f"still not {state}: {answer.sentence}"
        time.sleep(0.1)
    return answer
