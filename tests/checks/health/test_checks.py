"""Each check of checks/health: one finding in an installation that is well but for that."""

from dataclasses import dataclass

import pytest

from toolkit import checks
from toolkit.project import files_root

FOLDER = files_root() / "checks" / "health"
CHECKS = {check.name: check for check in checks.load(FOLDER)}


@dataclass(frozen=True)
class Case:
    """What goes wrong, what is found then, and what mends it.

    found: {subject: (severity, words of the detail)}.
    """

    breaks: str
    found: dict[str, tuple[str, str]]
    mends: str


# A job of StockX; more columns and values go into the braces.
JOB = """
    insert into sync.api_call_queue (data_type, subject{columns})
    values ('stockx-market-data', 'p'{values});
"""
PRODUCT = """
    insert into products.products (name, slug) values ('Shoe', 'a-shoe');
    insert into integration.product_links (
        provider, provider_product_id, product_id, match_method, observed_at, origin
    )
    select 'stockx', 'p', id, 'new', now(), 'test' from products.products;
"""
MOVE = """
    insert into strangler.moves (
        name, source_system, description, source_table, source_key, source_group, target_table,
        target_key, target_values, map_function, write_function, withdraw_function
    )
    values (
        'prices', 'old', '', 'public.prices', '{id}', '{id}', 'integration.price_sources',
        '{id}', '{price_cents}', 'f', 'f', 'f'
    );
"""

# A shoe that was bought, listed and sold, in which all is well.
TRADE = """
    insert into products.products (id, name, slug, release_date)
    values ('00000000-0000-0000-0000-000000000001', 'Shoe', 'shoe', '2020-01-01');
    insert into products.inventory (
        id, product_id, currency, purchase_net_cents, purchased_at, status
    )
    select md5('piece')::uuid, id, 'EUR', 10000, '2021-01-01', 'sold' from products.products;
    insert into platforms.listings (
        id, product_id, platform_id, inventory_id, external_listing_id, currency, price_cents,
        cost_cents, status
    )
    select
        md5('listing')::uuid, piece.product_id, platform.id, piece.id, 'L-1', 'EUR', 15000, 10000,
        'sold'
    from products.inventory as piece
    inner join platforms.platforms as platform on platform.slug = 'stockx';
    insert into transactions.orders (
        product_id, platform_id, listing_id, inventory_id, external_order_id, currency,
        sale_price_cents, seller_fee_cents, net_proceeds_cents, cost_cents, gross_profit_cents,
        net_profit_cents, sold_at, shipped_at, delivered_at, completed_at, status
    )
    select
        product_id, platform_id, id, inventory_id, 'O-1', 'EUR', 15000, 1500, 13000, 10000, 5000,
        3000, '2021-02-01', '2021-02-02', '2021-02-03', '2021-02-04', 'completed'
    from platforms.listings;
"""


def comparison(missing, different, extra):
    return f"""
        insert into strangler.comparisons (
            move, source_rows, moved, merged, quarantined, missing, different, extra, duration_ms
        )
        values ('prices', 10, {10 - missing}, 0, {missing}, {missing}, {different}, {extra}, 1);
        -- Ids are in order of time, of milliseconds.
        select pg_sleep(0.002);
    """


