"""Executing the text of a SQL file, so that an error names the file and the line."""

import psycopg

from toolkit import db, lexer
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.locks import RETRIED


def execute(connection: Connection, text: str, name: str) -> None:
    """Execute the text of a file; an error names the file and, where it can be told, the line."""
    lexer.split(text, name)
    try:
        connection.execute(text)
    except psycopg.Error as error:
        if error.sqlstate in RETRIED or db.is_lost(error):
            error.add_note(f"This happened in {name}.")
            raise
        raise located(error, text, name) from error


def drop_invalid_index(connection: Connection, statement: str) -> None:
    """Drop what an interrupted CREATE INDEX CONCURRENTLY has left of the index it is to make.

    Such an index is never used, yet every write keeps it up, and it takes the name.
    """
    words = [
        token.text.lower() if token.kind == "word" else token.text.strip('"')
        for token in lexer.tokens(statement)
        if token.kind in ("word", "quoted")
    ]
    if words[:1] != ["create"] or "concurrently" not in words[:4] or "on" not in words[:9]:
        return
    name = words[words.index("on") - 1]
    found = connection.execute(
        "select format('drop index concurrently %%I.%%I', namespace.nspname, class.relname) "
        "from pg_catalog.pg_index as entry "
        "inner join pg_catalog.pg_class as class on entry.indexrelid = class.oid "
        "inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid "
        "where not entry.indisvalid and class.relname = %s and namespace.nspname = any(%s)",
        [name, words],
    ).fetchall()
    for (drop,) in found:
        connection.execute(drop)


def located(error: psycopg.Error, text: str, name: str) -> Failure:
    """Return the failure for an error in a file's text.

    The server says where only for errors of syntax and of names; any other stands without a line.
    """
    position = error.diag.statement_position
    where = f"{name}:{lexer.line_of(text, int(position) - 1)}" if position else name
    failure = db.translate(error) or Failure(str(error))
    context = error.diag.context or ""
    detail = failure.detail or " ".join(context.split())
    return Failure(f"{where}: {failure.message}", detail, failure.hint)
