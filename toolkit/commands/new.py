"""new: files of a project from templates."""

import click

from toolkit.context import App, pass_app
from toolkit.errors import MISUSED, Failure
from toolkit.project import SCHEMAS, Project
from toolkit.scaffolding import (
    check_name,
    fill,
    free_migrations,
    migration_files,
    migration_texts,
    own_migrations,
    own_schema,
    require_project,
    title,
    write_new,
)


@click.group()
def new() -> None:
    """Write new files of a project from templates."""


def write(app: App, project: Project, texts: dict[str, str]) -> None:
    """Write new files into the project's folder, and say which."""
    write_new(project.folder, texts)
    app.emit({"files": list(texts)})
    for path in texts:
        app.say(f"wrote {path}")


@new.command()
@click.argument("name")
@click.option("--area", type=click.Choice(["audit", "health"]), default="health", show_default=True)
@pass_app
def check(app: App, name: str, area: str) -> None:
    """Write the check NAME: a query whose rows are findings of an audit or of health."""
    project = Project(app.project)
    identity = f"{require_project(project)}_{check_name(name)}"
    text = fill("check.sql", title=title(name), id=identity, area=area)
    write(app, project, {f"checks/{area}/{name}.sql": text})


@new.command()
@click.argument("name")
@click.option("--system", help="The legacy system.  [default: the project's name]")
@click.option("--source", metavar="TABLE", help="The legacy table.  [default: legacy_public.NAME]")
@pass_app
def move(app: App, name: str, system: str | None, source: str | None) -> None:
    """Write the move NAME: a mapping function, and the call that registers the move."""
    project = Project(app.project)
    own = require_project(project)
    if check_name(name) in {file.path.stem for file in project.moves()}:
        raise Failure(f'there is a move "{name}" already', hint="Choose another name.")
    values = {
        "name": name,
        "system": check_name(system) if system else own,
        "source": source or f"legacy_public.{name}",
        "title": title(name),
    }
    write(app, project, {f"sql/moves/{values['system']}/{name}.sql": fill("move.sql", **values)})


@new.command()
@click.argument("name", metavar="SCHEMA.NAME")
@pass_app
def view(app: App, name: str) -> None:
    """Write the view SCHEMA.NAME, a repeatable object."""
    write_object(app, "views", "view.sql", name)


@new.command()
@click.argument("name", metavar="SCHEMA.NAME")
@pass_app
def function(app: App, name: str) -> None:
    """Write the function SCHEMA.NAME, a repeatable object."""
    write_object(app, "functions", "function.sql", name)


def write_object(app: App, shelf: str, template: str, full_name: str) -> None:
    """Write a repeatable object. Errors: Failure for a schema of the toolkit's."""
    project = Project(app.project)
    require_project(project)
    schema, dot, name = full_name.partition(".")
    if not dot:
        raise Failure(
            f'"{full_name}" has no schema', hint="Write it as SCHEMA.NAME.", exit_code=MISUSED
        )
    if check_name(schema) in SCHEMAS:
        raise Failure(
            f'the schema "{schema}" is the toolkit\'s',
            "A later version of the toolkit could bring an object of the same name.",
            "Use a schema of the project's own.",
            MISUSED,
        )
    text = fill(template, schema=schema, name=check_name(name))
    write(app, project, {f"sql/{schema}/{shelf}/{name}.sql": text})


@new.command()
@click.argument("name")
@click.option("--rename-table", nargs=2, metavar="S.TABLE NEW", help="Rename a table or type.")
@click.option(
    "--move-schema",
    nargs=2,
    metavar="S.TABLE SCHEMA",
    help="Move a table or type to a schema, SCHEMA.NEW to rename it as well; or all of a schema.",
)
@click.option("--rename-column", nargs=2, metavar="S.TABLE.COLUMN NEW", help="Rename a column.")
@click.option(
    "--change-type", nargs=2, metavar="S.TABLE.COLUMN TYPE", help="Give a column another type."
)
@click.option("--using", default="", metavar="EXPR", help="The new value, made of COLUMN.")
@click.option("--back", default="", metavar="EXPR", help="The old value, made of the new COLUMN.")
@pass_app
def migration(app: App, /, name: str, using: str, back: str, **changes: tuple[str, str]) -> None:
    """Write the migration NAME with its rollback and its verify script.

    With one of the changes, the live table is read, and the migrations are written by which old
    programs go on under the old name: an expand to apply now, for columns a backfill in batches,
    and a contract in migrations/later, which 'mdt new contract NAME' releases once nobody uses
    the old name. In EXPR, names of schemas are to be written out.
    """
    asked = {change: words for change, words in changes.items() if words}
    if len(asked) > 1:
        raise click.UsageError("only one change can be made at a time")
    if (using or back) and "change_type" not in asked:
        raise click.UsageError("--using and --back belong to --change-type")
    project = Project(app.project)
    require_project(project)
    check_name(name)
    if asked:
        write_change(app, project, name, *asked.popitem(), using, back)
        return
    [identity] = free_migrations(project, [name])
    values = {
        "title": title(name),
        "depends": newest(project),
        "schema": own_schema(require_project(project)),
        "stem": name.removeprefix("create_"),
    }
    write(app, project, migration_texts(identity, "migration", **values))


def newest(project: Project) -> str:
    """Return the name of the project's last migration, nothing when there is none."""
    return next(reversed(own_migrations(project)), "")


def write_change(
    app: App,
    project: Project,
    name: str,
    change: str,
    words: tuple[str, str],
    using: str,
    back: str,
) -> None:
    """Write the migrations of a change with compatibility, read from the live database."""
    from toolkit import columns, db
    from toolkit.allowances import allow_known
    from toolkit.compatibility import Generator

    with db.connect(db.resolve_dsn(app)) as connection:
        generator = Generator(connection, project)
        generator.depends = newest(project)
        if change == "rename_table":
            draft = generator.rename_table(name, *words)
        elif change == "move_schema":
            draft = generator.move_schema(name, *words)
        elif change == "rename_column":
            draft = columns.rename_column(generator, name, *words)
        else:
            draft = columns.change_type(generator, name, *words, using, back)
    texts = draft.files(project)
    write(app, project, texts)
    allow_known(project, list(texts))
    for remark in draft.remarks:
        app.remark(f"note: {remark}")


@new.command()
@click.argument("name")
@pass_app
def contract(app: App, name: str) -> None:
    """Release the contract of NAME: give it the next number, so that apply takes it.

    It takes the old name away for good. See before that nobody uses it: 'mdt audit code DIR'.
    """
    from toolkit.allowances import without_allowance
    from toolkit.compatibility import CONTRACT, LATER

    project = Project(app.project)
    require_project(project)
    held = check_name(name).removesuffix(CONTRACT) + CONTRACT
    waiting = project.folder / LATER
    if not (waiting / f"{held}.sql").exists():
        there = ", ".join(sorted(path.stem for path in waiting.glob(f"*{CONTRACT}.sql")))
        raise Failure(
            f'there is no contract "{held}" to release',
            f"There are {there}." if there else f"{LATER} holds none.",
        )
    [identity] = free_migrations(project, [held])
    moved = {}
    for new_path in migration_files(identity, "", "", ""):
        old_path = new_path.replace("migrations/", f"{LATER}/", 1).replace(identity, held)
        text = (project.folder / old_path).read_text(encoding="utf-8")
        moved[new_path] = without_allowance(text, "unconventional_name")
    write(app, project, moved)
    for new_path in moved:
        old_path = new_path.replace("migrations/", f"{LATER}/", 1).replace(identity, held)
        (project.folder / old_path).unlink()
