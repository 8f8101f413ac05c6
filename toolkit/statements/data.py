"""Statements that read and write rows, settings, and calls of functions, as actions."""

from collections.abc import Iterator
from typing import Any

from toolkit.statements.cursor import Cursor
from toolkit.statements.model import Action

_NOT_FUNCTIONS = {
    *("values", "in", "exists", "any", "all", "some", "array", "and", "or", "not", "on", "using"),
    *("select", "from", "where", "as", "by", "over", "filter", "group", "row", "when", "then"),
    *("else", "is", "limit", "join", "lateral", "with", "within", "returning", "set", "case"),
    *("between", "like", "ilike", "cast", "union", "except", "intersect", "materialized", "having"),
    *("offset", "partition", "conflict", "check", "references", "default", "primary", "unique"),
}
_KEYWORDS_AFTER_FROM = ("(", "select", "values", "lateral", "only", "rows")
_ROWS_ONLY = {"rows", "row", "next", "first", "only"}
_TYPES = {"varchar", "char", "character", "numeric", "decimal", "bit", "varying", "timestamp"}


def functions(cursor: Cursor) -> tuple[str, ...]:
    """Return the names of the functions that are called, in the order of their calls."""
    found: dict[str, None] = {}
    words, tokens = cursor.words, cursor.tokens
    for place in range(1, len(words)):
        if words[place] != "(" or tokens[place - 1].kind not in ("word", "quoted"):
            continue
        name = words[place - 1]
        start = place - 1
        while start >= 2 and words[start - 1] == ".":
            start -= 2
            name = f"{words[start]}.{name}"
        before = words[start - 1] if start else ""
        if name in _NOT_FUNCTIONS or name in _TYPES or before in ("into", "as", ":"):
            continue
        found[name] = None
    return tuple(found)


def _sources(cursor: Cursor) -> tuple[str, ...]:
    """Return the relations that a query reads: names after FROM, JOIN and USING, no functions."""
    names: dict[str, None] = {}
    words = cursor.words
    for place, word in enumerate(words):
        if word not in ("from", "join", "using"):
            continue
        probe = cursor.slice(place + 1, len(words))
        probe.take("only", "lateral")
        name = probe.name()
        if name and probe.peek() != "(" and words[place - 1] not in ("distinct",):
            names[name] = None
    return tuple(names)


def query_options(cursor: Cursor) -> dict[str, Any]:
    """Return what is to be known of a query: functions, tables, whether it is bounded."""
    words = cursor.words
    return {
        "functions": functions(cursor),
        "reads": _sources(cursor),
        "limit": "limit" in words or cursor.find("fetch first") or cursor.find("fetch next"),
    }


def _where(cursor: Cursor) -> Cursor | None:
    """Return the condition of the statement itself, not of a query in it."""
    cursor.until("where")
    return cursor.until("returning") if cursor.take("where") else None


def _changed(kind: str, cursor: Cursor, whole: Cursor) -> Action:
    """Return the action of UPDATE or DELETE; the words before the table are passed already."""
    line = cursor.line
    cursor.take("only")
    table = cursor.name()
    where = _where(cursor)
    options = {
        **query_options(whole),
        "where": where is not None,
        "condition": where.text if where else "",
    }
    return Action(kind, "table", table, table, (), options, line=line)


def update(cursor: Cursor) -> Iterator[Action]:
    """Read UPDATE."""
    yield _changed("update", cursor, cursor.slice(0, len(cursor.tokens)))


def delete(cursor: Cursor) -> Iterator[Action]:
    """Read DELETE."""
    cursor.take("from")
    yield _changed("delete", cursor, cursor.slice(0, len(cursor.tokens)))


def insert(cursor: Cursor) -> Iterator[Action]:
    """Read INSERT."""
    cursor.take("into")
    line = cursor.line
    table = cursor.name()
    if cursor.take("as"):
        cursor.part()
    named = cursor.group()
    cursor.take("overriding system value", "overriding user value")
    rest = cursor.rest()
    options = {
        **query_options(rest),
        "values": rest.peek() in ("values", "default"),
        "on_conflict": rest.find("on conflict"),
        "overwrites": rest.find("do update"),
    }
    yield Action(
        "insert", "table", table, table, named.identifiers() if named else (), options, line=line
    )


def merge(cursor: Cursor) -> Iterator[Action]:
    """Read MERGE."""
    cursor.take("into")
    line = cursor.line
    cursor.take("only")
    table = cursor.name()
    rest = cursor.rest()
    options = {**query_options(rest), "deletes": rest.find("then delete")}
    yield Action("merge", "table", table, table, (), options, line=line)


def select(cursor: Cursor) -> Iterator[Action]:
    """Read SELECT, VALUES and TABLE; SELECT INTO makes a table."""
    line = cursor.line
    whole = cursor.slice(0, len(cursor.tokens))
    options = query_options(whole)
    options["for_update"] = whole.find("for update") or whole.find("for no key update")
    cursor.until("into", "from")
    if cursor.take("into"):
        modifier = cursor.take("temporary", "temp", "unlogged")
        cursor.take("table")
        name = cursor.name()
        options["temporary"] = modifier in ("temporary", "temp")
        yield Action("create_table_as", "table", name, name, (), options, line=line)
        return
    reads = options["reads"]
    yield Action("select", "query", "", reads[0] if reads else "", (), options, line=line)


def call(cursor: Cursor) -> Iterator[Action]:
    """Read CALL."""
    yield Action("call", "procedure", cursor.name(), line=cursor.line)


def setting(cursor: Cursor, kind: str) -> Iterator[Action]:
    """Read SET or RESET."""
    line = cursor.line
    scope = cursor.take("local", "session")
    name = "constraints" if cursor.take("constraints") else cursor.name()
    cursor.take("to", "=")
    options = {"value": cursor.rest().text.strip("'"), "local": scope == "local"}
    yield Action(kind, "setting", name, options=options, line=line)


def copy(cursor: Cursor) -> Iterator[Action]:
    """Read COPY."""
    line = cursor.line
    inside = cursor.group()
    table = "" if inside is not None else cursor.name()
    cursor.group()
    way = "copy_from" if cursor.take("from") else "copy_to"
    yield Action(way, "table", table, table, line=line)
