"""The traffic of the legacy application: repeatable, counted, and it notices what it loses."""

import time

import psycopg
import pytest

from toolkit.demo import legacy
from toolkit.demo.writer import Writer
from toolkit.errors import Failure

TABLES = {
    "inventory_v4_stockx_market_data": "public",
    "market_prices": "pricing",
    "live_quote_indicators": "public",
}
DIGEST = """
    select
        (select md5(string_agg(concat_ws('|', stockx_variant_id, currency_code, lowest_ask,
            highest_bid), ';' order by stockx_variant_id, currency_code))
            from public.inventory_v4_stockx_market_data),
        (select md5(string_agg(concat_ws('|', product_id, platform_name, size_value, price_date,
            lowest_ask, highest_bid), ';' order by product_id, platform_name, size_value,
            price_date, lowest_ask)) from pricing.market_prices),
        (select md5(string_agg(concat_ws('|', symbol, current_price, volume, api_timestamp), ';'
            order by symbol)) from public.live_quote_indicators)
"""


def run(dsn, limit, rate=5000, **options):
    with Writer(dsn, rate=rate, limit=limit, **options) as writer:
        writer.wait()
    return writer


def test_statements_are_counted_and_none_fails(legacy_dsn):
    writer = run(legacy_dsn, 1500)
    assert (writer.failed, writer.messages) == (0, [])
    assert 1500 <= writer.statements <= 1501
    assert sum(writer.acts.values()) == writer.statements
    assert writer.transactions == (
        writer.statements - writer.acts["market data deleted and inserted"] / 2
    )
    assert len(writer.acts) == 16
    assert 0 < writer.slowest < 10
    assert writer.slowest_statement
    assert writer.lost() == []


def test_each_table_is_inserted_into_updated_and_deleted_from(legacy_dsn, legacy_db):
    run(legacy_dsn, 1500)
    legacy_db.execute("select pg_stat_force_next_flush()")
    changes = legacy_db.execute(
        "select schemaname || '.' || relname, n_tup_ins, n_tup_upd, n_tup_del"
        " from pg_stat_user_tables where (relname, schemaname) in"
        " (('inventory_v4_stockx_market_data', 'public'), ('market_prices', 'pricing'),"
        " ('live_quote_indicators', 'public'))"
    ).fetchall()
    assert len(changes) == 3
    assert all(min(counts) > 10 for _, *counts in changes), changes


def test_the_same_seed_writes_the_same(copy_legacy):
    ends = []
    for seed in (7, 7, 8):
        dsn = copy_legacy()
        acts = run(dsn, 400, seed=seed).acts
        with psycopg.connect(dsn) as connection:
            ends.append((acts, connection.execute(DIGEST).fetchone()))
    assert ends[0] == ends[1]
    assert ends[1] != ends[2]


def test_some_changes_leave_no_trace_in_updated_at_and_some_set_null(legacy_dsn, legacy_db):
    legacy_db.execute(
        "create table public.before as select * from public.inventory_v4_stockx_market_data"
    )
    legacy_db.execute("create table public.days_before as select * from pricing.market_prices")
    run(legacy_dsn, 1000)
    silent, emptied = legacy_db.execute(
        "select count(*) filter (where before.updated_at = after.updated_at"
        " and before.highest_bid is distinct from after.highest_bid),"
        " count(*) filter (where before.lowest_ask is not null and after.lowest_ask is null)"
        " from public.before inner join public.inventory_v4_stockx_market_data as after"
        " using (stockx_variant_id, currency_code)"
    ).fetchone()
    no_bid = legacy_db.execute(
        "select count(*) from public.days_before as before inner join pricing.market_prices"
        " as after using (id) where before.highest_bid is not null and after.highest_bid is null"
    ).fetchone()[0]
    assert min(silent, emptied, no_bid) > 5


def test_rows_that_cannot_be_mapped_stay_as_they_are_and_none_is_made(legacy_dsn, legacy_db):
    run(legacy_dsn, 2000)
    unmappable = legacy_db.execute(
        "select (select count(*) from public.inventory_v4_stockx_market_data"
        " where lowest_ask < 0), (select count(*) from pricing.market_prices"
        " where (size_value ~ '^[0-9.]+[WY]?$') is not true or lowest_ask = 0"
        " or highest_bid > 5 * lowest_ask or coalesce(lowest_ask, highest_bid, last_sale)"
        " is null), (select count(*) from public.live_quote_indicators"
        " where not current_price < 'Infinity')"
    ).fetchone()
    assert unmappable == tuple(legacy.UNMAPPABLE.values())


def test_a_second_application_goes_on_where_the_first_ended(legacy_dsn):
    for seed in (1, 1, 2):
        writer = run(legacy_dsn, 600, seed=seed)
        assert (writer.failed, writer.lost()) == (0, [])


