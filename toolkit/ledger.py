"""yoyo-migrations as a library, made safe: one connection, one transaction per migration.

yoyo keeps the order, the dependencies and the tables (`yoyo list` reads them); what is replaced
here is what is unsafe in it: a lock row that survives a crash, steps and mark in different
transactions, a savepoint per statement, and reading files behind the templates' back.
"""

import getpass
import socket
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import psycopg
import yoyo.internalmigrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI
from yoyo.migrations import (
    Migration,
    MigrationList,
    MigrationStep,
    get_migration_hash,
    topological_sort,
)
from yoyo.topologicalsort import CycleError

from toolkit import lexer
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.installations import installations
from toolkit.project import TOOLKIT, Project, SqlFile
from toolkit.render import render

YOYO_TABLE = "_yoyo_migration"


class SqlMigration(Migration):
    """A migration of ours: rendered text, dependencies by header, rollback file required."""

    def __init__(self, file: SqlFile, project: Project, known: dict[str, "SqlMigration"]) -> None:
        super().__init__(file.migration_id, str(file.path), str(file.path.parent))
        self.file = file
        self.project = project
        self.known = known
        known[self.id] = self
        transactional = file.header.get("transactional", "true")
        if transactional not in ("true", "false"):
            raise Failure(
                f'{file.name}: "transactional: {transactional}" is neither true nor false'
            )
        self.use_transactions = transactional == "true"

    @cached_property
    def depends(self) -> set["SqlMigration"]:
        """The migrations that its header names. Errors: Failure for one that is not there."""
        depends = [self._full_id(name) for name in self.file.header.get("depends", "").split()]
        missing = [name for name in depends if name not in self.known]
        if missing:
            raise Failure(
                f"{self.file.name} depends on {', '.join(missing)}, which is not there",
                hint="Correct its depends header.",
            )
        return {self.known[name] for name in depends}

    @cached_property
    def rendered(self) -> str:
        """What is executed: the text after templating and schema mapping."""
        return render(self.file, self.project)

    def load(self) -> None:
        """Prepare what is sent to the server; most migrations are applied, and need none of it."""
        if self.loaded:
            return
        self.steps = [
            MigrationStep(number, statement, None)
            for number, statement in enumerate(self.statements(self.rendered, self.file.name))
        ]

    def _full_id(self, name: str) -> str:
        """Return the id of a migration that the header names: of the same layer, else ours."""
        own = f"{self.file.layer}/{name}"
        return own if own in self.known else name.removeprefix(f"{TOOLKIT}/")

    def statements(self, text: str, name: str) -> list[str]:
        """Return what is sent to the server: the whole text, or its statements one by one.

        A text of several statements is one transaction to the server, so only a file that must
        not run in one is split. Errors: Failure for what cannot be sent, see `lexer.split`.
        """
        statements = [statement for _, statement in lexer.split(text, name)]
        return [text] if self.use_transactions else statements

    @property
    def rollback_file(self) -> SqlFile:
        """The file that undoes it. Errors: Failure when there is none."""
        path = self.file.path.with_suffix(".rollback.sql")
        if not path.exists():
            raise Failure(
                f"{self.file.name} has no rollback file",
                "Without one, taking it back would change nothing and report success.",
                f"Write {path.name}; where nothing can be undone, '-- irreversible: REASON'.",
            )
        return SqlFile(path, f"migrations/{path.name}", self.file.layer)

    @property
    def irreversible(self) -> str | None:
        """Why it cannot be taken back, as its rollback file says; None when it can be."""
        reason = self.rollback_file.header.get("irreversible")
        if reason == "":
            raise Failure(
                f"{self.rollback_file.name} says irreversible, and not why",
                hint="Write '-- irreversible: REASON'.",
            )
        return reason

    def rollback_text(self) -> str:
        """Return the rendered rollback. Errors: Failure for what cannot be sent."""
        file = self.rollback_file
        text = render(file, self.project)
        lexer.split(text, file.name)
        return text


