"""Reads the TOML files of a folder. What cannot be read is a fault: no exception, and nothing left out in silence."""

from pathlib import Path

from app.domain.catalogue import Fault
from app.domain.toml_source import Source

ENDING = ".toml"
LARGEST = 256 * 1024
"""Bytes; a file of this kind has a few hundred."""


def read_folder(folder: Path) -> tuple[list[Source], list[Fault]]:
    """Each file of a folder whose name ends in .toml, in the order of their names, and why others cannot be read.

    Hidden files and copies that editors leave (x.toml~, x.toml.bak) are no files of ours. A name that ends in .TOML is
    a fault: on one machine it would be read and on another not.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if _is_ours(path.name))
    except OSError as error:
        mend = "Put the folder there, readable, or name another one."
        return [], [Fault(folder.name, None, None, f"The folder cannot be read: {_why(error)}.", mend)]
    read = [read_file(path) for path in paths]
    return [each for each in read if isinstance(each, Source)], [each for each in read if isinstance(each, Fault)]


def source_name(folder: str, key: str) -> str:
    """How a file is named to people."""
    return f"{folder}/{key}{ENDING}"


def _is_ours(name: str) -> bool:
    return name.lower().endswith(ENDING) and not name.startswith((".", "#"))


def read_file(path: Path) -> Source | Fault:
    """One file, or why it cannot be read. No more than LARGEST bytes are read, and nothing is waited for."""
    file = f"{path.parent.name}/{_printable(path.name)}"
    if not path.name.endswith(ENDING):
        mend = f"Name it {_printable(path.name.lower())}."
        return Fault(file, None, None, "The name of the file must end in .toml, in small letters.", mend)
    try:
        if not path.is_file():
            return Fault(file, None, None, "This is not a file that can be read.", "Put a file in its place.")
        with path.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        return Fault(file, None, None, f"It cannot be read: {_why(error)}.", "See to its owner and permissions.")
    if len(content) > LARGEST:
        return Fault(file, None, None, f"It has more than {LARGEST // 1024} KiB.", "See whether it is the right file.")
    return _decoded(file, _printable(path.name.removesuffix(ENDING)), content)


def _decoded(file: str, key: str, content: bytes) -> Source | Fault:
    # Line ends stay as they are: the text is what a plan's hash is made of.
    try:
        return Source(file, key, content.decode())
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Fault(file, line, None, "It is not UTF-8.", "Save it as UTF-8.")


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _why(error: OSError) -> str:
    return (error.strerror or "the reason is not known").lower()
