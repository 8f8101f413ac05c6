"""`lint --trace`: which files to run where, and what running them adds to the complaints."""

import copy
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from toolkit import hazards
from toolkit.db import Connection
from toolkit.hazards import kind_of
from toolkit.ledger import SqlMigration, read_migrations
from toolkit.linting import Complaint
from toolkit.migrate import Migrator
from toolkit.plan import name_of
from toolkit.project import Project, SqlFile
from toolkit.rehearsal import Executed
from toolkit.render import template
from toolkit.trace import RULE_OF, Rehearsal, Wish, rehearse

Say = Callable[[str], None]
NOT_RUN = ("verify", "check")


class Tracing:
    """Files that were run in a scratch database, and what that showed.

    executed: the statements of the files, in the order of execution. complaints: what the text
    did not tell, the allowed included, under the names that the files were given with.
    """

    def __init__(self, executed: list[Executed], complaints: list[Complaint]) -> None:
        self.executed = executed
        self.complaints = complaints


def trace(
    connection: Connection,
    project: Project,
    files: Sequence[SqlFile],
    say: Say,
    *,
    everything: bool,
) -> Tracing:
    """Run files in a scratch database.

    What is still to be applied runs on a clone of the connected database's schema. What is
    applied there already runs on an empty database, after all that comes before it. A file that
    is no part of the project runs on the clone by itself. everything: nobody chose the files, so
    that those to be applied are meant, and all where there are none.
    """
    wish, names = _wish(connection, project, files, everything=everything)
    if not (wish.applies or wish.others):
        return Tracing([], [])
    rehearsal = rehearse(connection, project, wish, say)
    known = {name: file for name, file in names.items() if not wish.files or name in wish.files}
    executed = [done for done in rehearsal.executed if done.file in known]
    for done in executed:
        done.file = known[done.file].name
    return Tracing(executed, sorted(_complaints(rehearsal, known, project)))


def _wish(
    connection: Connection, project: Project, files: Sequence[SqlFile], *, everything: bool
) -> tuple[Wish, dict[str, SqlFile]]:
    """Return what to run, and the files by the names that a rehearsal gives them."""
    migrator = Migrator.for_apply(connection, copy.copy(project), None, lambda _: None)
    pending = _pending(migrator)
    places = _places(migrator.project)
    rollbacks = {
        one.rollback_file.path.resolve(): one
        for one in read_migrations(migrator.project)
        if one.file.path.with_suffix(".rollback.sql").exists()
    }
    names: dict[str, SqlFile] = {}
    back: list[SqlMigration] = []
    others: list[SqlFile] = []
    for file in files:
        path = file.path.resolve()
        if path in places:
            names[places[path]] = file
        elif path in rollbacks:
            one = rollbacks[path]
            names[name_of(one.rollback_file.name, one.file.layer)] = file
            back.append(one)
        elif kind_of(file.name) not in NOT_RUN and not file.name.startswith("sql/moves/"):
            names[file.name] = file
            others.append(file)
    if everything:
        return Wish(empty=not pending), names
    needed = {name for name in names if name in places.values()}
    needed |= {name_of(one.file.name, one.file.layer) for one in back}
    return (
        Wish(
            empty=not needed <= pending,
            files=set(names),
            rollbacks=back,
            others=others,
            applies=bool(needed),
        ),
        names,
    )


def _places(project: Project) -> dict[Path, str]:
    """Return how a rehearsal calls each file that apply knows, by its path."""
    files = project.migrations()
    files += [SqlFile(one.path, f"sql/{one.name}", one.layer) for one in project.objects()]
    return {file.path.resolve(): name_of(file.name, file.layer) for file in files}


def _pending(migrator: Migrator) -> set[str]:
    plan = migrator.plan()
    names = {name_of(one.file.name, one.file.layer) for one in plan.migrations}
    return names | {name_of(f"sql/{one.path}", one.layer) for one in [*plan.added, *plan.changed]}


def _complaints(
    rehearsal: Rehearsal, names: dict[str, SqlFile], project: Project
) -> Iterator[Complaint]:
    for name, line, kind, message in rehearsal.discoveries:
        file = names.get(name)
        if kind == "fails":
            yield Complaint(file.name if file else name, line, "trace", f"fails: {message}")
        elif file is not None:
            allows = list(hazards.read_allows(template(file, project.variables)))
            (one,) = hazards.mark([hazards.hazard(RULE_OF[kind], line, message)], allows)
            yield Complaint(
                file.name,
                one.line,
                one.rule,
                one.message,
                one.number,
                one.severity,
                one.mend,
                one.allowed_because,
            )


def missed(complaints: Sequence[Complaint], said: Sequence[Complaint]) -> list[Complaint]:
    """Return the complaints that say something new: of another rule, or of another line."""
    known = {(one.path, one.line, one.rule) for one in said}
    return [one for one in complaints if (one.path, one.line, one.rule) not in known]


def describe(done: Executed) -> str:
    """Return what a statement did, in one line."""
    parts = [f"{mode} on {relation}" for relation, mode in done.locks]
    parts += [f"rewrites {name}" for name in done.rewrites]
    parts += [f"rebuilds {name}" for name in done.rebuilds]
    parts += [f"reads all of {name}" for name in done.scans]
    for table, *counts in done.changes:
        words = zip(("inserts", "updates", "deletes"), counts, strict=True)
        parts += [f"{word} {number} in {table}" for word, number in words if number]
    what = "; ".join(parts) or "touches nothing that was there"
    return f"{done.file}:{done.line}: {what} ({done.milliseconds:.0f} ms)"
