"""Which migrations a rollback takes back, why it may not, and what would be lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit import objects
from toolkit.errors import Failure
from toolkit.ledger import SqlMigration, refuse_irreversible
from toolkit.losses import Loss, find_losses
from toolkit.migrate import Migrator
from toolkit.moves import refuse_moves
from toolkit.render import render
from toolkit.stepwise import refuse_half_done

CRON_MIGRATION = "0005_create_sync_tables"


@dataclass(frozen=True)
class Prepared:
    """A rollback that may begin: migrations newest first, their SQL, and what it destroys."""

    migrations: list[SqlMigration]
    objects: list[objects.Applied]
    texts: list[tuple[str, str]]
    losses: list[Loss]

    def sql(self) -> str:
        """Return what would be executed, and what would be lost, as one script."""
        parts = []
        if self.objects:
            parts.append(f"-- first, {len(self.objects)} repeatable objects are removed")
        parts += [f"-- {name}\n{text.strip()}" for name, text in self.texts]
        parts += [f"-- lost: {loss.line()}" for loss in self.losses]
        if not self.losses:
            parts.append("-- no rows are lost")
        return "\n\n".join(parts)


def choose(
    migrator: Migrator, down_to: str | None, keep: str | None, everything: bool
) -> list[SqlMigration]:
    """Return the migrations to take back, newest first; without an option, the last one.

    down_to: the oldest that goes. keep: the newest that stays. everything: but what was adopted
    from another tool. Errors: Failure for one that is
    not applied, and when a file is gone that would say how to take its migration back.
    """
    migrator.refuse_other_layers()
    recorded = [row.id for row in migrator.recorded_migrations()]
    applied = recorded or migrator.ledger.applied_ids()
    named = down_to or keep
    if named and named not in applied:
        raise Failure(f'migration "{named}" is not applied', hint="List them with 'mdt status'.")
    if everything:
        adopted = migrator.adopted()
        wanted = [name for name in applied if name not in adopted]
    elif named:
        wanted = applied[applied.index(named) + (1 if keep else 0) :]
    else:
        wanted = applied[-1:]
    by_id = {migration.id: migration for migration in migrator.migrations()}
    gone = [name for name in wanted if name not in by_id]
    if gone:
        raise Failure(
            f"the files of these applied migrations are gone: {', '.join(gone)}",
            hint="Restore them; they say how to take the migration back.",
        )
    return [by_id[name] for name in reversed(wanted)]


def prepare(migrator: Migrator, migrations: list[SqlMigration]) -> Prepared:
    """Return a rollback that may begin. Errors: Failure when it may not; nothing is touched."""
    refuse_half_done(migrator.connection, migrator.ledger.schema, "rollback")
    refuse_irreversible(migrations)
    refuse_moves(migrator.connection, migrator.project)
    texts = [
        (migration.rollback_file.name, render(migration.rollback_file, migrator.project))
        for migration in migrations
    ]
    losses = find_losses(migrator.connection, texts, migrator.ledger.schema)
    return Prepared(migrations, migrator.removed_by_rollback(migrations), texts, losses)


def removes_cron_jobs(migrations: Sequence[SqlMigration]) -> bool:
    """Tell whether the functions that the jobs of pg_cron call do not come back."""
    return any(migration.id == CRON_MIGRATION for migration in migrations)
