"""The legacy database: its rows, its defects, and what it refuses to be built into."""

from decimal import Decimal

import psycopg
import pytest
from psycopg import sql

from toolkit.demo import legacy
from toolkit.errors import Failure

COUNTS = {
    "analytics.marketplace_data": 240,
    "core.brands": 6,
    "integration.awin_products": 300,
    "integration.market_prices": 38,
    "integration.price_sources": 6609,
    "platforms.stockx_listings": 60,
    "pricing.market_prices": 112 * 30 * 2 * 7 + 40,
    "pricing.price_history": 112 * 2 * 7,
    "products.inventory": 240,
    "products.products": 112,
    "products.sizes": 91,
    "public.Inventory": 150,
    "public.api_call_queue_v2": 240,
    "public.data_type_registry_v2": 15,
    "public.feature_flags": 5,
    "public.fx_rates": 732,
    "public.inventory_v4_alias_market_data": 6720,
    "public.inventory_v4_alias_price_history": 112 * 30 * 7,
    "public.inventory_v4_alias_products": 112,
    "public.inventory_v4_alias_sales_history": 4500,
    "public.inventory_v4_alias_variants": 6720,
    "public.inventory_v4_stockx_market_data": 3360 + 360,
    "public.inventory_v4_stockx_price_history": 112 * 30 * 7,
    "public.inventory_v4_stockx_products": 112,
    "public.inventory_v4_stockx_variants": 3360,
    "public.inventory_v4_style_catalog": 112,
    "public.listed_symbols": 30,
    "public.live_quote_indicators": 26,
    "public.market_prices": 1212,
    "public.master_market_data": 6729,
    "public.product_catalog": 72,
    "public.product_variants": 3360,
    "public.products": 112,
    "public.profiles": 24,
    "public.size_conversions": 90,
    "public.stockx_market_prices": 2407,
    "public.stockx_market_snapshots": 3600,
    "public.stockx_products": 60,
    "public.stockx_sales": 2000,
    "public.stockx_variants": 1800,
    "public.supported_symbols": 24,
    "system.logs": 500,
    "transactions.orders": 30,
}

DIGESTS = """
    select
        (select md5(string_agg(concat_ws('|', product_id, platform_name, size_value, price_date,
            lowest_ask, highest_bid, last_sale), ';' order by product_id, platform_name,
            size_value, price_date, lowest_ask)) from pricing.market_prices),
        (select md5(string_agg(market::text, ';' order by stockx_variant_id, currency_code))
            from public.inventory_v4_stockx_market_data as market),
        (select md5(string_agg(concat_ws('|', alias_variant_id, lowest_ask, recorded_at), ';'
            order by id)) from public.inventory_v4_alias_price_history),
        (select md5(string_agg(concat_ws('|', id, sku, size, size_uk), ';' order by id))
            from public."Inventory"),
        (select md5(string_agg(concat_ws('|', product_id, size_id, source_type, price_cents), ';'
            order by product_id, size_id, source_type, source_product_id))
            from integration.price_sources)
"""


def one(connection, query, *values):
    return connection.execute(query, values or None).fetchone()[0]


def test_rows_are_as_documented(legacy_template, legacy_db):
    counts = legacy_template[1]
    assert {name: counts.get(name) for name in COUNTS} == COUNTS
    for name, count in counts.items():
        table = sql.Identifier(*name.split(".", 1))
        there = one(legacy_db, sql.SQL("select count(*) from {}").format(table))
        assert there == count > 0, name


