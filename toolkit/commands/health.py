"""health: what the installation is like right now."""

import sys
import time
from pathlib import Path

import click

from toolkit import checks, db, report
from toolkit.commands.audit import deliver, report_options
from toolkit.context import App
from toolkit.errors import FAILED
from toolkit.installed import Installed

LEADING = ("freshness", "coverage", "queue", "cron_runs", "providers", "moves", "size_budget")


@click.command()
@report_options
@click.option(
    "--size-budget", default="500MB", show_default=True, help="Size that the database may reach."
)
@click.option(
    "--watch", type=click.FloatRange(min=1), metavar="SECONDS", help="Report again and again."
)
@db.pass_connection
def health(
    app: App,
    connection: db.Connection,
    form: str | None,
    files: tuple[Path, ...],
    fail_on: str,
    timeout: float,
    size_budget: str,
    watch: float | None,
) -> int:
    """Report freshness, coverage, queue, cron runs, quotas, moves and size.

    Exit 1: a finding as grave as --fail-on says, or a check that broke.
    """
    installed = Installed.find(app, connection)
    while True:
        document = build(installed, timeout=timeout, size_budget=size_budget)
        if watch and sys.stdout.isatty():
            click.clear()
        deliver(app, document, form, files)
        if not watch:
            break
        time.sleep(watch)
    broken = document.results.having("error")
    found = fail_on != "never" and document.results.reach(fail_on)
    return FAILED if broken or found else 0


def build(installed: Installed, *, timeout: float, size_budget: str) -> report.Report:
    """Run the health checks and list the figures."""
    folders = installed.project.check_folders("health")
    settings = {"size_budget": size_budget}
    connection = installed.connection
    document = report.Report("health", f"Health of {connection.info.dbname}", is_graded=False)
    document.facts = {
        "server": f"PostgreSQL {connection.info.server_version // 10000}",
        "schemas": ", ".join(sorted(installed.project.schema_map.values())),
    }
    document.results = checks.run(
        connection,
        list({one.name: one for folder in folders for one in checks.load(folder)}.values()),
        timeout=timeout,
        settings=settings,
        transform=installed.sql,
    )
    for one in [one for folder in folders for one in checks.load_inventory(folder / "inventory")]:
        rows, outcome = checks.listing(
            connection, one, timeout=timeout, settings=settings, transform=installed.sql
        )
        if outcome.status != "passed":
            document.results.outcomes.append(outcome)
            continue
        lead = one.name in LEADING
        document.sections.append(
            report.Section.of(one.name, one.title, rows, note=one.note, bar=one.bar, is_lead=lead)
        )
    return document
