"""The ten shipped moves, on the generated legacy database with its known defects."""

import pytest

pytestmark = pytest.mark.slow

PRICES = ("stockx_latest_prices", "market_prices", "live_quotes")
TRADE = ("soleflip_inventory", "soleflip_listings", "soleflip_orders")
CATALOGUE = ("stockx_products", "stockx_variants", "alias_products", "soleflip_products")
SOURCES = {
    "stockx_latest_prices": "public.inventory_v4_stockx_market_data",
    "market_prices": "pricing.market_prices",
    "live_quotes": "public.live_quote_indicators",
    "stockx_products": "public.inventory_v4_stockx_products",
    "stockx_variants": "public.inventory_v4_stockx_variants",
    "alias_products": "public.inventory_v4_alias_products",
    "soleflip_products": "products.products",
    "soleflip_inventory": "products.inventory",
    "soleflip_listings": "platforms.stockx_listings",
    "soleflip_orders": "transactions.orders",
}
QUARANTINED = {"stockx_latest_prices": 5, "market_prices": 52, "live_quotes": 2}


def test_every_row_is_moved_merged_or_in_quarantine(whole):
    for name, source in SOURCES.items():
        rows = whole.value(f"select count(*) from {source}")
        found = whole.compare(name)
        assert found[0] == rows
        assert found[1] + found[2] + found[3] == rows
        assert found[3:] == (QUARANTINED.get(name, 0), 0, 0, 0), (name, whole.mismatches(name))
        assert rows > 20


def test_the_reasons_are_those_of_the_defects(whole):
    reasons = whole.rows(
        "select move, regexp_replace(reason, '\\d+(\\.\\d+)?|\"[^\"]*\"', 'X', 'g') as reason,"
        " count(*) from strangler_v2.quarantine group by 1, 2 order by 1, 2"
    )
    assert [tuple(row.values()) for row in reasons] == [
        ("live_quotes", "current_price Infinity is not a price", 1),
        ("live_quotes", "current_price NaN is not a price", 1),
        ("market_prices", "X is not a size of its product", 16),
        ("market_prices", "it has no size", 24),
        ("market_prices", "its bid is more than five times its ask", 6),
        (
            "market_prices",
            "its bid is more than five times its ask; lowest_ask X is not a price",
            6,
        ),
        ("stockx_latest_prices", "lowest_ask -X is not a price", 5),
    ]


def test_money_is_never_changed(whole):
    """Each price of each StockX row stands in cents, exactly, at the time that the row says."""
    unequal = whole.rows(
        """
        select market.stockx_variant_id, amount.price_type, amount.price, target.price_cents
        from public.inventory_v4_stockx_market_data as market
        cross join lateral (
            values
            ('ask', 'standard', market.lowest_ask), ('bid', 'standard', market.highest_bid),
            ('ask', 'flex', market.flex_lowest_ask), ('earn_more', 'standard', market.earn_more),
            ('sell_faster', 'standard', market.sell_faster)
        ) as amount (price_type, channel, price)
        left join integration_v2.product_links as link
            on link.provider = 'stockx'
            and link.provider_variant_id = market.stockx_variant_id::text
        left join integration_v2.price_sources as target
            on target.product_id = link.product_id and target.variant_id = link.variant_id
            and target.source = 'stockx' and target.price_type = amount.price_type
            and target.channel = amount.channel and target.currency = market.currency_code
        where
            not market.lowest_ask < 0
            and (target.price_cents::numeric, target.observed_at)
            is distinct from (amount.price * 100, market.updated_at)
        """
    )
    assert unequal == []


