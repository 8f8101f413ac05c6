"""apply, promote: bring the database to the state of the files."""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from toolkit import db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.installed import Installed
from toolkit.locks import duration
from toolkit.migrate import Migrator, Plan
from toolkit.project import Project

P = ParamSpec("P")
R = TypeVar("R")

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


def backup_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options that say what happens before rows are destroyed."""
    for option in (
        click.option(
            "--backup-confirmed",
            is_flag=True,
            help="Rows may be destroyed without a dump: there is a backup.",
        ),
        click.option(
            "--backup-dir",
            type=click.Path(file_okay=False, path_type=Path),
            help="Dump tables that lose rows into a new folder below this one.  "
            "[default: \\[backup] folder in mdt.toml]",
        ),
    ):
        command = option(command)
    return command


@click.command()
@suffix_option
@backup_options
@wait_option
@click.option("--ignore-hazards", is_flag=True, help="Apply what 'mdt plan' warns of, too.")
@db.pass_connection
def apply(
    app: App,
    connection: Connection,
    schema_suffix: str | None,
    backup_dir: Path | None,
    backup_confirmed: bool,
    max_wait: float | None,
    ignore_hazards: bool,
) -> None:
    """Bring the database to the state of the SQL files.

    Migrations first, each in one transaction, then the repeatable objects in one more. Nothing is
    touched where nothing changed; a run that was interrupted is completed by the next. A project's
    own migration with a hazard that its header does not allow is refused beforehand. Tables that
    would lose rows are dumped before anything is touched.
    """
    migrator = Migrator.for_apply(connection, Project(app.project), schema_suffix, app.remark)

    def protect(plan: Plan) -> None:
        if not plan.migrations:
            return
        from toolkit.backup import Protection
        from toolkit.losses import find_losses

        protection = Protection.of(migrator.project, backup_dir, backup_confirmed)
        texts = [(migration.file.name, migration.rendered) for migration in plan.migrations]
        losses = find_losses(connection, texts, migrator.ledger.schema)
        protection.before(connection, losses, "apply", app.remark)

    with migrator.lock(max_wait):
        done = migrator.apply(protect, ignore_hazards=ignore_hazards)
    names = migrator.project.schema_map
    app.emit({**done.as_json(), "schemas": names})
    if done:
        objects = len(done.added) + len(done.changed) + len(done.removed)
        app.say(f"applied {len(done.migrations)} migrations and {objects} objects")
    else:
        app.say("nothing to do")


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
