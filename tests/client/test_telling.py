"""What a client tells the controller of its writes: it must never cost its lease."""

from typing import Any

import pytest

from cutover_client.errors import NoController
from cutover_client.lease import HttpLease
from cutover_client.wire.messages import Answer, Request
from tests.client.controllers import eventually
from tests.client.http_controller import FROZEN
from tests.client.test_writing import at_work


@pytest.mark.parametrize("name", ["", "with a blank", "x" * 101, "zwölf"])
def test_what_no_system_would_call_a_write_is_not_told_and_costs_no_lease(name: str) -> None:
    with at_work() as (controller, client, _):
        with client.writing("a", 7) as permit:
            permit.recheck()
            permit.answered(audit=name)
        controller.change(FROZEN)
        assert eventually(lambda: controller.acknowledged[-1] > 1)
        assert not any("audits" in put for put in controller.puts)


def test_what_the_controller_cannot_read_is_told_once_and_the_lease_goes_on() -> None:
    replicas = _Refusing()
    lease = HttpLease(replicas, "portal", ("a",), 1.0)  # type: ignore[arg-type]  # in place of the addresses
    lease.reports.audit("a", 7, "name-1")
    with pytest.raises(NoController):
        lease.renew(1)
    assert ["audits" in (body or {}) for body in replicas.bodies] == [True, False]
    assert lease.reports.is_empty


class _Refusing:
    """A controller that refuses whatever it is told of writes, and then everything."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []

    def ask(self, request: Request, _: float) -> Answer:
        """See `cutover_client.replicas.Replicas`."""
        self.bodies.append(request.body)
        return Answer(422 if len(self.bodies) == 1 else 503, {}, b"{}")
