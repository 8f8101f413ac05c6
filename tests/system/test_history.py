"""history, as_of and revert: what a row and a table were, and taking a transaction back."""

import psycopg
import pytest


def history(db, key, table="shoes", columns="operation, old_row ->> 'price', new_row ->> 'price'"):
    return db.execute(f"select {columns} from system.history(%s, %s)", [table, key]).fetchall()


def rows(db, moment, table="shoes"):
    found = db.execute("select system.as_of(%s, %s::timestamptz)", [table, moment])
    return sorted((row[0] for row in found), key=lambda row: row["id"])


def now(db):
    return db.execute("select clock_timestamp()::text").fetchone()[0]


def present(db, table="shoes"):
    return [row[0] for row in db.execute(f"select to_jsonb(t) from {table} as t order by id")]


def transaction(db, *statements):
    with db.transaction():
        for statement in statements:
            db.execute(statement)
        return db.execute("select txid_current()").fetchone()[0]


def revert(db, identifier):
    return db.execute("select system.revert(%s)", [identifier]).fetchone()[0]


def test_a_row_is_told_from_its_beginning_to_its_end(shoes):
    shoes.execute("update shoes set price = 11 where id = 1")
    shoes.execute("update shoes set price = null where id = 1")
    assert history(shoes, "1") == [("update", "10", "11"), ("update", "11", None)]
    shoes.execute("delete from shoes where id = 1; insert into shoes values (1, 'again', 9)")
    assert history(shoes, "1")[2:] == [("delete", None, None), ("insert", None, "9")]
    assert history(shoes, "2") == history(shoes, "77") == []
    shoes.execute("update shoes set id = 12 where id = 2")
    assert history(shoes, "2") == [("update", "20", None)]
    assert history(shoes, "12") == [("move", None, "20")]


def test_a_key_of_several_columns_is_a_json_object(live):
    live.execute(
        'create table t ("A" int, b uuid default gen_random_uuid(), v text, primary key (b, "A"));'
        "select system.enable_audit('t'); insert into t values (1); update t set v = 'x'"
    )
    [key] = live.execute("select to_jsonb(t)::text from t").fetchone()
    assert [row[0] for row in history(live, key, "t", "operation")] == ["insert", "update"]
    with pytest.raises(psycopg.Error, match="has not all of") as refused:
        history(live, '{"b": 1}', "t", "operation")
    assert refused.value.sqlstate == "22023"


def test_what_went_unrecorded_is_not_made_up(shoes):
    shoes.execute("update shoes set price = 11 where id = 1")
    shoes.execute("select system.disable_audit('shoes'); update shoes set price = 12 where id = 1")
    shoes.execute("select system.enable_audit('shoes'); update shoes set price = 13 where id = 1")
    assert history(shoes, "1") == [("update", "10", None), ("update", "12", "13")]


def test_the_past_is_rebuilt_from_the_present(shoes):
    first, before = now(shoes), present(shoes)
    shoes.execute("update shoes set price = 0 where id = 1; insert into shoes values (4, 'new')")
    second, middle = now(shoes), present(shoes)
    shoes.execute("delete from shoes where id = 2; update shoes set id = 30 where id = 3")
    shoes.execute("truncate shoes")
    assert rows(shoes, first) == before
    assert rows(shoes, second) == middle
    assert rows(shoes, now(shoes)) == []


def test_nothing_is_seen_of_a_transaction_that_had_not_ended(shoes):
    before = present(shoes)
    with shoes.transaction():
        shoes.execute("update shoes set price = 0 where id = 1")
        moment = now(shoes)
        shoes.execute("update shoes set price = 0 where id = 2")
    assert rows(shoes, moment) == before


@pytest.mark.parametrize("moment", ["-infinity", "2001-01-01"])
def test_a_time_before_the_trail_is_refused(shoes, moment):
    with pytest.raises(psycopg.Error, match="does not tell of") as refused:
        rows(shoes, moment)
    assert refused.value.sqlstate == "MD404"


def test_a_time_while_the_trail_was_off_is_refused(shoes):
    moment = now(shoes)
    shoes.execute("select system.disable_audit('shoes')")
    for _ in range(2):
        with pytest.raises(psycopg.Error, match="does not tell of"):
            rows(shoes, moment)
        shoes.execute("select system.enable_audit('shoes')")


def test_retention_drops_months_and_the_past_with_them(shoes):
    shoes.execute("select system.enable_audit('shoes', interval '12 months')")
    [kept] = shoes.execute(
        "select retention::interval = '12 months' from partman.part_config"
        " where parent_table = 'system.public_shoes_history'"
    ).fetchone()
    assert kept
    shoes.execute("update shoes set price = 0")
    [leaf] = shoes.execute(
        "select tableoid::regclass::text from system.public_shoes_history limit 1"
    ).fetchone()
    moment = now(shoes)
    shoes.execute(f"drop table {leaf}")
    with pytest.raises(psycopg.Error, match="does not tell of"):
        rows(shoes, moment)


