"""Apply as it would run on the connected database, tried in a scratch database and written down.

What comes out is exact, since nothing is predicted: the statements in their order, those that
apply derives from the catalogs included, and of each statement of a file the locks, rewrites,
scans and changed rows that it caused, whatever DO block, function or trigger hid them.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Self

import psycopg

from toolkit import db, lexer
from toolkit.modes import as_written

# Locks of reading, which nobody has to be told of.
WEAK = {"AccessShareLock", "RowShareLock"}


class Lock(NamedTuple):
    """A lock on a relation. mode: as LOCK TABLE spells it, in lower case."""

    relation: str
    mode: str


class Change(NamedTuple):
    """Rows of a table that one statement changed."""

    table: str
    inserted: int
    updated: int
    deleted: int


class Place(NamedTuple):
    """Where a statement, or a whole text of statements, stands in a file. line: its first."""

    file: str
    line: int


class _Relation(NamedTuple):
    name: str
    kind: str
    filenode: int
    scans: int
    inserted: int
    updated: int
    deleted: int
    parent: int
    modes: frozenset[str]


_State = dict[int, _Relation]


@dataclass
class Executed:
    """One statement that apply executed, and what it did to relations that were there before.

    file, line: where it stands, file empty for a statement of apply's own. transaction: number
    of the transaction, 0 for a statement outside any. rewrites, scans: tables; drops: with
    views; rebuilds: indexes.
    """

    text: str
    file: str = ""
    line: int = 0
    transaction: int = 0
    locks: list[Lock] = field(default_factory=list)
    rewrites: list[str] = field(default_factory=list)
    rebuilds: list[str] = field(default_factory=list)
    drops: list[str] = field(default_factory=list)
    scans: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    milliseconds: float = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as the JSON object that --trace prints."""
        return {
            "file": self.file,
            "line": self.line,
            "statement": self.text,
            "locks": [lock._asdict() for lock in self.locks],
            "rewrites": self.rewrites,
            "rebuilds": self.rebuilds,
            "drops": self.drops,
            "scans": self.scans,
            "changes": [change._asdict() for change in self.changes],
            "milliseconds": round(self.milliseconds, 1),
        }


class Recorder(psycopg.Connection[tuple[Any, ...]]):
    """A connection that writes down what is executed through it, and what that did.

    places: where each text of a file stands; a statement that stands nowhere is apply's own.
    on_file: called with a file's name before its first statement.
    measures: tells of which files the statements are to be measured; it takes time.
    executed: what stayed, in order; what a savepoint took back is not in it.
    """

    places: dict[str, list[Place]]
    executed: list[Executed]
    failed: Executed | None
    on_file: Callable[[str], None]
    measures: Callable[[str], bool]
    transactions: int
    _old: set[int] | None  # what was there when the transaction began
    _state: _State | None
    _file: str

    @classmethod
    def open(cls, dsn: str) -> Self:
        """Connect to a scratch database."""
        recorder = cls.connect(dsn, autocommit=True, cursor_factory=_RecordingCursor)
        recorder.places = {}
        recorder.on_file = lambda _: None
        recorder.measures = lambda _: True
        recorder.executed = []
        recorder.failed = None
        recorder.transactions = 0
        recorder._old = None
        recorder._state = None
        recorder._file = ""
        return recorder

    def relations(self) -> set[str]:
        """Return the names of the relations that are there."""
        names = {relation.name for relation in self.state().values()}
        self._forget(is_outermost=True)
        return names

    def know(self, texts: dict[str, str]) -> None:
        """Learn the rendered texts of files, by name, in the order in which they will run."""
        for name, text in texts.items():
            self.places.setdefault(_key(text), []).append(Place(name, 1))
            for offset, statement in lexer.split(text, name):
                if _key(statement) != _key(text):
                    place = Place(name, lexer.line_of(text, offset))
                    self.places.setdefault(_key(statement), []).append(place)

    @contextmanager
    def unmeasured(self) -> Iterator[None]:
        """Only write down what a block executes."""
        measures, self.measures = self.measures, lambda _: False
        try:
            yield
        finally:
            self.measures = measures

    def enter(self, file: str) -> None:
        """Take note of the file whose statements come now."""
        if file != self._file:
            self._file = file
            self.on_file(file)

    @contextmanager
    def transaction(
        self, savepoint_name: str | None = None, force_rollback: bool = False
    ) -> Iterator[psycopg.Transaction]:
        """Run a block as psycopg does; what it takes back is not kept as executed either."""
        mark, is_outermost = len(self.executed), db.is_idle(self)
        if is_outermost:
            self.transactions += 1
        self._forget(is_outermost)
        try:
            with super().transaction(savepoint_name, force_rollback) as opened:
                yield opened
        except BaseException:
            del self.executed[mark:]
            raise
        finally:
            self._forget(is_outermost)
        if force_rollback:
            del self.executed[mark:]

    def _forget(self, is_outermost: bool) -> None:
        self._state = None
        if is_outermost:
            self._old = None

    def place(self, text: str) -> Place | None:
        """Return where a text stands, when it is that of a file or of a statement in one.

        Files run in order, so of equal statements it is the next one after the last.
        """
        found = self.places.get(_key(text))
        if not found:
            return None
        return found.pop(0) if len(found) > 1 else found[0]

    def state(self) -> _State:
        """Return what this session's transaction has done to each relation so far."""
        if self._state is None:
            with psycopg.Cursor(self) as cursor:
                self._state = {
                    row[0]: _Relation._make([*row[1:-1], frozenset(row[-1])])
                    for row in cursor.execute(db.query("relation_states")).fetchall()
                }
            if self._old is None:
                self._old = set(self._state)
        return self._state

    def measured(self, done: Executed, run: Callable[[], object]) -> None:
        """Run a statement of a file, and note what it does.

        Outside a transaction locks end with their statement, so it is tried in one before; what
        refuses that, such as CREATE INDEX CONCURRENTLY, shows its rewrites only.
        """
        is_idle = db.is_idle(self)
        if not is_idle:
            done.transaction = self.transactions
        if not self.measures(done.file):
            run()
            self._forget(is_idle)
            return
        if not is_idle:
            self._compare(done, run)
            return
        trial = Executed(done.text)
        with suppress(psycopg.Error), super().transaction(force_rollback=True):
            self._forget(is_outermost=True)
            self._compare(trial, run)
        self._forget(is_outermost=True)
        self._compare(done, run)
        self._forget(is_outermost=True)
        done.locks, done.changes, done.scans = trial.locks, trial.changes, trial.scans

    def _compare(self, done: Executed, run: Callable[[], object]) -> None:
        before = self.state()
        started = time.monotonic()
        run()
        done.milliseconds = (time.monotonic() - started) * 1000
        self._state = None
        after = self.state()
        old = (self._old or set()) & before.keys()
        dropped = {oid for oid in old - after.keys() if before[oid].kind not in ("i", "I")}
        for oid in sorted(old & after.keys()):
            parent = after.get(before[oid].parent)
            _note(done, before[oid], after[oid], parent.modes if parent else frozenset())
        for oid in sorted(dropped):
            if before[oid].parent not in dropped:
                done.locks.append(Lock(before[oid].name, "access exclusive"))
                done.drops.append(before[oid].name)


