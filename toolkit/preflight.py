"""What a server must have, and this role be allowed, before anything is touched."""

import psycopg
from psycopg import sql

from toolkit import db
from toolkit.db import Connection
from toolkit.errors import MISUSED, Failure

OLDEST_PARTMAN = (4, 7)


def check_server(connection: Connection) -> None:
    """Refuse a server on which apply could not succeed, before anything is touched."""
    version = db.scalar(
        connection, "select extversion from pg_catalog.pg_extension where extname = 'pg_partman'"
    )
    if version is None:
        version = db.scalar(
            connection,
            "select default_version from pg_catalog.pg_available_extensions "
            "where name = 'pg_partman'",
        )
    if version is None:
        major = connection.info.server_version // 10000
        raise Failure(
            "pg_partman is not available on this server",
            "The toolkit's partitions are made and kept by it.",
            f"Install it (Debian: apt-get install postgresql-{major}-partman), then try again.",
        )
    if tuple(int(part) for part in str(version).split(".")[:2]) < OLDEST_PARTMAN:
        raise Failure(
            f"pg_partman {version} is too old",
            "The toolkit needs 4.7 or later.",
            "Update it with 'alter extension pg_partman update'.",
        )
    grants = missing_grants(connection)
    if grants:
        user, database = connection.info.user, connection.info.dbname
        raise Failure(
            f'role "{user}" may not install the toolkit in database "{database}"',
            "It has to create schemas there, and to keep partitions with pg_partman.",
            f"Let a superuser say there: {' '.join(grants)}",
        )


def missing_grants(connection: Connection) -> list[str]:
    """Return the statements that would give this role the rights that apply needs."""
    extension = connection.execute(
        """
        select
            namespace.nspname,
            has_schema_privilege(namespace.oid, 'usage')
            and has_schema_privilege(namespace.oid, 'create')
            and has_table_privilege(part_config.oid, 'select')
            and has_table_privilege(part_config.oid, 'insert')
            and has_table_privilege(part_config.oid, 'update')
            and has_table_privilege(part_config.oid, 'delete')
        from pg_catalog.pg_extension as extension
        inner join pg_catalog.pg_namespace as namespace
            on extension.extnamespace = namespace.oid
        inner join pg_catalog.pg_class as part_config
            on namespace.oid = part_config.relnamespace and part_config.relname = 'part_config'
        where extension.extname = 'pg_partman'
        """
    ).fetchone()
    schema, may_use = extension or ("partman", _may_create_partman(connection))
    user, database = (
        sql.Identifier(name) for name in (connection.info.user, connection.info.dbname)
    )
    grants = []
    if not db.scalar(connection, "select has_database_privilege(current_database(), 'create')"):
        grants.append("grant create on database {database} to {user};")
    if not may_use and extension is None:
        grants.append("create schema {schema}; create extension pg_partman with schema {schema};")
    if not may_use:
        grants.append("grant usage, create on schema {schema} to {user};")
        grants.append("grant all on all tables in schema {schema} to {user};")
    names = {"schema": sql.Identifier(schema), "user": user, "database": database}
    return [sql.SQL(grant).format(**names).as_string(connection) for grant in grants]


def _may_create_partman(connection: Connection) -> bool:
    """Tell whether this role can create the extension, by trying: providers have own rules."""
    with connection.transaction(force_rollback=True):
        try:
            with connection.transaction():
                connection.execute("create schema if not exists partman")
                connection.execute("create extension pg_partman with schema partman")
        except psycopg.errors.InsufficientPrivilege:
            return False
    return True


def check_names(connection: Connection, wanted: dict[str, str]) -> None:
    """Refuse schema names that are taken, and propose the way around."""
    keywords = [
        row[0]
        for row in connection.execute(
            "select name from unnest(%s::text[]) as wanted (name) where quote_ident(name) <> name",
            [list(wanted.values())],
        )
    ]
    if keywords:
        raise Failure(
            f"these are words of SQL, not names for schemas: {', '.join(keywords)}",
            hint="Choose others under [schemas] in mdt.toml.",
            exit_code=MISUSED,
        )
    taken = [
        row[0]
        for row in connection.execute(
            "select nspname from pg_catalog.pg_namespace where nspname = any(%s) order by 1",
            [list(wanted.values())],
        )
    ]
    if taken:
        raise Failure(
            f"these schemas exist already and are not ours: {', '.join(taken)}",
            "The toolkit never writes into schemas that it did not make.",
            "Install beside them with 'mdt apply --schema-suffix _v2', "
            "or name others under [schemas] in mdt.toml.",
        )