def test_a_transaction_is_taken_back_whole(shoes):
    before = present(shoes)
    done = transaction(
        shoes,
        "insert into shoes values (4, 'new', 1)",
        "update shoes set price = price + 1",
        "update shoes set price = price * 2 where id = 1",
        "delete from shoes where id in (2, 4)",
        "insert into shoes values (2, 'other', 5)",
    )
    assert revert(shoes, done) == 1 + 2 + 4 + 1
    assert present(shoes) == before
    [why] = shoes.execute(
        "select distinct reason from system.audit_log where transaction_id > %s", [done]
    ).fetchone()
    assert why == f"revert of transaction {done}"
    assert shoes.execute("select current_setting('mdt.reason', true)").fetchone()[0] == ""


def test_a_truncate_and_swapped_values_are_taken_back(shoes):
    shoes.execute("alter table shoes add constraint u unique (name) deferrable")
    before = present(shoes)
    swapped = transaction(shoes, "update shoes set name = 'shoe ' || 3 - id where id < 3")
    emptied = transaction(shoes, "truncate shoes")
    revert(shoes, emptied)
    revert(shoes, swapped)
    assert present(shoes) == before


def test_tables_that_refer_to_each_other_are_taken_back_in_order(shoes):
    shoes.execute(
        "create table laces (id int primary key, shoe int not null references shoes"
        " on delete cascade on update cascade); select system.enable_audit('laces')"
    )
    done = transaction(
        shoes, "insert into shoes values (9, 'parent')", "insert into laces values (1, 9)"
    )
    revert(shoes, done)
    assert (len(present(shoes)), present(shoes, "laces")) == (3, [])
    shoes.execute("insert into laces values (1, 1), (2, 1), (3, 2)")
    before = present(shoes, "laces")
    revert(shoes, transaction(shoes, "delete from shoes"))
    assert (len(present(shoes)), present(shoes, "laces")) == (3, before)


def test_rows_that_changed_since_are_named_and_nothing_is_done(shoes):
    done = transaction(shoes, "update shoes set price = 0")
    shoes.execute("set mdt.actor = 'bert'; update shoes set price = 5 where id = 2")
    after = present(shoes)
    with pytest.raises(psycopg.Error, match="cannot be reverted") as refused:
        revert(shoes, done)
    assert refused.value.sqlstate == "MD405"
    assert '{"id": 2}: update by transaction' in refused.value.diag.message_detail
    assert "of bert at" in refused.value.diag.message_detail
    assert '{"id": 1}' not in refused.value.diag.message_detail
    assert present(shoes) == after


def test_reverts_are_reverted_like_anything_else(shoes):
    before = present(shoes)
    one = transaction(shoes, "update shoes set price = 1")
    middle = present(shoes)
    two = transaction(shoes, "update shoes set price = 2 where id = 1")
    revert(shoes, two)
    assert present(shoes) == middle
    revert(shoes, one)
    assert present(shoes) == before
    [last] = shoes.execute("select max(transaction_id) from system.audit_log").fetchone()
    revert(shoes, last)
    assert present(shoes) == middle


def test_what_would_take_other_rows_with_it_is_refused(shoes):
    done = transaction(shoes, "insert into shoes values (9, 'parent')")
    shoes.execute(
        "create table laces (id int primary key, shoe int references shoes on delete cascade);"
        "insert into laces values (1, 9)"
    )
    with pytest.raises(psycopg.Error, match="cannot be reverted") as refused:
        revert(shoes, done)
    assert "1 rows of public.laces refer to rows" in refused.value.diag.message_detail
    assert shoes.execute("select count(*) from laces").fetchone() == (1,)


def test_a_changed_key_and_a_gap_cannot_be_reverted(shoes):
    moved = transaction(shoes, "update shoes set id = 11 where id = 1")
    changed = transaction(shoes, "update shoes set price = 0 where id = 2")
    shoes.execute("select system.disable_audit('shoes')")
    with pytest.raises(psycopg.Error, match="cannot be reverted"):
        revert(shoes, changed)
    shoes.execute("select system.enable_audit('shoes')")
    for identifier in (moved, changed):
        with pytest.raises(psycopg.Error, match="cannot be reverted"):
            revert(shoes, identifier)


def test_a_transaction_that_changed_nothing_is_told(shoes):
    with pytest.raises(psycopg.Error, match="changed no audited table") as refused:
        revert(shoes, 1)
    assert refused.value.sqlstate == "MD407"
