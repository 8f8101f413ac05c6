"""plan: what apply would do, to which tables, for how long, and who is in the way."""

from collections.abc import Iterator

import click

from toolkit import db
from toolkit.commands.migrations import suffix_option
from toolkit.context import App
from toolkit.db import Connection
from toolkit.errors import FAILED
from toolkit.forecast import Forecast, foresee
from toolkit.migrate import Migrator, Plan
from toolkit.modes import STOPS
from toolkit.plan import Effect, Step, name_of
from toolkit.project import Project
from toolkit.rehearsal import script
from toolkit.trace import Wish, rehearse
from toolkit.traffic import about

DIFF_LINES = 12  # of each changed object; -v shows all
WORK = {
    "rewrite": "rewrites it",
    "scan": "reads all of it",
    "index": "builds an index",
    "index_concurrently": "builds an index beside the traffic",
    "reindex": "builds its indexes anew",
    "change": "changes all rows",
}


@click.command()
@suffix_option
@click.option("--trace", is_flag=True, help="Rehearse it in a scratch database; see what it does.")
@click.option("--sql", "as_sql", is_flag=True, help="Print the SQL that apply would execute.")
@click.option(
    "--sample",
    type=click.FloatRange(min=0, max=600),
    default=1,
    show_default=True,
    help="Seconds to count the present traffic; 0 does not wait.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["never", "hazard"]),
    default="never",
    show_default=True,
    help="hazard: exit 1 when a hazard is not allowed.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every statement, and whole diffs.")
@db.pass_connection
def plan(
    app: App,
    connection: Connection,
    schema_suffix: str | None,
    trace: bool,
    as_sql: bool,
    sample: float,
    fail_on: str,
    verbose: bool,
) -> int:
    """Show what apply would do.

    Of each statement: which lock it takes on which table, how large and busy that is, what it
    does to all rows, about how long, and which sessions it would have to wait for now.
    """
    migrator = Migrator.for_apply(connection, Project(app.project), schema_suffix, app.detail)
    found = migrator.plan(refuse_hazards=False)
    rehearsal = None
    if (trace or as_sql) and found:
        wish = Wish(schema_suffix, rows=not as_sql, measures=not as_sql)
        rehearsal = rehearse(connection, Project(app.project), wish, app.remark)
    if as_sql:
        if rehearsal and rehearsal.failure:
            raise rehearsal.failure
        text = script(rehearsal.executed) if rehearsal else ""
        app.emit({"sql": text})
        if not app.json:
            click.echo(text, nl=False)
        return 0
    forecast = foresee(migrator, found, sample, rehearsal)
    app.emit(forecast.as_json())
    for line in report(forecast, whole=verbose or app.verbosity > 0):
        app.say(line)
    refused = any(not hazard.allowed_because for _, hazard in forecast.hazards())
    return FAILED if fail_on == "hazard" and (refused or forecast.problem) else 0


def report(forecast: Forecast, *, whole: bool) -> Iterator[str]:
    """Yield the plan as lines for people. whole: every statement, every line of the diffs."""
    if not forecast.plan:
        yield "nothing to do"
        return
    by_file: dict[str, list[Step]] = {}
    for step in forecast.steps:
        by_file.setdefault(step.file, []).append(step)
    for label, file in headings(forecast.plan):
        yield f"{label:7} {file}"
        for step in by_file.get(file, []):
            yield from _step(forecast, step, whole)
        yield from _diff(forecast.diffs.get(file, ""), whole)
    yield from _ending(forecast)


def headings(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield what happens to each file, in order."""
    for migration in plan.migrations:
        yield "apply", name_of(migration.file.name, migration.file.layer)
    for gone in plan.removed:
        yield "remove", name_of(f"sql/{gone.path}", gone.layer)
    for label, items in (("add", plan.added), ("change", plan.changed)):
        for item in items:
            yield label, name_of(f"sql/{item.path}", item.layer)


def _step(forecast: Forecast, step: Step, whole: bool) -> Iterator[str]:
    effects = [effect for effect in step.effects if whole or _matters(forecast, effect)]
    if not (whole or effects or step.hazards):
        return
    place = f"{step.line:5}  " if step.line else "       "
    yield f"{place}{_short(step.text)}"
    for effect in effects:
        yield f"       {_effect(forecast, effect)}"
        for session in forecast.holders(effect):
            yield f"         would wait for {session}"
    for hazard in step.hazards:
        if hazard.allowed_because:
            yield f"       allowed {hazard.rule} ({hazard.number}): {hazard.allowed_because}"
            continue
        yield f"       {hazard.severity} {hazard.rule} ({hazard.number}): {hazard.message}"
        yield f"         {hazard.mend}"


def _matters(forecast: Forecast, effect: Effect) -> bool:
    """Tell whether applications may notice: it is there already, and locked or worked through."""
    return forecast.table(effect) is not None and bool(effect.mode in STOPS or effect.work)


def _effect(forecast: Forecast, effect: Effect) -> str:
    table = forecast.table(effect)
    parts = [f"{effect.mode} lock" if effect.mode else ""]
    if effect.held:
        parts = [f"{effect.held} lock, held already"]
    work = effect.work - ({"scan"} if len(effect.work) > 1 else set())
    parts += [WORK[one] for one in sorted(work)]
    what = ", ".join(part for part in parts if part)
    if table is None:
        return f"{effect.relation}, which is not there yet: {what}"
    text = f"{table.name} ({table}): {what}"
    stops = STOPS.get(effect.held or effect.mode)
    text += f"; stops {stops}" if stops else ""
    return text + (f"; {about(forecast.seconds(effect))}" if effect.work else "")


def _diff(text: str, whole: bool) -> Iterator[str]:
    lines = text.splitlines()[2:]  # without the names
    shown = lines if whole or len(lines) <= DIFF_LINES + 1 else lines[:DIFF_LINES]
    for line in shown:
        yield f"       {line}".rstrip()
    if len(shown) < len(lines):
        yield f"       ... {len(lines) - len(shown)} more lines, see 'mdt plan -v'"


def _ending(forecast: Forecast) -> Iterator[str]:
    """Yield what concerns the whole plan."""
    worked = [(step, effect) for step in forecast.steps for effect in step.effects if effect.work]
    total = sum(forecast.seconds(effect) for _, effect in worked)
    if total:
        yield f"{about(total)} in all, assuming {forecast.rates}"
    idle = [session for session in forecast.traffic.sessions if not session.locks]
    if idle and any("index_concurrently" in effect.work for _, effect in worked):
        for session in idle:
            yield f"an index that is built beside the traffic would wait for {session}"
    hazards = [hazard for _, hazard in forecast.hazards()]
    if hazards:
        allowed = sum(bool(hazard.allowed_because) for hazard in hazards)
        yield f"{len(hazards)} hazards, {allowed} of them allowed"
    if forecast.problem:
        yield f"it would fail: {forecast.problem}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 100 else f"{words[:97]}..."
