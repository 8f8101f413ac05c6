"""lint --trace: what hides in blocks, functions and triggers is seen, in a database of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from toolkit.project import files_root

TABLES = (
    "create table core.orders (id bigint primary key, note text);"
    "create table core.refunds (id bigint primary key, order_id bigint);"
)


@pytest.fixture
def orders(root, empty_dsn) -> str:
    """Return the DSN of a database that has two tables, empty."""
    shutil.copy(files_root() / "pyproject.toml", root.folder)  # the settings of sqlfluff
    root.migration("0003_orders", TABLES, "drop table core.orders; drop table core.refunds;")
    root.apply(empty_dsn)
    return empty_dsn


@pytest.fixture
def traced(root, orders, mdt_there) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that returns the hazards that `mdt lint --trace` finds in a migration.

    Those of sqlfluff and squawk are left out, and what the text alone tells if it is asked so.
    """

    def run(text: str, header: str = "", rollback: str = "select 1;") -> list[dict[str, Any]]:
        root.newest = "0003_orders"
        root.migration("0004_traced", text, rollback, header)
        path = str(root.folder / "migrations/0004_traced.sql")
        done = mdt_there("--json", "lint", "--trace", path, dsn=orders)
        assert not done.stderr.startswith("Error"), done.stderr
        document = json.loads(done.stdout)
        run.statements = document["trace"]  # type: ignore[attr-defined]
        run.allowed = {one["rule"] for one in document["allowed"]}  # type: ignore[attr-defined]
        return [one for one in document["complaints"] if one["number"] or one["rule"] == "trace"]

    return run


def rules(found: list[dict[str, Any]]) -> set[tuple[int, str]]:
    return {(one["line"], one["rule"]) for one in found}


BESIDE = """
    select datname from pg_database
    where
        datname like 'mdt\\_%'
        and shobj_description(oid, 'pg_database')
        = 'market-data toolkit: scratch database beside ' || current_database()
"""


