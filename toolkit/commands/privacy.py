"""privacy: what is personal, forgetting a person, deletion requests, retention."""

import json
import sys
from pathlib import Path
from typing import Any

import click
import psycopg

from toolkit import db
from toolkit.commands.sync import say_rows
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import FAILED, MISUSED, Failure
from toolkit.installed import Installed
from toolkit.privacy import (
    distinctive_values,
    forget_subject,
    look_for,
    read_ledger,
    retain,
    vacuum_tables,
)

Row = dict[str, Any]

_STATUS = {
    "classes": """
        select class, count(*) as columns, count(distinct relation) as tables
        from system.classified_columns
        group by class
        order by class
    """,
    "gaps": "select subject as column, detail from system.classification_gaps()",
    "requests": """
        select
            count(*) filter (where state = 'waiting') as waiting,
            count(*) filter (where state = 'waiting' and due_at <= now()) as due,
            count(*) filter (where state = 'waiting' and outcome is not null) as failed,
            count(*) filter (where state = 'done') as done,
            min(due_at) filter (where state = 'waiting') as next_due_at
        from auth.deletion_requests
    """,
    "erasures": """
        select subject_kind, mode, count(*) as erasures, max(erased_at) as last_at
        from system.erasures
        where origin <> 'imported'
        group by subject_kind, mode
        order by subject_kind, mode
    """,
    "retention": "select * from system.retention_status()",
}
_DUE = """
    select id, user_id, kind, due_at, outcome
    from auth.deletion_requests
    where state = 'waiting' and due_at <= now()
    order by due_at, id
"""

