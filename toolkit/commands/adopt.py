"""adopt: take over a project that yoyo has migrated."""

from pathlib import Path

import click

from toolkit import adoption, db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.installations import installations
from toolkit.migrate import Migrator
from toolkit.project import Project
from toolkit.scaffolding import require_project


@click.command()
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--schema", help="Schema of yoyo's tables.  [default: where they are]")
@click.option("--skip", metavar="ID", multiple=True, help="Leave out an applied id without file.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken over.")
@db.pass_connection
def adopt(
    app: App,
    connection: Connection,
    folder: Path | None,
    schema: str | None,
    skip: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Take over the migrations in FOLDER that yoyo has applied to this database.

    The files are copied into the project's migrations, and their ids and dates into our ledger;
    nothing is executed of them, and yoyo's own tables stay as they are. It may be repeated. What
    yoyo has not applied is pending for 'mdt apply'. The toolkit is installed first where it is
    not. [default FOLDER: the project's migrations]
    """
    project = Project(app.project)
    require_project(project)
    source = (folder or project.folder / "migrations").resolve()
    adoption.refuse_python(source)
    ours = [names["system"] for names in installations(connection)]
    found = adoption.choose_schema(connection, ours, schema)
    if not ours and not dry_run:
        first = Migrator.for_apply(connection, project.toolkit_alone(), None, app.remark)
        with first.lock():
            first.apply()
    migrator = Migrator.for_apply(connection, project, None, app.remark)
    with migrator.lock():
        done = adoption.adopt(migrator, found, source, skip, dry_run)
    app.emit({**done.as_json(), "dry_run": dry_run})
    verb = "would adopt" if dry_run else "adopted"
    for name in done.adopted:
        app.detail(f"{verb} {name}")
    app.say(f"{verb} {len(done.adopted)} migrations of {done.source}")
    for title, names in (
        ("adopted before", done.known),
        ("left out, without a file", done.skipped),
        ("pending", done.pending),
    ):
        if names:
            app.say(f"{title}: {', '.join(names)}")
