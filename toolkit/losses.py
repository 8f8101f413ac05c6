"""Which rows a text of SQL would destroy: what its statements do, looked up in the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from psycopg import sql

from toolkit import statements
from toolkit.db import Connection
from toolkit.statements import Action

# The ledger says what is applied; it goes with that, and nobody would restore it.
LEDGER = {
    "_yoyo_log",
    "_yoyo_migration",
    "_yoyo_version",
    "acceptances",
    "applied_migrations",
    "applied_objects",
    "catalog_fingerprints",
    "catalog_objects",
    "installation",
    "migration_progress",
    "yoyo_lock",
}


@dataclass
class Loss:
    """A table of which rows would be lost. table: qualified and quoted; parts: its partitions.

    rows: exactly, now. bytes: with indexes. because: file and statement, for each that does it.
    """

    table: str
    parts: list[str]
    rows: int
    bytes: int
    because: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Say what would be lost, in one line."""
        return f"{self.table}: {self.rows} rows, {self.bytes // 1024} kB ({self.because[0]})"

    def as_json(self) -> dict[str, object]:
        """Return it as the object that --json and a manifest hold."""
        return {
            "table": self.table,
            "rows": self.rows,
            "bytes": self.bytes,
            "because": self.because,
        }


# For each kind of action: the tables whose rows it destroys.
_NAMED = "select to_regclass(%(table)s) as oid"
_TABLES = {
    "drop_table": _NAMED,
    "drop_column": _NAMED,
    "delete": _NAMED,
    "merge": _NAMED,
    "truncate": """
        with recursive emptied as (
            select to_regclass(%(table)s)::oid as oid
            union
            select key.conrelid
            from pg_catalog.pg_constraint as key
            inner join emptied on key.confrelid = emptied.oid
            where %(cascade)s and key.contype = 'f'
        )
        select oid from emptied
    """,
    "drop_schema": """
        select oid from pg_catalog.pg_class
        where %(cascade)s and relnamespace = to_regnamespace(%(name)s) and relkind in ('r', 'p')
    """,
    "drop_owned": """
        select oid from pg_catalog.pg_class
        where relowner = to_regrole(%(name)s) and relkind in ('r', 'p')
    """,
    "drop_type": """
        select attrelid as oid from pg_catalog.pg_attribute
        where atttypid = to_regtype(%(name)s) and not attisdropped
    """,
    "drop_extension": """
        select attribute.attrelid as oid
        from pg_catalog.pg_extension as extension
        inner join pg_catalog.pg_depend as member
            on member.refclassid = 'pg_catalog.pg_extension'::regclass
            and extension.oid = member.refobjid and member.deptype = 'e'
        inner join pg_catalog.pg_attribute as attribute
            on (
                member.classid = 'pg_catalog.pg_class'::regclass
                and attribute.attrelid = member.objid
            )
            or (
                member.classid = 'pg_catalog.pg_type'::regclass
                and attribute.atttypid = member.objid
            )
        where extension.extname = %(name)s and not attribute.attisdropped
    """,
}
_TABLES["drop_domain"] = _TABLES["drop_type"]
_DESCRIBE = """
    select
        format('%%I.%%I', namespace.nspname, class.relname),
        coalesce(
            (
                select sum(pg_total_relation_size(part.relid))
                from pg_partition_tree(class.oid) as part
            ),
            pg_total_relation_size(class.oid)
        )::bigint,
        array(
            select format('%%I.%%I', place.nspname, relation.relname)
            from pg_partition_tree(class.oid) as part
            inner join pg_catalog.pg_class as relation on part.relid = relation.oid
            inner join pg_catalog.pg_namespace as place on relation.relnamespace = place.oid
            where part.relid <> class.oid
        ),
        namespace.nspname = %(system)s and class.relname = any(%(ledger)s)
    from pg_catalog.pg_class as class
    inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
    where class.relkind in ('r', 'p') and class.oid in ({tables})
"""


def find_losses(
    connection: Connection, texts: Iterable[tuple[str, str]], system: str
) -> list[Loss]:
    """Return the tables with rows that would lose some, in the order of the statements.

    texts: (file, rendered SQL). A table that is not there yet has nothing to lose, nor has one
    that its file has made, say to keep how far a backfill is.
    """
    found: dict[str, Loss] = {}
    for name, text in texts:
        made: set[str] = set()
        for statement in statements.read(text, name):
            for action in statement.actions:
                if action.kind == "create_table":
                    made.add(action.name)
                elif (
                    statements.destroys(action)
                    and action.kind in _TABLES
                    and (action.table or action.name) not in made
                ):
                    because = f"{name}:{action.line} {_words(action)}"
                    _add(connection, action, because, found, system)
    return list(found.values())


def _words(action: Action) -> str:
    return f"{action.kind.replace('_', ' ')} {action.name}".strip()


def _add(
    connection: Connection, action: Action, because: str, found: dict[str, Loss], system: str
) -> None:
    query = sql.SQL(_DESCRIBE).format(tables=sql.SQL(_TABLES[action.kind]))
    values = {
        "table": action.table or action.name,
        "name": action.name,
        "cascade": action.has("cascade"),
        "system": system,
        "ledger": list(LEDGER),
    }
    for table, size, parts, is_ledger in connection.execute(query, values).fetchall():
        if is_ledger:
            continue
        if table not in found:
            rows = count(connection, table)
            if not rows:
                continue
            found[table] = Loss(table, parts, rows, size)
        found[table].because.append(because)


def count(connection: Connection, table: str) -> int:
    """Return the number of rows of a table. table: quoted."""
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
