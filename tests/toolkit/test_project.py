"""A project folder of the user's own, layered on the toolkit's files."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from toolkit import db
from toolkit.errors import FAILED, MISUSED, Failure
from toolkit.migrate import Migrator
from toolkit.project import Project


class Shop:
    """A user's project named shop, on top of a small toolkit, see `Root`."""

    def __init__(self, folder: Path, root: Any, mdt: Callable[..., Any]) -> None:
        self.folder = folder
        self.root = root
        self.mdt = mdt
        folder.mkdir(parents=True)
        self.write("mdt.toml", '[project]\nname = "shop"\n')

    def write(self, path: str, text: str) -> Path:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        return place

    def migration(self, name: str, text: str, rollback: str, verify: str = "select 1;") -> None:
        self.write(f"migrations/{name}.sql", f"{text}\n")
        self.write(f"migrations/{name}.rollback.sql", f"{rollback}\n")
        self.write(f"migrations/verify/{name}.sql", f"{verify}\n")

    def __call__(self, *arguments: str, dsn: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run mdt in the folder of the project, with the files of the small toolkit."""
        env = {"PYTHONPATH": str(self.root.folder)}
        done: subprocess.CompletedProcess[str] = self.mdt(
            *arguments, dsn=dsn, cwd=self.folder, env=env
        )
        return done


@pytest.fixture
def shop(tmp_path: Path, root: Any, mdt: Callable[..., Any]) -> Shop:
    """Return a project with a table of its own and a view over it."""
    project = Shop(tmp_path / "shop", root, mdt)
    project.migration(
        "0001_create_shelves",
        "-- Create the shelves.\n-- depends: toolkit/0002_create_system_tables\n"
        "create schema shop;\ncreate table shop.shelves (id bigint primary key, label text);",
        "drop table shop.shelves;\ndrop schema shop;",
        "select 'shop.shelves'::regclass;",
    )
    project.write(
        "sql/shop/views/labels.sql",
        "create or replace view shop.labels as select shelves.label from shop.shelves;\n",
    )
    return project


def ids(dsn: str) -> list[tuple[str, str]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "select migration_id, layer from system.applied_migrations order by applied_at"
        ).fetchall()


def test_both_layers_are_planned_applied_verified_and_taken_back(shop, empty_dsn):
    planned = shop("plan", dsn=empty_dsn)
    assert planned.returncode == 0, planned.stderr
    assert "0001_create_schemas" in planned.stdout
    assert "shop/0001_create_shelves" in planned.stdout
    assert "shop/views/labels" in planned.stdout
    assert shop("apply", dsn=empty_dsn).returncode == 0
    assert ids(empty_dsn) == [
        ("0001_create_schemas", "toolkit"),
        ("0002_create_system_tables", "toolkit"),
        ("shop/0001_create_shelves", "shop"),
    ]
    verified = shop("verify", dsn=empty_dsn)
    assert verified.returncode == 0, verified.stdout
    status = shop("status", dsn=empty_dsn)
    assert (status.returncode, "shop/0001_create_shelves" in status.stdout) == (0, True)
    assert shop("rollback", dsn=empty_dsn).returncode == 0
    assert [name for name, _ in ids(empty_dsn)][-1] == "0002_create_system_tables"
    assert shop("status", dsn=empty_dsn).returncode == FAILED
    assert shop("apply", dsn=empty_dsn).returncode == 0
    taken = shop("rollback", "--all", dsn=empty_dsn)
    assert taken.returncode == 0, taken.stderr
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute("select to_regnamespace('shop')").fetchone() == (None,)


def test_a_newer_toolkit_applies_only_its_new_files(shop, root, empty_dsn, dump):
    assert shop("apply", dsn=empty_dsn).returncode == 0
    root.migration(
        "0003_create_extra", "create table core.extra (id int);", "drop table core.extra;"
    )
    planned = shop("plan", dsn=empty_dsn)
    assert planned.returncode == 0, planned.stderr
    assert "0003_create_extra" in planned.stdout
    assert "0001" not in planned.stdout
    assert shop("apply", dsn=empty_dsn).returncode == 0
    assert shop("verify", dsn=empty_dsn).returncode == 0
    assert [name for name, _ in ids(empty_dsn)][-2:] == [
        "shop/0001_create_shelves",
        "0003_create_extra",
    ]
    # What was applied last is taken back first, and alone.
    assert shop("rollback", dsn=empty_dsn).returncode == 0
    assert ids(empty_dsn)[-1] == ("shop/0001_create_shelves", "shop")


def test_the_number_and_name_of_a_toolkit_file_are_free_to_a_project(shop, empty_dsn):
    shop.migration(
        "0002_create_system_tables", "create table shop.more ();", "drop table shop.more;"
    )
    assert shop("apply", dsn=empty_dsn).returncode == 0
    assert ("shop/0002_create_system_tables", "shop") in ids(empty_dsn)
    assert shop("verify", dsn=empty_dsn).returncode == 0


def test_without_the_project_its_migrations_and_objects_are_left_alone(
    shop, root, mdt_there, empty_dsn
):
    assert shop("apply", dsn=empty_dsn).returncode == 0
    applied = mdt_there("apply", dsn=empty_dsn)
    assert (applied.returncode, applied.stdout) == (0, "nothing to do\n")
    assert mdt_there("verify", dsn=empty_dsn).returncode == 0
    refused = mdt_there("rollback", "--all", dsn=empty_dsn)
    assert refused.returncode == FAILED
    assert "migrations of another project are applied here: shop" in refused.stderr
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute("select to_regclass('shop.labels')::text").fetchone() == (
            "shop.labels",
        )


def test_an_edited_migration_of_the_project_is_noticed(shop, empty_dsn):
    assert shop("apply", dsn=empty_dsn).returncode == 0
    shop.write("migrations/0001_create_shelves.sql", "select 2;\n")
    assert "shop/0001_create_shelves was edited" in shop("verify", dsn=empty_dsn).stdout


@pytest.mark.parametrize("schema", ["core", "api_v2"])
def test_an_object_of_the_project_stays_out_of_the_toolkits_schemas(shop, empty_dsn, schema):
    shop.write(f"sql/{schema}/views/mine.sql", f"create view {schema}.mine as select 1;\n")
    suffix = ("--schema-suffix", "_v2") if schema == "api_v2" else ()
    refused = shop("apply", *suffix, dsn=empty_dsn)
    assert refused.returncode == FAILED
    assert f"sql/{schema}/views/mine.sql is in a schema of the toolkit's" in refused.stderr


def test_the_schemas_of_a_project_keep_their_names_beside_a_suffix(shop, empty_dsn):
    shop.write(
        "sql/shop/views/flags.sql",
        "create or replace view shop.flags as select flag from system.feature_flags;\n",
    )
    assert shop("apply", "--schema-suffix", "_v2", dsn=empty_dsn).returncode == 0
    with psycopg.connect(empty_dsn) as connection:
        text = connection.execute("select pg_get_viewdef('shop.flags'::regclass)").fetchone()
    assert "system_v2.feature_flags" in text[0]
    assert shop("verify", dsn=empty_dsn).returncode == 0


@pytest.mark.parametrize("name", ['""', '"toolkit"', '"Shop"', '"a/b"', "7", f'"{"x" * 40}"'])
def test_a_project_name_that_could_not_go_into_ids_is_misuse(shop, name):
    shop.write("mdt.toml", f"[project]\nname = {name}\n")
    refused = shop("plan", dsn="host=/nowhere")
    assert "[project]" in refused.stderr or refused.returncode == 3
    with pytest.raises(Failure) as failure:
        _ = Project(shop.folder).layers
    assert failure.value.exit_code == MISUSED


def test_a_folder_without_a_project_section_adds_no_migrations(shop, empty_dsn):
    shop.write("mdt.toml", "# nothing\n")
    assert "shop/" not in shop("plan", dsn=empty_dsn).stdout


def test_a_move_of_the_project_is_found_and_may_not_take_a_known_name(tmp_path):
    (tmp_path / "mdt.toml").write_text('[project]\nname = "shop"\n')
    folder = tmp_path / "sql/moves/shop"
    folder.mkdir(parents=True)
    (folder / "shelves.sql").write_text("select 1;\n")
    assert [file.path.stem for file in Project(tmp_path).moves("shop")] == ["shelves"]
    (folder / "live_quotes.sql").write_text("select 1;\n")
    with pytest.raises(Failure, match="these moves are there twice: live_quotes"):
        Project(tmp_path).moves()


def test_a_health_check_of_the_project_is_run_with_the_toolkits(shop, mdt, dsn):
    shop.write(
        "checks/health/shelf_without_label.sql",
        "-- title: Shelf without a label\n-- severity: error\n-- why: nobody finds it\n"
        "-- fix: give it one\nselect 'a' as subject, 'b' as detail;\n",
    )
    result = mdt("--json", "health", dsn=dsn, cwd=shop.folder)
    assert "Shelf without a label" in result.stdout


def test_rollback_in_applied_order_survives_a_move_of_the_files(shop, root, empty_dsn, tmp_path):
    assert shop("apply", dsn=empty_dsn).returncode == 0
    copy = tmp_path / "elsewhere"
    shutil.copytree(shop.folder, copy)
    with db.connect(empty_dsn) as connection:
        project = Project(copy, root=root.folder)
        migrator = Migrator.for_apply(connection, project, None, lambda _: None)
        assert not migrator.plan()
