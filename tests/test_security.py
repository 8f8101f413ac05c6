"""What others' tools say of our roles, policies and SQL; where one is wrong, it says so beside."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.errors import Failure
from toolkit.execution import execute
from toolkit.project import TOOLKIT, files_root

ROOT = files_root()
SCRIPTS = Path(sys.executable).parent


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_pgrls_finds_nothing_in_an_installation(shared_dsn):
    done = run(SCRIPTS / "pgrls", "lint", "--database-url", shared_dsn)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(r"pgrls: \d+ infos\.", done.stdout.strip().splitlines()[-1])


def test_pgrls_would_find_a_policy_that_is_open(dsn, db):
    db.execute("create policy open on products.inventory to mdt_app using (true)")
    done = run(SCRIPTS / "pgrls", "lint", "--database-url", dsn)
    assert done.returncode == 1
    assert "products.inventory.open" in done.stdout


# Not wrong about an extension's script, which anybody's object may precede; about ours:
# PS002 and PS015, "or replace" of a function or view: ours are in schemas of our own, in which
# nobody else may create anything. PS010, a schema that may be there already: it is the one that
# pg_partman is installed into, where the database's owner has not done so.
WRONG_ABOUT_US = ("PS002", "PS010", "PS015")


def test_pgspot_finds_nothing_in_the_sql_that_apply_executes(tmp_path):
    # As toolkit.execution does before each file.
    first = tmp_path / "search_path.sql"
    first.write_text("set search_path = pg_catalog, pg_temp;\n")
    migrations = [
        path
        for path in sorted((ROOT / "migrations").glob("*.sql"))
        if not path.name.endswith(".rollback.sql")
    ]
    objects = sorted(set((ROOT / "sql").glob("*/*/*.sql")) - set((ROOT / "sql").glob("moves/*/*")))
    ignored = [word for code in WRONG_ABOUT_US for word in ("--ignore", code)]
    assert len(objects) > 200
    done = run(SCRIPTS / "pgspot", *ignored, "-a", first, *migrations, *objects)
    summary = done.stdout.strip().splitlines()[-1]
    assert summary == "TOTAL: Errors: 0 Warnings: 0 Unknown: 0", done.stdout


def test_nobody_slips_a_function_of_theirs_into_a_file_of_ours(rolled_back):
    rolled_back.execute(
        "create function public.now() returns timestamptz language plpgsql as"
        " $$ begin raise exception 'slipped in'; end $$;"
        "set local search_path = public, pg_catalog"
    )
    execute(rolled_back, "create view core.clock as select now() as at", "ours", layer=TOOLKIT)
    rolled_back.execute("select at from core.clock")
    assert rolled_back.execute("show search_path").fetchone() == ("public, pg_catalog",)
    with pytest.raises(Failure, match="slipped in"):
        execute(rolled_back, "select now()", "a project's", layer="shop")
