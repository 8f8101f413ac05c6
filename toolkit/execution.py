"""Executing the text of a SQL file, so that an error names the file and the line."""

import psycopg

from toolkit import db, lexer
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.locks import RETRIED
from toolkit.project import TOOLKIT


def execute(
    connection: Connection, text: str, name: str, first_line: int = 1, layer: str | None = None
) -> None:
    """Execute the text of a file; an error names the file and, where it can be told, the line.

    first_line: of the file, where the text is a part of it. layer: whose file it is; in ours every
    name is qualified, so that nobody slips it a function or an operator of another schema.
    """
    lexer.split(text, name)
    try:
        if layer != TOOLKIT:
            connection.execute(text)
            return
        path = db.scalar(connection, "select pg_catalog.current_setting('search_path')")
        set_path = "select pg_catalog.set_config('search_path', %s, true)"
        connection.execute(set_path, ["pg_catalog, pg_temp"])
        connection.execute(text)
        connection.execute(set_path, [path])
    except psycopg.Error as error:
        if error.sqlstate in RETRIED or db.is_lost(error):
            error.add_note(f"This happened in {name}.")
            raise
        raise located(error, text, name, first_line) from error


def located(error: psycopg.Error, text: str, name: str, first_line: int = 1) -> Failure:
    """Return the failure for an error in a file's text.

    The server says where only for errors of syntax and of names; any other stands without a line.
    """
    position = error.diag.statement_position
    line = lexer.line_of(text, int(position) - 1) + first_line - 1 if position else 0
    where = f"{name}:{line}" if line else name
    failure = db.translate(error) or Failure(str(error))
    context = error.diag.context or ""
    detail = failure.detail or " ".join(context.split())
    return Failure(f"{where}: {failure.message}", detail, failure.hint)
