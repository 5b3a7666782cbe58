"""Keeping the catalogue: the preference files as they are in force in this process.

A wrong file opens nothing: the last good catalogue stays, in memory and, over a restart, in the database. A file that
vanished changes nothing: its preference is carried on as it was, and cannot be moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from app.domain.catalogue import Catalogue, Fault, Preference
from app.services.store import Store


@dataclass(frozen=True, slots=True)
class Loaded:
    """Preference files as read: what the good ones describe, their texts, and everything that is wrong in others."""

    preferences: Mapping[str, Preference]
    texts: Mapping[str, str]
    faults: tuple[Fault, ...] = ()


class PreferenceFiles(Protocol):
    """Where the preference files are. Neither way of reading raises for what a file says."""

    def load(self) -> Loaded:
        """Read every file."""

    def read(self, texts: Mapping[str, str]) -> Loaded:
        """Read texts that were kept, by key."""


@dataclass
class Keeper:
    """The catalogue of this process."""

    files: PreferenceFiles
    store: Store
    all_fenced: bool = False
    _current: Catalogue | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def current(self) -> Catalogue:
        """The catalogue in force."""
        return self._current if self._current is not None else self.reload()

    def reload(self) -> Catalogue:
        """Read the files anew; with a fault in them, the last good catalogue stays in force and says so."""
        with self._lock:
            loaded = self.files.load()
            with self.store.reading() as unit:
                kept = unit.texts.all()
            gone = {key: text for key, text in kept.items() if key not in loaded.texts}
            if loaded.faults:
                self._current = self._last_good(kept, gone, loaded)
            else:
                every = {**self.files.read(gone).preferences, **loaded.preferences}
                self._current = Catalogue(every, frozenset(gone), all_fenced=self.all_fenced)
                self._keep(kept, loaded)
            return self._current

    def _last_good(self, kept: Mapping[str, str], gone: Mapping[str, str], loaded: Loaded) -> Catalogue:
        known = self._current.preferences if self._current else self.files.read(kept).preferences
        wrong = {fault.file.rpartition("/")[2].removesuffix(".toml") for fault in loaded.faults}
        return Catalogue(known, frozenset(gone) - wrong, loaded.faults, self.all_fenced)  # a wrong file is there

    def _keep(self, kept: Mapping[str, str], loaded: Loaded) -> None:
        changed = {key: text for key, text in loaded.texts.items() if kept.get(key) != text}
        if changed:
            with self.store.writing() as unit:
                unit.texts.put(changed)
