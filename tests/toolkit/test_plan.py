"""plan: sizes, traffic and holders of the live tables, diffs, and the SQL that apply executes."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from toolkit import modes, traffic
from toolkit.servers import client_program

ORDERS = (
    "create table core.orders (id bigint primary key, note text, placed_at timestamptz);"
    "create table core.refunds (id bigint primary key, order_id bigint);"
)


@pytest.fixture
def orders(root, empty_dsn) -> str:
    """Return the DSN of a database that has two tables, empty."""
    root.migration("0003_orders", ORDERS, "drop table core.orders; drop table core.refunds;")
    root.apply(empty_dsn)
    return empty_dsn


@pytest.fixture
def planned(orders, mdt_there) -> Any:
    """Return a function that returns the document of `mdt --json plan`."""

    def run(*options: str) -> dict[str, Any]:
        done = mdt_there("--json", "plan", "--sample", "0", *options, dsn=orders)
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    return run


def effect(document: dict[str, Any], line: int) -> dict[str, Any]:
    """Return the one effect of the statement at a line of the newest migration."""
    (step,) = [step for step in document["steps"] if step["line"] == line]
    (found,) = step["effects"]
    return found


# -- tables -----------------------------------------------------------------------------------


def test_the_size_of_a_large_table_and_the_time_for_it_are_told(root, orders, mdt_there, planned):
    with psycopg.connect(orders, autocommit=True) as connection:
        connection.execute(
            "insert into core.orders select n, 'order ' || n, now() from generate_series(1, 1e6) n"
        )
        # Vacuumed by hand too, so that autovacuum adds no visibility map afterwards.
        connection.execute("vacuum analyze core.orders")
        (size,) = connection.execute("select pg_total_relation_size('core.orders')").fetchone()
    root.migration("0004_type", "alter table core.orders alter id type numeric;", "")
    document = planned()
    table = document["tables"]["core.orders"]
    assert table["total_bytes"] == size
    assert table["rows"] == pytest.approx(1e6, rel=0.05)
    found = effect(document, 2)
    assert found["lock"] == "access exclusive"
    assert found["stops"] == "reads and writes"
    assert found["work"] == ["rewrite"]
    rate = document["assumptions"]["rewrite_mb"]
    assert found["estimated_seconds"] == pytest.approx(size / 1e6 / rate, rel=0.01)
    text = mdt_there("plan", "--sample", "0", dsn=orders).stdout
    assert "core.orders (" in text
    assert "M rows" in text
    assert "access exclusive lock, rewrites it; stops reads and writes; about" in text
    assert "in all, assuming 100 MB/s read" in text


def test_better_rates_may_be_named_and_a_wrong_one_is_refused(root, orders, mdt_there, planned):
    with psycopg.connect(orders) as connection:
        connection.execute("insert into core.orders select n from generate_series(1, 1000) n")
    root.migration("0004_type", "alter table core.orders alter id type numeric;", "")
    before = effect(planned(), 2)["estimated_seconds"]
    root.write("mdt.toml", "[plan]\nrewrite_mb = 0.1\n")
    assert effect(planned(), 2)["estimated_seconds"] > 10 * before
    root.write("mdt.toml", "[plan]\nrewrite_mb = 0\n")
    refused = mdt_there("plan", dsn=orders)
    assert refused.returncode == 2
    assert "[plan] in mdt.toml cannot say rewrite_mb = 0" in refused.stderr


def test_partitions_are_counted_in_and_an_index_stands_for_its_table(root, orders, planned):
    root.migration(
        "0004_parts",
        "create table core.parts (id int) partition by range (id);"
        "create table core.parts_1 partition of core.parts for values from (0) to (1000000);"
        "create index parts_1_id_idx on core.parts_1 (id);",
        "drop table core.parts;",
    )
    root.apply(orders)
    with psycopg.connect(orders, autocommit=True) as connection:
        connection.execute("insert into core.parts select generate_series(1, 5000)")
        connection.execute("vacuum analyze core.parts")
        (size,) = connection.execute("select pg_total_relation_size('core.parts_1')").fetchone()
    root.migration(
        "0005_more", "alter table core.parts add note text;\ndrop index core.parts_1_id_idx;", ""
    )
    tables = planned()["tables"]
    assert tables["core.parts"]["total_bytes"] == size
    assert tables["core.parts"]["rows"] == 5000
    assert tables["core.parts_1"]["total_bytes"] == size


def test_a_new_table_has_no_size_and_its_statements_are_not_worth_a_line(root, orders, mdt_there):
    root.migration(
        "0004_new",
        "create table core.new (id bigint);\nalter table core.new add note text;",
        "drop table core.new;",
    )
    assert mdt_there("plan", dsn=orders).stdout == "apply   migrations/0004_new.sql\n"
    whole = mdt_there("plan", "-v", dsn=orders).stdout
    assert "alter table core.new add note text" in whole
    assert "core.new, which is not there yet: access exclusive lock" in whole


def test_writes_that_go_on_are_counted(root, orders):
    stop = threading.Event()

    def write() -> None:
        with psycopg.connect(orders, autocommit=True) as connection:
            number = 0
            while not stop.is_set():
                number += 1
                connection.execute("insert into core.orders values (%s)", [number])
                connection.execute("select pg_stat_force_next_flush()")
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with psycopg.connect(orders, autocommit=True) as connection:
            found = traffic.look(connection, ["core.orders", "core.refunds"], 2)
    finally:
        stop.set()
        writer.join()
    assert found.tables["core.orders"].writes_per_second > 1
    assert found.tables["core.refunds"].writes_per_second == 0


# -- who is in the way ------------------------------------------------------------------------


@pytest.fixture
def other(orders) -> Iterator[psycopg.Connection[Any]]:
    """Connect as an application that holds what it locks until the end of the test."""
    with psycopg.connect(orders, application_name="shop front") as connection:
        yield connection
        connection.rollback()


def test_a_session_that_holds_a_lock_is_named(root, orders, other, mdt_there, planned):
    other.execute("insert into core.orders values (1)")
    root.migration(
        "0004_index",
        "create index orders_note_idx on core.orders (note);\n"
        "create index refunds_order_id_idx on core.refunds (order_id);",
        "",
    )
    document = planned()
    assert effect(document, 2)["waits_for"] == [other.info.backend_pid]
    assert effect(document, 3)["waits_for"] == []
    text = mdt_there("plan", dsn=orders).stdout
    assert f"would wait for process {other.info.backend_pid} (idle in transaction, " in text
    assert "shop front" in text


def test_a_lock_that_does_not_exclude_is_not_in_the_way(root, other, planned):
    other.execute("select from core.orders")
    root.migration(
        "0004_more",
        "create index orders_note_idx on core.orders (note);\n"
        "alter table core.orders add state text;",
        "",
    )
    document = planned()
    assert effect(document, 2)["waits_for"] == []
    assert effect(document, 3)["waits_for"] == [other.info.backend_pid]


def test_a_table_that_somebody_holds_exclusively_does_not_hold_up_the_plan(root, other, planned):
    other.execute("lock table core.orders in access exclusive mode")
    root.migration("0004_more", "alter table core.orders add state text;", "")
    document = planned()
    assert effect(document, 2)["waits_for"] == [other.info.backend_pid]
    assert document["tables"]["core.orders"]["kind"] == "r"


def test_which_lock_excludes_which_is_what_the_server_says(orders):
    with psycopg.connect(orders) as holder, psycopg.connect(orders) as asker:
        for held in modes.MODES:
            holder.execute(f"lock table core.orders in {held} mode")
            for wanted in modes.MODES:
                try:
                    asker.execute(f"lock table core.orders in {wanted} mode nowait")
                    excluded = False
                except psycopg.errors.LockNotAvailable:
                    excluded = True
                asker.rollback()
                assert modes.excludes(wanted, held) is excluded, (wanted, held)
            holder.rollback()


# -- diffs ------------------------------------------------------------------------------------


def test_a_changed_object_is_shown_as_a_diff_against_what_was_applied(root, orders, mdt_there):
    root.sql("core/views/notes", "create or replace view core.notes as\nselect 1 as id;")
    root.apply(orders)
    root.sql("core/views/notes", "create or replace view core.notes as\nselect 2 as id;")
    text = mdt_there("plan", dsn=orders).stdout
    assert text.splitlines()[0] == "change  sql/core/views/notes.sql"
    assert "       -select 1 as id;" in text
    assert "       +select 2 as id;" in text
    assert "-create or replace" not in text
    root.remove("core/views/notes")
    assert "remove  sql/core/views/notes.sql" in mdt_there("plan", dsn=orders).stdout


def test_a_long_diff_is_cut_short_and_whole_with_v(root, orders, mdt_there):
    def view(first: int) -> str:
        rows = ",\n".join(f"({first + number})" for number in range(40))
        return f"create or replace view core.numbers as select * from (values\n{rows}) as n (id);"

    root.sql("core/views/numbers", view(1))
    root.apply(orders)
    root.sql("core/views/numbers", view(1001))
    short = mdt_there("plan", dsn=orders).stdout
    assert "more lines, see 'mdt plan -v'" in short
    assert "+(1040)" not in short
    assert "+(1040)" in mdt_there("plan", "-v", dsn=orders).stdout


# -- hazards ----------------------------------------------------------------------------------


def test_a_hazard_is_shown_with_its_reason_once_it_is_allowed(root, orders, mdt_there):
    drop = "alter table core.orders drop column note;"
    root.migration("0004_drop", drop, "select 1;")
    text = mdt_there("plan", dsn=orders).stdout
    assert "error drop_column (18): " in text
    assert mdt_there("plan", "--fail-on", "hazard", dsn=orders).returncode == 1
    root.newest = "0003_orders"
    root.migration("0004_drop", drop, "select 1;", "-- allow: drop_column, unread since May\n")
    assert "allowed drop_column (18): unread since May" in mdt_there("plan", dsn=orders).stdout


@pytest.fixture
def shop(root, orders, mdt, tmp_path) -> Any:
    """Return `mdt` in a project of the user's own with one migration, which drops a column."""
    folder = tmp_path / "shop"
    (folder / "migrations").mkdir(parents=True)
    (folder / "mdt.toml").write_text('[project]\nname = "shop"\n')

    def run(*arguments: str, header: str = "") -> subprocess.CompletedProcess[str]:
        path = folder / "migrations/0001_drop.sql"
        path.write_text(f"-- Drop it.\n{header}alter table core.orders drop column note;\n")
        path.with_suffix(".rollback.sql").write_text("do $$ begin raise 'it is gone'; end $$;\n")
        env = {"PYTHONPATH": str(root.folder)}
        return mdt(*arguments, dsn=orders, cwd=folder, env=env)

    return run


