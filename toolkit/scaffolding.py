"""New files for a project folder, from the templates in toolkit/scaffold/."""

import re
import shutil
import tempfile
from pathlib import Path

from toolkit.errors import MISUSED, Failure
from toolkit.project import SCHEMAS, Project
from toolkit.templating import expand

FOLDER = Path(__file__).parent / "scaffold"
FOLDERS = (
    "migrations/later/verify",
    "sql/moves",
    "checks/audit",
    "checks/health",
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
_NUMBER = re.compile(r"(\d+)_")


def fill(name: str, /, **values: object) -> str:
    """Return the text of a template, filled in."""
    return expand((FOLDER / name).read_text(encoding="utf-8"), name, values, trim=False)


def title(name: str) -> str:
    """Return a name as the beginning of a sentence."""
    return name.replace("_", " ").capitalize()


def plain(name: str) -> str:
    """Return a name in the letters that need no quotes."""
    return re.sub("[^a-z0-9_]", "_", name.lower())


def own_schema(name: str) -> str:
    """Return the schema that a new project gets for its objects."""
    return f"{name}_own" if name in SCHEMAS else name


def project_name(folder: Path) -> str:
    """Return what a project in a folder is called, if nothing else is said."""
    name = re.sub(r"[^a-z0-9]+", "_", folder.name.lower()).strip("_")[:31]
    return name if _NAME.fullmatch(name) and name != "toolkit" else "own"


def create_project(folder: Path, name: str, has_workflow: bool) -> list[str]:
    """Make a project folder; return the names of its files.

    It appears as a whole or not at all. Errors: Failure when there is something of this name, or
    when the name cannot be that of a project.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failure(
            f"{folder} exists already, and is not empty",
            "Nothing that is there is ever overwritten.",
            "Name another folder.",
        )
    if not _NAME.fullmatch(name) or len(name) > 31 or name == "toolkit":
        raise Failure(
            f'"{name}" cannot be the name of a project',
            "It goes before the ids of the project's migrations: lower-case letters, digits and "
            'underscores, 31 at most, a letter first, and not "toolkit".',
            "Choose another with --name.",
            MISUSED,
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f"{folder.name}.part-", dir=folder.parent))
    try:
        part.chmod(0o755)
        texts = _project_texts(name, has_workflow)
        for path in FOLDERS:
            texts.setdefault(f"{path}/.gitkeep", "")
        write_new(part, texts)
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return sorted(texts)


def _project_texts(name: str, has_workflow: bool) -> dict[str, str]:
    values = {"name": name, "schema": own_schema(name), "title": f"Create the schema of {name}"}
    texts = {
        "mdt.toml": fill("project/mdt.toml", **values),
        "README.md": fill("project/README.md", **values),
        ".gitignore": (FOLDER / "project/gitignore").read_text(encoding="utf-8"),
        **migration_texts(f"0001_create_schema_{own_schema(name)}", "schema", **values),
    }
    if has_workflow:
        workflow = (FOLDER / "project/github-workflow.yml").read_text(encoding="utf-8")
        texts[".github/workflows/database.yml"] = workflow
    return texts


def migration_texts(migration: str, kind: str, /, **values: object) -> dict[str, str]:
    """Return the three files of a migration, by path; kind: schema or migration."""
    return migration_files(
        migration,
        fill(f"{kind}.sql", **values),
        fill(f"{kind}.rollback.sql", **values),
        fill(f"{kind}.verify.sql", **values),
    )


def migration_files(
    migration: str, text: str, rollback: str, verify: str, folder: str = "migrations"
) -> dict[str, str]:
    """Return the paths and texts of a migration's files; its own is the last to be written."""
    return {
        f"{folder}/{migration}.rollback.sql": rollback,
        f"{folder}/verify/{migration}.sql": verify,
        f"{folder}/{migration}.sql": text,
    }


def write_new(folder: Path, texts: dict[str, str]) -> None:
    """Write files that are not there yet. Errors: Failure naming those that are."""
    existing = sorted(path for path in texts if (folder / path).exists())
    if existing:
        raise Failure(
            f"these files exist already: {', '.join(existing)}",
            "Nothing that is there is ever overwritten.",
            "Choose another name.",
        )
    for path, text in texts.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as stream:
            stream.write(text)


def require_project(project: Project) -> str:
    """Return the project's name. Errors: Failure when the folder is no project."""
    if not project.name:
        raise Failure(
            f"{project.folder} is no project folder",
            "New files go into a folder whose mdt.toml has a [project].",
            "Make one with 'mdt init DIR', then call mdt in it, or name it with --project.",
            MISUSED,
        )
    return project.name


def check_name(name: str) -> str:
    """Return a name for files and objects. Errors: Failure when it is none."""
    if not _NAME.fullmatch(name):
        raise Failure(
            f'"{name}" cannot be used as a name',
            "Lower-case letters, digits and underscores, 51 at most, a letter first.",
            exit_code=MISUSED,
        )
    return name


def own_migrations(project: Project) -> list[str]:
    """Return the file names, without .sql, of the project's migrations in order."""
    return [
        file.path.stem for file in project.migrations() if file.layer == require_project(project)
    ]


def free_migrations(project: Project, names: list[str]) -> list[str]:
    """Return the names with the next free numbers before them.

    Errors: Failure when a migration has one of the names, under whatever number.
    """
    stems = own_migrations(project)
    taken = {_NUMBER.sub("", stem, count=1): stem for stem in stems}
    for name in names:
        if check_name(name) in taken:
            raise Failure(
                f"migrations/{taken[name]}.sql exists already",
                "Two migrations of one name would be mistaken for each other.",
                "Choose another name.",
            )
    numbers = [match[1] for stem in stems if (match := _NUMBER.match(stem))]
    width = max([4, *map(len, numbers)])
    first = max([0, *map(int, numbers)]) + 1
    return [f"{first + place:0{width}}_{name}" for place, name in enumerate(names)]
