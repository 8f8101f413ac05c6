"""Migrations and the change trail: who changed what, under whose columns, under which names."""

import shutil

import psycopg
import pytest

from toolkit import migrate
from toolkit.project import Project, files_root


@pytest.fixture
def root(tmp_path):
    """Return a folder with all files of the repository and one more migration."""
    for name in ("migrations", "sql", "checks"):
        shutil.copytree(files_root() / name, tmp_path / name)
    (tmp_path / "migrations" / "0900_own.sql").write_text(
        "-- Change what is audited.\n-- depends: 0011_create_audit_tables\n"
        "update core.brands set name = 'Y';\n"
        "alter table core.brands add column country char(2);\n"
    )
    (tmp_path / "migrations" / "0900_own.rollback.sql").write_text(
        "alter table core.brands drop column country;\n"
    )
    return tmp_path


def test_a_migration_that_changes_an_audited_table_keeps_its_trail(dsn, root):
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute("insert into core.brands (name, slug) values ('X', 'x')")
        migrate.apply_all(dsn, project=Project(root, root=root))
        db.execute("update core.brands set country = 'DE'; update core.brands set country = 'FR'")
        assert db.execute(
            "select migration, old_row ->> 'name', old_row ->> 'country' from system.audit_log"
            " where operation = 'update' and old_row ->> 'slug' = 'x' order by change_id"
        ).fetchall() == [("0900_own", "X", None), (None, "Y", None), (None, "Y", "DE")]
        assert db.execute("select count(*) from system.stale_audits()").fetchone() == (0,)


def test_a_promoted_installation_goes_on_with_its_trail(mdt, dsn_beside):
    with psycopg.connect(dsn_beside, autocommit=True) as db:
        db.execute("create schema core; create table core.brands (id int primary key, name text)")
        db.execute("insert into core_v2.brands (name, slug) values ('X', 'x')")
        db.execute("select system_v2.enable_audit('core.brands')")
        db.execute("select system_v2.accept_drift(null, 'another table is audited')")
        db.execute("insert into core.brands values (1, 'theirs')")
        promoted = mdt("promote", dsn=dsn_beside)
        assert promoted.returncode == 0, promoted.stderr
        db.execute(
            "update core.brands set name = 'Y' where slug = 'x';"
            " update core.brands set id = id where slug = 'x'"
        )
        db.execute("update core_legacy.brands set name = 'still'; truncate core_legacy.brands")
        told = "select operation from system.audit_log where table_name = %s order by change_id"
        assert db.execute(told, ["core.brands"]).fetchall() == [("insert",), ("update",)]
        assert db.execute(told, ["core_legacy.brands"]).fetchall() == [
            ("insert",),
            ("update",),
            ("truncate",),
        ]
        [key] = db.execute("select id::text from core.brands where slug = 'x'").fetchone()
        news = "select new_row ->> 'name' from system.history('core.brands', %s)"
        assert db.execute(news, [key]).fetchall() == [("X",), ("Y",)]
        names = "select count(*) from pg_proc where proname like 'audit%' and prosrc like '%\\_v2%'"
        assert db.execute(names).fetchone() == (0,)
        assert db.execute("select count(*) from system.stale_audits()").fetchone() == (0,)
        kept = db.execute("select system.maintain_partitions()").fetchone()[0]
        assert "failed" not in kept


def test_two_installations_audit_tables_of_their_own(dsn):
    migrate.apply_all(dsn, "_v2")
    with psycopg.connect(dsn, autocommit=True) as db:
        for suffix in ("", "_v2"):
            db.execute(f"insert into core{suffix}.brands (name, slug) values ('X', 'x')")
            counted = f"select count(*) from system{suffix}.audit_log where operation = 'insert'"
            assert db.execute(counted).fetchone() == (1,)
