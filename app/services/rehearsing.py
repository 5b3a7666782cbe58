"""A dry run: the same questions as the real one, asked of the same systems, with nothing stored."""

from app.domain.catalogue import Catalogue
from app.domain.moves import Move, Stage
from app.services.checks.asking import ALWAYS, Checks
from app.services.checks.questions import Question
from app.services.moving import Wish, examine
from app.services.recording import By
from app.services.store import Store


def rehearse(store: Store, catalogue: Catalogue, checks: Checks, wish: Wish, *, approved: bool = False) -> Move:
    """The move as it would be stored (numbered 0), with the answers to its checks. Refuses what a start refuses.

    `approved`: as it would start once others have approved it.
    """
    By(wish.terms.actor, wish.terms.reason)
    with store.reading() as unit:
        origin, rows = examine(unit, catalogue, wish, approved=approved)
    epochs = {key: row.epoch for key, row in rows.items()}
    move = Move(0, wish.preferences, origin, wish.to, wish.terms, epochs)
    question = Question(wish.preferences, origin, wish.to, wish.terms.plan, wish.terms.step)
    answers = checks.ask((ALWAYS, *wish.terms.checks), question)
    return move.note(Stage.CHECK, answers=[answer.as_json() for answer in answers])
