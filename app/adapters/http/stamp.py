"""The headers by which a system's log can say which write this was, under which ownership."""

from collections.abc import Mapping

from app.services.systems import Write


def stamp_of(write: Write) -> Mapping[str, str]:
    """The headers of every request that writes."""
    permit = {} if write.permit is None else {"Cutover-Permit": write.permit}
    return {"Cutover-Write-Id": write.id, "Cutover-Epoch": str(write.epoch), **permit}
