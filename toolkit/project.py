"""Where the SQL files are, and the settings that a project folder may add to them."""

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
KINDS = (
    "functions",
    "partitions",
    "views",
    "matviews",
    "triggers",
    "policies",
    "privacy",
    "cron",
    "grants",
)
_SCHEMA_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_PROJECT_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
TOOLKIT = "toolkit"  # the layer of the toolkit's own files


def files_root() -> Path:
    """Return the folder that holds migrations/, sql/ and checks/: checkout or installed wheel."""
    package = Path(__file__).parent
    inside = package / "files"
    return inside if inside.is_dir() else package.parent


def sha256(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class SchemaMap(dict[str, str]):
    """From the schema names of the files to those of the database; others stand for themselves."""

    def __missing__(self, name: str) -> str:
        return name

    @classmethod
    def identity(cls) -> "SchemaMap":
        """Return the map of an installation under the toolkit's own names."""
        return cls({name: name for name in SCHEMAS})


@dataclass(frozen=True)
class SqlFile:
    """One SQL file: its path, its name below the layer's folder, and the layer that it is of."""

    path: Path
    name: str
    layer: str = TOOLKIT

    @property
    def migration_id(self) -> str:
        """The id in the ledger: the name without .sql, after that of the project if it has one.

        A file name holds no slash, so no number of a project is ever one of the toolkit's.
        """
        stem = self.path.stem
        return stem if self.layer == TOOLKIT else f"{self.layer}/{stem}"

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


def layer_of(migration_id: str) -> str:
    """Return the layer that a migration in the ledger is of."""
    name, slash, _ = migration_id.partition("/")
    return name if slash else TOOLKIT


@dataclass
class Project:
    """The SQL files of the toolkit and of the user's own, the settings of mdt.toml, the schema map.

    The user's own files are a second layer: they are read where mdt.toml has a [project] with a
    name, and are applied after the toolkit's.

    schema_map: name in the files -> name in the database, for every schema.
    legacy_map: the same for the schemas of legacy systems, which moves call legacy_<name>.
    is_layered: whether the user's own files are read.
    """

    folder: Path
    root: Path = field(default_factory=files_root)
    schema_map: dict[str, str] = field(default_factory=SchemaMap.identity)
    legacy_map: dict[str, str] = field(default_factory=dict)
    is_layered: bool = True

    def toolkit_alone(self) -> "Project":
        """Return the same project without its own files."""
        return replace(self, is_layered=False)

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

    @cached_property
    def name(self) -> str | None:
        """The [project] name of mdt.toml, None where the folder is no project."""
        section = self.settings.get("project") if self.is_layered else None
        if section is None:
            return None
        name = section.get("name") if isinstance(section, dict) else None
        if not isinstance(name, str) or not _PROJECT_NAME.fullmatch(name) or name == TOOLKIT:
            raise Failure(
                "[project] in mdt.toml has no name that can be used",
                "It goes before the ids of the project's migrations: lower-case letters, digits "
                f'and underscores, 31 at most, a letter first, and not "{TOOLKIT}".',
                'Write name = "shop", say.',
                exit_code=MISUSED,
            )
        return name

    @cached_property
    def layers(self) -> dict[str, Path]:
        """The folders that files are read from, by layer: the toolkit's, then the project's."""
        own = {self.name: self.folder} if self.name else {}
        return {TOOLKIT: self.root, **own}

    def migrations(self) -> list[SqlFile]:
        """Return the migration files, the toolkit's first, each layer by name."""
        return [
            SqlFile(path, f"migrations/{path.name}", layer)
            for layer, folder in self.layers.items()
            for path in sorted((folder / "migrations").glob("*.sql"))
            if not path.name.endswith(".rollback.sql")
        ]

    def objects(self) -> list[SqlFile]:
        """Return the repeatable objects: sql/<schema>/<kind>/<name>.sql, without the moves."""
        return [file for layer in self.layers for file in self._objects_of(layer)]

    def _objects_of(self, layer: str) -> Iterator[SqlFile]:
        folder = self.layers[layer] / "sql"
        for path in sorted(folder.rglob("*.sql")):
            parts = path.relative_to(folder).parts
            if parts[0] == "moves":
                continue
            if len(parts) != 3 or parts[1] not in KINDS:
                raise Failure(
                    f"sql/{'/'.join(parts)} has no place",
                    "A repeatable object is sql/<schema>/<kind>/<name>.sql; "
                    f"kinds are {', '.join(KINDS)}.",
                    "Move the file.",
                )
            self._check_schema(layer, parts[0], "/".join(parts))
            yield SqlFile(path, "/".join(parts), layer)

    def _check_schema(self, layer: str, schema: str, name: str) -> None:
        """Refuse an object in a schema that is not its layer's to write to."""
        if layer == TOOLKIT and schema not in SCHEMAS:
            raise Failure(
                f"sql/{name} has no place",
                "The toolkit has no such schema.",
                "Move the file.",
            )
        if layer != TOOLKIT and (schema in SCHEMAS or schema in self.schema_map.values()):
            raise Failure(
                f"sql/{name} is in a schema of the toolkit's",
                "A later version of the toolkit could bring an object of the same name.",
                "Put it into a schema of the project's own.",
            )
        if not _SCHEMA_NAME.fullmatch(schema):
            raise Failure(f'sql/{name}: "{schema}" cannot be a schema name', hint="Rename it.")

    def moves(self, system: str | None = None) -> list[SqlFile]:
        """Return the move files, of one legacy system or of all.

        Errors: Failure when two files have one name, since a move is known by it.
        """
        found = [
            SqlFile(path, path.relative_to(folder / "sql").as_posix(), layer)
            for layer, folder in self.layers.items()
            for path in sorted((folder / "sql" / "moves").glob("*/*.sql"))
        ]
        names = Counter(file.path.stem for file in found)
        twice = sorted(name for name, times in names.items() if times > 1)
        if twice:
            raise Failure(
                f"these moves are there twice: {', '.join(twice)}",
                "A move is known by the name of its file, whatever folder that is in.",
                "Rename the project's file.",
            )
        return [file for file in found if system in (None, file.path.parent.name)]

    def checks(self, area: str) -> Path:
        """Return the folder of the toolkit's checks of an area: audit, health or house."""
        return self.root / "checks" / area

    def check_folders(self, area: str) -> list[Path]:
        """Return the folders of the checks of an area; a later one's take an earlier one's place.

        The folder of a call has its say even where it is no project with a name.
        """
        own = self.folder / "checks" / area
        folders = [self.checks(area)]
        if own.is_dir() and own.resolve() != folders[0].resolve():
            folders.append(own)
        return folders

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
        wanted = SchemaMap({name: str(named.get(name, name + ending)) for name in SCHEMAS})
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