def test_no_price_of_the_history_is_invented(whole):
    """Each one begins when a row of one of the two tables says it."""
    invented = whole.rows(
        """
        with said as (
            select said.*
            from public.inventory_v4_stockx_market_data as market
            cross join lateral strangler_v2.map_stockx_latest_prices(market) as said
            union all
            select said.*
            from pricing.market_prices as daily
            cross join lateral strangler_v2.map_market_prices(daily) as said
        )
        select price.source, history.valid_from, history.price_cents
        from integration_v2.price_history as history
        inner join integration_v2.price_sources as price
            on history.product_id = price.product_id and history.price_source_id = price.id
        left join said
            on price.variant_id = said.variant_id and price.source = said.source
            and price.price_type = said.price_type and price.condition = said.condition
            and price.channel = said.channel and price.currency = said.currency
            and history.valid_from = said.observed_at
            and coalesce(history.price_cents, 0) = coalesce(said.price_cents, 0)
            and said.reject_reason is null
        where said.variant_id is null
        """
    )
    assert invented == []
    assert whole.value("select count(*) from integration_v2.price_history") > 100_000


def test_quotes_are_rounded_to_cents_and_no_more(whole):
    quotes = whole.rows(
        "select current_price, price_cents from public.live_quote_indicators"
        " inner join equities_v2.live_quote_indicators using (symbol)"
    )
    assert len(quotes) == 24
    for quote in quotes:
        assert quote["price_cents"] == round(quote["current_price"] * 100)


def present(site):
    """Return the prices that there are at present."""
    return site.rows(
        "select product_id, id, price_cents, observed_at, origin"
        " from integration_v2.price_sources order by 1, 2"
    )


def test_going_back_and_starting_again_changes_nothing(moved):
    before = present(moved)
    links = moved.rows("select * from integration_v2.product_links order by 1, 2, 3")
    for name in (*CATALOGUE, *PRICES, *TRADE):
        moved.db.execute("select strangler_v2.rollback(%s)", [name])
    for name in (*CATALOGUE, *PRICES, *TRADE):
        moved.start(name)
        moved.backfill(name)
        assert moved.compare(name)[4:] == (0, 0, 0), moved.mismatches(name)
    assert moved.rows("select * from integration_v2.product_links order by 1, 2, 3") == links
    assert present(moved) == before


STOCKX = "public.inventory_v4_stockx_market_data"


def nothing(site):
    """Return how many prices there are none of."""
    return site.value("select count(*) from integration_v2.price_sources where price_cents is null")


@pytest.mark.parametrize("updated_at", ["updated_at", "now()", "'2020-02-02'"])
def test_a_table_that_is_loaded_anew_is_the_same_again(moved, updated_at):
    """Emptied and filled, with the old times, new ones, or times before all that is known."""
    before = moved.compare("stockx_latest_prices"), nothing(moved)
    moved.db.execute(f"create table public.load as select * from {STOCKX}")
    moved.db.execute(f"update public.load set updated_at = {updated_at}")
    with moved.db.transaction():
        moved.db.execute(f"truncate {STOCKX}")
        moved.db.execute(f"insert into {STOCKX} select * from public.load")
    after = moved.compare("stockx_latest_prices"), nothing(moved)
    assert after == before, moved.mismatches("stockx_latest_prices")
    with moved.db.transaction():
        moved.db.execute(f"delete from {STOCKX} where currency_code = 'GBP'")
        moved.db.execute(
            f"insert into {STOCKX} select * from public.load where currency_code = 'GBP'"
        )
    assert (moved.compare("stockx_latest_prices"), nothing(moved)) == before


def test_old_days_that_are_thrown_away_take_no_present_price_with_them(moved):
    before = nothing(moved), present(moved)
    moved.db.execute(
        "delete from pricing.market_prices"
        " where price_date < (select max(price_date) from pricing.market_prices)"
    )
    assert (nothing(moved), present(moved)) == before
    assert moved.compare("market_prices")[4:] == (0, 0, 0)


def test_a_newest_day_that_is_thrown_away_leaves_the_day_before(moved):
    day = moved.value("select max(price_date) from pricing.market_prices")
    gone = moved.db.execute("delete from pricing.market_prices where price_date = %s", [day])
    assert gone.rowcount > 100
    assert moved.compare("market_prices")[4:] == (0, 0, 0), moved.mismatches("market_prices")
    left = moved.rows(
        "select distinct (observed_at at time zone 'UTC')::date as day"
        " from integration_v2.price_sources where origin = 'move:market_prices'"
    )
    assert max(row["day"] for row in left) < day
    moved.db.execute("truncate pricing.market_prices")
    assert moved.compare("market_prices") == (0, 0, 0, 0, 0, 0, 0)
    assert (
        moved.value(
            "select count(*) from integration_v2.price_sources"
            " where origin like '%%market_prices' and price_cents is not null"
        )
        == 0
    )


