"""Milestones from the command line."""

from datetime import date, datetime
from typing import Any

import click

from app.entrypoints.cli.line import CommandLine, as_json, because, by, pass_line, show, table
from app.entrypoints.cli.plans import expecting, seen
from app.services.planning import reaching
from app.services.planning.acting import estimating, on_milestone
from app.services.planning.surroundings import facts_of

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def milestones() -> None:
    """Look at milestones, record that one is reached, and when one is expected."""


@milestones.command(name="list")
@as_json
@pass_line
def listed(line: CommandLine, as_json: bool) -> None:
    """Every milestone: what its file says, and what persons recorded."""
    context = line.context()
    with context.store.reading() as unit:
        found = facts_of(context.plans.milestones(), unit.milestones.all())
    told = [reaching.milestone_json(one) for _, one in sorted(found.items())]

    def plain() -> None:
        table(("milestone", "title", "team", "lead", "reached (UTC)", "expected"), [_row(one) for one in told])

    show({"milestones": told}, json_wanted=as_json, plain=plain)


@milestones.command(name="reach")
@click.argument("key")
@expecting
@because
@pass_line
def reach(line: CommandLine, key: str, expect: int | None, reason: str) -> None:
    """Record that a milestone is reached, now."""
    told = on_milestone(line.context(), key, by(reason), seen(expect), reaching.reach)
    click.echo(f"{told['title']}: reached {told['reached']}")


@milestones.command(name="reopen")
@click.argument("key")
@expecting
@because
@pass_line
def reopen(line: CommandLine, key: str, expect: int | None, reason: str) -> None:
    """Take back that a milestone is reached: steps that have not started wait for it again."""
    told = on_milestone(line.context(), key, by(reason), seen(expect), reaching.reopen)
    click.echo(f"{told['title']}: not reached")


@milestones.command(name="estimate")
@click.argument("key")
@click.option("--earliest", type=DAY)
@click.option("--likely", type=DAY)
@click.option("--latest", type=DAY)
@expecting
@because
@pass_line
def estimate(line: CommandLine, /, **asked: Any) -> None:
    """Record when a milestone is expected: three days, or none when nobody knows."""
    do = estimating(_dates([asked[name] for name in ("earliest", "likely", "latest")]))
    told = on_milestone(line.context(), asked["key"], by(asked["reason"]), seen(asked["expect"]), do)
    click.echo(f"{told['title']}: {_expected(told) or 'nobody knows when'}")


def _dates(said: list[datetime | None]) -> tuple[date, date, date] | None:
    days = [day.date() for day in said if day is not None]
    if not days:
        return None
    if len(days) < len(said):
        raise click.UsageError("An estimate is three days (--earliest, --likely, --latest), or none.")
    earliest, likely, latest = days
    return earliest, likely, latest


def _row(told: dict[str, Any]) -> tuple[Any, ...]:
    return (told["key"], told["title"], told["team"], told["lead"], told["reached"], _expected(told))


def _expected(told: dict[str, Any]) -> str | None:
    found = told["estimate"]
    return found and f"{found['earliest']}, likely {found['likely']}, at the latest {found['latest']}"


COMMANDS = (milestones,)