class Ledger(PostgresqlPsycopgBackend):
    """yoyo's tables in the toolkit's system schema, over one given connection."""

    def __init__(self, connection: Connection, schema: str) -> None:
        self.given = connection
        self.schema = schema
        uri = DatabaseURI("postgresql+psycopg", None, None, None, None, "", {})
        super().__init__(uri, YOYO_TABLE)

    def connect(self, dburi: Any) -> Connection:
        """Hand yoyo the given connection."""
        del dburi
        return self.given

    def init_connection(self, connection: Connection) -> None:
        """Leave the session as it is: every statement of ours names its schema."""

    def init_database(self) -> None:
        """Skip yoyo's lock row and its probe table."""

    def quote_identifier(self, s: str) -> str:
        """Quote a name; yoyo's own tables get their schema."""
        quoted: str = super().quote_identifier(s)
        if s in (self.migration_table, self.log_table, self.version_table, self.lock_table):
            return f"{super().quote_identifier(self.schema)}.{quoted}"
        return quoted

    def list_tables(self, **kwargs: Any) -> list[str]:
        """Return the names of the tables in the ledger's schema."""
        del kwargs
        query = "select tablename::text from pg_catalog.pg_tables where schemaname = %s"
        return [row[0] for row in self.given.execute(query, [self.schema])]

    def exists(self) -> bool:
        """Tell whether the ledger has been made."""
        return self.migration_table in self.list_tables()

    def ensure_internal_schema_updated(self) -> None:
        """Leave yoyo's tables to `create`, in the first migration's transaction."""

    def create(self) -> None:
        """Make the schema and yoyo's tables, inside the transaction that is open."""
        self.given.execute(
            psycopg.sql.SQL("create schema {}").format(psycopg.sql.Identifier(self.schema))
        )
        yoyo.internalmigrations.upgrade(self)
        for table, text in (
            (self.migration_table, "Applied migrations, as yoyo-migrations keeps them."),
            (self.log_table, "What was applied and taken back, as yoyo-migrations keeps it."),
            (self.version_table, "Version of these tables, as yoyo-migrations keeps it."),
        ):
            self.given.execute(f"comment on table {self.quote_identifier(table)} is '{text}'")

    def drop(self) -> None:
        """Drop yoyo's tables and the schema, once the last migration is taken back."""
        # The lock table is there when somebody has looked with yoyo's own command.
        for table in (self.log_table, self.version_table, self.migration_table, self.lock_table):
            self.given.execute(f"drop table if exists {self.quote_identifier(table)}")
        self.given.execute(
            psycopg.sql.SQL("drop schema {}").format(psycopg.sql.Identifier(self.schema))
        )

    def applied_ids(self) -> list[str]:
        """Return the ids of the applied migrations, oldest first; none without a ledger."""
        if not self.exists():
            return []
        query = (
            f"select migration_id from {self.quote_identifier(self.migration_table)} "
            "order by applied_at_utc, migration_id"
        )
        return [row[0] for row in self.given.execute(query)]

    def rename(self, old: str, new: str) -> None:
        """Give an applied migration another id."""
        self.given.execute(
            f"update {self.quote_identifier(self.migration_table)} "
            "set migration_id = %s, migration_hash = %s where migration_id = %s",
            [new, get_migration_hash(new), old],
        )

    def get_log_data(self, migration: Any = None, operation: str = "apply") -> dict[str, Any]:
        """Return yoyo's log row without asking the name server who this machine is."""
        fqdn, socket.getfqdn = socket.getfqdn, lambda name="": name or socket.gethostname()
        user, getpass.getuser = getpass.getuser, lambda: self.given.info.user
        try:
            data: dict[str, Any] = super().get_log_data(migration, operation)
        finally:
            socket.getfqdn, getpass.getuser = fqdn, user
        return data

    @contextmanager
    def one_transaction(self) -> Iterator[None]:
        """Run a block in one transaction that yoyo knows of, rolled back on any error."""
        with warnings.catch_warnings(), self.given.transaction():
            self._in_transaction = True
            try:
                yield
            finally:
                self._in_transaction = False


def refuse_irreversible(migrations: list[SqlMigration]) -> None:
    """Refuse to take back migrations when one of them says that it cannot be."""
    reasons = [(m.id, m.irreversible) for m in migrations if m.irreversible is not None]
    if reasons:
        names = ", ".join(name for name, _ in reasons)
        raise Failure(
            f"this cannot be taken back: {names}",
            "\n".join(f"{name}: {reason}" for name, reason in reasons),
            f"Stop above it with 'mdt rollback --keep {reasons[0][0]}', or go on with a new "
            "migration that corrects it.",
        )


def read_migrations(project: Project) -> list[SqlMigration]:
    """Return the project's migrations in the order in which they are applied."""
    known: dict[str, SqlMigration] = {}
    migrations = [SqlMigration(file, project, known) for file in project.migrations()]
    try:
        return list(topological_sort(MigrationList(migrations)))
    except CycleError as error:
        names = ", ".join(migration.id for migration in error.args[1])
        raise Failure(
            f"these migrations depend on each other: {names}",
            "None of them can be applied first.",
            "Correct their depends headers.",
        ) from error


def yoyo_schemas(connection: Connection, ours: Iterable[str]) -> list[str]:
    """Return the schemas that hold a ledger of yoyo's which is not ours and may be read."""
    query = """
        select namespace.nspname
        from pg_catalog.pg_class as class
        inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
        where
            class.relname = %s and class.relkind in ('r', 'p')
            and namespace.nspname <> all(%s)
            and has_schema_privilege(namespace.oid, 'usage')
            and has_table_privilege(class.oid, 'select')
        order by namespace.nspname
    """
    return [row[0] for row in connection.execute(query, [YOYO_TABLE, list(ours)])]


def other_ledger_rows(connection: Connection, ours: str, names: list[str]) -> list[str]:
    """Return those of the names that another ledger of yoyo's in this database has as applied."""
    found: set[str] = set()
    installed = [names["system"] for names in installations(connection)]
    for schema in yoyo_schemas(connection, [ours, *installed]):
        query = psycopg.sql.SQL(
            "select to_jsonb(applied) ->> 'migration_id' from {} as applied "
            "where to_jsonb(applied) ->> 'migration_id' = any(%s)"
        ).format(psycopg.sql.Identifier(schema, YOYO_TABLE))
        found.update(row[0] for row in connection.execute(query, [names]))
    return sorted(found)
