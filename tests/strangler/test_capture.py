"""Every change of the source reaches the target with the statement that makes it."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest


def test_inserted_rows_arrive_single_and_many_at_once(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.db.execute(
        "insert into shop.articles select n, 'n' || n, n from generate_series(2, 2500) as n"
        " where n <> 13 and n <> 666"
    )
    assert open_shop.target == {"a": 100} | {
        f"n{n}": n * 100 for n in range(2, 2501) if n not in (13, 666)
    }
    assert open_shop.counts() == (2498, 2498, 0, 0, 0, 0, 0)


def test_updated_rows_arrive_single_and_many_at_once(open_shop):
    open_shop.db.execute(
        "insert into shop.articles select n, 'n' || n, 1 from generate_series(1, 2500) as n"
    )
    open_shop.db.execute("update shop.articles set price = 7 where id = 3")
    assert open_shop.target["n3"] == 700
    open_shop.db.execute("update shop.articles set price = price + 1")
    assert set(open_shop.target.values()) == {200, 800}
    open_shop.db.execute("update shop.articles set price = null where id = 4")
    assert open_shop.target["n4"] is None
    assert open_shop.counts() == (2500, 2500, 0, 0, 0, 0, 0)


def test_deleted_rows_leave_single_and_many_at_once(open_shop):
    open_shop.db.execute(
        "insert into shop.articles select n, 'n' || n, 1 from generate_series(1, 2500) as n"
    )
    open_shop.db.execute("delete from shop.articles where id = 1")
    assert "n1" not in open_shop.target
    open_shop.db.execute("delete from shop.articles where id > 5")
    assert list(open_shop.target) == ["n2", "n3", "n4", "n5"]
    assert open_shop.counts() == (4, 4, 0, 0, 0, 0, 0)


def test_a_statement_that_meets_no_row_writes_nothing(open_shop):
    open_shop.db.execute("update shop.articles set price = 1")
    open_shop.db.execute("delete from shop.articles")
    open_shop.db.execute("insert into shop.articles select 1 where false")
    assert open_shop.value("select count(*) from shelf.written") == 0


def test_a_row_with_another_key_is_the_same_row(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2)")
    open_shop.db.execute("update shop.articles set id = id + 10")
    assert open_shop.target == {"a": 100, "b": 200}
    open_shop.db.execute("delete from shop.articles where id = 11")
    assert open_shop.target == {"b": 200}
    assert open_shop.counts() == (1, 1, 0, 0, 0, 0, 0)


def test_a_row_that_gets_another_target_key_leaves_the_old_one(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2)")
    open_shop.db.execute("update shop.articles set code = 'c' where id = 1")
    assert open_shop.target == {"b": 200, "c": 100}
    assert open_shop.counts() == (2, 2, 0, 0, 0, 0, 0)


def test_rows_that_exchange_their_target_keys_are_both_there(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2)")
    open_shop.db.execute("update shop.articles set code = case code when 'a' then 'b' else 'a' end")
    assert open_shop.target == {"a": 200, "b": 100}
    assert open_shop.counts() == (2, 2, 0, 0, 0, 0, 0)


def test_a_truncated_table_leaves_nothing(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', -2)")
    open_shop.db.execute("insert into shelf.prices values ('other', 5, now(), 'somebody else')")
    open_shop.db.execute("truncate shop.articles")
    assert open_shop.target == {"other": 5}
    assert open_shop.quarantine == {}
    assert open_shop.counts() == (0, 0, 0, 0, 0, 0, 0)


def test_copied_rows_arrive(open_shop):
    with (
        open_shop.db.cursor() as cursor,
        cursor.copy("copy shop.articles (id, code, price) from stdin") as copy,
    ):
        for row in ((1, "a", 1), (2, "b", -2), (3, "c", None)):
            copy.write_row(row)
    assert open_shop.target == {"a": 100, "c": None}
    assert open_shop.quarantine == {2: "-2 is below nothing"}
    assert open_shop.counts() == (3, 2, 0, 1, 0, 0, 0)


def test_insert_on_conflict_arrives_both_ways(open_shop):
    upsert = (
        "insert into shop.articles values (1, 'a', %(price)s), (2, 'b', %(price)s)"
        " on conflict (id) do update set price = excluded.price"
    )
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.db.execute(upsert, {"price": 5})
    assert open_shop.target == {"a": 500, "b": 500}
    open_shop.db.execute(
        "insert into shop.articles values (1, 'a', 9), (3, 'c', 9) on conflict do nothing"
    )
    assert open_shop.target == {"a": 500, "b": 500, "c": 900}
    assert open_shop.counts() == (3, 3, 0, 0, 0, 0, 0)


def test_merge_arrives_in_all_its_ways(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2)")
    open_shop.db.execute(
        """
        merge into shop.articles as article
        using (values (1, 5), (2, null), (3, 7)) as given (id, price) on article.id = given.id
        when matched and given.price is null then delete
        when matched then update set price = given.price
        when not matched then insert values (given.id, 'new', given.price)
        """
    )
    assert open_shop.target == {"a": 500, "new": 700}
    assert open_shop.counts() == (2, 2, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("price", [1, 5])
def test_a_row_replaced_in_one_statement_is_there(open_shop, price):
    """A delete and an insert in one statement: in which order they are captured, is not said."""
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.db.execute(
        "with gone as (delete from shop.articles returning *)"
        " insert into shop.articles select 2, code, %s, changed_at from gone",
        [price],
    )
    assert open_shop.target == {"a": price * 100}
    assert open_shop.counts() == (1, 1, 0, 0, 0, 0, 0)


def test_what_is_rolled_back_was_never_there(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)")
    with open_shop.db.transaction(force_rollback=True):
        open_shop.db.execute("update shop.articles set price = 9")
        open_shop.db.execute("delete from shop.articles where id = 2")
    assert open_shop.target == {"a": 100, "b": 200, "c": 300}
    with open_shop.db.transaction():
        open_shop.db.execute("update shop.articles set price = 5 where id = 1")
        with open_shop.db.transaction(force_rollback=True):
            open_shop.db.execute("update shop.articles set price = 9 where id = 1")
            open_shop.db.execute("update shop.articles set price = -9 where id = 2")
            open_shop.db.execute("truncate shop.articles")
    assert open_shop.target == {"a": 500, "b": 200, "c": 300}
    assert open_shop.quarantine == {}
    assert open_shop.counts() == (3, 3, 0, 0, 0, 0, 0)


def test_a_row_goes_to_quarantine_and_comes_back(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2)")
    open_shop.db.execute("update shop.articles set price = -price, note = 'x' where id = 1")
    assert open_shop.target == {"b": 200}
    assert open_shop.quarantine == {1: "-1 is below nothing"}
    held = open_shop.value("select source_row from strangler.quarantine")
    assert (held["id"], held["price"], held["note"]) == (1, -1, "x")
    assert open_shop.counts() == (2, 1, 0, 1, 0, 0, 0)
    open_shop.db.execute("update shop.articles set price = -3 where id = 1")
    assert open_shop.quarantine == {1: "-3 is below nothing"}
    open_shop.db.execute("update shop.articles set price = 3 where id = 1")
    assert open_shop.target == {"a": 300, "b": 200}
    assert open_shop.quarantine == {}
    assert open_shop.counts() == (2, 2, 0, 0, 0, 0, 0)


def test_a_row_in_quarantine_that_is_deleted_or_gets_another_key_leaves_it(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', -1), (2, 'b', -2)")
    open_shop.db.execute("delete from shop.articles where id = 1")
    open_shop.db.execute("update shop.articles set id = 3 where id = 2")
    assert open_shop.quarantine == {3: "-2 is below nothing"}
    assert open_shop.counts() == (1, 0, 0, 1, 0, 0, 0)


def test_a_row_that_is_mapped_to_nothing_or_has_no_time_goes_to_quarantine(open_shop):
    open_shop.db.execute(
        "insert into shop.articles values (1, 'nothing', 1, now()), (2, 'b', 2, null), (3, 'c', 3, now())"  # noqa: E501
    )
    assert open_shop.target == {"c": 300}
    assert open_shop.quarantine == {1: "its mapping returns no row", 2: "it has no time"}
    assert open_shop.counts() == (3, 1, 0, 2, 0, 0, 0)


@pytest.mark.parametrize(
    ("price", "code", "reason"),
    [(13, "SH013", "13 is bad luck"), (666, "23514", "prices_cents_is_not_666")],
    ids=["the mapping raises", "the writer raises"],
)
def test_an_error_of_ours_costs_the_one_row_only(open_shop, price, code, reason):
    open_shop.db.execute(
        "insert into shop.articles select n, 'n' || n, 1 from generate_series(1, 30) as n"
    )
    changed = open_shop.db.execute(
        "update shop.articles set price = case id when 17 then %s else 2 end", [price]
    )
    assert changed.rowcount == 30
    assert open_shop.target == {f"n{n}": 200 for n in range(1, 31) if n != 17}
    assert list(open_shop.quarantine) == [17]
    assert open_shop.quarantine[17].startswith(f"{code}: ")
    assert reason in open_shop.quarantine[17]
    open_shop.db.execute("delete from shop.articles where id < 20")
    assert open_shop.target == {f"n{n}": 200 for n in range(20, 31)}
    assert open_shop.quarantine == {}
    inserted = open_shop.db.execute(
        "insert into shop.articles values (1, 'n1', 1), (17, 'n17', %s), (2, 'n2', 2)", [price]
    )
    assert inserted.rowcount == 3
    assert list(open_shop.quarantine) == [17]
    open_shop.db.execute("update shop.articles set price = 4 where id = 17")
    assert open_shop.quarantine == {}
    assert open_shop.target["n17"] == 400


def test_an_error_in_what_a_row_said_does_not_hide_the_others_that_are_gone(open_shop):
    """A mapping that has come to fail for an old row cannot say what it is to take away."""
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)")
    open_shop.db.execute(
        "create or replace function shelf.cents(p_price numeric) returns bigint"
        " language plpgsql immutable as $$ begin"
        " if p_price = 2 then raise exception '2 is worse'; end if; return p_price * 100; end $$"
    )
    assert open_shop.db.execute("delete from shop.articles").rowcount == 3
    assert open_shop.target == {"b": 200}
    assert open_shop.losses == ["capture of a row that is gone failed in move articles: 2 is worse"]


def test_nothing_of_ours_that_is_missing_fails_the_application(open_shop):
    open_shop.db.execute("alter table strangler.quarantine rename to lost")
    open_shop.db.execute("insert into shop.articles values (1, 'a', -1)")
    open_shop.db.execute("alter table system.logs rename to lost")
    warnings: list[str | None] = []
    open_shop.db.add_notice_handler(lambda notice: warnings.append(notice.message_primary))
    open_shop.db.execute("update shop.articles set price = -2")
    open_shop.db.execute("delete from shop.articles")
    open_shop.db.execute("truncate shop.articles")
    assert len(warnings) == 3
    assert all(str(text).startswith("capture of ") for text in warnings)


def test_a_loss_is_logged(open_shop):
    open_shop.db.execute("drop function shelf.withdraw")
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.db.execute("truncate shop.articles")
    assert len(open_shop.losses) == 1
    assert "capture of TRUNCATE failed in move articles" in open_shop.losses[0]
    assert "shelf.withdraw" in open_shop.losses[0]
    assert open_shop.counts() == (0, 0, 0, 0, 0, 0, 1)


@pytest.fixture
def application(open_shop: Any) -> Iterator[Any]:
    """Act as a role that may use the shop and nothing of the toolkit's."""
    role = f"test_application_{secrets.token_hex(4)}"
    open_shop.db.execute(
        f"create role {role}; grant usage on schema shop to {role};"
        f" grant all on all tables in schema shop to {role}; set role {role}"
    )
    yield open_shop
    open_shop.db.execute(f"reset role; drop owned by {role}; drop role {role}")


