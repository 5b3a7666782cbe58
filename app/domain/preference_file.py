"""A preference's file, read: the preference as it is in one environment, or everything that is wrong in the file."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.catalogue import Binding, Choice, Fault, MhvBinding, Preference, VaGovBinding
from app.domain.choice_faults import wrong_choices
from app.domain.overlays import Overlaid, faults_of_others
from app.domain.ownership import System
from app.domain.preference_shape import CHANNELS, CONTRACTS, PREFERENCE
from app.domain.scalars import Findings
from app.domain.toml_source import NAME, Source, Wrong


def read_preference(source: Source, environment: str) -> tuple[Preference, Overlaid] | list[Fault]:
    """The preference and where each of its keys stands, or all faults of its file. Raises nothing."""
    if not NAME.fullmatch(source.key):
        return [misnamed(source)]
    document = source.document()
    if isinstance(document, Fault):
        return [document]
    try:
        overlaid = Overlaid(source, document, environment)
        findings = Findings(overlaid.fault)
        found = PREFERENCE.read(overlaid.document(), (), findings)
        faults = [*findings.faults, *faults_of_others(source, document, environment)]
    except RecursionError:
        return [source.fault((), "Tables stand in tables too many times.", "Write it flat.")]
    if faults:
        return faults
    preference = _preference(source.key, found)
    wrong = [overlaid.fault(*each) for each in (*_wrong_systems(preference), *wrong_choices(preference))]
    return wrong or (preference, overlaid)


def misnamed(source: Source) -> Fault:
    """The fault of a file whose name cannot be a key."""
    what = f"{source.key[:60]} cannot be a key, and the name of the file is the key."
    return Fault(source.file, None, None, what, "Use small letters, digits and _, beginning with a letter, at most 60.")


def _preference(key: str, found: Mapping[str, Any]) -> Preference:
    choices = tuple(_choice(name, values) for name, values in found["choices"].items())
    given = {name: value for name, value in found.items() if name not in ("choices", "systems")}
    return Preference(key=key, choices=choices, systems=_systems(found["systems"]), **given)


def _choice(name: str, found: Mapping[str, Any]) -> Choice:
    values = {system: found[system.value] for system in System if found[system.value] is not None}
    return Choice(name, values, found["loses"])


def _systems(found: Mapping[str, Any]) -> dict[System, Binding]:
    mhv, va_gov = found["mhv"], found["va_gov"]
    systems: dict[System, Binding] = {}
    if mhv is not None:
        systems[System.MHV] = MhvBinding(**mhv)
    if va_gov is not None:
        systems[System.VA_GOV] = VaGovBinding(**va_gov)
    return systems


def _wrong_systems(preference: Preference) -> Iterator[Wrong]:
    start = preference.starts_with
    if start is not None and start not in preference.systems:
        mend = f'Add [systems.{start.value}], or say starts_with = "none".'
        yield ("starts_with",), f"{start.label} has no id or contract for it here.", mend
    mhv, va_gov = preference.systems.get(System.MHV), preference.systems.get(System.VA_GOV)
    if isinstance(mhv, MhvBinding):
        yield from _wrong_path(mhv)
    if isinstance(va_gov, VaGovBinding) and va_gov.channel != CHANNELS[preference.channel]:
        what = f'VA Profile\'s number of the channel "{preference.channel}" is {CHANNELS[preference.channel]}.'
        yield (
            ("systems", "va_gov", "channel"),
            what,
            f"Say channel = {CHANNELS[preference.channel]}, or another channel.",
        )


def _wrong_path(mhv: MhvBinding) -> Iterator[Wrong]:
    known = {contract.path: name for name, contract in CONTRACTS.items() if contract.path}
    if mhv.contract != "assumed":
        if mhv.path is not None:
            yield ("systems", "mhv", "path"), f'The contract "{mhv.contract}" has its own path.', "Take path out."
    elif mhv.path is None:
        yield ("systems", "mhv", "path"), "An assumed contract needs its path.", 'For example: path = "reports"'
    elif mhv.path in known:
        what = f'This path has the contract "{known[mhv.path]}".'
        yield ("systems", "mhv", "path"), what, f'Say contract = "{known[mhv.path]}" and take path out.'
