"""What the database itself refuses, whatever the code above it says."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from app.adapters.database.store import SqlStore
from app.adapters.database.tables import tokens
from app.adapters.database.webhook_tables import deliveries
from app.domain.hooks import Format
from app.services.outbox import Webhook
from tests.fakes.clock import BEGINNING

ROW: dict[str, Any] = {"state": "held", "owner": "mhv", "target": None, "epoch": 1, "move": None}
GOOD: dict[str, dict[str, Any]] = {
    "unowned": {"state": "unowned", "owner": None},
    "held": {},
    "moving to the other": {"state": "moving", "target": "va_gov", "move": 1},
    "moving to nobody": {"state": "moving", "target": "nobody", "move": 1},
    "retired": {"state": "retired"},
}
NEVER: dict[str, dict[str, Any]] = {
    "held by nobody": {"owner": None},
    "held with a target": {"target": "va_gov"},
    "held by a move": {"move": 1},
    "moving without a target": {"state": "moving", "move": 1},
    "moving from nobody": {"state": "moving", "owner": None, "target": "va_gov", "move": 1},
    "moving by no move": {"state": "moving", "target": "va_gov"},
    "moving to its owner": {"state": "moving", "target": "mhv", "move": 1},
    "unowned with an owner": {"state": "unowned"},
    "unowned with a target": {"state": "unowned", "owner": None, "target": "mhv"},
    "retired from nobody": {"state": "retired", "owner": None},
    "retired with a target": {"state": "retired", "target": "va_gov"},
    "held by another system": {"owner": "cerner"},
    "moving to another system": {"state": "moving", "target": "cerner", "move": 1},
    "another state": {"state": "shared"},
    "an epoch below zero": {"epoch": -1},
    "no epoch": {"epoch": None},
    "no state": {"state": None},
}
INSERT = text(
    "INSERT INTO ownership (key, state, owner, target, epoch, move, surfaces)"
    " VALUES ('a', :state, :owner, :target, :epoch, :move, '[]')"
)
UPDATE = text(
    "UPDATE ownership SET state = :state, owner = :owner, target = :target, epoch = :epoch, move = :move"
    " WHERE key = 'a'"
)


@pytest.mark.parametrize("shape", GOOD)
def test_each_state_can_be_written_in_its_own_shape(store: SqlStore, shape: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(INSERT, {**ROW, **GOOD[shape]})


@pytest.mark.parametrize("shape", NEVER)
def test_a_shape_with_two_writers_or_none_by_mistake_cannot_be_written(store: SqlStore, shape: str) -> None:
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(INSERT, {**ROW, **NEVER[shape]})
    with store.engine.begin() as connection:
        connection.execute(INSERT, ROW)
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(UPDATE, {**ROW, **NEVER[shape]})


def test_there_is_one_row_for_each_preference_and_one_revision(store: SqlStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(INSERT, ROW)
    for statement in (INSERT, text("INSERT INTO revision (id, revision, number, hash) VALUES (2, 0, 0, '')")):
        with pytest.raises(IntegrityError), store.engine.begin() as connection:
            connection.execute(statement, ROW if statement is INSERT else {})


def claim(store: SqlStore, move: int, key: str, is_open: bool) -> None:
    """A move's claim on a preference."""
    values = {"move": move, "key": key, "open": is_open}
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO move_preferences (move, key, place, epoch, surfaces_before, open)"
                " VALUES (:move, :key, 0, 0, '[]', :open)"
            ),
            values,
        )


def moves(store: SqlStore, *numbers: int) -> None:
    """Moves that claim nothing."""
    with store.engine.begin() as connection:
        for number in numbers:
            connection.execute(
                text(
                    'INSERT INTO moves (id, "to", terms, stage, stages, version)'
                    " VALUES (:id, 'mhv', '{}', 'check', '[]', 0)"
                ),
                {"id": number},
            )


def test_a_preference_has_one_open_move_and_any_number_that_have_ended(store: SqlStore) -> None:
    moves(store, 1, 2, 3)
    claim(store, 1, "a", is_open=False)
    claim(store, 2, "a", is_open=True)
    with pytest.raises(IntegrityError):
        claim(store, 3, "a", is_open=True)
    claim(store, 3, "a", is_open=False)
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(text("UPDATE move_preferences SET open = :open WHERE move = 3"), {"open": True})


def test_a_claim_belongs_to_a_move_that_there_is(store: SqlStore) -> None:
    with pytest.raises(IntegrityError):
        claim(store, 9, "a", is_open=True)


def test_no_two_entries_of_the_ledger_share_a_number_or_a_hash(store: SqlStore) -> None:
    entry = (
        "INSERT INTO ledger (number, at, actor, act, reason, revision, body, previous, hash)"
        " VALUES (:number, '2027-03-02 05:00:00', 'a', 'b', 'c', 0, '{}', '', :hash)"
    )
    with store.engine.begin() as connection:
        connection.execute(text(entry), {"number": 1, "hash": "x"})
    for number, digest in ((1, "y"), (2, "x")):
        with pytest.raises(IntegrityError), store.engine.begin() as connection:
            connection.execute(text(entry), {"number": number, "hash": digest})


@pytest.mark.parametrize(
    ("state", "ended"), [("waiting", BEGINNING), ("delivered", None), ("given_up", None), ("x", None)]
)
def test_a_delivery_waits_or_has_ended_and_belongs_to_a_webhook_that_there_is(
    store: SqlStore, state: str, ended: datetime | None
) -> None:
    plain = {"number": 1, "type": "step.held", "created": BEGINNING, "due": BEGINNING, "attempts": 0}
    with store.writing() as unit:
        hook = Webhook(0, "https://a.example", Format.JSON, ("*",), "sealed", 0, BEGINNING, "cli:ada")
        number = unit.webhooks.add(hook).id
    for wrong in ({"webhook": number, "state": state, "ended": ended}, {"webhook": 9, "state": "waiting"}):
        with pytest.raises(IntegrityError), store.engine.begin() as connection:
            connection.execute(deliveries.insert().values({**plain, **wrong}))
    with store.engine.begin() as connection:
        connection.execute(deliveries.insert().values({**plain, "webhook": number, "state": "waiting"}))


def test_a_time_without_a_zone_is_never_stored(store: SqlStore) -> None:
    naive = BEGINNING.replace(tzinfo=None)
    row = {"id": "a", "name": "a", "roles": [], "hash": "a", "created": naive}
    with pytest.raises(StatementError, match="without a zone"), store.engine.begin() as connection:
        connection.execute(tokens.insert().values(row))
