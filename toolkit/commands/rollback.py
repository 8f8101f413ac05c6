"""rollback: take migrations back, newest first, and keep what would be lost."""

from pathlib import Path

import click

from toolkit import db
from toolkit.backup import Protection
from toolkit.commands.migrations import backup_options, wait_option
from toolkit.context import App
from toolkit.db import Connection
from toolkit.installed import Installed
from toolkit.ledger import SqlMigration
from toolkit.migrate import Migrator


@click.command()
@click.option("--to", "down_to", metavar="ID", help="The oldest migration to take back.")
@click.option("--keep", metavar="ID", help="The newest migration to keep; all later ones go.")
@click.option("--all", "everything", is_flag=True, help="Take back all of them.")
@click.option("--dry-run", is_flag=True, help="Print the SQL and what would be lost; do nothing.")
@backup_options
@wait_option
@db.pass_connection
def rollback(
    app: App,
    connection: Connection,
    down_to: str | None,
    keep: str | None,
    everything: bool,
    dry_run: bool,
    backup_dir: Path | None,
    backup_confirmed: bool,
    max_wait: float | None,
) -> None:
    """Take migrations back, newest first; without an option, the last one.

    The repeatable objects are removed first and put back by the next apply. Tables that would lose
    rows are dumped before anything is touched.
    """
    from toolkit.rollback import choose, prepare

    if sum((down_to is not None, keep is not None, everything)) > 1:
        raise click.UsageError("--to, --keep and --all exclude each other")
    installed = Installed.find(app, connection)
    migrator = Migrator(connection, installed.project, app.remark)
    if dry_run:
        prepared = prepare(migrator, choose(migrator, down_to, keep, everything))
        app.emit(
            {
                "would_roll_back": [migration.id for migration in prepared.migrations],
                "objects_removed": [item.path for item in prepared.objects],
                "sql": prepared.sql(),
                "losses": [loss.as_json() for loss in prepared.losses],
            }
        )
        app.say(prepared.sql())
        return
    protection = Protection.of(installed.project, backup_dir, backup_confirmed)
    with migrator.lock(max_wait):
        prepared = prepare(migrator, choose(migrator, down_to, keep, everything))
        backup = protection.before(connection, prepared.losses, "rollback", app.remark)
        _remove_cron_jobs(app, installed, prepared.migrations)
        oldest = prepared.migrations[-1:]
        done = migrator.rollback(None if everything else oldest[0]) if oldest else []
    app.emit({"rolled_back": done, "backup": str(backup) if backup else None})
    app.say(f"took back {len(done)} migrations" if done else "nothing to do")


def _remove_cron_jobs(app: App, installed: Installed, migrations: list[SqlMigration]) -> None:
    """Take the jobs of an installation that goes out of the pg_cron of another database."""
    from toolkit.rollback import removes_cron_jobs

    if removes_cron_jobs(migrations):
        from toolkit.commands import cron

        cron.remove_elsewhere(app, installed)
