"""Ways to damage a file, and what must hold however it was damaged: it is read, or told as faults that help."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

from app.adapters.files import catalogue
from app.domain.catalogue import Catalogue, Fault
from app.domain.milestone_file import read_milestones
from app.domain.plan_faults import Outside
from app.domain.plan_file import read_plan
from app.domain.plans import Plan
from app.domain.toml_source import Source
from app.services.checks.asking import known

ROOT = Path(__file__).resolve().parents[3]
FLAGS = {path.stem: path.read_bytes() for path in sorted((ROOT / "flags").glob("*.toml"))}
PLANS = {path.stem: path.read_bytes() for path in sorted((ROOT / "cutover_plans").glob("*.toml"))}
MILESTONES = {"milestones": PLANS.pop("milestones")}
KNOWN = Catalogue(catalogue.load(ROOT / "flags", "sandbox").preferences)

_SOURCE = Source("cutover_plans/milestones.toml", "milestones", MILESTONES["milestones"].decode())
_FILED = read_milestones(_SOURCE)
OUTSIDE = Outside(
    _FILED if isinstance(_FILED, dict) else {}, {name: check.asks_about for name, check in known().items()}
)

PIECES = (
    *(b"[", b"]", b"{", b"}", b'"', b"'", b"=", b"\n", b"#", b".", b",", b"\\u0000", b"[[", b'"""', b"{}", b"\xff"),
    *(b"-1", b"true", b"1e999", b"nan", b"0x" + b"f" * 400, b"9999-12-31", b"0001-01-01", b"00:00:00", b'"0s"'),
    *(b"a.b.c = 1\n", b'\n"" = 1\n', b"[[steps]]\n", b"[defaults]\n", b"[steps.needs]\n", b'steps = ["rx"]\n'),
    *(b"2027-03-14T02:30:00", b"2027-11-07T01:30:00", b"2027-03-14T02:30:00-05:00", b"9999-12-31T23:59:59-12:00"),
    *(
        b'late = "1s"\n',
        b'lead = "1s"\n',
        b"approvals = 10\n",
        b'text = "{date"\n',
        b'to = "nobody"\n',
        b"surfaces = []\n",
    ),
)
"""What is put into files: signs, values at the edge of what is allowed, lines of the language."""

SEPARATORS = b" =,[]{}\n"


def deleted(content: bytes, start: int, size: int) -> bytes:
    """Without some of its bytes."""
    start %= len(content) + 1
    return content[:start] + content[start + size :]


def inserted(content: bytes, start: int, piece: bytes) -> bytes:
    """With a piece put in."""
    start %= len(content) + 1
    return content[:start] + piece + content[start:]


def swapped(content: bytes, first: int, second: int) -> bytes:
    """With two of its lines in each other's place."""
    parts = content.split(b"\n")
    first, second = first % len(parts), second % len(parts)
    parts[first], parts[second] = parts[second], parts[first]
    return b"\n".join(parts)


def replaced(content: bytes, start: int, piece: bytes) -> bytes:
    """With the word at a place replaced by a piece."""
    start %= len(content) + 1
    end = next((place for place in range(start, len(content)) if content[place] in SEPARATORS), len(content))
    begin = next((place + 1 for place in range(start - 1, -1, -1) if content[place] in SEPARATORS), 0)
    return content[:begin] + piece + content[end:]


def repeated(content: bytes, first: int, second: int) -> bytes:
    """With one of its lines standing at a second place too."""
    parts = content.split(b"\n")
    parts.insert(second % len(parts), parts[first % len(parts)])
    return b"\n".join(parts)


def damaged(content: bytes, chance: Random) -> bytes:
    """A file after one to four of these, more often one."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        place, other = chance.randrange(1 << 16), chance.randrange(1 << 16)
        match chance.choice(("delete", "insert", "replace", "replace", "swap", "repeat")):
            case "delete":
                content = deleted(content, place, 1 + other % 12)
            case "insert":
                content = inserted(content, place, _piece(content, chance))
            case "replace":
                content = replaced(content, place, _piece(content, chance))
            case "swap":
                content = swapped(content, place, other)
            case _:
                content = repeated(content, place, other)
    return content


def _piece(content: bytes, chance: Random) -> bytes:
    """Some piece, some bytes, or a word that stands elsewhere in the file."""
    match chance.randrange(8):
        case 0:
            return chance.randbytes(chance.randint(1, 3))
        case 1 | 2 | 3:
            words = content.split()
            return chance.choice(words) if words else b""
        case _:
            return chance.choice(PIECES)


def judged_flag(key: str, text: str) -> list[Fault]:
    """The faults of a preference's file; none when it is read."""
    loaded = catalogue.read_texts({key: text}, "sandbox")
    assert (key in loaded.preferences) == (loaded.faults == [])
    return loaded.faults


def judged_plan(key: str, text: str) -> list[Fault]:
    """The faults of a plan's file; none when it is a plan."""
    read = read_plan(Source(f"cutover_plans/{key}.toml", key, text), KNOWN, timedelta(seconds=45), OUTSIDE)
    assert read.steps if isinstance(read, Plan) else read
    return [] if isinstance(read, Plan) else read


def judged_milestones(key: str, text: str) -> list[Fault]:
    """The faults of the milestones' file; none when it is read."""
    read = read_milestones(Source(f"cutover_plans/{key}.toml", key, text))
    assert read is not None
    return read if isinstance(read, list) else []


FOLDERS: tuple[tuple[Mapping[str, bytes], Callable[[str, str], list[Fault]]], ...] = (
    (FLAGS, judged_flag),
    (PLANS, judged_plan),
    (MILESTONES, judged_milestones),
)
"""The shipped files of each kind, and what reads them."""


def require_sensible(fault: Fault, text: str) -> None:
    """A fault names its file, says what and what to do in one line, and its line is one of the file's."""
    assert fault.file.endswith(".toml")
    assert fault.what
    assert fault.mend
    assert "\n" not in str(fault)
    assert fault.line is None or 1 <= fault.line <= text.count("\n") + 1
