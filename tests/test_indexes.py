"""The indexes of an installation: none twice, none missing, and each asked for by a query."""

import json

import pytest

from toolkit import checks
from toolkit.project import files_root

WANTED = ("duplicate_index", "redundant_index", "foreign_key_without_index", "invalid_index")

# What is asked of the tables of stock, selling and barcodes, and which index answers.
QUERIES = {
    "gtins_gtin_product_id_variant_id_key": """
        select product_id, variant_id from products.gtins where gtin = '00198488724133'
    """,
    "products_style_code_idx": "select id from products.products where style_code = 'DD1391-100'",
    "inventory_product_id_variant_id_status_idx": """
        select id from products.inventory
        where product_id = md5('a')::uuid and variant_id = md5('b')::uuid
        and status in ('in_stock', 'sold')
    """,
    "inventory_status_idx": """
        select id from products.inventory where status = 'need_shipping'
    """,
    "listings_platform_id_external_listing_id_key": """
        select id from platforms.listings
        where platform_id = md5('a')::uuid and external_listing_id = 'L-1'
    """,
    "listings_platform_id_status_idx": """
        select id from platforms.listings where platform_id = md5('a')::uuid and status = 'active'
    """,
    "orders_platform_id_sold_at_idx": """
        select id from transactions.orders where platform_id = md5('a')::uuid
        and sold_at >= '2025-03-01' and sold_at < '2025-04-01' order by sold_at desc limit 50
    """,
    "orders_product_id_variant_id_sold_at_idx": """
        select id from transactions.orders
        where product_id = md5('a')::uuid and variant_id = md5('b')::uuid
        and sold_at >= '2025-01-01' and sold_at < '2026-01-01' order by sold_at desc limit 1
    """,
    "alerts_open_key": """
        select id from system.alerts
        where source = 'HLT101' and subject = 'x' and resolved_at is null
    """,
    "fundamentals_data_type_observed_at_idx": """
        select subject from equities.fundamentals
        where data_type = 'ratios-ttm' order by observed_at desc limit 10
    """,
}
# ANALYZE of an empty table makes all its indexes cost the same, and is not rolled back with what
# another test did around it; so the tables are taken for new, and the one whose indexes begin with
# the same column has rows.
AS_NEW = """
    update pg_catalog.pg_class set relpages = 0, reltuples = -1
    where relkind in ('r', 'p', 'i', 'I') and relnamespace >= 16384;

    set local session_replication_role = replica;

    insert into platforms.listings (
        platform_id, external_listing_id, product_id, currency, price_cents
    )
    select md5('a')::uuid, 'L-' || number, md5('p')::uuid, 'USD', 10000
    from generate_series(1, 4000) as listing (number);
"""
# A partition's index is named by the server; its parent tells which it belongs to.
USED = """
    with recursive plan (node) as (
        select %s::jsonb -> 0 -> 'Plan'
        union all
        select part.node
        from plan
        cross join lateral jsonb_array_elements(plan.node -> 'Plans') as part (node)
    )
    select coalesce(parent.inhparent::regclass, index.oid::regclass)::text
    from plan
    inner join pg_class as index on index.relname = plan.node ->> 'Index Name'
    left join pg_inherits as parent on index.oid = parent.inhrelid
"""


def test_the_audit_finds_nothing_about_the_indexes_of_an_installation(rolled_back):
    known = {check.name: check for check in checks.load(files_root() / "checks" / "audit")}
    outcomes = checks.run(rolled_back, [known[name] for name in WANTED]).outcomes
    assert [outcome.status for outcome in outcomes] == ["passed"] * len(WANTED), [
        finding.subject for outcome in outcomes for finding in outcome.findings
    ]


@pytest.mark.parametrize("index", sorted(QUERIES))
def test_a_query_is_answered_from_its_index(rolled_back, index):
    rolled_back.execute(AS_NEW)
    rolled_back.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
    [plan] = rolled_back.execute(f"explain (format json) {QUERIES[index]}").fetchone()
    used = {name.rpartition(".")[2] for (name,) in rolled_back.execute(USED, [json.dumps(plan)])}
    assert used == {index}


def test_the_partitions_of_a_month_are_the_only_ones_that_are_read(rolled_back):
    query = "explain (costs off) " + QUERIES["orders_platform_id_sold_at_idx"]
    plan = "\n".join(row[0] for row in rolled_back.execute(query))
    assert "orders_p2025" in plan.replace("_01_01", "")
    assert "orders_p2024" not in plan
    assert "orders_p2026" not in plan
