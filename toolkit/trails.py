"""The change trail around a migration: whose changes they are, and of which columns."""

import re

from psycopg import sql

from toolkit import db
from toolkit.db import Connection


def begin(connection: Connection, migration: str) -> None:
    """Let what the open transaction changes be recorded under a migration's name."""
    connection.execute("select set_config('mdt.migration', %s, true)", [migration])


class Audited:
    """What finds the audited tables in SQL, asked for again when a migration may change them.

    To compare all trails with their tables takes longer than most migrations.
    """

    def __init__(self, connection: Connection, system: str) -> None:
        self.connection = connection
        self.table = db.qualified(system, "audited_tables")
        self._names: list[re.Pattern[str]] | None = None

    def are_concerned(self, text: str) -> bool:
        """Tell whether a text of SQL, executed just now, alters or drops one of them."""
        if "audit" in text:
            self._names = None
        if not _CHANGE.search(text):
            return False
        names = self._read() if self._names is None else self._names
        concerned = any(name.search(text) for name in names)
        self._names = None if concerned else names
        return concerned

    def _read(self) -> list[re.Pattern[str]]:
        """Return what finds the statements: with the name alone, or behind that of its schema."""
        name = self.table.as_string(self.connection)
        if not db.scalar(self.connection, "select to_regclass(%s) is not null", name):
            return []
        query = sql.SQL(
            "select namespace.nspname, class.relname from {} as trail "
            "inner join pg_catalog.pg_class as class on trail.audited = class.oid "
            "inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid"
        )
        found = self.connection.execute(query.format(self.table))
        return [_finder(schema, name) for schema, name in found]


_CHANGE = re.compile(r"\b(?:alter|drop)\s+table\b", re.I)


def _finder(schema: str, name: str) -> re.Pattern[str]:
    """Return what finds a statement that changes the columns of a table."""
    qualified = rf'{re.escape(schema)}"?\s*\.\s*"?'
    table = rf"{_CHANGE.pattern}\s+(?:if\s+exists\s+)?(?:only\s+)?"
    return re.compile(rf'{table}"?(?:{qualified})?{re.escape(name)}\b', re.I)


def refresh(connection: Connection, system: str) -> None:
    """Let the trails record the tables as the open transaction leaves them.

    system: name of the schema that is system in the files; it may not be installed yet.
    """
    function = db.qualified(system, "refresh_audits")
    name = f"{function.as_string(connection)}(text)"
    if db.scalar(connection, "select to_regprocedure(%s) is not null", name):
        connection.execute(sql.SQL("select {}()").format(function))