def test_every_price_of_the_recording_arrived_in_the_unit_of_its_table(legacy_db, generated):
    for product_id, markets in list(generated.stockx_market_data.items())[:20]:
        style = generated.stockx_product(product_id)["styleId"]
        for variant in generated.stockx_variants[product_id]:
            market = markets[variant["variantId"]]
            ask = market["lowestAskAmount"]
            stored = one(
                legacy_db,
                "select lowest_ask from public.inventory_v4_stockx_market_data"
                " where stockx_variant_id = %s and currency_code = 'GBP'",
                market["variantId"],
            )
            assert stored in (Decimal(ask) if ask else None, -1)
            cents = legacy_db.execute(
                "select price_cents, currency from integration.price_sources as source"
                " inner join products.products as product on source.product_id = product.id"
                " inner join products.sizes as size on source.size_id = size.id"
                " where source_type = 'stockx' and product.sku = %s and size.value = %s",
                [style, variant["variantValue"]],
            ).fetchone()
            assert cents == ((int(ask) * 100, "GBP") if ask else None)
    for item in generated.alias_items[:20]:
        for row in generated.alias_availabilities[item["catalog_id"]]:
            if row["product_condition"].endswith("NEW") and row["packaging_condition"].endswith(
                "GOOD_CONDITION"
            ):
                stored = one(
                    legacy_db,
                    "select lowest_ask from public.inventory_v4_alias_market_data"
                    " inner join public.inventory_v4_alias_variants as variant"
                    " on alias_variant_id = variant.id"
                    " where alias_catalog_id = %s and size_value = %s and consigned = %s",
                    item["catalog_id"],
                    row["size"],
                    row["consigned"],
                )
                cents = int(row["availability"]["lowest_listing_price_cents"])
                assert stored == (Decimal(cents) / 100 if cents else None)


def test_daily_prices_are_pounds_or_dollars_without_saying_so(legacy_db, generated):
    wanted = {
        (row["style_id"], row["platform"], row["size"], row["date"]): row["last_sale"]
        for row in generated.daily_prices
    }
    there = {
        (sku, platform, size, str(day)): None if last is None else int(last)
        for sku, platform, size, day, last in legacy_db.execute(
            "select sku, platform_name, size_value, price_date, last_sale"
            " from pricing.market_prices"
            " inner join products.products on product_id = products.id"
            " where size_value ~ '^[0-9.]+[WY]?$'"
        )
    }
    assert there == wanted
    columns = legacy_db.execute(
        "select column_name from information_schema.columns"
        " where table_schema = 'pricing' and table_name = 'market_prices'"
    ).fetchall()
    assert ("currency",) not in columns


def test_each_alias_sale_is_there_three_times_and_differs_in_recorded_at_only(legacy_db):
    groups = legacy_db.execute(
        "select count(*), count(distinct recorded_at)"
        " from public.inventory_v4_alias_sales_history"
        " group by alias_catalog_id, size_value, price, purchased_at, consigned, region_id,"
        " currency_code"
    ).fetchall()
    assert groups == [(3, 3)] * 1500


def test_rows_that_no_move_can_map_are_as_many_as_documented(legacy_db):
    negative = one(
        legacy_db,
        "select count(*) from public.inventory_v4_stockx_market_data"
        " where lowest_ask < 0 or highest_bid < 0",
    )
    sizeless = legacy_db.execute(
        "select count(*) filter (where size_value is null), count(size_value)"
        " from pricing.market_prices where (size_value ~ '^[0-9.]+[WY]?$') is not true"
    ).fetchone()
    impossible = legacy_db.execute(
        "select count(*) filter (where lowest_ask = 0),"
        " count(*) filter (where highest_bid > 5 * lowest_ask and lowest_ask > 0)"
        " from pricing.market_prices where size_value ~ '^[0-9.]+[WY]?$'"
    ).fetchone()
    floats = legacy_db.execute(
        "select current_price::text from public.live_quote_indicators"
        " where current_price in ('NaN', 'Infinity', '-Infinity') order by 1"
    ).fetchall()
    assert (negative, sizeless, impossible) == (5, (20, 20), (6, 6))
    assert floats == [("Infinity",), ("NaN",)]
    assert {
        "public.inventory_v4_stockx_market_data": negative,
        "pricing.market_prices": sum(sizeless) + sum(impossible),
        "public.live_quote_indicators": len(floats),
    } == legacy.UNMAPPABLE
    newest = "select max(price_date) from pricing.market_prices"
    assert not one(
        legacy_db,
        "select count(*) from pricing.market_prices where price_date = "
        f"({newest}) and (lowest_ask = 0 or highest_bid > 5 * lowest_ask)",
    )


def test_orphans_are_as_many_as_documented(legacy_db):
    orphans = {
        table: one(
            legacy_db,
            sql.SQL(
                "select count(*) from public.{} as price where not exists"
                " (select from public.products where products.sku = price.sku)"
            ).format(sql.Identifier(table)),
        )
        for table in ("market_prices", "stockx_market_prices", "master_market_data")
    }
    assert orphans == {"market_prices": 12, "stockx_market_prices": 7, "master_market_data": 9}
    assert one(legacy_db, "select count(*) from public.market_prices where size_uk is null") == 25


