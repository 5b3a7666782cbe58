"""Help: what every word means, and who may what. What can be read from the code's own tables is read from there."""

import re
from dataclasses import dataclass

from flask import Flask, current_app, render_template
from werkzeug.routing import Rule

from app.domain.ownership import Ownership, State, System
from app.domain.roles import INCLUDES, Role
from app.entrypoints.access import OPEN, may, rule_of
from app.entrypoints.pages import help_words
from app.entrypoints.pages.words import STAGE_WORDS, Mark, mark_of

ROLE_NAMES = {
    Role.VIEWER: "Viewer",
    Role.CLIENT: "Client (a program)",
    Role.OPERATOR: "Operator",
    Role.APPROVER: "Approver",
    Role.ADMIN: "Administrator",
}

ONLY_ON_PAGES = ("pages.make_token", "pages.revoke_now")
"""Changes that the API does not make; every other form of a page stands beside an address of the API."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One role: what it includes, and the changes that it alone, or with others, opens."""

    role: Role
    name: str
    includes: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """One state of ownership: the marker and its sentence, and whether it is read and written."""

    state: State
    mark: Mark
    read: str
    written: str


@may(Role.VIEWER)
def help() -> str:  # noqa: A001 - the endpoint has its name, and every page links to it
    """What every word means."""
    return render_template(
        "help.html",
        words=help_words,
        stands=[_stand(row) for row in _rows()],
        stages=[(place, stage.value, *STAGE_WORDS[stage]) for place, stage in enumerate(STAGE_WORDS, 1)],
        holders=holders(current_app),
    )


def holders(app: Flask) -> list[Holder]:
    """Each role with the changes that the API lets it make, by the rules that the routes themselves have."""
    found: dict[Role, list[str]] = {role: [] for role in Role}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        roles = rule_of(app, rule.endpoint)
        if changes_something(rule) and roles and roles != OPEN:
            for role in roles:
                found[role].append(_first_sentence(app.view_functions[rule.endpoint].__doc__ or rule.endpoint))
    return [Holder(role, ROLE_NAMES[role], _included(role), tuple(found[role])) for role in Role]


def changes_something(rule: Rule) -> bool:
    """Whether a route is listed: a change of the API, or one that only a page makes."""
    changes = (rule.methods or set()) & {"POST", "PUT", "DELETE"}
    return bool(changes) and (rule.rule.startswith("/api/") or rule.endpoint in ONLY_ON_PAGES)


def _included(role: Role) -> tuple[str, ...]:
    return tuple(sorted(ROLE_NAMES[other] for other in INCLUDES[role] if other is not role))


def _first_sentence(text: str) -> str:
    line = re.sub("`([^`]*)`", r"“\1”", " ".join(text.split()))
    return f"{line.split('. ')[0].split(';')[0].rstrip('.')}."


def _rows() -> list[Ownership]:
    held = [Ownership("", State.HELD, system) for system in System]
    return [held[0], Ownership("", State.MOVING, System.MHV, System.VA_GOV), held[1], *map(_other, _OTHERS)]


_OTHERS = (State.UNOWNED, State.RETIRED, State.STOPPED)


def _other(state: State) -> Ownership:
    return Ownership("", state, None if state is State.UNOWNED else System.MHV)


def _stand(row: Ownership) -> Stand:
    return Stand(row.state, mark_of(row), _label(row.route.read_from), _label(row.route.write_to))


def _label(system: System | None) -> str:
    return "nobody" if system is None else system.label
