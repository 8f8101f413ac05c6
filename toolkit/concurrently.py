"""What works CONCURRENTLY: what an interruption leaves of it, and how to go on after one.

Such a statement is several transactions to the server. Stopped between them it leaves an index
that is kept up but never used, or a partition half detached; both stay until somebody acts.
"""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from toolkit import db, lexer, statements
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.statements import Action
from toolkit.statements.cursor import Cursor

KINDS = ("create_index", "drop_index", "reindex", "detach_partition")
Run = Callable[[str], None]

# What REINDEX CONCURRENTLY leaves of an index stands beside it under one of these names.
_LEFT_BY_REINDEX = re.compile(r"_cc(new|old)\d*$")


@dataclass(frozen=True)
class Index:
    """An index as the catalog has it: a row of indexes_of_tables.sql."""

    name: str
    relname: str
    drop: str
    is_valid: bool
    definition: str
    builder: int | None


def read(statement: str) -> Action | None:
    """Return what a statement does concurrently, None when it does nothing so."""
    actions = [action for found in statements.read(statement) for action in found.actions]
    for action in actions:
        if action.kind in KINDS and action.has("concurrently") and not action.nested:
            return action
    return None


class Build:
    """One concurrent statement, that may have been begun before.

    was_begun: by an earlier run, which may have been killed before it could say that it was done.
    """

    def __init__(
        self, connection: Connection, action: Action, was_begun: bool, say: Callable[[str], None]
    ) -> None:
        self.connection = connection
        self.action = action
        self.was_begun = was_begun
        self.say = say

    def run(self, run: Run, statement: str) -> None:
        """Clear what an earlier try has left, execute the statement, and look at the result.

        run: executes a text outside a transaction. May be called again after any error.
        """
        if self.action.kind == "create_index":
            self._create_index(run, statement)
        elif self.action.kind == "drop_index":
            self._drop_index(run, statement)
        elif self.action.kind == "reindex":
            self._reindex(run, statement)
        else:
            self._detach(run, statement)
        self.was_begun = True

    def _create_index(self, run: Run, statement: str) -> None:
        found = self._index(statement)
        if found and not found.is_valid:
            self._clear(found, run)
            found = None
        if found and self._is_wanted(found, statement):
            self.say(f"index {found.name} is there already, valid and as it is wanted")
            return
        self.was_begun = True
        try:
            run(statement)
        except Failure:
            left = self._index(statement)
            if left and not left.is_valid and db.is_idle(self.connection):
                with contextlib.suppress(psycopg.errors.LockNotAvailable):  # the next run does it
                    self._clear(left, run)
            raise
        self._require(self._index(statement))

    def _require(self, made: Index | None) -> None:
        """Refuse to call an index made that the server does not use, or that is not there."""
        if made is None and self.action.name:
            raise Failure(
                f"index {self.action.name} is not there",
                'Something else has its name, and "if not exists" hides that.',
                "Give the index another name.",
            )
        if made and not made.is_valid:
            raise Failure(
                f"index {made.name} is not valid",
                "It was built, and is not used by the server.",
                f"Drop it with '{made.drop}', then run the same command again.",
            )

    def _index(self, statement: str) -> Index | None:
        """Return the index that the statement is to make, as far as it is there."""
        table = db.scalar(self.connection, "select to_regclass(%s)::oid", self.action.table)
        found = indexes(self.connection, [table])
        if self.action.name:
            name = plain(self.action.name)
            return next((index for index in found if index.relname == name), None)
        if not self.was_begun:  # without a name it can be told by its definition alone
            return None
        wanted = wanted_definition(self.connection, self.action.table, statement)
        return next((index for index in found if index.definition == wanted), None)

    def _is_wanted(self, found: Index, statement: str) -> bool:
        """Tell whether a valid index is what the statement would make; refuse another one."""
        wanted = wanted_definition(self.connection, self.action.table, statement)
        if wanted is None:  # the server may say what it thinks of the statement
            return self.was_begun
        if wanted != found.definition:
            raise Failure(
                f"index {found.name} exists with another definition",
                f"It is {found.definition}; wanted is {wanted}.",
                "Give the new index another name, or drop the old one in a migration before.",
            )
        return True

    def _clear(self, left: Index, run: Run) -> None:
        """Drop an index that was not finished, unless somebody is building it just now."""
        if left.builder:
            error = psycopg.errors.LockNotAvailable(f"index {left.name} is being built")
            error.add_note(f"Process {left.builder} is building index {left.name}.")
            raise error
        self.say(f"dropping index {left.name}, which was never finished")
        run(left.drop)

    def _drop_index(self, run: Run, statement: str) -> None:
        if self.was_begun and not _exists(self.connection, self.action.name):
            self.say(f"index {self.action.name} is dropped already")
            return
        run(statement)

    def _reindex(self, run: Run, statement: str) -> None:
        what = {"kind": self.action.object_type, "name": self.action.name}
        tables = self.connection.execute(db.query("reindexed_tables"), what).fetchall()
        for index in indexes(self.connection, [row[0] for row in tables]):
            if not index.is_valid and _LEFT_BY_REINDEX.search(index.relname):
                self._clear(index, run)
        run(statement)

    def _detach(self, run: Run, statement: str) -> None:
        parent, child = self.action.table, self.action.name
        is_pending = db.scalar(
            self.connection,
            "select inhdetachpending from pg_catalog.pg_inherits "
            "where inhparent = to_regclass(%s) and inhrelid = to_regclass(%s)",
            parent,
            child,
        )
        if is_pending:
            self.say(f"finishing to detach {child}, which was interrupted")
            run(f"alter table {parent} detach partition {child} finalize")
        elif is_pending is None and self.was_begun and _exists(self.connection, child):
            self.say(f"partition {child} is detached already")
        else:
            run(statement)


