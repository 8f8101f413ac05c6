"""Repeatable objects: what is replaced keeps what it carried, and what stands on it."""

import difflib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from toolkit import db as connections
from toolkit import dependents, matviews
from toolkit.errors import Failure


@pytest.fixture
def roles(empty_dsn) -> Iterator[list[str]]:
    """Make three roles for the time of a test."""
    names = [f"test_{kind}_{os.getpid()}" for kind in ("owner", "reader", "writer")]
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        for name in names:
            connection.execute(f"create role {name}")
        yield names
        for name in names:
            connection.execute(f"drop owned by {name} cascade; drop role {name}")


def run(dsn: str, *statements: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def value(dsn: str, query: str, *values: object) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connections.scalar(connection, query, *values)


def carried(dsn: str, *names: str, kind: str = "pg_class") -> list[dict[str, object]]:
    """Return what objects carry besides their definitions."""
    cast = {"pg_class": "regclass", "pg_proc": "regprocedure"}[kind]
    with psycopg.connect(dsn, autocommit=True) as connection:
        dependents.prepare(connection)
        return [
            connections.scalar(
                connection,
                f"select pg_temp.object_attributes('pg_catalog.{kind}'::regclass, %s::{cast})",
                name,
            )
            for name in names
        ]


def view(root, name: str, query: str, *more: str) -> None:
    schema, plain = name.split(".")
    statement = f"create or replace view {name} as {query};"
    root.sql(f"{schema}/views/{plain}", "\n".join([statement, *more]))


def sql_function(name: str, arguments: str, result: str, body: str) -> str:
    """Return a function with a body of standard SQL, which binds what it names."""
    return (
        f"create or replace function {name}({arguments}) returns {result} language sql stable\n"
        f"begin atomic select {body}; end;"
    )


# -- dependents -------------------------------------------------------------------------------


def test_what_others_have_built_on_a_view_comes_back_as_it_was(root, empty_dsn, dump, roles):
    owner, reader, writer = roles
    root.migration(
        "0003_table",
        "create table core.t (id int primary key, name text);",
        "drop table core.t;",
    )
    view(root, "core.base", "select id, name from core.t")
    root.apply(empty_dsn)
    run(
        empty_dsn,
        f"grant create, usage on schema public to {owner}",
        f"grant select on core.base to {owner}",
        "create view public.theirs with (security_invoker = on, security_barrier = true)"
        " as select name, id from core.base where id > 0 with check option",
        "alter view public.theirs alter column name set default 'new'",
        "comment on view public.theirs is 'It''s theirs'",
        "comment on column public.theirs.name is 'a name'",
        f"grant select on public.theirs to {reader} with grant option",
        f"grant update (name) on public.theirs to {writer}",
        "create function public.insert_theirs() returns trigger language plpgsql as"
        " $$ begin insert into core.t values (new.id, new.name); return new; end $$",
        "create trigger adding instead of insert on public.theirs"
        " for each row execute function public.insert_theirs()",
        "comment on trigger adding on public.theirs is 'it adds'",
        "create rule no_delete as on delete to public.theirs do instead nothing",
        f"alter view public.theirs owner to {owner}",
        "create materialized view public.counted with (fillfactor = 70)"
        " as select name, count(*) as number from public.theirs group by name",
        "create unique index counted_key on public.counted (name)",
        "comment on index public.counted_key is 'a key'",
        "create index counted_number_idx on public.counted (number) where number > 1",
        "alter materialized view public.counted cluster on counted_key",
        "alter materialized view public.counted alter column number set statistics 7",
        "create statistics public.counted_stats on name, number from public.counted",
        sql_function("public.how_many", "", "bigint", "number from public.counted limit 1"),
        "revoke execute on function public.how_many() from public",
        f"grant execute on function public.how_many() to {reader}",
        "create table public.notes (id int, number bigint default public.how_many())",
        "alter table public.notes enable row level security",
        "create policy few on public.notes as restrictive for update to public"
        " using (id < public.how_many()) with check (number = 1)",
        "create function public.stamp(p_row public.theirs) returns text"
        " language sql as $$ select p_row.name $$",
        "insert into core.t values (1, 'a'), (2, 'a')",
        "refresh materialized view public.counted",
    )
    before = dump(empty_dsn)
    view(root, "core.base", "select name, id from core.t")
    plan = root.apply(empty_dsn)
    assert [item.path for item in plan.changed] == ["core/views/base.sql"]
    own = r"(?s)(CREATE VIEW core.base AS).*?;"
    was, is_now = (re.sub(own, r"\1", text).splitlines() for text in (before, dump(empty_dsn)))
    assert "\n".join(difflib.unified_diff(was, is_now, lineterm="")) == ""
    assert value(empty_dsn, "select number from public.counted") == 2
    run(empty_dsn, "insert into public.theirs (id) values (3)")
    assert value(empty_dsn, "select name from core.t where id = 3") == "new"


def test_triggers_built_on_a_function_come_back_switched_as_they_were(root, empty_dsn, dump):
    root.migration(
        "0003_table",
        "create table core.t (id int);\n"
        "create table core.parts (id int) partition by list (id);\n"
        "create table core.part_1 partition of core.parts for values in (1);",
        "drop table core.t; drop table core.parts;",
    )
    stamp = (
        "create {replace} function core.stamp({arguments}) returns trigger language plpgsql as"
        " $f$ begin return {result}; end; $f$;"
    )
    root.sql("core/functions/stamp", stamp.format(replace="", arguments="", result="new"))
    trigger = "create trigger {} after insert on core.{} for each row execute function core.stamp()"
    root.sql("core/triggers/stamping", trigger.format("stamping", "t"))
    root.apply(empty_dsn)
    run(
        empty_dsn,
        trigger.format("other", "t"),
        trigger.format("spread", "parts"),
        trigger.format("late", "t").replace("create", "create constraint"),
        "alter table core.t disable trigger other",
        "alter table core.t enable always trigger stamping",
        "comment on trigger stamping on core.t is 'by hand'",
    )
    before = dump(empty_dsn)
    # Without "or replace" the old function has to go first, and it carries four triggers.
    root.sql("core/functions/stamp", stamp.format(replace="", arguments="", result="null"))
    root.apply(empty_dsn)
    assert dump(empty_dsn) == before.replace("return new;", "return null;")
    assert root.verify(empty_dsn) == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("create table public.t (id int check (core.is_good(id)))", "constraint t_id_check"),
        ("create table public.t (id int); create index on public.t ((core.is_good(id)))", "index"),
        ("create table public.t (x core.base)", "column x of table public.t"),
        (
            "create table public.t (id int, good boolean generated always as (core.is_good(id))"
            " stored)",
            "default value for column good of table public.t",
        ),
        (
            "create domain public.good as int check (core.is_good(value))",
            "constraint good_check",
        ),
    ],
)
def test_what_could_not_be_made_again_exactly_is_named_and_nothing_changes(
    root, empty_dsn, dump, statement, named
):
    good = "create function core.is_good(a int) returns {} language sql immutable return {};"
    root.sql("core/functions/is_good", good.format("boolean", "true"))
    view(root, "core.base", "select 1 as id, 2 as old")
    root.apply(empty_dsn)
    run(empty_dsn, statement)
    before = dump(empty_dsn)
    root.sql("core/functions/is_good", good.format("boolean", "false"))
    view(root, "core.base", "select 1 as id")
    with pytest.raises(Failure, match=r"cannot replace its object: .*depends on it") as refused:
        root.apply(empty_dsn)
    assert named in refused.value.message
    assert dump(empty_dsn) == before