@pytest.mark.superuser
def test_an_application_without_rights_on_the_toolkit_writes_as_ever(application, refused):
    with refused("42501", "permission denied for schema strangler"):
        application.db.execute("select * from strangler.moves")
    application.db.execute(
        "insert into shop.articles values (1, 'a', 1), (2, 'b', -2), (3, 'c', 13)"
    )
    application.db.execute("update shop.articles set price = 5 where id = 1")
    application.db.execute("update shop.articles set code = 'd' where id = 1")
    application.db.execute("insert into shop.articles values (4, 'e', 1), (5, 'f', 1)")
    application.db.execute("delete from shop.articles where id = 4")
    application.db.execute("reset role")
    assert application.target == {"d": 500, "f": 100}
    assert list(application.quarantine) == [2, 3]
    application.db.execute("truncate shop.articles")
    assert application.target == {}
    assert application.losses == []


@pytest.mark.superuser
def test_the_application_may_not_call_what_captures(application, refused):
    for function in ("capture_insert_articles()", "capture_withdraw_articles('{}')"):
        with refused("42501", "permission denied"):
            application.db.execute(f"select strangler.{function}")


def test_columns_come_and_go_while_it_captures(open_shop):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.db.execute("alter table shop.articles add column colour text default 'red'")
    open_shop.db.execute("insert into shop.articles (id, code, price) values (2, 'b', 2)")
    open_shop.db.execute("update shop.articles set price = price + 1, colour = 'blue'")
    open_shop.db.execute("alter table shop.articles drop column note")
    open_shop.db.execute("insert into shop.articles (id, code, price) values (3, 'c', 3)")
    open_shop.db.execute("update shop.articles set price = price + 1, code = code || '1'")
    assert open_shop.target == {"a1": 300, "b1": 400, "c1": 400}
    open_shop.db.execute("delete from shop.articles where id = 2")
    assert open_shop.target == {"a1": 300, "c1": 400}
    assert open_shop.losses == []
    assert open_shop.quarantine == {}


