"""The recording of a run, as `cutover history check` judges it: ledger, systems' logs, diaries, final contents."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sandbox.log import encoded, read_contents, read_log

STORES = {"mhv": "mhv.db", "va_gov": "va_profile.db"}
"""Each system's file in the folder of a run."""


def header(flags: Path) -> dict[str, Any]:
    """How these runs are made. What each choice is stored as comes from the preference files in `flags`."""
    files = flags.glob("*.toml")
    choices = {file.stem: tomllib.loads(file.read_text(encoding="utf-8"))["choices"] for file in files}
    return {
        "format": "cutover-history",
        "version": 1,
        "systems": {system: {"fence": "none"} for system in STORES},
        "assumptions": "kept",
        "records": "none",
        "choices": {key: {name: _stored(one) for name, one in of_key.items()} for key, of_key in choices.items()},
    }


def record(file: Path, first: Mapping[str, Any], folder: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Write the recording of a run whose files lie in `folder`, after all its clients have ended.

    `first` is the header, `entries` are those of the ledger as the API tells them.
    """
    with file.open("w", encoding="utf-8") as opened:
        opened.write(json.dumps(first) + "\n")
        opened.writelines(json.dumps({"log": "ledger", **_without_words(entry)}) + "\n" for entry in entries)
        for system, name in STORES.items():
            opened.writelines(_system_lines(system, folder / name))
        opened.writelines(diary_lines(folder))
        for system, name in STORES.items():
            opened.writelines(_contents(system, folder / name))


def diary_lines(folder: Path) -> Iterator[str]:
    """Every whole line of every diary; the last line of one that is still being written may be cut."""
    lines = (line for file in sorted(folder.glob("diary-*.jsonl")) for line in file.read_text().splitlines(True))
    return (line for line in lines if line.endswith("\n"))


def _stored(choice: Mapping[str, Any]) -> dict[str, Any]:
    return {system: choice[system] for system in STORES if system in choice}


def _without_words(entry: Mapping[str, Any]) -> dict[str, Any]:
    # A reason is free text: a recording that is handed on holds none.
    return {name: entry[name] for name in ("number", "act", "revision", "at", "body")}


def _system_lines(system: str, store: Path) -> Iterator[str]:
    for entry in read_log(store):
        yield json.dumps({"log": system, "sequence": entry.sequence, **json.loads(encoded(entry.line))}) + "\n"


def _contents(system: str, store: Path) -> Iterator[str]:
    for (person, preference), held in read_contents(store).items():
        line = {"log": "contents", "system": system, "preference": preference, "person": person}
        yield json.dumps({**line, "write_id": held.write_id, "value": held.value}) + "\n"
