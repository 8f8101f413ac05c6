"""Give a suffixed installation the toolkit's own schema names, and the old schemas new ones."""

from dataclasses import dataclass

from psycopg import sql
from psycopg.types.json import Jsonb

from toolkit import db, fingerprint, lexer, objects, rounds
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.execution import execute
from toolkit.installations import legacy_schemas
from toolkit.locks import STEP, Locks
from toolkit.migrate import Migrator
from toolkit.objects import Entry
from toolkit.project import Project, SchemaMap
from toolkit.render import map_qualifiers, map_schemas, render

LEGACY_SUFFIX = "_legacy"


@dataclass(frozen=True)
class Renaming:
    """Schema names to be changed, in this order: what is in the way, then the rest.

    ours, theirs: old name -> new name. schema_map: of the installation afterwards. note: what the
    installation remembers of it, for the way back.
    """

    ours: dict[str, str]
    theirs: dict[str, str]
    schema_map: dict[str, str]
    note: dict[str, dict[str, str]] | None

    @property
    def phases(self) -> list[dict[str, str]]:
        """The renames one after the other; what frees a name goes before what takes it."""
        return [self.theirs, self.ours] if self.note else [self.ours, self.theirs]


def promote(migrator: Migrator) -> dict[str, dict[str, str]]:
    """Rename the schemas in one short transaction; return the renames of old and new schemas.

    What carries names in its text is made anew in that transaction: functions and comments, the
    moves with their captures, the jobs of a pg_cron in this database, and pg_partman's settings.
    Errors: Failure when the names are ours already, when a name for an old schema is taken,
    when something is pending, or when the file of a move is gone.
    """
    project = migrator.project
    renamed = {old: new for new, old in project.schema_map.items() if old != new}
    if not renamed:
        raise Failure(
            "this installation has its final names already", hint="There is nothing to promote."
        )
    existing = _schemas(migrator.connection)
    aside = {name: name + LEGACY_SUFFIX for name in renamed.values() if name in existing}
    _require_free(existing & set(aside.values()), "The old schemas are to get these names.")
    note = {"aside": aside, "promoted": renamed}
    _rename(migrator, Renaming(renamed, aside, SchemaMap.identity(), note))
    if "schemas" in project.settings:
        migrator.say("take [schemas] out of mdt.toml: it would install a second time beside this")
    return note


def take_back(migrator: Migrator) -> dict[str, dict[str, str]]:
    """Undo the last promotion in one short transaction, in the same way; return the renames.

    Errors: Failure when there was none, when an old schema is gone or a former name is taken,
    when something is pending, or when the file of a move is gone.
    """
    names = migrator.project.schema_map
    note = db.scalar(
        migrator.connection, map_schemas("select promotion from system.installation", names)
    )
    if not note:
        raise Failure(
            "this installation was not promoted", hint="There is no promotion to take back."
        )
    ours = {new: old for old, new in note["promoted"].items()}
    theirs = {new: old for old, new in note["aside"].items()}
    existing = _schemas(migrator.connection)
    gone = sorted(theirs.keys() - existing)
    if gone:
        raise Failure(
            f"these old schemas are gone: {', '.join(gone)}",
            "They would have to get their names back.",
            "Restore them, or stay with the promoted installation.",
        )
    _require_free(existing & set(ours.values()), "The installation had these names before.")
    schema_map = SchemaMap((name, ours.get(current, current)) for name, current in names.items())
    _rename(migrator, Renaming(ours, theirs, schema_map, None))
    if migrator.project.wanted_map(None) != schema_map:
        migrator.say("say in mdt.toml how the schemas are called again, under [schemas]")
    return {"demoted": ours, "restored": theirs}


def _schemas(connection: Connection) -> set[str]:
    return {row[0] for row in connection.execute("select nspname from pg_catalog.pg_namespace")}


def _require_free(taken: set[str], reason: str) -> None:
    if taken:
        raise Failure(
            f"these schemas exist already: {', '.join(sorted(taken))}",
            reason,
            "Rename or drop them first.",
        )


