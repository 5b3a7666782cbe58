"""The catalogue's files: flags/KEY.toml, one for each preference."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from app.adapters.files.folder import read_folder, source_name
from app.domain.catalogue import Fault, Preference
from app.domain.preference_set import read_preferences
from app.domain.toml_source import Source

FOLDER = "flags"


class Loaded(NamedTuple):
    """Preferences and the texts that they were read from, by key; and why the other files were not taken.

    A key that has a fault is in neither of the first two, so the texts are those of good files only.
    """

    preferences: dict[str, Preference]
    texts: dict[str, str]
    faults: list[Fault]


def load(folder: Path, environment: str) -> Loaded:
    """Every preference of a folder as it is in one environment. Raises nothing: what is wrong is a fault."""
    sources, unread = read_folder(folder)
    loaded = _loaded(sources, environment)
    return loaded._replace(faults=unread + loaded.faults)


def read_texts(texts: Mapping[str, str], environment: str) -> Loaded:
    """The same from texts that were kept, by key."""
    return _loaded([Source(source_name(FOLDER, key), key, text) for key, text in sorted(texts.items())], environment)


def _loaded(sources: list[Source], environment: str) -> Loaded:
    preferences, faults = read_preferences(sources, environment)
    return Loaded(preferences, {each.key: each.text for each in sources if each.key in preferences}, faults)
