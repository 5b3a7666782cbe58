"""The database: SQLite for one machine, PostgreSQL for many processes. One schema, one behaviour."""
