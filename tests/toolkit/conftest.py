"""SQL files of the tests' own, small and quick to apply, and dumps to compare databases by."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from toolkit import db, migrate
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
            return self.migrator(connection).verify()


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
