"""The faults of one stand-in, for all of its processes: a small file, replaced whole and changed under a lock."""

import fcntl
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong. `left` is how many times still, None for always."""

    endpoint: str
    kind: str
    left: int | None
    more: Mapping[str, Any] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """The fault as it was asked for, with the times that are left."""
        return {"endpoint": self.endpoint, "kind": self.kind, "times": self.left, **self.more}


class FaultFile:
    """The faults in one file, and the version that grows each time they are replaced. Without a file there are none."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = file.with_name(f"{file.name}.lock")

    def faults(self) -> Sequence[Fault]:
        """Every fault, also those of which none is left."""
        return self._read()[1]

    def version(self) -> int:
        """How often the faults were replaced."""
        return self._read()[0]

    def replace(self, faults: Sequence[Fault]) -> None:
        """Put these in the place of all others."""
        with self._locked():
            self._write(self._read()[0] + 1, faults)

    def struck(self, strikes: Callable[[Fault], bool]) -> tuple[int, Sequence[Fault]]:
        """The faults that strike, each counted once less; and the version that they are of."""
        version, faults = self._read()
        if not any(fault.left and strikes(fault) for fault in faults):
            return version, [fault for fault in faults if fault.left is None and strikes(fault)]
        # Read anew: of two processes that meet the last one that is left, one has it.
        with self._locked():
            version, faults = self._read()
            hits = [fault for fault in faults if fault.left != 0 and strikes(fault)]
            for fault in hits:
                fault.left = None if fault.left is None else fault.left - 1
            self._write(version, faults)
        return version, hits

    def end(self) -> None:
        """Leave nothing behind."""
        self._file.unlink(missing_ok=True)
        self._lock.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def _read(self) -> tuple[int, list[Fault]]:
        try:
            told = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return 0, []
        return told["version"], [Fault(**members) for members in told["faults"]]

    def _write(self, version: int, faults: Sequence[Fault]) -> None:
        new = self._file.with_name(f"{self._file.name}.new")
        new.write_text(json.dumps({"version": version, "faults": [asdict(fault) for fault in faults]}))
        new.replace(self._file)
