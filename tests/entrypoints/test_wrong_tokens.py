"""Wrong tokens are counted for the address that they come from, wherever they are sent; right ones are let in."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.roles import Role
from app.services.context import MOST_WRONG_TOKENS
from tests.entrypoints.api.asking import refused
from tests.entrypoints.world import World

OWNERSHIP = "/api/v1/ownership"
LEASE = {
    "client": "invented",
    "instance": "one",
    "keys": ["parcel_on_its_way"],
    "acknowledged": 0,
}


def wrong(client: FlaskClient, address: str = "192.0.2.7") -> dict[str, object]:
    """How a request with a wrong token is made."""
    return {"headers": {"Authorization": "Bearer cutover_wrong"}, "environ_base": {"REMOTE_ADDR": address}}


@pytest.fixture
def tired(client: FlaskClient) -> FlaskClient:
    """A client whose address has sent as many wrong tokens as one may."""
    for _ in range(MOST_WRONG_TOKENS):
        refused(client.get(OWNERSHIP, **wrong(client)), "token_unknown")
    return client


def test_an_address_with_too_many_wrong_tokens_is_told_to_wait(world: World, tired: FlaskClient) -> None:
    answer = tired.get(OWNERSHIP, **wrong(tired))
    refused(answer, "too_many_tries")
    assert answer.headers["Retry-After"] == "60"
    assert answer.get_json()["detail"] == "There were 30 wrong tokens from this address within a minute."
    world.clock.advance(61)
    refused(tired.get(OWNERSHIP, **wrong(tired)), "token_unknown")


def test_other_addresses_are_not_concerned_and_a_right_token_is_let_in_all_the_same(
    tired: FlaskClient, token: Callable[..., str]
) -> None:
    refused(tired.get(OWNERSHIP, **wrong(tired, "192.0.2.8")), "token_unknown")
    right = {"Authorization": f"Bearer {token(Role.VIEWER)}"}
    assert tired.get(OWNERSHIP, headers=right, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_renewals_that_go_past_the_framework_count_too(tired: FlaskClient) -> None:
    answer = tired.put("/api/v1/leases/an-invented-lease", json=LEASE, **wrong(tired))
    refused(answer, "too_many_tries")