def scratches(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(BESIDE).fetchall()
    return [name for (name,) in rows]


# -- what is seen -----------------------------------------------------------------------------


def test_ddl_that_a_block_puts_together_is_seen_with_lock_and_rewrite(traced):
    found = traced(
        "select 1;\ndo $$ begin execute 'alter table core.' || 'orders alter id type numeric';"
        " end $$;"
    )
    messages = {one["message"] for one in found if (one["line"], one["rule"]) == (3, "hidden_ddl")}
    assert messages == {
        "takes access exclusive on core.orders, stopping reads and writes",
        "writes core.orders anew, every row",
    }
    (block,) = [one for one in traced.statements if one["line"] == 3]
    assert {"relation": "core.orders", "mode": "access exclusive"} in block["locks"]
    assert block["rewrites"] == ["core.orders"]


def test_an_update_of_every_row_in_a_function_is_seen(traced):
    found = traced(
        "create function core.touch() returns void language sql set search_path = pg_catalog"
        " as $$ update core.orders set note = 'touched' $$;\nselect core.touch();",
        rollback="drop function core.touch();",
    )
    assert (3, "unbatched_write") in rules(found)
    (call,) = [one for one in traced.statements if one["line"] == 3]
    assert call["changes"] == [{"table": "core.orders", "inserted": 0, "updated": 3, "deleted": 0}]


def test_an_update_of_every_row_by_a_trigger_is_seen(root, orders, traced):
    root.newest = "0003_orders"
    root.migration(
        "0003_trigger",
        "create function core.touch() returns trigger language plpgsql"
        " set search_path = pg_catalog as $$ begin update core.orders set note = 'x';"
        " return null; end $$;"
        "create trigger touch after update on core.refunds execute function core.touch();",
        "drop trigger touch on core.refunds; drop function core.touch();",
    )
    root.apply(orders)
    found = traced("update core.refunds set order_id = 1 where id = 1;")
    assert (2, "unbatched_write") in rules(found)


def test_a_lock_that_a_foreign_key_brings_along_is_seen(root, orders, traced):
    root.newest = "0003_orders"
    root.migration(
        "0003_key",
        "alter table core.refunds add constraint refunds_order_id_fkey"
        " foreign key (order_id) references core.orders;",
        "alter table core.refunds drop constraint refunds_order_id_fkey;",
    )
    root.apply(orders)
    found = traced("drop table core.refunds;", header="-- allow: drop_table, unused since May\n")
    (one,) = [one for one in found if one["rule"] == "hidden_ddl"]
    assert one["message"] == "takes access exclusive on core.orders, stopping reads and writes"


def test_what_only_an_empty_table_allows_is_seen(traced):
    found = traced(
        "do $$ begin execute 'alter table core.' || 'orders add state int not null'; end $$;"
    )
    (one,) = [one for one in found if one["rule"] == "add_column_not_null"]
    assert one["message"].startswith("fails as soon as the table has rows: ")


def test_made_up_rows_that_are_in_the_way_do_not_count_against_a_file(traced):
    """The rows of one table do not refer to those of another, as real ones may."""
    found = traced(
        "alter table core.refunds add constraint refunds_order_id_fkey"
        " foreign key (id) references core.orders not valid;\n"
        "alter table core.refunds validate constraint refunds_order_id_fkey;\n"
        "insert into core.orders (id) values (2000000001) on conflict do nothing;"
    )
    assert "trace" not in {one["rule"] for one in found}
    assert "add_column_not_null" not in {one["rule"] for one in found}


def test_a_statement_that_fails_is_named_with_its_file_and_line(traced):
    found = traced("select 1;\n\nselect 2\n  from core.nowhere;")
    (one,) = [one for one in found if one["rule"] == "trace"]
    assert (one["path"].endswith("0004_traced.sql"), one["line"]) == (True, 4)
    assert one["message"] == 'fails: relation "core.nowhere" does not exist (42P01)'


def test_a_file_without_a_transaction_runs_statement_by_statement(traced):
    found = traced(
        "create index concurrently orders_note_idx on core.orders (note);\n"
        "do $$ begin execute 'alter table core.' || 'refunds alter id type numeric'; end $$;\n"
        "call core.nothing();",
        header="-- transactional: false\n",
    )
    index, block = traced.statements
    assert index["rewrites"] == []
    assert {"relation": "core.refunds", "mode": "access exclusive"} in block["locks"]
    assert block["rewrites"] == ["core.refunds"]
    assert (5, "trace") in rules(found)


def test_a_hazard_that_was_seen_may_be_allowed(traced):
    block = "do $$ begin execute 'alter table core.' || 'orders add state int'; end $$;"
    assert "hidden_ddl" in {one["rule"] for one in traced(block)}
    header = "-- allow: hidden_ddl, checked\n-- allow: unreadable_statement, checked\n"
    assert traced(block, header=header) == []
    assert "hidden_ddl" in traced.allowed


def test_a_file_that_does_what_it_says_has_nothing_to_answer_for(traced):
    found = traced(
        "create table core.returns (id bigint not null, constraint returns_pkey primary key (id));"
        "\ncomment on table core.returns is 'What came back.';",
        rollback="drop table core.returns;",
    )
    assert found == []
    assert traced.statements[0]["locks"] == []


# -- what is run where ------------------------------------------------------------------------


def test_the_database_is_not_touched_and_nothing_is_left_behind(traced, orders, dump):
    before = dump(orders)
    traced("alter table core.orders add state int;\ninsert into core.orders values (1);")
    assert dump(orders) == before
    assert scratches(orders) == []


def test_an_applied_migration_is_traced_on_an_empty_database(root, orders, mdt_there):
    path = str(root.folder / "migrations/0003_orders.sql")
    done = mdt_there("--json", "lint", "--trace", path, dsn=orders)
    document = json.loads(done.stdout)
    assert [one["line"] for one in document["trace"]] == [2, 2]
    assert all(one["locks"] == [] for one in document["trace"])


def test_a_rollback_is_traced_after_its_migration(root, orders, mdt_there):
    path = str(root.folder / "migrations/0003_orders.rollback.sql")
    document = json.loads(mdt_there("--json", "lint", "--trace", path, dsn=orders).stdout)
    dropped = [lock["relation"] for one in document["trace"] for lock in one["locks"]]
    assert dropped == ["core.orders", "core.refunds"]


def test_an_object_is_traced(root, orders, mdt_there):
    root.sql("core/views/a", "create view core.a as select id from core.nothing;")
    path = str(root.folder / "sql/core/views/a.sql")
    document = json.loads(mdt_there("--json", "lint", "--trace", path, dsn=orders).stdout)
    (one,) = [one for one in document["complaints"] if one["rule"] == "trace"]
    assert one["path"] == "sql/core/views/a.sql"


def test_a_file_of_no_project_runs_on_the_clone_by_itself(orders, mdt_there, tmp_path):
    path = tmp_path / "fix.sql"
    path.write_text("do $$ begin execute 'truncate core.' || 'orders'; end $$;\n")
    document = json.loads(mdt_there("--json", "lint", "--trace", str(path), dsn=orders).stdout)
    (one,) = [one for one in document["complaints"] if one["rule"] == "hidden_ddl"]
    assert one["message"] == "takes access exclusive on core.orders, stopping reads and writes"


def test_without_paths_what_is_still_to_be_applied_is_traced(root, orders, mdt_there):
    root.migration("0004_new", "alter table core.orders add state int;", "")
    document = json.loads(mdt_there("--json", "lint", "--trace", dsn=orders).stdout)
    assert {one["file"] for one in document["trace"]} == {"migrations/0004_new.sql"}


def test_verbose_says_what_each_statement_did(root, orders, mdt_there):
    root.migration("0004_new", "alter table core.orders add state int;", "")
    path = str(root.folder / "migrations/0004_new.sql")
    done = mdt_there("-v", "lint", "--trace", path, dsn=orders)
    assert "migrations/0004_new.sql:2: access exclusive on core.orders (" in done.stderr


# -- leftovers, rights ------------------------------------------------------------------------


def wait_until(is_true: Callable[[], Any]) -> None:
    until = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def sleeping(root, orders) -> Iterator[subprocess.Popen[str]]:
    """Begin a trace that sleeps in its scratch database."""
    root.migration("0004_slow", "select pg_sleep(600);", "")
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "plan", "--trace"],
        cwd=root.folder,
        env={**os.environ, "PYTHONPATH": str(root.folder), "MDT_DSN": orders},
        text=True,
    )
    with psycopg.connect(orders, autocommit=True) as connection:
        asleep = (
            "select count(*) from pg_stat_activity"
            " where query like 'select pg_sleep(600)%' and datname like 'mdt\\_scratch\\_%'"
        )
        wait_until(lambda: connection.execute(asleep).fetchone() == (1,))
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.wait(timeout=60)


