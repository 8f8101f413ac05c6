"""apply, rollback, status, verify, promote: the state of the files and of the database."""

import click

from toolkit import db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import FAILED, Failure
from toolkit.installations import installations, locate
from toolkit.installed import Installed
from toolkit.locks import duration
from toolkit.migrate import Migrator
from toolkit.project import Project

suffix_option = click.option(
    "--schema-suffix",
    metavar="SUFFIX",
    help="Install under names that end so, e.g. _v2, beside a database that uses ours.",
)


def read_wait(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Return the seconds that --max-wait says."""
    try:
        return None if value is None else duration(value, "--max-wait")
    except Failure as failure:
        reason = f"'{value}' is not a time such as 500ms, 90s or 5min"
        raise click.BadParameter(reason, ctx, param) from failure


wait_option = click.option(
    "--max-wait",
    metavar="TIME",
    callback=read_wait,
    help="Longest time to wait in all, for another run and for locks: 90s, 5min.  [default: 10min]",
)


@click.command()
@suffix_option
@wait_option
@click.option("--ignore-hazards", is_flag=True, help="Apply what 'mdt plan' warns of, too.")
@db.pass_connection
def apply(
    app: App,
    connection: Connection,
    schema_suffix: str | None,
    max_wait: float | None,
    ignore_hazards: bool,
) -> None:
    """Bring the database to the state of the SQL files.

    Migrations first, each in one transaction, then the repeatable objects in one more. Nothing is
    touched where nothing changed; a run that was interrupted is completed by the next. A project's
    own migration with a hazard that its header does not allow is refused beforehand.
    """
    migrator = Migrator.for_apply(connection, Project(app.project), schema_suffix, app.remark)
    with migrator.lock(max_wait):
        done = migrator.apply(ignore_hazards=ignore_hazards)
    names = migrator.project.schema_map
    app.emit({**done.as_json(), "schemas": names})
    if done:
        objects = len(done.added) + len(done.changed) + len(done.removed)
        app.say(f"applied {len(done.migrations)} migrations and {objects} objects")
    else:
        app.say("nothing to do")


@click.command()
@click.option("--to", "down_to", metavar="ID", help="The oldest migration to take back.")
@click.option("--all", "everything", is_flag=True, help="Take back all of them.")
@wait_option
@db.pass_connection
def rollback(
    app: App, connection: Connection, down_to: str | None, everything: bool, max_wait: float | None
) -> None:
    """Take migrations back, newest first; without an option, the last one.

    The repeatable objects are removed first and put back by the next apply.
    """
    if down_to and everything:
        raise click.UsageError("--to and --all exclude each other")
    migrator = Migrator(connection, locate(connection, Project(app.project)), app.remark)
    with migrator.lock(max_wait):
        applied = migrator.ledger.applied_ids()
        adopted = migrator.adopted()
        ours = [name for name in applied if name not in adopted]
        wanted = down_to or next(reversed(ours or applied))
        if wanted not in applied:
            raise Failure(
                f'migration "{wanted}" is not applied', hint="List them with 'mdt status'."
            )
        from toolkit.ledger import read_migrations

        by_id = {migration.id: migration for migration in read_migrations(migrator.project)}
        migrator.refuse_other_layers()
        missing = [name for name in applied if name not in by_id]
        if missing:
            raise Failure(
                f"the files of these applied migrations are gone: {', '.join(missing)}",
                hint="Restore them; they say how to take the migration back.",
            )
        done = migrator.rollback(None if everything else by_id[wanted])
    app.emit({"rolled_back": done})
    app.say(f"took back {len(done)} migrations")


@click.command()
@db.pass_connection
def status(app: App, connection: Connection) -> int:
    """Show which migrations and objects are applied; exit 1 when something is pending."""
    project = Project(app.project)
    if not installations(connection):
        app.emit({"installed": False})
        app.say("not installed")
        return FAILED
    migrator = Migrator(connection, locate(connection, project), app.detail)
    found = migrator.plan()
    applied = migrator.ledger.applied_ids()
    app.emit(
        {
            "installed": True,
            "schemas": project.schema_map,
            "applied": applied,
            "objects": len(migrator.recorded_objects()),
            "pending": found.as_json(),
        }
    )
    for name in applied:
        app.say(f"applied  {name}")
    for migration in found.migrations:
        app.say(f"pending  {migration.id}")
    waiting = len(found.added) + len(found.changed) + len(found.removed)
    app.say(f"objects  {len(migrator.recorded_objects())} applied, {waiting} pending")
    return FAILED if found else 0


@click.command()
@db.pass_connection
def verify(app: App, connection: Connection) -> int:
    """Compare the database with the SQL files; exit 1 when they differ."""
    migrator = Migrator(connection, locate(connection, Project(app.project)), app.detail)
    problems = migrator.verify()
    app.emit({"problems": problems})
    for problem in problems:
        app.say(problem)
    if not problems:
        app.say("the database is what the files say")
    return FAILED if problems else 0


@click.command()
@click.option("--back", "is_back", is_flag=True, help="Undo the last promotion.")
@wait_option
@db.pass_connection
def promote(app: App, connection: Connection, is_back: bool, max_wait: float | None) -> None:
    """Give suffixed schemas their final names.

    The old schemas of these names become <name>_legacy, in the same short transaction.
    Applications that read the old tables by name have to be moved off them before. With --back,
    all get the names again that they had before.
    """
    from toolkit.commands import cron
    from toolkit.promote import promote as rename
    from toolkit.promote import take_back

    installed = Installed.find(app, connection)
    migrator = Migrator(connection, installed.project, app.remark)
    with migrator.lock(max_wait):
        jobs = cron.jobs_elsewhere(app, installed)
        names = take_back(migrator) if is_back else rename(migrator)
        if jobs:
            cron.replace_elsewhere(app, Installed.find(app, connection), jobs)
    app.emit(names)
    for renames in names.values():
        for old, new in renames.items():
            app.say(f"{old} -> {new}")
