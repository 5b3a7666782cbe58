"""An acknowledgement is sent once: what is under way is not asked for again, what failed is."""

import threading
import time

import pytest

from cutover_client.clocks import MachineClock
from cutover_client.routes import Answer
from tests.client.clock import FakeClock
from tests.client.controllers import FROZEN, SOON, Away, code, controller, eventually, holder, kept


def test_a_write_that_is_refused_while_its_freeze_is_acknowledged_asks_for_no_second_renewal() -> None:
    asked, under_way, answered = controller(), threading.Event(), threading.Event()
    one = holder(asked, MachineClock())
    with kept(one):
        assert eventually(lambda: asked.acknowledged[-1:] == [1])

        def hold_back(acknowledged: int) -> None:
            under_way.set()
            answered.wait(SOON)

        asked.answer, asked.on_renewal = Answer(2, {"a": FROZEN}), hold_back
        before = len(asked.acknowledged)
        one.hear(2)
        assert under_way.wait(SOON)
        refused = threading.Thread(target=code, args=(one,))
        refused.start()
        # It waits for what was heard, uncounted: what it gave up meanwhile holds nothing up.
        assert eventually(lambda: one._grants.counted > 0 and one.is_idle)
        answered.set()
        refused.join(SOON)
        assert eventually(lambda: one._grants.revision == 2)
        time.sleep(0.1)
        assert asked.acknowledged[before:] == [2]


def test_an_acknowledgement_that_failed_is_waited_for_again() -> None:
    asked = controller()
    one = holder(asked, FakeClock())
    one.renew()
    one.hear(2)
    asked.away = True
    with pytest.raises(Away):
        one.renew()
    assert one._is_waited_for()
