"""Whether a request was made on this machine, to this machine by its own name. The development sign-in asks."""

import ipaddress

from flask import request

NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""What a proxy adds: behind one, everybody comes from this machine."""


def is_local() -> bool:
    """Whether both ends are this machine. The name counts too: another site's name can be made to point here."""
    try:
        near = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return near and _name(request.host) in NAMES and not any(name in request.headers for name in FORWARDED)


def _name(host: str) -> str:
    """The host without its port."""
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host
