"""SQL files of the tests' own, small and quick to apply, and dumps to compare databases by."""

import contextlib
import select
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from toolkit import db, fingerprint, migrate, verify
from toolkit.project import Project, files_root

REPOSITORY = files_root()


class Root:
    """A folder like the repository: its first two migrations, and what a test adds to them.

    The package is there as a link, so that `python -m toolkit` in this folder uses these files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("migrations/verify", "sql", "checks"):
            (folder / name).mkdir(parents=True)
        for pattern in ("migrations/000[12]_*", "migrations/verify/000[12]_*"):
            for path in REPOSITORY.glob(pattern):
                shutil.copy(path, folder / path.relative_to(REPOSITORY))
        (folder / "toolkit").symlink_to(REPOSITORY / "toolkit")
        self.newest = "0002_create_system_tables"

    @property
    def project(self) -> Project:
        """Read the files anew."""
        return Project(self.folder, root=self.folder)

    def write(self, path: str, text: str) -> Path:
        """Write a file below the folder."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        return place

    def migration(self, name: str, text: str, rollback: str | None, header: str = "") -> None:
        """Add a migration after the newest; rollback: None for no file."""
        self.write(f"migrations/{name}.sql", f"-- depends: {self.newest}\n{header}{text}\n")
        self.write(f"migrations/verify/{name}.sql", "select 1;\n")
        if rollback is not None:
            self.write(f"migrations/{name}.rollback.sql", f"{rollback}\n")
        self.newest = name

    def sql(self, path: str, text: str) -> None:
        """Add or change a repeatable object: sql("core/views/shoes", "create view ...")."""
        self.write(f"sql/{path}.sql", f"{text}\n")

    def describe_catalog(self) -> None:
        """Add the functions that record and compare the catalog."""
        for name in fingerprint.FUNCTIONS:
            path = REPOSITORY / "sql/system/functions" / f"{name}.sql"
            self.sql(f"system/functions/{name}", path.read_text(encoding="utf-8"))

    def remove(self, path: str) -> None:
        """Remove a repeatable object's file."""
        (self.folder / "sql" / f"{path}.sql").unlink()

    def migrator(self, connection: db.Connection, say: migrate.Say = lambda _: None) -> Any:
        """Return the migrator that `mdt apply` would use."""
        return migrate.Migrator.for_apply(connection, self.project, None, say)

    def apply(self, dsn: str) -> migrate.Plan:
        """Apply the files."""
        with db.connect(dsn) as connection:
            return self.migrator(connection).apply()

    def verify(self, dsn: str) -> list[str]:
        """Return what `mdt verify` says."""
        with db.connect(dsn) as connection:
            return verify.verify(self.migrator(connection)).lines()


class Proxy:
    """A way to the server that breaks at a chosen message of the client.

    cut_at: number of the query that is the last, counted from 1 over all connections but those
    that only watch; None for never. is_answered: whether the server still gets that query, and
    only its answer is lost.
    """

    dsn: str

    def __init__(self, server: socket.socket, target: str) -> None:
        self.server = server
        self.target = target
        self.queries = 0
        self.cut_at: int | None = None
        self.is_answered = False
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, cut_at: int | None, is_answered: bool = False) -> None:
        """Count anew, and break at this query."""
        self.queries, self.cut_at, self.is_answered = 0, cut_at, is_answered

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the test is over
            while True:
                client, _ = self.server.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Pass on what either side says, until one of them ends or the cut comes."""
        with client, socket.socket(socket.AF_UNIX) as upstream, contextlib.suppress(OSError):
            upstream.connect(self.target)
            pending, is_last, is_counted, head = b"", False, True, 4  # the first has no type
            while True:
                ready, _, _ = select.select([client, upstream], [], [])
                if upstream in ready:
                    answer = upstream.recv(65536)
                    if not answer or is_last:
                        return
                    client.sendall(answer)
                if client not in ready:
                    continue
                said = client.recv(65536)
                if not said:
                    return
                pending += said
                while len(pending) >= head:
                    size = int.from_bytes(pending[head - 4 : head]) + head - 4
                    if len(pending) < size:
                        break
                    if head == 4:
                        is_counted = b"mdt watch" not in pending[:size]
                    elif is_counted and pending[:1] in b"QS":
                        self.queries += 1
                        is_last = self.queries == self.cut_at
                        if is_last and not self.is_answered:
                            return
                    upstream.sendall(pending[:size])
                    pending, head = pending[size:], 5


@pytest.fixture
def proxy(empty_dsn: str) -> Iterator[Proxy]:
    """Return a way to `empty_dsn` that can be cut; its dsn is `proxy.dsn`."""
    address = psycopg.conninfo.conninfo_to_dict(empty_dsn)
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = Proxy(server, f"{address['host']}/.s.PGSQL.{address['port']}")
        proxy.dsn = psycopg.conninfo.make_conninfo(
            empty_dsn,
            host="127.0.0.1",
            port=server.getsockname()[1],
            sslmode="disable",
            gssencmode="disable",
        )
        yield proxy


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """Return a folder of SQL files with next to nothing in it."""
    folder = tmp_path / "root"
    folder.mkdir()
    return Root(folder)


@pytest.fixture
def mdt_there(mdt: Callable[..., Any], root: Root) -> Callable[..., Any]:
    """Return `mdt`, working with the files of `root`."""

    def run(*arguments: str, **options: Any) -> Any:
        return mdt(*arguments, cwd=root.folder, env={"PYTHONPATH": str(root.folder)}, **options)

    return run