def test_dependents_of_ours_come_from_their_files_with_what_a_dba_gave_them(root, empty_dsn, roles):
    owner, reader, _ = roles
    view(root, "core.a", "select 1 as id")
    view(root, "core.b", "select * from core.a", "comment on view core.b is 'b of the file';")
    root.sql("core/functions/c", sql_function("core.c", "", "int", "id from core.b"))
    root.apply(empty_dsn)
    run(
        empty_dsn,
        f"grant create, usage on schema core to {owner}",
        f"alter view core.b owner to {owner}",
        f"grant select on core.b to {reader}",
        "alter view core.b set (security_invoker = true)",
        "comment on view core.b is 'b by hand'",
        "revoke execute on function core.c() from public",
    )
    before = carried(empty_dsn, "core.b") + carried(empty_dsn, "core.c()", kind="pg_proc")
    view(root, "core.a", "select 1::bigint as id, 2 as more")
    root.apply(empty_dsn)
    after = carried(empty_dsn, "core.b") + carried(empty_dsn, "core.c()", kind="pg_proc")
    assert after[0].pop("columns") == ["id", "more"]
    assert before[0].pop("columns") == ["id"]
    assert after == before
    assert root.verify(empty_dsn) == []


def test_what_is_of_others_may_stand_between_two_objects_of_ours(root, empty_dsn):
    view(root, "core.z", "select 1 as id")
    root.apply(empty_dsn)
    run(empty_dsn, "create view public.between as select id from core.z")
    view(root, "core.b", "select id from public.between")
    root.apply(empty_dsn)
    view(root, "core.z", "select 2 as more, 1 as id")
    view(root, "core.b", "select id, id as again from public.between")
    root.apply(empty_dsn)
    view(root, "core.z", "select 1 as id")
    root.apply(empty_dsn)
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute("select * from core.b").fetchone() == (1, 1)
    assert root.verify(empty_dsn) == []


