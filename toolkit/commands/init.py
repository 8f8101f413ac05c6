"""init: a project folder of the user's own."""

from pathlib import Path

import click

from toolkit.context import App, pass_app
from toolkit.scaffolding import create_project, project_name


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the project.  [default: made of the folder's]")
@click.option("--github", "has_workflow", is_flag=True, help="Add a workflow that runs mdt ci.")
@pass_app
def init(app: App, folder: Path, name: str | None, has_workflow: bool) -> None:
    """Make the project folder DIR for SQL of your own, layered on the toolkit's.

    It holds mdt.toml with its settings explained, a first migration that creates a schema, and
    folders for migrations, repeatable objects, moves and checks. A folder that holds anything is
    left as it is.
    """
    folder = folder.resolve()
    name = name if name is not None else project_name(folder)
    files = create_project(folder, name, has_workflow)
    app.emit({"folder": str(folder), "name": name, "files": files})
    for path in files:
        app.say(f"wrote {path}")
    app.remark(f"Go on there: cd {folder}, then mdt plan.")
