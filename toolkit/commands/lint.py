"""lint and render: what a SQL file becomes, and whether it is written well and safely."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from toolkit.context import App, pass_app
from toolkit.errors import FAILED, MISUSED, Failure
from toolkit.project import Project, SqlFile, files_root
from toolkit.render import map_schemas, template, unseen

# Rules of squawk that do not fit, and why.
NOT_OURS = {
    "require-lock-timeout": "apply sets lock_timeout for every file, and tries again",
    "require-statement-timeout": "apply is watched, and a time limit would leave work undone",
    "ban-char-field": "a currency is char(3) by contract",
    "prefer-bigint-over-int": "keys are uuid or bigint; the other integers are bounded by checks",
}
# Undoing exactly what a migration made is what its rollback is for.
NOT_IN_ROLLBACKS = (
    "ban-drop-table",
    "ban-drop-schema",
    "ban-drop-type",
    "ban-drop-function",
    "ban-drop-sequence",
    "ban-drop-column",
)
FOLDERS = ("migrations", "sql", "checks")


@dataclass(frozen=True, order=True)
class Complaint:
    """One thing that a linter says of a line. path: below the root."""

    path: str
    line: int
    rule: str
    message: str


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--schema-suffix", metavar="SUFFIX", help="Under names that end so, e.g. _v2.")
@pass_app
def render(app: App, file: Path, schema_suffix: str | None) -> None:
    """Print FILE as it would be executed: after templating, under the schemas' names."""
    project = Project(app.project)
    text = map_schemas(
        template(SqlFile(file, str(file)), project.variables),
        project.wanted_map(schema_suffix),
        str(file),
    )
    app.emit({"file": str(file), "sql": text})
    if not app.json:
        click.echo(text, nl=False)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@pass_app
def lint(app: App, paths: tuple[Path, ...]) -> int:
    """Check the style and the safety of SQL files; exit 1 when there is anything to say.

    Without PATHS, of all that the toolkit and the project have. Each file is rendered, then read
    by sqlfluff for style, by squawk for what a migration locks or breaks, and for schema names in
    a form that cannot be mapped.
    """
    project = Project(app.project)
    files = chosen(project, paths)
    app.remark(f"reading {len(files)} files")
    rendered = {file.name: template(file, project.variables) for file in files}
    complaints = sorted({*names(rendered), *style(rendered), *safety(rendered)})
    app.emit({"files": len(files), "complaints": [asdict(one) for one in complaints]})
    for one in complaints:
        app.say(f"{one.path}:{one.line}: {one.message} [{one.rule}]")
    app.say(f"{len(files)} files, {len(complaints)} complaints")
    return FAILED if complaints else 0


def chosen(project: Project, paths: tuple[Path, ...]) -> list[SqlFile]:
    """Return the SQL files below the paths, or all of the toolkit and the project."""
    roots = {project.root, project.folder}
    wanted = [path.resolve() for path in paths] or [
        folder for root in sorted(roots) for name in FOLDERS if (folder := root / name).is_dir()
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
    return [SqlFile(path, name_below(path, roots)) for path in found]


def name_below(path: Path, roots: Iterable[Path]) -> str:
    """Return a file's path below the root that holds it, else all of it."""
    for root in roots:
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return str(path)


def names(rendered: dict[str, str]) -> list[Complaint]:
    """Return where a schema name stands in a form that mapping could miss or mistake."""
    return [
        Complaint(name, line, "schema-name", message)
        for name, text in rendered.items()
        if not name.startswith("checks/audit")  # these name other people's schemas
        for line, message in unseen(text, name)
    ]


def style(rendered: dict[str, str]) -> list[Complaint]:
    """Return what sqlfluff says, under the settings of pyproject.toml."""
    settings = files_root() / "pyproject.toml"
    with tempfile.TemporaryDirectory(prefix="mdt-lint-") as folder:
        write(rendered, Path(folder))
        options = ["--config", str(settings), "--processes", str(os.cpu_count() or 1)]
        answer = run_json(
            [sys.executable, "-m", "sqlfluff", "lint", ".", *options, "--format", "json"], folder
        )
    return [
        Complaint(
            file["filepath"], one["start_line_no"], one["code"], one["description"].rstrip(".")
        )
        for file in answer
        for one in file["violations"]
    ]


def safety(rendered: dict[str, str]) -> list[Complaint]:
    """Return what squawk says of migrations and rollbacks; each is one transaction."""
    found = []
    migrations = {
        name: text
        for name, text in rendered.items()
        if name.startswith("migrations/") and "/verify/" not in name
    }
    rollbacks = {name: text for name, text in migrations.items() if ".rollback." in name}
    forward = {name: text for name, text in migrations.items() if name not in rollbacks}
    for texts, excluded in ((forward, ()), (rollbacks, NOT_IN_ROLLBACKS)):
        if not texts:
            continue
        with tempfile.TemporaryDirectory(prefix="mdt-lint-") as folder:
            write(texts, Path(folder))
            excludes = ",".join([*NOT_OURS, *excluded])
            options = ["--assume-in-transaction", "--pg-version", "15.0", "--exclude", excludes]
            program = Path(sys.executable).parent / "squawk"
            found += run_json(
                [str(program), *options, "--reporter", "Json", *sorted(texts)], folder
            )
    return [
        Complaint(one["file"], one["line"] + 1, one["rule_name"], one["message"]) for one in found
    ]


def write(texts: dict[str, str], folder: Path) -> None:
    """Write rendered files below a folder under their names."""
    for name, text in texts.items():
        path = folder / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run_json(command: list[str], folder: str) -> list[dict[str, Any]]:
    """Run a linter in a folder and return its JSON answer. Errors: Failure when it gives none."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise Failure(
            f"{Path(command[0]).name} is not installed",
            hint="Install the toolkit again: 'pip install market-data-toolkit'.",
        ) from error
    try:
        answer = json.loads(done.stdout or "[]")
    except json.JSONDecodeError as error:
        text = (done.stderr or done.stdout).strip().splitlines()
        raise Failure(
            f"{Path(command[0]).name} failed with exit code {done.returncode}",
            text[-1] if text else "",
        ) from error
    return list(answer)
