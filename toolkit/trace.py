"""Run SQL files in a scratch database, and report what their text does not tell.

A DO block, a function or a trigger may hide DDL or an update of every row. Here it runs, on a
clone of the connected database's schema, and what it does is compared with what was read.
"""

import copy
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import psycopg

from toolkit import db, lexer, objects
from toolkit import statements as sql
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.execution import execute
from toolkit.ledger import SqlMigration, read_migrations
from toolkit.migrate import Migrator
from toolkit.modes import STOPS, stronger
from toolkit.plan import Step, name_of, plain, steps_of
from toolkit.project import Project, SqlFile
from toolkit.rehearsal import Executed, Recorder
from toolkit.render import render
from toolkit.samples import ROWS, fill
from toolkit.scratch import dsn_of, scratch

Say = Callable[[str], None]


# Under which rule a discovery is reported, so that a file can allow it.
RULE_OF = {
    "lock": "hidden_ddl",
    "rewrite": "hidden_ddl",
    "all_rows": "unbatched_write",
    "needs_empty_tables": "add_column_not_null",
}
TRIES = 4  # with rows, leaving empty the table that failed before


@dataclass
class Wish:
    """What to run. empty: on an empty database, not on a clone.

    files: those to report, by name; all that apply runs when there are none. rollbacks: those of
    the files that take a migration back. others: files that are no part of the project.
    rows: fill empty tables with made-up rows before the first of the files, but for `unfilled`.
    measures: note what each statement does, which takes longer than to execute it.
    """

    suffix: str | None = None
    empty: bool = False
    files: Collection[str] = ()
    rollbacks: list[SqlMigration] = field(default_factory=list)
    others: list[SqlFile] = field(default_factory=list)
    applies: bool = True
    rows: bool = True
    unfilled: set[str] = field(default_factory=set)
    measures: bool = True


class Discovery(NamedTuple):
    """Something that only running a file has shown. kind: key of RULE_OF, or fails."""

    file: str
    line: int
    kind: str
    message: str


@dataclass
class Rehearsal:
    """What was executed, in order, and where it failed, if it did.

    present: the relations that were there before. filled: the tables that were given rows.
    discoveries: what the texts of the files do not tell.
    """

    executed: list[Executed]
    present: set[str] = field(default_factory=set)
    filled: list[str] = field(default_factory=list)
    failed: Executed | None = None
    failure: Failure | None = None
    discoveries: list[Discovery] = field(default_factory=list)


class _RowsInTheWay(Exception):
    """A run failed on made-up rows. table: whose, empty when that cannot be told."""

    def __init__(self, table: str, certain: Discovery | None) -> None:
        super().__init__(table)
        self.table = table
        self.certain = certain


def rehearse(connection: Connection, project: Project, wish: Wish, say: Say) -> Rehearsal:
    """Run files in a scratch database and return what they did. The database is not touched.

    Where made-up rows make a statement fail, their table is left empty and all is run again: only
    for a new column it is certain that any rows would. Errors: Failure when there can be no
    scratch database, or apply refuses before it begins.
    """
    certain = []
    for _ in range(TRIES):
        try:
            rehearsal = _rehearse_once(connection, project, wish, say)
        except _RowsInTheWay as rows:
            certain += [rows.certain] if rows.certain else []
            wish.rows = bool(rows.table) and rows.table not in wish.unfilled
            wish.unfilled.add(rows.table)
        else:
            break
    else:
        wish.rows = False
        rehearsal = _rehearse_once(connection, project, wish, say)
    rehearsal.discoveries = [*certain, *_discoveries(rehearsal, wish)]
    return rehearsal


def _rehearse_once(connection: Connection, project: Project, wish: Wish, say: Say) -> Rehearsal:
    with scratch(connection, say, empty=wish.empty) as clone:
        recorder = Recorder.open(dsn_of(clone, clone.info.dbname))
        with recorder:
            rehearsal = Rehearsal(recorder.executed, recorder.relations())
            migrator = Migrator.for_apply(recorder, copy.copy(project), wish.suffix, lambda _: None)
            recorder.know(_texts(migrator.project, wish))
            if not wish.measures:
                recorder.measures = lambda _: False
            elif wish.files:
                recorder.measures = wish.files.__contains__
            if wish.rows:
                recorder.on_file = _filler(clone, wish, rehearsal.filled)
            try:
                _run(recorder, migrator, wish)
            except (Failure, psycopg.Error) as error:
                if recorder.failed is None:
                    raise
                cause = error if isinstance(error, psycopg.Error) else error.__cause__
                rehearsal.failed, rehearsal.failure = (
                    recorder.failed,
                    _failure(recorder.failed, error),
                )
                if rehearsal.filled and isinstance(cause, psycopg.Error):
                    raise _rows_in_the_way(clone, cause, recorder.failed) from error
            return rehearsal


