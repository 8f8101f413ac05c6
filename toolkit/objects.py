"""Repeatable objects: what sql/ defines, in the order in which it can be applied, and removed."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

import psycopg
from psycopg import sql

from toolkit import db, lexer
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.project import KINDS, TOOLKIT, Project, sha256
from toolkit.render import render


@dataclass(frozen=True)
class Object:
    """One repeatable object of the files. sql: rendered.

    path: <schema>/<kind>/<name>.sql; <name>.<word>.sql holds another overload of a function.
    """

    path: str
    schema: str
    kind: str
    name: str
    sql: str
    layer: str = TOOLKIT

    @property
    def content_sha256(self) -> str:
        """SHA-256 of what is executed: a new schema name counts as a change."""
        return sha256(self.sql)


@dataclass(frozen=True)
class Applied:
    """One repeatable object as the database recorded it.

    sql: what was executed. identities: what that made, as pg_identify_object() spells it.
    """

    path: str
    schema: str
    kind: str
    name: str
    content_sha256: str
    sql: str
    layer: str = TOOLKIT
    identities: Sequence[str] = ()


class Entry(NamedTuple):
    """One object of a file in the catalog. kind and identity: as in "drop <kind> <identity>".

    version: changes whenever the entry is written.
    """

    path: str
    kind: str
    class_oid: int
    object_oid: int
    identity: str
    version: str


def read_objects(project: Project) -> list[Object]:
    """Return the objects of the files, each after what it needs."""
    return in_order(objects_of_files(project), project.schema_map)


def objects_of_files(project: Project) -> list[Object]:
    """Return the objects of the files by path, which is quicker than to order them."""
    found = []
    for file in project.objects():
        schema, kind, name = file.name.removesuffix(".sql").split("/")
        name = name.split(".")[0] if kind == "functions" else name
        text = render(file, project)
        found.append(Object(file.name, schema, kind, name, text, file.layer))
    return found


def in_order(items: list[Object], schema_map: dict[str, str]) -> list[Object]:
    """Return the objects so that each comes after those whose names it uses.

    Bodies in dollar quotes do not count: they are not looked at when a function is created.
    """
    by_path = {item.path: item for item in items}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for item, uses in users(items, schema_map):
        sorter.add(item.path, *uses)
    try:
        return [by_path[path] for path in sorter.static_order()]
    except CycleError as error:
        circle = " -> ".join(f"sql/{path}" for path in error.args[1])
        raise Failure(
            f"these objects need each other: {circle}",
            "None of them can be created first.",
            "Move what one needs of the other into a function body.",
        ) from error


def users(items: list[Object], schema_map: dict[str, str]) -> list[tuple[Object, list[str]]]:
    """Return each object with the paths of those whose names it uses, shelf by shelf.

    Of two objects of one name, say a trigger and its function, the later shelf uses the earlier.
    """
    ordered = sorted(items, key=lambda item: (KINDS.index(item.kind), item.path))
    by_name: dict[tuple[str, str], list[Object]] = {}
    for item in ordered:
        by_name.setdefault((schema_map[item.schema], item.name), []).append(item)
    by_id = {item.path.removesuffix(".sql"): item for item in items}
    found = []
    for item in ordered:
        own = (schema_map[item.schema], item.name)
        uses = {
            other.path
            for name in names_used(item.sql) & by_name.keys()
            for other in by_name[name]
            if name != own or KINDS.index(other.kind) < KINDS.index(item.kind)
        }
        uses.update(by_id[name].path for name in _depends(item, by_id.keys()))
        found.append((item, sorted(uses)))
    return found


def _depends(item: Object, known: Set[str]) -> list[str]:
    """Return what a "-- depends: core/views/a sync/functions/b" line at the top names.

    For what the text does not show, such as a name that is put together when it runs.
    """
    names = lexer.header(item.sql).get("depends", "").split()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Failure(
            f"sql/{item.path} depends on {', '.join(unknown)}, which is not there",
            hint="Correct its depends header: <schema>/<kind>/<name>, without sql/ and .sql.",
        )
    return names


@lru_cache(maxsize=4096)
def names_used(text: str) -> frozenset[tuple[str, str]]:
    """Return the qualified names, (schema, name), that stand outside dollar quotes."""
    words = [t for t in lexer.tokens(text) if t.kind not in ("space", "comment")]
    found = set()
    for schema, dot, name in zip(words, words[1:], words[2:], strict=False):
        if dot.text == "." and schema.kind == name.kind == "word":
            found.add((schema.text.lower(), name.text.lower()))
    for token in words:
        if token.kind == "string":
            found.update(re.findall(r"([a-z_]\w*)\.([a-z_]\w*)", token.text))
    return frozenset(found)


def recorded(connection: Connection, system: str, layers: Iterable[str]) -> list[Applied]:
    """Return the objects of the layers as last applied, in the order of creation."""
    query = sql.SQL(
        "select path, schema_name, kind, object_name, content_sha256, content, layer, identities "
        "from {} where layer = any(%s) order by position_in_order, path"
    ).format(db.qualified(system, "applied_objects"))
    return [Applied(*row) for row in connection.execute(query, [list(layers)])]


def record(
    connection: Connection,
    project: Project,
    order: list[Object],
    done: list[tuple[Object, list[str]]],
) -> None:
    """Write down what was executed, and the place of every object in the present order.

    done: with the identities of what each has made.
    """
    table = db.qualified(project.schema_map["system"], "applied_objects")
    insert = sql.SQL(
        "insert into {} as known (path, schema_name, kind, object_name, content, content_sha256, "
        "layer, identities, position_in_order) values (%s, %s, %s, %s, %s, %s, %s, %s, 0) "
        "on conflict (path) do update set content = excluded.content, "
        "content_sha256 = excluded.content_sha256, identities = excluded.identities, "
        "applied_at = now(), applied_by = current_user"
    ).format(table)
    with connection.cursor() as cursor:
        cursor.executemany(
            insert,
            [
                (*_place(item), item.sql, item.content_sha256, item.layer, made)
                for item, made in done
            ],
        )
    connection.execute(
        sql.SQL(
            "update {} as known set position_in_order = wanted.position from unnest(%s::text[]) "
            "with ordinality as wanted (path, position) "
            "where known.path = wanted.path and known.position_in_order <> wanted.position"
        ).format(table),
        [[item.path for item in order]],
    )


def _place(item: Object) -> tuple[str, str, str, str]:
    return item.path, item.schema, item.kind, item.name


# What carries the names of files in the catalog.
_ENTRIES = """
with wanted as (
    select wanted.path, namespace.oid as schema_oid, wanted.kind, wanted.name
    from unnest(%s::text[], %s::text[], %s::text[], %s::text[])
        as wanted (path, schema_name, kind, name)
    inner join pg_catalog.pg_namespace as namespace on wanted.schema_name = namespace.nspname
),

