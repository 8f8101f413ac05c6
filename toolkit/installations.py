"""Which installations of the toolkit a database holds, and under which names."""

from psycopg import sql

from toolkit import db
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.project import Project, SchemaMap


def installations(connection: Connection) -> list[dict[str, str]]:
    """Return the schema map of each installation in the database."""
    found = connection.execute(
        """
        select namespace.nspname
        from pg_catalog.pg_class as class
        inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
        where
            class.relname = 'installation'
            and pg_catalog.obj_description(class.oid, 'pg_class') like 'market-data toolkit:%'
        order by namespace.nspname
        """
    ).fetchall()
    maps: list[dict[str, str]] = []
    for (schema,) in found:
        table = db.qualified(schema, "installation")
        row = connection.execute(sql.SQL("select schema_map from {}").format(table)).fetchone()
        if row:
            maps.append(SchemaMap(row[0]))
    return maps


def locate(connection: Connection, project: Project) -> Project:
    """Give the project the schema map of the installation in the database.

    Errors: Failure when there is none, or several and mdt.toml does not say which.
    """
    maps = installations(connection)
    if not maps:
        raise Failure(
            "the toolkit is not installed in this database",
            hint="Install it with 'mdt apply', or name another database with --dsn.",
        )
    if len(maps) > 1:
        wanted = project.wanted_map(None)
        if wanted not in maps:
            names = ", ".join(sorted(found["system"] for found in maps))
            raise Failure(
                f"there are several installations here: {names}",
                hint='Say which one is meant: [schemas] suffix = "..." in mdt.toml.',
            )
        maps = [wanted]
    project.schema_map = maps[0]
    project.legacy_map = legacy_schemas(connection, project)
    return project


def legacy_schemas(connection: Connection, project: Project) -> dict[str, str]:
    """Return where the schemas of legacy systems are: promote may have renamed them.

    [legacy] of mdt.toml goes before what is found.
    """
    found = connection.execute(
        "select nspname from pg_catalog.pg_namespace where nspname like '%%\\_legacy'"
    ).fetchall()
    moved = {f"legacy_{name.removesuffix('_legacy')}": name for (name,) in found}
    named = {
        f"legacy_{key}": str(value) for key, value in project.settings.get("legacy", {}).items()
    }
    return {**moved, **named}
