"""move: take a legacy table to the new design step by step, with a way back at each."""

import contextlib
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import click
import psycopg
from psycopg import sql

from toolkit import db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import FAILED, Failure
from toolkit.execution import execute
from toolkit.installed import Installed
from toolkit.locks import BATCH, STEP, Blocked, Limits, Locks
from toolkit.progress import Progress
from toolkit.render import render

STEPS = (10, 50, 100)
# What refuses a step, besides the codes of our own.
REFUSALS = ("22023", "42501", "55000")
names_argument = click.argument("names", metavar="MOVE...", nargs=-1, required=True)


@click.group()
def move() -> None:
    """Move a legacy table to the new design, step by step."""


@move.command("list")
@db.pass_connection
def list_moves(app: App, connection: Connection) -> None:
    """List the moves that there are, and how far each has come."""
    installed = Installed.find(app, connection)
    known = {
        row["name"]: row
        for row in installed.rows("select * from strangler.move_status order by name")
    }
    listed = []
    for file in installed.project.moves():
        name = file.path.stem
        row = known.get(name)
        listed.append(
            {
                "name": name,
                "system": file.path.parent.name,
                "state": row["state"] if row else "not defined",
                "rollout_percent": row["rollout_percent"] if row else 0,
            }
        )
    app.emit({"moves": listed})
    for item in listed:
        state = f"{item['state']:12} {item['rollout_percent']:3} %"
        app.say(f"{item['system']:10} {item['name']:22} {state}")


@move.command()
@click.argument("systems", metavar="SYSTEM...", nargs=-1, required=True)
@db.pass_connection
def define(app: App, connection: Connection, systems: tuple[str, ...]) -> None:
    """Define the moves of legacy systems: archvd, soleflip, tickered.

    The mapping functions are created and the moves registered; nothing moves yet.
    """
    installed = Installed.find(app, connection)
    there = sorted({file.path.parent.name for file in installed.project.moves()})
    for system in systems:
        if system not in there:
            raise Failure(
                f'there are no moves for "{system}"', f"There are some for {', '.join(there)}."
            )
    defined = []
    for file in (file for system in systems for file in installed.project.moves(system)):
        text = render(file, installed.project)
        apply = partial(execute, connection, text, f"sql/{file.name}")
        in_transaction(app, installed, apply)
        defined.append(file.path.stem)
        app.say(f"defined {file.path.stem}")
    app.emit({"defined": defined})


@move.command()
@names_argument
@db.pass_connection
def plan(app: App, connection: Connection, names: tuple[str, ...]) -> None:
    """Show what each step of a move does, what it waits for, and the way back."""
    installed = Installed.find(app, connection)
    plans = []
    for row in named(installed, names):
        steps = [
            ("start", f"4 statement triggers on {row['source_table']}", "mdt move rollback"),
            ("backfill", f"about {rows_of(installed, row)} rows in batches", "nothing to undo"),
            ("compare", "source = moved + merged + quarantined, exactly", "nothing to undo"),
            *(
                (f"cutover {percent} %", "after a clean comparison", "mdt move cutover --to 0")
                for percent in STEPS
            ),
        ]
        plans.append(
            {
                "move": row["name"],
                "steps": [dict(zip(("step", "does", "back"), step, strict=True)) for step in steps],
                "next": row["next_command"],
            }
        )
        app.say(f"{row['name']}: {row['source_table']} -> {row['target_table']}, {row['state']}")
        for step, does, back in steps:
            app.say(f"  {step:14} {does:48} back: {back}")
        app.say(f"  next: {row['next_command'] or 'nothing'}")
    app.emit({"plans": plans})


@move.command()
@names_argument
@db.pass_connection
def start(app: App, connection: Connection, names: tuple[str, ...]) -> None:
    """Begin to capture every change of the legacy table."""
    installed = Installed.find(app, connection)
    for row in named(installed, names):
        with logged(installed, row["name"], "start"):
            begin = partial(installed.call, "strangler.start", row["name"])
            in_transaction(app, installed, begin)
        app.say(f"{row['name']}: capturing every change of {row['source_table']}")
    app.emit({"started": list(names)})


