"""cron: hand the regular jobs to pg_cron, in this database or in another of the cluster."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import psycopg

from toolkit import db
from toolkit.commands.sync import say_rows
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import Failure
from toolkit.installed import Installed

Row = dict[str, Any]

TICK_HINT = "Or call 'mdt sync tick' every minute from any other scheduler."


@click.group()
def cron() -> None:
    """Install, list and remove the pg_cron jobs.

    Without pg_cron, 'mdt sync tick' does the same work.
    """


@cron.command()
@db.pass_connection
def install(app: App, connection: Connection) -> None:
    """Bring pg_cron to what is declared: new, changed and superfluous jobs."""
    installed = Installed.find(app, connection)
    if installed.call("sync.has_pg_cron"):
        changed = installed.call("sync.install_cron_jobs")
    else:
        with elsewhere(app, connection) as other, other.transaction():
            changed = install_elsewhere(other, installed)
    app.emit({"changed": changed})
    app.say(f"changed {changed} jobs" if changed else "nothing to do")


@cron.command("list")
@db.pass_connection
def list_jobs(app: App, connection: Connection) -> None:
    """List the declared jobs, whether pg_cron has them, and how their last runs went."""
    installed = Installed.find(app, connection)
    jobs = installed.rows(
        """
        select wanted.name, wanted.job_name, wanted.schedule, health.last_started_at,
            health.last_success_at, health.is_silent, health.last_error
        from sync.wanted_cron_jobs() as wanted
        inner join sync.cron_health as health on wanted.name = health.name
        order by wanted.name
        """
    )
    try:
        scheduled = {row["job_name"]: row["schedule"] for row in scheduled_jobs(app, installed)}
    except Failure as failure:
        app.remark(f"{failure.message}: {failure.detail}")
        scheduled = {}
    for job in jobs:
        # None: pg_cron does not have it.
        job["scheduled"] = scheduled.get(job.pop("job_name"))
    app.emit({"jobs": jobs})
    say_rows(app, jobs)


@cron.command()
@db.pass_connection
def remove(app: App, connection: Connection) -> None:
    """Take the jobs out of pg_cron; they stay declared."""
    installed = Installed.find(app, connection)
    if installed.call("sync.has_pg_cron"):
        removed = installed.call("sync.remove_cron_jobs")
    else:
        with elsewhere(app, connection) as other, other.transaction():
            removed = unschedule(other, scheduled_elsewhere(other, installed))
    app.emit({"removed": removed})
    app.say(f"removed {removed} jobs")


@contextmanager
def elsewhere(app: App, connection: Connection) -> Iterator[Connection]:
    """Connect to the database of the cluster in which pg_cron lives, with the same credentials.

    Errors: Failure when there is no pg_cron, or this role may not use it.
    """
    query = "select nullif(current_setting('cron.database_name', true), '')"
    try:
        there = db.scalar(connection, query)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Failure(
            "this role may not see in which database pg_cron lives",
            "The setting cron.database_name is open to those who may read all settings.",
            f"Let a superuser say: grant pg_read_all_settings to {connection.info.user}; "
            f"{TICK_HINT}",
        ) from error
    if there is None:
        raise Failure(
            "pg_cron is not available on this server",
            "It is not among the server's shared_preload_libraries.",
            f"Install and load it. {TICK_HINT}",
        )
    with db.connect(psycopg.conninfo.make_conninfo(db.resolve_dsn(app), dbname=there)) as other:
        is_usable = db.scalar(
            other,
            "select exists (select from pg_extension where extname = 'pg_cron') "
            "and has_schema_privilege('cron', 'usage')",
        )
        if not is_usable:
            raise Failure(
                f'pg_cron cannot be used in database "{there}"',
                "The extension is not created there, or this role has no right to its schema.",
                f"Let its owner say there: create extension pg_cron; grant usage on schema cron "
                f"to {other.info.user}; {TICK_HINT}",
            )
        yield other


def install_elsewhere(other: Connection, installed: Installed) -> int:
    """Bring the pg_cron of another database to what is declared; return how many jobs changed."""
    there = scheduled_elsewhere(other, installed)
    changes = installed.rows(
        "select * from sync.compare_cron_jobs(%s)", json.dumps(there, default=str)
    )
    for change in changes:
        for job in there:
            if job["job_name"] == change["job_name"]:
                db.scalar(other, "select cron.unschedule(%s::bigint)", job["jobid"])
        if change["schedule"] is not None:
            db.scalar(
                other,
                "select cron.schedule_in_database(%s, %s, %s, %s)",
                change["job_name"],
                change["schedule"],
                change["command"],
                installed.connection.info.dbname,
            )
    return len(changes)


def scheduled_elsewhere(other: Connection, installed: Installed) -> list[Row]:
    """Return the jobs of an installation in the pg_cron of another database."""
    return db.rows(
        other,
        """
        select jobid, jobname::text as job_name, schedule, command, active as is_active
        from cron.job
        where database = %s and starts_with(jobname::text, %s)
        order by jobname
        """,
        installed.connection.info.dbname,
        installed.call("sync.cron_job_prefix"),
    )


def jobs_elsewhere(app: App, installed: Installed) -> list[Row]:
    """Return the jobs of an installation in the pg_cron of another database, if there is one."""
    if installed.call("sync.has_pg_cron"):
        return []
    try:
        return scheduled_jobs(app, installed)
    except Failure as failure:
        app.detail(f"{failure.message}: {failure.detail}")
        return []


def replace_elsewhere(app: App, installed: Installed, jobs: list[Row]) -> None:
    """Take jobs of former names out of the pg_cron of another database; install those of now."""
    with elsewhere(app, installed.connection) as other, other.transaction():
        unschedule(other, jobs)
        changed = install_elsewhere(other, installed)
    app.remark(f"pg_cron: {len(jobs)} jobs of the old names replaced by {changed}")


def remove_elsewhere(app: App, installed: Installed) -> None:
    """Take the jobs of an installation out of the pg_cron of another database, if there are any.

    Nothing is said where there is no pg_cron; a job that is left fails, and harms nothing.
    """
    jobs = jobs_elsewhere(app, installed)
    if not jobs:
        return
    with elsewhere(app, installed.connection) as other, other.transaction():
        unschedule(other, jobs)
    app.remark(f"pg_cron: {len(jobs)} jobs removed")


def unschedule(other: Connection, jobs: list[Row]) -> int:
    """Take jobs out of the pg_cron behind a connection; return how many they were."""
    for job in jobs:
        db.scalar(other, "select cron.unschedule(%s::bigint)", job["jobid"])
    return len(jobs)


def scheduled_jobs(app: App, installed: Installed) -> list[Row]:
    """Return the jobs of an installation in pg_cron, wherever it lives. Errors: as elsewhere()."""
    if installed.call("sync.has_pg_cron"):
        return installed.rows("select * from sync.installed_cron_jobs()")
    with elsewhere(app, installed.connection) as other:
        return scheduled_elsewhere(other, installed)
