"""lint and render: what a SQL file becomes, and whether it is written well and safely."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.context import App, pass_app
from toolkit.errors import FAILED, MISUSED, Failure
from toolkit.project import TOOLKIT, Project, SqlFile
from toolkit.render import map_schemas, template
from toolkit.templating import variables_used

if TYPE_CHECKING:
    from toolkit.tracing import Tracing

FOLDERS = ("migrations", "sql", "checks")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--schema-suffix", metavar="SUFFIX", help="Under names that end so, e.g. _v2.")
@click.option("--variables", "wants_variables", is_flag=True, help="List what the template uses.")
@pass_app
def render(app: App, file: Path, schema_suffix: str | None, wants_variables: bool) -> int:
    """Print FILE as it would be executed: after templating, under the schemas' names.

    With --variables, the variables that it uses, with their values and where these are from;
    exit 1 when one has no value.
    """
    project = Project(app.project)
    if wants_variables:
        return show_variables(app, SqlFile(file, str(file)), project)
    text = map_schemas(
        template(SqlFile(file, str(file)), project.variables),
        project.wanted_map(schema_suffix),
        str(file),
    )
    app.emit({"file": str(file), "sql": text})
    if not app.json:
        click.echo(text, nl=False)
    return 0


def show_variables(app: App, file: SqlFile, project: Project) -> int:
    """Print the variables of a template; exit 1 when one has no value."""
    used = variables_used(file, project)
    app.emit({"file": file.name, "variables": [one._asdict() for one in used]})
    for one in used:
        value = f"{one.value!r}  from {one.source}" if one.source else "has no value"
        app.say(f"{one.name:24} {value}")
    if not used:
        app.say("no variables")
    return FAILED if any(not one.source for one in used) else 0


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--trace", is_flag=True, help="Run them too, in a scratch database on the server.")
@pass_app
def lint(app: App, paths: tuple[Path, ...], trace: bool) -> int:
    """Check the style and the safety of SQL files; exit 1 when there is anything to say.

    Without PATHS, of all that the toolkit and the project have. Each file is rendered, then read
    by sqlfluff for style, for schema names in a form that cannot be mapped, and for what it would
    lock, break or lose: 55 safety rules (docs/safety-rules.md), and squawk as a second opinion.
    A file may allow a hazard in its header: "-- allow: drop_column, nobody reads it since May".

    With --trace migrations and objects also run, in a clone of the connected database's schema
    that is dropped afterwards: what a DO block, a function or a trigger does is seen then.
    """
    from toolkit import linting, tracing

    project = Project(app.project)
    files = chosen(project, paths)
    app.remark(f"reading {len(files)} files")
    found = linting.lint(files, project)
    traced = run(app, project, files, everything=not paths) if trace else None
    found = sorted([*found, *(tracing.missed(traced.complaints, found) if traced else ())])
    complaints = [one for one in found if not one.allowed_because]
    allowed = [one for one in found if one.allowed_because]
    app.emit(
        {
            "files": len(files),
            "complaints": [asdict(one) for one in complaints],
            "allowed": [asdict(one) for one in allowed],
            **({"trace": [one.as_json() for one in traced.executed]} if traced else {}),
        }
    )
    for done in traced.executed if traced else ():
        app.detail(tracing.describe(done))
    for one in allowed:
        app.detail(f"{one.path}:{one.line}: {one.rule} is allowed: {one.allowed_because}")
    for one in complaints:
        app.say(f"{one.path}:{one.line}: {one.message} [{one.rule}]")
        if one.mend:
            app.say(f"    {one.mend}")
    hazards = f", {len(allowed)} allowed hazards" if allowed else ""
    app.say(f"{len(files)} files, {len(complaints)} complaints{hazards}")
    return FAILED if complaints else 0


def run(app: App, project: Project, files: list[SqlFile], *, everything: bool) -> "Tracing":
    """Run files in a scratch database on the connected server."""
    from toolkit import db, tracing

    with db.connect(db.resolve_dsn(app)) as connection:
        return tracing.trace(connection, project, files, app.remark, everything=everything)


def chosen(project: Project, paths: tuple[Path, ...]) -> list[SqlFile]:
    """Return the SQL files below the paths, or all of the toolkit and the project."""
    # A folder that is no project with a name may hold files all the same.
    layers = {project.folder.resolve(): TOOLKIT}
    layers |= {folder.resolve(): layer for layer, folder in project.layers.items()}
    wanted = [path.resolve() for path in paths] or [
        folder for root in sorted(layers) for name in FOLDERS if (folder := root / name).is_dir()
    ]
    found = sorted(
        {
            path
            for start in wanted
            for path in ([start] if start.is_file() else start.rglob("*.sql"))
            if path.parent.name != "parts"  # read where they are included
        }
    )
    if not found:
        raise Failure("there is no SQL file to check", exit_code=MISUSED)
    named = [(path, *name_below(path, layers)) for path in found]
    taken = Counter(name for _, name, _ in named)
    return [
        SqlFile(path, name if taken[name] == 1 else str(path), layer) for path, name, layer in named
    ]


def name_below(path: Path, layers: Mapping[Path, str]) -> tuple[str, str]:
    """Return a file's path below the innermost folder that holds it, else all of it; its layer."""
    for folder in sorted(layers, key=lambda one: len(one.parts), reverse=True):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix(), layers[folder]
    return str(path), TOOLKIT
