"""Keys without cryptography: a token says what was signed, for tests that look at what it says."""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from app.services.store import KeyRow

_numbers = count(1)


class FakeKeys:
    """See `services.signing.Keys`."""

    def make(self) -> tuple[str, dict[str, Any], str]:
        """See `services.signing.Keys`."""
        name = f"key-{next(_numbers)}"
        return name, {"kid": name}, "sealed"

    def sign(self, key: KeyRow, claims: Mapping[str, Any]) -> str:
        """See `services.signing.Keys`."""
        return json.dumps({"kid": key.id, **claims})
