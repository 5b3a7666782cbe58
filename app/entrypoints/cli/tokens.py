"""Tokens from the command line."""

from datetime import timedelta
from typing import Any

import click

from app.domain import durations
from app.domain.roles import Role
from app.entrypoints.cli.line import CommandLine, as_json, because, by, pass_line, show, table
from app.services.showing import utc
from app.services.tokens import Order, create, revoke, roles_from


@click.group()
def token() -> None:
    """Which programs may call the API. Persons sign in on the pages: see docs/signing-in.md."""


@token.command(name="create")
@click.option("--name", required=True, help="How the ledger calls its holder.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--key", "keys", multiple=True, help="Limit a client to these preferences.")
@click.option("--lives", metavar="DURATION", help="For example 90d; else for ever.")
@because
@as_json
@pass_line
def creating(line: CommandLine, /, **asked: Any) -> None:
    """Make a token. It is shown here and nowhere else."""
    context = line.context()
    for key in asked["keys"]:
        context.catalogue.preference(key)
    keys = frozenset(asked["keys"]) or None
    order = Order(asked["name"], roles_from(asked["roles"]), keys, _lives(asked["lives"]))
    with context.store.writing() as unit:
        row, secret = create(unit, order, by(asked["reason"]))
    told = {"id": row.id, "name": row.name, "roles": sorted(row.roles), "token": secret}

    def plain() -> None:
        click.echo(f"token {row.id} ({row.name}: {', '.join(sorted(row.roles))})")
        click.echo(secret)

    show(told, json_wanted=asked["as_json"], plain=plain)


@token.command(name="list")
@as_json
@pass_line
def listed(line: CommandLine, as_json: bool) -> None:
    """Every token, without its secret."""
    with line.context().store.reading() as unit:
        rows = unit.tokens.all()
    told = [
        {
            "id": row.id,
            "name": row.name,
            "roles": sorted(row.roles),
            "keys": None if row.keys is None else sorted(row.keys),
            "created": utc(row.created),
            "expires": utc(row.expires),
            "revoked": utc(row.revoked),
        }
        for row in rows
    ]
    columns = ("id", "name", "roles", "keys", "created", "expires", "revoked")
    plain_rows = [[", ".join(v) if isinstance(v := one[name], list) else v for name in columns] for one in told]
    show({"tokens": told}, json_wanted=as_json, plain=lambda: table(columns, plain_rows))


@token.command(name="revoke")
@click.argument("token_id", metavar="ID")
@because
@pass_line
def revoking(line: CommandLine, token_id: str, reason: str) -> None:
    """End a token."""
    with line.context().store.writing() as unit:
        revoke(unit, token_id, by(reason))
    click.echo(f"token {token_id} is ended")


def _lives(text: str | None) -> timedelta | None:
    if text is None:
        return None
    try:
        return durations.parse(text)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--lives") from None


COMMANDS = (token,)