found as (
    select wanted.path, entry.tableoid, entry.oid, entry.xmin, entry.cmin
    from wanted
    inner join pg_catalog.pg_proc as entry
        on wanted.schema_oid = entry.pronamespace and wanted.name = entry.proname
    where wanted.kind = 'functions'
    union all
    select wanted.path, entry.tableoid, entry.oid, entry.xmin, entry.cmin
    from wanted
    inner join pg_catalog.pg_class as entry
        on wanted.schema_oid = entry.relnamespace and wanted.name = entry.relname
    where (wanted.kind, entry.relkind) in (('views', 'v'), ('matviews', 'm'))
    union all
    select wanted.path, entry.tableoid, entry.oid, entry.xmin, entry.cmin
    from wanted
    inner join pg_catalog.pg_trigger as entry on wanted.name = entry.tgname
    inner join pg_catalog.pg_class as class
        on entry.tgrelid = class.oid and wanted.schema_oid = class.relnamespace
    where wanted.kind = 'triggers' and entry.tgparentid = 0
    union all
    select wanted.path, entry.tableoid, entry.oid, entry.xmin, entry.cmin
    from wanted
    inner join pg_catalog.pg_policy as entry on wanted.name = entry.polname
    inner join pg_catalog.pg_class as class
        on entry.polrelid = class.oid and wanted.schema_oid = class.relnamespace
    where wanted.kind = 'policies'
)

