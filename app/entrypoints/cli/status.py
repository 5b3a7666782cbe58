"""Looking: who owns what, and what is wrong in the files."""

import json
from typing import Any

import click

from app.entrypoints.cli.line import REFUSED, CommandLine, as_json, because, by, pass_line, show, table
from app.services.adopting import adopt
from app.services.asking import ownership
from app.services.moving import restore
from app.services.planning.stopping import stops_json


@click.command()
@as_json
@pass_line
def status(line: CommandLine, as_json: bool) -> None:
    """Who owns each preference now."""
    context = line.context()
    told = json.loads(ownership(context).body() or b"{}")
    with context.store.reading() as unit:
        stops = stops_json(unit)

    def plain() -> None:
        for one in stops:
            click.echo(one["sentence"])
        columns = ("preference", "state", "owner", "target", "epoch", "move", "may be changed on")
        table(columns, [_row(one) for one in told["preferences"]])
        click.echo(f"revision {told['revision']}")

    show(told, json_wanted=as_json, plain=plain)


@click.command()
@as_json
@pass_line
def check(line: CommandLine, as_json: bool) -> int:
    """Print every fault of settings, flags and plans, and warn of a database that could lose what it answered."""
    faults, warnings = list(line.faults()), list(line.warnings())

    def plain() -> None:
        for fault in faults:
            click.echo(fault)
        for warning in warnings:
            click.echo(f"Warning: {warning}")
        click.echo("Nothing is wrong." if not faults else f"{len(faults)} wrong.")

    show({"faults": faults, "warnings": warnings}, json_wanted=as_json, plain=plain)
    return REFUSED if faults else 0


@click.command(name="adopt")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@because
@as_json
@pass_line
def adopting(line: CommandLine, keys: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Let the files say, once, who owns what nobody holds yet."""
    context = line.context()
    with context.store.writing() as unit:
        did = adopt(unit, context.catalogue, keys or None, by(reason))
    told = {"adopted": {key: row.epoch for key, row in did.adopted.items()}, "left": dict(did.left)}

    def plain() -> None:
        for row in did.adopted.values():
            click.echo(f"{row.key}: adopted, {row.words} at epoch {row.epoch}")
        for key, why in did.left.items():
            click.echo(f"{key}: left as it is. {why}")

    show(told, json_wanted=as_json, plain=plain)


@click.command(name="restore")
@click.argument("key")
@click.option("--expect", type=int, required=True, help="The epoch that you saw.")
@because
@pass_line
def restoring(line: CommandLine, key: str, expect: int, reason: str) -> None:
    """Give a retired preference back to its last owner."""
    context = line.context()
    context.catalogue.preference(key)
    with context.store.writing() as unit:
        rows = restore(unit, {key: expect}, by(reason))
    click.echo(f"{key}: {rows[key].words} at epoch {rows[key].epoch}")


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    surfaces = ", ".join(one["surfaces"]) or None
    missing = " (file missing)" if one["file_missing"] else ""
    return (one["key"] + missing, one["state"], one["owner"], one["target"], one["epoch"], one["move"], surfaces)


COMMANDS = (status, check, adopting, restoring)
