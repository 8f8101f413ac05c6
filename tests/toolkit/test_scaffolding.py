"""init and new: a project folder and its files from templates."""

import json
from pathlib import Path

import pytest

from toolkit.errors import FAILED, MISUSED
from toolkit.project import Project, files_root


@pytest.fixture
def shop(tmp_path: Path, mdt) -> Path:
    """Return a new project folder."""
    done = mdt("init", tmp_path / "shop")
    assert done.returncode == 0, done.stderr
    return tmp_path / "shop"


def below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".gitkeep"
    }


def test_init_makes_a_project_that_applies_lints_and_is_proven(tmp_path, mdt, root, cluster):
    done = mdt("init", tmp_path / "My Shop!", "--github")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "My Shop!"
    assert below(folder) == {
        ".github/workflows/database.yml",
        ".gitignore",
        "README.md",
        "mdt.toml",
        "migrations/0001_create_schema_my_shop.sql",
        "migrations/0001_create_schema_my_shop.rollback.sql",
        "migrations/verify/0001_create_schema_my_shop.sql",
    }
    assert Project(folder).name == "my_shop"
    words = [
        ("migration", "create_shelves"),
        ("view", "my_shop.labels"),
        ("function", "my_shop.twice"),
        ("check", "empty_shelf"),
        ("check", "shelf_without_key", "--area", "audit"),
    ]
    env = {"PYTHONPATH": str(root.folder)}
    (root.folder / "pyproject.toml").symlink_to(files_root() / "pyproject.toml")
    for one in words:
        done = mdt("new", *one, cwd=folder)
        assert done.returncode == 0, done.stderr
    proven = mdt("ci", cwd=folder, dsn=cluster.dsn("postgres"), env=env)
    assert proven.returncode == 0, proven.stdout + proven.stderr


def test_what_the_templates_write_works_on_a_whole_installation(shop, mdt, dsn):
    for one in (
        ("migration", "create_shelves"),
        ("view", "shop.labels"),
        ("function", "shop.twice"),
        ("check", "empty_shelf"),
        ("check", "shelf_without_key", "--area", "audit"),
        ("move", "shelves", "--source", "legacy_public.shelves"),
    ):
        assert mdt("new", *one, cwd=shop).returncode == 0
    assert mdt("apply", dsn=dsn, cwd=shop).returncode == 0
    verified = mdt("verify", dsn=dsn, cwd=shop)
    assert verified.returncode == 0, verified.stdout
    assert "Empty shelf" in mdt("--json", "health", dsn=dsn, cwd=shop).stdout
    audited = mdt("--json", "audit", "--fail-on", "never", dsn=dsn, cwd=shop)
    assert "Shelf without key" in audited.stdout
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "create table public.shelves (id int primary key, style_code text, brand text, "
            "name text, updated_at timestamptz)"
        )
    defined = mdt("move", "define", "shop", dsn=dsn, cwd=shop)
    assert defined.returncode == 0, defined.stderr
    assert "defined shelves" in defined.stdout


def test_every_file_of_the_templates_passes_the_lint(shop, mdt):
    for one in (
        ("migration", "create_shelves"),
        ("view", "shop.labels"),
        ("function", "shop.twice"),
        ("check", "empty_shelf"),
        ("move", "shelves"),
    ):
        assert mdt("new", *one, cwd=shop).returncode == 0
    linted = mdt("lint", *(shop / name for name in ("migrations", "sql", "checks")), cwd=shop)
    assert linted.returncode == 0, linted.stdout


def test_a_folder_that_holds_anything_is_left_as_it_is(tmp_path, mdt):
    (tmp_path / "precious").write_text("mine")
    refused = mdt("init", tmp_path)
    assert refused.returncode == FAILED
    assert "exists already, and is not empty" in refused.stderr
    assert below(tmp_path) == {"precious"}
    again = mdt("init", tmp_path / "new")
    assert again.returncode == 0
    before = (tmp_path / "new/mdt.toml").read_text()
    assert mdt("init", tmp_path / "new").returncode == FAILED
    assert (tmp_path / "new/mdt.toml").read_text() == before
    (tmp_path / "empty").mkdir()
    assert mdt("init", tmp_path / "empty").returncode == 0


