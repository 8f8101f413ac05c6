"""Renames and moves that old programs do not notice: an expand and a contract migration.

What is there is read from the live database. A table or type keeps its old name as a view or a
domain; a column keeps a twin, both in step by a trigger. The expand migration can be applied at
once; the contract, which takes the old name away, waits in migrations/later/ to be released.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import psycopg

from toolkit import db, lexer
from toolkit.db import Connection
from toolkit.errors import MISUSED, Failure
from toolkit.installations import installations
from toolkit.project import SCHEMAS, Project
from toolkit.render import map_schemas
from toolkit.scaffolding import FOLDER, fill, free_migrations, migration_files, plain, title

LATER = "migrations/later"
CONTRACT = "_contract"
LONGEST = 63  # bytes of a name
LINE = 88
_PLAIN = re.compile(r"[^'%$\\\n]+")
_ALTERED = {"r": "table", "p": "table", "type": "type"}


@dataclass
class Draft:
    """Migrations that are to be written: what is numbered now, and what waits for its release.

    parts: name -> (text, rollback, verify), in order. later: the same for the contracts.
    remarks: what a person should know before they are applied.
    """

    parts: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    later: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def add(self, name: str, template: str, values: dict[str, Any], is_later: bool = False) -> None:
        """Add a migration from the three templates of one name."""
        texts = [
            _tidy(fill(f"compatibility/{template}{ending}.sql", **values))
            for ending in ("", ".rollback", ".verify")
        ]
        (self.later if is_later else self.parts)[name] = (texts[0], texts[1], texts[2])

    def files(self, project: Project) -> dict[str, str]:
        """Return the paths and texts of all files, with the numbers that are free in a project."""
        ids = dict(zip(self.parts, free_migrations(project, list(self.parts)), strict=True))
        found = {}
        for name, (text, rollback, verify) in self.parts.items():
            texts = (_numbered(text, ids), rollback, verify)
            found.update(migration_files(ids[name], *texts))
        for name, (text, rollback, verify) in self.later.items():
            texts = (_numbered(text, ids), rollback, verify)
            found.update(migration_files(name, *texts, folder=LATER))
        return found


def fragment(name: str, **values: Any) -> str:
    """Return a part that several templates have in common, to be put into them."""
    return fill(f"compatibility/{name}.sql", **values).rstrip()


def _tidy(text: str) -> str:
    """Return a text with one line end at its end; long names may make its lines long."""
    text = text.strip() + "\n"
    if max(map(len, text.splitlines())) <= LINE:
        return text
    first, rest = text.split("\n", 1)
    note = "-- noqa: disable=LT05"
    return f"{first}\n{note}\n{rest}" if first.startswith("--") else f"{note}\n{text}"


def _numbered(text: str, ids: dict[str, str]) -> str:
    """Return a migration's text whose depends header has ids in place of names."""
    return re.sub(
        r"^-- depends: (\S+)$",
        lambda line: f"-- depends: {ids.get(line[1], line[1])}",
        text,
        flags=re.M,
    )


