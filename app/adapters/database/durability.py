"""Whether a server keeps what it has answered."""

from sqlalchemy import text

from app.adapters.database.engine import make_engine, transaction
from app.services.store import Unreachable

_LOSES = {
    "fsync": "a commit that was answered can be lost with the machine, and the whole database with it",
    "full_page_writes": "a crash of the machine can leave pages half written",
}


def warnings(url: str) -> list[str]:
    """A sentence for each setting of the server that can lose a commit that was answered; none of SQLite."""
    if url.startswith("sqlite"):
        return []
    engine = make_engine(url)
    try:
        with transaction(engine, writes=False) as connection:
            found = {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in _LOSES}
    except Unreachable as trouble:
        return [f"The database cannot be asked whether it keeps what it answers: {trouble}."]
    finally:
        engine.dispose()
    return [
        f"The database's server says {name} = off: {_LOSES[name]}." for name, says in found.items() if says == "off"
    ]