kind_option = click.option(
    "--kind", default="user", show_default=True, help="What is forgotten: user, supplier ..."
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be done; do nothing.")


@click.group()
def privacy() -> None:
    """Know, hand out, forget and expire personal data."""


@privacy.command()
@db.pass_connection
def status(app: App, connection: Connection) -> int:
    """Show what is classified, asked, erased and due; exit 1 when something is amiss."""
    installed = Installed.find(app, connection)
    document = {title: installed.rows(query) for title, query in _STATUS.items()}
    app.emit(document)
    for title, rows in document.items():
        app.say(title)
        say_rows(app, rows)
        app.say()
    is_amiss = (
        document["gaps"]
        or document["requests"][0]["failed"]
        or any(row["last_error"] for row in document["retention"])
    )
    return FAILED if is_amiss else 0


@privacy.command()
@click.argument("tables", metavar="[TABLE]...", nargs=-1)
@click.option("--all", "all_classes", is_flag=True, help="Also columns that tell nothing.")
@db.pass_connection
def columns(app: App, connection: Connection, tables: tuple[str, ...], all_classes: bool) -> None:
    """List the columns that tell something of a person, of all tables or of TABLE."""
    found = Installed.find(app, connection).rows(
        """
        select
            known.relation::text as table_name, known.column_name, known.class,
            known.replacement, tables.rows_kept, tables.legal_basis
        from system.classified_columns as known
        inner join system.classified_tables as tables using (relation)
        where
            (%s or known.class <> 'plain')
            and (%s::text[] = '{}' or known.relation::text = any(%s))
        order by 1, known.class, 2
        """,
        all_classes,
        list(tables),
        list(tables),
    )
    app.emit({"columns": found})
    say_rows(app, found)


@privacy.command()
@click.argument("subject")
@kind_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@db.pass_connection
def export(app: App, connection: Connection, subject: str, kind: str, out: Path | None) -> None:
    """Print all that is stored of SUBJECT, a key or an e-mail address, as JSON."""
    installed = Installed.find(app, connection)
    key = installed.call("system.find_subject", kind, subject)
    document = installed.call("system.export_subject", kind, key)
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if out:
        out.touch()
        out.chmod(0o600)  # of a file that was there before as well
        out.write_text(text + "\n", encoding="utf-8")
        app.remark(f"written to {out}")
        app.emit({"written_to": str(out)})
    else:
        click.echo(text)


@privacy.command()
@click.argument("subject")
@kind_option
@click.option("--erase", is_flag=True, help="Delete the rows too that nobody has to keep.")
@dry_run_option
@click.option("--vacuum/--no-vacuum", default=True, help="Vacuum and analyze what was changed.")
@db.pass_connection
def forget(
    app: App,
    connection: Connection,
    subject: str,
    kind: str,
    erase: bool,
    dry_run: bool,
    vacuum: bool,
) -> int:
    """Anonymise SUBJECT, a key or an e-mail address, everywhere, and prove it.

    Exit 1 when something is left in a table that an erasure does not reach.
    """
    installed = Installed.find(app, connection)
    key = installed.call("system.find_subject", kind, subject)
    values = distinctive_values(installed, kind, key)
    steps = forget_subject(installed, kind, key, "erase" if erase else "anonymize", dry_run)
    left: list[Row] = []
    if not dry_run:
        if vacuum:
            vacuum_tables(app, connection, steps)
        left = look_for(app, installed, values)
    app.emit({"key": key, "dry_run": dry_run, "steps": steps, "left": left})
    say_rows(app, steps)
    _say_left(app, left)
    return FAILED if left else 0


@privacy.command()
@click.argument("subject", required=False)
@kind_option
@click.option("--value", "values", multiple=True, help="What to look for; may be repeated.")
@click.option("--stdin", "from_stdin", is_flag=True, help="Look for each line of stdin.")
@db.pass_connection
def verify(
    app: App,
    connection: Connection,
    subject: str | None,
    kind: str,
    values: tuple[str, ...],
    from_stdin: bool,
) -> int:
    """Look for what SUBJECT is known by, or for values, in every table; exit 1 when found.

    Legacy schemas and the server's statistics are looked through as well. Values on stdin stay
    out of the list of processes.
    """
    installed = Installed.find(app, connection)
    lines = [line.strip() for line in sys.stdin] if from_stdin else []
    wanted = [*values, *(line for line in lines if line)]
    if subject:
        key = installed.call("system.find_subject", kind, subject)
        wanted += distinctive_values(installed, kind, key)
    if not wanted and not subject:
        raise click.UsageError("name a SUBJECT, --value or --stdin")
    left = look_for(app, installed, wanted)
    app.emit({"values": len(wanted), "found": left})
    _say_left(app, left)
    if not left:
        app.say(f"none of {len(wanted)} values stands anywhere")
    return FAILED if left else 0


@privacy.command()
@click.argument("subject")
@click.option("--erase", is_flag=True, help="Delete the rows too that nobody has to keep.")
@click.option("--due", default="30 days", show_default=True, help="When to do it, from now.")
@click.option("--reason", help="What they said.")
@db.pass_connection
def request(
    app: App, connection: Connection, subject: str, erase: bool, due: str, reason: str | None
) -> None:
    """Take down that SUBJECT, a user, asked to be forgotten; once, however often it is called."""
    installed = Installed.find(app, connection)
    key = installed.call("system.find_subject", "user", subject)
    try:
        identity = installed.scalar(
            "select auth.request_deletion(%s::uuid, %s, now() + %s::interval, %s)",
            key,
            "erase" if erase else "anonymize",
            due,
            reason,
        )
    except (psycopg.errors.InvalidDatetimeFormat, psycopg.errors.DatetimeFieldOverflow) as error:
        raise Failure(
            f'--due: "{due}" is no time from now',
            hint='Write it as in "30 days" or "12 hours".',
            exit_code=MISUSED,
        ) from error
    [found] = installed.rows(
        "select id, user_id, kind, due_at from auth.deletion_requests where id = %s", identity
    )
    app.emit(found)
    app.say(f"{found['kind']} {found['user_id']} at {found['due_at']:%Y-%m-%d %H:%M}")


@privacy.command()
@click.option("--process", is_flag=True, help="Do what is due, each in its own transaction.")
@dry_run_option
@db.pass_connection
def requests(app: App, connection: Connection, process: bool, dry_run: bool) -> int:
    """List the deletion requests that wait; exit 1 when one has failed."""
    installed = Installed.find(app, connection)
    done = 0
    steps: dict[str, list[Row]] = {}
    for row in installed.rows(_DUE) if process else []:
        if dry_run:
            steps[str(row["id"])] = forget_subject(
                installed, "user", str(row["user_id"]), row["kind"], True
            )
        else:
            done += installed.call("auth.process_deletion_requests", 1)
    waiting = installed.rows(
        """
        select id, user_id, kind, requested_at, due_at, due_at <= now() as is_due, outcome
        from auth.deletion_requests
        where state = 'waiting'
        order by due_at, id
        """
    )
    app.emit({"done": done, "waiting": waiting, "steps": steps})
    if process and not dry_run:
        app.remark(f"{done} done")
    for identity, rows in steps.items():
        app.say(identity)
        say_rows(app, rows)
    say_rows(app, waiting)
    return FAILED if any(row["outcome"] for row in waiting) else 0


@privacy.command()
@click.argument("policies", metavar="[POLICY]...", nargs=-1)
@dry_run_option
@db.pass_connection
def retention(app: App, connection: Connection, policies: tuple[str, ...], dry_run: bool) -> int:
    """Remove what is older than its policy allows; exit 1 when a policy fails.

    Some ten thousand rows a transaction: killed at any moment, it goes on where it stopped.
    """
    installed = Installed.find(app, connection)
    known = installed.rows("select * from system.retention_status() order by policy")
    unknown = set(policies) - {row["policy"] for row in known}
    if unknown:
        raise Failure(
            f"there is no retention policy {', '.join(sorted(unknown))}",
            hint="List them with 'mdt privacy status'.",
        )
    chosen = [
        row for row in known if row["is_enabled"] and (not policies or row["policy"] in policies)
    ]
    results = chosen if dry_run else [retain(app, installed, row) for row in chosen]
    app.emit({"dry_run": dry_run, "policies": results})
    say_rows(app, results)
    return FAILED if any(row.get("error") for row in results) else 0


@privacy.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@db.pass_connection
def ledger(app: App, connection: Connection, out: Path | None) -> None:
    """Print who was forgotten, to be kept apart from the backups: it names nobody."""
    rows = Installed.find(app, connection).rows(
        """
        select id, subject_kind, subject_sha256, mode, erased_at
        from system.erasures
        order by id
        """
    )
    text = json.dumps(rows, indent=2, default=str)
    if out:
        out.write_text(text + "\n", encoding="utf-8")
        app.remark(f"{len(rows)} entries written to {out}")
        app.emit({"entries": len(rows), "written_to": str(out)})
    else:
        click.echo(text)


@privacy.command()
@click.argument("file", required=False, type=click.File("r", encoding="utf-8"))
@dry_run_option
@db.pass_connection
def replay(app: App, connection: Connection, file: Any, dry_run: bool) -> None:
    """Forget again whom a restored backup brought back.

    FILE is what 'mdt privacy ledger' wrote later than the backup; without it, the ledger of the
    database counts. Each person is a transaction of its own.
    """
    installed = Installed.find(app, connection)
    imported = installed.call("system.import_erasures", read_ledger(file)) if file else 0
    replayed = []
    for row in installed.rows("select * from system.pending_replays()"):
        steps = forget_subject(
            installed, row["subject_kind"], row["key"], row["mode"], dry_run, origin="replay"
        )
        if steps:
            replayed.append({**row, "rows": sum(step["rows"] for step in steps)})
            app.remark(f"{row['subject_kind']} {row['key']}")
    app.emit({"imported": imported, "dry_run": dry_run, "replayed": replayed})
    app.say(f"{imported} entries imported, {len(replayed)} persons forgotten again")


def _say_left(app: App, left: list[Row]) -> None:
    for row in left:
        app.say(f"{row['relation_name']}.{row['column_name']}: {row['rows']} rows")
