"""Adoption: the one time that a preference's file says who owns it. Nothing at start-up does this; a person does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.catalogue import Catalogue, Preference
from app.domain.ownership import Act, Ownership, State
from app.domain.refusals import Refusal
from app.services.door import Change, change
from app.services.recording import By
from app.services.store import Unit


@dataclass(frozen=True, slots=True)
class Adoption:
    """What an adoption did: rows that are held now, and those left alone with the sentence why."""

    adopted: Mapping[str, Ownership]
    left: Mapping[str, str]


def adopt(unit: Unit, catalogue: Catalogue, keys: Iterable[str] | None, by: By) -> Adoption:
    """Take `starts_with` from the files of preferences that no system holds yet.

    Without `keys`, every preference that can be adopted is, and the others are left with a sentence. With `keys`, each
    must be adoptable: Refusals `preference_unknown`, `already_adopted`, `nothing_to_adopt`, `file_missing`; and as the
    door refuses.
    """
    named = None if keys is None else [catalogue.preference(key).key for key in keys]
    rows = unit.ownerships.of(named if named is not None else catalogue.preferences)
    adopted: dict[str, Ownership] = {}
    left: dict[str, str] = {}
    for key, row in rows.items():
        reason = _why_not(catalogue, row)
        if reason is None:
            adopted |= _adopt(unit, catalogue.preference(key), row, by)
        elif named is not None:
            raise reason
        else:
            left[key] = reason.detail
    return Adoption(adopted, left)


def _adopt(unit: Unit, preference: Preference, row: Ownership, by: By) -> dict[str, Ownership]:
    surfaces = {preference.key: preference.surfaces}
    asked = Change(Act.ADOPT, {preference.key: row.epoch}, given=preference.starts_with, surfaces=surfaces)
    return change(unit, by, asked)[1]


def _why_not(catalogue: Catalogue, row: Ownership) -> Refusal | None:
    if row.key in catalogue.missing:
        return Refusal("file_missing", f"The file flags/{row.key}.toml has gone.", "Put it back.", {"key": row.key})
    if row.state is not State.UNOWNED:
        return Refusal("already_adopted", f"{row.key} is {row.words} already.", "There is nothing to do.", row.facts)
    if catalogue.preference(row.key).starts_with is None:
        detail = f'{row.key} starts with no system (starts_with = "none").'
        return Refusal("nothing_to_adopt", detail, "A move starts it when its system is ready.", row.facts)
    return None