def test_no_size_was_ever_standardized(legacy_db):
    values = legacy_db.execute(
        "select region, count(*), count(standardized_value) from products.sizes group by region"
    ).fetchall()
    assert sorted(values) == [("EU", 20, 0), ("US", 71, 0)]
    labels = legacy_db.execute("select value from products.sizes where region = 'US'").fetchall()
    assert {("9",), ("7.5W",), ("7.5",), ("3.5Y",)} <= set(labels)


def test_the_first_price_of_a_source_is_not_in_its_history(legacy_db):
    sources, recorded = (
        one(legacy_db, f"select count(*) from integration.{table}")
        for table in ("price_sources", "price_history")
    )
    assert 0 < recorded < sources
    assert not one(
        legacy_db,
        "select count(*) from integration.price_history as history"
        " inner join integration.price_sources as source on price_source_id = source.id"
        " where history.price_cents <> source.price_cents",
    )
    legacy_db.execute(
        "insert into integration.price_sources"
        " (product_id, source_type, source_product_id, price_type, price_cents)"
        " select id, 'klekt', 'k-1', 'resale', 12000 from products.products limit 1"
    )
    changes = "select array_agg(history.price_cents order by recorded_at, history.id)"
    changes += " from integration.price_history as history inner join integration.price_sources"
    changes += " as source on price_source_id = source.id where source_product_id = 'k-1'"
    assert one(legacy_db, changes) is None
    legacy_db.execute(
        "update integration.price_sources set price_cents = 12500 where source_product_id = 'k-1'"
    )
    assert one(legacy_db, changes) == [12500]


def test_three_tables_are_called_market_prices(legacy_db):
    schemas = legacy_db.execute(
        "select relnamespace::regnamespace::text from pg_class"
        " where relname = 'market_prices' and relkind = 'r' order by 1"
    ).fetchall()
    assert schemas == [("integration",), ("pricing",), ("public",)]


def test_one_idea_has_many_types(legacy_db):
    types = legacy_db.execute(
        "select table_schema || '.' || table_name || '.' || column_name, data_type"
        " from information_schema.columns where (table_name, column_name) in"
        " (('live_quote_indicators', 'current_price'), ('price_sources', 'price_cents'),"
        "  ('inventory_v4_stockx_market_data', 'lowest_ask'), ('stockx_market_prices', 'size'),"
        "  ('inventory_v4_alias_variants', 'size_value'),"
        "  ('live_quote_indicators', 'api_timestamp'))"
    ).fetchall()
    assert dict(types) == {
        "public.live_quote_indicators.current_price": "double precision",
        "public.live_quote_indicators.api_timestamp": "bigint",
        "integration.price_sources.price_cents": "integer",
        "public.inventory_v4_stockx_market_data.lowest_ask": "numeric",
        "public.stockx_market_prices.size": "text",
        "public.inventory_v4_alias_variants.size_value": "numeric",
    }


def test_the_queue_is_partitioned_by_status(legacy_db):
    partitions = legacy_db.execute(
        "select inhrelid::regclass::text, reltuples::int from pg_inherits"
        " inner join pg_class on pg_class.oid = inhrelid"
        " where inhparent = 'public.api_call_queue_v2'::regclass order by 1"
    ).fetchall()
    assert [name for name, _ in partitions] == [
        f"api_call_queue_v2_{state}" for state in ("completed", "failed", "pending", "processing")
    ]
    assert all(rows > 0 for _, rows in partitions), "statistics are fresh"


def test_login_service_stays_out_of_it(legacy_db):
    assert one(legacy_db, "select to_regnamespace('auth')") is None


def test_rebuilding_replaces_and_repeats(legacy_template, legacy_db, generated):
    before = legacy_db.execute(DIGESTS).fetchone()
    legacy_db.execute("delete from pricing.market_prices")
    steps = []
    counts = legacy.build(legacy_db, generated, steps.append)
    assert counts == legacy_template[1]
    assert legacy_db.execute(DIGESTS).fetchone() == before
    assert steps[0] == "dropping the older demo"
    assert len(steps) == 8