CASES = {
    "barcode_of_several_products": Case(
        breaks="""
            insert into products.products (name, slug) values ('Shoe', 'a'), ('Same shoe', 'b');
            insert into products.gtins (product_id, gtin, source)
            select id, '04006381333931', 'stockx' from products.products;
            insert into products.gtins (product_id, gtin, source)
            select id, '00000096385074', 'stockx' from products.products where slug = 'a';
        """,
        found={"04006381333931": ("info", "Same shoe; Shoe")},
        mends="delete from products.products where slug = 'b';",
    ),
    "bid_above_ask": Case(
        breaks=TRADE
        + """
            insert into products.sizes (category_id, region, gender, label)
            select id, 'US', 'men', '9' from core.categories where slug = 'sneakers';
            insert into products.variants (product_id, size_id)
            select product.id, size.id from products.products as product, products.sizes as size;
            insert into integration.price_sources (
                product_id, variant_id, source, price_type, condition, region, channel, currency,
                price_cents, observed_at, origin
            )
            select
                variant.product_id, variant.id, 'stockx', price.type, 'new', 'global', 'standard',
                price.currency, price.cents, now(), 'test'
            from products.variants as variant
            cross join (
                values ('ask', 'GBP', 100), ('bid', 'GBP', 120), ('bid', 'EUR', 900)
            ) as price (type, currency, cents);
        """,
        found={"stockx": ("info", "1 sizes, the widest: Shoe, bid 120 cents, ask 100 cents")},
        mends="update integration.price_sources set price_cents = 120 where price_type = 'ask';",
    ),
    "capture_failed": Case(
        breaks="""
            insert into system.logs (level, component, message, details)
            select 'error', 'capture', 'capture of move prices failed',
            '{"message": "division by zero"}' from generate_series(1, 3);
            insert into system.logs (level, component, message)
            values ('info', 'capture', 'all is well'), ('error', 'others', 'not ours');
        """,
        found={"capture of move prices failed": ("error", "3 times, last: division by zero")},
        mends="update system.logs set logged_at = logged_at - interval '25 hours';",
    ),
    "cron_job_failed": Case(
        breaks="""
            insert into sync.cron_runs (job_name, started_at, finished_at, caller, error)
            values ('queue_stale', now() + interval '1 s', now() + interval '1 s', 'pg_cron',
            'division by zero');
        """,
        found={"queue_stale": ("error", "pg_cron: division by zero")},
        mends="""
            insert into sync.cron_runs (job_name, started_at, finished_at, caller)
            values ('queue_stale', now() + interval '2 s', now() + interval '2 s', 'hand');
        """,
    ),
    "cron_job_silent": Case(
        breaks="""
            update sync.cron_runs set
            started_at = started_at - interval '30 days',
            finished_at = finished_at - interval '30 days'
            where job_name = 'queue_stale';
        """,
        found={"queue_stale": ("error", "last success 20")},
        mends="""
            insert into sync.cron_runs (job_name, started_at, finished_at, caller)
            values ('queue_stale', now(), now(), 'hand');
        """,
    ),
    "jobs_given_up": Case(
        breaks=JOB.format(
            columns=", state, finished_at, error", values=", 'dead', now(), 'HTTP 404'"
        ),
        found={
            "stockx-market-data": ("error", "1 given up, 0.0 % succeeded, last error: HTTP 404")
        },
        mends="update sync.api_call_queue set finished_at = now() - interval '25 hours';",
    ),
    "move_not_clean": Case(
        breaks=MOVE + comparison(0, 0, 0) + comparison(2, 1, 0),
        found={"prices": ("error", "2 missing, 1 different, 0 extra")},
        mends=comparison(0, 0, 0),
    ),
    "multipliers_overlap": Case(
        breaks="""
            insert into core.brands (name, slug) values ('Some Brand', 'some-brand');
            insert into pricing.brand_multipliers
            (brand_id, multiplier_type, multiplier, effective_from_date)
            select id, kind, 1.1, first::date from core.brands
            cross join (
                values ('premium', '2025-01-01'), ('premium', '2025-06-01'), ('sale', '2025-01-01')
            ) as multiplier (kind, first)
            where slug = 'some-brand';
        """,
        found={"some-brand premium": ("warning", "from 2025-01-01 and from 2025-06-01")},
        mends="""
            update pricing.brand_multipliers set effective_until_date = '2025-05-31'
            where effective_from_date = '2025-01-01';
        """,
    ),
    "order_does_not_add_up": Case(
        breaks=TRADE + "update transactions.orders set net_profit_cents = 5000;",
        found={
            "stockx: net profit is not net proceeds less cost": (
                "warning",
                "1 orders, the latest O-1",
            )
        },
        mends="update transactions.orders set net_profit_cents = 3000;",
    ),
    "order_out_of_time": Case(
        breaks=TRADE + "update transactions.orders set shipped_at = '2021-01-31';",
        found={"stockx: shipped before it was sold": ("warning", "1 orders, the latest O-1")},
        mends="update transactions.orders set shipped_at = null;",
    ),
    "order_recorded_twice": Case(
        breaks=TRADE
        + """
            insert into transactions.orders (
                product_id, platform_id, external_order_id, currency, sale_price_cents, sold_at,
                status
            )
            select product_id, platform_id, 'O-1', 'EUR', 15000, '2022-02-01', 'cancelled'
            from transactions.orders;
        """,
        found={"stockx O-1": ("error", "sold at 2021-02-01")},
        mends="delete from transactions.orders where sold_at > '2022-01-01';",
    ),
    "order_without_inventory": Case(
        breaks=TRADE + "update transactions.orders set inventory_id = null;",
        found={"stockx": ("info", "1 of 1 orders")},
        mends="select transactions.backfill_inventory();",
    ),
    "product_not_covered": Case(
        breaks=PRODUCT
        + """
            insert into sync.subjects (data_type, subject, product_id)
            select 'stockx-market-data', 'p', id from products.products;
        """,
        found={"stockx": ("error", "0 of 1 products fetched")},
        mends="update sync.subjects set fetched_at = now();",
    ),
    "queue_not_worked": Case(
        breaks=JOB.format(columns=", run_at", values=", now() - interval '61 minutes'"),
        found={"stockx-market-data": ("error", "1 waiting, the oldest for 01:01:00")},
        mends="update sync.api_call_queue set run_at = now() - interval '59 minutes';",
    ),
    "access_drift": Case(
        breaks="""
            grant select on products.inventory to mdt_readonly;
            revoke select on core.brands from mdt_app;
            drop policy own_rows_of_app on platforms.listings;
        """,
        found={
            "mdt_readonly": ("warning", "revoke select"),
            "mdt_app": ("warning", "grant select"),
            "platforms.listings": ("warning", "policy own_rows_of_app"),
        },
        mends="select system.refresh_access();",
    ),
    "quota_nearly_used": Case(
        breaks="""
            delete from sync.provider_quotas;
            insert into sync.provider_quotas values ('fmp', '1 minute', 10), ('fmp', '1 day', 100);
            insert into sync.api_data_usage (provider, used_at, calls) values ('fmp', now(), 9);
        """,
        found={"fmp per 00:01:00": ("warning", "9 of 10 calls used")},
        mends="update sync.api_data_usage set used_at = now() - interval '2 minutes';",
    ),
    "rejected_payload": Case(
        breaks="""
            select integration.ingest('fmp', 'quote', '[{"symbol": "A"}, {"symbol": "B"}]');
        """,
        found={"fmp quote": ("info", "2 items in the last day, for example $[")},
        mends="""
            update integration.rejected_payloads set rejected_at = now() - interval '25 hours';
        """,
    ),
    "row_in_default_partition": Case(
        breaks="insert into system.logs (level, component, message, logged_at) values"
        " ('info', 'test', 'from long ago', '1999-01-01');",
        found={"system.logs": ("warning", "1 rows")},
        mends="select system.maintain_partitions();",
    ),
    "missing_partition": Case(
        breaks="""
            do $$
            declare
                v_partition regclass;
            begin
                for v_partition in
                    select partition from system.partitions
                    where
                        (parent = 'system.logs'::regclass and starts_at > now())
                        or (
                            parent = 'sync.api_data_usage'::regclass
                            and is_default
                        )
                loop
                    execute format('drop table %s', v_partition);
                end loop;
            end $$;
        """,
        found={
            "system.logs": ("warning", "3 missing, the first from "),
            "sync.api_data_usage": ("warning", "it has no default partition"),
        },
        mends="""
            create table sync.api_data_usage_default partition of sync.api_data_usage default;
            select system.maintain_partitions();
        """,
    ),
    "retention_not_effective": Case(
        breaks="""
            select system.partition_by_time(
                'sync.api_data_usage', 'used_at', 'daily', p_retention => '36 hours'
            );
        """,
        found={"sync.api_data_usage": ("warning", ", to be kept for 36:00:00; the oldest ends ")},
        mends="select system.maintain_partitions();",
    ),
    "sale_before_release": Case(
        breaks=TRADE + "update products.products set release_date = '2023-01-01';",
        found={
            "own orders": (
                "info",
                "1 sales, for example Shoe, sold 2021-02-01, released 2023-01-01",
            )
        },
        mends="update products.products set release_date = '2021-12-01';",
    ),
    "size_not_standardised": Case(
        breaks="""
            insert into core.brands (name, slug) values ('Salomon', 'salomon');
            select integration.record_catalogue(
                array_agg(
                    jsonb_populate_record(
                        null::integration.catalogue_entry,
                        jsonb_build_object(
                            'provider', 'stockx', 'provider_product_id', product,
                            'provider_variant_id', coalesce(product || label, ''),
                            'brand', 'Salomon', 'title', product, 'gender', 'men',
                            'size_region', 'EU', 'size_label', label, 'observed_at', now(),
                            'origin', 'test'
                        )
                    )
                )
            )
            from (values ('a'), ('b')) as shoe (product)
            cross join (values (null), ('42.5'), ('43 1/3'), ('XL')) as size (label)
            where product = 'a' or label is null or label = '43 1/3';
        """,
        found={
            "stockx, Salomon": ("info", "3 variants in 2 sizes: men EU 43 1/3, men XL"),
        },
        mends="""
            insert into products.size_conversions
            (brand_id, gender, region, label, standardized_value, source)
            select id, 'men', 'EU', label, value, 'test' from core.brands
            cross join (values ('42.5', 42.5), ('43 1/3', 43.3)) as pair (label, value)
            where slug = 'salomon';
            select products.restandardize_sizes();
            delete from integration.product_links where size_label = 'XL';
        """,
    ),
    "sold_below_cost": Case(
        breaks=TRADE
        + """
            update transactions.orders set cost_cents = 13500, gross_profit_cents = 1500,
            net_profit_cents = -500;
        """,
        found={"stockx orders": ("info", "1, the latest O-1 at -500 cents")},
        mends="update transactions.orders set status = 'returned';",
    ),
    "deletion_request_overdue": Case(
        breaks="""
            insert into auth.users (email) values ('a@example.com');
            insert into auth.deletion_requests (id, user_id, requested_at, due_at)
            select '00000000-0000-4000-8000-000000000001', id, now() - interval '31 days',
            now() - interval '1 day'
            from auth.users;
        """,
        found={"00000000-0000-4000-8000-000000000001": ("error", "not tried")},
        mends="select auth.process_deletion_requests();",
    ),
    "retention_overdue": Case(
        breaks="""
            insert into system.alerts (
                source, subject, severity, message, opened_at, seen_at, resolved_at
            )
            select 'test', 'it', 'warning', 'text', at, at, at + days * interval '1 day'
            from (values (now() - interval '370 days')) as moment (at),
            generate_series(1, 10) as days;
        """,
        found={"resolved_alerts": ("warning", "3 rows of system.alerts")},
        mends="select system.apply_retention();",
    ),
    "stale_data_type": Case(
        breaks="""
            insert into sync.subjects (data_type, subject, tier, fetched_at) values
            ('quote', 'AAPL', 'hot', now() - interval '2 minutes'),
            ('quote', 'MSFT', 'hot', now()),
            ('quote', 'NKE', 'warm', null),
            ('awin-feed', '1', 'cold', now());
        """,
        found={
            "quote hot": ("error", "1 of 2 stale, 0 never fetched, oldest answer 20"),
            "quote warm": ("warning", "1 of 1 stale, 1 never fetched, oldest answer none"),
        },
        mends="update sync.subjects set fetched_at = now();",
    ),
    "stock_oversold": Case(
        breaks=TRADE + "update platforms.listings set status = 'active';",
        found={
            "inventory 5ae34741-0caf-4613-17cf-abe60d7f1321": (
                "warning",
                "sold, and still listed on stockx",
            )
        },
        mends="update platforms.listings set status = 'sold';",
    ),
}


