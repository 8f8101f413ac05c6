"""sync: the registry, the queue, and the worker that empties it."""

import asyncio
import json
import os
import socket
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from toolkit import db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import FAILED
from toolkit.installed import Installed

Row = dict[str, Any]

_STATUS = {
    "queue": """
        select data_type, waiting, running, oldest_age
        from sync.queue_depth
        where is_enabled or waiting + running > 0
        order by data_type
    """,
    "subjects": """
        select data_type, tier, subjects, fresh, stale, never_fetched, failing
        from sync.subject_freshness
        order by data_type, tier
    """,
    "providers": """
        select provider, is_paused, quota_window, max_calls, used_calls, remaining_calls
        from sync.provider_usage
        order by provider, quota_window
    """,
    "cron": """
        select name, last_success_at, is_silent, last_error
        from sync.cron_health
        order by name
    """,
}


@click.group()
def sync() -> None:
    """Fill, watch and work the API-call queue."""


@sync.command()
@db.pass_connection
def status(app: App, connection: Connection) -> None:
    """Show the queue, the freshness of its subjects, the quotas and the regular jobs."""
    installed = Installed.find(app, connection)
    document = {title: installed.rows(query) for title, query in _STATUS.items()}
    app.emit(document)
    for title, rows in document.items():
        app.say(title)
        say_rows(app, rows)
        app.say()


@sync.command()
@click.option(
    "--base-url",
    "base_urls",
    metavar="PROVIDER=URL",
    multiple=True,
    help="Ask a provider there; may be repeated.",
)
@click.option(
    "--tier",
    type=click.Choice(["hot", "warm", "cold"]),
    default="warm",
    show_default=True,
    help="Tier of the subjects that are new.",
)
@db.pass_connection
def seed(app: App, connection: Connection, base_urls: tuple[str, ...], tier: str) -> None:
    """Register the usual providers, data types, and a subject for all that is linked to them.

    What is registered already stays as it is, but for the base URLs that are given.
    """
    urls = {}
    for text in base_urls:
        provider, equals, url = text.partition("=")
        if not (provider and equals and url):
            raise click.BadParameter(f'"{text}" is not PROVIDER=URL', param_hint="--base-url")
        urls[provider] = url
    installed = Installed.find(app, connection)
    with connection.transaction():
        added = installed.rows("select * from sync.seed_registry(%s)", json.dumps(urls))[0]
        added["subjects_added"] = installed.call("sync.seed_subjects", tier)
    app.emit(added)
    app.say(
        f"added {added['providers_added']} providers, {added['data_types_added']} data types "
        f"and {added['subjects_added']} subjects"
    )


@sync.command()
@click.argument("paces", metavar="PROVIDER=N...", nargs=-1, required=True)
@db.pass_connection
def pace(app: App, connection: Connection, paces: tuple[str, ...]) -> None:
    """Let each worker ask PROVIDER at most N times a second."""
    installed = Installed.find(app, connection)
    wanted: dict[str, Decimal] = {}
    for text in paces:
        provider, _, given = text.partition("=")
        try:
            wanted[provider] = Decimal(given)
        except InvalidOperation as error:
            raise click.BadParameter(f'"{text}" is not PROVIDER=N') from error
    with connection.transaction():
        for provider, number in wanted.items():
            installed.call("sync.set_pace", provider, number)
    app.emit({"requests_per_second": wanted})
    for provider, number in wanted.items():
        app.say(f"{provider}: at most {number:g} requests a second")


@sync.command()
@click.argument("data_type")
@click.argument("subjects", metavar="SUBJECT...", nargs=-1, required=True)
@click.option("--priority", type=int, help="Higher goes first.  [default: that of the data type]")
@db.pass_connection
def enqueue(
    app: App,
    connection: Connection,
    data_type: str,
    subjects: tuple[str, ...],
    priority: int | None,
) -> None:
    """Queue one job per SUBJECT of DATA_TYPE and print how many are new.

    A subject whose job is still open is left alone.
    """
    queued = Installed.find(app, connection).call(
        "sync.enqueue", data_type, list(subjects), priority
    )
    app.emit({"queued": queued})
    app.say(str(queued))


