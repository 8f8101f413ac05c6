"""Apply, plan, roll back and verify: migrations first, repeatable objects after them."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

from toolkit import __version__, access, db, fingerprint, matviews, objects, trails
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.execution import execute
from toolkit.installations import installations, legacy_schemas
from toolkit.integrity import (
    Acceptances,
    Difference,
    Recorded,
    differences,
    out_of_order,
    record,
    recorded_migrations,
    refusal,
)
from toolkit.ledger import (
    Ledger,
    SqlMigration,
    other_ledger_rows,
    read_migrations,
    refuse_irreversible,
)
from toolkit.locks import Limits, Locks, duration
from toolkit.moves import forget_moves, refuse_moves
from toolkit.preflight import check_names, check_server
from toolkit.project import Project, SqlFile, layer_of
from toolkit.stepwise import Stepwise, refuse_half_done

LEDGER_MIGRATION = "0002_create_system_tables"
LEDGER_TABLES = {"_yoyo_migration", "applied_migrations", "applied_objects", "installation"}
MOVES_MIGRATION = "0008_create_strangler_tables"
if TYPE_CHECKING:
    from toolkit import rounds

Say = Callable[[str], None]


@dataclass
class Plan:
    """What apply will do."""

    migrations: list[SqlMigration] = field(default_factory=list)
    added: list[objects.Object] = field(default_factory=list)
    changed: list[objects.Object] = field(default_factory=list)
    removed: list[objects.Applied] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.migrations or self.added or self.changed or self.removed)

    def as_json(self) -> dict[str, list[str]]:
        """Return the plan by names."""
        return {
            "migrations": [migration.id for migration in self.migrations],
            "objects_added": [item.path for item in self.added],
            "objects_changed": [item.path for item in self.changed],
            "objects_removed": [item.path for item in self.removed],
        }


class Migrator:
    """Brings one installation in one database to the state of the files, and back.

    say: receives one line of progress at a time.
    """

    def __init__(self, connection: Connection, project: Project, say: Say = lambda _: None) -> None:
        self.connection = connection
        self.project = project
        self.say = say
        self.ledger = Ledger(connection, project.schema_map["system"])
        self.locks = Locks(connection, Limits.read(project.settings), say)
        self._audited = trails.Audited(connection, self.ledger.schema)
        self._is_whole = False
        self._unrecorded: list[tuple[SqlMigration, int]] = []
        self._migrations: list[SqlMigration] | None = None

    @classmethod
    def for_apply(
        cls, connection: Connection, project: Project, suffix: str | None, say: Say
    ) -> "Migrator":
        """Return the migrator for the installation that apply means, an old one or a new one.

        Without a suffix, the one installation that is there is meant; a first one gets the names
        that mdt.toml asks for.
        """
        maps = installations(connection)
        wanted = project.wanted_map(suffix)
        named = suffix is not None or "schemas" in project.settings
        if len(maps) == 1 and not named:
            wanted = maps[0]
        project.schema_map = wanted
        project.legacy_map = legacy_schemas(connection, project)
        return cls(connection, project, say)

    def is_begun(self) -> bool:
        """Tell whether a run that is at work, or was killed, has applied our first migration."""
        first = self.project.migrations()[0].migration_id
        return first in self.ledger.applied_ids()

    @contextmanager
    def lock(self, max_wait: float | None = None) -> Iterator[None]:
        """Hold the lock of this installation; wait for it, saying who has it.

        max_wait: seconds for all waiting of this run, by default as mdt.toml says.
        """
        if max_wait is not None:
            self.locks.max_wait = max_wait
        with self.locks.run(self.ledger.schema):
            yield

    def plan(self, *, refuse_hazards: bool = False) -> Plan:
        """Return what apply will do.

        refuse_hazards: refuse a migration with a hazard that its header does not allow.
        Errors: Failure when an applied file was edited or is gone, when the names of a first
        installation are taken, or when the server could not carry it.
        """
        if not self.is_begun():
            check_server(self.connection)
            check_names(self.connection, self.project.schema_map)
        self.refuse_differences()
        migrations = self.migrations()
        applied = set(self.ledger.applied_ids())
        plan = Plan([migration for migration in migrations if migration.id not in applied])
        self._refuse_unadopted(plan.migrations)
        for migration in plan.migrations:
            migration.load()
            _ = migration.rollback_file
        if refuse_hazards and plan.migrations:
            from toolkit.plan import refuse_hazardous

            refuse_hazardous(plan.migrations, self.project)
        self.plan_objects(plan)
        return plan

    def _refuse_unadopted(self, migrations: list[SqlMigration]) -> None:
        """Refuse to run what yoyo has applied to this database already."""
        stems = [m.file.path.stem for m in migrations if m.file.layer == self.project.name]
        found = other_ledger_rows(self.connection, self.ledger.schema, stems) if stems else []
        if found:
            raise Failure(
                f"yoyo has applied these migrations already: {', '.join(found)}",
                "Its table says so, and they would run a second time.",
                "Take them over with 'mdt adopt'.",
            )

    def plan_objects(self, plan: Plan) -> None:
        """Add to a plan what apply will do to the repeatable objects."""
        wanted = objects.objects_of_files(self.project)
        recorded = {item.path: item for item in self.recorded_objects()}
        known = {path: item.content_sha256 for path, item in recorded.items()}
        if any(known.get(item.path) != item.content_sha256 for item in wanted):
            wanted = objects.in_order(wanted, self.project.schema_map)
        plan.added = [item for item in wanted if item.path not in known]
        plan.changed = [
            item
            for item in wanted
            if known.get(item.path, item.content_sha256) != item.content_sha256
        ]
        paths = {item.path for item in wanted}
        plan.removed = [item for item in recorded.values() if item.path not in paths]

    def recorded_objects(self) -> list[objects.Applied]:
        """Return the repeatable objects of our layers as last applied; none before the first."""
        if not self._has_table("applied_objects"):
            return []
        return objects.recorded(
            self.connection, self.project.schema_map["system"], self.project.layers
        )

    def migrations(self) -> list[SqlMigration]:
        """Return the migrations of the files, in the order of application; read once."""
        if self._migrations is None:
            self._migrations = read_migrations(self.project)
        return self._migrations

    def recorded_migrations(self) -> list[Recorded]:
        """Return the applied migrations as the ledger has them; none before it has a table."""
        if not self._has_table("applied_migrations"):
            return []
        return recorded_migrations(self.connection, self.ledger.schema)

    def differences(self) -> list[Difference]:
        """Return how the files differ from what was applied.

        Errors: Failure when the files cannot be ordered, unless what differs explains it.
        """
        if not self._has_table("applied_migrations"):
            return []
        accepted = Acceptances(self.connection, self.ledger.schema)
        applied = self.ledger.applied_ids()
        found = differences(self.recorded_migrations(), applied, self.project, accepted)
        try:
            migrations = self.migrations()
        except Failure:
            if any(difference.stops for difference in found):
                return found
            raise
        renamed = [item.file.migration_id for item in found if item.kind == "renamed" and item.file]
        return found + out_of_order(migrations, {*applied, *renamed}, accepted)

    def refuse_differences(self) -> None:
        """Refuse to go on while files differ from what was applied, and nobody has accepted it."""
        found = [difference for difference in self.differences() if difference.stops]
        if found:
            raise refusal(found)

    def _has_table(self, name: str) -> bool:
        return self._is_whole or name in self.ledger.list_tables()

    def apply(
        self, protect: Callable[[Plan], None] | None = None, *, ignore_hazards: bool = False
    ) -> Plan:
        """Apply what is missing; return what was done. Each migration is one transaction.

        protect: sees the plan before anything is touched, to keep or to refuse what it destroys.
        """
        refuse_half_done(self.connection, self.ledger.schema, "apply")
        plan = self.plan(refuse_hazards=not ignore_hazards)
        if protect:
            protect(plan)
        self.begin_run(bool(plan))
        matviews.remove_leftovers(self.connection, self.project)
        self._unrecorded = [(m, 0) for m in self._applied_without_content()]
        self._is_whole = LEDGER_TABLES.issubset(self.ledger.list_tables())
        for migration in plan.migrations:
            started = time.monotonic()
            self._apply_one(migration, more=migration is not plan.migrations[-1])
            self.say(f"applied {migration.id} ({(time.monotonic() - started) * 1000:.0f} ms)")
        if plan.added or plan.changed or plan.removed or plan.migrations:
            self._apply_objects(plan)
            self.say(
                f"objects: {len(plan.added)} added, {len(plan.changed)} changed, "
                f"{len(plan.removed)} removed"
            )
            access.remark_missing(self.connection, self.project, self.say)
        elif self._restore_access() or self._is_open():
            self.end_run("apply")
        return plan

    def _restore_access(self) -> bool:
        """Put right what somebody has changed about roles and policies; tell whether it was."""
        done = self._refresh_access()
        if done:
            self.say(f"roles and policies: {done} changes")
            access.remark_missing(self.connection, self.project, self.say)
        return bool(done)

    def _refresh_access(self) -> int:
        """Give the roles of the database their rights; return how many statements that took."""
        done: list[int] = []
        self.locks.transaction(lambda: done.append(access.refresh(self.connection, self.project)))
        return done[-1]

    def begin_run(self, has_work: bool = True) -> None:
        """Note what somebody else has changed in the catalog, before we do; see `fingerprint`."""
        if has_work and fingerprint.can_record(self.connection, self.project):
            drifted: list[int] = []
            self.locks.transaction(
                lambda: drifted.append(fingerprint.begin(self.connection, self.project))
            )
            if drifted[-1]:
                self.say(
                    f"{drifted[-1]} objects are not as the last run left them: see 'mdt verify'"
                )

    def end_run(self, event: str) -> None:
        """Record the catalog as this run leaves it."""
        if fingerprint.can_record(self.connection, self.project):
            self.locks.transaction(lambda: fingerprint.end(self.connection, self.project, event))

    def _is_open(self) -> bool:
        """Tell whether a run, the first perhaps, was killed after its last change."""
        return self._has_table("installation") and bool(
            fingerprint.unfinished_since(self.connection, self.project)
            or fingerprint.last(self.connection, self.project) is None
        )

    def _applied_without_content(self) -> list[SqlMigration]:
        """Return what a run applied that was killed before the table for contents was there."""
        if self._has_table("applied_migrations"):
            return []
        applied = set(self.ledger.applied_ids())
        found = [m for m in read_migrations(self.project) if m.id in applied]
        for migration in found:
            migration.load()
        return found

    def _begin(self, migration: SqlMigration, *, more: bool) -> None:
        """Say in the open transaction whose it is, and let only the last one wait for the disk.

        A server that crashes may lose the commits of its last moments, each of them whole, with
        its row in the ledger; the run had not ended then, and the next one goes on from there.
        """
        trails.begin(self.connection, migration.id)
        if more:
            self.connection.execute("set local synchronous_commit = off")

    def _apply_one(self, migration: SqlMigration, *, more: bool = False) -> None:
        """Apply a migration. more: follow in this run."""
        started = time.monotonic()
        unrecorded = self._unrecorded
        stepwise = self._stepwise(migration, "apply")
        limit = _statement_timeout(migration.file)
        if stepwise:
            stepwise.run(migration.rendered, migration.file.name, limit)

        def work() -> None:
            if not self._is_whole and not self.ledger.exists():
                self.ledger.create()
            self._begin(migration, more=more)
            for step in migration.steps if not stepwise else ():
                execute(
                    self.connection, step._apply, migration.file.name, layer=migration.file.layer
                )
            if self._audited.are_concerned(migration.rendered):
                trails.refresh(self.connection, self.ledger.schema)
            duration_ms = round((time.monotonic() - started) * 1000)
            self._unrecorded = [*unrecorded, (migration, duration_ms)]
            is_recorded = self._has_table("applied_migrations")
            with self.connection.pipeline():
                self.ledger.log_migration(migration, "apply")
                self.ledger.mark_one(migration, log=False)
                if stepwise:
                    stepwise.forget()
                if is_recorded:
                    self.record(self._unrecorded)
            if is_recorded:
                self._unrecorded = []

        self.locks.transaction(work, self.ledger.one_transaction, limit)

    def _stepwise(self, migration: SqlMigration, direction: str) -> Stepwise | None:
        """Return what executes a migration that cannot run in a transaction, None for others."""
        if migration.use_transactions:
            return None
        return Stepwise(self.connection, self.ledger.schema, self.locks, migration.id, direction)

    def record(self, applied: list[tuple[SqlMigration, int]]) -> None:
        """Keep what the migrations said, and from the first time on that an installation is here.

        applied: with the milliseconds that each took.
        """
        for migration, duration_ms in applied:
            record(self.connection, self.ledger.schema, migration, duration_ms)
        self._record_installation()

    def _record_installation(self) -> None:
        self.connection.execute(
            sql.SQL(
                "insert into {} (schema_map, toolkit_version) values (%s, %s) "
                "on conflict (id) do update set schema_map = excluded.schema_map, "
                "toolkit_version = excluded.toolkit_version, updated_at = now()"
            ).format(db.qualified(self.ledger.schema, "installation")),
            [json.dumps(self.project.schema_map), __version__],
        )

    def _apply_objects(self, plan: Plan) -> None:
        from toolkit import rounds  # what makes objects anew knows a lot, and is rarely needed

        changes = plan.added, plan.changed, plan.removed
        for one in rounds.divide(self.connection, self.project, *changes) if any(changes) else ():
            if one.beside:
                self.say(f"building sql/{one.beside.path} beside what is there")
                matviews.build(self.connection, self.project, one.beside, one.before)
            self.locks.transaction(lambda one=one: self._apply_round(one))  # type: ignore[misc]
        # A migration may have changed an audited table by other words than ALTER TABLE.
        self.locks.transaction(lambda: trails.refresh(self.connection, self.ledger.schema))
        self._refresh_access()
        self.end_run("apply")

    def _apply_round(self, one: "rounds.Round") -> None:
        from toolkit import rounds

        rounds.run(self.connection, self.project, one)
        self._record_installation()

    def rollback(self, last: SqlMigration | None) -> list[str]:
        """Take back the migrations from the newest down to `last`; return their ids.

        last: None takes back all that was applied here, and not what was adopted. Newest is
        what was applied last, whatever the order of the files is by now. Repeatable objects go
        first, since they use the tables; the next apply puts back those that belong.
        Errors: Failure, before anything is touched, when one of them cannot be taken back.
        """
        self.refuse_other_layers()
        refuse_half_done(self.connection, self.ledger.schema, "rollback")
        adopted = self.adopted()
        newest_first = list(reversed(self.applied_in_order()))
        if last is not None:
            newest_first = newest_first[: [m.id for m in newest_first].index(last.id) + 1]
        else:
            newest_first = [m for m in newest_first if m.id not in adopted]
        refuse_irreversible(newest_first)
        texts = {migration.id: migration.rollback_text() for migration in newest_first}
        refuse_moves(self.connection, self.project)
        recorded = self.removed_by_rollback(newest_first)
        self.begin_run()
        if any(migration.id == access.MIGRATION for migration in newest_first):
            self.locks.transaction(lambda: access.withdraw(self.connection, self.project))
        if any(migration.id == MOVES_MIGRATION for migration in newest_first):
            self.locks.transaction(lambda: forget_moves(self.connection, self.project))
        if recorded:
            self.locks.transaction(lambda: objects.remove(self.connection, self.project, recorded))
            self.say(f"objects: {len(recorded)} removed")
        self._is_whole = LEDGER_TABLES.issubset(self.ledger.list_tables())
        left = set(self.ledger.applied_ids())
        for migration in newest_first:
            # The tables of the ledger go with the migration that made them.
            self._is_whole &= migration.id != LEDGER_MIGRATION
            left.discard(migration.id)
            self._rollback_one(
                migration,
                texts[migration.id],
                is_last=left.issubset(adopted),
                more=migration is not newest_first[-1],
            )
            self.say(f"took back {migration.id}")
        self._is_whole = False
        self.end_run("rollback")
        return [migration.id for migration in newest_first]

    def applied_in_order(self) -> list[SqlMigration]:
        """Return the applied migrations whose files are there, in the order of application."""
        by_id = {migration.id: migration for migration in self.migrations()}
        applied = self.ledger.applied_ids()
        recorded = [row.id for row in self.recorded_migrations()]
        first = [name for name in by_id if name in applied and name not in recorded]
        return [by_id[name] for name in (*first, *recorded) if name in by_id and name in applied]

    def removed_by_rollback(self, migrations: list[SqlMigration]) -> list[objects.Applied]:
        """Return the repeatable objects that go when some migrations are taken back.

        What describes the catalog stays as long as the tables of the ledger.
        """
        recorded = self.recorded_objects()
        if any(migration.id == LEDGER_MIGRATION for migration in migrations):
            return recorded
        return [item for item in recorded if item.path not in fingerprint.PATHS]

    def refuse_other_layers(self) -> None:
        """Refuse to take back what another project's migrations and objects may be built on."""
        applied = {layer_of(name) for name in self.ledger.applied_ids()}
        others = sorted(applied - set(self.project.layers))
        if others:
            raise Failure(
                f"migrations of another project are applied here: {', '.join(others)}",
                "They may be built on what would be taken back, and their files are not here.",
                "Run the command in the folder of that project, or name it with --project.",
            )

    def adopted(self) -> set[str]:
        """Return the ids of the migrations that another tool applied, and that we took over."""
        if not self._has_table("applied_migrations"):
            return set()
        query = sql.SQL("select migration_id from {} where adopted_from is not null").format(
            db.qualified(self.ledger.schema, "applied_migrations")
        )
        return {row[0] for row in self.connection.execute(query)}

    def _rollback_one(
        self, migration: SqlMigration, text: str, *, is_last: bool, more: bool
    ) -> None:
        """Take a migration back. is_last: of all that we have applied. more: follow in this run."""
        file = migration.rollback_file
        limit = _statement_timeout(file, migration.file)
        stepwise = self._stepwise(migration, "rollback")
        if stepwise:
            stepwise.run(text, file.name, limit)

        forget = sql.SQL("delete from {} where migration_id = %s").format(
            db.qualified(self.ledger.schema, "applied_migrations")
        )

        def work() -> None:
            self._begin(migration, more=more)
            if not stepwise:
                execute(self.connection, text, file.name)
            is_recorded = self._has_table("applied_migrations")
            with self.connection.pipeline():
                self.ledger.log_migration(migration, "rollback")
                self.ledger.unmark_one(migration, log=False)
                if stepwise:
                    stepwise.forget()
                if is_recorded:
                    self.connection.execute(forget, [migration.id])
            if is_last:
                self.ledger.drop()  # what was adopted can be adopted again

        self.locks.transaction(work, self.ledger.one_transaction, limit)


def _statement_timeout(*files: SqlFile) -> float | None:
    """Return the time limit that the first of some files to name one has in its header."""
    for file in files:
        if "statement_timeout" in file.header:
            return duration(file.header["statement_timeout"], f"statement_timeout in {file.name}")
    return None


def rendered_sql(project: Project) -> str:
    """Return everything that a first apply executes, as one script."""
    parts = []
    for migration in read_migrations(project):
        migration.load()
        parts.append(migration.rendered)
    parts += [item.sql for item in objects.read_objects(project)]
    return "\n".join(parts)


def apply_all(dsn: str, suffix: str | None = None, project: Project | None = None) -> None:
    """Install everything into a database; what tests and benchmarks start from."""
    with db.connect(dsn) as connection:
        migrator = Migrator.for_apply(
            connection, project or Project(Path("/nonexistent")), suffix, lambda _: None
        )
        with migrator.lock():
            migrator.apply()