def indexes(connection: Connection, tables: list[int]) -> list[Index]:
    """Return the indexes of some tables, those that are not valid first."""
    rows = connection.execute(db.query("indexes_of_tables"), {"tables": tables})
    return [Index(*row) for row in rows]


def plain(name: str) -> str:
    """Return the last part of a name as the catalog has it, without quotes."""
    last = [token for token in lexer.tokens(name) if token.kind in ("word", "quoted")][-1]
    if last.kind == "quoted":
        return last.text[1:-1].replace('""', '"')
    return last.text.lower()


def _exists(connection: Connection, name: str) -> bool:
    return bool(db.scalar(connection, "select to_regclass(%s) is not null", name))


def wanted_definition(connection: Connection, table: str, statement: str) -> str | None:
    """Return the definition, from "using" on, of the index that a statement would make.

    The server says it, of an empty table of the same columns that is gone at once. None where
    that cannot be made.
    """
    unique, rest = _parts(statement)
    clone = sql.Identifier(plain(table))
    place = sql.Identifier("pg_temp", plain(table))
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL(f"create temp table {{}} (like {table})").format(clone))
            connection.execute(sql.SQL(f"create {unique} index on {{}} {rest}").format(place))
            oid = db.scalar(connection, "select to_regclass(%s)::oid", place.as_string(connection))
            return indexes(connection, [oid])[0].definition
    except (psycopg.ProgrammingError, psycopg.NotSupportedError):
        return None


def _parts(statement: str) -> tuple[str, str]:
    """Return "unique" or nothing, and what follows the table, of a CREATE INDEX."""
    tokens = [t for t in lexer.tokens(statement) if t.kind not in ("space", "comment")]
    if tokens[-1].text == ";":
        tokens.pop()
    cursor = Cursor(tokens, statement, lambda _: 1)
    cursor.take("create")
    unique = cursor.take("unique")
    cursor.until("on")
    cursor.take("on")
    cursor.take("only")
    cursor.name()
    return unique, cursor.rest().text