def _rename(migrator: Migrator, renaming: Renaming) -> None:
    """Rename the schemas, and correct all that has their names in it."""
    connection, project = migrator.connection, migrator.project
    if migrator.plan():
        raise Failure(
            "the database is not in the state of the files",
            "Renaming its schemas would apply other changes at the same time.",
            "Run 'mdt apply' first.",
        )
    refuse_drift(migrator)
    migrator.refuse_other_layers()
    _require_moves(migrator)
    renamed = Project(project.folder, project.root, renaming.schema_map)

    def work() -> None:
        had_jobs = _remove_cron_jobs(migrator)
        made = _made_objects(connection, project)
        for phase in renaming.phases:
            for old, new in phase.items():
                connection.execute(
                    sql.SQL("alter schema {} rename to {}").format(
                        sql.Identifier(old), sql.Identifier(new)
                    )
                )
            if phase is renaming.ours:  # later, theirs may have the names that these had
                _rename_in_functions(connection, renaming.ours, renamed)
        renamed.legacy_map = legacy_schemas(connection, renamed)
        _rename_settings(migrator, renaming)
        _rename_in_comments(connection, renaming.ours)
        _record_identities(connection, renamed, made)
        _apply_again(migrator, renamed)
        if had_jobs:
            connection.execute(map_schemas("select sync.install_cron_jobs()", renaming.schema_map))
        fingerprint.end(connection, renamed, "promote")

    Locks(connection, STEP, migrator.say).transaction(work)


def _made_objects(connection: Connection, project: Project) -> dict[str, list[Entry]]:
    """Return by path what the repeatable objects have made."""
    known = objects.recorded(connection, project.schema_map["system"], project.layers)
    return objects.own_entries(connection, project, known)


def _record_identities(
    connection: Connection, renamed: Project, made: dict[str, list[Entry]]
) -> None:
    """Write down how the objects are spelled now, for what will look for them."""
    entries = [entry for found in made.values() for entry in found]
    connection.execute(
        map_schemas(
            """
            update system.applied_objects as known
            set identities = present.identities
            from (
                select entry.path, array_agg(named.identity order by named.identity) as identities
                from unnest(%s::text[], %s::oid[], %s::oid[]) as entry (path, class, oid)
                cross join lateral pg_identify_object(entry.class, entry.oid, 0) as named
                group by entry.path
            ) as present
            where known.path = present.path
            """,
            renamed.schema_map,
        ),
        [
            [entry.path for entry in entries],
            [entry.class_oid for entry in entries],
            [entry.object_oid for entry in entries],
        ],
    )


def refuse_drift(migrator: Migrator) -> None:
    """Refuse while objects are not as the last run left them: under new names none could tell."""
    drift = fingerprint.drift(migrator.connection, migrator.project)
    if drift:
        raise Failure(
            f"{len(drift)} objects are not as the last run left them",
            "Promoting would take them as right.",
            "See 'mdt verify'; mend them, or accept them with 'mdt accept NAME --reason TEXT'.",
        )


def _remove_cron_jobs(migrator: Migrator) -> bool:
    """Take the jobs out of the pg_cron of this database, if any; tell whether there were."""
    names = migrator.project.schema_map
    if not db.scalar(migrator.connection, map_schemas("select sync.has_pg_cron()", names)):
        return False
    removed = db.scalar(migrator.connection, map_schemas("select sync.remove_cron_jobs()", names))
    return bool(removed)