class Generator:
    """Writes the migrations of one change; project: the one that they are for."""

    def __init__(self, connection: Connection, project: Project) -> None:
        self.connection = connection
        self.project = project
        taken = {name for found in installations(connection) for name in found.values()}
        self.toolkit_schemas = taken or set(project.wanted_map(None).values())
        self.depends = ""

    # -- names --------------------------------------------------------------------------------

    def parse(self, text: str, parts: int) -> list[str]:
        """Return the names in "schema.table", as the server reads them.

        Errors: Failure for another number of names, or for signs that need a person.
        """
        try:
            with self.connection.transaction():
                names = db.scalar(self.connection, "select parse_ident(%s)", text)
        except psycopg.errors.InvalidParameterValue as error:
            raise Failure(
                f'"{text}" cannot be read as a name', hint="Quote it as in SQL.", exit_code=MISUSED
            ) from error
        if len(names) != parts:
            wanted = {1: "NAME", 2: "SCHEMA.NAME", 3: "SCHEMA.TABLE.COLUMN"}[parts]
            raise Failure(
                f'"{text}" is not written as {wanted}', hint="Name it in full.", exit_code=MISUSED
            )
        strange = [name for name in names if not _PLAIN.fullmatch(name)]
        if strange:
            raise Failure(
                f'the name "{strange[0]}" has signs that the templates do not quote',
                hint="Write this migration by hand.",
            )
        return list(names)

    def quote(self, name: str) -> str:
        """Return a name quoted where it has to be."""
        return str(db.scalar(self.connection, "select quote_ident(%s)", name))

    def spelled(self, schema: str) -> str:
        """Return how a file of the project calls a schema that is not the toolkit's, quoted.

        Errors: Failure for a schema of the toolkit's.
        """
        if schema in self.toolkit_schemas:
            raise Failure(
                f'the schema "{schema}" is the toolkit\'s',
                "Its tables have the names that the toolkit's own functions use.",
                "Where the toolkit is yet to be installed beside a schema of this name, say so "
                'with [schemas] suffix = "_v2" in mdt.toml.',
            )
        base = schema.removesuffix("_legacy")
        return f"legacy_{base}" if base in SCHEMAS else self.quote(schema)

    def as_written(self, text: str) -> str:
        """Return a text of the server's with the schemas as a file of the project calls them."""
        text = "".join(  # what is in capitals is a word of SQL
            token.text.lower() if token.kind == "word" else token.text
            for token in lexer.tokens(text)
        )
        names = {name: f"legacy_{name}" for name in SCHEMAS if name not in self.toolkit_schemas}
        moved = {f"{name}_legacy": f"legacy_{name}" for name in SCHEMAS}
        return map_schemas(text, {**names, **moved})

    def describe(self, query: str, **names: str) -> list[dict[str, Any]]:
        """Run a describing query; names in its answers have schemas, but for pg_catalog's."""
        text = (FOLDER / f"compatibility/{query}.sql").read_text(encoding="utf-8")
        from psycopg.rows import dict_row

        with (
            self.connection.transaction(force_rollback=True),
            self.connection.cursor(row_factory=dict_row) as cursor,
        ):
            cursor.execute("set local search_path = pg_catalog")
            return cursor.execute(text, names).fetchall()

    # -- tables and types ---------------------------------------------------------------------

    def move_schema(self, name: str, old: str, new: str) -> Draft:
        """Return the migrations that move "schema.table", or all of a schema, to another schema.

        new: the schema, or schema.name for a new name at the same time.
        """
        draft = Draft()
        target = self._parse_target(new)
        old_names = self.parse(old, 2) if "." in old else [*self.parse(old, 1), ""]
        self._add_schema(draft, old_names[0], target[0])
        if old_names[1]:
            return self._rename(draft, name, old_names, [target[0], target[1] or old_names[1]])
        if target[1]:
            raise Failure(f'"{old}" is a schema, "{new}" is not', exit_code=MISUSED)
        found = self.describe("describe_schema", schema=old_names[0])
        if not found:
            raise Failure(f'the schema "{old}" has no table to move, or is not there')
        for row in found:
            part = f"{name}_{plain(row['name'])}"
            self._rename(draft, part, [old_names[0], row["name"]], [target[0], row["name"]])
        return draft

    def rename_table(self, name: str, old: str, new: str) -> Draft:
        """Return the migrations that rename "schema.table"."""
        old_names = self.parse(old, 2)
        return self._rename(Draft(), name, old_names, [old_names[0], *self.parse(new, 1)])

    def _parse_target(self, text: str) -> tuple[str, str]:
        if "." in text:
            schema, name = self.parse(text, 2)
            return schema, name
        return self.parse(text, 1)[0], ""

    def _add_schema(self, draft: Draft, old: str, new: str) -> None:
        """Add a migration that makes the new schema, unless it is there or about to be."""
        exists = "select to_regnamespace(quote_ident(%s)) is not null"
        schema = self.spelled(new)
        making = re.compile(rf"create schema (if not exists )?{re.escape(schema)}\b", re.I)
        pending = any(
            making.search(file.text)
            for file in self.project.migrations()
            if file.layer == self.project.name
        )
        if db.scalar(self.connection, exists, new) or pending:
            return
        values = {"schema": schema, "old_schema": self.spelled(old), "depends": self.depends}
        name = f"create_schema_{plain(new)}"
        draft.add(name, "schema", {**values, "title": title(name)})
        self.depends = name

    def _rename(self, draft: Draft, name: str, old: list[str], new: list[str]) -> Draft:
        found = self.describe("describe_table", schema=old[0], name=old[1])
        if not found:
            raise Failure(f'there is no table or type "{".".join(old)}"', hint="Check the name.")
        row = found[0]
        if row["kind"] not in _ALTERED:
            raise Failure(
                f'"{".".join(old)}" is a view or a foreign table',
                "A name that stays behind as a view is for tables and types.",
                "Replace a view by its definition below sql/.",
            )
        if row["is_partition"]:
            raise Failure(
                f'"{".".join(old)}" is a partition', hint="Move its parent; partitions may follow."
            )
        if self.describe("describe_table", schema=new[0], name=new[1]):
            raise Failure(f'"{".".join(new)}" is there already', hint="Choose another name.")
        values = self._table_values(row, old, new) | {"title": title(name)}
        kind = "type" if row["kind"] == "type" else "table"
        values["view"] = fragment("view", **values) if kind == "table" else ""
        draft.add(name, f"{kind}_expand", values | {"depends": self.depends})
        draft.add(name + CONTRACT, f"{kind}_contract", values | {"depends": name}, is_later=True)
        self.depends = name
        return draft

    def _table_values(self, row: dict[str, Any], old: list[str], new: list[str]) -> dict[str, Any]:
        thing = _ALTERED[row["kind"]]
        old_schema, new_schema = self.spelled(old[0]), self.spelled(new[0])
        old_name, new_name = self.quote(old[1]), self.quote(new[1])
        forth, back = [], []
        if old_name != new_name:
            forth.append(f"alter {thing} {old_schema}.{old_name} rename to {new_name}")
            back.append(f"alter {thing} {old_schema}.{new_name} rename to {old_name}")
        if old_schema != new_schema:
            forth.append(f"alter {thing} {old_schema}.{new_name} set schema {new_schema}")
            back.insert(0, f"alter {thing} {new_schema}.{new_name} set schema {old_schema}")
        sequences = row["sequences"] if old_schema != new_schema else []
        return {
            "old": f"{old_schema}.{old_name}",
            "new": f"{new_schema}.{new_name}",
            "old_text": f"{old_schema}.{old_name}",
            "new_text": f"{new_schema}.{new_name}",
            "old_schema": old_schema,
            "new_schema": new_schema,
            "columns": row["columns"],
            "forth": forth,
            "back": back,
            "kept": [
                {
                    "old": f"{old_schema}.{one['name']}",
                    "new": f"{new_schema}.{one['name']}",
                    "column": one["column"],
                }
                for one in sequences
            ],
        }