def test_apply_refuses_a_hazard_that_is_not_allowed_before_it_touches_anything(shop, orders, dump):
    before = dump(orders)
    refused = shop("apply")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: migrations/shop/0001_drop.sql:2: ")
    assert "-- allow: drop_column, REASON" in refused.stderr
    assert dump(orders) == before
    assert shop("plan").returncode == 0
    allowed = shop("apply", header="-- allow: drop_column, unread since May\n")
    assert allowed.returncode == 0, allowed.stderr
    assert "note" not in dump(orders).partition("CREATE TABLE core.orders")[2].partition(";")[0]


def test_a_hazard_without_a_reason_is_not_allowed_but_it_may_be_ignored(shop):
    assert shop("apply", header="-- allow: drop_column\n").returncode == 1
    ignored = shop("apply", "--ignore-hazards")
    assert ignored.returncode == 0, ignored.stderr


# -- the SQL ----------------------------------------------------------------------------------


def psql(dsn: str, text: str, *options: str) -> None:
    with psycopg.connect(dsn) as connection:
        program = client_program("psql", connection.info.server_version // 10000).path
    command = [program, "-X", "-q", *options, "-d", dsn]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr


def copy_of(dsn: str, name: str) -> str:
    """Return the DSN of a copy of a database that nobody is connected to."""
    old = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
    with psycopg.connect(dsn.replace(f"/{old}", "/postgres"), autocommit=True) as server:
        server.execute(f'create database "{name}" template "{old}"')
    return dsn.replace(f"/{old}", f"/{name}")


@pytest.mark.parametrize("options", [(), ("-1",)], ids=["plain", "one"])
def test_the_printed_sql_makes_what_apply_makes(root, orders, mdt_there, dump, options):
    root.sql("core/views/notes", "create view core.notes as select id, note from core.orders;")
    root.sql("core/views/outer_notes", "create view core.outer_notes as select id from core.notes;")
    root.sql("core/views/gone", "create view core.gone as select 1 as id;")
    root.sql("core/functions/f", "create or replace function core.f(a int) returns int"
             " language sql set search_path = pg_catalog as 'select 1';")  # fmt: skip
    root.apply(orders)
    root.migration("0004_more", "alter table core.orders add state text default 'a;b';", "")
    root.migration(
        "0005_index",
        "create index concurrently orders_note_idx on core.orders (note);",
        "",
        "-- transactional: false\n",
    )
    root.migration("0006_last", "do $$ begin create table core.last (id int); end $$", "")
    root.sql(
        "core/views/notes", "create view core.notes as select note, id, state from core.orders;"
    )
    root.sql("core/functions/f", "create or replace function core.f(a text) returns text"
             " language sql set search_path = pg_catalog as 'select 1';")  # fmt: skip
    root.remove("core/views/gone")
    printed = mdt_there("plan", "--sql", dsn=orders)
    assert printed.returncode == 0, printed.stderr
    by_hand = copy_of(orders, f"test_plan_{time.time_ns()}")
    root.apply(orders)
    psql(by_hand, printed.stdout, *options)
    assert dump(by_hand) == dump(orders)
    # What differs is who applied it, and when: the ledger is written as well.
    assert mdt_there("plan", "--sample", "0", dsn=by_hand).stdout == "nothing to do\n"
    assert root.verify(by_hand) == []
    assert mdt_there("plan", "--sql", dsn=by_hand).stdout == ""


def test_a_first_installation_may_be_done_with_the_printed_sql(cluster, mdt, empty_dsn, dsn, dump):
    printed = mdt("plan", "--sql", dsn=empty_dsn)
    assert printed.returncode == 0, printed.stderr
    psql(empty_dsn, printed.stdout)
    assert dump(empty_dsn) == dump(dsn)
    assert mdt("verify", dsn=empty_dsn).returncode == 0


def test_sql_that_would_fail_is_not_printed(root, orders, mdt_there):
    root.migration("0004_bad", "select nothing;", "")
    failed = mdt_there("plan", "--sql", dsn=orders)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "migrations/0004_bad.sql:2: " in failed.stderr


# -- rehearsed --------------------------------------------------------------------------------


def test_a_trace_shows_what_a_block_does_and_what_apply_derives(root, orders, mdt_there):
    root.sql("core/views/notes", "create view core.notes as select id, note from core.orders;")
    root.apply(orders)
    root.sql("core/views/notes", "create view core.notes as select id from core.orders;")
    root.migration(
        "0004_hidden",
        "do $$ begin execute 'alter table core.' || 'orders alter id type numeric'; end $$;",
        "",
    )
    assert "rewrites it" not in mdt_there("plan", dsn=orders).stdout
    # The view is in the way, as it would be on the real database.
    failed = mdt_there("plan", "--trace", dsn=orders)
    assert failed.returncode == 0
    assert "it would fail: migrations/0004_hidden.sql" in failed.stdout
    root.sql("core/views/notes", "create view core.notes as select note from core.orders;")
    root.newest = "0003_orders"
    root.migration(
        "0004_hidden",
        "do $$ begin execute 'alter table core.' || 'refunds alter id type numeric'; end $$;",
        "",
    )
    text = mdt_there("plan", "--trace", dsn=orders).stdout
    assert "core.refunds (" in text
    assert "access exclusive lock, rewrites it; stops reads and writes" in text
    assert "drop view if exists core.notes" in text
    assert "it would fail" not in text