@pytest.mark.parametrize("name", ["", "Shop", "toolkit", "a-b", "x" * 32, "1st", "a/b"])
def test_a_name_that_cannot_be_a_projects_is_misuse_and_makes_nothing(tmp_path, mdt, name):
    refused = mdt("init", tmp_path / "here", "--name", name)
    assert refused.returncode == MISUSED
    assert "cannot be the name of a project" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_project_called_like_a_schema_of_ours_gets_a_schema_of_its_own(tmp_path, mdt):
    assert mdt("init", tmp_path / "products").returncode == 0
    assert (tmp_path / "products/migrations/0001_create_schema_products_own.sql").exists()


def test_migrations_are_numbered_and_depend_on_the_one_before(shop, mdt):
    assert mdt("new", "migration", "create_a", cwd=shop).returncode == 0
    text = (shop / "migrations/0002_create_a.sql").read_text()
    assert text.startswith("-- Create a.\n-- depends: 0001_create_schema_shop\n")
    (shop / "migrations/0041_by_hand.sql").write_text("select 1;\n")
    document = json.loads(mdt("--json", "new", "migration", "create_b", cwd=shop).stdout)
    assert document["files"][-1] == "migrations/0042_create_b.sql"


@pytest.mark.parametrize(
    "words",
    [
        ("migration", "create_shelves"),
        ("view", "shop.labels"),
        ("function", "shop.twice"),
        ("check", "empty_shelf"),
        ("move", "shelves"),
    ],
)
def test_a_name_that_is_there_is_refused(shop, mdt, words):
    assert mdt("new", *words, cwd=shop).returncode == 0
    files = {path: (shop / path).read_text() for path in below(shop)}
    refused = mdt("new", *words, cwd=shop)
    assert refused.returncode == FAILED
    assert "already" in refused.stderr
    assert {path: (shop / path).read_text() for path in below(shop)} == files


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("migration", "Create-It"), "cannot be used as a name"),
        (("migration", "../up"), "cannot be used as a name"),
        (("view", "labels"), "has no schema"),
        (("view", "core.labels"), "is the toolkit's"),
        (("function", "shop.a.b"), "cannot be used as a name"),
        (("move", "ok", "--system", "No"), "cannot be used as a name"),
    ],
)
def test_names_that_cannot_be_are_misuse(shop, mdt, words, message):
    before = below(shop)
    refused = mdt("new", *words, cwd=shop)
    assert refused.returncode == MISUSED, refused.stderr
    assert message in refused.stderr
    assert below(shop) == before


def test_a_move_of_the_toolkit_keeps_its_name(shop, mdt):
    refused = mdt("new", "move", "live_quotes", cwd=shop)
    assert 'there is a move "live_quotes" already' in refused.stderr


def test_outside_of_a_project_nothing_is_written(tmp_path, mdt):
    refused = mdt("new", "migration", "create_it", cwd=tmp_path)
    assert refused.returncode == MISUSED
    assert "'mdt init DIR'" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_workflow_of_the_documentation_is_the_one_that_init_writes():
    written = files_root() / "toolkit/scaffold/project/github-workflow.yml"
    shown = files_root() / "docs/examples/github-workflow.yml"
    assert shown.read_text() == written.read_text()


def test_a_contract_is_released_with_the_next_number(shop, mdt):
    later = shop / "migrations/later"
    (later / "verify").mkdir(parents=True, exist_ok=True)
    for path in ("a_contract.sql", "a_contract.rollback.sql", "verify/a_contract.sql"):
        (later / path).write_text(f"select '{path}';\n")
    refused = mdt("new", "contract", "b", cwd=shop)
    assert 'there is no contract "b_contract"' in refused.stderr
    assert "There are a_contract." in refused.stderr
    assert mdt("new", "contract", "a", cwd=shop).returncode == 0
    text = (shop / "migrations/verify/0002_a_contract.sql").read_text()
    assert text == "select 'verify/a_contract.sql';\n"
    assert not [path for path in below(later) if "contract" in path]
