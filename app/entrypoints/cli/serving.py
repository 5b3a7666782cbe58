"""Running the service."""

import click

from app.entrypoints.cli.line import CommandLine, pass_line


@click.command()
@pass_line
def serve(line: CommandLine) -> None:
    """Serve the API and the pages, until told to stop."""
    line.serve()


@click.command()
@pass_line
def migrate(line: CommandLine) -> None:
    """Bring the database to the tables of this version. Changes no ownership."""
    line.migrate()
    click.echo("The database is up to date.")


COMMANDS = (serve, migrate)
