"""A few made-up rows in the tables of a scratch database, for what only rows can show."""

from collections.abc import Collection
from contextlib import suppress

import psycopg

from toolkit import db
from toolkit.db import Connection

ROWS = 3
# Checks want words of one kind or another; each is tried.
_WORDS = (
    "'sample' || chr(96 + number)",
    "'SAMPLE' || chr(64 + number)",
    "'https://sample/' || number",
)


def fill(scratch: Connection, leave: Collection[str] = ()) -> list[str]:
    """Put rows into the empty tables of a scratch database; return the names of those tables.

    leave: names of tables that stay empty, without quotes.
    Tables that need what cannot be made up, for a check or a type of their own, stay empty. Those
    that refer to others are tried again once these have rows.
    """
    found: dict[str, str] = dict(
        scratch.execute(
            db.query("sample_inserts").replace(b"<rows>", str(ROWS).encode())
        ).fetchall()
    )
    waiting = [
        name
        for name in found
        if name.replace('"', "") not in leave
        and scratch.execute(f"select not exists (select from {name})".encode()).fetchone()
        == (True,)
    ]
    filled: list[str] = []
    progress = True
    while waiting and progress:
        done = [name for name in waiting if _insert(scratch, found[name])]
        filled += done
        waiting = [name for name in waiting if name not in done]
        progress = bool(done)
    return filled


def _is_empty(scratch: Connection, name: str) -> bool:
    return scratch.execute(f"select from {name} limit 1".encode()).fetchone() is None


def _insert(scratch: Connection, statement: str) -> bool:
    times = ROWS if statement.endswith("default values") else 1
    for words in _WORDS if "<word>" in statement else ("",):
        with suppress(psycopg.Error), scratch.transaction():
            for _ in range(times):
                scratch.execute(statement.replace("<word>", words).encode())
            return True
    return False