def _note(done: Executed, before: _Relation, after: _Relation, told: frozenset[str]) -> None:
    """Add to a statement what is different of one relation.

    told: modes of the locks on the table that it is a partition of, which stand for its own.
    """
    is_index = after.kind in ("i", "I")
    if not is_index:
        modes = sorted(after.modes - before.modes - told - WEAK)
        done.locks += [Lock(after.name, as_written(mode)) for mode in modes]
    if after.filenode != before.filenode:
        (done.rebuilds if is_index else done.rewrites).append(after.name)
    if after.kind in ("r", "m") and after.scans > before.scans:
        done.scans.append(after.name)
    counts = [new - old for old, new in zip(before[4:7], after[4:7], strict=True)]
    if any(count > 0 for count in counts):
        done.changes.append(Change(after.name, *counts))


class _RecordingCursor(psycopg.Cursor[tuple[Any, ...]]):
    """The cursor of a Recorder: a file's text runs statement by statement, each measured."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """Execute, and write down what changes anything."""
        recorder = self.connection
        assert isinstance(recorder, Recorder)  # only Recorder.open makes this cursor
        text = query if isinstance(query, str) else _as_text(query, self)
        place = recorder.place(text) if params is None else None
        if place is None and not writes(text):
            return super().execute(query, params, **options)
        if place is None:
            bound = psycopg.ClientCursor(recorder).mogrify(query, params)
            send = partial(super().execute, query, params, **options)
            self._execute_measured(recorder, Executed(bound), send)
            return self
        recorder.enter(place.file)
        for offset, statement in lexer.split(text, place.file):
            line = place.line - 1 + lexer.line_of(text, offset)
            send = partial(super().execute, statement.encode(), **options)
            self._execute_measured(recorder, Executed(statement, place.file, line), send)
        return self

    def executemany(
        self, query: Any, params_seq: Iterable[Any], *, returning: bool = False
    ) -> None:
        """Execute once for each set of values, each written down as a statement of its own."""
        del returning  # what apply inserts so is never read back
        recorder = self.connection
        assert isinstance(recorder, Recorder)  # only Recorder.open makes this cursor
        with recorder.unmeasured():  # they are rows of the ledger
            for params in params_seq:
                self.execute(query, params)

    def _execute_measured(
        self, recorder: Recorder, done: Executed, run: Callable[[], object]
    ) -> None:
        try:
            recorder.measured(done, run)
        except psycopg.Error:
            # After a statement of a file has failed, apply may still note how far it came.
            if done.file or recorder.failed is None:
                recorder.failed = done
            raise
        if done.file:
            recorder.failed = None
        recorder.executed.append(done)


def _key(text: str) -> str:
    return text.strip().removesuffix(";").rstrip()


def _as_text(query: Any, cursor: Any) -> str:
    if isinstance(query, bytes):
        return query.decode()
    return str(query.as_string(cursor))


def writes(text: str) -> bool:
    """Tell whether a statement of apply's own has to be executed to get the same schema.

    Reads of the catalogs, locks and settings of the session are not.
    """
    words = [token.text.lower() for token in lexer.tokens(text) if token.kind == "word"]
    first = words[0] if words else ""
    if first == "select":
        return re.match(r'\s*select\s+(?!pg_)"?\w+"?\."?\w+"?\s*\(', text, re.I) is not None
    if first == "with":
        return bool({"insert", "update", "delete", "merge"} & set(words))
    if first == "set":
        return "local" in words[:2]
    return bool(first) and first not in ("show", "reset", "begin", "commit", "savepoint")


def script(executed: list[Executed]) -> str:
    """Return a script for psql that does what was executed, each transaction as it was."""
    lines = ["\\set ON_ERROR_STOP on"] if executed else []
    transaction, file = 0, ""
    for done in executed:
        if done.transaction != transaction:
            lines += ["commit;"] if transaction else []
            lines += ["", "begin;"] if done.transaction else [""]
            transaction, file = done.transaction, ""
        if done.file != file:
            file = done.file
            lines.append(f"-- {file or 'by apply itself'}")
        lines.append(done.text.strip().removesuffix(";").rstrip() + ";")
    lines += ["commit;"] if transaction else []
    return "\n".join([*lines, ""]) if lines else ""
