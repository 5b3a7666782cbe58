"""Who is connected, and the keys that sign permits."""

from typing import Any

import click

from app.domain.refusals import Refusal
from app.entrypoints.cli.line import CommandLine, as_json, because, by, pass_line, show, table
from app.services.signing import make_key, revoke_key
from app.services.watching import connected


@click.command()
@as_json
@pass_line
def leases(line: CommandLine, as_json: bool) -> None:
    """Who is connected, what each has acknowledged, and which moves wait for it."""
    told = connected(line.context())

    def plain() -> None:
        columns = ("client", "instance", "kind", "acknowledged", "behind", "renewed (UTC)", "waited for")
        table(columns, [_row(one) for one in told["leases"]])
        click.echo(f"revision {told['revision']}")

    show(told, json_wanted=as_json, plain=plain)


@click.group()
def keys() -> None:
    """The keys that sign permits."""


@keys.command(name="list")
@as_json
@pass_line
def listed(line: CommandLine, as_json: bool) -> None:
    """Every key; the one that signs first."""
    with line.context().store.reading() as unit:
        found = unit.keys.all()
    told = [{"key": one.id, "created": one.created.isoformat(), "signs": one.retired is None} for one in found]

    def plain() -> None:
        table(("key", "created", ""), [(one["key"], one["created"], "signs" if one["signs"] else "") for one in told])

    show({"keys": told}, json_wanted=as_json, plain=plain)


@keys.command()
@because
@pass_line
def rotate(line: CommandLine, reason: str) -> None:
    """Make the key that signs from now on. What the one before signed goes on counting for a day."""
    context = line.context()
    with context.store.writing() as unit:
        row = make_key(unit, context.signer.keys, by(reason))
    click.echo(f"The key {row.id} signs from now on; running processes follow within seconds.")


@keys.command()
@click.argument("key")
@because
@pass_line
def revoke(line: CommandLine, key: str, reason: str) -> None:
    """Let nothing that a key signed count any more. Rotate first: without a key no permit can be given."""
    with line.context().store.writing() as unit:
        signing = [one.id for one in unit.keys.all() if one.retired is None]
        if signing == [key]:
            raise Refusal("invalid", f"{key} is the key that signs.", "Make another first: cutover keys rotate")
        revoke_key(unit, key, by(reason))
    click.echo(f"The key {key} is gone. Fences that know it ask for the keys again within five minutes.")


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    waits = [f"move {wait['move']}, {_latest(wait['latest_seconds'])}" for wait in one["waited_for"]]
    first = (one["client"], one["instance"], one["kind"], one["acknowledged"], one["behind"], one["renewed"])
    return (*first, "; ".join(waits) or None)


def _latest(seconds: float | None) -> str:
    return "until it acknowledges" if seconds is None else f"{seconds:.1f} s at the latest"


COMMANDS = (leases, keys)
