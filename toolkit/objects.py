"""Repeatable objects: what sql/ defines, in the order in which it can be applied, and removed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import psycopg
from psycopg import sql

from toolkit import db, lexer
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.execution import execute
from toolkit.project import KINDS, TOOLKIT, Project, sha256
from toolkit.render import render

# The old form is in the way: its result or columns cannot be replaced, something is built on it,
# or the statement has no "or replace", as there is none for policies.
IN_THE_WAY = {"42P13", "42P16", "2BP01", "42P07", "42710", "42723"}


@dataclass(frozen=True)
class Object:
    """One repeatable object of the files. path: <schema>/<kind>/<name>.sql; sql: rendered."""

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
    """One repeatable object as the database recorded it. sql: what was executed."""

    path: str
    schema: str
    kind: str
    name: str
    content_sha256: str
    sql: str
    layer: str = TOOLKIT


def read_objects(project: Project) -> list[Object]:
    """Return the objects of the files, each after what it needs."""
    found = []
    for file in project.objects():
        schema, kind, name = file.name.removesuffix(".sql").split("/")
        text = render(file, project)
        found.append(Object(file.name, schema, kind, name, text, file.layer))
    return in_order(found, project.schema_map)


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
    found = []
    for item in ordered:
        own = (schema_map[item.schema], item.name)
        uses = {
            other.path
            for name in names_used(item.sql) & by_name.keys()
            for other in by_name[name]
            if name != own or KINDS.index(other.kind) < KINDS.index(item.kind)
        }
        found.append((item, sorted(uses)))
    return found


def names_used(text: str) -> set[tuple[str, str]]:
    """Return the qualified names, (schema, name), that stand outside dollar quotes."""
    words = [t for t in lexer.tokens(text) if t.kind not in ("space", "comment")]
    found = set()
    for schema, dot, name in zip(words, words[1:], words[2:], strict=False):
        if dot.text == "." and schema.kind == name.kind == "word":
            found.add((schema.text.lower(), name.text.lower()))
    for token in words:
        if token.kind == "string":
            found.update(re.findall(r"([a-z_]\w*)\.([a-z_]\w*)", token.text))
    return found


def recorded(connection: Connection, system: str, layers: Iterable[str]) -> list[Applied]:
    """Return the objects of the layers as last applied, in the order of creation."""
    query = sql.SQL(
        "select path, schema_name, kind, object_name, content_sha256, content, layer from {} "
        "where layer = any(%s) order by position_in_order, path"
    ).format(db.qualified(system, "applied_objects"))
    return [Applied(*row) for row in connection.execute(query, [list(layers)])]


def apply(
    connection: Connection,
    project: Project,
    added: Iterable[Object],
    changed: Iterable[Object],
    removed: Iterable[Applied],
) -> None:
    """Apply new and changed objects and remove the others, in the transaction that is open."""
    needed = remove(connection, project, list(removed), may_stay=True)
    connection.execute("set local check_function_bodies = off")
    order = read_objects(project)
    new = {item.path for item in added}
    stale = {item.path for item in changed}
    for item in order:
        if item.path in new:
            _execute(connection, item)
        elif item.path in stale:
            stale |= _replace(connection, project, item, order)
    remove(connection, project, needed)
    done = [item for item in order if item.path in new | stale]
    _record(connection, project, order, done)
    absent = missing(connection, project, [_as_applied(item) for item in done])
    if absent:
        raise Failure(
            f"sql/{absent[0].path} does not make {absent[0].schema}.{absent[0].name}",
            "The path of a file spells the object that it makes: <schema>/<kind>/<object>.sql.",
            "Rename the file or the object.",
        )


def _record(
    connection: Connection, project: Project, order: list[Object], done: list[Object]
) -> None:
    """Write down what was executed, and the place of every object in the present order."""
    table = db.qualified(project.schema_map["system"], "applied_objects")
    record = sql.SQL(
        "insert into {} as known (path, schema_name, kind, object_name, content, content_sha256, "
        "layer, position_in_order) values (%s, %s, %s, %s, %s, %s, %s, 0) "
        "on conflict (path) do update set "
        "content = excluded.content, content_sha256 = excluded.content_sha256, "
        "applied_at = now(), applied_by = current_user"
    ).format(table)
    for item in done:
        values = [item.path, item.schema, item.kind, item.name]
        values += [item.sql, item.content_sha256, item.layer]
        connection.execute(record, values)
    connection.execute(
        sql.SQL(
            "update {} as known set position_in_order = wanted.position from unnest(%s::text[]) "
            "with ordinality as wanted (path, position) "
            "where known.path = wanted.path and known.position_in_order <> wanted.position"
        ).format(table),
        [[item.path for item in order]],
    )


def _as_applied(item: Object) -> Applied:
    names = item.path, item.schema, item.kind, item.name
    return Applied(*names, item.content_sha256, item.sql, item.layer)


def _execute(connection: Connection, item: Object) -> None:
    execute(connection, item.sql, f"sql/{item.path}")


def _replace(
    connection: Connection, project: Project, item: Object, order: list[Object]
) -> set[str]:
    """Apply a changed object; an old form that "or replace" leaves standing goes.

    Where the old form has to be dropped first, so have the objects that are built on it. Returns
    the paths of those that have to be applied again. Errors: what is not ours and is built on it
    is never dropped, but named.
    """
    before = set(_functions(connection, project, item)) if item.kind == "functions" else set()
    try:
        with connection.transaction():
            _execute(connection, item)
            if item.kind == "functions":
                for signature, _ in before & set(_functions(connection, project, item)):
                    connection.execute(f"drop routine {signature}")
    except (psycopg.Error, Failure) as error:
        cause = error if isinstance(error, psycopg.Error) else error.__cause__
        if getattr(cause, "sqlstate", None) not in IN_THE_WAY:
            raise
        built_on = _built_on(item, order, project.schema_map)
        for one in reversed([other for other in order if other.path in built_on]):
            if one.kind in _PRESENCE:
                _drop(connection, project, _as_applied(one))
        _drop(connection, project, _as_applied(item))
        _execute(connection, item)
        return built_on
    return set()


def _built_on(item: Object, order: list[Object], schema_map: dict[str, str]) -> set[str]:
    """Return the paths of the objects that use an object, directly or through others."""
    found = {item.path}
    uses = {other.path: paths for other, paths in users(order, schema_map)}
    for other in order:
        if found.intersection(uses[other.path]):
            found.add(other.path)
    return found - {item.path}


def _functions(connection: Connection, project: Project, item: Object) -> list[tuple[str, str]]:
    """Return (signature, row version) of the functions of an object's name."""
    return [
        (row[0], row[1])
        for row in connection.execute(
            "select oid::regprocedure::text, xmin::text || ' ' || cmin::text "
            "from pg_catalog.pg_proc where pronamespace = %s::regnamespace and proname = %s",
            [project.schema_map[item.schema], item.name],
        )
    ]