@pytest.fixture
def well(rolled_back):
    """Return a connection to an installation that is registered and whose jobs all ran."""
    rolled_back.execute("select sync.seed_registry()")
    rolled_back.execute(
        """
        insert into sync.cron_runs (job_name, started_at, finished_at, caller)
        select name, now(), now(), 'test' from sync.cron_jobs
        """
    )
    return rolled_back


def found_by(connection, *names):
    """Run checks; return {check: {subject: finding}} of those that found something."""
    outcomes = checks.run(connection, [CHECKS[name] for name in names]).outcomes
    assert {outcome.status for outcome in outcomes} <= {"passed", "findings"}
    return {
        outcome.check.name: {finding.subject: finding for finding in outcome.findings}
        for outcome in outcomes
        if outcome.findings
    }


def test_every_check_has_a_case():
    assert sorted(CASES) == sorted(CHECKS)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_it_finds_one_thing_and_nothing_once_that_is_mended(well, name):
    case = CASES[name]
    assert found_by(well, *CHECKS) == {}
    well.execute(case.breaks)
    found = found_by(well, name).get(name, {})
    assert {subject: finding.severity for subject, finding in found.items()} == {
        subject: severity for subject, (severity, _) in case.found.items()
    }
    for subject, (_, words) in case.found.items():
        assert words in found[subject].detail
    well.execute(case.mends)
    assert found_by(well, name) == {}


