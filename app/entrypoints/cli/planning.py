"""What persons do about plans that were started, and about their steps, from the command line."""

from datetime import datetime
from typing import Any

import click

from app.entrypoints.cli.line import CommandLine, as_json, because, by, pass_line, show, table
from app.entrypoints.cli.plans import expecting, plain_plan, plans, seen
from app.services.context import Context
from app.services.planning.acting import (
    ACTS,
    STEP_ACTS,
    OnPlan,
    OnStep,
    accepting,
    confirming,
    on_plan,
    on_step,
    overriding,
    rescheduling,
    started,
)
from app.services.planning.explaining import why as explain
from app.services.planning.previewing import preview, scenes, sequence
from app.services.planning.starting import candidate
from app.services.planning.versions import difference
from app.services.showing import eastern


def _add_act(name: str, do: OnPlan, words: str) -> None:
    @plans.command(name=name, help=words)
    @click.argument("key")
    @expecting
    @because
    @pass_line
    def act(line: CommandLine, key: str, expect: int | None, reason: str) -> None:
        plain_plan(on_plan(line.context(), key, by(reason), seen(expect), do))


def _add_step_act(name: str, do: OnStep, words: str) -> None:
    @plans.command(name=name, help=words)
    @click.argument("key")
    @click.argument("step")
    @expecting
    @because
    @pass_line
    def act(line: CommandLine, key: str, step: str, expect: int | None, reason: str) -> None:
        plain_plan(on_step(line.context(), (key, step), by(reason), seen(expect), do))


for _name, _act in ACTS.items():
    _add_act(_name, _act.do, _act.words)
for _name, _step_act in STEP_ACTS.items():
    _add_step_act(_name, _step_act.do, _step_act.words)


@plans.command(name="accept")
@click.argument("key")
@click.option("--hash", "hash_seen", help="The hash of the text whose difference you saw.")
@expecting
@because
@pass_line
def accept(line: CommandLine, key: str, hash_seen: str | None, expect: int | None, reason: str) -> None:
    """Let the draft of a plan, or else its file, run in place of the present version; approvals are void then."""
    context = line.context()
    shown = _difference(context, key)
    _print(shown)
    # What is accepted is what was shown: a draft or file that changes meanwhile is not.
    plain_plan(on_plan(context, key, by(reason), seen(expect), accepting(context, hash_seen or shown["after"])))


@plans.command(name="diff")
@click.argument("key")
@as_json
@pass_line
def diff(line: CommandLine, key: str, as_json: bool) -> None:
    """How the draft of a plan, or else its file, differs from what runs."""
    told = _difference(line.context(), key)
    show(told, json_wanted=as_json, plain=lambda: _print(told))


@plans.command(name="reschedule")
@click.argument("key")
@click.argument("step")
@click.option("--to", "to", metavar="DATE", help="2027-03-02T00:00:00 in the plan's zone; left out: as the plan says.")
@click.option("--agreed", multiple=True, metavar="TEAM=EVIDENCE", help="That a team inside whose lead it is agreed.")
@expecting
@because
@pass_line
def reschedule(line: CommandLine, /, **asked: Any) -> None:
    """Give a step another date, in place of its wait and its not_before; its approvals are void then."""
    agreed = dict(_pair(one) for one in asked["agreed"])
    do = rescheduling(asked["to"], agreed)
    named = (asked["key"], asked["step"])
    plain_plan(on_step(line.context(), named, by(asked["reason"]), seen(asked["expect"]), do))


@plans.command(name="confirm")
@click.argument("key")
@click.argument("step")
@click.argument("name")
@expecting
@because
@pass_line
def confirm(line: CommandLine, /, **asked: Any) -> None:
    """Confirm what a check confirmed:NAME of a step asks for; the reason is the evidence."""
    _named(line, asked, confirming(asked["name"]))


@plans.command(name="override")
@click.argument("key")
@click.argument("step")
@click.argument("check")
@expecting
@because
@pass_line
def override(line: CommandLine, /, **asked: Any) -> None:
    """Break-glass: let a step go on whatever one CHECK of it answers, or without its approvals ("approvals")."""
    _named(line, asked, overriding(asked["check"]))


@plans.command(name="preview")
@click.argument("key")
@as_json
@pass_line
def previewed(line: CommandLine, key: str, as_json: bool) -> None:
    """A dry run: what the plan would do from now on, in order, with every check asked for real."""
    told = preview(line.context(moving=True), key)

    def plain() -> None:
        columns = ("at (ET)", "at (UTC)", "step", "does", "checks now", "in the way now")
        table(columns, sequence(told))
        click.echo()
        table(("step", "preference", "before", "meanwhile", "after", "told to Veterans (ET)"), scenes(told))
        if told["not_startable"] is not None:
            click.echo(f"It could not be started now: {told['not_startable']}")
        for one in told["never"]:
            click.echo(f"{one['step']}: {one['why']}")
        for one in told["assumed"]:
            click.echo(f"Assumed: {one}")

    show(told, json_wanted=as_json, plain=plain)


@click.command()
@click.argument("asked", metavar="STEP|KEY")
@as_json
@pass_line
def why(line: CommandLine, asked: str, as_json: bool) -> None:
    """Why has nothing moved? What a step (plan/step), a plan or a preference waits for, and who can mend it."""
    told = explain(line.context(moving=True), asked)

    def plain() -> None:
        click.echo(told["sentence"])
        waits = [("", wait) for wait in told["stops"]]
        waits += [(f"{one['plan']}/{one['step']}", wait) for one in told["steps"] for wait in one["waits"]]
        columns = ("step", "waits for", "since (ET)", "since (UTC)", "who can mend it", "command")
        table(columns, [(step or None, *_wait(wait)) for step, wait in waits])
        for move in told["moves"]:
            click.echo(f"Move {move['id']} is in the stage {move['stage']}: cutover moves show {move['id']}")
        for sentence in told["unreadable"]:
            click.echo(sentence, err=True)

    show(told, json_wanted=as_json, plain=plain)


def _wait(wait: dict[str, Any]) -> tuple[Any, ...]:
    since = None if wait["since"] is None else eastern(datetime.fromisoformat(wait["since"]))
    return wait["waits_for"], since, wait["since"], wait["who"], wait["command"]


def _difference(context: Context, key: str) -> dict[str, Any]:
    with context.store.reading() as unit:
        around = started(context, unit, key)
        new = candidate(unit, context.plans, context.catalogue, key)
    return difference(around.plan, around.row, new).as_json()


def _print(told: dict[str, Any]) -> None:
    for line in told["diff"]:
        click.echo(line)
    for step, what in told["steps"].items():
        click.echo(f"{step}: {what}")
    for conflict in told["conflicts"]:
        click.echo(conflict, err=True)
    click.echo("There is no difference." if told["same"] else f"The new version has the hash {told['after']}")


def _named(line: CommandLine, asked: dict[str, Any], do: OnStep) -> None:
    named = (asked["key"], asked["step"])
    plain_plan(on_step(line.context(), named, by(asked["reason"]), seen(asked["expect"]), do))


def _pair(text: str) -> tuple[str, str]:
    team, equals, evidence = text.partition("=")
    if not equals or not evidence.strip():
        raise click.BadParameter("write TEAM=EVIDENCE", param_hint="--agreed")
    return team, evidence


COMMANDS = (why,)
