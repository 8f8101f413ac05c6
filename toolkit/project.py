"""Where the SQL files are, and the settings that a project folder may add to them."""

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from toolkit import lexer
from toolkit.errors import MISUSED, Failure

SCHEMAS = (
    "core",
    "products",
    "integration",
    "sync",
    "platforms",
    "transactions",
    "pricing",
    "analytics",
    "equities",
    "auth",
    "system",
    "strangler",
    "archive",
    "api",
)
# Shelves in the order in which their files are applied, where nothing else decides.
KINDS = ("functions", "partitions", "views", "matviews", "triggers", "policies", "cron", "grants")
_SCHEMA_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")


def files_root() -> Path:
    """Return the folder that holds migrations/, sql/ and checks/: checkout or installed wheel."""
    package = Path(__file__).parent
    inside = package / "files"
    return inside if inside.is_dir() else package.parent


def sha256(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class SqlFile:
    """One SQL file: its path below the root, and its text."""

    path: Path
    name: str

    @cached_property
    def text(self) -> str:
        """The file's text; a Failure when it is not UTF-8."""
        try:
            return self.path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise Failure(
                f"{self.name} is not UTF-8",
                f"Byte {error.start} cannot be read.",
                "Save it as UTF-8.",
            ) from error

    @cached_property
    def header(self) -> dict[str, str]:
        """The "-- key: value" lines at its top."""
        return lexer.header(self.text)


@dataclass
class Project:
    """The SQL files of the toolkit, the settings of mdt.toml, and the schema map.

    schema_map: name in the files -> name in the database, for every schema.
    legacy_map: the same for the schemas of legacy systems, which moves call legacy_<name>.
    """

    folder: Path
    root: Path = field(default_factory=files_root)
    schema_map: dict[str, str] = field(default_factory=lambda: {name: name for name in SCHEMAS})
    legacy_map: dict[str, str] = field(default_factory=dict)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The content of mdt.toml, empty when there is none."""
        path = self.folder / "mdt.toml"
        if not path.exists():
            return {}
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Failure(
                f"{path} cannot be read: {error}", hint="Correct the line.", exit_code=MISUSED
            ) from error

    @property
    def variables(self) -> dict[str, Any]:
        """The [variables] of mdt.toml, which templated files see."""
        variables = self.settings.get("variables", {})
        if not isinstance(variables, dict):
            raise Failure("[variables] in mdt.toml is not a table", exit_code=MISUSED)
        return variables

    def migrations(self) -> list[SqlFile]:
        """Return the migration files by name."""
        return [
            SqlFile(path, f"migrations/{path.name}")
            for path in sorted((self.root / "migrations").glob("*.sql"))
            if not path.name.endswith(".rollback.sql")
        ]

    def objects(self) -> list[SqlFile]:
        """Return the repeatable objects: sql/<schema>/<kind>/<name>.sql, without the moves."""
        folder = self.root / "sql"
        found = []
        for path in sorted(folder.rglob("*.sql")):
            parts = path.relative_to(folder).parts
            if parts[0] == "moves":
                continue
            if len(parts) != 3 or parts[0] not in SCHEMAS or parts[1] not in KINDS:
                raise Failure(
                    f"sql/{'/'.join(parts)} has no place",
                    "A repeatable object is sql/<schema>/<kind>/<name>.sql; "
                    f"kinds are {', '.join(KINDS)}.",
                    "Move the file.",
                )
            found.append(SqlFile(path, "/".join(parts)))
        return found

    def moves(self, system: str | None = None) -> list[SqlFile]:
        """Return the move files, of one legacy system or of all."""
        folder = self.root / "sql" / "moves"
        return [
            SqlFile(path, path.relative_to(self.root / "sql").as_posix())
            for path in sorted(folder.glob(f"{system or '*'}/*.sql"))
        ]

    def checks(self, area: str) -> Path:
        """Return the folder of the checks of an area: audit, health or house."""
        return self.root / "checks" / area

    def wanted_map(self, suffix: str | None) -> dict[str, str]:
        """Return the schema map that a suffix and [schemas] of mdt.toml ask for.

        Errors: exit code 2 for an unknown schema, a name twice, or one that is too long.
        """
        named = dict(self.settings.get("schemas", {}))
        ending = suffix if suffix is not None else str(named.pop("suffix", ""))
        named.pop("suffix", None)
        unknown = sorted(set(named) - set(SCHEMAS))
        if unknown:
            raise Failure(
                f"mdt.toml names a schema that the toolkit does not have: {', '.join(unknown)}",
                f"It has {', '.join(SCHEMAS)}.",
                exit_code=MISUSED,
            )
        wanted = {name: str(named.get(name, name + ending)) for name in SCHEMAS}
        for name in wanted.values():
            if not _SCHEMA_NAME.fullmatch(name):
                raise Failure(
                    f'"{name}" cannot be a schema name here',
                    "Lower-case letters of English, digits and underscores are understood, 63 at "
                    "most, and no name may begin with pg_.",
                    exit_code=MISUSED,
                )
        if len(set(wanted.values())) < len(wanted):
            raise Failure("two schemas would have the same name", exit_code=MISUSED)
        return wanted
