"""Recovery from the command line: stop everything, wait until no old grant is left, name each owner."""

from typing import Any

import click

from app.domain.ownership import System
from app.entrypoints.cli.line import NUMBER, CommandLine, as_json, because, by, pass_line, show, table
from app.services.certainty import certainty_json
from app.services.context import Context
from app.services.recovering import name, recover_now

LONGEST_SLEEP = 5.0
HIGHEST_SEEN = 2_000_000_000


@click.group(invoke_without_command=True)
@click.option("--reason", help="Why; the ledger keeps it for ever. No data of Veterans.")
@click.option(
    "--above",
    type=click.IntRange(0, HIGHEST_SEEN),
    default=0,
    help="The highest epoch or revision seen anywhere, if this copy is older than a recovery before.",
)
@click.option("--no-wait", is_flag=True, help="Do not wait here; a service that runs does.")
@click.pass_context
def recover(command: click.Context, reason: str | None, above: int, no_wait: bool) -> None:
    """Stop every preference until its owner is certain: after a failover, a restore, or a lost database.

    Open moves end. Then it waits until every right to write that may have been given has run out; after that a person
    names each owner: cutover recover name.
    """
    if command.invoked_subcommand is not None:
        if reason is not None or above or no_wait:
            raise click.UsageError("Say these behind the command that they are for.")
        return
    if reason is None:
        raise click.UsageError("Missing option '--reason'.")
    line: CommandLine = command.obj
    context = line.context()
    did = recover_now(context.store, context.catalogue, by(reason), above)
    click.echo(f"Stopped, at revision {did.revision}. Nobody can change a preference until you name its owner.")
    if did.moves:
        click.echo(f"Ended as called off: {', '.join(f'move {number}' for number in did.moves)}")
    if not no_wait:
        _wait(context)
        _plain(_told(context))


@recover.command(name="wait")
@pass_line
def waiting(line: CommandLine) -> None:
    """Wait, from now on, until every old right to write has run out: where no service runs, and a wait was cut off."""
    _wait(line.context())
    click.echo("No old right to write is left.")


@recover.command()
@as_json
@pass_line
def status(line: CommandLine, as_json: bool) -> None:
    """Whether the database changed, what is stopped, and what each owner was."""
    told = _told(line.context())
    show(told, json_wanted=as_json, plain=lambda: _plain(told))


@recover.command(name="name")
@click.argument("key")
@click.option("--owner", type=click.Choice([system.value for system in System]), required=True)
@click.option("--expect", type=NUMBER, required=True, metavar="EPOCH", help="The epoch that you saw.")
@because
@pass_line
def naming(line: CommandLine, key: str, owner: str, expect: int, reason: str) -> None:
    """Say which system owns a stopped preference. Veterans can change it again from then on."""
    context = line.context()
    context.catalogue.preference(key)
    with context.store.writing() as unit:
        row = name(unit, {key: expect}, System(owner), by(reason))[key]
    click.echo(f"{key}: {row.words} at epoch {row.epoch}")


def _wait(context: Context) -> None:
    """Beside a service that waits too, whichever saw the stop first is done first."""
    last = None
    while (seconds := context.worker.outlasting.look()) is not None:
        told = f"Waiting until every old right to write has run out: {seconds:.0f} seconds at the most."
        if told != last and seconds:
            click.echo(told, err=True)
        last = told
        context.clock.sleep(min(seconds, LONGEST_SLEEP))


def _told(context: Context) -> dict[str, Any]:
    with context.store.reading() as unit:
        return certainty_json(unit, context.worker.outlasting)


def _plain(told: dict[str, Any]) -> None:
    if told["database_changed"]:
        click.echo('The database is not the one it was. Nothing is granted. Run: cutover recover --reason "…"')
    columns = ("stopped", "owner before", "epoch", "last moved", "at its epoch", "when (UTC)", "marks")
    table(columns, [_row(one) for one in told["preferences"]])
    if told["recovering"]:
        click.echo(f"Old rights to write are waited for: {told['seconds'] or 0:g} seconds, counted by this process.")
    elif told["preferences"]:
        click.echo("Name each owner: cutover recover name KEY --owner mhv|va_gov --expect EPOCH --reason …")
    else:
        click.echo("Nothing is stopped.")


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    last = one["last_activation"]
    first = (one["key"], one["owner_before"], one["epoch"])
    if last is None:
        return (*first, None, None, None, None)
    marks = ", ".join(f"{system} {'none' if mark is None else mark}" for system, mark in last["marks"].items())
    return (*first, f"{last['from'] or 'nobody'} → {last['to']}", last["epoch"], last["at"], marks)


COMMANDS = (recover,)