def test_a_product_that_is_deleted_takes_what_hangs_on_it(moved):
    """Foreign keys of the legacy tables delete its variants and their prices."""
    product = moved.value(
        "select min(stockx_product_id::text) from public.inventory_v4_stockx_products"
    )
    moved.db.execute(
        "delete from public.inventory_v4_stockx_products where stockx_product_id = %s", [product]
    )
    for name in ("stockx_products", "stockx_variants", "stockx_latest_prices"):
        assert moved.compare(name)[4:] == (0, 0, 0), moved.mismatches(name)


def test_a_product_keeps_its_identity_when_its_row_changes(moved):
    """Sizes that are added and taken away belong to one product all the time."""
    before = moved.rows(
        "select provider_product_id, product_id from integration_v2.product_links"
        " where provider = 'alias' and provider_variant_id = '' order by 1"
    )
    products = moved.value("select count(*) from products_v2.products")
    moved.db.execute(
        "update public.inventory_v4_alias_products"
        " set allowed_sizes = allowed_sizes - 0 || '[{\"value\": 19.5}]', updated_at = now()"
    )
    moved.db.execute(
        "update public.inventory_v4_alias_products set allowed_sizes = '[]', sku = sku || 'X'"
    )
    assert moved.compare("alias_products")[4:] == (0, 0, 0), moved.mismatches("alias_products")
    assert before == moved.rows(
        "select provider_product_id, product_id from integration_v2.product_links"
        " where provider = 'alias' and provider_variant_id = '' order by 1"
    )
    assert moved.value("select count(*) from products_v2.products") == products


def test_what_came_too_early_is_written_when_its_time_has_come(defined):
    """A variant whose product is not known yet waits in quarantine, and leaves it by itself."""
    defined.db.execute("delete from integration_v2.product_links where provider = 'stockx'")
    for name in ("stockx_variants", "stockx_latest_prices"):
        if name == "stockx_variants":
            defined.db.execute("select strangler_v2.rollback(%s)", [name])
        defined.start(name)
        defined.backfill(name)
        found = defined.compare(name)
        assert found[3] == found[0]
    defined.db.execute("select strangler_v2.rollback('stockx_products')")
    defined.start("stockx_products")
    defined.backfill("stockx_products")
    for name, left in (("stockx_variants", 0), ("stockx_latest_prices", 5)):
        key, read = None, 0
        while read == 0 or key is not None:
            row = defined.rows(
                "select last_key::text as key, released"
                " from strangler_v2.retry_quarantine(%s, %s::jsonb)",
                name,
                key,
            )[0]
            key, read = row["key"], read + 1
        assert defined.compare(name)[3:] == (left, 0, 0, 0), defined.mismatches(name)


def test_a_legacy_table_can_still_be_altered(moved):
    """Deployments of the old applications go on while it moves."""
    for table in SOURCES.values():
        moved.db.execute(f"alter table {table} add column added_1 text default 'x'")
        moved.db.execute(
            f"alter table {table} add column added_2 timestamptz default clock_timestamp()"
        )
        moved.db.execute(f"alter table {table} drop column added_1")
        moved.db.execute(f"update {table} set added_2 = now()")
    moved.db.execute("alter table pricing.market_prices drop column sales_volume")
    moved.db.execute(
        "alter table pricing.market_prices alter column lowest_ask type numeric(12, 2)"
    )
    moved.db.execute("update pricing.market_prices set lowest_ask = lowest_ask + 1")
    for name in SOURCES:
        assert moved.compare(name)[4:] == (0, 0, 0), moved.mismatches(name)
    assert moved.value("select count(*) from system_v2.logs where component = 'capture'") == 0