def test_a_column_that_the_mapping_reads_is_missed_and_not_by_the_application(open_shop, connect):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.db.execute("alter table shop.articles drop column changed_at")
    open_shop.db.execute("insert into shop.articles (id, code, price) values (2, 'b', 2)")
    assert list(open_shop.quarantine) == [2]
    assert open_shop.quarantine[2].startswith("42703: ")
    open_shop.db.execute(
        "alter table shop.articles add column changed_at timestamptz default now()"
    )
    connect().execute("update shop.articles set note = 'mended'")
    assert open_shop.quarantine == {}
    assert open_shop.target == {"a": 100, "b": 200}


def test_what_a_trigger_of_the_application_changes_afterwards_counts(open_shop):
    """It runs before ours, so that ours meets the row in an older form, after the newer one."""
    open_shop.db.execute(
        """
        create function shop.round_up() returns trigger language plpgsql as $$
        begin
            update shop.articles set price = ceil(price) where id = new.id and price <> ceil(price);
            return null;
        end $$;
        create trigger a_round_up after insert or update on shop.articles
        for each row execute function shop.round_up();
        """
    )
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1.5), (2, 'b', 2)")
    assert open_shop.target == {"a": 200, "b": 200}
    open_shop.db.execute("update shop.articles set price = price + 0.5")
    assert open_shop.target == {"a": 300, "b": 300}
    assert open_shop.counts() == (2, 2, 0, 0, 0, 0, 0)


