"""Keys that sign permits. The private halves are sealed before they come here."""

import json
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from app.adapters.database.tables import signing_keys
from app.services.store import KeyRow


class SqlKeys:
    """See `services.store.SigningKeys`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[KeyRow]:
        """See `services.store.SigningKeys`."""
        newest = select(signing_keys).order_by(signing_keys.c.created.desc(), signing_keys.c.id)
        rows = self._connection.execute(newest)
        return [KeyRow(row.id, json.loads(row.public), row.sealed, row.created, row.retired) for row in rows]

    def add(self, row: KeyRow) -> None:
        """See `services.store.SigningKeys`."""
        values = {"id": row.id, "public": json.dumps(row.public), "sealed": row.sealed, "created": row.created}
        self._connection.execute(insert(signing_keys).values(values))

    def retire_all(self, at: datetime) -> None:
        """See `services.store.SigningKeys`."""
        signing = update(signing_keys).where(signing_keys.c.retired.is_(None))
        self._connection.execute(signing.values(retired=at))

    def delete(self, key: str) -> bool:
        """See `services.store.SigningKeys`."""
        return self._connection.execute(delete(signing_keys).where(signing_keys.c.id == key)).rowcount == 1
