"""MHV's contracts: how each kind of preference is read and written there."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.adapters.http.exchange import NoAnswer, Refused
from app.adapters.mhv.sessions import Door
from app.adapters.mhv.visit import Visit
from app.domain.catalogue import MhvBinding, Stored


class Contract(Protocol):
    """How one kind of preference is kept. Raises NoAnswer or Refused."""

    def read(self, visit: Visit) -> Stored | None:
        """The value that stands there; None when nothing was ever set."""

    def write(self, visit: Visit, value: Stored) -> None:
        """Put a value there; it is not read back."""


class Flag:
    """Yes or no at one address."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, visit: Visit) -> Stored | None:
        """See Contract."""
        found = _member(visit.get(Door.USER_MANAGEMENT, self._name), "flag")
        if found is None or isinstance(found, bool):
            return found
        raise NoAnswer("MHV gave an answer that cannot be used.")

    def write(self, visit: Visit, value: Stored) -> None:
        """See Contract."""
        visit.post(Door.USER_MANAGEMENT, self._name, {"flag": _yes_or_no(value)})


class Rx:
    """A flag whose write confirms the e-mail address first: two calls, and MHV does not make them one."""

    def __init__(self) -> None:
        self._flag = Flag("rx")

    def read(self, visit: Visit) -> Stored | None:
        """See Contract."""
        return self._flag.read(visit)

    def write(self, visit: Visit, value: Stored) -> None:
        """See Contract."""
        flag = _yes_or_no(value)
        address = _address(visit.get(Door.USER_MANAGEMENT, "email"))
        visit.post(Door.USER_MANAGEMENT, "email", {"emailAddress": address})
        visit.operation.half = "The e-mail address was confirmed and the choice was not."
        self._flag.write(visit, flag)


class SecureMessaging:
    """One of several numbered choices: written as its number, read as its label."""

    def __init__(self) -> None:
        self._numbers: Mapping[str, int] = {}

    def read(self, visit: Visit) -> Stored | None:
        """See Contract."""
        label = _member(visit.get(Door.SECURE_MESSAGING, "notification"), "notifyMe")
        if label is None:
            return None
        if not isinstance(label, str):
            raise NoAnswer("MHV gave an answer that cannot be used.")
        return self._number(visit, label)

    def write(self, visit: Visit, value: Stored) -> None:
        """See Contract."""
        if isinstance(value, bool):
            raise Refused("MHV keeps a number for this, not yes or no.")
        address = _address(visit.get(Door.SECURE_MESSAGING, "notification"))
        visit.post(Door.SECURE_MESSAGING, "notification", {"emailAddress": address, "notifyMe": value})

    def _number(self, visit: Visit, label: str) -> int:
        # The list is MHV's and may grow: a label that is not known yet is looked for in the newest one.
        if label not in self._numbers:
            self._numbers = _numbers(visit.get(Door.SECURE_MESSAGING, "notification/list"))
        if label not in self._numbers:
            raise NoAnswer("MHV holds a choice that is not in its own list.")
        return self._numbers[label]


_IMAGES = "bbmi"


class Contracts:
    """The contracts of one MHV."""

    def __init__(self) -> None:
        self._named: Mapping[str, Contract] = {
            "rx": Rx(),
            "secure_messaging": SecureMessaging(),
            "images": Flag(_IMAGES),
        }

    def of(self, binding: MhvBinding) -> Contract | None:
        """The contract that a preference's file names; None when there is no such one."""
        if binding.contract == "assumed":
            return Flag(binding.path) if binding.path else None
        return self._named.get(binding.contract)


def _member(found: Mapping[str, Any], name: str) -> Any:
    if name not in found:
        raise NoAnswer("MHV gave an answer that cannot be used.")
    return found[name]


def _yes_or_no(value: Stored) -> bool:
    if not isinstance(value, bool):
        raise Refused("MHV keeps yes or no for this, not a number.")
    return value


def _address(found: Mapping[str, Any]) -> str:
    address = found.get("emailAddress")
    if not isinstance(address, str) or not address.strip():
        raise Refused("MHV has no e-mail address for this person, and without one this cannot be changed.")
    return address


def _numbers(found: Mapping[str, Any]) -> Mapping[str, int]:
    pairs = {label: number for number, label in found.items() if isinstance(label, str)}
    return {label: int(number) for label, number in pairs.items() if number.isascii() and number.isdigit()}
