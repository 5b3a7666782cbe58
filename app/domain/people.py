"""The ids of a person. They pass through in memory: never stored, never logged, never in a message or an address."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.domain.refusals import Refusal

HEADERS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "va_profile_id": ("X-VA-Profile-Id", re.compile(r"[1-9][0-9]{0,17}")),
    "mhv_correlation_id": ("X-MHV-Correlation-Id", re.compile(r"[0-9]{1,18}")),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One person as each system knows them. The ids do not show in `repr`, so that no log line can hold them."""

    va_profile_id: str = field(repr=False)
    mhv_correlation_id: str = field(repr=False)


def person_from(header: Callable[[str], str | None]) -> Person:
    """The person whom a request names. Every call names all ids, so that a flip never breaks a client.

    `header` answers the value of a header by its name, whatever its case.
    Refusals `id_missing`, `id_malformed`: they name the header, never its value.
    """
    return Person(**{field: _id(header, *rule) for field, rule in HEADERS.items()})


def _id(header: Callable[[str], str | None], name: str, pattern: re.Pattern[str]) -> str:
    value = header(name)
    if not value:
        raise Refusal("id_missing", f"The header {name} is missing.", "Send both ids with every call.")
    if not pattern.fullmatch(value):
        raise Refusal("id_malformed", f"The header {name} is not an id of that kind.", "It is a number, digits only.")
    return value
