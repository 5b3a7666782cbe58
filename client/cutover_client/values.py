"""The file that holds one preference's epoch: written durably, and never believed when it is damaged."""

import os
import re
from pathlib import Path
from zlib import crc32

_TEXT = re.compile(r"([a-z][a-z0-9_]*) (-1|[0-9]{1,19}) [0-9a-f]{8}\n", re.ASCII)


class Damaged(Exception):
    """What stands in the file cannot be the epoch. The message says which file."""


def read(file: Path) -> int:
    """The epoch. Raises Damaged, and FileNotFoundError where there is no file."""
    try:
        text = file.read_text(encoding="ascii")
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise Damaged(f"{file.name} cannot be read: {type(error).__name__}") from None
    found = _TEXT.fullmatch(text)
    if found is None or text != _text(file.stem, int(found[2])):
        raise Damaged(f"{file.name} does not hold an epoch")
    return int(found[2])


def write(file: Path, epoch: int) -> None:
    """Put an epoch in the file, so that it outlives this machine's power. Only one writer at a time; raises OSError."""
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        os.write(descriptor, _text(file.stem, epoch).encode("ascii"))
        # Renamed first, the name could outlive the content.
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    new.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive this machine's power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _text(key: str, epoch: int) -> str:
    # The sum finds a file of another preference, and one that is not whole.
    told = f"{key} {epoch}"
    return f"{told} {crc32(told.encode('ascii')):08x}\n"
