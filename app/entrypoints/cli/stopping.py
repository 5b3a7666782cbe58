"""Stopping everything or one preference from the command line, and letting it go on."""

from typing import Any

import click

from app.entrypoints.cli.line import CommandLine, as_json, because, by, pass_line, show, table
from app.services.planning.stopping import Stopped, insisting, lift, lock, stop_all, stops_json, unlock


@click.command(name="stop")
@because
@pass_line
def stopping(line: CommandLine, reason: str) -> None:
    """Stop everything: no step and no move starts but an undo, and moves before their activation are called off."""
    decided = by(reason)
    _tell(insisting(line.context().store, lambda unit: stop_all(unit, decided)))


@click.command(name="resume")
@because
@pass_line
def resuming(line: CommandLine, reason: str) -> None:
    """Lift the stop of everything. What was called off stays so, and held steps wait for a person."""
    with line.context().store.writing() as unit:
        lift(unit, by(reason))
        left = stops_json(unit)
    click.echo("Moves and steps may start again.")
    for one in left:
        click.echo(f"Still: {one['sentence']}")


@click.command(name="lock")
@click.argument("key")
@because
@pass_line
def locking(line: CommandLine, key: str, reason: str) -> None:
    """Lock one preference: as a stop of everything, for it alone."""
    context, decided = line.context(), by(reason)
    _tell(insisting(context.store, lambda unit: lock(unit, context.catalogue, key, decided)))


@click.command(name="unlock")
@click.argument("key")
@because
@pass_line
def unlocking(line: CommandLine, key: str, reason: str) -> None:
    """Let one preference go on."""
    with line.context().store.writing() as unit:
        unlock(unit, key, by(reason))
    click.echo(f"{key} is not locked any more.")


@click.command(name="stops")
@as_json
@pass_line
def listed(line: CommandLine, as_json: bool) -> None:
    """Everything that is stopped: by whom, why, since when."""
    with line.context().store.reading() as unit:
        told = stops_json(unit)

    def plain() -> None:
        if told:
            table(("what", "by", "since (UTC)", "reason"), [_row(one) for one in told])
        else:
            click.echo("Nothing is stopped.")

    show({"stops": told}, json_wanted=as_json, plain=plain)


def _tell(did: Stopped) -> None:
    what = did.lock.key or "Everything"
    click.echo(f"{what} is {'locked' if did.lock.key else 'stopped'}. An undo may still be started.")
    if did.moves:
        click.echo(f"Called off: {', '.join(f'move {number}' for number in did.moves)}")


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    return (one["key"] or "everything", one["by"], one["since"], one["reason"])


COMMANDS = (stopping, resuming, locking, unlocking, listed)
