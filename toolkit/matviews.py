"""Large materialized views: the new form is built beside the old one, and takes its name when done.

Nobody waits for the build. What a killed run leaves behind is told by its comment, and removed by
the next run.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
from psycopg import sql

from toolkit import lexer
from toolkit.db import Connection
from toolkit.errors import MISUSED, Failure
from toolkit.execution import execute
from toolkit.objects import Object
from toolkit.project import Project

SUFFIX = "__new"
_MARK = "Being built by mdt apply; the next run removes it if that was interrupted."
_NAME_BYTES = 63
DEFAULT_LIMIT_MB = 8


def limit_bytes(project: Project) -> float:
    """Return from which size on a materialized view is built beside: [objects] of mdt.toml.

    Errors: exit code 2 when it is no number.
    """
    limit = project.settings.get("objects", {}).get("build_beside_from_mb", DEFAULT_LIMIT_MB)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit < 0:
        raise Failure(
            "build_beside_from_mb of [objects] in mdt.toml is not a number of megabytes",
            exit_code=MISUSED,
        )
    return limit * 1024 * 1024


def large(connection: Connection, project: Project, items: Iterable[Object]) -> set[str]:
    """Return the paths of those whose present form is populated, and large."""
    wanted = [item for item in items if item.kind == "matviews"]
    if not wanted:
        return set()
    found = connection.execute(
        """
        select wanted.path
        from unnest(%s::text[], %s::text[], %s::text[]) as wanted (path, schema_name, name)
        inner join pg_catalog.pg_namespace as namespace on wanted.schema_name = namespace.nspname
        inner join pg_catalog.pg_class as class
            on namespace.oid = class.relnamespace and wanted.name = class.relname
        where
            class.relkind = 'm' and class.relispopulated
            and pg_catalog.pg_total_relation_size(class.oid) >= %s
        """,
        [
            [item.path for item in wanted],
            [project.schema_map[item.schema] for item in wanted],
            [item.name for item in wanted],
            limit_bytes(project),
        ],
    )
    return {row[0] for row in found}


def remove_leftovers(connection: Connection, project: Project) -> None:
    """Drop what a killed run has built and not put in place."""
    schemas = {project.schema_map[file.name.split("/")[0]] for file in project.objects()}
    found = connection.execute(
        """
        select format('drop materialized view %%s', class.oid::regclass)
        from pg_catalog.pg_class as class
        where
            class.relkind = 'm' and class.relname like %s
            and class.relnamespace = any(
                select oid from pg_catalog.pg_namespace where nspname = any(%s)
            )
            and pg_catalog.obj_description(class.oid, 'pg_class') = %s
        """,
        ["%" + SUFFIX.replace("_", r"\_"), list(schemas), _MARK],
    ).fetchall()
    for (drop,) in found:
        connection.execute(drop)


def options_by_hand(options: list[str], texts: list[str]) -> list[str]:
    """Return the options, name=value, of which no text of the file speaks."""
    return [one for one in options if not any(one.split("=")[0] in text for text in texts)]


def indexes_by_hand(
    name: str, indexes: list[dict[str, Any]], texts: list[str]
) -> list[dict[str, Any]]:
    """Return the indexes of a materialized view that no text of its file makes.

    Where a file leaves the name of an index to the server, all that are named so are its own.
    """
    made = {name for text in texts for name in _index_names(text)}
    leaves_names = any(re.search(r"(?i)\bindex\s+(?:concurrently\s+)?on\b", text) for text in texts)
    by_server = re.compile(rf"{re.escape(name)}_\w*idx\d*")
    return [
        one
        for one in indexes
        if one["name"] not in made and not (leaves_names and by_server.fullmatch(one["name"]))
    ]


def build(connection: Connection, project: Project, item: Object, before: str) -> None:
    """Build the new form of a materialized view beside the old one, and fill it.

    before: the text that made the old one; indexes that are not of it are made again too.
    """
    old, new = _names(project, item)
    with connection.transaction():
        connection.execute(sql.SQL("drop materialized view if exists {}").format(new))
        text = _renamed(item.sql, item.name)
        execute(connection, text, f"sql/{item.path}", layer=item.layer)
        is_there = connection.execute(
            "select relispopulated from pg_catalog.pg_class where oid = to_regclass(%s)",
            [new.as_string()],
        ).fetchone()
        if is_there is None:
            raise Failure(
                f"sql/{item.path} cannot be built beside what is there",
                f"It does not make {old.as_string()} by a statement that says schema and name.",
            )
        if not is_there[0]:
            connection.execute(sql.SQL("refresh materialized view {}").format(new))
        _add_indexes(connection, item, old, before)
        connection.execute(
            sql.SQL("comment on materialized view {} is {}").format(new, sql.Literal(_MARK))
        )
        connection.execute(sql.SQL("analyze {}").format(new))


def _add_indexes(connection: Connection, item: Object, old: sql.Identifier, before: str) -> None:
    """Make the indexes that somebody has added to the old form on what is built."""
    found = connection.execute(
        "select class.relname, pg_get_indexdef(class.oid) from pg_catalog.pg_index as entry "
        "inner join pg_catalog.pg_class as class on entry.indexrelid = class.oid "
        "where entry.indrelid = %s::regclass",
        [old.as_string()],
    ).fetchall()
    indexes = [{"name": name, "definition": definition} for name, definition in found]
    for index in indexes_by_hand(item.name, indexes, [before, item.sql]):
        try:
            connection.execute(_renamed(index["definition"], item.name))
        except psycopg.errors.UndefinedColumn as error:
            raise Failure(
                f"index {index['name']} cannot be made again on {old.as_string()}",
                "Somebody has added it to a column that the new form has not.",
                "Drop it, then run 'mdt apply' again.",
            ) from error


def put_in_place(
    connection: Connection, project: Project, item: Object, old_indexes: list[str]
) -> None:
    """Give what was built, and its indexes, the names of the old form, which is gone."""
    _, new = _names(project, item)
    indexes = connection.execute(
        "select namespace.nspname, class.relname from pg_catalog.pg_index as entry "
        "inner join pg_catalog.pg_class as class on entry.indexrelid = class.oid "
        "inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid "
        "where entry.indrelid = %s::regclass",
        [new.as_string()],
    ).fetchall()
    connection.execute(sql.SQL("comment on materialized view {} is null").format(new))
    connection.execute(
        sql.SQL("alter materialized view {} rename to {}").format(new, sql.Identifier(item.name))
    )
    names = (*_index_names(item.sql), *old_indexes)
    plain = {_beside(name): name for name in names}
    for schema, name in indexes:
        # One without a name in the file was given one after the name of the view.
        wanted = plain.get(name) or name.replace(_beside(item.name), item.name, 1)
        connection.execute(
            sql.SQL("alter index {} rename to {}").format(
                sql.Identifier(schema, name), sql.Identifier(wanted)
            )
        )


def _names(project: Project, item: Object) -> tuple[sql.Identifier, sql.Identifier]:
    schema = project.schema_map[item.schema]
    return sql.Identifier(schema, item.name), sql.Identifier(schema, _beside(item.name))


def _beside(name: str) -> str:
    """Return the name that something has while it is built; quoted where it was."""
    if name.startswith('"'):
        return f'"{_beside(name[1:-1])}"'
    return name[: _NAME_BYTES - len(SUFFIX)] + SUFFIX


def _words(text: str) -> list[lexer.Token]:
    return [token for token in lexer.tokens(text) if token.kind not in ("space", "comment")]


def _index_names(text: str) -> set[str]:
    """Return the names of the indexes that a text makes."""
    return {token.text.strip('"') for token in _named_by_index(_words(text))}


def _named_by_index(words: list[lexer.Token]) -> Iterator[lexer.Token]:
    """Yield the name in each "create [unique] index [if not exists] NAME on"."""
    for place, token in enumerate(words):
        before = [word.text.lower() for word in words[max(0, place - 5) : place]]
        after = words[place + 1].text.lower() if place + 1 < len(words) else ""
        is_name = before[-1:] == ["index"] or before[-4:] == ["index", "if", "not", "exists"]
        if is_name and "create" in before and after == "on":
            yield token


def _renamed(text: str, view: str) -> str:
    """Return a text with the names of a materialized view and of its indexes put beside."""
    words = _words(text)
    indexes = _index_names(text)
    before = {
        word.offset: (first.text.lower(), second.text.lower())
        for first, second, word in zip(words, words[1:], words[2:], strict=False)
    }
    pieces = []
    for token in lexer.tokens(text):
        schema, previous = before.get(token.offset, ("", ""))
        is_view = token.text.strip('"') == view and previous == "." and schema != "."
        is_index = token.text.strip('"') in indexes and previous in ("index", "exists", "on", ".")
        pieces.append(_beside(token.text) if is_view or is_index else token.text)
    return "".join(pieces)