# -- what a DBA set by hand -------------------------------------------------------------------


def test_what_a_dba_set_by_hand_survives_each_way_of_replacing(root, empty_dsn, roles):
    owner, reader, writer = roles
    view(root, "core.v", "select 1 as id, 2 as old")
    root.sql("core/functions/f", sql_function("core.f", "a int", "int", "a"))
    matview = (
        "drop materialized view if exists core.m;\n"
        "create materialized view core.m as select {} as id with no data;\n"
        "create unique index m_key on core.m (id);"
    )
    root.sql("core/matviews/m", matview.format(1))
    root.apply(empty_dsn)
    run(
        empty_dsn,
        f"grant create, usage on schema core to {owner}",
        "refresh materialized view core.m",
        *(
            f"grant select on core.{name} to {reader} with grant option; "
            f"grant select (id) on core.{name} to {writer}; "
            f"comment on column core.{name}.id is 'id by hand'; "
            f"alter table core.{name} owner to {owner}"
            for name in ("v", "m")
        ),
        "comment on materialized view core.m is 'by hand'",
        "revoke execute on function core.f(int) from public",
        f"grant execute on function core.f(int) to {reader}",
        "comment on function core.f(int) is 'by hand'",
        f"alter function core.f(int) owner to {owner}",
        # What new objects would get besides, and these never had.
        f"alter default privileges in schema core grant all on tables to {writer}",
        f"alter default privileges in schema core grant all on functions to {writer}",
    )
    before = carried(empty_dsn, "core.v", "core.m")
    before += carried(empty_dsn, "core.f(int)", kind="pg_proc")
    view(root, "core.v", "select 1 as id", "comment on view core.v is 'of the file';")
    root.sql("core/functions/f", sql_function("core.f", "a text, b int", "bigint", "b"))
    root.sql("core/matviews/m", matview.format(2))
    root.apply(empty_dsn)
    after = carried(empty_dsn, "core.v", "core.m")
    after += carried(empty_dsn, "core.f(text, int)", kind="pg_proc")
    assert after[0]["parts"][""] == {"comment": "of the file"}
    before[0]["parts"][""] = {"comment": "of the file"}
    before[0]["columns"] = ["id"]
    assert after == before
    assert value(empty_dsn, "select id from core.m") == 2
    assert value(empty_dsn, "select to_regprocedure('core.f(int)')") is None


