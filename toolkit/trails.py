"""The change trail around a migration: whose changes they are, and of which columns."""

from psycopg import sql

from toolkit import db
from toolkit.db import Connection


def begin(connection: Connection, migration: str) -> None:
    """Let what the open transaction changes be recorded under a migration's name."""
    connection.execute("select set_config('mdt.migration', %s, true)", [migration])


def concerns(connection: Connection, system: str, text: str) -> bool:
    """Tell whether a text of SQL has the name of an audited table in it.

    To compare all trails with their tables takes longer than most migrations.
    """
    table = db.qualified(system, "audited_tables")
    name = table.as_string(connection)
    if not db.scalar(connection, "select to_regclass(%s) is not null", name):
        return False
    names = connection.execute(
        sql.SQL(
            "select class.relname from {} as trail "
            "inner join pg_catalog.pg_class as class on trail.audited = class.oid"
        ).format(table)
    )
    return any(relation in text for (relation,) in names)


def refresh(connection: Connection, system: str) -> None:
    """Let the trails record the tables as the open transaction leaves them.

    system: name of the schema that is system in the files; it may not be installed yet.
    """
    function = db.qualified(system, "refresh_audits")
    name = f"{function.as_string(connection)}(text)"
    if db.scalar(connection, "select to_regprocedure(%s) is not null", name):
        connection.execute(sql.SQL("select {}()").format(function))
