"""Files that cannot run in a transaction: statement by statement, each remembered as it is done.

A statement that can stand in a transaction is committed together with the note that it is done.
One that cannot is noted before and after; what a kill left of it, the next run finds and mends.
"""

from collections.abc import Callable
from functools import partial

import psycopg
from psycopg import sql

from toolkit import db, lexer
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.execution import execute
from toolkit.locks import Blocked, Locks, Say
from toolkit.project import sha256

TABLE = "migration_progress"
DIRECTIONS = ("apply", "rollback")
# What the server answers to a statement that it only takes outside a transaction, before it does
# anything, and to one that ends the transaction that it is in; that takes all back.
OUTSIDE_ONLY = {"25001", "2D000"}


class Stepwise:
    """Executes one file, and goes on where an earlier run stopped.

    schema: of the table that says how far it is. direction: apply or rollback.
    """

    def __init__(
        self, connection: Connection, schema: str, locks: Locks, migration_id: str, direction: str
    ) -> None:
        self.connection = connection
        self.locks = locks
        self.say: Say = locks.say
        self.key = (migration_id, direction)
        self.table = db.qualified(schema, TABLE)
        # The migration that makes the table is one of ours, so it is not always there.
        self.has_table = has_table(connection, schema)

    def run(self, text: str, name: str, statement_timeout: float | None = None) -> None:
        """Execute the statements that are not done yet.

        text: of the whole file, rendered. name: of the file. Errors: Failure that says which
        statement failed and which are done; also when a statement was changed after it was done.
        """
        statements = lexer.split(text, name)
        begun = self._begun()
        self._refuse_changed(statements, begun, name)
        done = [number for number, (_, is_done) in begun.items() if is_done]
        if begun:
            self.say(f"{name}: goes on at statement {len(done) + 1} of {len(statements)}")
        for number, (offset, statement) in enumerate(statements, 1):
            if number in done and not _is_setting(statement):
                continue
            line = lexer.line_of(text, offset)
            run = partial(execute, self.connection, name=name, first_line=line)
            was_begun = number in begun and begun[number][0] == sha256(statement)
            try:
                self._one(number, statement, run, statement_timeout, was_begun)
            except Failure as failure:
                cause = failure.__cause__ or failure
                raise self._state(failure, name, number, len(statements)) from cause

    def forget(self) -> None:
        """Delete the notes, in the transaction in which the whole file is marked as done."""
        self._forget(None)

    def _forget(self, number: int | None) -> None:
        """Delete the note on one statement, or on all."""
        if self.has_table:
            self.connection.execute(
                sql.SQL(
                    "delete from {} where (migration_id, direction) = (%s, %s) "
                    "and statement_number = coalesce(%s, statement_number)"
                ).format(self.table),
                [*self.key, number],
            )

    def _begun(self) -> dict[int, tuple[str, bool]]:
        """Return the hash of each statement that was begun, and whether it is done."""
        if not self.has_table:
            return {}
        query = sql.SQL(
            "select statement_number, statement_sha256, finished_at is not null from {} "
            "where (migration_id, direction) = (%s, %s)"
        ).format(self.table)
        return {row[0]: (row[1], row[2]) for row in self.connection.execute(query, self.key)}

    def _refuse_changed(
        self, statements: list[tuple[int, str]], begun: dict[int, tuple[str, bool]], name: str
    ) -> None:
        for number, (content, is_done) in sorted(begun.items()):
            if not is_done:
                continue
            if number > len(statements) or sha256(statements[number - 1][1]) != content:
                migration_id, direction = self.key
                forget = sql.SQL(
                    "delete from {} where migration_id = {} and direction = {}"
                ).format(self.table, migration_id, direction)
                raise Failure(
                    f"{name}: statement {number} was changed after it was done",
                    "The file was interrupted, and what has run of it stays in the database.",
                    "Restore the statement and run the same command again; or undo by hand what "
                    f"was done, and begin anew after '{forget.as_string(self.connection)}'.",
                )

    def _one(
        self,
        number: int,
        statement: str,
        run: Callable[[str], None],
        statement_timeout: float | None,
        was_begun: bool,
    ) -> None:
        """Execute one statement, with its note. run: executes a text."""

        def work() -> None:
            run(statement)
            self._note(number, statement, is_done=True)

        from toolkit import concurrently  # it knows all of SQL, which most runs have no use for

        concurrent = concurrently.read(statement)
        if concurrent is None and not _is_outside(statement):
            try:
                self.locks.transaction(work, statement_timeout=statement_timeout)
                return
            except Failure as failure:
                cause = failure.__cause__
                if not isinstance(cause, psycopg.Error) or cause.sqlstate not in OUTSIDE_ONLY:
                    raise
        self._note(number, statement, is_done=False)
        try:
            if concurrent is None:
                self.locks.alone(lambda: run(statement), statement_timeout)
            else:
                build = concurrently.Build(self.connection, concurrent, was_begun, self.say)
                self.locks.alone(
                    lambda: build.run(run, statement), statement_timeout or 0, is_patient=True
                )
        except Blocked:
            raise
        except Failure:  # refused by the server, and not interrupted: it is as if never begun
            self._forget(number)
            raise
        self._note(number, statement, is_done=True)

    def _note(self, number: int, statement: str, *, is_done: bool) -> None:
        if not self.has_table:
            return
        self.connection.execute(
            sql.SQL(
                "insert into {} as known (migration_id, direction, statement_number, "
                "statement_sha256, finished_at) "
                "values (%s, %s, %s, %s, case when %s then clock_timestamp() end) "
                "on conflict (migration_id, direction, statement_number) do update set "
                "statement_sha256 = excluded.statement_sha256, "
                "finished_at = excluded.finished_at"
            ).format(self.table),
            [*self.key, number, sha256(statement), is_done],
        )

    def _state(self, failure: Failure, name: str, number: int, total: int) -> Failure:
        """Return the failure with what it leaves behind: which statements are done."""
        kind = Blocked if isinstance(failure, Blocked) else Failure
        message = failure.message.removeprefix(f"{name}: ")
        before = {2: "Statement 1 is", 3: "Statements 1 and 2 are"}.get(
            number, f"Statements 1 to {number - 1} are"
        )
        done = f"{before} done and stay{'s' if number == 2 else ''}." if number > 1 else ""
        again = "The next run goes on at this statement." if self.has_table else ""
        return kind(
            f"{name}: statement {number} of {total} failed: {message}",
            f"{failure.detail} {done}".strip(),
            f"{failure.hint} {again}".strip(),
            failure.exit_code,
        )


