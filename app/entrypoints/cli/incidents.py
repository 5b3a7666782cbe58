"""Incidents, and what systems reported, from the command line."""

import click

from app.entrypoints.cli.line import NUMBER, CommandLine, as_json, because, by, pass_line, show, table
from app.services.incidents import MOST, close
from app.services.showing import incident_json, reports_json


@click.group()
def incidents() -> None:
    """What a person must look at: writes on the wrong side, answers that came too late."""


@incidents.command(name="list")
@click.option("--open", "only_open", is_flag=True, help="Only those that nobody has closed.")
@as_json
@pass_line
def listed(line: CommandLine, only_open: bool, as_json: bool) -> None:
    """The newest first."""
    with line.context().store.reading() as unit:
        told = [incident_json(one) for one in unit.incidents.latest(MOST, only_open=only_open)]
    columns = ("id", "at", "kind", "key", "system", "epoch", "closed", "detail")
    rows = [tuple(one[name] for name in columns) for one in told]
    show({"incidents": told}, json_wanted=as_json, plain=lambda: table(columns, rows))


@incidents.command(name="close")
@click.argument("number", type=NUMBER)
@because
@pass_line
def closing(line: CommandLine, number: int, reason: str) -> None:
    """Close one that was looked at."""
    with line.context().store.writing() as unit:
        close(unit, number, by(reason))
    click.echo(f"incident {number} is closed")


@click.command()
@as_json
@pass_line
def reports(line: CommandLine, as_json: bool) -> None:
    """How many writes the systems reported, by preference and verdict."""
    with line.context().store.reading() as unit:
        told = reports_json(unit.reports.counts())
    columns = ("system", "key", "verdict", "count")
    rows = [tuple(one[name] for name in columns) for one in told]
    show({"reports": told}, json_wanted=as_json, plain=lambda: table(columns, rows))


COMMANDS = (incidents, reports)
