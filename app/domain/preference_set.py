"""All preferences together: each is read, and no two may be the same thing under two names."""

import re
from collections.abc import Iterable, Iterator, Mapping

from app.domain.catalogue import Fault, MhvBinding, Preference, VaGovBinding
from app.domain.overlays import Overlaid
from app.domain.preference_file import read_preference
from app.domain.preference_shape import CONTRACTS
from app.domain.toml_lines import Path
from app.domain.toml_source import Source

Sheets = dict[str, tuple[Preference, Overlaid]]


def read_preferences(sources: Iterable[Source], environment: str) -> tuple[dict[str, Preference], list[Fault]]:
    """The preferences without a fault, by key, and the faults of all others. Raises nothing."""
    sheets: Sheets = {}
    faults: list[Fault] = []
    for source in sources:
        read = read_preference(source, environment)
        if isinstance(read, list):
            faults += read
        else:
            sheets[source.key] = read
    clashes = dict(_clashes(sheets))
    faults += [fault for both in clashes.values() for fault in both]
    return {key: preference for key, (preference, _) in sheets.items() if key not in clashes}, faults


def _clashes(sheets: Sheets) -> Iterator[tuple[str, list[Fault]]]:
    """For each preference that another one doubles, the faults that say so."""
    seen: dict[tuple[Path, str], list[str]] = {}
    for key, (preference, _) in sheets.items():
        for path, mark in _marks(preference).items():
            seen.setdefault((path[:2], mark), []).append(key)
    for key, (preference, overlaid) in sheets.items():
        faults = [
            overlaid.fault(path, _what(path, other), "Two files may not stand for one thing: delete one, or mend it.")
            for path, mark in _marks(preference).items()
            # One other is told of many: a thousand copies of a file would make a million faults.
            for other in [other for other in seen[path[:2], mark][:2] if other != key][:1]
        ]
        if faults:
            yield key, faults


def _marks(preference: Preference) -> Mapping[Path, str]:
    """What no two preferences may share, by where it stands; () is the name of the file."""
    marks: dict[Path, str] = {(): _sound(preference.key), ("title",): _sound(preference.title)}
    for binding in preference.systems.values():
        if isinstance(binding, VaGovBinding):
            marks["systems", "va_gov", "item"] = f"{binding.item} {binding.channel}"
        elif isinstance(binding, MhvBinding):
            known = CONTRACTS[binding.contract].path or binding.contract
            marks["systems", "mhv", "path" if binding.path else "contract"] = f"path {binding.path or known}"
    return marks


def _what(path: Path, other: str) -> str:
    words: dict[Path, str] = {(): "The name of this file", ("title",): "This title"}
    return f"{words.get(path, 'Where the system keeps it')} is that of {other} too."


def _sound(name: str) -> str:
    """A name without what people get wrong: capitals, spaces, underscores and doubled letters (shippment)."""
    return re.sub(r"([^\W\d])\1+", r"\1", re.sub(r"[\W_]+", "", name.casefold()))
