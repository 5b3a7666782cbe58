"""Tokens: shown once, kept as a hash, ended at once."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.adapters.database.tables import metadata
from app.domain.refusals import Refusal
from app.domain.roles import Caller, Role
from app.services import tokens
from app.services.store import TokenRow
from app.services.tokens import Order, caller_of
from tests.services.world import ADMIN, RX, World

VIEWER = frozenset({Role.VIEWER})


@dataclass(frozen=True)
class Made:
    """A token and its secret."""

    row: TokenRow
    secret: str


def create(
    world: World, lives: timedelta | None = None, name: str = "portal", keys: frozenset[str] | None = None
) -> Made:
    """Make a token."""
    with world.store.writing() as unit:
        return Made(*tokens.create(unit, Order(name, VIEWER, keys, lives), ADMIN))


def unknown(world: World, secret: str) -> bool:
    """Whether a token is refused."""
    with pytest.raises(Refusal) as refused:
        caller_of(world.store, secret)
    return (refused.value.code, refused.value.status) == ("token_unknown", 401)


def everything(world: World) -> str:
    """All that stands in the database."""
    with world.store.engine.connect() as connection:
        return str([connection.execute(select(table)).all() for table in metadata.sorted_tables])


def test_a_token_says_who_asks_and_what_they_may(world: World) -> None:
    made = create(world, keys=frozenset({RX}))
    wanted = Caller("token:portal", VIEWER, made.row.id, frozenset({RX}))
    assert caller_of(world.store, made.secret) == wanted


def test_no_secret_stands_anywhere_in_the_database(world: World) -> None:
    made = create(world)
    told = everything(world)
    assert made.row.id in told
    for secret in (made.secret, made.secret.removeprefix(tokens.PREFIX)):
        assert secret not in told


def test_no_two_secrets_are_alike_and_each_is_long(world: World) -> None:
    secrets = {create(world).secret for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) > 40 for secret in secrets)


@pytest.mark.parametrize("sent", ["", "cutover_", "cutover_wrong", "%", "' OR 1=1 --"])
def test_what_is_no_token_is_refused(world: World, sent: str) -> None:
    create(world)
    assert unknown(world, sent)


def test_the_hash_of_a_token_is_no_token(world: World) -> None:
    assert unknown(world, tokens.hashed(create(world).secret))


def test_a_revoked_token_ends_at_once_and_is_revoked_once(world: World) -> None:
    made, other = create(world), create(world, name="other")
    with world.store.writing() as unit:
        tokens.revoke(unit, made.row.id, ADMIN)
    assert unknown(world, made.secret)
    assert caller_of(world.store, other.secret).actor == "token:other"
    with pytest.raises(Refusal) as refused, world.store.writing() as unit:
        tokens.revoke(unit, made.row.id, ADMIN)
    assert refused.value.code == "not_found"


def test_a_token_with_an_end_lives_until_then(world: World) -> None:
    made = create(world, lives=timedelta(hours=1))
    world.clock.advance(3599)
    assert caller_of(world.store, made.secret).token == made.row.id
    world.clock.advance(1)
    assert unknown(world, made.secret)


def test_the_ledger_tells_who_made_and_ended_which_token_but_no_secret(world: World) -> None:
    made = create(world)
    with world.store.writing() as unit:
        tokens.revoke(unit, made.row.id, ADMIN)
    created, revoked = world.ledger
    assert (created.act, revoked.act) == ("token_created", "token_revoked")
    assert created.body == {"token": made.row.id, "name": "portal", "roles": ["viewer"], "keys": None}
    assert created.actor == revoked.actor == ADMIN.actor


@pytest.mark.parametrize("name", ["", " a", "a" * 61, "a\nb", "<b>"])
def test_a_token_whose_name_cannot_be_read_in_the_ledger_is_refused(world: World, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        create(world, name=name)
    assert refused.value.code == "invalid"
    assert world.ledger == []


def test_a_token_without_a_role_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refused, world.store.writing() as unit:
        tokens.create(unit, Order("portal", frozenset()), ADMIN)
    assert refused.value.code == "invalid"


def test_roles_are_read_by_their_names_and_an_unknown_one_is_refused() -> None:
    assert tokens.roles_from(["viewer", "admin"]) == {Role.VIEWER, Role.ADMIN}
    with pytest.raises(Refusal) as refused:
        tokens.roles_from(["viewer", "root"])
    assert refused.value.code == "invalid"
    assert "operator" in refused.value.mend


def test_the_newest_tokens_are_listed_first(world: World) -> None:
    for name in ("one", "two"):
        create(world, name=name)
        world.clock.advance(1)
    with world.store.reading() as unit:
        assert [row.name for row in unit.tokens.all()] == ["two", "one"]