@pytest.mark.parametrize(("done", "severity"), [(18, "error"), (19, "warning"), (99, "warning")])
def test_jobs_given_up_are_an_error_below_95_percent(well, done, severity):
    jobs = """
        insert into sync.api_call_queue (data_type, subject, state, finished_at)
        select 'quote', number::text, %s, now() from generate_series(1, %s) as number
    """
    well.execute(jobs, ["dead", 1])
    well.execute(jobs, ["done", done])
    assert found_by(well, "jobs_given_up")["jobs_given_up"]["quote"].severity == severity


def test_a_product_that_nobody_wants_fetched_is_covered(well):
    well.execute(PRODUCT)
    assert found_by(well, "product_not_covered") == {}


def test_a_job_that_is_due_later_does_not_wait(well):
    well.execute(JOB.format(columns=", run_at", values=", now() + interval '1 day'"))
    assert found_by(well, "queue_not_worked") == {}


def test_a_default_partition_that_rows_have_left_is_well(well):
    """Its file keeps its size until the next vacuum."""
    well.execute(CASES["row_in_default_partition"].breaks)
    well.execute("delete from system.logs")
    assert well.execute("select pg_relation_size('system.logs_default') > 0").fetchone() == (True,)
    assert found_by(well, "row_in_default_partition") == {}


