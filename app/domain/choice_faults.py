"""What can be wrong with the choices of one preference: too few, of the wrong type, or not to be told apart."""

from collections.abc import Iterator

from app.domain.catalogue import Choice, MhvBinding, Preference, Stored
from app.domain.ownership import System
from app.domain.preference_shape import CONTRACTS
from app.domain.toml_source import Wrong


def wrong_choices(preference: Preference) -> Iterator[Wrong]:
    """What is wrong with the choices, each where it stands."""
    if len(preference.choices) < 2:
        mend = "Say at least two, for example: off = { va_gov = false } and on = { va_gov = true }"
        yield ("choices",), "A preference has at least two choices.", mend
        return
    for choice in preference.choices:
        if not choice.values:
            yield ("choices", choice.name), "No system holds this choice.", "Say what mhv or va_gov stores for it."
    for system in System:
        held = [choice for choice in preference.choices if system in choice.values]
        wrong = list(_wrong_types(preference, system, held))
        yield from wrong or _not_told_apart(preference, system, held)


def _wrong_types(preference: Preference, system: System, held: list[Choice]) -> Iterator[Wrong]:
    """true and 1 are equal to Python, so two choices of different types could be taken for each other."""
    if not held:
        return
    wanted, why = type(held[0].values[system]), f"{system.label} stores"
    binding = preference.systems.get(system)
    if isinstance(binding, MhvBinding):
        wanted, why = CONTRACTS[binding.contract].stores, f'The contract "{binding.contract}" stores'
    for choice in held:
        if type(choice.values[system]) is not wanted:
            words = "true or false" if wanted is bool else "a number"
            path = ("choices", choice.name, system.value)
            yield path, f"{why} {words} for each choice.", f"Say {system.value} = {words}."


def _not_told_apart(preference: Preference, system: System, held: list[Choice]) -> Iterator[Wrong]:
    alike: dict[Stored, list[Choice]] = {}
    for choice in held:
        alike.setdefault(choice.values[system], []).append(choice)
    for same in alike.values():
        whole = [choice for choice in same if choice.loses is None]
        if len(same) > 1 and len(whole) != 1:
            yield _ambiguous(system, same)
    if system in preference.systems and len(alike) < 2:
        what = f"{system.label} is to hold this preference and cannot tell two choices apart."
        yield ("choices",), what, f"Give at least two choices different values of {system.value}."


def _ambiguous(system: System, same: list[Choice]) -> Wrong:
    """Read back, the stored value would stand for more than one choice, or for none."""
    names = " and ".join(choice.name for choice in same)
    mend = 'Say what is lost in all of them but one, for example: loses = "the daily bundle"'
    return ("choices", same[-1].name), f"{system.label} stores {names} alike.", mend
