"""Some things are done in one file only: reading a clock, sleeping, reading the environment, naming a preference."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.source import ROOT, Source, mentions, plant, sources

CLOCK_FILE = "app/adapters/clock.py"
CLOCK = {
    *(f"time.{name}" for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime")),
    *(f"time.{name}_ns" for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time")),
    *("time.clock_gettime_ns", "time.gmtime", "time.localtime", "time.ctime", "time.sleep", "asyncio.sleep"),
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
}
SETTINGS_FILE = "app/settings.py"
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"}


def elsewhere(files: list[Source], names: set[str], only: str) -> list[str]:
    """Where a file other than `only` reaches one of these names."""
    return [f"{where} {name}" for file in files if file.path != only for name, where in mentions(file) if name in names]


def keys_named(files: list[Source], keys: Iterable[str]) -> list[str]:
    """Where a preference's key stands in Python, comments and docstrings included."""
    word = re.compile(rf"\b({'|'.join(map(re.escape, keys))})\b")
    return [
        f"{file.path}:{number} {found[1]}"
        for file in files
        for number, line in enumerate(file.text.splitlines(), start=1)
        if (found := word.search(line))
    ]


def preference_keys(root: Path) -> list[str]:
    """The keys: the names of the files in flags/. Raises when there is none."""
    keys = sorted(path.stem for path in (root / "flags").glob("*.toml"))
    if not keys:
        raise FileNotFoundError("There is no preference in flags/")
    return keys


def test_only_the_clock_adapter_reads_a_clock_or_sleeps() -> None:
    assert elsewhere(sources(ROOT, "app"), CLOCK, CLOCK_FILE) == []


def test_only_the_settings_read_the_environment() -> None:
    assert elsewhere(sources(ROOT, "app"), ENVIRONMENT, SETTINGS_FILE) == []


def test_no_preference_is_named_in_python() -> None:
    assert keys_named(sources(ROOT, "app"), preference_keys(ROOT)) == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import time; x = time.time()", "time.time"),
        ("import time as t; x = t.monotonic()", "time.monotonic"),
        ("import time; x = time.clock_gettime(time.CLOCK_BOOTTIME)", "time.clock_gettime"),
        ("import time; time.sleep(1)", "time.sleep"),
        ("import time; read = time.perf_counter", "time.perf_counter"),
        ("from time import monotonic", "time.monotonic"),
        ("import datetime; x = datetime.datetime.now()", "datetime.datetime.now"),
        ("from datetime import datetime as d; x = d.utcnow()", "datetime.datetime.utcnow"),
        ("from datetime import datetime; x = datetime.today()", "datetime.datetime.today"),
        ("import datetime as dt; x = dt.date.today()", "datetime.date.today"),
    ],
)
def test_a_clock_read_is_found_however_it_was_imported(tmp_path: Path, line: str, name: str) -> None:
    plant(tmp_path, "app/domain/late.py", line)
    plant(tmp_path, CLOCK_FILE, line)
    assert elsewhere(sources(tmp_path, "app"), CLOCK, CLOCK_FILE) == [f"app/domain/late.py:1 {name}"]


def test_a_clock_that_is_handed_in_may_be_read(tmp_path: Path) -> None:
    plant(tmp_path, "app/services/on_time.py", "def due(clock):\n    return clock.now() > clock.monotonic()\n")
    assert elsewhere(sources(tmp_path, "app"), CLOCK, CLOCK_FILE) == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import os; x = os.environ['A']", "os.environ"),
        ("import os as o; x = o.getenv('A')", "os.getenv"),
        ("from os import environ as e", "os.environ"),
    ],
)
def test_reading_the_environment_is_found_however_it_was_imported(tmp_path: Path, line: str, name: str) -> None:
    plant(tmp_path, "app/bootstrap.py", line)
    plant(tmp_path, SETTINGS_FILE, line)
    assert elsewhere(sources(tmp_path, "app"), ENVIRONMENT, SETTINGS_FILE) == [f"app/bootstrap.py:1 {name}"]


def test_a_preference_named_in_python_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "flags/pigeon_post.toml", "")
    plant(tmp_path, "app/a.py", "x = 1\nif key == 'pigeon_post': ...\npigeon_poster = 2\n")
    assert keys_named(sources(tmp_path, "app"), preference_keys(tmp_path)) == ["app/a.py:2 pigeon_post"]
