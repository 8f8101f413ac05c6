"""Connections: where they go, how their errors read, and the decorator that opens one."""

import functools
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
import psycopg
from psycopg import sql

from toolkit.context import App
from toolkit.errors import FAILED, MISUSED, NO_CONNECTION, Failure

OLDEST_SERVER = 15
# It says on stderr what it ignored while an error or an interruption was on its way to the user.
logging.getLogger("psycopg").addHandler(logging.NullHandler())
P = ParamSpec("P")
R = TypeVar("R")
Connection = psycopg.Connection[tuple[Any, ...]]


def resolve_dsn(app: App) -> str:
    """Return the DSN of a call: --dsn or MDT_DSN, else the private local cluster's."""
    if app.dsn:
        return app.dsn
    from toolkit import local

    return local.Cluster().dsn()


def connect(dsn: str, *, autocommit: bool = True, application: str = "mdt") -> Connection:
    """Open a connection, or raise a Failure that says what to do.

    dsn: URL or keyword string of libpq. Errors: exit code 3 when no connection can be had,
    1 when the server is older than PostgreSQL 15.
    """
    try:
        connection = psycopg.connect(_complete(dsn, application), autocommit=autocommit)
    except psycopg.OperationalError as error:
        raise _connection_failure(error) from error
    except psycopg.Error as error:
        raise _unreadable(_first_line(error)) from error
    major = connection.info.server_version // 10000
    if major < OLDEST_SERVER:
        connection.close()
        raise Failure(
            f"the server is PostgreSQL {major}",
            "The toolkit needs PostgreSQL 15 or later.",
            "Upgrade the server, or name another one with --dsn.",
        )
    return connection


def pass_connection(
    function: Callable[Concatenate[App, Connection, P], R],
) -> Callable[P, R]:
    """Give a command the call's options and an autocommit connection as first arguments."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        app = click.get_current_context().find_object(App) or App()
        with connect(resolve_dsn(app)) as connection:
            return function(app, connection, *args, **kwargs)

    return wrapper


def scalar(connection: Connection, query: str, *values: object) -> Any:
    """Return the first column of the first row, None when there is no row."""
    row = connection.execute(query, values or None).fetchone()
    return row[0] if row else None


def rows(connection: Connection, query: str, *values: object) -> list[dict[str, Any]]:
    """Return all rows as dictionaries by column name."""
    from psycopg.rows import dict_row

    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values or None).fetchall()


@functools.cache
def query(name: str) -> bytes:
    """Return the text of a query that is too long to stand in the code: toolkit/queries/<name>."""
    return (Path(__file__).parent / "queries" / f"{name}.sql").read_bytes()


def qualified(schema: str, name: str) -> sql.Identifier:
    """Return a schema-qualified name, quoted."""
    return sql.Identifier(schema, name)


def is_idle(connection: Connection) -> bool:
    """Tell whether a connection is open and waits for a statement, outside a transaction.

    An interruption may leave it in the middle of one, and then nothing more can be sent.
    """
    return connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def is_lost(error: psycopg.Error) -> bool:
    """Tell whether it is the connection that ended, and not only a statement."""
    return isinstance(error, psycopg.OperationalError) and error.sqlstate in _LOST


def translate(error: BaseException) -> Failure | None:
    """Return the failure for a database error, None when it is not one.

    The server's own message, detail and hint are kept: they are written to be read.
    """
    if not isinstance(error, psycopg.Error):
        return None
    if is_lost(error):
        return Failure(
            "the connection was lost",
            _first_line(error) + ".",
            "Nothing half done was kept; run the same command again.",
            NO_CONNECTION,
        )
    diagnosis = error.diag
    message = diagnosis.message_primary or _first_line(error)
    detail = diagnosis.message_detail or " ".join(getattr(error, "__notes__", []))
    hint = diagnosis.message_hint or _HINTS.get(error.sqlstate or "", "")
    return Failure(f"{message} ({error.sqlstate})", detail, hint, FAILED)


# No answer at all, or the server's last word: shut down, crashed, terminated by somebody.
_LOST = {None, "57P01", "57P02", "57P03"}
# Seconds, and a count: a network that has gone dead is noticed after about a minute.
_NETWORK = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
_HINTS = {
    "42501": "Connect as the owner of the database, or ask its owner to grant the right.",
    "3F000": "Install the toolkit first with 'mdt apply'.",
    "42P01": "Install or update the toolkit with 'mdt apply'.",
    "42883": "Install or update the toolkit with 'mdt apply'.",
    "55P03": "Somebody holds the lock; pg_stat_activity shows who. Run the same command again.",
    "57014": "The statement ran into its time limit, or somebody cancelled it.",
    "53100": "The server's disk is full; free some space and run the same command again.",
}


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _complete(dsn: str, application: str) -> str:
    """Return a DSN with our name and a time limit, where it does not set them itself."""
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    port = str(given.get("port", ""))
    if not re.fullmatch(r"[\d,]*", port):
        raise psycopg.ProgrammingError(f'invalid port number: "{port}"')
    missing = {key: value for key, value in _NETWORK.items() if key not in given}
    return psycopg.conninfo.make_conninfo(dsn, fallback_application_name=application, **missing)


def _unreadable(reason: str) -> Failure:
    if "percent-encoded" in reason:  # the server's words would show the password
        reason = "a % in it is not followed by two hexadecimal digits"
    return Failure(
        "the DSN cannot be read",
        f"{reason[:1].upper()}{reason[1:].rstrip('.')}.",
        "Write it as postgresql://USER@HOST:PORT/DATABASE.",
        MISUSED,
    )


def _connection_failure(error: psycopg.OperationalError) -> Failure:
    text = str(error)
    reason = re.sub(r"^connection (is bad|failed): ", "", _first_line(error))
    reason = reason[:1].upper() + reason[1:]
    if re.search(r"^Invalid (integer value|port number|\w+ value)", reason):
        return _unreadable(reason)
    if "password authentication failed" in text or "no password supplied" in text:
        return Failure(
            "the server refused the password",
            f"{reason}.",
            "Correct the password in --dsn, or put it into ~/.pgpass.",
            NO_CONNECTION,
        )
    if "does not exist" in text and "database" in text:
        return Failure(
            "there is no such database",
            f"{reason}.",
            "Create it with 'createdb', or correct the name in --dsn.",
            NO_CONNECTION,
        )
    return Failure(
        "cannot connect to the server",
        f"{reason}.",
        "Start the private cluster with 'mdt local up', or name a server with --dsn.",
        NO_CONNECTION,
    )
