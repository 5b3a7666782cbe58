"""Which plan? From the command line: plans side by side, and the dates and the timeline of one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from app.domain.forecast.comparing import DRAWS
from app.domain.forecast.picture import picture
from app.domain.forecast.telling import members
from app.domain.forecast.telling import table as rows_of
from app.domain.timeline.describing import describe
from app.domain.timeline.drawing.picture import picture as draw
from app.domain.timeline.shapes import Timeline
from app.domain.timeline.table import COLUMNS, blackout_words
from app.domain.timeline.table import rows as timed_rows
from app.entrypoints.cli.line import NUMBER, CommandLine, as_json, pass_line, show, table
from app.entrypoints.cli.plans import plans
from app.services.planning.answering import forecast_json
from app.services.planning.forecasting import MOST_DRAWS, Compared
from app.services.planning.timeline_telling import timeline_json
from app.services.planning.timing import timeline_of

drawing = click.option(
    "--draws", type=click.IntRange(1, MOST_DRAWS), default=DRAWS, show_default=True, help="How often to draw."
)
seeded = click.option("--seed", type=NUMBER, default=1, show_default=True, help="The same seed draws the same.")
as_picture = click.option(
    "--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write when each plan ends to this file, as an SVG."
)


@plans.command(name="compare")
@click.argument("key", nargs=-1)
@drawing
@seeded
@as_picture
@as_json
@pass_line
def compare(line: CommandLine, /, **asked: Any) -> None:
    """Which plan? When each KEY ends and what it costs until then; without one, all that have an approach."""
    context = line.context()
    found = context.forecasts.compare(context.looking, asked["key"] or None, asked["draws"], asked["seed"])
    if asked["svg"] is not None:
        _write(asked["svg"], picture(found.comparison, wide=True))
    show(members(found.comparison), json_wanted=asked["as_json"], plain=lambda: _side_by_side(found))


@plans.command(name="forecast")
@click.argument("key")
@drawing
@seeded
@as_json
@pass_line
def foretell(line: CommandLine, /, **asked: Any) -> None:
    """When each step of a plan starts and ends, and by when other teams must be told."""
    context = line.context()
    told = forecast_json(context.forecasts.of(context.looking, asked["key"], asked["draws"], asked["seed"]))
    show(told, json_wanted=asked["as_json"], plain=lambda: _dates(told))


@plans.command(name="timeline")
@click.argument("key")
@drawing
@seeded
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write the picture to this file.")
@click.option("--narrow", is_flag=True, help="The picture for 343 pixels, not for 1216.")
@as_json
@pass_line
def timed(line: CommandLine, /, **asked: Any) -> None:
    """What has happened of a plan, what is set and what is uncertain, step by step."""
    found = timeline_of(line.context(), asked["key"], None, asked["draws"], asked["seed"])
    if asked["svg"] is not None:
        _write(asked["svg"], draw(found, wide=not asked["narrow"]))
    show(timeline_json(found), json_wanted=asked["as_json"], plain=lambda: _timed(found))


def _timed(found: Timeline) -> None:
    """The description, the table, and when nothing moves."""
    click.echo(f"{describe(found)}\n")
    table([column.lower() for column in COLUMNS], [[cell or None for cell in row] for row in timed_rows(found)])
    click.echo(f"\n{blackout_words(found)}")
    if found.trouble:
        click.echo(found.trouble, err=True)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as trouble:
        raise click.BadParameter(f"{file} cannot be written: {trouble.strerror}.", param_hint="--svg") from None


def _side_by_side(found: Compared) -> None:
    """The table, the paragraph, what would change it, and what was taken to be so."""
    heading, *rows = rows_of(found.comparison)
    table(heading, rows)
    click.echo(f"\n{found.paragraph}")
    steady = [] if found.steady is None else [found.steady]
    _listed("What would change it", [*(change.sentence for change in found.would_change), *steady])
    _listed("Taken to be so", found.comparison.assumptions)
    for why in found.unreadable:
        click.echo(why, err=True)


def _listed(title: str, sentences: Sequence[str]) -> None:
    if sentences:
        click.echo("\n".join((f"\n{title}:", *(f"- {sentence}" for sentence in sentences))))


def _dates(told: dict[str, Any]) -> None:
    table(("step", "starts (even chance)", "starts (8 in 10)", "ends (8 in 10)"), [_row(one) for one in told["steps"]])
    finish = told["finish"]
    if finish is None:
        click.echo(f"\nNobody can tell when {told['plan']} ends. {told['why']}")
    else:
        click.echo(f"\n{told['plan']} ends by {finish['p50']} on even chances (8 in 10: {_between(finish)}).")
    for one in told["steps"]:
        for each in one["tell"]:
            click.echo(f"{one['step']}: {each['sentence']}")


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    if one["start"] is None:
        return (one["step"], None, one["why"], None)
    return (one["step"], one["start"]["p50"], _between(one["start"]), _between(one["end"]))


def _between(of: dict[str, str]) -> str:
    return of["p10"] if of["p10"] == of["p90"] else f"{of['p10']} to {of['p90']}"


COMMANDS: tuple[click.Command, ...] = ()
"""They stand in the group of `cli.plans`."""
