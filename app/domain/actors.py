"""Who did something, as one line: `person:NAME <SUBJECT>`, `token:NAME`, `cli:NAME`, or a part of the service.

A person's name is what people read, and may change. Who it is, is the subject that the sign-in provider knows them by.
"""

import hashlib
import re

LONGEST_NAME = 60
LONGEST_SUBJECT = 120
NAMELESS = "nameless"
_PERSON = re.compile(r"person:(?P<name>[^<>]*) <(?P<subject>[^<>]+)>")


def person_actor(name: str, subject: str) -> str:
    """The actor of a person, at most 190 characters. Two subjects never read alike, whatever they hold."""
    return f"person:{sayable_name(name)} <{sayable_subject(subject)}>"


def identity_of(actor: str) -> str:
    """Who it is, whatever they are called: four eyes are two of these. Actors that are no persons are themselves."""
    found = _PERSON.fullmatch(actor)
    return f"person:<{found['subject']}>" if found else actor


def name_of(actor: str) -> str | None:
    """The name of a person; None where the actor is none."""
    found = _PERSON.fullmatch(actor)
    return found["name"] if found else None


def sayable_name(name: str) -> str:
    """A name without brackets or control characters, in one line, not too long."""
    return _plain(name)[:LONGEST_NAME].strip() or NAMELESS


def sayable_subject(subject: str) -> str:
    """The subject, or, where it cannot stand in a line, what is as good as one: its hash."""
    if subject == _plain(subject) and 0 < len(subject) <= LONGEST_SUBJECT:
        return subject
    return f"sha256:{hashlib.sha256(subject.encode()).hexdigest()}"


def _plain(text: str) -> str:
    kept = (" " if not one.isprintable() else one for one in text if one not in "<>")
    return " ".join("".join(kept).split())
