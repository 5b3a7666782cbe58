"""One file for all environments: [environments.NAME] says what is different in one of them, key by key."""

from app.domain.catalogue import Fault
from app.domain.preference_shape import ENVIRONMENTS, PREFERENCE
from app.domain.scalars import Findings, shown
from app.domain.toml_lines import Path
from app.domain.toml_source import Document, Source


class Overlaid:
    """What a file says for one environment, and where in the file each of it stands."""

    def __init__(self, source: Source, document: Document, environment: str) -> None:
        self._source = source
        self._base = {name: value for name, value in document.items() if name != ENVIRONMENTS}
        self._environment = environment
        environments = document.get(ENVIRONMENTS, {})
        found = environments.get(environment, {}) if isinstance(environments, dict) else {}
        self._over: Document = found if isinstance(found, dict) else {}

    def document(self) -> Document:
        """The file with what is different laid over it: tables key by key, anything else as a whole."""
        return _merged(self._base, self._over)

    def fault(self, path: Path, what: str, mend: str) -> Fault:
        """A fault where the key stands in the file: in the environment's own part if it is said there."""
        over = _depth(self._over, path)
        if over and (over == len(path) or over > _depth(self._base, path)):
            path = (ENVIRONMENTS, self._environment, *path)
        return self._source.fault(path, what, mend)


def faults_of_others(source: Source, document: Document, environment: str) -> list[Fault]:
    """What is misspelt in the parts of all environments but this one, so that it is found before it is needed."""
    environments = document.get(ENVIRONMENTS, {})
    findings = Findings(source.fault, partial=True)
    if not isinstance(environments, dict):
        what = f"This must be a table, not {shown(environments)}."
        findings.add((ENVIRONMENTS,), what, "Write [environments.NAME] on a line of its own.")
        return findings.faults
    for name, over in environments.items():
        if name != environment or not isinstance(over, dict):
            PREFERENCE.read(over, (ENVIRONMENTS, name), findings)
    return findings.faults


def _merged(base: Document, over: Document) -> Document:
    merged = dict(base)
    for name, value in over.items():
        below = merged.get(name)
        merged[name] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _depth(document: object, path: Path) -> int:
    """How many parts of a path a document has. A list is laid over as a whole, so it has all of its members."""
    for depth, part in enumerate(path):
        if isinstance(document, list):
            break
        if not isinstance(document, dict) or part not in document:
            return depth
        document = document[part]
    return len(path)
