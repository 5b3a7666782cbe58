"""What a client process told its people, one JSON object a line (docs/history.md): `begin`, then what came of it."""

import json
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO


@dataclass
class Diary:
    """The lines of one process. A line stands in the file before the next thing happens."""

    file: TextIO
    kind: str
    process: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def __post_init__(self) -> None:
        self._write({"log": "process", "process": self.process, "kind": self.kind})

    def note(self, event: str, facts: Mapping[str, Any]) -> None:
        """Write one line, numbered, with the monotonic clock of this machine in seconds."""
        with self._lock:
            self._count += 1
            line = {"log": "client", "event": event, "process": self.process, "count": self._count}
            self._write({**line, "at": time.monotonic(), **facts})

    def _write(self, line: Mapping[str, Any]) -> None:
        self.file.write(json.dumps(line) + "\n")
        # It stands outside of this process from here on: a kill loses no line.
        self.file.flush()


def opened(file: str, kind: str) -> Diary:
    """A new diary in a new file. It is closed by the end of the process."""
    return Diary(Path(file).open("x", encoding="utf-8"), kind)
