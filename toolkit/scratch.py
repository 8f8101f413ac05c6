"""A scratch database beside the connected one: its schema without its rows, dropped afterwards.

Each is guarded by an advisory lock of the session that made it, which ends with that session
however it ends; one that nobody guards is a leftover, and the next run drops it.
"""

import os
import re
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from toolkit import db
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.servers import client_program

SCRATCH_CLASS = 0x6D6473  # "mds", the first key of the advisory lock
COMMENT = "market-data toolkit: scratch database beside "  # and the name of that
# What pg_dump cannot have had time to wait for: an ACCESS EXCLUSIVE lock of somebody else.
DUMP_LOCK_TIMEOUT = "10s"
# Settings of a connection that every version of pg_dump and psql knows, from the environment.
CLIENT_SETTINGS = (
    *("host", "hostaddr", "port", "user"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey"),
)


@contextmanager
def scratch(
    connection: Connection,
    say: Callable[[str], None],
    *,
    empty: bool = False,
    prefix: str = "mdt_scratch_",
) -> Iterator[Connection]:
    """Yield a connection to a clone of the connected database's schema; drop the clone after.

    connection: autocommit; its session guards the clone. The ledgers come with their rows.
    empty: leave the scratch database as the server makes it. prefix: of its name.
    Errors: Failure when this role may not create databases.
    """
    drop_leftovers(connection, say)
    name = f"{prefix}{secrets.token_hex(8)}"
    connection.execute("select pg_advisory_lock(%s, hashtext(%s))", [SCRATCH_CLASS, name])
    try:
        _create(connection, name)
        if not empty:
            _fill(connection, name, say)
        with db.connect(dsn_of(connection, name), application="mdt scratch") as clone:
            if not empty:
                _copy_ledgers(connection, clone)
            yield clone
    finally:
        _drop(connection, name)


def drop_leftovers(connection: Connection, say: Callable[[str], None]) -> list[str]:
    """Drop the scratch databases whose runs have died; return their names."""
    found = connection.execute(
        db.query("scratch_leftovers"), {"comment": COMMENT, "class": SCRATCH_CLASS}
    ).fetchall()
    names = [name for (name,) in found]
    for name in names:
        try:
            _drop_database(connection, name)
        except psycopg.errors.ObjectInUse:  # another run is dropping it at this moment
            continue
        say(f"dropped {name}, which a run that has died left behind")
    return names


def _drop_database(connection: Connection, name: str) -> None:
    drop = sql.SQL("drop database if exists {} with (force)")
    connection.execute(drop.format(sql.Identifier(name)))


def _create(connection: Connection, name: str) -> None:
    """Create an empty database with the encoding, locale and settings of the connected one."""
    statements = connection.execute(
        db.query("database_creation"),
        {"name": name, "comment": f"{COMMENT}{connection.info.dbname}"},
    ).fetchall()
    try:
        for (statement,) in statements:
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Failure(
            f'role "{connection.info.user}" may not create databases',
            "Files are tried in a scratch database beside the connected one.",
            f"Let a superuser say: alter role {connection.info.user} createdb; "
            "or name a server of your own with --dsn, such as that of 'mdt local up'.",
        ) from error


def _fill(connection: Connection, name: str, say: Callable[[str], None]) -> None:
    """Copy the schema with pg_dump and psql; what cannot be copied is told, and left out."""
    major = connection.info.server_version // 10000
    options = ["--schema-only", "--no-publications", "--no-subscriptions", "--no-tablespaces"]
    dumped = run_client(
        [
            client_program("pg_dump", major).path,
            *options,
            f"--lock-wait-timeout={DUMP_LOCK_TIMEOUT}",
        ],
        connection,
        connection.info.dbname,
    )
    if dumped.returncode:
        raise Failure("the schema cannot be copied", _last_line(dumped.stderr))
    restored = run_client(
        [client_program("psql", major).path, "--no-psqlrc", "--quiet", "--file=-"],
        connection,
        name,
        dumped.stdout,
    )
    refused = re.findall(r"ERROR:\s+(.*)", restored.stderr)
    if restored.returncode or refused:
        reason = refused[0] if refused else _last_line(restored.stderr)
        say(f"{max(1, len(refused))} statements of the schema cannot be copied, first: {reason}")


def run_client(
    command: list[str], connection: Connection, database: str, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a client program of PostgreSQL on a database of the connected server.

    The password goes through the environment: a command line can be read by everybody.
    """
    info = connection.info
    given = info.get_parameters()
    variables = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    variables |= {f"PG{key.upper()}": given[key] for key in CLIENT_SETTINGS if key in given}
    variables |= {"PGDATABASE": database, "PGPASSWORD": info.password, "PGAPPNAME": "mdt scratch"}
    return subprocess.run(
        command, env=variables, input=text, capture_output=True, text=True, check=False
    )


def _copy_ledgers(connection: Connection, clone: Connection) -> None:
    """Copy the rows of the ledgers, and of pg_partman's settings, which pg_dump -s leaves out."""
    found = connection.execute(db.query("bookkeeping_tables")).fetchall()
    for schema, table in found:
        name = db.qualified(schema, table)
        copy_out = sql.SQL("copy {} to stdout").format(name)
        copy_in = sql.SQL("copy {} from stdin").format(name)
        with clone.transaction():
            clone.execute(sql.SQL("delete from {}").format(name))
            with (
                connection.cursor() as source,
                clone.cursor() as target,
                source.copy(copy_out) as rows,
                target.copy(copy_in) as copied,
            ):
                for row in rows:
                    copied.write(row)


def _drop(connection: Connection, name: str) -> None:
    """Drop a scratch database, on a new connection where this one was interrupted."""
    if db.is_idle(connection):
        _drop_database(connection, name)
        connection.execute("select pg_advisory_unlock(%s, hashtext(%s))", [SCRATCH_CLASS, name])
        return
    with db.connect(dsn_of(connection, connection.info.dbname)) as other:
        _drop_database(other, name)


def dsn_of(connection: Connection, database: str) -> str:
    """Return how to connect to a database of the connected server, as the same role."""
    info = connection.info
    return psycopg.conninfo.make_conninfo(info.dsn, dbname=database, password=info.password)


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
