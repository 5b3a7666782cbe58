"""The ways to the systems that a permit is good for, one for each address."""

from threading import Lock
from urllib.parse import urlsplit

from cutover_client.wire.wire import Wire


class Ways:
    """Kept connections to each scheme, host and port. Safe to be used from many threads."""

    def __init__(self, ca_file: str | None) -> None:
        self._ca_file = ca_file
        self._lock = Lock()
        self._wires: dict[str, Wire] = {}

    def to(self, url: str) -> tuple[Wire, str]:
        """The way to an address, and the rest of the address. Raises ValueError for what is no http(s) address."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("This is not the whole address of a system: it begins with http:// or https://.")
        base = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            wire = self._wires.get(base)
            if wire is None:
                wire = self._wires[base] = Wire(base, self._ca_file)
        query = f"?{parts.query}" if parts.query else ""
        return wire, parts.path.lstrip("/") + query

    def close(self) -> None:
        """Close the connections that are kept open."""
        with self._lock:
            for wire in self._wires.values():
                wire.close()
