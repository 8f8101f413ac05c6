"""CREATE, ALTER and DROP of what is not a table, and the rest of the commands, as actions."""

from collections.abc import Callable, Iterator
from typing import Any

from toolkit.statements.cursor import Cursor, unquoted
from toolkit.statements.model import Action
from toolkit.statements.parts import read_constraint, read_type
from toolkit.statements.tables import ALTERED, alter_table, create_index, create_table

_MODIFIERS = {
    *("or", "replace", "temp", "temporary", "global", "local", "unlogged", "unique", "recursive"),
    *("constraint", "trusted", "procedural"),
}
# Types of two or more words; all others are one word.
_LONG = (
    *("materialized view", "event trigger", "foreign table", "foreign data wrapper"),
    *("user mapping", "access method", "operator class", "operator family", "text search"),
)
# Whose name is followed by "on TABLE".
_ON_TABLE = ("trigger", "policy", "rule")


def object_type(cursor: Cursor) -> str:
    """Pass the type of an object and return it in snake_case."""
    return (cursor.take(*_LONG) or cursor.next()).replace(" ", "_")


def create(cursor: Cursor) -> Iterator[Action]:
    """Read CREATE; the word itself is passed already."""
    modifiers = set()
    while cursor.peek() in _MODIFIERS:
        modifiers.add(cursor.next())
    line = cursor.line
    kind = object_type(cursor)
    if kind in ("table", "foreign_table"):
        yield create_table(cursor, modifiers | ({"foreign"} if kind != "table" else set()))
        return
    if kind == "index":
        yield create_index(cursor, unique="unique" in modifiers)
        return
    options: dict[str, Any] = {
        "or_replace": "replace" in modifiers,
        "if_not_exists": bool(cursor.take("if not exists")),
        "temporary": bool(modifiers & {"temp", "temporary"}),
    }
    if kind == "schema" and cursor.peek() == "authorization":
        cursor.next()
    name = cursor.name()
    table = ""
    if kind in _ON_TABLE:
        table = _table_of(cursor, kind)
    elif kind in ("function", "procedure", "aggregate"):
        _routine(cursor, options)
    elif kind == "type":
        options["enum"] = bool(cursor.take("as enum"))
    elif kind == "domain":
        cursor.take("as")
        options["type"] = read_type(cursor)
        options["check"] = cursor.find("check")
    elif kind == "materialized_view":
        options["no_data"] = cursor.find("with no data")
    kind_of_action = "create_matview" if kind == "materialized_view" else f"create_{kind}"
    options["text"] = cursor.rest().text
    yield Action(kind_of_action, kind, name, table, options=options, line=line)


def _table_of(cursor: Cursor, kind: str) -> str:
    if kind == "rule":
        cursor.until("to")
    else:
        cursor.until("on")
    cursor.next()
    return cursor.name()


def _routine(cursor: Cursor, options: dict[str, Any]) -> None:
    arguments = cursor.group()
    options["arguments"] = arguments.text if arguments else ""
    place = cursor.at
    cursor.until("language")
    if cursor.take("language"):
        options["language"] = unquoted(cursor.next()).lower()
    cursor.at = place
    bodies = [token.text for token in cursor.tokens[place:] if token.kind == "dollar"]
    options["body"] = unquoted(bodies[0]) if bodies else ""


def drop(cursor: Cursor) -> Iterator[Action]:
    """Read DROP; one action for each name. The word itself is passed already."""
    line = cursor.line
    kind = object_type(cursor)
    if kind == "owned":
        cursor.take("by")
    options: dict[str, Any] = {"concurrently": bool(cursor.take("concurrently"))}
    options["if_exists"] = bool(cursor.take("if exists"))
    names = cursor.names()
    table = ""
    if kind in _ON_TABLE and cursor.take("on"):
        table = cursor.name()
    rest = cursor.rest()
    options["cascade"] = "cascade" in rest.words
    short = "matview" if kind == "materialized_view" else kind
    relations = ("table", "view", "materialized_view", "foreign_table", "index", "sequence")
    for name in names or [""]:
        of = name if kind in relations and kind != "index" else table
        yield Action(f"drop_{short}", kind, name, of, options=dict(options), line=line)


