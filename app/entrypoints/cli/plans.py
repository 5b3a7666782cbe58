"""Plans from the command line, and the tick that cron may give."""

from dataclasses import asdict
from typing import Any, TextIO

import click

from app.domain.plan_schema import milestones_schema, plan_schema, rendered
from app.domain.refusals import Refusal
from app.entrypoints.cli.line import NUMBER, CommandLine, as_json, because, by, pass_line, show, table
from app.services.planning.acting import Seen
from app.services.planning.starting import candidate, discard, draft, start_plan
from app.services.planning.telling import every_plan, plan_json

expecting = click.option("--expect", type=NUMBER, help="The version that you saw; else as it is.")


def seen(expect: int | None) -> Seen:
    """Refuses another version than the one that was seen, where one was named (Refusal `changed_meanwhile`)."""

    def require(version: int) -> None:
        if expect is not None and expect != version:
            detail = f"It was changed since you read it: version {version} is not {expect}. Nothing was done."
            raise Refusal(
                "changed_meanwhile", detail, "Look at it as it is now and decide again.", {"version": version}
            )

    return require


@click.group()
def plans() -> None:
    """Look at plans, write, start, steer and approve them."""


@plans.command(name="list")
@as_json
@pass_line
def listed(line: CommandLine, as_json: bool) -> None:
    """Every plan, and where it stands."""
    context = line.context()
    with context.store.reading() as unit:
        told, faults = every_plan(context, unit)

    def plain() -> None:
        table(("plan", "state", "title"), [(one["key"], one["state"], one["title"]) for one in told])
        for fault in faults:
            click.echo(fault, err=True)

    show({"plans": told, "faults": faults}, json_wanted=as_json, plain=plain)


@plans.command(name="show")
@click.argument("key")
@as_json
@pass_line
def shown(line: CommandLine, key: str, as_json: bool) -> None:
    """One plan: its steps, where they stand, what they wait for."""
    context = line.context()
    with context.store.reading() as unit:
        told = plan_json(*context.looking.one(unit, key))
    show(told, json_wanted=as_json, plain=lambda: plain_plan(told))


@plans.command(name="start")
@click.argument("key")
@because
@pass_line
def starting(line: CommandLine, key: str, reason: str) -> None:
    """Let a plan run. Its text is copied: editing the file changes nothing then."""
    context = line.context()
    with context.store.writing() as unit:
        plan = start_plan(unit, candidate(unit, context.plans, context.catalogue, key), by(reason))
    click.echo(f"The plan {key} runs. Its text has the hash {plan.hash[:12]}…")


@plans.command(name="write")
@click.argument("key")
@click.argument("file", type=click.File(encoding="utf-8"))
@expecting
@because
@pass_line
def written(line: CommandLine, /, **asked: Any) -> None:
    """Keep the text of FILE (- for standard input) as the draft of a plan, or of its next version."""
    context, key = line.context(), asked["key"]
    plan = context.plans.judge(key, _text(asked["file"]), context.catalogue)
    with context.store.writing() as unit:
        unit.ledger.lock()
        before = unit.drafts.find(key)
        seen(asked["expect"])(0 if before is None else before.version)
        kept = draft(unit, plan, by(asked["reason"]))
    click.echo(f"The draft of {key} is kept: version {kept.version}, hash {plan.hash}")


def _text(file: TextIO) -> str:
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise Refusal("plan_invalid", f"The text is not UTF-8: {error}.", "Save it as UTF-8.") from error


@plans.command(name="discard")
@click.argument("key")
@expecting
@because
@pass_line
def discarded(line: CommandLine, key: str, expect: int | None, reason: str) -> None:
    """Forget the draft of a plan; what runs goes on."""
    with line.context().store.writing() as unit:
        unit.ledger.lock()
        before = unit.drafts.find(key)
        if before is not None:
            seen(expect)(before.version)
        discard(unit, key, by(reason))
    click.echo(f"The draft of {key} is forgotten.")


@plans.command()
@click.option("--milestones", is_flag=True, help="That of milestones.toml.")
def schema(milestones: bool) -> None:
    """The JSON Schema of plans' files, for editors."""
    click.echo(rendered(milestones_schema() if milestones else plan_schema()), nl=False)


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


def plain_plan(told: dict[str, Any]) -> None:
    """Print one plan with its steps."""
    columns = ("step", "preferences", "to", "state", "due (ET)", "due (UTC)", "move", "waits for")
    table(columns, [_row(step) for step in told["steps"]])
    click.echo(f"{told['title']}: {told['state']}")


def _row(step: dict[str, Any]) -> tuple[Any, ...]:
    waits = step["why"] or "; ".join(step["waiting_for"]) or None
    what = (step["id"], ", ".join(step["preferences"]), step["to"], step["state"])
    return (*what, step["due_eastern"], step["due"], step["move"], waits)


COMMANDS = (plans, tick)
