"""VA Profile's catalogue: what a permission can be about, and which items are our preferences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TEXT, EMAIL = 1, 2
CHANNELS: Mapping[int, str] = {TEXT: "Text", EMAIL: "Email"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be told about. `groups` are the headings under which VA.gov shows it."""

    number: int
    name: str
    channels: tuple[int, ...]
    group: str
    preference: str | None = None

    def shown(self) -> dict[str, Any]:
        """The item as the catalogue shows it."""
        channels = [
            {"communicationChannelId": channel, "name": CHANNELS[channel], "defaultSendIndicator": channel == TEXT}
            for channel in self.channels
        ]
        return {
            "communicationItemId": self.number,
            "commonName": self.name,
            "communicationItemChannels": channels,
            "communicationItemGroups": [{"name": self.group}],
        }


_CARE, _BENEFITS, _NEWS = (
    "Your health care",
    "Applications, claims, decision reviews, and appeals",
    "General VA updates",
)

ITEMS: Mapping[int, Item] = {
    item.number: item
    for item in (
        Item(1, "Board of Veterans' Appeals hearing reminder", (TEXT,), _BENEFITS),
        Item(3, "Appointment reminders", (TEXT, EMAIL), _CARE, "appointment_reminders"),
        Item(4, "Prescription shipment and tracking updates", (TEXT, EMAIL), _CARE, "rx_refill_shipment"),
        Item(5, "Disability and pension deposit notifications", (TEXT,), _BENEFITS),
        Item(6, "Appeal status updates", (TEXT,), _BENEFITS),
        Item(7, "RX refill shipment notification", (EMAIL,), _CARE),
        Item(8, "VA appointment reminders", (EMAIL,), _CARE),
        Item(9, "Secure messaging alert", (EMAIL,), _CARE, "secure_messaging_alerts"),
        Item(10, "Medical images and reports available", (EMAIL,), _CARE, "medical_images_available"),
        Item(11, "Biweekly MHV newsletter", (EMAIL,), _NEWS, "mhv_newsletter"),
        # These two exist in the sandbox only: VA Profile has no item for them.
        Item(901, "Health summary sharing", (EMAIL,), _CARE, "health_summary_sharing"),
        Item(902, "Lab and test results ready", (EMAIL,), _CARE, "lab_results_ready"),
    )
}


def place(item: int, channel: int) -> str:
    """Where the store keeps the permission for one item and channel."""
    return f"{item}/{channel}"


def preference(item: int, channel: int) -> str:
    """The preference that an item's e-mails are; another channel is another preference, named after its numbers."""
    named = ITEMS[item].preference if channel == EMAIL else None
    return named or f"item_{item}_channel_{channel}"
