"""A dry run: the same questions as the real one, asked of the same systems, with nothing stored."""

from collections.abc import Mapping

from app.domain.catalogue import Catalogue
from app.domain.moves import Move, Stage
from app.domain.ownership import System
from app.services.checking import systems_reachable
from app.services.moving import Wish, examine
from app.services.recording import By
from app.services.store import Store
from app.services.systems import SystemPort


def rehearse(store: Store, catalogue: Catalogue, systems: Mapping[System, SystemPort], wish: Wish) -> Move:
    """The move as it would be stored (numbered 0), with the answers to its checks. Refuses what a start refuses."""
    By(wish.terms.actor, wish.terms.reason)
    with store.reading() as unit:
        origin, rows = examine(unit, catalogue, wish)
    epochs = {key: row.epoch for key, row in rows.items()}
    move = Move(0, wish.preferences, origin, wish.to, wish.terms, epochs)
    answers = systems_reachable(systems, origin, wish.to)
    return move.note(Stage.CHECK, answers=[answer.as_json() for answer in answers])