def _failure(done: Executed, error: Exception) -> Failure:
    """Return the failure of a statement, with its place in its file."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    failure = db.translate(cause) if isinstance(cause, psycopg.Error) else None
    if failure is None or not isinstance(cause, psycopg.Error):
        return error if isinstance(error, Failure) else Failure(str(error))
    position = int(cause.diag.statement_position or 1)
    line = done.line - 1 + lexer.line_of(done.text, position - 1)
    place = f"{done.file}:{line}: " if done.file else ""
    context = " ".join((cause.diag.context or "").split())
    return Failure(f"{place}{failure.message}", failure.detail or context, failure.hint)


def _rows_in_the_way(clone: Connection, error: psycopg.Error, done: Executed) -> _RowsInTheWay:
    """Return which table's rows a statement failed on, and whether any rows would do the same."""
    diagnosis = error.diag
    if not (diagnosis.schema_name and diagnosis.table_name):
        return _RowsInTheWay("", None)
    table = f"{diagnosis.schema_name}.{diagnosis.table_name}"
    was_there = db.scalar(
        clone,
        "select exists (select from pg_catalog.pg_attribute where attname = %s "
        "and attrelid = to_regclass(format('%%I.%%I', %s::text, %s::text)))",
        diagnosis.column_name,
        diagnosis.schema_name,
        diagnosis.table_name,
    )
    if error.sqlstate != "23502" or was_there:
        return _RowsInTheWay(table, None)
    text = f"fails as soon as the table has rows: {diagnosis.message_primary}"
    return _RowsInTheWay(table, Discovery(done.file, done.line, "needs_empty_tables", text))


def _texts(project: Project, wish: Wish) -> dict[str, str]:
    """Return the rendered texts that may run, in order."""
    texts = {}
    for migration in read_migrations(project):
        migration.load()
        texts[name_of(migration.file.name, migration.file.layer)] = migration.rendered
    for item in objects.read_objects(project):
        texts[name_of(f"sql/{item.path}", item.layer)] = item.sql
    for migration in wish.rollbacks:
        file = migration.rollback_file
        texts[name_of(file.name, file.layer)] = render(file, project)
    for file in wish.others:
        texts[file.name] = render(file, project)
    return texts


def _filler(clone: Connection, wish: Wish, filled: list[str]) -> Callable[[str], None]:
    """Return what puts rows into the empty tables, once, before the first file to report."""
    waiting = [clone]

    def on_file(name: str) -> None:
        if waiting and (not wish.files or name in wish.files):
            filled.extend(fill(waiting.pop(), wish.unfilled))

    return on_file


def _run(recorder: Recorder, migrator: Migrator, wish: Wish) -> None:
    if wish.applies:
        migrator.apply(ignore_hazards=True)
    for migration in reversed(wish.rollbacks):
        migrator.rollback(
            next(m for m in read_migrations(migrator.project) if m.id == migration.id)
        )
    for file in wish.others:
        _run_other(recorder, SqlMigration(file, migrator.project, {}))


def _run_other(recorder: Recorder, file: SqlMigration) -> None:
    """Run a file that is no part of the project, in a transaction or statement by statement."""
    file.load()
    if not file.use_transactions:
        for step in file.steps:
            execute(recorder, step._apply, file.file.name)
        return
    with recorder.transaction():
        for step in file.steps:
            execute(recorder, step._apply, file.file.name)


def _discoveries(rehearsal: Rehearsal, wish: Wish) -> Iterator[Discovery]:
    """Yield what the files to report did that their texts do not say."""
    for done in rehearsal.executed if wish.measures else ():
        if done.file and (not wish.files or done.file in wish.files):
            yield from _hidden(done, rehearsal)
    last, failure = rehearsal.failed, rehearsal.failure
    if last and failure:
        message = re.sub(r"^[^ ]+\.sql:\d+: ", "", failure.message)
        yield Discovery(last.file, last.line, "fails", message)


def _hidden(done: Executed, rehearsal: Rehearsal) -> Iterator[Discovery]:
    """Yield what one statement did that its text does not say.

    Repeatable objects are applied together with the migrations before them, so that the locks of
    one on what these have just made are nobody's concern.
    """
    is_object = "sql/" in done.file
    read = steps_of(done.text, done.file)
    known = read[0] if read else Step(done.file, done.line, done.text, [])
    locked: dict[str, list[str]] = {}
    for relation, mode in strongest(done):
        told = known.effect_on(relation)
        is_new = is_object and relation not in rehearsal.present
        if mode in STOPS and not is_new and stronger(told.mode, mode) != told.mode:
            locked.setdefault(mode, []).append(relation)
    for mode, names in locked.items():
        message = f"takes {mode} on {', '.join(names)}, stopping {STOPS[mode]}"
        yield Discovery(done.file, done.line, "lock", message)
    for relation in done.rewrites:
        if "rewrite" not in known.effect_on(relation).work and "truncate" not in done.text.lower():
            yield Discovery(done.file, done.line, "rewrite", f"writes {relation} anew, every row")
    written = {
        plain(action.table)
        for statement in sql.read(done.text)
        for action in statement.actions
        if action.kind in ("update", "delete", "merge", "truncate")
    }
    for change in done.changes:
        all_rows = change.table in rehearsal.filled and max(change.updated, change.deleted) >= ROWS
        if all_rows and plain(change.table) not in written:
            what = "updates" if change.updated else "deletes"
            message = f"{what} every row of {change.table} in one transaction"
            yield Discovery(done.file, done.line, "all_rows", message)


def strongest(done: Executed) -> list[tuple[str, str]]:
    """Return the strongest lock of a statement on each relation."""
    found: dict[str, str] = {}
    for relation, mode in done.locks:
        found[relation] = stronger(found.get(relation, ""), mode)
    return list(found.items())