def remove(
    connection: Connection, project: Project, items: list[Applied], may_stay: bool = False
) -> list[Applied]:
    """Remove objects, newest first, in the transaction that is open.

    may_stay: leave those that others are still built on, and return them.
    """
    table = db.qualified(project.schema_map["system"], "applied_objects")
    needed: list[Applied] = []
    for item in reversed(items):
        try:
            with connection.transaction():
                _drop(connection, project, item)
        except psycopg.errors.DependentObjectsStillExist:
            if not may_stay:
                raise
            needed.insert(0, item)
            continue
        connection.execute(sql.SQL("delete from {} where path = %s").format(table), [item.path])
    return needed


# For each kind: the statements that remove what carries a name in a schema, as rows.
_REMOVALS = {
    "functions": """
        select format('drop routine if exists %%s', oid::regprocedure)
        from pg_catalog.pg_proc where pronamespace = %(schema)s::regnamespace and proname = %(name)s
    """,
    "views": """
        select format('drop view if exists %%I.%%I', %(schema)s::text, %(name)s::text)
    """,
    "matviews": """
        select format('drop materialized view if exists %%I.%%I', %(schema)s::text, %(name)s::text)
    """,
    "triggers": """
        select
            format('drop trigger if exists %%I on %%s', trigger.tgname, trigger.tgrelid::regclass)
        from pg_catalog.pg_trigger as trigger
        inner join pg_catalog.pg_class as class on trigger.tgrelid = class.oid
        where
            class.relnamespace = %(schema)s::regnamespace and trigger.tgname = %(name)s
            and trigger.tgparentid = 0
    """,
    "policies": """
        select format('drop policy if exists %%I on %%s', policy.polname, policy.polrelid::regclass)
        from pg_catalog.pg_policy as policy
        inner join pg_catalog.pg_class as class on policy.polrelid = class.oid
        where class.relnamespace = %(schema)s::regnamespace and policy.polname = %(name)s
    """,
    "partitions": """
        select format(
            'select %%I.forget_partitions(%%L)',
            %(system)s::text, format('%%I.%%I', %(schema)s::text, %(name)s::text)
        )
    """,
    "cron": """
        select format('select %%I.forget_cron_job(%%L)', %(schema)s::text, %(name)s::text)
    """,
    # A grant goes with the object that it is on.
    "grants": "select null::text where false",
}


def _drop(connection: Connection, project: Project, item: Applied) -> None:
    names = {
        "schema": project.schema_map[item.schema],
        "name": item.name,
        "system": project.schema_map["system"],
    }
    for (statement,) in connection.execute(_REMOVALS[item.kind], names).fetchall():
        connection.execute(statement)


# For each kind that has a catalog entry: whether anything carries the name in the schema.
_PRESENCE = {
    "functions": "select exists (select from pg_catalog.pg_proc "
    "where pronamespace = to_regnamespace(%(schema)s) and proname = %(name)s)",
    "views": "select to_regclass(format('%%I.%%I', %(schema)s::text, %(name)s::text)) is not null",
    "triggers": "select exists (select from pg_catalog.pg_trigger as trigger "
    "inner join pg_catalog.pg_class as class on trigger.tgrelid = class.oid "
    "where class.relnamespace = to_regnamespace(%(schema)s) and trigger.tgname = %(name)s)",
}
_PRESENCE["matviews"] = _PRESENCE["views"]


def missing(connection: Connection, project: Project, items: list[Applied]) -> list[Applied]:
    """Return those objects that are not in the database."""
    found = []
    for item in items:
        query = _PRESENCE.get(item.kind)
        names = {"schema": project.schema_map[item.schema], "name": item.name}
        if query and connection.execute(query, names).fetchone() != (True,):
            found.append(item)
    return found
