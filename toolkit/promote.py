"""Give a suffixed installation the toolkit's own schema names, and the old schemas new ones."""

import json

from psycopg import sql

from toolkit import db, lexer, objects, rounds
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.execution import execute
from toolkit.installations import legacy_schemas
from toolkit.locks import STEP_TIMEOUT as LOCK_TIMEOUT
from toolkit.locks import retry
from toolkit.migrate import Migrator
from toolkit.project import SCHEMAS, Project
from toolkit.render import map_qualifiers, map_schemas, render

LEGACY_SUFFIX = "_legacy"


def promote(migrator: Migrator) -> dict[str, dict[str, str]]:
    """Rename the schemas in one short transaction; return the renames of old and new schemas.

    What carries names in its text is made anew in that transaction: functions and comments, the
    moves with their captures, the jobs of a pg_cron in this database, and pg_partman's settings.
    Errors: Failure when the names are ours already, when a name for an old schema is taken,
    when something is pending, or when the file of a move is gone.
    """
    connection, project = migrator.connection, migrator.project
    renamed = {old: new for new, old in project.schema_map.items() if old != new}
    if not renamed:
        raise Failure(
            "this installation has its final names already", hint="There is nothing to promote."
        )
    existing = {row[0] for row in connection.execute("select nspname from pg_catalog.pg_namespace")}
    aside = {name: name + LEGACY_SUFFIX for name in renamed.values() if name in existing}
    taken = sorted(set(aside.values()) & existing)
    if taken:
        raise Failure(
            f"these schemas exist already: {', '.join(taken)}",
            "The old schemas are to get these names.",
            "Rename or drop them first.",
        )
    pending = migrator.plan()
    if pending:
        raise Failure(
            "the database is not in the state of the files",
            "Promoting would apply other changes at the same time.",
            "Run 'mdt apply' first.",
        )
    promoted = Project(project.folder, project.root, {name: name for name in SCHEMAS})
    _require_moves(migrator)

    def work() -> None:
        with connection.transaction():
            connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
            had_jobs = _remove_cron_jobs(migrator)
            for old, new in (*aside.items(), *renamed.items()):
                connection.execute(
                    sql.SQL("alter schema {} rename to {}").format(
                        sql.Identifier(old), sql.Identifier(new)
                    )
                )
            promoted.legacy_map = legacy_schemas(connection, promoted)
            _rename_settings(migrator, renamed, promoted)
            _rename_in_functions(connection, renamed)
            _rename_in_comments(connection, renamed)
            _apply_again(migrator, promoted)
            if had_jobs:
                connection.execute("select sync.install_cron_jobs()")

    retry(work, migrator.say)
    if "schemas" in project.settings:
        migrator.say("take [schemas] out of mdt.toml: it would install a second time beside this")
    return {"aside": aside, "promoted": renamed}


def _remove_cron_jobs(migrator: Migrator) -> bool:
    """Take the jobs out of the pg_cron of this database, if any; tell whether there were."""
    names = migrator.project.schema_map
    if not db.scalar(migrator.connection, map_schemas("select sync.has_pg_cron()", names)):
        return False
    removed = db.scalar(migrator.connection, map_schemas("select sync.remove_cron_jobs()", names))
    return bool(removed)


def _rename_in_functions(connection: Connection, renamed: dict[str, str]) -> None:
    """Correct the bodies of functions that no file of sql/ will be applied for."""
    definitions = connection.execute(
        """
        select pg_get_functiondef(function.oid)
        from pg_catalog.pg_proc as function
        inner join pg_catalog.pg_namespace as namespace
            on function.pronamespace = namespace.oid
        where
            namespace.nspname = any(%s)
            and function.prokind <> 'a'
            and function.prosqlbody is null
            and not exists (
                select from system.applied_objects as known
                where
                    known.kind = 'functions'
                    and known.schema_name = namespace.nspname
                    and known.object_name = function.proname
            )
        """,
        [list(renamed.values())],
    ).fetchall()
    connection.execute("set local check_function_bodies = off")
    for (definition,) in definitions:
        text = map_schemas(definition, renamed)
        if text != definition:
            connection.execute(text)


