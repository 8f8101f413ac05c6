"""CREATE TABLE, CREATE INDEX and every subcommand of ALTER TABLE, as actions."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from toolkit.statements.cursor import Cursor
from toolkit.statements.data import query_options
from toolkit.statements.model import Action, Column
from toolkit.statements.parts import (
    is_constraint,
    read_body,
    read_column,
    read_constraint,
    read_type,
)

ALTERED = ("table", "foreign table", "view", "materialized view", "index", "sequence")


def create_table(cursor: Cursor, modifiers: set[str]) -> Action:
    """Read CREATE TABLE, its AS form included; the words up to TABLE are passed already."""
    line = cursor.line
    options: dict[str, Any] = {
        "if_not_exists": bool(cursor.take("if not exists")),
        "temporary": bool(modifiers & {"temp", "temporary"}),
        "unlogged": "unlogged" in modifiers,
        "foreign": "foreign" in modifiers,
    }
    name = cursor.name()
    if cursor.take("partition of"):
        options["partition_of"] = cursor.name()
    elif cursor.take("of"):
        options["of"] = cursor.name()
    inside = cursor.group()
    body = inside.slice(0, len(inside.tokens)) if inside else None
    columns, constraints, likes = read_body(inside) if inside else ((), (), [])
    options["like"] = tuple(likes)
    if cursor.take("inherits"):
        parents = cursor.group()
        options["inherits"] = tuple(parents.names()) if parents else ()
    if cursor.take("partition by"):
        options["partition_by"] = cursor.next()
        keys = cursor.group()
        options["partition_key"] = keys.identifiers() if keys else ()
    cursor.until("as")
    if cursor.take("as"):
        names = body.identifiers() if body else ()
        query = cursor.rest()
        options |= {"query": query.text, **query_options(query)}
        return Action("create_table_as", "table", name, name, names, options, line=line)
    return Action(
        "create_table",
        "table",
        name,
        name,
        tuple(one.name for one in columns),
        options,
        parts=columns,
        constraints=constraints,
        line=line,
    )


def create_index(cursor: Cursor, *, unique: bool) -> Action:
    """Read CREATE INDEX; the words up to INDEX are passed already."""
    line = cursor.line
    options: dict[str, Any] = {
        "unique": unique,
        "concurrently": bool(cursor.take("concurrently")),
        "if_not_exists": bool(cursor.take("if not exists")),
    }
    name = cursor.name() if cursor.peek() != "on" or cursor.peek(1) == "on" else ""
    cursor.take("on")
    options["only"] = bool(cursor.take("only"))
    table = cursor.name()
    options["method"] = cursor.part() if cursor.take("using") else "btree"
    inside = cursor.group()
    items = inside.items() if inside else []
    options["expression"] = any(_is_expression(item) for item in items)
    columns = tuple(item.text if _is_expression(item) else item.part() for item in items)
    rest = cursor.rest()
    options["where"] = "where" in rest.words
    schema, _, _ = table.rpartition(".")
    full = f"{schema}.{name}" if schema and name else name
    return Action("create_index", "index", full, table, columns, options, line=line)


def _is_expression(item: Cursor) -> bool:
    return item.peek() == "(" or item.peek(1) in ("(", ".")


def alter_table(cursor: Cursor, object_type: str) -> Iterator[Action]:
    """Read ALTER TABLE and its like; the words up to the type are passed already."""
    line = cursor.line
    if cursor.take("all in tablespace"):
        yield Action("set_tablespace", object_type, table="", line=line)
        return
    if_exists = bool(cursor.take("if exists"))
    cursor.take("only")
    table = cursor.name()
    cursor.take("*")
    for item in cursor.items():
        line = item.line
        found = _subcommand(item, object_type)
        found.options["if_exists"] = if_exists
        if object_type != "table":
            found.options["of"] = object_type
        yield replace(
            found,
            object_type=found.object_type or object_type,
            name=found.name if found.object_type in _PARTS else table,
            table=table,
            line=line,
        )


def _subcommand(item: Cursor, object_type: str) -> Action:
    for phrase, reader in _READERS.items():
        if item.take(phrase):
            return reader(item)
    for phrase, kind in _SIMPLE.items():
        if item.take(phrase):
            return _simple(item, kind, object_type)
    if item.take("set ("):
        return Action("set_options", object_type, options={"text": item.rest().text})
    return Action(
        "alter_" + object_type.replace(" ", "_"),
        object_type,
        options={
            "text": item.rest().text,
        },
    )


def _simple(item: Cursor, kind: str, object_type: str) -> Action:
    only_name = kind in ("set_schema", "set_tablespace", "owner_to", "set_access_method")
    name = item.name()
    options: dict[str, Any] = {"text": item.rest().text}
    if only_name:
        options["to"] = name
    if kind == "replica_identity":
        options["to"] = name
    if kind in ("inherit", "no_inherit"):
        options["parent"] = name
    return Action(kind, object_type, options=options)


def _add_constraint(item: Cursor) -> Action:
    found = read_constraint(item)
    return Action(
        "add_constraint",
        "constraint",
        found.name,
        "",
        found.columns,
        {
            "not_valid": found.not_valid,
        },
        constraints=(found,),
    )


def _add(item: Cursor) -> Action:
    if item.peek() != "column" and is_constraint(item):
        return _add_constraint(item)
    item.take("column")
    options = {"if_not_exists": bool(item.take("if not exists"))}
    column = read_column(item)
    return Action(
        "add_column",
        "column",
        column.name,
        "",
        (column.name,),
        options,
        column,
        constraints=column.constraints,
    )


def _drop_constraint(item: Cursor) -> Action:
    options = {"if_exists": bool(item.take("if exists"))}
    name = item.part()
    return Action(
        "drop_constraint",
        "constraint",
        name,
        options={
            **options,
            "cascade": bool(item.take("cascade")),
        },
    )


def _drop(item: Cursor) -> Action:
    item.take("column")
    options = {"if_exists": bool(item.take("if exists"))}
    name = item.part()
    options["cascade"] = bool(item.take("cascade"))
    return Action("drop_column", "column", name, columns=(name,), options=options)


def _validate(item: Cursor) -> Action:
    return Action("validate_constraint", "constraint", item.part())


def _rename(item: Cursor) -> Action:
    if item.take("to"):
        return Action("rename", "", options={"to": item.name()})
    kind = "constraint" if item.take("constraint") else "column"
    item.take("column")
    name = item.part()
    item.take("to")
    return Action("rename", kind, name, columns=(name,), options={"to": item.part()})


def _attach(item: Cursor) -> Action:
    partition = item.name()
    return Action("attach_partition", "partition", partition, options={"text": item.rest().text})


def _detach(item: Cursor) -> Action:
    partition = item.name()
    options = {
        "concurrently": bool(item.take("concurrently")),
        "finalize": bool(item.take("finalize")),
    }
    return Action("detach_partition", "partition", partition, options=options)


def _alter_column(item: Cursor) -> Action:
    if item.take("constraint"):
        name = item.part()
        return Action("alter_constraint", "constraint", name, options={"text": item.rest().text})
    item.take("column")
    name = item.part()
    kind = _COLUMN_CHANGES.get(item.take(*_COLUMN_CHANGES), "alter_column")
    column = None
    options: dict[str, Any] = {}
    if kind == "alter_column_type":
        column = Column(name, read_type(item))
        item.until("using")
        options["using"] = item.rest().text if item.take("using") else ""
    elif kind == "set_default":
        column = Column(name, default=item.rest().text)
    elif kind == "add_identity":
        generated = "by_default" if item.find("by default") else "always"
        column = Column(name, generated=generated)
    else:
        options["text"] = item.rest().text
    return Action(kind, "column", name, columns=(name,), options=options, column=column)


def _trigger_state(item: Cursor, *, is_on: bool) -> Action:
    item.take("replica", "always")
    kind = item.next()
    name = item.name()
    if kind == "row":  # level security
        return Action("enable_row_security" if is_on else "disable_row_security")
    return Action(f"{'enable' if is_on else 'disable'}_{kind}", kind, name)


_COLUMN_CHANGES = {
    "set data type": "alter_column_type",
    "type": "alter_column_type",
    "set not null": "set_not_null",
    "drop not null": "drop_not_null",
    "set default": "set_default",
    "drop default": "drop_default",
    "add generated": "add_identity",
    "drop identity": "drop_identity",
    "drop expression": "drop_expression",
    "set expression": "set_expression",
    "set statistics": "set_statistics",
    "set storage": "set_storage",
    "set compression": "set_compression",
    "set (": "set_column_options",
    "reset (": "set_column_options",
    "set generated": "alter_identity",
    "restart": "alter_identity",
}
_READERS: dict[str, Callable[[Cursor], Action]] = {
    "add": _add,
    "drop constraint": _drop_constraint,
    "drop": _drop,
    "alter": _alter_column,
    "validate constraint": _validate,
    "rename": _rename,
    "attach partition": _attach,
    "detach partition": _detach,
    "enable": lambda item: _trigger_state(item, is_on=True),
    "disable": lambda item: _trigger_state(item, is_on=False),
    "force row level security": lambda _: Action("force_row_security"),
    "no force row level security": lambda _: Action("no_force_row_security"),
    "set logged": lambda _: Action("set_logged"),
    "set unlogged": lambda _: Action("set_unlogged"),
}
_PARTS = ("column", "constraint", "partition", "trigger", "rule")
_SIMPLE = {
    "set schema": "set_schema",
    "set tablespace": "set_tablespace",
    "set access method": "set_access_method",
    "set without": "set_without",
    "owner to": "owner_to",
    "cluster on": "cluster_on",
    "replica identity": "replica_identity",
    "inherit": "inherit",
    "no inherit": "no_inherit",
    "of": "of_type",
    "not of": "not_of_type",
    "reset": "reset_options",
}
