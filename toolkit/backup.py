"""A dump of just the tables that are about to lose rows, with a manifest that says how to restore.

The folder has its final name only once all of it is there: whatever is interrupted leaves a folder
that ends in .partial.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from toolkit import __version__, db
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.losses import Loss, count
from toolkit.project import Project
from toolkit.servers import Program, client_program

DUMP = "tables.dump"
MANIFEST = "manifest.json"
PARTIAL = ".partial"
LOCK_WAIT = "60s"
# Of how we are connected, what any version of libpq understands: pg_dump's may be older than ours.
CARRIED = {
    *("host", "hostaddr", "port", "user", "dbname", "options", "connect_timeout", "passfile"),
    *("sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "gssencmode", "krbsrvname"),
    *("channel_binding", "keepalives", "keepalives_idle", "keepalives_interval"),
}


@dataclass(frozen=True)
class Protection:
    """What is to happen before rows are destroyed. folder: for dumps; confirmed: none is wanted."""

    folder: Path | None = None
    confirmed: bool = False

    @classmethod
    def of(cls, project: Project, folder: Path | None, confirmed: bool) -> "Protection":
        """Return what the options of a call say, else [backup] folder of mdt.toml."""
        named = project.settings.get("backup", {}).get("folder")
        if folder is None and named:
            folder = project.folder / str(named)
        return cls(folder, confirmed)

    def before(
        self, connection: Connection, losses: list[Loss], purpose: str, say: Callable[[str], None]
    ) -> Path | None:
        """Dump what would be lost; return the folder, None where nothing has to be dumped.

        Errors: Failure when rows would be lost, and nobody has said where to or that it is well.
        """
        if not losses or self.confirmed:
            return None
        if self.folder is None:
            raise Failure(
                f"this destroys rows of {', '.join(loss.table for loss in losses)}",
                "\n".join(loss.line() for loss in losses),
                "Have them dumped with --backup-dir FOLDER ([backup] folder in mdt.toml), or say "
                "--backup-confirmed when there is a backup.",
            )
        path = dump(connection, losses, self.folder, purpose)
        rows = sum(loss.rows for loss in losses)
        say(f"dumped {len(losses)} tables with {rows} rows to {path}")
        return path


def dump(connection: Connection, losses: list[Loss], folder: Path, purpose: str) -> Path:
    """Dump tables into a new folder below `folder`; return it. losses: get the rows dumped.

    Errors: Failure when pg_dump is missing, too old or fails; nothing is left then.
    """
    program, version = find_pg_dump(connection.info.server_version // 10000)
    now = datetime.now(UTC)
    name = f"{now:%Y%m%dT%H%M%SZ}-{connection.info.dbname}-{purpose}"
    target = folder.absolute() / re.sub(r"[^\w.-]+", "_", name)
    partial = target.with_name(target.name + PARTIAL)
    partial.mkdir(parents=True, mode=0o700)
    try:
        with _snapshot(connection) as snapshot:
            for loss in losses:
                loss.rows = count(connection, loss.table)
            _run(connection, [program, *_arguments(losses, snapshot, partial / DUMP)])
        manifest = {
            "made_at": now.isoformat(timespec="seconds"),
            "purpose": purpose,
            "database": connection.info.dbname,
            "server_version": connection.info.server_version,
            "pg_dump": version,
            "toolkit_version": __version__,
            **_manifest(losses, partial / DUMP),
        }
        _write(partial / MANIFEST, json.dumps(manifest, indent=2) + "\n")
        partial.rename(target)
        _settle(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return target


def find_pg_dump(server: int) -> Program:
    """Return a pg_dump that can dump a server of a major version. Errors: Failure without one."""
    try:
        return client_program("pg_dump", server)
    except Failure as missing:
        raise Failure(
            f"the tables cannot be dumped: {missing.message}",
            missing.detail,
            f"{missing.hint} Or make a backup yourself and say --backup-confirmed.",
        ) from missing


@contextmanager
def _snapshot(connection: Connection) -> Iterator[str]:
    """Hold a snapshot, so that the manifest counts the rows that are dumped."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute("set local idle_in_transaction_session_timeout = 0")
        yield str(db.scalar(connection, "select pg_export_snapshot()"))


def _arguments(losses: list[Loss], snapshot: str, file: Path) -> list[str]:
    tables = dict.fromkeys(name for loss in losses for name in (loss.table, *loss.parts))
    return [
        "--format=custom",
        "--no-password",
        "--strict-names",
        f"--lock-wait-timeout={LOCK_WAIT}",
        f"--snapshot={snapshot}",
        f"--file={file}",
        *(f"--table={_pattern(name)}" for name in tables),
    ]


def _pattern(name: str) -> str:
    """Return a quoted name as pg_dump's pattern that matches it alone."""
    parts = psycopg_identifiers(name)
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def psycopg_identifiers(name: str) -> list[str]:
    """Return the parts of a qualified name that is quoted where it has to be."""
    parts = re.findall(r'"((?:[^"]|"")*)"|([^".]+)', name)
    return [quoted.replace('""', '"') if quoted else plain for quoted, plain in parts]


def _run(connection: Connection, command: list[str]) -> None:
    """Run pg_dump against the database of a connection; its password goes by the environment."""
    info = connection.info
    parameters = {key: value for key, value in info.get_parameters().items() if key in CARRIED}
    dsn = psycopg.conninfo.make_conninfo(**parameters, application_name="mdt backup")
    variables = {**os.environ, **({"PGPASSWORD": info.password} if info.password else {})}
    done = subprocess.run(
        [*command, f"--dbname={dsn}"], env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"It ended with {done.returncode}."
        raise Failure(
            "the tables could not be dumped, and nothing was changed",
            said,
            "Mend that, or make a backup yourself and say --backup-confirmed.",
        )


def _manifest(losses: list[Loss], file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        os.fsync(content.fileno())
    return {
        "file": DUMP,
        "bytes": file.stat().st_size,
        "sha256": digest,
        "tables": [loss.as_json() for loss in losses],
        "restore": [
            "where the tables are gone, and their schemas are there: "
            f"pg_restore --single-transaction --dbname=URL {DUMP}",
            "where the tables are there again, and empty: "
            f"pg_restore --single-transaction --data-only --dbname=URL {DUMP}",
            "where only a column or some rows are gone: restore into another database, and copy "
            "from there what is missing",
        ],
    }


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Make a rename in a folder survive a crash of the machine."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