def alter(cursor: Cursor) -> Iterator[Action]:
    """Read ALTER; the word itself is passed already."""
    line = cursor.line
    found = cursor.take(*ALTERED)
    if found:
        yield from alter_table(cursor, found.replace(" ", "_"))
        return
    kind = object_type(cursor)
    if kind == "default":
        yield Action(
            "alter_default_privileges",
            "privileges",
            line=line,
            options={
                "text": cursor.rest().text,
            },
        )
        return
    options: dict[str, Any] = {"if_exists": bool(cursor.take("if exists"))}
    name = cursor.name() if kind != "system" else ""
    cursor.group()  # the arguments of a routine
    table = cursor.name() if kind in _ON_TABLE and cursor.take("on") else ""
    action = f"alter_{kind}"
    if cursor.take("rename value"):
        action, options["value"] = "rename", unquoted(cursor.next())
        kind = "value"
    elif cursor.take("rename"):
        action = "rename"
        if cursor.take("attribute", "constraint"):
            kind = cursor.peek(-1)
            options["of"], name = name, cursor.part()
        options["to"] = "".join(cursor.rest().words[-1:])
    elif cursor.take("set schema"):
        action, options["to"] = "set_schema", cursor.part()
    elif cursor.take("add value"):
        action = "add_value"
        options["if_not_exists"] = bool(cursor.take("if not exists"))
        options["placed"] = cursor.find("before") or cursor.find("after")
    elif kind == "domain" and cursor.take("add"):
        constraint = read_constraint(cursor)
        options["not_valid"] = constraint.not_valid
        yield Action(
            "alter_domain_add", kind, name, options=options, line=line, constraints=(constraint,)
        )
        return
    elif kind == "extension" and cursor.take("update"):
        action = "update_extension"
    elif cursor.take("owner to"):
        action = "owner_to"
    options["text"] = cursor.rest().text
    yield Action(action, kind, name, table, options=options, line=line)


def comment(cursor: Cursor) -> Iterator[Action]:
    """Read COMMENT ON; the first word is passed already."""
    cursor.take("on")
    line = cursor.line
    kind = object_type(cursor)
    name = cursor.name()
    table = name if kind in ("table", "view", "materialized_view", "index", "sequence") else ""
    if kind == "column":
        table, _, name = name.rpartition(".")
    elif cursor.until("on", "is") and cursor.take("on"):
        table = cursor.name()
    yield Action("comment", kind, name, table, line=line)


def grant(cursor: Cursor, kind: str) -> Iterator[Action]:
    """Read GRANT or REVOKE; the first word is passed already."""
    line = cursor.line
    privileges = cursor.until("on", "to", "from").text
    options: dict[str, Any] = {"privileges": privileges}
    what, names = "role", []
    if cursor.take("on"):
        what = "table"
        if cursor.take("all"):
            what = object_type(cursor)
            cursor.take("in schema")
        elif cursor.peek() in _GRANTED and cursor.peek(1) not in (".", ",", "to", "from"):
            what = object_type(cursor)
        names = cursor.names()
    options["rest"] = cursor.rest().text
    for name in names or [""]:
        yield Action(kind, what, name, name if what == "table" else "", (), options, line=line)


_GRANTED = {
    *("table", "sequence", "database", "domain", "foreign", "function", "procedure", "routine"),
    *("language", "large", "parameter", "schema", "tablespace", "type"),
}


def _relations(kind: str) -> Callable[[Cursor], Iterator[Action]]:
    def read(cursor: Cursor) -> Iterator[Action]:
        line = cursor.line
        options: dict[str, Any] = {}
        words = set()
        inside = cursor.group()
        words |= set(inside.words) if inside else set()
        while cursor.peek() in ("full", "verbose", "freeze", "analyze", "concurrently"):
            words.add(cursor.next())
        options["full"] = "full" in words
        options["concurrently"] = "concurrently" in words
        names = cursor.names()
        for name in names or [""]:
            yield Action(kind, "table", name, name, (), dict(options), line=line)

    return read


vacuum = _relations("vacuum")
analyze = _relations("analyze")
cluster = _relations("cluster")


def truncate(cursor: Cursor) -> Iterator[Action]:
    """Read TRUNCATE; one action for each table."""
    cursor.take("table")
    line = cursor.line
    names = cursor.names()
    options = {"cascade": "cascade" in cursor.rest().words}
    for name in names or [""]:
        yield Action("truncate", "table", name, name, (), dict(options), line=line)


def refresh(cursor: Cursor) -> Iterator[Action]:
    """Read REFRESH MATERIALIZED VIEW."""
    cursor.take("materialized view")
    line = cursor.line
    options: dict[str, Any] = {"concurrently": bool(cursor.take("concurrently"))}
    name = cursor.name()
    options["no_data"] = cursor.find("with no data")
    yield Action("refresh_matview", "materialized_view", name, name, (), options, line=line)


def reindex(cursor: Cursor) -> Iterator[Action]:
    """Read REINDEX."""
    line = cursor.line
    inside = cursor.group()
    what = object_type(cursor)
    options = {"concurrently": bool(cursor.take("concurrently"))}
    if inside is not None and "concurrently" in inside.words:
        options["concurrently"] = not {"false", "off"} & set(inside.words)
    name = cursor.name()
    yield Action("reindex", what, name, name if what == "table" else "", options=options, line=line)


def lock_table(cursor: Cursor) -> Iterator[Action]:
    """Read LOCK TABLE; one action for each table."""
    cursor.take("table")
    line = cursor.line
    names = cursor.names()
    mode = "access exclusive"
    if cursor.take("in"):
        mode = " ".join(cursor.until("mode").words)
    for name in names or [""]:
        yield Action("lock_table", "table", name, name, (), {"mode": mode}, line=line)
