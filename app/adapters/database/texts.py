"""The last good preference files."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from app.adapters.database.tables import catalogue


class SqlTexts:
    """See `services.store.Texts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, str]:
        """See `services.store.Texts`."""
        return {row.key: row.text for row in self._connection.execute(select(catalogue).order_by(catalogue.c.key))}

    def put(self, texts: Mapping[str, str]) -> None:
        """See `services.store.Texts`."""
        kept = self.all()
        for key, text in texts.items():
            if key not in kept:
                self._connection.execute(insert(catalogue).values(key=key, text=text))
            elif kept[key] != text:
                self._connection.execute(update(catalogue).where(catalogue.c.key == key).values(text=text))