def test_options_and_indexes_of_a_dba_stay_and_those_of_the_old_file_go(root, empty_dsn):
    view(root, "core.v", "select 1 as id")
    matview = (
        "drop materialized view if exists core.m;\n"
        "create materialized view core.m with (fillfactor = 70) as select 1 as id, {} as number;\n"
        "create index m_old on core.m (id);\ncreate index on core.m (number);"
    )
    root.sql("core/matviews/m", matview.format(1))
    root.apply(empty_dsn)
    run(
        empty_dsn,
        "alter view core.v set (security_invoker = true)",
        "alter materialized view core.m set (autovacuum_enabled = false)",
        "create index m_by_hand on core.m ((number + 1))",
    )
    view(root, "core.v", "select 2 as id")
    changed = matview.format(2).replace("with (fillfactor = 70) ", "")
    changed = changed.replace("m_old", "m_new").replace("create index on core.m (number);", "")
    for text, limit in ((changed, 8), (changed.replace("2 as number", "3 as number"), 0)):
        root.write("mdt.toml", f"[objects]\nbuild_beside_from_mb = {limit}\n")
        root.sql("core/matviews/m", text)
        root.apply(empty_dsn)
        v, m = carried(empty_dsn, "core.v", "core.m")
        assert v["options"] == ["security_invoker=true"]
        assert [index["name"] for index in m["indexes"]] == ["m_new", "m_by_hand"]
        if not limit:
            break
        assert m["options"] == ["autovacuum_enabled=false"]
    assert value(empty_dsn, "select number from core.m") == 3
    assert root.verify(empty_dsn) == []


def test_an_index_of_a_dba_on_a_column_that_goes_is_named(root, sums):
    run(sums, "create index by_hand on core.sums (total, kind)")
    slow = MATVIEW.format(columns="t.kind, sum(t.price) as price").replace("(total)", "(price)")
    root.sql("core/matviews/sums", slow)
    with pytest.raises(Failure, match="index by_hand cannot be made again") as refused:
        root.apply(sums)
    assert refused.value.hint == "Drop it, then run 'mdt apply' again."
    assert value(sums, "select count(total) from core.sums") == 10


def test_what_the_new_file_says_of_grants_goes_above_what_was(root, empty_dsn, roles):
    _, reader, writer = roles
    view(root, "core.v", "select 1 as id", f"grant select on core.v to {reader};")
    root.apply(empty_dsn)
    grants = f"revoke all on core.v from {reader}; grant select on core.v to {writer};"
    view(root, "core.v", "select 1 as other", grants)
    root.apply(empty_dsn)
    query = "select has_table_privilege(%s, 'core.v', 'select')"
    assert [value(empty_dsn, query, role) for role in (reader, writer)] == [False, True]


# -- functions --------------------------------------------------------------------------------