def has_table(connection: Connection, schema: str) -> bool:
    """Tell whether there is a table to keep notes in."""
    query = (
        "select exists (select from pg_catalog.pg_tables where schemaname = %s and tablename = %s)"
    )
    return bool(db.scalar(connection, query, schema, TABLE))


def half_done(connection: Connection, schema: str, direction: str) -> list[str]:
    """Return the ids of the migrations that were interrupted in the midst of their statements."""
    if not has_table(connection, schema):
        return []
    query = sql.SQL("select distinct migration_id from {} where direction = %s order by 1").format(
        db.qualified(schema, TABLE)
    )
    return [row[0] for row in connection.execute(query, [direction])]


def refuse_half_done(connection: Connection, schema: str, direction: str) -> None:
    """Refuse to begin the opposite of what was interrupted. direction: of what is refused."""
    opposite = DIRECTIONS[1 - DIRECTIONS.index(direction)]
    found = half_done(connection, schema, opposite)
    if found:
        raise Failure(
            f"the {opposite} of {', '.join(found)} was interrupted",
            "Some of its statements are done and stay.",
            f"Complete it first with 'mdt {opposite}'.",
        )


def _is_outside(statement: str) -> bool:
    """Tell of a statement that it would only waste a try in a transaction."""
    return _first_word(statement) in ("vacuum", "cluster", "call")


def _is_setting(statement: str) -> bool:
    """Tell of a statement that it holds for the session, and so not for that of the next run."""
    return _first_word(statement) in ("set", "reset")


def _first_word(statement: str) -> str:
    words = (token.text.lower() for token in lexer.tokens(statement) if token.kind == "word")
    return next(words, "")
