"""From the text of a file to its statements, and what each of them does."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace

from toolkit import lexer
from toolkit.errors import Failure
from toolkit.lexer import Token
from toolkit.statements import blocks, data, objects
from toolkit.statements.cursor import Cursor
from toolkit.statements.model import Action, Statement

_Reader = Callable[[Cursor], Iterator[Action]]


def read(text: str, name: str = "SQL") -> list[Statement]:
    """Return the statements of a rendered SQL text, with what each of them does.

    Whatever cannot be understood is an action of kind "unknown"; nothing but a comment or a
    string that does not end is refused. Errors: Failure naming file and line for that.
    """
    lines = line_finder(text)
    found = []
    for tokens in lexer.statements(text, name):
        start, last = tokens[0].offset, tokens[-1]
        statement = text[start : last.offset + len(last.text)]
        actions = tuple(read_tokens(tokens, text, lines))
        found.append(Statement(statement, start, lines(start), actions))
    return found


def line_finder(text: str, first: int = 1) -> Callable[[int], int]:
    """Return what tells the line of an offset. first: the number of the first line."""
    breaks = [found.start() for found in re.finditer("\n", text)]
    return lambda offset: first + bisect_right(breaks, offset - 1)


def read_tokens(tokens: list[Token], source: str, lines: Callable[[int], int]) -> Iterator[Action]:
    """Yield the actions of one statement."""
    if tokens and tokens[-1].text == ";":
        tokens = tokens[:-1]
    cursor = Cursor(tokens, source, lines)
    yield from read_cursor(cursor)


def read_cursor(cursor: Cursor) -> Iterator[Action]:
    """Yield the actions of the statement at a cursor."""
    if lexer.is_transaction_control(cursor.words[:2]) or cursor.peek() in _SAVEPOINTS:
        yield Action("transaction_control", "transaction", cursor.peek(), line=cursor.line)
        return
    if cursor.peek() == "with":
        yield from _with(cursor)
        return
    if cursor.peek() == "explain":
        yield from _explain(cursor)
        return
    if cursor.peek() == "do":
        yield from _do(cursor)
        return
    reader = _READERS.get(cursor.peek())
    if reader is None:
        yield Action("unknown", "statement", cursor.peek(), line=cursor.line)
        return
    cursor.next()
    yield from reader(cursor)


def _with(cursor: Cursor) -> Iterator[Action]:
    """Read a statement that begins WITH: what its steps change, then what it does itself."""
    cursor.next()
    cursor.take("recursive")
    names = set()
    while not cursor.done:
        names.add(cursor.part())
        cursor.group()
        cursor.take("as not materialized", "as materialized", "as")
        step = cursor.group()
        if step is not None and step.peek() in _CHANGING:
            yield from read_cursor(step)
        if not cursor.take(","):
            break
    cursor.until("select", "insert", "update", "delete", "merge", "values", "table")
    main = cursor.rest()
    for action in read_cursor(main):
        steps = data.query_options(cursor.slice(0, len(cursor.tokens)))
        limited = bool(action.options.get("limit") or steps["limit"])
        reads = tuple(name for name in steps["reads"] if name not in names)
        called = steps["functions"]
        extra = {"limit": limited, "reads": reads, "functions": called}
        yield replace(action, options={**action.options, **extra})


def _explain(cursor: Cursor) -> Iterator[Action]:
    cursor.next()
    inside = cursor.group()
    runs = inside is not None and "analyze" in inside.words
    while cursor.peek() in ("analyze", "verbose"):
        runs = cursor.next() == "analyze" or runs
    if runs:
        yield from read_cursor(cursor.rest())
    else:
        yield Action("explain", "query", line=cursor.line)


def _do(cursor: Cursor) -> Iterator[Action]:
    """Read a DO block: itself, then everything that it may execute."""
    line = cursor.line
    body = next((token for token in cursor.tokens if token.kind in ("dollar", "string")), None)
    yield Action("do", "block", line=line)
    if body is not None:
        opening = body.text.index("$", 1) + 1 if body.kind == "dollar" else 1
        first = cursor.line_of(body.offset + opening)
        for action in read_block(blocks.content(body.text), first):
            yield replace(action, nested=True)


def read_block(text: str, first_line: int = 1) -> Iterator[Action]:
    """Yield what the statements of a PL/pgSQL block may do, strings that it executes included."""
    lines = line_finder(text, first_line)
    for tokens in blocks.statements(text):
        cursor = Cursor(tokens, text, lines)
        line = cursor.line
        word = cursor.peek()
        if word == "execute":
            cursor.next()
            yield from _execute(cursor.until("into", "using"), line)
        elif word == "perform":
            cursor.words[0] = "select"
            yield from read_cursor(cursor)
        elif word in ("commit", "rollback"):
            yield Action("commit_in_block", "transaction", word, line=line)
        elif word == "select":
            yield Action("select", "query", options=data.query_options(cursor), line=line)
        elif word == "with":
            yield from map(_into_variable, read_cursor(cursor))
        elif word in _READERS:
            yield from read_cursor(cursor)
        elif called := data.functions(cursor):
            yield Action("select", "query", options={"functions": called}, line=line)


def _into_variable(action: Action) -> Action:
    """Return what SELECT INTO is in a block, where it fills variables and makes no table."""
    if action.kind != "create_table_as":
        return action
    return Action("select", "query", options=action.options, line=action.line)


def _execute(cursor: Cursor, line: int) -> Iterator[Action]:
    """Yield what a dynamic statement does, as far as its text is a constant."""
    text = blocks.constant(cursor)
    if text is None:
        yield Action("execute", "dynamic", options={"text": cursor.text}, line=line)
        return
    try:
        for statement in lexer.statements(text):
            for action in read_tokens(statement, text, lambda _: line):
                yield replace(action, options={**action.options, "executed": True})
    except Failure:
        yield Action("execute", "dynamic", options={"text": cursor.text}, line=line)


def _named(kind: str) -> _Reader:
    def reader(cursor: Cursor) -> Iterator[Action]:
        yield Action(kind, "statement", options={"text": cursor.text}, line=cursor.line)

    return reader


_SAVEPOINTS = ("savepoint", "release")
_CHANGING = ("insert", "update", "delete", "merge")
_READERS: dict[str, _Reader] = {
    "create": objects.create,
    "drop": objects.drop,
    "alter": objects.alter,
    "comment": objects.comment,
    "grant": lambda cursor: objects.grant(cursor, "grant"),
    "revoke": lambda cursor: objects.grant(cursor, "revoke"),
    "truncate": objects.truncate,
    "refresh": objects.refresh,
    "reindex": objects.reindex,
    "vacuum": objects.vacuum,
    "analyze": objects.analyze,
    "analyse": objects.analyze,
    "cluster": objects.cluster,
    "lock": objects.lock_table,
    "insert": data.insert,
    "update": data.update,
    "delete": data.delete,
    "merge": data.merge,
    "select": data.select,
    "values": data.select,
    "table": data.select,
    "call": data.call,
    "copy": data.copy,
    "set": lambda cursor: data.setting(cursor, "set"),
    "reset": lambda cursor: data.setting(cursor, "reset"),
    "show": _named("show"),
    "notify": _named("notify"),
    "listen": _named("listen"),
    "unlisten": _named("unlisten"),
    "discard": _named("discard"),
    "checkpoint": _named("checkpoint"),
    "load": _named("load"),
    "reassign": _named("reassign_owned"),
    "security": _named("security_label"),
    "import": _named("import_foreign_schema"),
}
