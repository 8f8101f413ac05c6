"""What no row may say is refused by a rule with a name, and what comes near it is not."""

import psycopg
import pytest

from toolkit.project import SCHEMAS

# One row of each, in which all is well; what a rule needs is changed by an update.
ROWS = """
    insert into products.products (id, name, slug) values (md5('shoe')::uuid, 'Shoe', 'shoe');
    insert into core.suppliers (id, name, slug, supplier_type)
    values (md5('shop')::uuid, 'Shop', 'shop', 'retailer');
    insert into core.supplier_accounts (supplier_id, email, payment_method_token)
    values (md5('shop')::uuid, 'a@example.com', 'pm_1234567890');
    insert into products.inventory (product_id, currency) values (md5('shoe')::uuid, 'EUR');
    insert into platforms.listings (product_id, platform_id, currency, price_cents)
    select md5('shoe')::uuid, id, 'EUR', 100 from platforms.platforms where slug = 'stockx';
    insert into transactions.orders (product_id, platform_id, currency, sale_price_cents, sold_at)
    select md5('shoe')::uuid, id, 'EUR', 100, now() from platforms.platforms where slug = 'ebay';
    insert into transactions.payouts (
        platform_id, external_payout_id, currency, net_cents, gross_cents, fees_cents
    )
    select id, 'P-1', 'EUR', 90, 100, 10 from platforms.platforms where slug = 'ebay';
    insert into pricing.price_rules (name, rule_type) values ('Rule', 'markup');
    insert into system.config (key, value) values ('a.b', '1');
    insert into products.gtins (product_id, gtin, source)
    values (md5('shoe')::uuid, '04006381333931', 'stockx');
    insert into integration.market_snapshots (
        product_id, snapshot_at, provider, region, currency, origin, lowest_ask_cents,
        highest_bid_cents
    )
    values (md5('shoe')::uuid, now(), 'stockx', 'global', 'EUR', 'test', 100, 80);
    insert into analytics.demand_forecasts (
        run_id, level, forecast_date, horizon, expected_units, expected_revenue_cents, currency,
        model_name, model_version
    )
    values (md5('run')::uuid, 'total', '2025-01-01', 'daily', 5, 500, 'EUR', 'mean', '1');
"""
CARD = "'4242 4242 4242 4242'"
# Table, what is set, and the rule that refuses it, without the name of the table.
REFUSED = [
    ("core.suppliers", "email = 'nobody'", "email_is_an_address"),
    ("core.suppliers", "country_code = 'Germany'", "country_code_is_a_code"),
    ("core.suppliers", "vat_percent = 101", "vat_percent_is_a_percentage"),
    ("core.suppliers", f"internal_notes = {CARD}", "notes_hold_no_card_number"),
    ("core.suppliers", "encrypted_api_key = 'x'", "api_key_has_a_key_id"),
    ("core.supplier_accounts", "email = 'a@b'", "email_is_an_address"),
    ("core.supplier_accounts", f"payment_method_token = {CARD}", "token_is_no_card_number"),
    ("core.supplier_accounts", "payment_method_last4 = '42'", "last4_is_four_digits"),
    ("core.supplier_accounts", "expiry_month = 1", "expiry_is_whole"),
    ("products.inventory", "quantity = -1", "quantity_is_not_negative"),
    ("products.inventory", "reserved_quantity = 2", "reserved_quantity_is_in_stock"),
    ("products.inventory", "purchase_net_cents = -1", "purchase_net_is_not_negative"),
    ("products.inventory", "purchase_base_cents = 1", "purchase_base_has_a_currency"),
    ("products.inventory", "status = 'lost'", "status_is_known"),
    ("products.inventory", "currency = 'eur'", "currency_is_a_code"),
    ("platforms.listings", "url = 'example.com'", "url_is_an_address"),
    ("platforms.listings", "sold_price_cents = 1", "sold_price_is_of_a_sold_one"),
    ("transactions.orders", "sale_price_cents = 0", "sale_price_is_positive"),
    ("transactions.orders", "net_proceeds_cents = 101", "net_proceeds_are_not_above_the_price"),
    ("transactions.orders", "seller_fee_cents = -1", "fees_are_not_negative"),
    ("transactions.payouts", "net_cents = 91", "net_is_gross_without_fees"),
    ("pricing.price_rules", "effective_until = effective_from", "end_after_they_begin"),
    ("system.config", "value = null", "value_is_plain_or_encrypted"),
    ("system.config", "encrypted_value = 'x', key_id = '1'", "value_is_plain_or_encrypted"),
    ("system.config", "value = null, encrypted_value = 'x'", "encrypted_value_has_a_key_id"),
    ("products.gtins", "gtin = '4006381333931'", "gtin_has_14_digits_and_the_right_last_one"),
    ("products.gtins", "gtin = '04006381333932'", "gtin_has_14_digits_and_the_right_last_one"),
    ("integration.market_snapshots", "lowest_ask_cents = 0", "prices_are_positive"),
    ("integration.market_snapshots", "bid_count = -1", "counts_are_not_negative"),
    (
        "integration.market_snapshots",
        "minimum_price_cents = 2, maximum_price_cents = 1",
        "minimum_is_not_above_the_maximum",
    ),
    ("integration.market_snapshots", "last_sale_base_cents = 1", "base_amounts_have_a_currency"),
    ("analytics.demand_forecasts", "lower_units = 6", "interval_holds_what_is_expected"),
]
# What real data says: mdt health tells of it.
ALLOWED = [
    ("core.suppliers", "website = 'www.example.com', phone = '0170/1234567'"),
    ("products.inventory", "purchase_net_cents = 0, quantity = 0"),
    ("platforms.listings", "expected_profit_cents = -500, price_cents = 0"),
    ("transactions.orders", "net_profit_cents = -500, shipped_at = sold_at - interval '1 day'"),
    ("transactions.orders", "net_proceeds_cents = -20"),
    ("integration.market_snapshots", "highest_bid_cents = 120"),
    ("integration.market_snapshots", "price_premium = -0.4"),
]


