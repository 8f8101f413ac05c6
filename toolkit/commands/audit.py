"""The audit command: run the checks of checks/audit, and report."""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from toolkit import checks, db, report
from toolkit.context import App
from toolkit.errors import FAILED, MISUSED, Failure
from toolkit.project import Project

# What --set may name: the limits that the queries read.
LIMITS = {
    "row_budget": "rows that checks of data may read, 1000000",
    "size_budget": "size that the database may reach, e.g. 500MB",
    "stale_after": "age from which a feed counts as stopped, 30 days",
    "window": "age that activity statistics need, 14 days",
}
# The tables in which migration tools keep their books, which are not the user's to change.
BOOKKEEPING = (
    "*._yoyo_*",
    "*.yoyo_lock*",
    "*.alembic_version*",
    "*.schema_migrations*",
    "*.flyway_schema_history*",
    "*._prisma_migrations*",
    "*.knex_migrations*",
    "*.django_migrations*",
    "*.databasechangelog*",
)
# Of the inventory: what stands at the top as facts, and what before the findings.
IDENTITY = "server_identity"
LEADING = ("size_budget",)
_PERIOD = 5.0


def report_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that every report has: form, files, fail_on and timeout."""
    for option in reversed(
        (
            click.option(
                "--format",
                "form",
                type=click.Choice(report.FORMATS),
                help="Form of the report.  [term]",
            ),
            click.option(
                "--out",
                "files",
                type=click.Path(path_type=Path),
                multiple=True,
                help="Write to this file, in the format of its ending; repeat.",
            ),
            click.option(
                "--fail-on",
                type=click.Choice([*checks.SEVERITIES, "never"]),
                default="error",
                show_default=True,
                help="Exit with 1 for a finding of this severity or a worse one.",
            ),
            click.option(
                "--timeout",
                type=click.FloatRange(min=0.001),
                default=checks.TIMEOUT,
                show_default=True,
                help="Seconds that one check may take.",
            ),
        )
    ):
        function = option(function)
    return function


@click.command()
@click.option(
    "--only", type=click.Choice(checks.AREAS), multiple=True, help="Grade this area alone; repeat."
)
@report_options
@click.option(
    "--set",
    "limits",
    multiple=True,
    metavar="NAME=VALUE",
    help="A limit: " + "; ".join(f"{name} ({text})" for name, text in LIMITS.items()) + ".",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="PATTERN",
    help="Wave through findings whose subject or key is like this, e.g. 'legacy.*' or 'IDX001:*'.",
)
@db.pass_connection
def audit(
    app: App,
    connection: db.Connection,
    only: tuple[str, ...],
    form: str | None,
    files: tuple[Path, ...],
    fail_on: str,
    timeout: float,
    limits: tuple[str, ...],
    ignore: tuple[str, ...],
) -> int:
    """Grade any PostgreSQL database, read-only and with nothing installed.

    Checks that need a right, an extension or statistics that are not there are skipped, and the
    report says why. Exit 1: a finding as grave as --fail-on says, or a check that broke.
    """
    check_files(form, files)
    settings = _settings(limits)
    document = build(
        app,
        connection,
        only=only,
        timeout=timeout,
        settings=settings,
        ignore=ignore,
        progress=_progress(app),
    )
    deliver(app, document, form, files)
    broken = document.results.having("error")
    found = fail_on != "never" and document.results.reach(fail_on)
    return FAILED if broken or found else 0


def check_files(form: str | None, files: tuple[Path, ...]) -> list[str]:
    """Return the form of each file; refuse what cannot be written before the work is done."""
    forms = [report.form_of(path, form) for path in files]
    for path in files:
        if path.is_dir() or not path.absolute().parent.is_dir():
            report.write(path, "")  # fails, and better before the work than after it
    return forms


def deliver(app: App, document: report.Report, form: str | None, files: tuple[Path, ...]) -> None:
    """Write a report to its files, and to the terminal what no file was asked for."""
    forms = check_files(form, files)
    for path, one in zip(files, forms, strict=True):
        report.write(path, report.render(document, one))
        app.remark(f"wrote {path}")
    if app.json or (form == "json" and "json" not in forms):
        click.echo(report.render(document, "json"), nl=False)
    elif not files or (form and form not in forms):
        colour = sys.stdout.isatty()
        click.echo(report.render(document, form or "term", colour=colour), nl=False)
    else:
        click.echo(summary(document))


def build(
    app: App,
    connection: db.Connection,
    *,
    only: tuple[str, ...] = (),
    timeout: float = checks.TIMEOUT,
    settings: Mapping[str, str] | None = None,
    ignore: tuple[str, ...] = (),
    progress: Callable[[checks.Check], None] | None = None,
) -> report.Report:
    """Run the toolkit's checks and those of the project's own checks/audit, and report.

    A file of the project takes the place of the toolkit's file of the same name. With only, the
    sections of figures are left out. What [audit] ignore of mdt.toml lists is ignored too.
    """
    project = Project(app.project)
    folders = project.check_folders("audit")
    found = {one.name: one for folder in folders for one in checks.load(folder, checks.AREAS)}
    chosen = sorted(
        (one for one in found.values() if not only or one.area in only),
        key=lambda one: (checks.AREAS.index(one.area), one.id),
    )
    document = report.Report("audit", f"Audit of {connection.info.dbname}")
    document.results = checks.run(
        connection,
        chosen,
        timeout=timeout,
        settings=settings,
        ignore=[*BOOKKEEPING, *ignore, *_ignored(project)],
        progress=progress,
    )
    for one in [one for folder in folders for one in checks.load_inventory(folder / "inventory")]:
        if only and one.name != IDENTITY:
            continue
        rows, outcome = checks.listing(connection, one, timeout=timeout, settings=settings)
        if outcome.status != "passed":
            document.results.outcomes.append(outcome)
        elif one.name == IDENTITY:
            document.facts = {str(row["name"]): str(row["value"]) for row in rows}
        else:
            lead = one.name in LEADING
            document.sections.append(
                report.Section.of(
                    one.name, one.title, rows, note=one.note, bar=one.bar, is_lead=lead
                )
            )
    return document


def summary(document: report.Report) -> str:
    """Return the one line that stands for a report that went to a file."""
    counts = document.counts
    grade = f"grade {document.letter} ({document.score:g}), " if document.letter else ""
    return (
        f"{document.title}: {grade}{counts['error']} errors, {counts['warning']} warnings, "
        f"{counts['info']} infos; {counts['passed']} checks passed, {counts['skipped']} skipped, "
        f"{counts['broken']} broken"
    )


def _ignored(project: Project) -> list[str]:
    section = project.settings.get("audit", {})
    patterns = section.get("ignore", []) if isinstance(section, dict) else None
    if not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
        raise Failure("[audit] ignore in mdt.toml is not a list of patterns", exit_code=MISUSED)
    return patterns


def _settings(limits: tuple[str, ...]) -> dict[str, str]:
    settings = {}
    for limit in limits:
        name, equals, value = limit.partition("=")
        if name not in LIMITS or not equals or not value:
            raise Failure(
                f"--set does not take '{limit}'",
                f"It takes NAME=VALUE, and the names {', '.join(LIMITS)}.",
                "Try --set row_budget=100000.",
                MISUSED,
            )
        settings[name] = value
    return settings


def _progress(app: App) -> Callable[[checks.Check], None]:
    """Return a callback that says every few seconds what is being checked."""
    last = time.monotonic()

    def tell(check: checks.Check) -> None:
        nonlocal last
        app.detail(f"{check.id} {check.title}")
        if time.monotonic() - last >= _PERIOD:
            last = time.monotonic()
            app.remark(f"checking: {check.title}")

    return tell
