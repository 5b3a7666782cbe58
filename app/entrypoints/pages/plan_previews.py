"""A rehearsal of a plan: what it would do from now on, in order, with every check asked for real and nothing stored."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain import durations
from app.domain.ownership import State, System
from app.domain.plans import Plan
from app.domain.roles import Role
from app.entrypoints.access import may
from app.entrypoints.asked import context
from app.entrypoints.pages.confirming import Box
from app.entrypoints.pages.plan_texts import plan_crumbs
from app.entrypoints.pages.times import eastern, lasting
from app.entrypoints.pages.words import surfaces_words
from app.services.planning.previewing import preview

FEW = 1
"""Steps whose checks are asked without a question first."""

SILENT = 2
"""Seconds, about, for which a system that does not answer is waited for: once, however many steps ask for it. While
both answer, 200 steps take about one second."""

WHEN = {"before": "Before it", "during": "While nobody can change it", "after": "After it"}


@may(Role.VIEWER)
def plan_preview(key: str) -> Response:
    """The rehearsal; one of several steps is asked for by a button. Refusals `not_found`, `plan_invalid`."""
    with context.store.reading() as unit:
        plan, around = context.looking.one(unit, key)
        runs = around is not None and not around.row.is_over
        drafted = unit.drafts.find(key) is not None
    if len(plan.steps) > FEW and request.args.get("ask") != "1":
        return _page("plan_preview_asks.html", plan=plan, longest=SILENT, crumbs_to=plan_crumbs(key))
    told = preview(context, key)
    return _page(
        "plan_preview.html",
        told=told,
        now=datetime.fromisoformat(told["at"]),
        boxes_of=_boxes(told),
        acts=[_act(one) for one in told["actions"]],
        crumbs_to=plan_crumbs(key),
        of_what=_of_what(runs, drafted, plan),
        draft_page=url_for("pages.plan_draft", key=key) if drafted else None,
        version_page=url_for("pages.plan_version", key=key) if runs and drafted else None,
    )


def title_of(key: str) -> str:
    """A preference as people call it; by its key once its file has gone."""
    found = context.catalogue.preferences.get(key)
    return found.title if found else key


def _page(name: str, **values: Any) -> Response:
    return current_app.make_response(render_template(name, **values))


def _of_what(runs: bool, drafted: bool, plan: Plan) -> str:
    if runs:
        return f"The plan {plan.key} as it runs, from now on."
    return f"{'The draft' if drafted else 'The plan'} {plan.key} as if it were started now."


def _boxes(told: Mapping[str, Any]) -> tuple[Box, ...]:
    actions, never = told["actions"], told["never"]
    stopped = [one for one in actions if _in_the_way(one)]
    count = len(stopped) + len(never) + (told["not_startable"] is not None)
    first = Box("Next", "Nothing would happen", "Why stands below.")
    ends = Box("Ends", "No date", "Nothing that it would do has a date.")
    if actions:
        first = Box("Next", _does(actions[0]), _at(actions[0]["at"]))
        last = max(one["done"] for one in actions)
        ends = Box("Ends", eastern(datetime.fromisoformat(last)), "If all goes as it is assumed below.")
    if never:
        ends = Box("Ends", "No date", f"{len(never)} step{'s' * (len(never) != 1)} would never be done.")
    way = Box("In the way", "Nothing", "Every check passes now.")
    if count:
        way = Box("In the way", f"{count} thing{'s' * (count != 1)} as it stands now", "Each is told below.")
    return (Box("Now", "Nothing is changed", "This is a rehearsal: it only asks."), first, way, ends)


def _in_the_way(one: Mapping[str, Any]) -> bool:
    return one["would_stop"] is not None or any(check["verdict"] != "pass" for check in one["checks"])


def _at(moment: str | None) -> str:
    return eastern(datetime.fromisoformat(moment)) if moment else "no date"


def _act(one: Mapping[str, Any]) -> dict[str, Any]:
    """One action in words and moments."""
    times = {name: datetime.fromisoformat(one[name]) if one[name] else None for name in ("at", "until", "done")}
    limit = None if one["freeze_limit"] is None else lasting(durations.parse(one["freeze_limit"]))
    told = {"does": _does(one), "freeze_limit": limit, "notices": list(_notices(one["notices"]))}
    return {**one, **times, **told, "seen": [_seen(each) for each in one["sees"]]}


def _does(one: Mapping[str, Any]) -> str:
    """What an action does, with its preferences as people call them; many by their count."""
    titles = [title_of(seen["key"]) for seen in one["sees"]]
    what = titles[0] if len(titles) == 1 else f"{len(titles)} preferences"
    after = one["sees"][0]["after"]
    if one["freeze_limit"] is None:
        return f"Change where Veterans find {what}: {surfaces_words(tuple(after['surfaces']))}"
    if after["state"] == State.RETIRED:
        return f"Retire {what}: nobody can change it any more"
    return f"Move {what} to {_label(after['owner'])}"


def _notices(notices: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What Veterans are told, once for all preferences of which the same is told."""
    same = dict[tuple[Any, ...], list[str]]()
    for one in notices:
        same.setdefault((one["from"], one["until"], one["text"], one["instead"]), []).append(title_of(one["key"]))
    for (begins, ends, text, instead), titles in same.items():
        yield {"of": ", ".join(titles), "from": _at(begins), "until": _at(ends), "text": text, "instead": instead}


def _seen(seen: Mapping[str, Any]) -> dict[str, Any]:
    rows: Sequence[tuple[str, str]] = [(name, words) for name, words in WHEN.items() if seen[name] is not None]
    return {"key": seen["key"], "rows": [(words, *_stand(seen[name])) for name, words in rows]}


def _stand(stand: Mapping[str, Any]) -> tuple[str, str, str]:
    """Who is read, who is written, and where a Veteran finds it."""
    return _label(stand["read_from"]), _label(stand["write_to"]), surfaces_words(tuple(stand["surfaces"]))


def _label(place: str | None) -> str:
    return "nobody" if place is None else System(place).label