def test_somebody_elses_database_is_refused_and_left_alone(empty_db, generated):
    empty_db.execute("create schema shop")
    empty_db.execute("create table shop.orders (id int)")
    with pytest.raises(Failure, match="the database is not empty: it has 1 table") as refused:
        legacy.build(empty_db, generated)
    assert "shop.orders" in refused.value.detail
    assert "createdb" in refused.value.hint
    assert not legacy.is_demo(empty_db)
    assert one(empty_db, "select to_regnamespace('pricing')") is None


def test_a_demo_that_was_worked_on_is_refused(legacy_db, generated):
    assert legacy.is_demo(legacy_db)
    legacy_db.execute("create table public.mine (id int)")
    with pytest.raises(Failure, match="worked on since it was built") as refused:
        legacy.build(legacy_db, generated)
    assert "public.mine" in refused.value.detail
    legacy_db.execute("drop table public.mine")
    legacy_db.execute(
        "create function public.mine(integration.source_type_enum) returns int"
        " language sql as 'select 1'"
    )
    with pytest.raises(Failure, match="worked on since it was built") as refused:
        legacy.build(legacy_db, generated)
    assert "mine" in refused.value.detail
    assert one(legacy_db, "select count(*) from pricing.market_prices") == 47080


def test_a_table_that_became_a_view_counts_as_work(legacy_db, generated):
    legacy_db.execute("alter table public.stockx_sales rename to fx_rates_old")
    legacy_db.execute("create view public.stockx_sales as select * from public.fx_rates_old")
    with pytest.raises(Failure, match="worked on since it was built"):
        legacy.build(legacy_db, generated)


def test_a_build_that_fails_leaves_nothing(empty_db, generated):
    broken = [generated.stockx_products[0] | {"title": None}, *generated.stockx_products[1:]]
    recording = type(generated)(**{**vars(generated), "stockx_products": broken})
    with pytest.raises(psycopg.errors.NotNullViolation):
        legacy.build(empty_db, recording)
    assert one(empty_db, "select to_regclass('public.products')") is None
    assert legacy.build(empty_db, generated)["public.products"] == 112


def test_a_build_does_not_depend_on_the_session(legacy_db, empty_db, generated):
    empty_db.execute("set time zone 'Asia/Tokyo'")
    empty_db.execute("set datestyle = 'German'")
    empty_db.execute("set search_path = ''")
    legacy.build(empty_db, generated)
    for connection in (empty_db, legacy_db):
        connection.execute("set time zone 'UTC'")
        connection.execute("set datestyle = 'ISO'")
    assert empty_db.execute(DIGESTS).fetchone() == legacy_db.execute(DIGESTS).fetchone()


def test_recorded_answers_fill_the_same_tables(empty_db, recorded):
    counts = legacy.build(empty_db, recorded)
    wanted = {
        "public.stockx_sales": 99_956,
        "public.inventory_v4_stockx_products": 236,
        "public.inventory_v4_stockx_variants": 1145,
        "public.inventory_v4_alias_products": 149,
        "public.inventory_v4_alias_sales_history": 30,
        "integration.awin_products": 1150,
        "public.live_quote_indicators": 3,
        "pricing.market_prices": 738 + 40,
        "public.data_type_registry_v2": 15,
    }
    assert {name: counts[name] for name in wanted} == wanted
    assert set(counts) == set(COUNTS) | {
        "core.categories",
        "core.platforms",
        "core.suppliers",
        "integration.price_history",
        "system.config",
    }
    sales = empty_db.execute(
        "select min(sale_price), max(sale_price), min(sold_at)::date::text,"
        " max(sold_at)::date::text, count(distinct sku), count(distinct size)"
        " from public.stockx_sales"
    ).fetchone()
    assert sales == (186, 4050, "2017-09-01", "2019-02-13", 50, 26)
    unmappable = empty_db.execute(
        "select (select count(*) from public.inventory_v4_stockx_market_data"
        " where lowest_ask < 0), (select count(*) from pricing.market_prices"
        " where (size_value ~ '^[0-9.]+[WY]?$') is not true or lowest_ask = 0"
        " or highest_bid > 5 * lowest_ask), (select count(*) from"
        " public.live_quote_indicators where not current_price < 'Infinity')"
    ).fetchone()
    assert unmappable == tuple(legacy.UNMAPPABLE.values())