def signatures(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        return {
            row[0]
            for row in connection.execute(
                "select oid::regprocedure::text from pg_proc"
                " where pronamespace = 'core'::regnamespace"
            )
        }


def test_overloads_with_files_of_their_own_and_those_of_others_stay(root, empty_dsn):
    root.sql("core/functions/f", sql_function("core.f", "a int", "int", "1"))
    root.sql("core/functions/f.text", sql_function("core.f", "a text", "int", "2"))
    root.apply(empty_dsn)
    run(empty_dsn, sql_function("core.f", "a date", "int", "3"))
    root.sql("core/functions/f", sql_function("core.f", "a bigint, b int", "int", "1"))
    root.apply(empty_dsn)
    assert signatures(empty_dsn) == {"core.f(bigint,integer)", "core.f(text)", "core.f(date)"}
    root.remove("core/functions/f")
    root.apply(empty_dsn)
    assert signatures(empty_dsn) == {"core.f(text)", "core.f(date)"}
    root.sql("core/functions/f.text", sql_function("core.f", "a uuid", "int", "2"))
    root.apply(empty_dsn)
    assert signatures(empty_dsn) == {"core.f(uuid)", "core.f(date)"}
    assert root.verify(empty_dsn) == []


def test_verify_misses_one_overload_of_several(root, empty_dsn):
    both = [sql_function("core.f", f"a {kind}", "int", "1") for kind in ("int", "text")]
    root.sql("core/functions/f", "\n".join(both))
    root.apply(empty_dsn)
    run(empty_dsn, "drop function core.f(text)")
    assert root.verify(empty_dsn) == [
        "sql/core/functions/f.sql is recorded as applied, but is not in the database"
    ]


def test_objects_are_removed_in_whatever_order_they_can_be(root, empty_dsn):
    # That one needs the other is in no text, so it was created in the wrong order by name.
    run_later = (
        "do $$ begin execute 'create view core.' || 'a as select * from ' || 'core.b'; end $$"
    )
    view(root, "core.b", "select 1 as id")
    root.apply(empty_dsn)
    root.sql("core/views/a", f"{run_later};")
    root.apply(empty_dsn)
    run(empty_dsn, "update system.applied_objects set position_in_order = 9 where path ~ '/b'")
    for name in "ab":
        root.remove(f"core/views/{name}")
    assert len(root.apply(empty_dsn).removed) == 2
    assert value(empty_dsn, "select to_regclass('core.b')") is None


# -- order ------------------------------------------------------------------------------------


def test_a_header_names_what_the_text_does_not_show(root, empty_dsn):
    root.sql(
        "core/views/a",
        "-- depends: core/views/z\n"
        "do $$ begin execute 'create view core.a as select * from ' || 'core' || '.z'; end $$;",
    )
    view(root, "core.z", "select 1 as id")
    root.apply(empty_dsn)
    assert value(empty_dsn, "select id from core.a") == 1


def test_a_header_that_names_no_object_is_refused(root, empty_dsn):
    root.sql("core/views/a", "-- depends: core/views/gone\ncreate view core.a as select 1 as id;")
    with pytest.raises(Failure) as refused:
        root.apply(empty_dsn)
    message = "sql/core/views/a.sql depends on core/views/gone, which is not there"
    assert refused.value.message == message


def chain(root, length: int) -> None:
    """Write views, each built on the one before, and as many functions that use them."""
    view(root, "core.v0", "select 1 as id, 'x'::text as name")
    for number in range(1, length):
        view(root, f"core.v{number}", f"select * from core.v{number - 1}")
        root.sql(
            f"core/functions/f{number}",
            sql_function(f"core.f{number}", "", "int", f"id from core.v{number - 1}"),
        )


def test_an_object_changes_under_a_hundred_that_are_built_on_it(root, empty_dsn):
    chain(root, 100)
    root.apply(empty_dsn)
    run(empty_dsn, "create view public.theirs as select name from core.v99")
    view(root, "core.v0", "select 'y'::text as name, 2 as id, now() as at")
    root.apply(empty_dsn)
    with psycopg.connect(empty_dsn) as connection:
        row = connection.execute("select id, name, core.f99() from core.v99").fetchone()
        assert row == (2, "y", 2)
        assert connection.execute("select name from public.theirs").fetchone() == ("y",)
        assert len(connection.execute("select * from core.v99").description) == 3
    assert root.verify(empty_dsn) == []


class Counting:
    """A connection that counts its statements."""

    def __init__(self, connection: connections.Connection) -> None:
        self.connection = connection
        self.count = 0

    def __getattr__(self, name: str) -> object:
        self.count += name == "execute"
        return getattr(self.connection, name)


def test_what_a_change_costs_does_not_grow_with_the_objects_that_it_leaves_alone(root, empty_dsn):
    def statements(length: int) -> int:
        chain(root, length)
        root.apply(empty_dsn)
        view(root, "core.alone", f"select {length} as id")
        with connections.connect(empty_dsn) as connection:
            counting = Counting(connection)
            root.migrator(counting).apply()
        return counting.count

    statements(5)
    assert statements(100) <= statements(10)


def test_five_hundred_objects_take_a_few_statements_more_than_their_files(root, empty_dsn):
    chain(root, 250)
    with connections.connect(empty_dsn) as connection:
        counting = Counting(connection)
        root.migrator(counting).apply()
        # Three messages around each of ours keep others' names out of it: see execution.execute().
        assert 2000 < counting.count < 2100
        counting.count = 0
        assert not root.migrator(counting).apply()
        assert counting.count < 30


# -- large materialized views -----------------------------------------------------------------

MATVIEW = """
drop materialized view if exists core.sums;
create materialized view core.sums as
select {columns} from core.t as t group by t.kind
with no data;
create unique index sums_key on core.sums (kind);
create index on core.sums (total);
comment on materialized view core.sums is 'Sums of {columns}';
"""
GATE = 4711


@pytest.fixture
def sums(root, empty_dsn, roles) -> str:
    """Apply a populated materialized view that counts as large, with what stands on it."""
    _, reader, _ = roles
    root.migration("0003_table", "create table core.t (kind int, price int);", "drop table core.t;")
    root.write("mdt.toml", "[objects]\nbuild_beside_from_mb = 0\n")
    root.sql(
        "core/functions/gate",
        "create or replace function core.gate(value bigint) returns bigint language plpgsql as"
        f" $f$ begin perform pg_advisory_xact_lock_shared({GATE}); return value; end; $f$;",
    )
    root.sql("core/matviews/sums", MATVIEW.format(columns="t.kind, sum(t.price) as total"))
    view(root, "core.best", "select sums.kind from core.sums as sums where sums.total > 100")
    root.apply(empty_dsn)
    run(
        empty_dsn,
        "insert into core.t select i % 10, i from generate_series(1, 1000) as i",
        "refresh materialized view core.sums",
        f"grant select on core.sums to {reader}",
        "create view public.theirs as select total from core.sums",
    )
    slow = "t.kind, t.kind + 1 as next, core.gate(sum(t.price)) as total"
    root.sql("core/matviews/sums", MATVIEW.format(columns=slow))
    return empty_dsn


def mdt_process(root, dsn: str) -> subprocess.Popen[str]:
    """Start `mdt apply` and return at once."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("MDT_", "PG"))}
    return subprocess.Popen(
        [sys.executable, "-m", "toolkit", "apply"],
        cwd=root.folder,
        env=variables | {"MDT_DSN": dsn, "PYTHONPATH": str(root.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(dsn: str, query: str, *values: object) -> None:
    until = time.monotonic() + 30
    while not value(dsn, query, *values):
        assert time.monotonic() < until, query
        time.sleep(0.02)


AT_THE_GATE = (
    "select exists (select from pg_locks where locktype = 'advisory' and not granted"
    f" and objid = {GATE} and database = (select oid from pg_database"
    " where datname = current_database()))"
)
IN_THE_QUEUE = (
    "select exists (select from pg_locks where relation = to_regclass('core.sums') and not granted)"
)
LEFTOVER = "select to_regclass('core.sums__new')"


def test_nobody_waits_for_the_build_of_a_large_materialized_view(root, sums, roles):
    counts: dict[str, int] = {"read": 0, "failed": 0}
    ended = threading.Event()

    def read() -> None:
        with psycopg.connect(sums, autocommit=True) as reader:
            # Any wait for a lock would be an error here.
            reader.execute("set lock_timeout = '1ms'")
            while not ended.is_set():
                try:
                    reader.execute("select count(*) from core.best, public.theirs")
                    counts["read"] += 1
                except psycopg.Error:
                    counts["failed"] += 1

    with psycopg.connect(sums, autocommit=True) as gate:
        gate.execute("select pg_advisory_lock(%s)", [GATE])
        apply = mdt_process(root, sums)
        wait_until(sums, AT_THE_GATE)
        thread = threading.Thread(target=read)
        thread.start()
        while counts["read"] < 200 and thread.is_alive():
            assert value(sums, AT_THE_GATE), "the build went on without the gate"
        ended.set()
        thread.join()
        locks = (
            "select array_agg(distinct mode) from pg_locks where relation in"
            " ('core.sums'::regclass, 'core.best'::regclass, 'public.theirs'::regclass)"
        )
        assert value(sums, locks) is None
        gate.execute("select pg_advisory_unlock(%s)", [GATE])
    _, said = apply.communicate(timeout=60)
    assert apply.returncode == 0, said
    assert counts["failed"] == 0
    assert value(sums, LEFTOVER) is None
    assert value(sums, "select sum(next) from core.sums") == 55
    assert value(sums, "select count(*) from public.theirs") == 10
    described = carried(sums, "core.sums")[0]
    assert [index["name"] for index in described["indexes"]] == ["sums_key", "sums_total_idx"]
    assert described["parts"][""]["comment"].startswith("Sums of t.kind, t.kind + 1")
    assert [roles[1], "SELECT", "false"] in described["grants"]
    assert root.verify(sums) == []
    assert not root.apply(sums)


def test_a_run_that_is_killed_between_build_and_swap_is_completed_by_the_next(root, sums):
    with psycopg.connect(sums) as reader:
        reader.execute("select count(*) from core.sums")  # and keeps its lock
        apply = mdt_process(root, sums)
        wait_until(sums, IN_THE_QUEUE)
        apply.send_signal(signal.SIGKILL)
        apply.communicate()
        assert value(sums, LEFTOVER) is not None
        reader.rollback()
    wait_until(sums, "select not exists (select from pg_locks where locktype = 'advisory')")
    assert value(sums, "select count(*) from public.theirs") == 10
    root.apply(sums)
    assert value(sums, LEFTOVER) is None
    assert value(sums, "select sum(next) from core.sums") == 55
    assert root.verify(sums) == []


def test_what_a_killed_build_leaves_goes_even_when_the_change_is_taken_back(root, sums):
    run(
        sums,
        "create materialized view core.sums__new as select 1",
        f"comment on materialized view core.sums__new is '{matviews._MARK}'",
        "create materialized view core.own__new as select 1",
    )
    root.sql("core/matviews/sums", MATVIEW.format(columns="t.kind, sum(t.price) as total"))
    assert not root.apply(sums)
    assert value(sums, LEFTOVER) is None
    assert value(sums, "select to_regclass('core.own__new')") is not None


def test_what_a_large_materialized_view_needs_and_what_needs_it_change_with_it(root, sums):
    more = "t.kind, core.half(sum(t.price)) as half, sum(t.price) as total"
    half = sql_function("core.half", "value bigint", "bigint", "value / 2")
    root.sql("core/functions/half", half)
    root.sql("core/matviews/sums", MATVIEW.format(columns=more))
    view(root, "core.best", "select sums.half from core.sums as sums")
    view(root, "core.worst", "select best.half from core.best as best")
    plan = root.apply(sums)
    assert {item.path for item in plan.changed} == {"core/matviews/sums.sql", "core/views/best.sql"}
    assert value(sums, "select sum(half) from core.worst") == 250250
    assert root.verify(sums) == []


def test_a_size_limit_that_is_no_number_is_refused(root, sums):
    root.write("mdt.toml", '[objects]\nbuild_beside_from_mb = "all"\n')
    with pytest.raises(Failure, match="is not a number of megabytes") as refused:
        root.apply(sums)
    assert refused.value.exit_code == 2


# -- readers and kills ------------------------------------------------------------------------


def test_a_reader_never_misses_an_object_that_is_replaced(root, empty_dsn):
    view(root, "core.a", "select 1 as id, 0 as turn")
    view(root, "core.b", "select id from core.a")
    root.apply(empty_dsn)
    errors: list[str] = []
    ended = threading.Event()

    def read() -> None:
        with psycopg.connect(empty_dsn, autocommit=True) as reader:
            while not ended.is_set():
                try:
                    reader.execute("select id from core.b, core.c()", prepare=False)
                except psycopg.Error as error:
                    errors.append(str(error))

    root.sql("core/functions/c", sql_function("core.c", "", "setof int", "id from core.b"))
    root.apply(empty_dsn)
    thread = threading.Thread(target=read)
    thread.start()
    for turn in range(1, 15):
        columns = f"{turn} as turn, 1 as id" if turn % 2 else f"1 as id, {turn} as turn"
        view(root, "core.a", f"select {columns}")
        root.apply(empty_dsn)
    ended.set()
    thread.join()
    assert errors == []


def test_a_kill_in_the_middle_leaves_the_old_objects(root, empty_dsn, dump):
    chain(root, 20)
    root.sql("core/views/z", "create view core.z as select 1 as id;")
    root.apply(empty_dsn)
    before = dump(empty_dsn)
    view(root, "core.v0", "select 'y'::text as name, 2 as id")
    root.sql(
        "core/views/z", f"select pg_advisory_xact_lock({GATE}); create view core.z as select 2;"
    )
    with psycopg.connect(empty_dsn, autocommit=True) as gate:
        gate.execute("select pg_advisory_lock(%s)", [GATE])
        apply = mdt_process(root, empty_dsn)
        wait_until(empty_dsn, AT_THE_GATE)
        apply.send_signal(signal.SIGKILL)
        apply.communicate()
    wait_until(empty_dsn, "select not exists (select from pg_locks where locktype = 'advisory')")
    assert dump(empty_dsn) == before
    root.sql("core/views/z", "create view core.z as select 2 as id;")
    root.apply(empty_dsn)
    assert value(empty_dsn, "select name from core.v19") == "y"
    assert root.verify(empty_dsn) == []