@pytest.fixture
def filled(rolled_back):
    rolled_back.execute(ROWS)
    return rolled_back


def test_each_rule_refuses_what_it_says(filled):
    for table, change, rule in REFUSED:
        with pytest.raises(psycopg.errors.CheckViolation) as refused, filled.transaction():
            filled.execute(f"update {table} set {change}")
        expected = f"{table.partition('.')[2]}_{rule}"
        assert refused.value.diag.constraint_name == expected, change


def test_what_real_data_says_is_not_refused(filled):
    for table, change in ALLOWED:
        assert filled.execute(f"update {table} set {change}").rowcount == 1, change
    spread = "select spread_cents, spread_percent from integration.market_snapshots"
    assert filled.execute(spread).fetchone() == (-20, -20)


def test_a_second_listing_of_one_number_is_refused(filled):
    filled.execute("update platforms.listings set external_listing_id = 'L-1'")
    again = """
        insert into platforms.listings (
            product_id, platform_id, currency, price_cents, external_listing_id
        )
        select product_id, platform_id, 'EUR', 1, 'L-1' from platforms.listings
    """
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        filled.execute(again)
    assert refused.value.diag.constraint_name == "listings_platform_id_external_listing_id_key"


def test_no_check_depends_on_the_clock(filled):
    volatile = filled.execute(
        """
        select rule.conname
        from pg_constraint as rule
        inner join pg_depend as needs
            on rule.oid = needs.objid and needs.classid = 'pg_constraint'::regclass
        inner join pg_proc as function
            on needs.refobjid = function.oid and needs.refclassid = 'pg_proc'::regclass
        where rule.contype = 'c' and function.provolatile <> 'i'
        """
    ).fetchall()
    assert volatile == []
    # What the server brings is not in pg_depend.
    spelled = filled.execute(
        r"""
        select conname from pg_constraint
        where
            contype = 'c'
            and connamespace = any(%s::text[]::regnamespace[])
            and pg_get_constraintdef(oid) ~* '(now\(|current_|clock_|random|timeofday)'
        """,
        [list(SCHEMAS)],
    ).fetchall()
    assert spelled == []