@move.command()
@names_argument
@click.option("--batch-size", type=click.IntRange(1, 100000), help="Rows a batch from now on.")
@click.option("--pause-ms", type=click.IntRange(0), help="Pause between batches from now on.")
@db.pass_connection
def backfill(
    app: App,
    connection: Connection,
    names: tuple[str, ...],
    batch_size: int | None,
    pause_ms: int | None,
) -> None:
    """Copy the old rows; may be interrupted at any moment and goes on where it stopped.

    Batch size and pause are read anew for each batch, from strangler.backfills. Rows that are in
    quarantine are tried again at the end.
    """
    installed = Installed.find(app, connection)
    results = []
    for row in named(installed, names):
        name = row["name"]
        installed.rows(
            "update strangler.backfills set batch_size = coalesce(%s, batch_size), "
            "pause_ms = coalesce(%s, pause_ms) where move = %s returning move",
            batch_size,
            pause_ms,
            name,
        )
        with logged(installed, name, "backfill"):
            run_backfill(app, installed, name, row["estimated_rows"] or 0)
            released = retry_quarantine(app, installed, name)
        status = named(installed, (name,))[0]
        copied = {key: status[key] for key in ("rows_read", "quarantined")}
        results.append({"move": name, **copied, "released": released})
        app.say(f"{name}: {copied['rows_read']} rows read, {copied['quarantined']} in quarantine")
    app.emit({"backfilled": results})


def run_backfill(app: App, installed: Installed, name: str, total: int) -> None:
    """Run batches until the backfill is finished. total: rows expected, 0 when unknown."""
    with Progress(app, f"backfill {name}", total) as progress:
        done: dict[str, Any] = {}

        def batch() -> None:
            done.update(installed.rows("select * from strangler.backfill_batch(%s)", name)[0])

        while not done.get("is_finished"):
            in_transaction(app, installed, batch, BATCH)
            progress.advance(done["rows_read"])
            pause = installed.scalar(
                "select pause_ms from strangler.backfills where move = %s", name
            )
            if pause and not done["is_finished"]:
                time.sleep(pause / 1000)
    # Comparisons are planned with statistics, and autovacuum would come too late with them.
    target = installed.scalar("select target_table from strangler.moves where name = %s", name)
    installed.connection.execute(sql.SQL("analyze {}").format(sql.Identifier(*target.split("."))))


def retry_quarantine(app: App, installed: Installed, name: str) -> int:
    """Try again to write what is in quarantine; return how many rows left it."""
    released = 0
    done: dict[str, Any] = {"last_key": None}

    def part() -> None:
        done.update(
            installed.rows(
                "select last_key::text, released from strangler.retry_quarantine(%s, %s::jsonb)",
                name,
                done["last_key"],
            )[0]
        )

    while True:
        in_transaction(app, installed, part, BATCH)
        released += int(done["released"])
        if done["last_key"] is None:
            return released


@move.command()
@names_argument
@db.pass_connection
def compare(app: App, connection: Connection, names: tuple[str, ...]) -> int:
    """Compare source and target, exactly and under writes; exit 1 when they differ."""
    installed = Installed.find(app, connection)
    results = [run_compare(app, installed, row["name"]) for row in named(installed, names)]
    app.emit({"comparisons": results})
    return 0 if all(result["is_clean"] for result in results) else FAILED


def run_compare(app: App, installed: Installed, name: str) -> dict[str, Any]:
    """Make one comparison, print it, and return it."""
    with logged(installed, name, "compare"):
        result = installed.rows("select * from strangler.compare(%s)", name)[0]
    app.say(
        f"{name}: {result['source_rows']} source rows = {result['moved']} moved "
        f"+ {result['merged']} merged + {result['quarantined']} quarantined; "
        f"{result['missing']} missing, {result['different']} different, {result['extra']} extra "
        f"({result['duration_ms']} ms)"
    )
    if not result["is_clean"]:
        samples = installed.rows(
            "select kind, row_key, detail from strangler.mismatches "
            "where comparison_id = %s order by number limit 5",
            result["id"],
        )
        for sample in samples:
            app.say(f"  {sample['kind']}: {sample['row_key']} {sample['detail']}")
        result["samples"] = samples
    return result


