"""How rows are told to people and clients: the same members in the API, the CLI and on the pages."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.domain.announcements import EASTERN, Announcement, next_edge, told_now
from app.domain.catalogue import Catalogue, Preference
from app.domain.evidence import Incident, Verdict
from app.domain.grants import Standing
from app.domain.leases import Waited
from app.domain.ledger import Entry
from app.domain.moves import Move, Stage, StageRecord
from app.domain.ownership import Ownership, State, System
from cutover_client.routes import FROZEN_NOTICE

CLOSED = frozenset({State.MOVING, State.STOPPED})
"""The states in which nobody can change a preference for a while: Veterans are told that, whatever was announced."""

NO_NOTICE = {"level": "none", "text": None, "from": None, "until": None, "instead": None}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everybody's ownership at one revision. The same facts make the same bytes in every process.

    `age` is how many seconds ago it was known to be the newest; 0 for what was just read. `lasts` is how many seconds
    it stays as it is though nothing changes: then a notice begins or ends. None when none is to come.
    """

    revision: int
    preferences: tuple[Mapping[str, Any], ...]
    age: float = 0.0
    lasts: float | None = None

    def body(self, key: str | None = None) -> bytes | None:
        """The answer for all preferences or for one; None when there is no such one."""
        if key is None:
            return _bytes({"revision": self.revision, "preferences": self.preferences})
        found = next((one for one in self.preferences if one["key"] == key), None)
        return None if found is None else _bytes({"revision": self.revision, **found})

    def etag(self, body: bytes) -> str:
        """The entity tag: it differs when the content does, whatever the revision says."""
        return f'"{self.revision}-{hashlib.sha256(body).hexdigest()[:24]}"'


def snapshot(catalogue: Catalogue, standing: Standing) -> Snapshot:
    """What the ownership API answers: every preference that has a file or a row, at the time of the standing."""
    keys = sorted(catalogue.preferences.keys() | standing.rows.keys())
    rows = (standing.rows.get(key, Ownership(key)) for key in keys)
    told = (ownership_json(row, catalogue, told_now(standing.told, row.key, standing.at)) for row in rows)
    return Snapshot(standing.revision, tuple(told), lasts=lasting(standing))


def lasting(standing: Standing) -> float | None:
    """Seconds until what Veterans are told changes by the time alone; None when nothing is to come."""
    edge = next_edge(standing.told, standing.at)
    return None if edge is None else (edge - standing.at).total_seconds()


def ownership_json(row: Ownership, catalogue: Catalogue, told: Announcement | None) -> dict[str, Any]:
    """One preference as clients and pages see it. `valid_for` is in seconds; `told` is what is announced of it now."""
    preference = catalogue.preferences.get(row.key)
    return {
        "key": row.key,
        "title": preference.title if preference else row.key,
        "state": row.state.value,
        "owner": row.owner,
        "target": row.target,
        "read_from": row.route.read_from,
        "write_to": row.route.write_to,
        "epoch": row.epoch,
        "valid_for": int(preference.advisory_ttl.total_seconds()) if preference else 0,
        "surfaces": list(row.surfaces),
        "notice": _notice(row, told),
        "move": row.move,
        **_file(row.key, preference, catalogue),
    }


def move_json(move: Move, waited: Iterable[Waited] = ()) -> dict[str, Any]:
    """One move with its eight stages, and who is being waited for."""
    return {
        "id": move.id or None,
        "preferences": list(move.preferences),
        "from": move.origin,
        "to": move.to,
        "stage": move.stage.value,
        "stages": [_stage(record) for record in move.stages],
        "waiting_for": [_waited(one) for one in waited] + _until(move),
        "outcome": move.outcome,
        "undoes": move.terms.undoes,
        "undone_by": move.undone_by,
        "epochs": dict(move.epochs),
        "surfaces": {key: list(surfaces) for key, surfaces in move.terms.surfaces.items()},
        "actor": move.terms.actor,
        "reason": move.terms.reason,
        "plan": move.terms.plan,
        "step": move.terms.step,
        "freeze_limit": move.terms.freeze_limit.total_seconds(),
        "version": move.version,
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """One entry of the ledger."""
    return {
        "number": entry.number,
        "at": utc(entry.at),
        "actor": entry.actor,
        "act": entry.act,
        "reason": entry.reason,
        "revision": entry.revision,
        "body": entry.body,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def incident_json(incident: Incident) -> dict[str, Any]:
    """One incident."""
    what = incident.what
    return {
        "id": incident.id,
        "at": utc(incident.at),
        "kind": what.kind.value,
        "key": what.key,
        "system": what.system,
        "epoch": what.epoch,
        "reference": what.reference,
        "detail": what.detail,
        "closed": utc(incident.closed),
    }


def reports_json(counts: Mapping[tuple[System, str | None, Verdict], int]) -> list[dict[str, Any]]:
    """How many reports there are. One of an item that is no preference is `ignored`: it was not judged."""
    return [
        {"system": system.value, "key": key, "verdict": "ignored" if key is None else verdict.value, "count": count}
        for (system, key, verdict), count in counts.items()
    ]


def utc(moment: datetime | None) -> str | None:
    """A time as it stands in JSON: UTC, with a Z, to the millisecond."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _bytes(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def eastern(moment: datetime) -> str:
    """A time as it stands in a notice: to the second, as clocks in the East show it, with its offset from UTC."""
    return moment.astimezone(EASTERN).isoformat(timespec="seconds")


def _notice(row: Ownership, told: Announcement | None) -> dict[str, Any]:
    """What a Veteran should be told now. What cannot be changed at all goes before what was announced."""
    if row.state in CLOSED:
        return {**NO_NOTICE, "level": "blocked", "text": FROZEN_NOTICE}
    if told is None:
        return NO_NOTICE
    times = {"from": eastern(told.begins), "until": eastern(told.ends)}
    return {"level": told.level.value, "text": told.text, **times, "instead": told.instead}


def _file(key: str, preference: Preference | None, catalogue: Catalogue) -> dict[str, Any]:
    if preference is None:
        return {"status": None, "channel": None, "approvals_by_hand": None, "file_missing": True}
    return {
        "status": preference.status.value,
        "channel": preference.channel,
        "approvals_by_hand": preference.approvals_by_hand,
        "file_missing": key in catalogue.missing,
    }


def _stage(record: StageRecord) -> dict[str, Any]:
    times = {"began": utc(record.began), "ended": utc(record.ended)}
    return {"name": record.name.value, "state": record.state.value, **times, "detail": dict(record.detail)}


def _waited(one: Waited) -> dict[str, Any]:
    told = {"client": one.lease.client, "instance": one.lease.instance, "acknowledged": one.lease.acknowledged}
    latest = None if one.latest is None else round(one.latest, 3)
    return {"for": "lease", **told, "latest_seconds": latest}


def _until(move: Move) -> list[dict[str, Any]]:
    if move.stage is not Stage.WATCH or move.outcome is not None or move.activated is None:
        return []
    return [{"for": "bake", "until": utc(move.activated + move.terms.bake)}]
