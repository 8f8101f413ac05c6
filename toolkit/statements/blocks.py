"""The statements inside a PL/pgSQL block, and the texts that it executes."""

import re
from collections.abc import Iterator

from toolkit import lexer
from toolkit.errors import Failure
from toolkit.lexer import Token
from toolkit.statements.cursor import Cursor, unquoted

_PLACEHOLDER = re.compile(r"%(?:\d+\$)?-?\d*([IsL])")
# Stands where format() puts a name that only running can tell.
DYNAMIC = "dynamic_name"


def content(text: str) -> str:
    """Return the text of a block from the string that holds it."""
    return unquoted(text)


def statements(text: str) -> Iterator[list[Token]]:
    """Yield the tokens of each statement of a block, nested blocks included.

    Control words are cut off: of "if a then update ..." the condition and the update remain. A
    block that cannot be read yields nothing.
    """
    try:
        tokens = [t for t in lexer.tokens(text) if t.kind not in ("space", "comment")]
    except Failure:
        return
    found: list[Token] = []
    depth = cases = 0
    for token in tokens:
        word = token.text.lower() if token.kind == "word" else token.text
        depth = max(0, depth + {"(": 1, ")": -1}.get(word, 0))
        if not found and word in _CONTROL:
            continue
        if word == "case":
            cases += 1
        elif word == "end" and cases:
            cases -= 1
        elif not depth and (word == ";" or (not cases and _is_cut(word, found))):
            if found:
                yield found
            found, cases = [], 0
            continue
        found.append(token)
    if found:
        yield found


_CONTROL = (
    *("begin", "declare", "exception", "loop", "else", "if", "elsif", "elseif", "while", "case"),
    *("when", "end", "then", "return", "query"),
)


def _is_cut(word: str, found: list[Token]) -> bool:
    """Tell whether a word ends the statement before it."""
    first = found[0].text.lower() if found else ""
    if first == "for" and word == "in":
        return True
    return word in ("then", "loop", "else", "begin") and first not in ("merge", "with", "create")


def constant(cursor: Cursor) -> str | None:
    """Return the text of an expression that is one string, or format() of one; else None.

    What format() would put in is replaced: names by "dynamic_name", values by 0.
    """
    if cursor.sees("format ("):
        cursor.next()
        inside = cursor.group()
        if inside is None or not cursor.done:
            return None
        template = inside.items()
        text = _literal(template[0]) if template else None
        if text is None:
            return None
        # A part of the statement's own text stands in %s: what it does cannot be told.
        if any(kind == "s" for kind in _PLACEHOLDER.findall(text)) and not _is_plain(text):
            return None
        return _PLACEHOLDER.sub(lambda found: "0" if found[1] == "L" else DYNAMIC, text)
    return _literal(cursor)


def _is_plain(text: str) -> bool:
    """Tell whether each %s stands where a name does, e.g. "alter table %s add ..."."""
    places = re.findall(r"(\w+)\s+%(?:\d+\$)?s", text)
    names = ("table", "index", "on", "view", "update", "into", "from", "schema", "exists", "only")
    return len(places) == text.count("%s") and all(word.lower() in names for word in places)


def _literal(cursor: Cursor) -> str | None:
    left = [token for token in cursor.tokens[cursor.at :] if token.kind != "space"]
    if not left or any(token.kind not in ("string", "dollar") for token in left):
        return None
    return "".join(unquoted(token.text) for token in left)
