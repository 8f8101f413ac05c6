"""Accept a difference by its name: the ledger takes it as right, and keeps who said so, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from toolkit import db, fingerprint, integrity
from toolkit.errors import MISUSED, Failure
from toolkit.integrity import Difference, Recorded
from toolkit.ledger import SqlMigration
from toolkit.migrate import Migrator
from toolkit.project import sha256

EVERYTHING = "catalog"  # accepts all drift at once


@dataclass(frozen=True)
class Accepted:
    """What was accepted. name: a migration, or kind and name of an object."""

    kind: str
    name: str
    detail: str


def accept(migrator: Migrator, name: str, reason: str) -> list[Accepted]:
    """Accept what differs under a name: a migration, a drifted object, or "catalog" for all drift.

    Errors: Failure without a reason, for an unknown name, and where nothing differs.
    """
    if not reason.strip():
        raise Failure(
            "a difference is accepted with a reason",
            "It is kept, and tells those who come later.",
            "Say why with --reason TEXT.",
            MISUSED,
        )
    found = [
        difference
        for difference in migrator.differences()
        if name in (difference.name, difference.file.migration_id if difference.file else None)
    ]
    with migrator.connection.transaction():
        if found:
            done = _accept_files(migrator, found, reason)
        else:
            done = _accept_drift(migrator, name, reason)
        if not done:
            raise _nothing(migrator, name)
        if fingerprint.can_record(migrator.connection, migrator.project):
            fingerprint.record(migrator.connection, migrator.project, "accept")
    return done


def _nothing(migrator: Migrator, name: str) -> Failure:
    known = {file.migration_id for file in migrator.project.migrations()}
    if name in known or name in migrator.ledger.applied_ids() or name == EVERYTHING:
        return Failure(f'there is nothing to accept: "{name}" is as it was recorded')
    return Failure(
        f'nothing that differs is called "{name}"', hint="See what differs with 'mdt verify'."
    )


def _accept_drift(migrator: Migrator, name: str, reason: str) -> list[Accepted]:
    if not fingerprint.can_record(migrator.connection, migrator.project):
        return []
    wanted = None if name == EVERYTHING else name
    drift = [
        item
        for item in fingerprint.drift(migrator.connection, migrator.project)
        if wanted in (None, item.name)
    ]
    if drift:
        fingerprint.accept(migrator.connection, migrator.project, wanted, reason)
    return [Accepted("drift", item.name, item.lines()[0]) for item in drift]


def _accept_files(migrator: Migrator, found: Sequence[Difference], reason: str) -> list[Accepted]:
    before = migrator.recorded_migrations()
    after: list[Recorded] = []
    for row in before:
        changed: Recorded | None = row
        for difference in found:
            if changed is not None and difference.name == row.id:
                changed = _as_accepted(changed, difference)
        if changed is not None:
            after.append(changed)
    accepted = {difference.name for difference in found}
    _write(migrator, before, _linked(before, after, accepted))
    for difference in found:
        if difference.kind == "chain" and difference.recorded is None:
            _record_anew(migrator, difference)
        if difference.kind == "renamed" and difference.file is not None:
            migrator.ledger.rename(difference.name, difference.file.migration_id)
        _render_anew(migrator, difference)
        _note(migrator, difference, reason)
    return [Accepted(item.kind, item.name, item.detail) for item in found]


def _as_accepted(row: Recorded, difference: Difference) -> Recorded | None:
    """Return a row as it is when the difference is right, None when it goes."""
    file = difference.file
    if difference.kind == "chain":
        if "yoyo's table does not" in difference.detail:
            return None
        return row._replace(content_sha256=sha256(row.content))
    if file is None:
        return row
    if difference.kind == "renamed":
        return row._replace(id=file.migration_id)
    return row._replace(content=file.text, content_sha256=sha256(file.text))


def _linked(
    before: Sequence[Recorded], after: Sequence[Recorded], accepted: set[str]
) -> list[Recorded]:
    """Return the rows with their links made anew; one that is broken otherwise stays broken."""
    broken = set()
    previous = integrity.BEGINNING
    for row in before:
        is_whole = (row.previous_sha256, row.chain_sha256) == (
            previous,
            integrity.link(previous, row.id, row.content_sha256),
        )
        if not is_whole and row.id not in accepted:
            broken.add(row.position)
        previous = row.chain_sha256
    linked: list[Recorded] = []
    for row in after:
        if row.position not in broken:
            previous = linked[-1].chain_sha256 if linked else integrity.BEGINNING
            chain = integrity.link(previous, row.id, row.content_sha256)
            row = row._replace(previous_sha256=previous, chain_sha256=chain)
        linked.append(row)
    return linked


def _write(migrator: Migrator, before: Sequence[Recorded], after: Sequence[Recorded]) -> None:
    """Bring the ledger's rows from what they were to what they are now."""
    table = db.qualified(migrator.ledger.schema, "applied_migrations")
    by_position = {row.position: row for row in after}
    for row in before:
        new = by_position.get(row.position)
        if new is None:
            migrator.connection.execute(
                sql.SQL("delete from {} where position_in_order = %s").format(table),
                [row.position],
            )
        elif new != row:
            migrator.connection.execute(
                sql.SQL(
                    "update {} set migration_id = %s, content = %s, content_sha256 = %s, "
                    "previous_sha256 = %s, chain_sha256 = %s where position_in_order = %s"
                ).format(table),
                [
                    new.id,
                    new.content,
                    new.content_sha256,
                    new.previous_sha256,
                    new.chain_sha256,
                    row.position,
                ],
            )


def _record_anew(migrator: Migrator, difference: Difference) -> None:
    """Put a migration that the ledger has lost at the end of it, with the file of now."""
    migration = _loaded(migrator, difference.name)
    if migration is None:
        raise Failure(
            f"the ledger has lost {difference.name}, and its file is gone",
            hint="Restore the file, then accept it again.",
        )
    integrity.record(migrator.connection, migrator.ledger.schema, migration, 0)


def _render_anew(migrator: Migrator, difference: Difference) -> None:
    """Record the text and variables that the file is rendered with now."""
    if difference.kind not in ("edited", "variables"):
        return
    migration = _loaded(migrator, difference.name)
    if migration is not None:
        integrity.record_rendering(migrator.connection, migrator.ledger.schema, migration)


def _loaded(migrator: Migrator, name: str) -> SqlMigration | None:
    for migration in migrator.migrations():
        if migration.id == name:
            migration.load()
            return migration
    return None


def _note(migrator: Migrator, difference: Difference, reason: str) -> None:
    row, file = difference.recorded, difference.file
    migrator.connection.execute(
        sql.SQL(
            "insert into {} (kind, name, old_sha256, new_sha256, old_content, new_content, reason) "
            "values (%s, %s, %s, %s, %s, %s, %s)"
        ).format(db.qualified(migrator.ledger.schema, "acceptances")),
        [
            difference.kind,
            difference.name,
            row.content_sha256 if row else None,
            sha256(file.text) if file else None,
            row.content if row else None,
            file.text if file else None,
            reason,
        ],
    )
