"""What each system holds for a preference, side by side. Only what is known without any Veteran's data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.domain.catalogue import ASSUMED, MhvBinding, Preference
from app.domain.ownership import Ownership, State, System
from app.entrypoints.pages.words import SURFACES

_CHANNELS = {1: "text message", 2: "e-mail"}
_PLACES = {System.MHV: "mhv_", System.VA_GOV: "va_gov_"}


@dataclass(frozen=True, slots=True)
class Side:
    """One system: its name, whether it can change the preference now, and facts as names and sentences."""

    system: System
    role: str
    owns: bool
    facts: tuple[tuple[str, str], ...]


def sides_of(
    row: Ownership, preference: Preference | None, fenced: Collection[System], marks: Mapping[str, str]
) -> list[Side]:
    """MHV, then VA.gov."""
    return [_side(system, row, preference, fenced, marks) for system in System]


def _side(
    system: System, row: Ownership, preference: Preference | None, fenced: Collection[System], marks: Mapping[str, str]
) -> Side:
    fence = (
        "It refuses writes under an older epoch, whatever is delayed or paused"
        if system in fenced
        else "None: a move waits until every client has stopped"
    )
    facts = (
        ("Kept as", _kept(system, preference)),
        ("Choices it can hold", ", ".join(preference.choices_held_by(system)) or "none" if preference else "unknown"),
        ("Veterans find it on", _places(system, row)),
        ("Fence", fence),
        ("Last mark", marks.get(system.value, "None yet: no activation has needed one")),
        ("Epoch known", f"{row.epoch}, told by the controller" if system in fenced else "Not told: it has no fence"),
    )
    return Side(system, _role(system, row), row.state is State.HELD and row.owner is system, facts)


def _role(system: System, row: Ownership) -> str:
    if row.state is State.MOVING and row.target is system:
        return "Can change it when the move is done"
    if row.state is State.MOVING and row.owner is system:
        return "Veterans still see their choice here"
    if row.state is State.HELD and row.owner is system:
        return "Can change it"
    return "Holds it no more" if row.state is State.RETIRED and row.owner is system else "Cannot change it"


def _kept(system: System, preference: Preference | None) -> str:
    if preference is None:
        return "Unknown: it has no file"
    binding = preference.systems.get(system)
    if binding is None:
        return "Nothing: its file names no contract of this system"
    if isinstance(binding, MhvBinding):
        path = f", {binding.path}" if binding.path else ""
        assumed = f". {ASSUMED[binding.contract]}" if binding.contract in ASSUMED else ""
        return f"Contract {binding.contract}{path}{assumed}"
    return f"Communication item {binding.item}, {_CHANNELS.get(binding.channel, f'channel {binding.channel}')}"


def _places(system: System, row: Ownership) -> str:
    found = [SURFACES.get(name, name) for name in row.surfaces if name.startswith(_PLACES[system])]
    return " and ".join(found) or "no page of this system"
