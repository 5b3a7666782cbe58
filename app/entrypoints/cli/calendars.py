"""The calendar of a plan from the command line."""

import click

from app.entrypoints.cli.line import CommandLine, pass_line
from app.entrypoints.cli.plans import plans
from app.entrypoints.ical import rendered
from app.services.planning.calendar import feed_of


@plans.command()
@click.argument("key")
@pass_line
def calendar(line: CommandLine, key: str) -> None:
    """The calendar of a plan in the format of calendar programs (.ics), as the service gives it out."""
    click.echo(rendered(feed_of(line.context(), key)), nl=False)


COMMANDS: tuple[click.Command, ...] = ()
"""None of its own: the calendar is one of the commands of plans."""
