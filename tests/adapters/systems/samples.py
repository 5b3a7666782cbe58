"""Invented people, preferences and writes."""

from collections.abc import Callable

from app.adapters.clock import MachineClock
from app.adapters.http.deadline import countdown
from app.domain.catalogue import Binding, Choice, MhvBinding, Preference, Status, Stored, VaGovBinding
from app.domain.ownership import System
from app.domain.people import Person
from app.services.systems import Write

CLOCK = MachineClock()
PERSON = Person(va_profile_id="1000001", mhv_correlation_id="1000002")
ADDRESS = "ada.1000001@people.invalid"
TOKEN = "invented-app-token"


def preference(key: str, mhv: MhvBinding | None, va_gov: VaGovBinding | None) -> Preference:
    """A live preference that stands where it is said to."""
    bindings: dict[System, Binding | None] = {System.MHV: mhv, System.VA_GOV: va_gov}
    return Preference(
        key=key,
        title=key.replace("_", " "),
        channel="email",
        status=Status.LIVE,
        starts_with=System.MHV,
        feature="none",
        surfaces=(),
        choices=(Choice("on", {System.MHV: True, System.VA_GOV: True}),),
        systems={system: binding for system, binding in bindings.items() if binding is not None},
    )


RX = preference("rx_refill_shipment", MhvBinding("rx"), VaGovBinding(4, 2))
IMAGES = preference("medical_images_available", MhvBinding("images"), VaGovBinding(10, 2))
MESSAGING = preference("secure_messaging_alerts", MhvBinding("secure_messaging"), VaGovBinding(9, 2))
APPOINTMENTS = preference("appointment_reminders", MhvBinding("assumed", "appointments"), VaGovBinding(3, 2))
NOWHERE = preference("held_by_no_system", None, None)


def nothing() -> None:
    """A hook that lets every byte pass."""


def write_of(
    preference: Preference, value: Stored, hook: Callable[[], None] = nothing, seconds: float = 5.0, name: str = "w-1"
) -> Write:
    """A write under epoch 3 whose deadline begins now."""
    return Write(preference, value, name, 3, countdown(CLOCK, seconds), hook)
