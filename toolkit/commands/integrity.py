"""status, verify, accept: whether the database is what the files say, and what to do if not."""

import click

from toolkit import db
from toolkit.commands.migrations import wait_option
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import FAILED
from toolkit.installations import installations, locate
from toolkit.migrate import Migrator
from toolkit.project import Project


@click.command()
@db.pass_connection
def status(app: App, connection: Connection) -> int:
    """Show which migrations and objects are applied; exit 1 when something is pending or differs.

    It only reads, and does not wait for a run that is at work.
    """
    from toolkit.status import read_status

    if not installations(connection):
        app.emit({"installed": False})
        app.say("not installed")
        return FAILED
    migrator = Migrator(connection, locate(connection, Project(app.project)), app.detail)
    found = read_status(migrator)
    app.emit(found.as_json())
    for name in found.applied:
        app.say(f"applied  {name}")
    for migration in found.pending.migrations:
        app.say(f"pending  {migration.id}")
    for difference in found.differences:
        app.say(f"differs  {difference.detail}")
    for name in found.half_done:
        app.say(f"half done {name}: 'mdt apply' or 'mdt rollback' goes on where it stopped")
    waiting = sum(
        len(items) for items in (found.pending.added, found.pending.changed, found.pending.removed)
    )
    app.say(f"objects  {found.objects} applied, {waiting} pending")
    if found.drift.objects:
        app.say(f"drift    {found.drift.objects} objects, see 'mdt verify'")
    elif not found.drift.compared:
        app.say(f"drift    not looked for: {found.drift.because}")
    if found.lock_holder:
        app.say(
            "locked   by process {pid} ({application}, role {role})".format(**found.lock_holder)
        )
    return 0 if found.is_clean else FAILED


@click.command()
@db.pass_connection
def verify(app: App, connection: Connection) -> int:
    """Compare the database with the SQL files, and with what the last run left; exit 1 on drift.

    Verify scripts, files against the ledger, recorded objects, and every object in the catalog.
    """
    from toolkit.verify import verify as compare

    migrator = Migrator(connection, locate(connection, Project(app.project)), app.detail)
    found = compare(migrator)
    for remark in found.remarks:
        app.remark(remark)
    app.emit(
        {
            "problems": found.lines(),
            "differences": [difference.as_json() for difference in found.files],
            "drift": [
                {
                    "name": item.name,
                    "kind": item.kind,
                    "identity": item.identity,
                    "change": item.change,
                    "differences": item.differences,
                }
                for item in found.drift
            ],
        }
    )
    for line in found.lines():
        app.say(line)
    for difference in found.files:
        if difference.diff:
            app.say(difference.diff)
    if not found.lines():
        app.say("the database is what the files say")
    return FAILED if found.lines() else 0


@click.command()
@click.argument("name")
@click.option("--reason", required=True, help="Why it is right; kept in system.acceptances.")
@wait_option
@db.pass_connection
def accept(app: App, connection: Connection, name: str, reason: str, max_wait: float) -> None:
    """Take a difference that verify has named as right.

    NAME is a migration ("0003_create_brands"), an object ("index core.brands_name_idx"), or
    "catalog" for all objects that differ.
    """
    from toolkit.acceptance import accept as take

    migrator = Migrator(connection, locate(connection, Project(app.project)), app.remark)
    with migrator.lock(max_wait):
        done = take(migrator, name, reason)
    app.emit({"accepted": [{"kind": item.kind, "name": item.name} for item in done]})
    for item in done:
        app.say(f"accepted: {item.detail}")
