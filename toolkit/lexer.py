"""SQL in tokens: just enough of the server's lexer to split and to rename safely."""

import contextlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from toolkit.errors import Failure


class Token(NamedTuple):
    """One token. kind: space, comment, word, quoted, string, dollar, meta or other."""

    kind: str
    text: str
    offset: int


# What a name is made of: letters, the underscore and all beyond ASCII; then digits and $ as well.
# By what it is not, which takes a tenth of the time to compile.
_FIRST = r"[^\x00-@\[-^`{-\x7f]"
_LATER = r"[^\x00-#%-/:-@\[-^`{-\x7f]"
_TOKEN = re.compile(
    rf"""
      (?P<space>[ \t\n\r\f\v]+)
    | (?P<comment>--[^\n\r]*)
    | (?P<block>/\*)
    | (?P<string>[eE]'(?:[^'\\]|''|\\.)*+'|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*+')
    | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*+")
    | (?P<open>(?:[eEbBxXnN]|[uU]&)?'|(?:[uU]&)?")
    | (?P<dollar>\$(?:{_FIRST}(?:(?!\$){_LATER})*)?\$)
    | (?P<word>{_FIRST}{_LATER}*)
    | (?P<number>\.?\d[\w.]*)
    | (?P<other>.)
    """,
    re.X | re.S,
)
KEPT_LENGTH = 20_000  # characters
_BLOCK = re.compile(r"/\*|\*/")
_TRANSACTION = {"abort", "begin", "commit", "end", "rollback"}


def line_of(text: str, offset: int) -> int:
    """Return the line number, from 1, of an offset."""
    return text.count("\n", 0, offset) + 1


def tokens(text: str, name: str = "SQL") -> Iterator[Token]:
    """Yield the tokens of a SQL text, whose texts joined are the text again.

    A dollar-quoted string is one token, its delimiters included.
    Errors: Failure naming file and line for a comment or string that does not end.
    """
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:  # pragma: no cover - "other" takes any character
            raise AssertionError(position)
        kind = match.lastgroup or "other"
        end = match.end()
        if kind == "block":
            kind, end = "comment", _end_of_block(text, position, name)
        elif kind == "dollar":
            closing = text.find(match.group(), end)
            if closing < 0:
                raise _unfinished(f"the string that {match.group()} opens", text, position, name)
            end = closing + len(match.group())
        elif kind == "open":
            raise _unfinished("a quoted string", text, position, name)
        yield Token(kind, text[position:end], position)
        position = end


def _end_of_block(text: str, start: int, name: str) -> int:
    depth, position = 1, start + 2
    while depth:
        match = _BLOCK.search(text, position)
        if match is None:
            raise _unfinished("a /* comment", text, start, name)
        depth += 1 if match.group() == "/*" else -1
        position = match.end()
    return position


def _unfinished(what: str, text: str, offset: int, name: str) -> Failure:
    return Failure(
        f"{name}:{line_of(text, offset)}: {what} does not end", hint="Close it, then try again."
    )


def statements(text: str, name: str = "SQL") -> Iterable[list[Token]]:
    """Yield the tokens of each statement, without spaces and comments, its semicolon included.

    A file is read for many purposes; what is not too long to keep is taken apart once.
    """
    if len(text) <= KEPT_LENGTH:
        # What cannot be read to its end is read again, up to there.
        with contextlib.suppress(Failure):
            return _kept_statements(text, name)
    return _statements(text, name)


@lru_cache(maxsize=2048)
def _kept_statements(text: str, name: str) -> list[list[Token]]:
    return list(_statements(text, name))


def _statements(text: str, name: str) -> Iterator[list[Token]]:
    found: list[Token] = []
    words: list[str] = []
    parentheses = blocks = 0
    previous = ""
    for token in tokens(text, name):
        if token.kind in ("space", "comment"):
            continue
        if token.text == ";" and not parentheses and not blocks:
            if found:
                yield [*found, token]
            found, words, previous = [], [], ""
            continue
        found.append(token)
        if token.text == "(":
            parentheses += 1
        elif token.text == ")":
            parentheses = max(0, parentheses - 1)
        elif token.kind == "word" and not parentheses:
            words.append(token.text.lower())
            # After these comes a name, whatever the word means elsewhere.
            blocks += 0 if previous in (".", "as") else _block_change(words, blocks)
        previous = token.text.lower()
    if found:
        yield found


def split(text: str, name: str = "SQL") -> list[tuple[int, str]]:
    """Return the statements of a script as (offset, text), the semicolon included.

    Errors: Failure, naming file and line, for what cannot be sent as it is: commands of psql
    (\\set, \\copy), data after COPY, and BEGIN or COMMIT, which are the caller's to say.
    """
    found = []
    for statement in statements(text, name):
        start, last = statement[0].offset, statement[-1]
        _refuse(statement, text, name)
        found.append((start, text[start : last.offset + len(last.text)]))
    return found


def _block_change(words: list[str], blocks: int) -> int:
    """Return +1 or -1 where a word opens or closes a BEGIN ATOMIC body, else 0."""
    routine = words[0] == "create" and bool({"function", "procedure"} & set(words[1:4]))
    if not routine:
        return 0
    if words[-2:] == ["begin", "atomic"] or (blocks and words[-1] == "case"):
        return 1
    return -1 if blocks and words[-1] == "end" else 0


def _refuse(statement: list[Token], text: str, name: str) -> None:
    """Raise a Failure for a statement that cannot be sent, or would break its transaction."""
    for token in statement:
        if token.text == "\\":
            raise Failure(
                f"{name}:{line_of(text, token.offset)}: psql commands are not SQL",
                "The file is sent to the server, which does not know them.",
                "Write the command in SQL, or run the file with psql.",
            )
    words = [token.text.lower() for token in statement if token.kind == "word"]
    first = words[0] if words else ""
    if is_transaction_control(words):
        line = line_of(text, statement[0].offset)
        raise Failure(
            f'{name}:{line}: "{first}" would end or begin a transaction',
            "Each file is executed in a transaction that the toolkit begins and ends.",
            "Remove it; where no transaction is wanted, say '-- transactional: false'.",
        )
    if first == "copy" and {"stdin", "stdout"} & set(words):
        raise Failure(
            f"{name}:{line_of(text, statement[0].offset)}: data cannot stand in a SQL file",
            "Only psql knows what to do with the lines after 'copy ... from stdin'.",
            "Write them as 'insert into ... values ...'.",
        )


def is_transaction_control(words: list[str]) -> bool:
    """Tell whether a statement of these words begins or ends a transaction."""
    two = words[:2]
    return words[:1] != [] and (
        words[0] in _TRANSACTION or two in (["start", "transaction"], ["prepare", "transaction"])
    )


def header(text: str) -> dict[str, str]:
    """Return the "-- key: value" lines at the top of a file; a repeated key adds up."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("--"):
            break
        match = re.match(r"--\s*([a-z_]+):\s*(.*)$", line)
        if match:
            key, value = match.groups()
            found[key] = f"{found[key]} {value}".strip() if key in found else value.strip()
    return found