def _rename_in_functions(connection: Connection, renamed: dict[str, str], project: Project) -> None:
    """Correct the bodies of functions that no file of sql/ will be applied for."""
    definitions = connection.execute(
        map_schemas(
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
                    and (pg_identify_object(function.tableoid, function.oid, 0)).identity
                    = any(known.identities)
            )
        """,
            project.schema_map,
        ),
        [list(renamed.values())],
    ).fetchall()
    connection.execute("set local check_function_bodies = off")
    for (definition,) in definitions:
        text = map_schemas(definition, renamed)
        if text != definition:
            connection.execute(text)


def _rename_in_comments(connection: Connection, renamed: dict[str, str]) -> None:
    """Correct the comments on what migrations make: tables, columns, indexes, sequences, types."""
    comments = connection.execute(
        """
        select
            case
                when comment.objsubid > 0
                    then format('column %%s.%%I', class.oid::regclass, attribute.attname)
                when class.relkind in ('i', 'I') then format('index %%s', class.oid::regclass)
                when class.relkind = 'S' then format('sequence %%s', class.oid::regclass)
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
            and class.relkind in ('r', 'p', 'i', 'I', 'S', 'c')
            and namespace.nspname = any(%(schemas)s)
        union all
        select format('type %%s', type.oid::regtype), comment.description
        from pg_catalog.pg_description as comment
        inner join pg_catalog.pg_type as type on comment.objoid = type.oid
        inner join pg_catalog.pg_namespace as namespace
            on type.typnamespace = namespace.oid
        where
            comment.classoid = 'pg_catalog.pg_type'::regclass
            and namespace.nspname = any(%(schemas)s)
        """,
        {"schemas": list(renamed.values())},
    ).fetchall()
    for place, comment in comments:
        text = map_qualifiers(comment, renamed)
        if text != comment:
            connection.execute(sql.SQL(f"comment on {place} is {{}}").format(text))


def _rename_settings(migrator: Migrator, renaming: Renaming) -> None:
    """Correct the names that stand in tables: pg_partman's, those of others too, and our own."""
    connection = migrator.connection
    system, sync = (renaming.schema_map[name] for name in ("system", "sync"))
    partman = db.scalar(
        connection,
        "select namespace.nspname from pg_catalog.pg_extension as extension "
        "inner join pg_catalog.pg_namespace as namespace "
        "on extension.extnamespace = namespace.oid where extension.extname = 'pg_partman'",
    )
    for old, new in (pair for phase in renaming.phases for pair in phase.items()):
        _rename_templates(connection, partman, old, new)
        places = [(partman, "part_config", "parent_table")]
        if renaming.ours.get(old) == new:
            places.append((sync, "data_type_registry", "target_table"))
        for schema, table, column in places:
            connection.execute(
                sql.SQL(
                    "update {} set {column} = %s || substr({column}, length(%s) + 1) "
                    "where split_part({column}, '.', 1) = %s"
                ).format(sql.Identifier(schema, table), column=sql.Identifier(column)),
                [new, old, old],
            )
    connection.execute(
        sql.SQL("update {} set schema_map = %s, promotion = %s, updated_at = now()").format(
            sql.Identifier(system, "installation")
        ),
        [Jsonb(renaming.schema_map), Jsonb(renaming.note) if renaming.note else None],
    )


def _rename_templates(connection: Connection, partman: str, old: str, new: str) -> None:
    """Rename the template tables of pg_partman, whose names are made of the schema's."""
    settings = sql.Identifier(partman, "part_config")
    prefix = f"template_{old}_"
    found = connection.execute(
        sql.SQL(
            "select template_table, split_part(template_table, '.', 2) from {} "
            "where split_part(parent_table, '.', 1) = %s "
            "and starts_with(split_part(template_table, '.', 2), %s)"
        ).format(settings),
        [old, prefix],
    ).fetchall()
    for table, name in found:
        renamed = f"template_{new}_{name.removeprefix(prefix)}"
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


def _apply_again(migrator: Migrator, renamed: Project) -> None:
    """Apply the objects and the registered moves under their new names.

    Materialized views have no names in them; to make them anew would leave them empty.
    """
    connection = migrator.connection
    items = objects.read_objects(renamed)
    kept = [item for item in items if item.kind == "matviews"]
    rounds.apply(connection, renamed, [], [item for item in items if item not in kept], [])
    for item in kept:
        for _, statement in lexer.split(item.sql, item.path):
            if statement.startswith("comment on "):
                connection.execute(statement)
        connection.execute(
            map_schemas(
                "update system.applied_objects set content = %s, content_sha256 = %s "
                "where path = %s",
                renamed.schema_map,
            ),
            [item.sql, item.content_sha256, item.path],
        )
    moves = connection.execute(map_schemas("select name from strangler.moves", renamed.schema_map))
    registered = {row[0] for row in moves}
    for file in renamed.moves():
        if file.path.stem in registered:
            execute(connection, render(file, renamed), f"sql/{file.name}")
