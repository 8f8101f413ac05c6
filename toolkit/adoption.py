"""Taking over a project that yoyo has applied: its ids and dates, with the files as they are now.

yoyo's own tables stay as they are, and so does everything that its migrations made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from toolkit import db
from toolkit.db import Connection
from toolkit.errors import MISUSED, Failure
from toolkit.ledger import YOYO_TABLE, SqlMigration, read_migrations, yoyo_schemas
from toolkit.migrate import Migrator
from toolkit.scaffolding import require_project

LOG_TABLE = "_yoyo_log"


@dataclass
class Adoption:
    """What adopting does. Names are yoyo's ids; known: those that were adopted before."""

    source: str
    adopted: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as the object that --json prints."""
        return asdict(self)


def choose_schema(connection: Connection, ours: Iterable[str], wanted: str | None) -> str:
    """Return the schema of the ledger that is meant. Errors: Failure for none, or for several."""
    found = yoyo_schemas(connection, ours)
    if wanted in found:
        return wanted or ""
    if wanted is not None or not found:
        where = f'schema "{wanted}"' if wanted is not None else "this database"
        raise Failure(
            f"there is no table {YOYO_TABLE} in {where}",
            f"There is one in {', '.join(found)}." if found else "",
            "Connect to the database that yoyo has migrated.",
        )
    if len(found) > 1:
        raise Failure(
            f"there are several tables {YOYO_TABLE}: in {', '.join(found)}",
            hint="Say which with --schema.",
            exit_code=MISUSED,
        )
    return found[0]


def read_history(connection: Connection, schema: str) -> dict[str, Any]:
    """Return yoyo's applied ids with their time in UTC, in the order in which they were applied."""
    query = sql.SQL(
        "select migration_id, applied_at_utc from {} order by applied_at_utc, migration_id"
    ).format(db.qualified(schema, YOYO_TABLE))
    try:
        return dict(connection.execute(query).fetchall())
    except psycopg.errors.UndefinedColumn as error:
        raise Failure(
            f"{schema}.{YOYO_TABLE} was written by yoyo before version 6",
            "Later versions keep other columns, and bring an old table up to date by themselves.",
            "Run 'yoyo list' of yoyo 9 on this database once.",
        ) from error


def copy_files(source: Path, target: Path, is_dry_run: bool) -> list[str]:
    """Copy yoyo's files that are not there yet; return their names.

    Errors: Failure for migrations in Python, and for a file that is there with another text.
    """
    refuse_python(source)
    copied = []
    for path in sorted(source.glob("*.sql")):
        place = target / path.name
        if path.name.startswith("post-apply") or place.resolve() == path.resolve():
            continue
        if not place.exists():
            copied.append(path.name)
        elif place.read_bytes() != path.read_bytes():
            raise Failure(
                f"{place} is there with another text than {path}",
                "Nothing that is there is ever overwritten.",
                "Remove the one that is not the applied one.",
            )
    for name in [] if is_dry_run else copied:
        target.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes((source / name).read_bytes())
    return copied


def refuse_python(folder: Path) -> None:
    """Refuse a folder in which migrations are Python files."""
    found = sorted(path.name for path in folder.glob("*.py") if not path.name.startswith("__"))
    if found:
        raise Failure(
            f"these migrations are in Python: {', '.join(found)}",
            "Only SQL is read here.",
            "Beside each put its steps into NAME.sql, and their reverse into NAME.rollback.sql, "
            "under the same name; then move the Python files away.",
        )


def adopt(
    migrator: Migrator,
    schema: str,
    source: Path,
    skip: Sequence[str] = (),
    is_dry_run: bool = False,
) -> Adoption:
    """Take over what yoyo has applied, in one transaction; what is known already stays.

    schema: of yoyo's tables. source: the folder of its migrations. skip: applied ids that have no
    file any more, and are left out. Errors: Failure naming applied ids without a file.
    """
    project = migrator.project
    name = require_project(project)
    result = Adoption(f"{schema}.{YOYO_TABLE}")
    result.copied = copy_files(source, project.folder / "migrations", is_dry_run)
    history = read_history(migrator.connection, schema)
    stems = {path.stem for path in source.glob("*.sql") if not path.name.endswith(".rollback.sql")}
    lost = [one for one in history if one not in stems and one not in skip]
    if lost:
        raise Failure(
            f"these migrations are applied, but have no file: {', '.join(lost)}",
            "What they said cannot be kept, and nobody would notice that it is gone.",
            "Restore the files, or leave one out by its name with --skip ID.",
        )
    ours = set(migrator.ledger.applied_ids())
    result.skipped = [one for one in history if one not in stems]
    result.known = [one for one in history if f"{name}/{one}" in ours]
    result.adopted = [one for one in history if one in stems and one not in result.known]
    hooks = {stem for stem in stems if stem.startswith("post-apply")}
    result.pending = sorted(stems - history.keys() - hooks)
    if not is_dry_run and result.adopted:
        by_id = {migration.id: migration for migration in read_migrations(project)}
        with migrator.ledger.one_transaction():
            _write(migrator, schema, history, [by_id[f"{name}/{one}"] for one in result.adopted])
    return result


def _write(
    migrator: Migrator, schema: str, history: dict[str, Any], migrations: list[SqlMigration]
) -> None:
    """Write the migrations into our ledgers, with yoyo's dates and log."""
    connection, ledger = migrator.connection, migrator.ledger
    for migration in migrations:
        migration.load()
        ledger.mark_one(migration, log=False)
    migrator.record([(migration, 0) for migration in migrations])
    dates = [history[migration.file.path.stem] for migration in migrations]
    ids = [migration.id for migration in migrations]
    for statement in (
        "update {ledger} as known set applied_at_utc = adopted.at "
        "from unnest(%(ids)s::text[], %(dates)s::timestamp[]) as adopted (id, at) "
        "where known.migration_id = adopted.id",
        "update {applied} as known set applied_at = adopted.at at time zone 'UTC', "
        "adopted_from = %(source)s "
        "from unnest(%(ids)s::text[], %(dates)s::timestamp[]) as adopted (id, at) "
        "where known.migration_id = adopted.id",
    ):
        query = sql.SQL(statement).format(
            ledger=db.qualified(ledger.schema, YOYO_TABLE),
            applied=db.qualified(ledger.schema, "applied_migrations"),
        )
        source = f"{schema}.{YOYO_TABLE}"
        connection.execute(query, {"ids": ids, "dates": dates, "source": source})
    _copy_log(connection, schema, ledger.schema, migrations)


def _copy_log(
    connection: Connection, schema: str, ours: str, migrations: list[SqlMigration]
) -> None:
    """Copy what yoyo has logged of the migrations: who applied them when, and from where."""
    there = "select to_regclass(format('%%I.%%I', %s::text, %s::text)) is not null"
    if not db.scalar(connection, there, schema, LOG_TABLE):
        return
    query = sql.SQL(
        "insert into {ours} (id, migration_hash, migration_id, operation, username, hostname, "
        "comment, created_at_utc) "
        "select old.id, encode(sha256(convert_to(adopted.id, 'UTF8')), 'hex'), adopted.id, "
        "old.operation, old.username, old.hostname, old.comment, old.created_at_utc "
        "from {theirs} as old inner join unnest(%s::text[], %s::text[]) as adopted (id, stem) "
        "on old.migration_id = adopted.stem on conflict (id) do nothing"
    ).format(ours=db.qualified(ours, LOG_TABLE), theirs=db.qualified(schema, LOG_TABLE))
    stems = [migration.file.path.stem for migration in migrations]
    connection.execute(query, [[migration.id for migration in migrations], stems])