def test_many_rows_in_a_default_partition_are_not_all_counted(well):
    well.execute(
        "insert into system.logs (level, component, message, logged_at)"
        " select 'info', 'test', 'from long ago', '1999-01-01' from generate_series(1, 1500)"
    )
    [finding] = found_by(well, "row_in_default_partition")["row_in_default_partition"].values()
    assert finding.detail == "1000 rows or more"


@pytest.mark.parametrize("name", [one.name for one in checks.load_inventory(FOLDER / "inventory")])
def test_every_listing_works(well, name):
    well.execute(PRODUCT + MOVE + comparison(0, 0, 0))
    well.execute(JOB.format(columns="", values=""))
    well.execute(CASES["stale_data_type"].breaks)
    listings = {one.name: one for one in checks.load_inventory(FOLDER / "inventory")}
    rows, outcome = checks.listing(well, listings[name], settings={"size_budget": "1TB"})
    assert (outcome.status, outcome.reason) == ("passed", "")
    assert rows
    if listings[name].bar:
        assert listings[name].bar in rows[0]


def test_listings_say_what_is(well):
    well.execute(PRODUCT + CASES["stale_data_type"].breaks)
    well.execute(JOB.format(columns="", values=""))
    well.execute("insert into sync.api_data_usage (provider, calls, bytes) values ('fmp', 25, 99)")
    listed = {
        one.name: checks.listing(well, one, settings={"size_budget": "1TB"})[0]
        for one in checks.load_inventory(FOLDER / "inventory")
    }
    [hot] = [row for row in listed["freshness"] if row["data_type"] == "quote"][:1]
    assert (hot["tier"], hot["subjects"], hot["fresh"], hot["stale"]) == ("hot", 2, 1, 1)
    assert hot["fresh_percent"] == 50
    [coverage] = listed["coverage"]
    assert (coverage["provider"], coverage["coverage"]) == ("stockx", "0/1")
    queue = {row["data_type"]: row["waiting"] for row in listed["queue"]}
    assert queue["stockx-market-data"] == 1
    assert {row["status"] for row in listed["cron_runs"]} == {"ok"}
    assert {row["runs_today"] for row in listed["cron_runs"]} == {1}
    used = {row["provider"]: row["used_calls"] for row in listed["providers"]}
    assert (used["fmp"], used["stockx"]) == (25, 0)
    [size] = listed["size_budget"]
    assert (size["status"], size["budget_bytes"]) == ("ok", 2**40)
    assert len(listed["table_sizes"]) == 12


@pytest.mark.parametrize(("budget", "status"), [("1TB", "ok"), ("1kB", "fail")])
def test_the_size_is_held_against_the_budget(well, budget, status):
    [listing] = [
        one for one in checks.load_inventory(FOLDER / "inventory") if one.name == "size_budget"
    ]
    [row] = checks.listing(well, listing, settings={"size_budget": budget})[0]
    assert row["status"] == status
