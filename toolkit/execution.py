"""Executing the text of a SQL file, so that an error names the file and the line."""

import psycopg

from toolkit import db, lexer
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.locks import RETRIED
from toolkit.project import TOOLKIT

# Around a file of ours, in the same message to the server: it ends as it began.
OUR_NAMES = (
    "select pg_catalog.set_config("
    "'mdt.search_path', pg_catalog.current_setting('search_path'), true);"
    "select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);"
)
THEIR_NAMES = (
    "\n;select pg_catalog.set_config("
    "'search_path', pg_catalog.current_setting('mdt.search_path'), true)"
)


def execute(
    connection: Connection, text: str, name: str, first_line: int = 1, layer: str | None = None
) -> None:
    """Execute the text of a file; an error names the file and, where it can be told, the line.

    first_line: of the file, where the text is a part of it. layer: whose file it is; in ours every
    name is qualified, so that nobody slips it a function or an operator of another schema.
    """
    lexer.split(text, name)
    before, after = (OUR_NAMES, THEIR_NAMES) if layer == TOOLKIT else ("", "")
    try:
        connection.execute(f"{before}{text}{after}")
    except psycopg.Error as error:
        if error.sqlstate in RETRIED or db.is_lost(error):
            error.add_note(f"This happened in {name}.")
            raise
        raise located(error, text, name, first_line, len(before)) from error


def located(
    error: psycopg.Error, text: str, name: str, first_line: int = 1, offset: int = 0
) -> Failure:
    """Return the failure for an error in a file's text.

    The server says where only for errors of syntax and of names; any other stands without a line.
    offset: of the text in what was executed.
    """
    position = int(error.diag.statement_position or 0) - offset
    line = lexer.line_of(text, position - 1) + first_line - 1 if position > 0 else 0
    where = f"{name}:{line}" if line else name
    failure = db.translate(error) or Failure(str(error))
    context = error.diag.context or ""
    detail = failure.detail or " ".join(context.split())
    return Failure(f"{where}: {failure.message}", detail, failure.hint)
