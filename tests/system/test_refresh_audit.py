"""The trail of a table that changes: what is stale is found, and nothing old is lost."""

import psycopg
import pytest

CHANGES = {
    "added": ("alter table shoes add colour text default 'red'", "colour"),
    "renamed": ("alter table shoes rename price to cost", "cost, price"),
    "dropped": ("alter table shoes drop name", "name"),
    "retyped": ("alter table shoes alter price type text", "price"),
}


def stale(db):
    return [row[0] for row in db.execute("select reason from system.stale_audits()")]


def refresh(db):
    return db.execute("select system.refresh_audit('shoes')").fetchone()[0]


def olds(db, key="1"):
    found = db.execute("select old_row from system.history('shoes', %s)", [key])
    return [row[0] for row in found]


@pytest.mark.parametrize(("statement", "columns"), CHANGES.values(), ids=CHANGES)
def test_a_changed_table_is_stale_until_it_is_refreshed(shoes, statement, columns):
    assert not refresh(shoes)
    shoes.execute("update shoes set price = 11 where id = 1")
    shoes.execute(statement)
    assert stale(shoes) == [f"its columns changed: {columns}"]
    assert refresh(shoes)
    assert stale(shoes) == []
    [moment] = shoes.execute("select clock_timestamp()::text").fetchone()
    before = shoes.execute("select to_jsonb(t) from shoes as t where id = 1").fetchone()[0]
    shoes.execute("update shoes set extra = '1' where id = 1; delete from shoes where id = 1")
    assert olds(shoes) == [
        {"id": 1, "name": "shoe 1", "price": 10, "extra": {}},
        before,
        before | {"extra": 1},
    ]
    found = shoes.execute("select system.as_of('shoes', %s::timestamptz)", [moment]).fetchall()
    assert before in [row[0] for row in found]


def test_the_past_has_the_columns_that_were_there_and_still_are(shoes):
    [moment] = shoes.execute("select clock_timestamp()::text").fetchone()
    shoes.execute("update shoes set price = 11 where id = 1")
    for statement, _ in CHANGES.values():
        shoes.execute(statement.replace("alter price", "alter cost"))
        refresh(shoes)
    shoes.execute("update shoes set cost = 'x' where id = 2")
    found = shoes.execute("select system.as_of('shoes', %s::timestamptz)", [moment]).fetchall()
    assert sorted((row[0]["id"], str(row[0]["cost"])) for row in found) == [
        (1, "10"),
        (2, "20"),
        (3, "30"),
    ]
    assert {tuple(sorted(row[0])) for row in found} == {("cost", "extra", "id")}


def test_a_column_that_comes_again_is_not_taken_for_the_old_one(shoes):
    shoes.execute("update shoes set price = 11 where id = 1")
    shoes.execute("alter table shoes drop name; alter table shoes add name text default 'new'")
    refresh(shoes)
    shoes.execute("update shoes set price = 12 where id = 1")
    assert [old["name"] for old in olds(shoes)] == ["shoe 1", "new"]


def test_an_unrefreshed_column_that_is_gone_stops_the_change(shoes):
    shoes.execute("alter table shoes drop name")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        shoes.execute("update shoes set price = 0")


def test_another_primary_key_begins_another_history(shoes):
    shoes.execute("update shoes set price = 11 where id = 1")
    shoes.execute("alter table shoes drop constraint shoes_pkey, add primary key (name)")
    assert stale(shoes)
    assert refresh(shoes)
    shoes.execute("update shoes set price = 12 where id = 1")
    assert len(olds(shoes, "shoe 1")) == 1
    assert shoes.execute("select old_row ->> 'price' from system.audit_log order by 1").fetchall() \
        == [("10",), ("11",)]  # fmt: skip


def test_a_trigger_that_is_off_or_gone_is_noticed_and_mended(shoes):
    shoes.execute("alter table shoes disable trigger audit_delete")
    assert stale(shoes) == ["public.shoes has no trigger audit_delete"]
    assert refresh(shoes)
    shoes.execute("drop trigger audit_update on shoes; select system.refresh_audits()")
    shoes.execute("update shoes set price = 0 where id = 1; delete from shoes where id = 1")
    assert len(olds(shoes)) == 2


def test_a_renamed_table_keeps_its_trail(shoes):
    shoes.execute("create schema shop; alter table shoes set schema shop")
    shoes.execute("alter table shop.shoes rename to boots; truncate shop.boots")
    counted = "select count(*) from system.history('shop.boots', '1')"
    assert shoes.execute(counted).fetchone() == (1,)


def test_a_dropped_table_leaves_its_history_and_is_noticed(shoes):
    shoes.execute("update shoes set price = 0; drop table shoes")
    assert stale(shoes) == ["the table is gone"]
    assert shoes.execute("select system.refresh_audits()").fetchone() == (0,)
    assert shoes.execute("select count(*) from system.audit_log").fetchone() == (3,)
    shoes.execute("select system.disable_audit(audited) from system.stale_audits()")
    assert stale(shoes) == []
