"""The shape of a file as a table: which keys there are, of which kind, which must stand there, what holds otherwise.

Reading goes on after a fault, so that a person hears of all of them at once. What is read is only to be used when no
fault was found.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from app.domain.scalars import Findings, Scalar, Schema, shown, whole_pattern
from app.domain.toml_lines import Path
from app.domain.toml_source import NAME, did_you_mean, spell

MOST_UNKNOWN = 20
"""Unknown keys of one table that are told one by one."""


class Kind(Protocol):
    """What a value may be."""

    def read(self, value: Any, path: Path, into: Findings) -> Any:
        """The value as it is used; None after a fault."""

    def schema(self) -> Schema:
        """What an editor is told of it."""


@dataclass(frozen=True, slots=True)
class Several:
    """A list of scalars, each once."""

    of: Scalar
    least: int = 0
    most: int = 100

    def read(self, value: Any, path: Path, into: Findings) -> Any:
        """The members as a tuple."""
        if not isinstance(value, list):
            into.add(path, f"This must be a list, not {shown(value)}.", f"For example: [{self.of.example}]")
            return None
        if len(value) < self.least:
            into.add(path, "The list is empty.", f"Name at least {self.least}, for example: [{self.of.example}]")
        if len(value) > self.most:
            into.add(path, f"The list has {len(value)} members.", f"At most {self.most} are read.")
            return None
        for place, member in enumerate(value):
            if member in value[:place]:
                into.add((*path, place), f"{shown(member)} is named twice.", "Name each once.")
        return tuple(self.of.read(member, (*path, place), into) for place, member in enumerate(value))

    def schema(self) -> Schema:
        """See `Kind`."""
        bounds = {"minItems": self.least, "maxItems": self.most, "uniqueItems": True}
        return {"type": "array", "items": self.of.schema(), **bounds}


@dataclass(frozen=True, slots=True)
class Rule:
    """One key of a table. Without a value in the file `default` holds, unless it is required."""

    name: str
    kind: Kind
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with known keys. `later` are keys of the language that this version does not act on."""

    rules: tuple[Rule, ...]
    later: frozenset[str] = frozenset()

    def read(self, value: Any, path: Path, into: Findings) -> Any:
        """The values by key, defaults filled in (but not while only a part is read)."""
        if not isinstance(value, dict):
            into.add(path, f"This must be a table, not {shown(value)}.", f"Write [{spell(path)}] on a line of its own.")
            return None
        known = {rule.name for rule in self.rules}
        unknown = [name for name in value if name not in known]
        for name in unknown[:MOST_UNKNOWN]:
            self._refuse((*path, name), name, into)
        if len(unknown) > MOST_UNKNOWN:
            into.add(path, f"{len(unknown)} keys are not known here.", "Compare it with the examples in README.md.")
        found = {}
        for rule in self.rules:
            if rule.name in value:
                found[rule.name] = rule.kind.read(value[rule.name], (*path, rule.name), into)
            elif not into.partial:
                found[rule.name] = self._missing(rule, path, into)
        return found

    def schema(self) -> Schema:
        """See `Kind`."""
        required = [rule.name for rule in self.rules if rule.required]
        properties = {rule.name: rule.kind.schema() for rule in self.rules}
        told: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        # Old drafts of JSON Schema allow no empty list here.
        return {**told, "required": required} if required else told

    def _refuse(self, path: Path, name: str, into: Findings) -> None:
        if name in self.later:
            into.add(path, "This version does not run this yet, so it would not be asked.", f"Take {name} out.")
        else:
            into.add(path, "There is no such key.", did_you_mean(name, [rule.name for rule in self.rules]))

    def _missing(self, rule: Rule, path: Path, into: Findings) -> Any:
        if rule.required:
            example = f" For example: {rule.name} = {rule.kind.example}" if isinstance(rule.kind, Scalar) else ""
            into.add((*path, rule.name), "This key is missing.", f"Add {spell((*path, rule.name))}.{example}")
        return rule.default


@dataclass(frozen=True, slots=True)
class Named:
    """A table whose keys are names that the file chooses."""

    of: Kind
    most: int = 50

    def read(self, value: Any, path: Path, into: Findings) -> Any:
        """What each name stands for."""
        if not isinstance(value, dict):
            into.add(path, f"This must be a table, not {shown(value)}.", f"Write [{spell(path)}] on a line of its own.")
            return None
        if len(value) > self.most:
            into.add(path, f"There are {len(value)}.", f"At most {self.most} are read.")
            return None
        for name in value:
            if not NAME.fullmatch(name):
                mend = "A name has small letters, digits and _, begins with a letter and is at most 60 long."
                into.add((*path, name), "This is not a name.", mend)
        return {name: self.of.read(member, (*path, name), into) for name, member in value.items()}

    def schema(self) -> Schema:
        """See `Kind`."""
        named = {whole_pattern(NAME)["pattern"]: self.of.schema()}
        return {
            "type": "object",
            "patternProperties": named,
            "additionalProperties": False,
            "maxProperties": self.most,
        }


@dataclass(frozen=True, slots=True)
class Tables:
    """An array of tables: [[steps]]."""

    of: Table
    most: int

    def read(self, value: Any, path: Path, into: Findings) -> Any:
        """Each table in its order."""
        header = f"[[{spell(path)}]]"
        if not isinstance(value, list) or not value:
            what = "There are none." if value == [] else f"This must be tables, not {shown(value)}."
            into.add(path, what, f"Write {header} on a line of its own before each.")
            return ()
        if len(value) > self.most:
            into.add(path, f"There are {len(value)}.", f"At most {self.most} are read.")
            return ()
        return tuple(self.of.read(member, (*path, place), into) for place, member in enumerate(value))

    def schema(self) -> Schema:
        """See `Kind`."""
        return {"type": "array", "items": self.of.schema(), "minItems": 1, "maxItems": self.most}