@sync.command()
@db.pass_connection
def tick(app: App, connection: Connection) -> int:
    """Run the regular jobs that are due; call it every minute where there is no pg_cron.

    Each job is a transaction of its own. Exit code 1 when one failed.
    """
    installed = Installed.find(app, connection)
    ran = []
    for due in installed.rows("select * from sync.due_cron_jobs()"):
        ran += installed.rows(
            "select %s as name, outcome, detail from sync.run_cron_job(%s, 'tick', %s)",
            due["name"],
            due["name"],
            due["due_at"],
        )
    app.emit({"jobs": ran})
    say_rows(app, ran)
    return FAILED if any(row["outcome"] == "failed" for row in ran) else 0


@sync.command()
@click.option("--once", "is_once", is_flag=True, help="Work one batch, then stop.")
@click.option("--until-idle", is_flag=True, help="Stop when nothing can be claimed.")
@click.option("--until-empty", is_flag=True, help="Stop when no job is open, after its retries.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 1000),
    default=4,
    show_default=True,
    help="Requests at the same time.",
)
@click.option("--name", help="Name in the queue.  [default: host and process]")
@db.pass_connection
def worker(
    app: App,
    connection: Connection,
    is_once: bool,
    until_idle: bool,
    until_empty: bool,
    concurrency: int,
    name: str | None,
) -> None:
    """Work the queue: claim jobs, ask the providers, record what they say.

    SIGTERM or Ctrl-C stops it: requests under way are finished, the other jobs handed back. A
    second one gives up the requests under way, too.
    """
    from toolkit.keys import stored_secrets  # cryptography takes a while

    installed = Installed.find(app, connection)
    from toolkit.worker import Settings, Worker, summary  # with it comes all of HTTP

    settings = Settings(
        name or f"{socket.gethostname()}:{os.getpid()}",
        concurrency,
        is_once=is_once,
        until_idle=until_idle,
        until_empty=until_empty,
        secrets=stored_secrets(installed),
    )
    connection.close()
    worked = Worker(db.resolve_dsn(app), installed.sql, settings, app.remark, app.detail)
    counts = asyncio.run(worked.run())
    app.emit({"worker": settings.name, "jobs": counts})
    app.say(summary(counts))


@sync.command()
@click.option(
    "--state", type=click.Choice(["waiting", "running", "done", "dead"]), help="Only these."
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most to list."
)
@db.pass_connection
def jobs(app: App, connection: Connection, state: str | None, limit: int) -> None:
    """List jobs, the newest first."""
    rows = Installed.find(app, connection).rows(
        """
        select id, data_type, subject, state, attempt, run_at, worker, http_status, error
        from sync.api_call_queue
        where %s::text is null or state = %s
        order by id desc
        limit %s
        """,
        state,
        state,
        limit,
    )
    app.emit({"jobs": rows})
    say_rows(app, rows)


@sync.command()
@click.argument("provider")
@db.pass_connection
def pause(app: App, connection: Connection, provider: str) -> None:
    """Let the jobs of PROVIDER wait; what is running is finished."""
    Installed.find(app, connection).call("sync.pause_provider", provider)
    app.emit({"provider": provider, "is_paused": True})
    app.say(f"paused {provider}")


@sync.command()
@click.argument("provider")
@db.pass_connection
def resume(app: App, connection: Connection, provider: str) -> None:
    """Let the jobs of PROVIDER be claimed again."""
    Installed.find(app, connection).call("sync.resume_provider", provider)
    app.emit({"provider": provider, "is_paused": False})
    app.say(f"resumed {provider}")


def say_rows(app: App, rows: list[Row]) -> None:
    """Write rows as a table, the column names in its first line."""
    if not rows:
        app.say("none")
        return
    lines = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        app.say(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