def test_what_a_killed_trace_leaves_is_dropped_by_the_next_one(root, orders, sleeping, mdt_there):
    (left,) = scratches(orders)
    sleeping.send_signal(signal.SIGKILL)
    sleeping.wait()
    assert scratches(orders) == [left]
    root.write("migrations/0004_slow.sql", "-- depends: 0003_orders\nselect 1;\n")
    # The server may take a moment to notice that its client is gone.
    wait_until(lambda: left in mdt_there("plan", "--trace", dsn=orders).stderr)
    assert scratches(orders) == []


def test_a_trace_leaves_the_scratch_database_of_another_alone(root, orders, sleeping, mdt_there):
    (other,) = scratches(orders)
    root.write("migrations/0004_slow.sql", "-- depends: 0003_orders\nselect 1;\n")
    done = mdt_there("plan", "--trace", dsn=orders)
    assert (done.returncode, done.stderr) == (0, "")
    assert scratches(orders) == [other]
    assert sleeping.poll() is None


def test_an_interrupted_trace_cleans_up(orders, sleeping):
    sleeping.send_signal(signal.SIGINT)
    assert sleeping.wait(timeout=60) == 130
    assert scratches(orders) == []


def test_a_database_that_only_looks_like_a_leftover_stays(cluster, orders, mdt_there, root):
    names = ["mdt_scratch_of_ours", f"mdt_scratch_{os.urandom(8).hex()}"]
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as server:
        try:
            for name in names:
                server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
                server.execute(
                    sql.SQL("comment on database {} is 'ours'").format(sql.Identifier(name))
                )
            root.migration("0004_new", "select 1;", "")
            assert mdt_there("plan", "--trace", dsn=orders).returncode == 0
        finally:
            for name in names:
                server.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


def test_without_the_right_to_create_databases_it_says_so(root, orders, mdt_there, dump):
    root.migration("0004_new", "select 1;", "")
    role = f"test_role_{os.getpid()}"
    with psycopg.connect(orders, autocommit=True) as connection:
        connection.execute(f"create role {role} login")
        try:
            connection.execute(f"grant pg_read_all_data to {role}")
            dsn = orders.replace("postgres@", f"{role}@")
            done = mdt_there("plan", "--trace", dsn=dsn)
        finally:
            connection.execute(f"drop owned by {role}; drop role {role}")
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == f'Error: role "{role}" may not create databases'
    assert f"alter role {role} createdb" in done.stderr
    assert len(done.stderr.splitlines()) == 3
