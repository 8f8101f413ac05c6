"""adopt: the history of a yoyo project goes on in ours, and yoyo still reads its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from toolkit.errors import FAILED, MISUSED

YOYO = Path(sys.executable).parent / "yoyo"


class Old:
    """A project that yoyo has migrated: one migration with a rollback, one without, one pending."""

    def __init__(self, folder: Path, dsn: str) -> None:
        self.folder = folder
        self.dsn = dsn
        folder.mkdir()
        self.write("0001.create-users.sql", "create table public.users (id int primary key);\n")
        self.write("0001.create-users.rollback.sql", "drop table public.users;\n")
        self.write(
            "20240102_01_aBcDe-insert-a-user.sql",
            "-- depends: 0001.create-users\ninsert into public.users values (1);\n",
        )
        self.write("0001_create_schemas.sql", "create table public.named_like_ours ();\n")
        self.yoyo("apply", "--batch")
        self.write("20250101_01_xxxxx-pending.sql", "create table public.pending ();\n")
        self.write("20250101_01_xxxxx-pending.rollback.sql", "drop table public.pending;\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def yoyo(self, command: str, *options: str) -> str:
        address = psycopg.conninfo.conninfo_to_dict(self.dsn)
        url = (
            f"postgresql+psycopg://{address['user']}@/{address['dbname']}"
            f"?host={address['host']}&port={address['port']}"
        )
        done = subprocess.run(
            [YOYO, command, "--no-config-file", *options, "--database", url, str(self.folder)],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@pytest.fixture
def old(tmp_path: Path, empty_dsn: str) -> Old:
    return Old(tmp_path / "old", empty_dsn)


@pytest.fixture
def shop(tmp_path: Path, mdt, root, old):
    """Return mdt in a new project that is to take the old one over."""
    folder = tmp_path / "shop"
    assert mdt("init", folder).returncode == 0
    shutil.rmtree(folder / "migrations")

    def run(*words: Any) -> Any:
        return mdt(*words, cwd=folder, dsn=old.dsn, env={"PYTHONPATH": str(root.folder)})

    run.folder = folder  # type: ignore[attr-defined]
    return run


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()


ADOPTED = [
    "shop/0001.create-users",
    "shop/0001_create_schemas",
    "shop/20240102_01_aBcDe-insert-a-user",
]


def test_the_history_is_taken_over_with_its_dates_and_yoyo_still_lists_it(shop, old):
    before = old.yoyo("list")
    dates = rows(old.dsn, "select migration_id, applied_at_utc from public._yoyo_migration")
    done = shop("adopt", old.folder)
    assert done.returncode == 0, done.stderr
    assert "adopted 3 migrations of public._yoyo_migration" in done.stdout
    assert "pending: 20250101_01_xxxxx-pending" in done.stdout
    kept = rows(
        old.dsn,
        "select migration_id, applied_at_utc from system._yoyo_migration where migration_id ~ '/'",
    )
    assert sorted(kept) == sorted((f"shop/{name}", at) for name, at in dates)
    assert rows(
        old.dsn,
        "select migration_id, layer, adopted_from from system.applied_migrations "
        "where layer = 'shop' order by migration_id collate \"C\"",
    ) == [(name, "shop", "public._yoyo_migration") for name in ADOPTED]
    assert rows(
        old.dsn,
        "select count(*) from system.applied_migrations as ours "
        "inner join public._yoyo_migration as old "
        "on ours.migration_id = 'shop/' || old.migration_id "
        "where ours.applied_at = old.applied_at_utc at time zone 'UTC'",
    ) == [(3,)]
    assert rows(old.dsn, "select count(*) from system._yoyo_log where migration_id ~ '^shop/'") == [
        (3,)
    ]
    assert old.yoyo("list") == before
    assert rows(old.dsn, "select count(*) from public.users") == [(1,)]


def test_after_adopting_only_what_is_pending_is_applied_and_can_be_taken_back(shop, old):
    assert shop("adopt", old.folder).returncode == 0
    planned = json.loads(shop("--json", "plan").stdout)
    assert "shop/20250101_01_xxxxx-pending" in json.dumps(planned["migrations"])
    assert "aBcDe" not in json.dumps(planned["migrations"])
    assert shop("apply").returncode == 0
    assert rows(old.dsn, "select to_regclass('public.pending')::text") == [("pending",)]
    shutil.copy(shop.folder / "migrations/20250101_01_xxxxx-pending.sql", shop.folder / "copy")
    (shop.folder / "migrations/verify").mkdir()
    (shop.folder / "migrations/verify/20250101_01_xxxxx-pending.sql").write_text("select 1;\n")
    verified = shop("verify")
    assert verified.returncode == 0, verified.stdout
    assert shop("rollback").returncode == 0
    assert rows(old.dsn, "select to_regclass('public.pending')") == [(None,)]


def test_taking_all_back_leaves_what_yoyo_had_applied(shop, old):
    assert shop("adopt", old.folder).returncode == 0
    assert shop("apply").returncode == 0
    taken = shop("rollback", "--all")
    assert taken.returncode == 0, taken.stderr
    assert rows(old.dsn, "select count(*) from public.users") == [(1,)]
    assert rows(old.dsn, "select to_regnamespace('system')") == [(None,)]
    # And the way back in.
    again = shop("adopt")
    assert again.returncode == 0, again.stderr
    assert "adopted 3 migrations" in again.stdout


def test_adopting_again_changes_nothing_and_takes_what_yoyo_did_since(shop, old):
    assert shop("adopt", old.folder).returncode == 0
    before = rows(old.dsn, "select * from system.applied_migrations order by migration_id")
    again = shop("adopt", old.folder)
    assert again.returncode == 0
    assert "adopted 0 migrations" in again.stdout
    assert rows(old.dsn, "select * from system.applied_migrations order by migration_id") == before
    old.yoyo("apply", "--batch")
    more = shop("adopt", old.folder)
    assert "adopted 1 migrations" in more.stdout


def test_a_dry_run_shows_it_and_writes_nothing(shop, old):
    shown = json.loads(shop("--json", "adopt", old.folder, "--dry-run").stdout)
    assert [f"shop/{name}" for name in sorted(shown["adopted"])] == ADOPTED
    assert shown["dry_run"] is True
    assert len(shown["copied"]) == 6
    assert not (shop.folder / "migrations").exists()
    assert rows(old.dsn, "select to_regnamespace('system')") == [(None,)]


def test_apply_refuses_to_run_a_second_time_what_yoyo_has_run(shop, old):
    shutil.copytree(old.folder, shop.folder / "migrations")
    refused = shop("apply")
    assert refused.returncode == FAILED
    assert "yoyo has applied these migrations already" in refused.stderr
    assert "'mdt adopt'" in refused.stderr
    assert rows(old.dsn, "select count(*) from public.users") == [(1,)]
    adopted = shop("adopt")
    assert adopted.returncode == 0, adopted.stderr
    assert shop("apply").returncode == 0


def test_an_applied_id_without_a_file_is_named_and_left_out_by_name(shop, old):
    (old.folder / "20240102_01_aBcDe-insert-a-user.sql").unlink()
    refused = shop("adopt", old.folder)
    assert refused.returncode == FAILED
    assert "have no file: 20240102_01_aBcDe-insert-a-user" in refused.stderr
    done = shop("adopt", old.folder, "--skip", "20240102_01_aBcDe-insert-a-user")
    assert done.returncode == 0
    assert "left out, without a file: 20240102_01_aBcDe-insert-a-user" in done.stdout


def test_migrations_in_python_are_refused_with_what_to_do(shop, old):
    old.write("0002.more.py", "from yoyo import step\nsteps = [step('select 1')]\n")
    refused = shop("adopt", old.folder)
    assert refused.returncode == FAILED
    assert "these migrations are in Python: 0002.more.py" in refused.stderr
    assert "NAME.rollback.sql" in refused.stderr
    assert not (shop.folder / "migrations").exists()


def test_an_edit_of_an_adopted_file_is_noticed(shop, old):
    assert shop("adopt", old.folder).returncode == 0
    (shop.folder / "migrations/0001.create-users.sql").write_text("select 1;\n")
    assert "shop/0001.create-users was edited" in shop("verify").stdout


def test_a_file_that_is_there_with_another_text_is_left_alone(shop, old):
    (shop.folder / "migrations").mkdir()
    path = shop.folder / "migrations/0001.create-users.sql"
    path.write_text("select 'mine';\n")
    refused = shop("adopt", old.folder)
    assert refused.returncode == FAILED
    assert "is there with another text" in refused.stderr
    assert path.read_text() == "select 'mine';\n"


def test_several_ledgers_have_to_be_chosen_from(shop, old):
    with psycopg.connect(old.dsn, autocommit=True) as connection:
        connection.execute("create schema elsewhere")
        connection.execute("create table elsewhere._yoyo_migration (like public._yoyo_migration)")
    refused = shop("adopt", old.folder)
    assert refused.returncode == MISUSED
    assert "in elsewhere, public" in refused.stderr
    assert shop("adopt", old.folder, "--schema", "public").returncode == 0
    unknown = shop("adopt", old.folder, "--schema", "nowhere")
    assert 'there is no table _yoyo_migration in schema "nowhere"' in unknown.stderr


def test_a_database_that_yoyo_never_saw_is_told(mdt, shop, old, root):
    with psycopg.connect(old.dsn, autocommit=True) as connection:
        connection.execute("drop table public._yoyo_migration")
    refused = shop("adopt", old.folder)
    assert refused.returncode == FAILED
    assert "there is no table _yoyo_migration in this database" in refused.stderr


def test_a_ledger_of_an_old_yoyo_is_refused_with_what_to_do(shop, old):
    with psycopg.connect(old.dsn, autocommit=True) as connection:
        connection.execute("drop table public._yoyo_migration")
        connection.execute("create table public._yoyo_migration (id text, ctime timestamp)")
    refused = shop("adopt", old.folder)
    assert refused.returncode == FAILED
    assert "yoyo before version 6" in refused.stderr
