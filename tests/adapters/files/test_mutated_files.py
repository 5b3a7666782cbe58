"""However a file is damaged, it is read or told as faults: nothing is thrown, and a fault can be shown to a person."""

from datetime import timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.adapters.files import catalogue
from app.adapters.files.folder import read_folder
from app.domain.catalogue import Catalogue, Fault
from app.domain.plan_file import read_plan
from app.domain.plans import Plan
from app.domain.toml_source import Source

ROOT = Path(__file__).resolve().parents[3]
FLAGS = {path.stem: path.read_bytes() for path in sorted((ROOT / "flags").glob("*.toml"))}
PLANS = {path.stem: path.read_bytes() for path in sorted((ROOT / "cutover_plans").glob("*.toml"))}
KNOWN = Catalogue(catalogue.load(ROOT / "flags", "sandbox").preferences)

PIECES = st.one_of(
    st.binary(max_size=3),
    st.sampled_from(
        [
            *(b"[", b"]", b"{", b"}", b'"', b"'", b"=", b"\n", b"#", b".", b",", b"\\u0000", b"[[", b'"""', b"{}"),
            *(b"-1", b"true", b"1e999", b"nan", b"0x" + b"f" * 400, b"9999-12-31"),
            *(b"a.b.c = 1\n", b'\n"" = 1\n', b"[[steps]]\n"),
        ]
    ),
)


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


@st.composite
def mutated(draw: st.DrawFn, files: dict[str, bytes]) -> tuple[str, bytes]:
    """A key and the damaged bytes of its file."""
    key = draw(st.sampled_from(sorted(files)))
    content = files[key]
    place = st.integers(0, 4_000)
    for kind in draw(st.lists(st.sampled_from(["delete", "insert", "swap"]), min_size=1, max_size=4)):
        if kind == "delete":
            content = deleted(content, draw(place), draw(st.integers(1, 12)))
        elif kind == "insert":
            content = inserted(content, draw(place), draw(PIECES))
        else:
            content = swapped(content, draw(place), draw(place))
    return key, content


def sensible(fault: Fault, content: bytes) -> None:
    """A fault says what and what to do in one line, and its line is one of the file's."""
    assert fault.what
    assert fault.mend
    assert "\n" not in str(fault)
    assert fault.line is None or 1 <= fault.line <= content.count(b"\n") + 1


@settings(max_examples=300)
@given(mutated(FLAGS))
@example(("rx_refill_shipment", b"[environments.sandbox]\nenvironments = 1\n"))
def test_a_damaged_preference_file_is_read_or_told_as_faults(damaged: tuple[str, bytes]) -> None:
    key, content = damaged
    text = content.decode(errors="replace")
    loaded = catalogue.read_texts({key: text}, "sandbox")
    assert (key in loaded.preferences) == (loaded.faults == [])
    for fault in loaded.faults:
        sensible(fault, text.encode())


@settings(max_examples=300)
@given(mutated(PLANS))
def test_a_damaged_plan_file_is_a_plan_or_told_as_faults(damaged: tuple[str, bytes]) -> None:
    key, content = damaged
    text = content.decode(errors="replace")
    read = read_plan(Source(f"cutover_plans/{key}.toml", key, text), KNOWN, timedelta(seconds=45))
    if isinstance(read, Plan):
        assert read.steps
    else:
        assert read
        for fault in read:
            sensible(fault, text.encode())


def test_bytes_that_are_no_text_are_told_as_a_fault_on_their_line(tmp_path: Path) -> None:
    for key, content in FLAGS.items():
        damaged = inserted(content, content.index(b"\n") + 1, b"\xc3\x28")
        (tmp_path / f"{key}.toml").write_bytes(damaged)
    sources, faults = read_folder(tmp_path)
    assert sources == []
    assert [fault.line for fault in faults] == [2] * len(FLAGS)
