"""What may be set about a client, beside who it is and what it writes."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Durations are in seconds.

    `ca_file` names the authorities that sign the controller's and the systems' certificates; None for those that
    `requests` brings. `ask_within` bounds one request to one controller. `first_answer` is how long the first use
    waits for the first answer. `heartbeat` is how often the controller's stream says that it is alive; silent for
    three of them, it is dropped. `streams` off: renewals only, so that a freeze waits up to a third of the ttl.
    `on_trouble` is told each failure to reach a controller, in one of the client's threads; None for the log
    `cutover_client`.
    """

    ca_file: str | None = None
    ask_within: float = 3.0
    first_answer: float = 3.0
    heartbeat: float = 5.0
    streams: bool = True
    on_trouble: Callable[[Exception], None] | None = None
