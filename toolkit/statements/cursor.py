"""Reading along the tokens of one statement."""

import re
from collections.abc import Callable

from toolkit.lexer import Token

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
_OPEN = {"(": 1, "[": 1, ")": -1, "]": -1}


class Cursor:
    """A place among tokens, spaces and comments left out; past the end every word is "".

    source: the text that the tokens' offsets count in.
    """

    def __init__(self, tokens: list[Token], source: str, line: Callable[[int], int]) -> None:
        self.tokens = tokens
        self.source = source
        self.words = [
            token.text.lower() if token.kind == "word" else token.text for token in tokens
        ]
        self.line_of = line
        self.at = 0

    @property
    def done(self) -> bool:
        """Tell whether everything is read."""
        return self.at >= len(self.words)

    @property
    def line(self) -> int:
        """The line of the next token, else of the last."""
        if not self.tokens:
            return 1
        return self.line_of(self.tokens[min(self.at, len(self.tokens) - 1)].offset)

    def peek(self, ahead: int = 0) -> str:
        """Return the next token, a word in lower case; "" at the end."""
        place = self.at + ahead
        return self.words[place] if place < len(self.words) else ""

    def next(self) -> str:
        """Return the next token and pass it."""
        word = self.peek()
        self.at += 1
        return word

    def sees(self, phrase: str) -> bool:
        """Tell whether the words of a phrase come next."""
        wanted = phrase.split()
        return self.words[self.at : self.at + len(wanted)] == wanted

    def take(self, *phrases: str) -> str:
        """Pass the first of the phrases that comes next, and return it; else ""."""
        for phrase in phrases:
            if self.sees(phrase):
                self.at += phrase.count(" ") + 1
                return phrase
        return ""

    def part(self) -> str:
        """Return one identifier, folded as the server folds it and quoted where it has to be."""
        if self.done:
            return ""
        token = self.tokens[self.at]
        if token.kind == "word":
            return self.next()
        if token.kind == "quoted":
            self.at += 1
            return identifier(token.text)
        return ""

    def name(self) -> str:
        """Return a name with its qualifiers, "" where none stands."""
        parts = [self.part()]
        while parts[-1] and self.peek() == ".":
            self.at += 1
            parts.append(self.part())
        return ".".join(part for part in parts if part)

    def names(self) -> list[str]:
        """Return names separated by commas; "only", "*" and argument lists are passed over."""
        found: list[str] = []
        while True:
            self.take("only")
            name = self.name()
            if not name:
                return found
            found.append(name)
            self.take("*")
            self.group()
            if not self.take(","):
                return found

    def group(self) -> "Cursor | None":
        """Pass a parenthesis and return what is in it; None where none stands."""
        if self.peek() != "(":
            return None
        start = self.at + 1
        self.at = self._closing(self.at)
        inside = self.slice(start, self.at)
        self.at += 1
        return inside

    def _closing(self, place: int) -> int:
        depth = 0
        while place < len(self.words):
            depth += _OPEN.get(self.words[place], 0)
            if depth <= 0:
                return place
            place += 1
        return place

    def slice(self, start: int, end: int) -> "Cursor":
        """Return a cursor over some of the tokens."""
        return Cursor(self.tokens[start:end], self.source, self.line_of)

    def rest(self) -> "Cursor":
        """Return a cursor over what is left, and pass it."""
        start, self.at = self.at, len(self.words)
        return self.slice(start, self.at)

    def until(self, *stops: str) -> "Cursor":
        """Pass everything up to one of the words outside parentheses; return what was passed."""
        start = self.at
        while not self.done and self.peek() not in stops:
            self.at = self._closing(self.at) + 1 if self.peek() in ("(", "[") else self.at + 1
        return self.slice(start, min(self.at, len(self.words)))

    def items(self) -> list["Cursor"]:
        """Return what is left, cut at the commas outside parentheses."""
        found: list[Cursor] = []
        while not self.done:
            found.append(self.until(","))
            self.at += 1
        return found

    def identifiers(self) -> tuple[str, ...]:
        """Return the first identifier of each item."""
        return tuple(name for item in self.items() if (name := item.part()))

    @property
    def text(self) -> str:
        """All of it as written."""
        if not self.tokens:
            return ""
        last = self.tokens[-1]
        return self.source[self.tokens[0].offset : last.offset + len(last.text)]

    def find(self, phrase: str) -> bool:
        """Tell whether a phrase stands anywhere in what is left."""
        wanted = phrase.split()
        size = len(wanted)
        return any(
            self.words[place : place + size] == wanted
            for place in range(self.at, len(self.words) - size + 1)
        )


def identifier(quoted: str) -> str:
    """Return a quoted identifier without its quotes where it can stand so."""
    if quoted[0] != '"':  # U&"..." stays as it is written
        return quoted
    plain = quoted[1:-1].replace('""', '"')
    return plain if _PLAIN.fullmatch(plain) else quoted


def unquoted(text: str) -> str:
    """Return the content of a string literal, dollar-quoted or not."""
    if text.startswith("$"):
        tag = text[: text.index("$", 1) + 1]
        return text[len(tag) : -len(tag)]
    return text[text.index("'") + 1 : -1].replace("''", "'") if "'" in text else text