select
    found.path,
    identity.type,
    found.tableoid::bigint,
    found.oid::bigint,
    identity.identity,
    format('%%s %%s', found.xmin, found.cmin)
from found
cross join lateral pg_catalog.pg_identify_object(found.tableoid, found.oid, 0) as identity
order by found.path, found.oid
"""
CATALOGUED = ("functions", "views", "matviews", "triggers", "policies")
# Of these, several may have one name: by their arguments, or each on a table of its own.
_SHARED = ("functions", "triggers", "policies")


def entries(
    connection: Connection, project: Project, items: Sequence[Object | Applied]
) -> list[Entry]:
    """Return what is in the catalog under the names of objects, by path and age."""
    known = [item for item in items if item.kind in CATALOGUED]
    if not known:
        return []
    values: list[list[str]] = [
        [item.path for item in known],
        [project.schema_map[item.schema] for item in known],
        [item.kind for item in known],
        [item.name for item in known],
    ]
    return [Entry(*row) for row in connection.execute(_ENTRIES, values)]


def own_entries(
    connection: Connection, project: Project, items: Sequence[Applied]
) -> dict[str, list[Entry]]:
    """Return by path what objects have made, without what others have given the same name."""
    made = {item.path: item for item in items}
    found: dict[str, list[Entry]] = {path: [] for path in made}
    for entry in entries(connection, project, items):
        item = made[entry.path]
        if item.kind not in _SHARED or entry.identity in item.identities:
            found[entry.path].append(entry)
    return found


def missing(connection: Connection, project: Project, items: Sequence[Applied]) -> list[Applied]:
    """Return those objects that are not in the database, or not whole."""
    found = own_entries(connection, project, items)
    absent = []
    for item in items:
        identities = {entry.identity for entry in found[item.path]}
        is_whole = identities.issuperset(item.identities) if item.kind in _SHARED else identities
        if item.kind in CATALOGUED and not (is_whole and identities):
            absent.append(item)
    return absent


def remove(
    connection: Connection, project: Project, items: Sequence[Applied], may_stay: bool = False
) -> list[Applied]:
    """Remove objects, newest first, in the transaction that is open.

    may_stay: leave those that others are still built on, and return them.
    """
    table = db.qualified(project.schema_map["system"], "applied_objects")
    found = own_entries(connection, project, items)
    needed = list(items)
    while needed:
        tried, needed = needed, []
        for item in reversed(tried):
            try:
                with connection.transaction():
                    for statement in _removal(project, item, found[item.path]):
                        connection.execute(statement)
            except psycopg.errors.DependentObjectsStillExist:
                needed.insert(0, item)
                if len(needed) == len(tried) and not may_stay:
                    raise
                continue
            connection.execute(sql.SQL("delete from {} where path = %s").format(table), [item.path])
        if len(needed) == len(tried):
            break
    return needed


def _removal(project: Project, item: Applied, made: list[Entry]) -> list[sql.Composed]:
    """Return the statements that remove an object. A grant goes with what it is on."""
    system, schema = project.schema_map["system"], project.schema_map[item.schema]
    forgotten = {
        "partitions": (
            (system, "forget_partitions"),
            sql.Identifier(schema, item.name).as_string(),
        ),
        "privacy": ((system, "forget_classes"), schema),
        "cron": ((schema, "forget_cron_job"), item.name),
    }
    if item.kind not in forgotten:
        return [sql.SQL(f"drop {entry.kind} if exists {entry.identity}").format() for entry in made]
    function, name = forgotten[item.kind]
    return [sql.SQL("select {}({})").format(sql.Identifier(*function), sql.Literal(name))]
