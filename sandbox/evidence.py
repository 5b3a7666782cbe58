"""Where the audit's evidence comes from: the stand-ins' files, the front ends' diaries, the preference files."""

import json
import tomllib
from pathlib import Path

from sandbox.audit import Evidence, Told
from sandbox.log import read_contents, read_log

STORES = {"mhv": "mhv.db", "va_gov": "va_profile.db"}


def gather(folder: Path, flags: Path) -> Evidence:
    """The evidence of a run whose files lie in `folder`; what each choice is stored as, from `flags`."""
    files = {system: folder / name for system, name in STORES.items()}
    return Evidence(
        {system: list(read_log(file)) for system, file in files.items()},
        {system: read_contents(file) for system, file in files.items()},
        read_diaries(folder),
        {file.stem: tomllib.loads(file.read_text(encoding="utf-8"))["choices"] for file in flags.glob("*.toml")},
    )


def read_diaries(folder: Path) -> list[Told]:
    """Every whole line of every diary; the last line of one that is still being written may be cut."""
    lines = (line for file in sorted(folder.glob("diary-*.jsonl")) for line in file.read_text().splitlines(True))
    return [Told(**json.loads(line)) for line in lines if line.endswith("\n")]