@move.command()
@names_argument
@click.option(
    "--to",
    "percent",
    type=click.Choice(["0", "10", "50", "100"]),
    help="Percent of subjects that read the new table.  [default: the next step]",
)
@click.option(
    "--quarantine-limit",
    "limit",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Source rows that may be in quarantine, from now on.  [default: as it was, at first 10]",
)
@db.pass_connection
def cutover(
    app: App,
    connection: Connection,
    names: tuple[str, ...],
    percent: str | None,
    limit: float | None,
) -> None:
    """Let more subjects read the new table: 10, 50, then 100 percent.

    Each step up compares first and is refused when the comparison is not clean, or when too many
    rows are in quarantine; down to any step is allowed at any time.
    """
    installed = Installed.find(app, connection)
    results = []
    for row in named(installed, names):
        if limit is not None:
            installed.rows(
                "update strangler.moves set quarantine_limit_percent = %s where name = %s "
                "returning name",
                limit,
                row["name"],
            )
        name, now = row["name"], row["rollout_percent"]
        following = [step for step in STEPS if step > now]
        if percent is None and not following:
            app.say(f"{name}: everybody reads {row['target_table']} already")
            continue
        wanted = int(percent) if percent is not None else following[0]
        if wanted > now:
            run_compare(app, installed, name)
        with logged(installed, name, "rollout"):
            installed.call("strangler.set_rollout", name, wanted)
        results.append({"move": name, "from": now, "to": wanted})
        app.say(f"{name}: {now} -> {wanted} % read {row['target_table']}")
    app.emit({"cutovers": results})


@move.command()
@names_argument
@db.pass_connection
def rollback(app: App, connection: Connection, names: tuple[str, ...]) -> None:
    """Let everybody read the old table again, and stop capturing."""
    installed = Installed.find(app, connection)
    for row in named(installed, names):
        with logged(installed, row["name"], "rollback"):
            undo = partial(installed.call, "strangler.rollback", row["name"])
            in_transaction(app, installed, undo)
        app.say(f"{row['name']}: everybody reads {row['source_table']} again")
    app.emit({"rolled_back": list(names)})


@move.command()
@click.argument("names", metavar="[MOVE...]", nargs=-1)
@db.pass_connection
def status(app: App, connection: Connection, names: tuple[str, ...]) -> None:
    """Show how far each move has come, and the next command."""
    installed = Installed.find(app, connection)
    found = named(installed, names) if names else rows_in_order(installed)
    app.emit({"moves": found})
    for row in found:
        counts = (
            f"{row['source_rows']} = {row['moved']} moved + {row['merged']} merged "
            f"+ {row['quarantined']} quarantined"
            if row["compared_at"]
            else "not compared"
        )
        app.say(
            f"{row['name']:22} {row['state']:12} {row['rollout_percent']:3} %  {counts}"
            + (f"  next: {row['next_command']}" if row["next_command"] else "")
        )


def rows_in_order(installed: Installed) -> list[dict[str, Any]]:
    """Return the status of every move, oldest first."""
    return installed.rows(
        "select status.* from strangler.move_status as status "
        "inner join strangler.moves as move on status.name = move.name "
        "order by move.registered_at, move.name"
    )


def named(installed: Installed, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the status of each named move. Errors: Failure for a name that is not defined."""
    found = {
        row["name"]: row
        for row in installed.rows(
            "select * from strangler.move_status where name = any(%s)", list(names)
        )
    }
    for name in names:
        if name not in found:
            raise Failure(
                f'there is no move "{name}"',
                "A move is defined before it is started.",
                "List them with 'mdt move list', define them with 'mdt move define SYSTEM'.",
            )
    return [found[name] for name in names]


def in_transaction(
    app: App, installed: Installed, work: Callable[[], object], limits: Limits = STEP
) -> None:
    """Run work in a transaction, again when a lock could not be had."""
    Locks(installed.connection, limits, app.remark).transaction(work)


@contextlib.contextmanager
def logged(installed: Installed, name: str, step: str) -> Iterator[None]:
    """Keep in move_steps that a step was refused, or failed; the error goes on."""
    try:
        yield
    except Blocked as blocked:
        installed.call("strangler.log_step", name, step, "failed", blocked.message)
        raise
    except psycopg.Error as error:
        reason = error.diag.message_primary
        if reason and not installed.connection.closed:
            is_refused = error.sqlstate in REFUSALS or (error.sqlstate or "").startswith("MD")
            outcome = "refused" if is_refused else "failed"
            installed.call("strangler.log_step", name, step, outcome, reason)
        raise


def rows_of(installed: Installed, row: dict[str, Any]) -> str:
    """Return the estimated number of rows of a move's source, as text."""
    estimate = installed.scalar(
        "select reltuples::bigint from pg_catalog.pg_class where oid = to_regclass(%s)",
        row["source_table"],
    )
    return "an unknown number of" if estimate is None or estimate < 0 else str(estimate)
