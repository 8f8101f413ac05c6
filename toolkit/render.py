"""From the text of a SQL file to the text that is executed: templating and schema mapping.

The files are written with the toolkit's own schema names. Where an installation lives under
other names, every qualifier is replaced token by token, inside strings and bodies too; `unseen`
names the places where a schema name stands in a form that could be missed or mistaken.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from toolkit import lexer
from toolkit.errors import Failure
from toolkit.project import SCHEMAS, Project, SqlFile
from toolkit.templating import template as template

# A move names a legacy schema "legacy_<name>": it may be one whose name is ours as well.
LEGACY = {f"legacy_{name}": name for name in ("public", *SCHEMAS)}
_NAMES = "|".join(sorted((*SCHEMAS, *LEGACY), key=len, reverse=True))

# In a string that is to be executed: a schema name that is not a qualifier.
_LISTED = re.compile(
    rf"\b(?:schema|search_path)\s+(?:(?:=|to|if\s+(?:not\s+)?exists)\s*)?({_NAMES})\b(?!\.)", re.I
)


def render(file: SqlFile, project: Project) -> str:
    """Return the SQL of a file as it is executed under the project's settings and schema map."""
    text = template(file, project.variables)
    return map_schemas(text, project.schema_map, file.name, project.legacy_map)


def map_schemas(
    text: str,
    schema_map: dict[str, str],
    name: str = "SQL",
    legacy_map: dict[str, str] | None = None,
) -> str:
    """Return a SQL text with every schema name replaced as the maps say."""
    if all(key == value for key, value in schema_map.items()) and "legacy_" not in text:
        return text
    names = {**LEGACY, **(legacy_map or {}), **schema_map}
    return "".join(piece.text for piece in _mapped(text, names, name))


def unseen(text: str, name: str = "SQL") -> list[tuple[int, str]]:
    """Return (line, complaint) for each schema name in a form that mapping cannot be sure of."""
    identity = {name: name for name in (*SCHEMAS, *LEGACY)}
    return [
        (piece.line, piece.complaint)
        for piece in _mapped(text, identity, name)
        if piece.complaint and (not piece.alias or re.search(rf"\b{piece.alias}\"?\s*\.", text))
    ]


class Piece(NamedTuple):
    """One token after mapping. alias: a schema name that stands for something else here."""

    text: str
    line: int
    complaint: str = ""
    alias: str = ""


def _mapped(
    text: str, schema_map: dict[str, str], name: str, first_line: int = 1
) -> Iterator[Piece]:
    """Yield each token's new text, with the line and the complaint about it, if any."""
    stream = list(lexer.tokens(text, name))
    solid = [index for index, token in enumerate(stream) if token.kind not in ("space", "comment")]
    place = {index: position for position, index in enumerate(solid)}

    def neighbour(index: int, step: int) -> str:
        position = place[index] + step
        return stream[solid[position]].text.lower() if 0 <= position < len(solid) else ""

    within = ""  # "schema" or "search_path": a list of schema names has begun
    line = first_line
    for index, token in enumerate(stream):
        if token.kind == "dollar":
            yield from _mapped_body(token.text, schema_map, name, line)
        elif token.kind == "string":
            around = [neighbour(index, step) for step in (-3, -2, -1, 1, 2, 3)]
            new, complaint = _map_string(token.text, schema_map, around, bool(within))
            yield Piece(new, line, complaint)
        elif token.kind in ("word", "quoted"):
            around = [neighbour(index, step) for step in (-3, -1, 1)]
            yield _map_word(token.text, schema_map, around, bool(within), line)
            within = _list_goes_on(token.text.lower(), within, neighbour(index, -1))
        else:
            yield Piece(token.text, line)
            if token.kind not in ("space", "comment"):
                separators = (",", "=") if within == "search_path" else (",",)
                goes_on = token.text in separators and neighbour(index, -1) != "schema"
                within = within if goes_on else ""
        line += token.text.count("\n")


def _map_word(
    text: str, schema_map: dict[str, str], around: list[str], in_list: bool, line: int
) -> Piece:
    """Return a name mapped where it is a schema. around: the third, the last and the next token."""
    word = text.strip('"') if text.startswith('"') else text.lower()
    third, previous, following = around
    if word not in schema_map:
        return Piece(text, line)
    if previous == ".":
        is_relation = third in ("from", "join", "update", "using")
        if is_relation and following not in (".", "(", "as"):
            complaint = f'"{word}" is a schema; give the relation of this name an alias'
            return Piece(text, line, complaint)
        return Piece(text, line)
    if following == "." or in_list:
        new = schema_map[word]
        return Piece(f'"{new}"' if text.startswith('"') else new, line)
    complaint = f'"{word}" is a schema; it cannot also be an alias or a column here'
    return Piece(text, line, complaint, word)


def _list_goes_on(word: str, within: str, previous: str) -> str:
    """Return the kind of list of schema names, if any, that the next word belongs to."""
    if word in ("schema", "search_path"):
        return word
    goes_on = {
        "schema": word in ("if", "not", "exists") or previous in ("schema", "exists", ","),
        "search_path": word == "to" or previous in ("=", "to", ","),
    }
    return within if goes_on.get(within) else ""


def _mapped_body(text: str, schema_map: dict[str, str], name: str, line: int) -> Iterator[Piece]:
    """Yield a dollar-quoted string: as SQL where it can be read so, else as any other string."""
    tag = text[: text.index("$", 1) + 1]
    body = text[len(tag) : -len(tag)]
    try:
        pieces = list(_mapped(body, schema_map, name, line))
    except Failure:
        pieces = [Piece(map_qualifiers(body, schema_map), line)]
    yield Piece(tag, line)
    yield from pieces
    yield Piece(tag, line)


def _map_string(
    text: str, schema_map: dict[str, str], around: list[str], in_list: bool
) -> tuple[str, str]:
    """Return a string literal with the names in it mapped, and the complaint about it.

    around: the three tokens before it and the three after it.
    """
    quote = text.index("'") + 1
    content = text[quote:-1]
    if content not in schema_map:
        listed = _LISTED.search(content) if around[2] != "is" else None
        complaint = f'the schema "{listed[1]}" in this string is not seen; use %I' if listed else ""
        return map_qualifiers(text, schema_map), complaint
    if in_list or around[3:] == [":", ":", "regnamespace"]:
        return f"{text[:quote]}{schema_map[content]}'", ""
    is_json_key = around[1:3] == ["-", ">"] or around[:3] == ["-", ">", ">"]
    if is_json_key or around[3:] == [":", ":", "text"]:
        return text, ""
    complaint = f"the string '{content}' may mean the schema: add ::regnamespace, else ::text"
    return text, complaint


def map_qualifiers(text: str, schema_map: dict[str, str]) -> str:
    """Return a text that is not read as SQL with the qualifiers in it mapped."""
    pattern = _qualifier(tuple(schema_map))
    return pattern.sub(lambda found: f"{found[1]}{schema_map[found[2]]}{found[1]}", text)


@lru_cache
def _qualifier(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds one of the names as a qualifier.

    Not within a longer name, a JSON key or an address such as https://api.example.com.
    """
    either = "|".join(sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w.$\"@/-])(\"?)({either})\1(?=\.[a-z_%\"])")