def test_old_names_may_become_views(legacy_dsn, legacy_db):
    with Writer(legacy_dsn, rate=400) as writer:
        wait_for(writer, 200)
        for table, schema in TABLES.items():
            with legacy_db.transaction():
                legacy_db.execute(f"alter table {schema}.{table} rename to {table}_legacy")
                legacy_db.execute(
                    f"create view {schema}.{table} as select * from {schema}.{table}_legacy"
                )
        wait_for(writer, writer.statements + 400)
    assert writer.messages == []
    assert writer.lost() == []


def test_a_refused_statement_is_counted_and_its_message_kept(legacy_dsn, legacy_db):
    with Writer(legacy_dsn, rate=1000) as writer:
        wait_for(writer, 100)
        legacy_db.execute("alter table pricing.market_prices rename to gone")
        wait_for(writer, writer.statements + 200)
    assert writer.failed == len(writer.messages) > 10
    assert 'relation "pricing.market_prices" does not exist (42P01)' in writer.messages[0]
    assert writer.transactions > 100, "it goes on with the other tables"


def test_a_row_that_vanished_is_a_failure(legacy_dsn, legacy_db):
    with Writer(legacy_dsn, rate=1000) as writer:
        wait_for(writer, 50)
        legacy_db.execute("delete from public.live_quote_indicators")
        wait_for(writer, writer.statements + 200)
    assert any("met 0 rows instead of one" in message for message in writer.messages)


@pytest.mark.parametrize("table", TABLES)
def test_a_lost_write_is_told_with_table_and_key(table, legacy_dsn, legacy_db):
    writer = run(legacy_dsn, 500)
    column = "current_price" if table.startswith("live") else "highest_bid"
    changed = legacy_db.execute(
        f"update {TABLES[table]}.{table} set {column} = {column} + 1"
    ).rowcount
    lost = writer.lost()
    assert 5 < len(lost) <= changed
    assert all(line.startswith(f"{TABLES[table]}.{table} ") for line in lost)
    legacy_db.execute(f"update {TABLES[table]}.{table} set {column} = {column} - 1")
    assert writer.lost() == []
    legacy_db.execute(f"delete from {TABLES[table]}.{table}")
    assert any(line.endswith("found no row") for line in writer.lost())


def test_a_deletion_that_was_undone_is_a_lost_write(legacy_dsn, legacy_db):
    legacy_db.execute("create table public.days_before as select * from pricing.market_prices")
    writer = run(legacy_dsn, 1000)
    back = legacy_db.execute(
        "insert into pricing.market_prices select * from public.days_before"
        " where id not in (select id from pricing.market_prices)"
    ).rowcount
    assert back > 5
    assert sum("wrote no row" in line for line in writer.lost()) == back


def test_a_connection_that_breaks_is_a_failure_and_is_made_again(legacy_dsn, legacy_db):
    with Writer(legacy_dsn, rate=1000) as writer:
        wait_for(writer, 50)
        legacy_db.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'legacy application'"
            " and datname = current_database()"
        )
        wait_for(writer, writer.statements + 100)
    assert 1 <= writer.failed <= 2
    assert writer.lost() == []


def test_a_statement_that_hangs_is_cancelled_and_counted(legacy_dsn, legacy_db, monkeypatch):
    connect = Writer._connect

    def impatient(writer):
        connection = connect(writer)
        assert connection.execute("show statement_timeout").fetchone() == ("10s",)
        connection.execute("set statement_timeout = '300ms'")
        return connection

    monkeypatch.setattr(Writer, "_connect", impatient)
    with Writer(legacy_dsn, rate=1000) as writer:
        wait_for(writer, 20)
        with legacy_db.transaction():
            for table, schema in TABLES.items():
                legacy_db.execute(f"lock table {schema}.{table} in access exclusive mode")
            while not writer.failed:
                time.sleep(0.02)
    assert "statement timeout (57014)" in writer.messages[0]
    assert writer.slowest >= 0.3


def test_the_rate_is_kept(legacy_dsn):
    begun = time.monotonic()
    writer = run(legacy_dsn, 150, rate=100)
    taken = time.monotonic() - begun
    assert writer.statements in (150, 151)
    assert 1.4 < taken < 10


def test_a_database_without_the_tables_is_refused(empty_dsn):
    with pytest.raises(Failure, match="no legacy database to write to"):
        Writer(empty_dsn).start()


def test_empty_tables_are_refused(legacy_dsn, legacy_db):
    legacy_db.execute("delete from public.live_quote_indicators")
    with pytest.raises(Failure, match="no legacy database") as refused:
        Writer(legacy_dsn).start()
    assert "empty" in refused.value.detail


def wait_for(writer, statements):
    limit = time.monotonic() + 60
    while writer.statements < statements:
        assert time.monotonic() < limit, f"stuck after {writer.statements}: {writer.messages}"
        time.sleep(0.01)
