"""A fence that knows a later epoch than the database: commits were lost, and a person decides before anybody writes."""

from app.domain.evidence import Found, Kind
from app.domain.ownership import System
from app.services.incidents import raise_incident
from app.services.notices import Notices
from app.services.recording import By
from app.services.recovering import stop
from app.services.store import Lost, Store

FINDER = "controller"
_TRIES = 5


def stop_for_fence(store: Store, notices: Notices, system: System, key: str, epoch: int) -> None:
    """Stop the preference above that epoch, and raise an incident. Raises Lost when others are always faster."""
    detail = (
        f"{system.label}'s fence was told epoch {epoch} of {key}, which this database does not know. "
        "Commits may have been lost: nobody may write it until a person has named its owner."
    )
    found = Found(Kind.FENCE_AHEAD, key, system.value, f"epoch {epoch}", detail, epoch)
    for _ in range(_TRIES):
        try:
            with store.writing() as unit:
                stop(unit, key, epoch, By(FINDER, detail))
                raise_incident(unit, found)
        except Lost:
            continue
        notices.publish()
        return
    raise Lost
