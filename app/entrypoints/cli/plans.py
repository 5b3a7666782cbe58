"""Plans from the command line, and the tick that cron may give."""

from dataclasses import asdict
from typing import Any

import click

from app.domain.plans import Plan
from app.domain.refusals import Refusal
from app.entrypoints.cli.line import CommandLine, as_json, because, by, pass_line, show, table
from app.services.context import Context
from app.services.scheduling import start_plan
from app.services.showing import plan_json
from app.services.store import Unit


@click.group()
def plans() -> None:
    """Look at plans, and start one."""


@plans.command(name="list")
@as_json
@pass_line
def listed(line: CommandLine, as_json: bool) -> None:
    """Every plan, and where it stands."""
    context = line.context()
    found, faults = context.plans.load(context.catalogue)
    with context.store.reading() as unit:
        told = [_told(context, unit, plan) for plan in found.values()]

    def plain() -> None:
        table(("plan", "state", "title"), [(one["key"], one["state"], one["title"]) for one in told])
        for fault in faults:
            click.echo(str(fault), err=True)

    show({"plans": told, "faults": [str(fault) for fault in faults]}, json_wanted=as_json, plain=plain)


@plans.command(name="show")
@click.argument("key")
@as_json
@pass_line
def shown(line: CommandLine, key: str, as_json: bool) -> None:
    """One plan: its steps, where they stand, what they wait for."""
    context = line.context()
    with context.store.reading() as unit:
        told = _told(context, unit, _plan(context, key))
    show(told, json_wanted=as_json, plain=lambda: _plain(told))


@plans.command(name="start")
@click.argument("key")
@because
@pass_line
def starting(line: CommandLine, key: str, reason: str) -> None:
    """Let a plan run. Its text is copied: editing the file changes nothing then."""
    context = line.context()
    plan = _plan(context, key)
    with context.store.writing() as unit:
        start_plan(unit, plan, by(reason))
    click.echo(f"The plan {key} runs. Its text has the hash {plan.hash[:12]}…")


@click.command()
@as_json
@pass_line
def tick(line: CommandLine, as_json: bool) -> None:
    """Do what is due now, and carry it on. Safe to be repeated, and beside any number of servers."""
    context = line.context(moving=True)
    first = context.tick()
    context.worker.drive_to_watch(context.clock.sleep)
    second = context.tick()
    told = {name: [*steps, *asdict(second)[name]] for name, steps in asdict(first).items()}

    def plain() -> None:
        for name, steps in told.items():
            click.echo(f"{name}: {', '.join(steps) or 'none'}")

    show(told, json_wanted=as_json, plain=plain)


def _plan(context: Context, key: str) -> Plan:
    found, faults = context.plans.load(context.catalogue)
    if key not in found:
        wrong = [str(fault) for fault in faults if fault.file.endswith(f"{key}.toml")]
        if wrong:
            raise Refusal("plan_invalid", " ".join(wrong), "Mend the file.")
        raise Refusal("not_found", f"There is no plan {key[:60]}.", "cutover plans list shows them.")
    return found[key]


def _told(context: Context, unit: Unit, plan: Plan) -> dict[str, Any]:
    row = unit.plans.find(plan.key)
    in_force = plan if row is None else context.plans.read(row.key, row.text)
    return plan_json(in_force, row, unit.now())


def _plain(told: dict[str, Any]) -> None:
    columns = ("step", "preferences", "to", "state", "due (UTC)", "move", "waits for")
    table(columns, [_row(step) for step in told["steps"]])
    click.echo(f"{told['title']}: {told['state']}")


def _row(step: dict[str, Any]) -> tuple[Any, ...]:
    waits = step["why"] or "; ".join(step["waiting_for"]) or None
    return (step["id"], ", ".join(step["preferences"]), step["to"], step["state"], step["due"], step["move"], waits)


COMMANDS = (plans, tick)