def test_rows_deleted_by_a_foreign_key_leave(open_shop):
    open_shop.db.execute(
        "create table shop.codes (code text primary key);"
        " insert into shop.codes values ('a'), ('b');"
        " alter table shop.articles add foreign key (code) references shop.codes"
        " on update cascade on delete cascade"
    )
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'a', 2), (3, 'b', 3)")
    open_shop.db.execute("delete from shop.codes where code = 'a'")
    assert open_shop.target == {"b": 300}
    open_shop.db.execute("update shop.codes set code = 'c'")
    assert open_shop.target == {"c": 300}


@pytest.mark.parametrize("later", ["-1 day", "0", "1 day"], ids=["older", "as old", "newer"])
def test_a_row_that_comes_back_is_there_whatever_time_it_has(open_shop, later):
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1), (2, 'b', 2)")
    for statement in ("delete from shop.articles where id = 1", "truncate shop.articles"):
        open_shop.db.execute(statement)
        assert "a" not in open_shop.target
        open_shop.db.execute(
            "insert into shop.articles values (1, 'a', 5, timestamptz '2026-01-01 UTC' + %s)",
            [later],
        )
        assert open_shop.target["a"] == 500
    assert open_shop.counts() == (1, 1, 0, 0, 0, 0, 0)


def test_keys_are_the_same_in_every_time_zone(keyed, connect):
    move = keyed("code text, at timestamptz", "code, at", "p_row.code")
    move.db.execute("insert into shop.keyed values ('a', '2026-07-01 12:00 UTC', -1)")
    move.start()
    move.db.execute("set timezone = 'Asia/Kolkata'")
    move.backfill()
    assert move.value("select count(*) from strangler.quarantine") == 1
    assert move.counts() == (1, 0, 0, 1, 0, 0, 0)
    other = connect()
    other.execute("set timezone = 'America/New_York'")
    other.execute("update shop.keyed set price = -2")
    assert move.value("select count(*) from strangler.quarantine") == 1
    other.execute("update shop.keyed set price = 2")
    assert move.quarantine == {}
    assert move.counts() == (1, 1, 0, 0, 0, 0, 0)