def _rename_in_comments(connection: Connection, renamed: dict[str, str]) -> None:
    """Correct the comments on tables and columns, which are written by migrations."""
    comments = connection.execute(
        """
        select
            case
                when comment.objsubid > 0
                    then format('column %%s.%%I', class.oid::regclass, attribute.attname)
                else format('table %%s', class.oid::regclass)
            end,
            comment.description
        from pg_catalog.pg_description as comment
        inner join pg_catalog.pg_class as class on comment.objoid = class.oid
        inner join pg_catalog.pg_namespace as namespace
            on class.relnamespace = namespace.oid
        left join pg_catalog.pg_attribute as attribute
            on class.oid = attribute.attrelid and comment.objsubid = attribute.attnum
        where
            comment.classoid = 'pg_catalog.pg_class'::regclass
            and class.relkind in ('r', 'p')
            and namespace.nspname = any(%s)
        """,
        [list(renamed.values())],
    ).fetchall()
    for place, comment in comments:
        text = map_qualifiers(comment, renamed)
        if text != comment:
            connection.execute(sql.SQL(f"comment on {place} is {{}}").format(text))


def _rename_settings(migrator: Migrator, renamed: dict[str, str], promoted: Project) -> None:
    """Correct the names that stand in tables: pg_partman's, and our own."""
    connection = migrator.connection
    partman = db.scalar(
        connection,
        "select namespace.nspname from pg_catalog.pg_extension as extension "
        "inner join pg_catalog.pg_namespace as namespace "
        "on extension.extnamespace = namespace.oid where extension.extname = 'pg_partman'",
    )
    for old, new in renamed.items():
        for schema, table, column in (
            (partman, "part_config", "parent_table"),
            ("sync", "data_type_registry", "target_table"),
        ):
            connection.execute(
                sql.SQL(
                    "update {} set {column} = %s || substr({column}, length(%s) + 1) "
                    "where split_part({column}, '.', 1) = %s"
                ).format(sql.Identifier(schema, table), column=sql.Identifier(column)),
                [new, old, old],
            )
        _rename_templates(connection, partman, f"template_{old}_", f"template_{new}_")
    connection.execute(
        map_schemas("update system.installation set schema_map = %s", promoted.schema_map),
        [json.dumps(promoted.schema_map)],
    )


def _rename_templates(connection: Connection, partman: str, old: str, new: str) -> None:
    """Rename the template tables of pg_partman, whose names are made of the schema's."""
    settings = sql.Identifier(partman, "part_config")
    found = connection.execute(
        sql.SQL(
            "select template_table, split_part(template_table, '.', 2) from {} "
            "where starts_with(split_part(template_table, '.', 2), %s)"
        ).format(settings),
        [old],
    ).fetchall()
    for table, name in found:
        renamed = new + name.removeprefix(old)
        connection.execute(
            sql.SQL("alter table {} rename to {}").format(
                sql.Identifier(partman, name), sql.Identifier(renamed)
            )
        )
        connection.execute(
            sql.SQL("update {} set template_table = %s where template_table = %s").format(settings),
            [f"{partman}.{renamed}", table],
        )


def _require_moves(migrator: Migrator) -> None:
    """Refuse to promote a move whose file is gone: its capture could not be made anew."""
    names = migrator.project.schema_map
    found = migrator.connection.execute(map_schemas("select name from strangler.moves", names))
    lost = {row[0] for row in found} - {file.path.stem for file in migrator.project.moves()}
    if lost:
        raise Failure(
            f"there is no file for these moves: {', '.join(sorted(lost))}",
            "What captures has the old names in it, and is made anew from the files.",
            "Restore the files in sql/moves/, or take the moves back and forget them.",
        )


def _apply_again(migrator: Migrator, promoted: Project) -> None:
    """Apply the objects and the registered moves under their new names.

    Materialized views have no names in them; to make them anew would leave them empty.
    """
    connection = migrator.connection
    items = objects.read_objects(promoted)
    kept = [item for item in items if item.kind == "matviews"]
    rounds.apply(connection, promoted, [], [item for item in items if item not in kept], [])
    for item in kept:
        for _, statement in lexer.split(item.sql, item.path):
            if statement.startswith("comment on "):
                connection.execute(statement)
        connection.execute(
            "update system.applied_objects set content = %s, content_sha256 = %s where path = %s",
            [item.sql, item.content_sha256, item.path],
        )
    registered = {row[0] for row in connection.execute("select name from strangler.moves")}
    for file in promoted.moves():
        if file.path.stem in registered:
            execute(connection, render(file, promoted), f"sql/{file.name}")
