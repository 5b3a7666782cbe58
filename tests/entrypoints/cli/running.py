"""How a test runs a command: in this process, over the context of a made-up world."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.entrypoints.cli.main import run
from app.services.context import Context
from tests.entrypoints.world import World


@dataclass
class Line:
    """See `app.entrypoints.cli.line.CommandLine`. `trouble` is raised in place of a context."""

    world: World
    found: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    trouble: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def context(self, *, moving: bool = False) -> Context:
        """See `app.entrypoints.cli.line.CommandLine`."""
        self.asked.append("moving" if moving else "looking")
        if self.trouble is not None:
            raise self.trouble
        return self.world.context

    def faults(self) -> Sequence[str]:
        """See `app.entrypoints.cli.line.CommandLine`."""
        return self.found

    def warnings(self) -> Sequence[str]:
        """See `app.entrypoints.cli.line.CommandLine`."""
        return self.warned

    def migrate(self) -> None:
        """See `app.entrypoints.cli.line.CommandLine`."""
        self.asked.append("migrate")

    def serve(self) -> None:
        """See `app.entrypoints.cli.line.CommandLine`."""
        self.asked.append("serve")


@dataclass
class Ran:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def is_json(self) -> bool:
        """Whether standard output is one JSON document."""
        try:
            json.loads(self.out)
        except ValueError:
            return False
        return True

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


@dataclass
class Cutover:
    """The command `cutover`, as the user of this machine types it."""

    line: Line
    printed: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Ran:
        self.printed.readouterr()
        status = run(self.line, list(arguments))
        out, err = self.printed.readouterr()
        return Ran(status, out, err)