def test_the_newest_of_many_rows_counts_whichever_is_written_or_goes(days):
    days.start()
    days.backfill()
    for day, price in (("2026-01-02", 2), ("2026-01-01", 1), ("2026-01-03", 3)):
        days.db.execute("insert into shop.days values (default, 'a', %s, %s)", [day, price])
    assert days.target == {"a": 300}
    days.db.execute("delete from shop.days where day = '2026-01-01'")
    assert days.target == {"a": 300}
    days.db.execute("update shop.days set price = 7 where day = '2026-01-02'")
    assert days.target == {"a": 300}
    days.db.execute("delete from shop.days where day = '2026-01-03'")
    assert days.target == {"a": 700}
    assert days.counts() == (1, 1, 0, 0, 0, 0, 0)
    days.db.execute("insert into shop.days values (default, 'a', '2026-01-01', 1)")
    days.db.execute("update shop.days set code = 'b' where day = '2026-01-02'")
    assert days.target == {"a": 100, "b": 700}
    days.db.execute("update shop.days set price = -1 where code = 'b'")
    assert days.target == {"a": 100}
    days.db.execute("delete from shop.days")
    assert days.target == {}


def test_the_newest_of_many_rows_counts_when_all_are_loaded_anew(days):
    days.start()
    days.backfill()
    load = "insert into shop.days values (default, 'a', %s, %s)"
    rows = [("2026-01-03", 3), ("2026-01-01", 1), ("2026-01-02", 2)]
    for kept in (3, 2, 1):
        days.db.execute("truncate shop.days")
        assert days.target == {}
        for row in sorted(rows)[:kept]:
            days.db.execute(load, row)
        assert days.target == {"a": kept * 100}
        assert days.counts()[4:] == (0, 0, 0)


def test_another_origin_keeps_what_it_wrote(open_shop):
    """What a worker wrote later is not withdrawn with the row of the old table."""
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.db.execute(
        "update shelf.prices set cents = 7, observed_at = now(), origin = 'worker'"
    )
    open_shop.db.execute("delete from shop.articles")
    assert open_shop.target == {"a": 7}
    open_shop.db.execute("insert into shop.articles values (1, 'a', 1)")
    open_shop.db.execute("truncate shop.articles")
    assert open_shop.target == {"a": 7}
    assert open_shop.counts() == (0, 0, 0, 0, 0, 0, 0)


def test_many_rows_after_many_single_ones_are_no_trouble(open_shop):
    """A plan made for one row must not be used for thousands: that took minutes."""
    for n in range(20):
        open_shop.db.execute("insert into shop.articles values (%s, %s, 1)", [n, f"n{n}"])
        open_shop.db.execute("update shop.articles set price = 2 where id = %s", [n])
    open_shop.db.execute(
        "insert into shop.articles select n, 'n' || n, 1 from generate_series(20, 20000) as n"
    )
    open_shop.db.execute("set statement_timeout = '60s'")
    open_shop.db.execute("update shop.articles set price = 3")
    assert open_shop.value("select count(*) from shelf.prices where cents = 300") == 20001
