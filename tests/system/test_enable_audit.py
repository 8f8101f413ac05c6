"""The change trail: what is recorded of which table, by whom, and that nobody can change it."""

import psycopg
import pytest


def log(db, columns="operation, key ->> 'id', old_row ->> 'price'", table="shoes"):
    return db.execute(
        f"select {columns} from system.audit_log where table_name = %s order by change_id", [table]
    ).fetchall()


def test_the_search_path_of_the_session_stays(live):
    live.execute("set search_path = sync, public; create table public.t (id int primary key)")
    live.execute("select system.enable_audit('t')")
    assert live.execute("show search_path").fetchone() == ("sync, public",)


def test_each_kind_of_change_is_recorded_with_the_row_before_it(shoes):
    shoes.execute("insert into shoes values (4, 'new', 40)")
    shoes.execute("update shoes set price = price + 1 where id < 3")
    shoes.execute("delete from shoes where id = 4")
    shoes.execute("truncate shoes")
    assert log(shoes)[0] == ("insert", "4", None)
    assert sorted(log(shoes)[1:3]) == [("update", "1", "10"), ("update", "2", "20")]
    assert log(shoes)[3] == ("delete", "4", "40")
    assert sorted(log(shoes)[4:]) == [
        ("truncate", "1", "11"),
        ("truncate", "2", "21"),
        ("truncate", "3", "30"),
    ]


def test_who_and_why_come_from_the_settings(shoes):
    shoes.execute("set mdt.actor = 'anna'; set mdt.reason = 'typo'; set mdt.migration = '0042_x'")
    shoes.execute("update shoes set price = 0 where id = 1")
    shoes.execute("set mdt.actor = ''; reset mdt.reason; reset mdt.migration")
    shoes.execute("set application_name = 'importer'; update shoes set price = 0 where id = 2")
    [user] = shoes.execute("select session_user").fetchone()
    columns = "actor, role, reason, migration, transaction_id > 0, now() - changed_at < '1 hour'"
    assert log(shoes, columns) == [
        ("anna", user, "typo", "0042_x", True, True),
        (user, user, "importer", None, True, True),
    ]


def test_an_update_that_changes_nothing_leaves_no_row(shoes):
    shoes.execute("update shoes set price = price")
    assert log(shoes) == []
    shoes.execute("update shoes set price = case id when 2 then 21 else price end")
    assert log(shoes) == [("update", "2", "20")]
    shoes.execute("update shoes set price = 20.0 where id = 2; update shoes set price = 20.00")
    assert ("update", "2", "20.0") in log(shoes)


def test_a_row_that_gets_another_key_is_followed(shoes):
    shoes.execute("update shoes set id = id + 10 where id = 1")
    assert log(shoes) == [("update", "1", "10"), ("move", "11", None)]
    shoes.execute("update shoes set id = 5 - id where id in (2, 3) and false")
    shoes.execute("alter table shoes drop constraint shoes_pkey")
    shoes.execute("alter table shoes add primary key (id) deferrable")
    shoes.execute("update shoes set id = 5 - id where id in (2, 3)")
    assert sorted(log(shoes)[2:]) == [("update", "2", "20"), ("update", "3", "30")]
    assert shoes.execute("select count(*) from system.audit_moved_keys").fetchone() == (0,)


def test_what_is_rolled_back_is_not_recorded(shoes):
    with shoes.transaction() as all_of_it:
        shoes.execute("update shoes set price = 0 where id = 1")
        with pytest.raises(psycopg.Error), shoes.transaction():
            shoes.execute("update shoes set price = 1 where id = 2")
            shoes.execute("select 1 / 0")
        assert log(shoes) == [("update", "1", "10")]
        raise psycopg.Rollback(all_of_it)
    assert log(shoes) == []


def test_copy_upsert_and_merge_are_recorded(shoes):
    with shoes.cursor() as cursor, cursor.copy("copy shoes (id) from stdin") as copy:
        copy.write_row([7])
    shoes.execute(
        "insert into shoes values (1, 'a', 1), (8, 'b', 1)"
        " on conflict (id) do update set price = excluded.price"
    )
    shoes.execute(
        "merge into shoes using (values (2), (9)) as given (id) on shoes.id = given.id"
        " when matched then delete when not matched then insert (id) values (given.id)"
    )
    assert log(shoes, "operation, key ->> 'id'")[0] == ("insert", "7")
    assert sorted(log(shoes, "operation, key ->> 'id'")[1:]) == [
        ("delete", "2"),
        ("insert", "8"),
        ("insert", "9"),
        ("update", "1"),
    ]


def test_a_cascade_is_recorded(shoes):
    shoes.execute(
        "create table laces (id int primary key, shoe int references shoes on delete cascade);"
        "insert into laces values (1, 1); select system.enable_audit('laces')"
    )
    shoes.execute("delete from shoes where id = 1")
    assert log(shoes, "operation, old_row", "laces") == [("delete", {"id": 1, "shoe": 1})]


