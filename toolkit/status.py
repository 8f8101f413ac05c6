"""How an installation stands, read without writing, waiting or holding anything."""

from dataclasses import asdict, dataclass
from typing import Any

import psycopg

from toolkit import __version__, db, fingerprint
from toolkit.errors import Failure
from toolkit.integrity import Difference
from toolkit.ledger import SqlMigration
from toolkit.locks import run_holder
from toolkit.migrate import Migrator, Plan
from toolkit.render import map_schemas
from toolkit.stepwise import DIRECTIONS, half_done

LOCK_TIMEOUT = "500ms"


@dataclass(frozen=True)
class DriftSummary:
    """How many objects are not as the last run left them; because: why nobody looked."""

    compared: bool
    added: int = 0
    removed: int = 0
    changed: int = 0
    because: str = ""

    @property
    def objects(self) -> int:
        """How many objects differ."""
        return self.added + self.removed + self.changed


@dataclass(frozen=True)
class Status:
    """What `mdt status` shows; the keys of `as_json` are a contract."""

    schemas: dict[str, str]
    installed_version: str | None
    applied: list[str]
    pending: Plan
    differences: list[Difference]
    objects: int
    drift: DriftSummary
    last_run: dict[str, Any] | None
    unfinished_since: Any
    half_done: list[str]
    lock_holder: dict[str, Any] | None

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is pending, and nothing differs."""
        return not (self.pending or self.differences or self.drift.objects or self.half_done)

    def as_json(self) -> dict[str, Any]:
        """Return the document that --json prints."""
        return {
            "installed": True,
            "toolkit_version": __version__,
            "installed_version": self.installed_version,
            "schemas": self.schemas,
            "applied": self.applied,
            "pending": self.pending.as_json(),
            "differences": [difference.as_json() for difference in self.differences],
            "objects": self.objects,
            "drift": asdict(self.drift),
            "last_run": self.last_run,
            "unfinished_since": self.unfinished_since,
            "half_done": self.half_done,
            "lock_holder": self.lock_holder,
        }


def read_status(migrator: Migrator) -> Status:
    """Return the state, all of it as of one moment, in a transaction that can only read."""
    connection = migrator.connection
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        holder = lock_holder(migrator)
        differences = migrator.differences()
        applied = migrator.ledger.applied_ids()
        pending = Plan([m for m in _migrations(migrator, differences) if m.id not in applied])
        migrator.plan_objects(pending)
        project = migrator.project
        query = "select toolkit_version from system.installation"
        return Status(
            schemas=project.schema_map,
            installed_version=db.scalar(connection, map_schemas(query, project.schema_map)),
            applied=applied,
            pending=pending,
            differences=differences,
            objects=len(migrator.recorded_objects()),
            drift=_drift(migrator, is_locked=holder is not None),
            last_run=fingerprint.last(connection, project),
            unfinished_since=fingerprint.unfinished_since(connection, project),
            half_done=sorted(
                name
                for direction in DIRECTIONS
                for name in half_done(connection, migrator.ledger.schema, direction)
            ),
            lock_holder=holder,
        )


def _migrations(migrator: Migrator, differences: list[Difference]) -> list[SqlMigration]:
    """Return the migrations of the files; none where what differs keeps them from being ordered."""
    try:
        return migrator.migrations()
    except Failure:
        if any(difference.stops for difference in differences):
            return []
        raise


def _drift(migrator: Migrator, *, is_locked: bool) -> DriftSummary:
    connection, project = migrator.connection, migrator.project
    if is_locked:
        return DriftSummary(compared=False, because="a run is at work")
    if not fingerprint.can_record(connection, project):
        return DriftSummary(compared=False, because="the objects of sql/ are not applied")
    if fingerprint.unfinished_since(connection, project):
        return DriftSummary(compared=False, because="the last run has not ended")
    try:
        with connection.transaction():
            changes = [item.change for item in fingerprint.drift(connection, project)]
    except psycopg.errors.LockNotAvailable:
        return DriftSummary(compared=False, because="somebody holds a lock on a table")
    return DriftSummary(
        compared=True,
        added=changes.count("added"),
        removed=changes.count("removed"),
        changed=changes.count("changed"),
    )


def lock_holder(migrator: Migrator) -> dict[str, Any] | None:
    """Return who holds the lock of the installation, None when nobody does."""
    found = run_holder(migrator.connection, migrator.ledger.schema)
    return asdict(found) if found else None
