"""Everything in which a database is not what the files say, or not what the last run left."""

from dataclasses import dataclass, field

import psycopg

from toolkit import fingerprint, objects
from toolkit.errors import Failure
from toolkit.fingerprint import Drift
from toolkit.integrity import Difference
from toolkit.ledger import SqlMigration
from toolkit.migrate import Migrator, Plan
from toolkit.render import map_schemas


@dataclass
class Findings:
    """What is wrong. remarks: what could not be looked at, and why."""

    files: list[Difference] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return one line for each thing that is wrong; a drifted text is followed by its diff."""
        return [
            *(difference.detail for difference in self.files),
            *self.problems,
            *(line for item in self.drift for line in item.lines()),
        ]


def verify(migrator: Migrator) -> Findings:
    """Compare the files with the ledger, the recorded objects and the catalog."""
    found = Findings(files=migrator.differences())
    try:
        migrations = migrator.migrations()
    except Failure as failure:
        found.problems.append(failure.message)
    else:
        found.problems += _migrations(migrator, migrations)
    found.problems += _objects(migrator)
    _look_for_drift(migrator, found)
    return found


def _migrations(migrator: Migrator, migrations: list[SqlMigration]) -> list[str]:
    """Return the migrations that are pending, or whose verify script is missing or fails."""
    problems = []
    adopted = migrator.adopted()
    applied = set(migrator.ledger.applied_ids())
    for migration in migrations:
        path = migration.file.path.parent / "verify" / migration.file.path.name
        if migration.id not in applied:
            problems.append(f"{migration.id} is not applied")
        elif path.exists():
            problems += _run(migrator, migration, path.read_text(encoding="utf-8"))
        elif migration.id not in adopted:
            problems.append(f"{migration.id} has no verify script")
    return problems


def _run(migrator: Migrator, migration: SqlMigration, text: str) -> list[str]:
    try:
        with migrator.connection.transaction(force_rollback=True):
            migrator.connection.execute("set transaction read only")
            migrator.connection.execute(map_schemas(text, migrator.project.schema_map))
    except psycopg.Error as error:
        return [f"{migration.id}: {error.diag.message_primary}"]
    return []


def _objects(migrator: Migrator) -> list[str]:
    plan = Plan()
    migrator.plan_objects(plan)
    gone = objects.missing(migrator.connection, migrator.project, migrator.recorded_objects())
    return [
        *(f"sql/{item.path} is not applied" for item in plan.added),
        *(f"sql/{item.path} is applied in another version" for item in plan.changed),
        *(f"sql/{item.path} is applied but its file is gone" for item in plan.removed),
        *(f"sql/{item.path} is recorded as applied, but is not in the database" for item in gone),
    ]


def _look_for_drift(migrator: Migrator, found: Findings) -> None:
    connection, project = migrator.connection, migrator.project
    if not fingerprint.can_record(connection, project):
        found.remarks.append("the catalog was not compared: the objects of sql/ are not applied")
        return
    since = fingerprint.unfinished_since(connection, project)
    if since:
        found.problems.append(
            f"the run that began at {since:%Y-%m-%d %H:%M:%S %Z} has not ended: run 'mdt apply'"
        )
        return
    found.drift = fingerprint.drift(connection, project)
    last = fingerprint.last(connection, project)
    here = connection.info.server_version // 10000
    if found.drift and last and last["server_version"] // 10000 != here:
        found.remarks.append(
            f"the catalog was recorded on PostgreSQL {last['server_version'] // 10000}, and this "
            f"is {here}, which may write definitions in another way; accept it with "
            "'mdt accept catalog --reason TEXT'"
        )