@pytest.mark.parametrize(
    "statement",
    [
        "update system.public_shoes_history set price = 1",
        "delete from system.public_shoes_history",
        "truncate system.public_shoes_history",
    ],
)
def test_the_history_is_append_only(shoes, statement):
    shoes.execute("update shoes set price = 0")
    with pytest.raises(psycopg.Error, match="is append-only") as refused:
        shoes.execute(statement)
    assert refused.value.sqlstate == "MD406"


@pytest.mark.superuser
def test_who_may_write_the_table_need_not_and_cannot_write_the_history(shoes):
    shoes.execute("create role trail_writer")
    try:
        shoes.execute("grant all on shoes to trail_writer; set role trail_writer")
        shoes.execute("update shoes set price = 0 where id = 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            shoes.execute("delete from system.public_shoes_history")
        shoes.execute("reset role")
        assert log(shoes) == [("update", "1", "10")]
    finally:
        shoes.execute("reset role; drop owned by trail_writer; drop role trail_writer")


def test_what_cannot_be_recorded_is_not_done(shoes):
    shoes.execute("alter table system.public_shoes_history add check (price <> 10) not valid")
    with pytest.raises(psycopg.errors.CheckViolation):
        shoes.execute("update shoes set price = 0")
    assert shoes.execute("select sum(price) from shoes").fetchone() == (60,)


def test_switched_off_it_records_nothing_and_keeps_what_it_has(shoes):
    shoes.execute("update shoes set price = 0 where id = 1")
    shoes.execute("select system.disable_audit('shoes')")
    shoes.execute("update shoes set price = 1 where id = 1")
    assert log(shoes) == [("update", "1", "10")]
    assert shoes.execute("select count(*) from system.stale_audits()").fetchone() == (0,)
    shoes.execute("select system.enable_audit('shoes')")
    shoes.execute("update shoes set price = 2 where id = 1")
    assert log(shoes) == [("update", "1", "10"), ("update", "1", "1")]


def test_repeating_it_changes_nothing(shoes):
    counted = "select count(*), max(first_change_id) from system.audit_shapes"
    before = shoes.execute(counted).fetchone()
    shoes.execute("select system.enable_audit('shoes')")
    assert shoes.execute(counted).fetchone() == before
    shoes.execute("update shoes set price = 0 where id = 1")
    assert len(log(shoes)) == 1


REFUSED = {
    "no key": ("create table t (id int)", "MD401", "has no primary key"),
    "a view": ("create view t as select 1 as id", "MD402", "cannot be audited"),
    "a partition": (
        "create table p (id int primary key) partition by range (id);"
        "create table t partition of p default",
        "MD402",
        "cannot be audited",
    ),
    "temporary": ("create temp table t (id int primary key)", "MD402", "cannot be audited"),
    "a parent": (
        "create table t (id int primary key); create table c () inherits (t)",
        "MD402",
        "cannot be audited",
    ),
    "a column": ("create table t (id int primary key, trail_id int)", "MD402", 'with "trail_"'),
}


@pytest.mark.parametrize(("made", "code", "message"), REFUSED.values(), ids=REFUSED)
def test_what_no_trail_can_be_kept_of_is_refused(db, made, code, message):
    db.execute(made)
    with pytest.raises(psycopg.Error, match=message) as refused:
        db.execute("select system.enable_audit('t')")
    assert refused.value.sqlstate == code
    assert refused.value.diag.message_hint


def test_a_history_is_not_audited(shoes):
    with pytest.raises(psycopg.Error, match="cannot be audited"):
        shoes.execute("select system.enable_audit('system.public_shoes_history')")


@pytest.mark.parametrize(
    "call", ["disable_audit('t')", "refresh_audit('t')", "as_of('t', now())", "history('t', '1')"]
)
def test_a_table_without_a_trail_is_told(db, call):
    db.execute("create table t (id int primary key)")
    with pytest.raises(psycopg.Error, match="t is not audited") as refused:
        db.execute(f"select system.{call}")
    assert refused.value.sqlstate == "MD403"


def test_truncate_that_would_not_see_all_rows_is_refused(shoes):
    shoes.execute("begin isolation level repeatable read")
    with pytest.raises(psycopg.Error, match="cannot be truncated here") as refused:
        shoes.execute("truncate shoes")
    shoes.execute("rollback")
    assert refused.value.sqlstate == "0A000"


def test_every_type_and_name_is_recorded_as_it_is(live):
    live.execute(
        """
        create type mood as enum ('ok', 'bad');
        create type pair as (a int, "B b" text);
        create domain nonempty as text not null check (value <> '');
        create schema "Odd Room";
        create table "Odd Room"."Odd 'table'" (
            "Key 1" uuid,
            "select" char(3) collate "C",
            "100%" int generated always as identity,
            j json, p point, m mood[], c pair, d nonempty, f float8, i interval, b bytea,
            n numeric(10, 2), r int4range, doubled int generated always as (7 * 2) stored,
            primary key ("select", "Key 1")
        );
        """
    )
    table = '"Odd Room"."Odd \'table\'"'
    live.execute("select system.enable_audit(%s)", [table])
    live.execute(
        f"""
        insert into {table} ("Key 1", "select", j, p, m, c, d, f, i, b, n, r) values
        (gen_random_uuid(), 'EUR', '{{"b":1,  "a":[1.50]}}', '(1,2)', '{{ok,null,bad}}',
         '(1,"x y")', 'd', 'NaN', '1 day', '\\x00ff', 1.50, '[1,5)')
        """
    )
    [before] = live.execute(f"select to_jsonb(t) from {table} as t").fetchone()
    live.execute(f"update {table} set j = '{{}}', f = 1, m = null, i = '24 hours'")
    live.execute(f"delete from {table}")
    rows = log(live, "operation, old_row", table)
    assert [row[0] for row in rows] == ["insert", "update", "delete"]
    assert rows[1][1] == before
    for operation in ("delete", "update"):
        live.execute(
            "select system.revert(transaction_id) from system.audit_log"
            " where table_name = %s and operation = %s",
            [table, operation],
        )
    assert live.execute(f"select to_jsonb(t) from {table} as t").fetchone() == (before,)


def test_a_partitioned_table_is_recorded_however_it_is_written(live):
    live.execute(
        """
        create table p (id int, at date, v text, primary key (id, at)) partition by range (at);
        create table p1 partition of p for values from ('2026-01-01') to ('2026-02-01');
        create table p2 (v text, gone int, at date not null, id int not null);
        alter table p2 drop gone;
        alter table p attach partition p2 for values from ('2026-02-01') to ('2026-03-01');
        select system.enable_audit('p');
        insert into p values (1, '2026-01-05', 'a'), (2, '2026-02-05', 'b');
        insert into p2 (id, at, v) values (3, '2026-02-06', 'c');
        update p set v = v || '!' where id <> 2;
        update p set v = v;
        update p set at = '2026-02-07' where id = 1;
        update p2 set v = 'd' where id = 3;
        """
    )
    columns = "operation, key ->> 'id', old_row ->> 'v'"
    assert sorted(log(live, columns, "p"), key=str) == sorted(
        [
            ("insert", "1", None),
            ("insert", "2", None),
            ("insert", "3", None),
            ("update", "1", "a"),
            ("update", "3", "c"),
            ("update", "1", "a!"),
            ("move", "1", None),
            ("update", "3", "c!"),
        ],
        key=str,
    )
    live.execute("truncate p")
    assert len(log(live, columns, "p")) == 8 + 3
    live.execute("create table p3 partition of p for values from ('2026-03-01') to ('2026-04-01')")
    assert live.execute("select reason from system.stale_audits()").fetchone() == (
        "public.p3 has no trigger audit_delete",
    )
    live.execute("insert into p values (9, '2026-03-03', 'x'); truncate p")
    assert len(log(live, columns, "p")) == 8 + 3 + 2
    assert live.execute("select system.refresh_audits()").fetchone() == (1,)
    live.execute("insert into p3 values (9, '2026-03-03', 'x'); truncate p")
    assert len(log(live, columns, "p")) == 8 + 3 + 4


def test_two_tables_of_one_name_get_histories_of_their_own(live):
    for schema in ("a b", "a-b"):
        live.execute(f'create schema "{schema}"; create table "{schema}".t (id int primary key)')
        live.execute("select system.enable_audit(%s)", [f'"{schema}".t'])
        live.execute(f'insert into "{schema}".t values (1)')
    assert len(log(live, table='"a b".t')) == len(log(live, table='"a-b".t')) == 1


def test_triggers_of_another_installation_are_left_alone(live):
    live.execute(
        "create table t (id int primary key); create function f() returns trigger language plpgsql"
        " as 'begin return null; end';"
        "create trigger audit_insert after insert on t execute function f()"
    )
    with pytest.raises(psycopg.Error, match="has triggers of the names") as refused:
        live.execute("select system.enable_audit('t')")
    assert refused.value.sqlstate == "55000"


def test_a_plan_made_for_one_row_serves_many(shoes):
    """The first update of a session makes the plan; a nested loop would never end."""
    shoes.execute("insert into shoes select n, 'x', 1, '{}' from generate_series(4, 40000) as n")
    shoes.execute("set statement_timeout = '60s'")
    for _ in range(6):
        shoes.execute("update shoes set price = price where id = 1")
    shoes.execute("update shoes set price = case when id % 2 = 0 then 5 else price end")
    assert shoes.execute(
        "select count(*) from system.audit_log where operation = 'update'"
    ).fetchone() == (20000,)


def test_master_data_stock_and_trade_are_audited(db):
    names = "select audited::text from system.audited_tables where is_enabled order by 1"
    assert {row[0] for row in db.execute(names)} >= {
        "auth.users",
        "auth.user_roles",
        "core.brands",
        "core.categories",
        "core.supplier_accounts",
        "core.suppliers",
        "platforms.listings",
        "platforms.platforms",
        "pricing.brand_multipliers",
        "pricing.price_rules",
        "products.inventory",
        "products.products",
        "sync.data_type_registry",
        "sync.providers",
        "system.feature_flags",
        "transactions.orders",
        "transactions.payouts",
    }
    assert db.execute("select count(*) from system.stale_audits()").fetchone() == (0,)
