"""Each check of checks/audit: a schema in which it fires, and one that comes near and is fine."""

import dataclasses
import secrets
from dataclasses import dataclass, field

import psycopg
import pytest

from toolkit import checks
from toolkit.project import files_root

# The schemas that make a check fire are often beyond what an owner may make.
pytestmark = pytest.mark.superuser

FOLDER = files_root() / "checks" / "audit"
INVENTORY = FOLDER / "inventory"
CHECKS = {check.name: check for check in checks.load(FOLDER, checks.AREAS)}


@dataclass(frozen=True)
class Case:
    """What to create, which subjects are found in it, and what to create so that none is.

    SQL runs in steps, each a transaction of its own, separated by a line "-- then". without_fix:
    subjects for which a check that offers SQL has none to offer.
    """

    fires: str
    found: set[str]
    silent: str
    settings: dict[str, str] = field(default_factory=dict)
    without_fix: set[str] = field(default_factory=set)


FLUSHED = "\n-- then\nselect pg_stat_force_next_flush();\n-- then\n"
CRON = """
create schema cron;
create table cron.job (jobid bigint primary key, schedule text, active boolean, jobname text);
create table cron.job_run_details (
    jobid bigint, status text, return_message text, start_time timestamptz,
    end_time timestamptz, runid bigint generated always as identity
);
"""

CASES = {
    "table_without_primary_key": Case(
        fires="""
            create table fixable (id int not null, size text not null, unique (id, size));
            create table nullable (id int unique);
            create table partial (id int not null);
            create unique index on partial (id) where id > 5;
            create table computed (id int not null);
            create unique index on computed ((id + 1));
            create table late (id int not null unique deferrable);
            create table damaged (id int not null);
            create unique index damaged_key on damaged (id);
            update pg_index set indisvalid = false where indexrelid = 'damaged_key'::regclass;
            create table events (at timestamptz) partition by range (at);
            create table events_2025 partition of events for values from ('2025-01-01')
            to ('2026-01-01');
        """,
        found={
            "public.fixable",
            "public.nullable",
            "public.partial",
            "public.computed",
            "public.late",
            "public.damaged",
            "public.events",
        },
        without_fix={
            "public.nullable",
            "public.partial",
            "public.computed",
            "public.late",
            "public.damaged",
            "public.events",
        },
        silent="""
            create table plain (id int primary key);
            create table events (at timestamptz primary key) partition by range (at);
            create table events_2025 partition of events for values from ('2025-01-01')
            to ('2026-01-01');
            create view seen as select 1 as one;
            create temporary table scratch (id int);
        """,
    ),
    "duplicate_table": Case(
        fires="""
            create table listed_symbols (symbol text primary key, is_active bool, added_at date);
            create table supported_symbols (added_at date, is_active bool, symbol text);
        """,
        found={"public.supported_symbols"},
        silent="""
            create table brands (id int primary key, name text, slug text, created_at date);
            create table colors (id int primary key, name text, slug text, created_at date);
            create table bids (sku text, price int, at date);
            create table asks (sku text, price numeric, at date);
            create table quotes (sku text, price int, seen date) partition by range (seen);
            create table quotes_1 partition of quotes for values from ('2024-01-01')
            to ('2025-01-01');
            create table quotes_2 partition of quotes for values from ('2025-01-01')
            to ('2026-01-01');
            create table base (region text, price int, ask int);
            create table derived () inherits (base);
        """,
    ),
    "overlapping_tables": Case(
        fires="""
            create schema pricing;
            create table price_history (id int, cents int);
            create table pricing.price_history (id int, amount numeric, recorded date);
            create table trades (id int, symbol text, volume int);
            create table trades_v2 (id int, symbol text, fee int, venue text);
            create table asks (sku text, size text, price int, region text, seen date);
            create table offers (sku text, size text, price int, region text, seen date, x int);
            create table bids (sku text, size text, price numeric, region text, seen date)
            partition by range (seen);
            create table bids_2025 partition of bids for values from ('2025-01-01')
            to ('2026-01-01');
        """,
        found={
            "pricing.price_history and public.price_history",
            "public.trades and public.trades_v2",
            "public.asks and public.offers",
            "public.asks and public.bids",
            "public.bids and public.offers",
        },
        silent="""
            create table asks (sku text, size text, price int, region text, seen date);
            create table sales (sku text, size text, price int, buyer text, paid date);
            create table same_asks (sku text, size text, price int, region text, seen date);
            create table brands (id int, name text, slug text, created_at date, parent int);
            create table colors (id int, name text, slug text, created_at date, hue int);
            create table quotes (sku text, price int, seen date, bid int)
            partition by range (seen);
            create table quotes_1 partition of quotes for values from ('2024-01-01')
            to ('2025-01-01');
        """,
    ),
    "leftover_table": Case(
        fires="""
            create table orders_old (id int);
            create table tmp_import (id int);
            create table sales_20251201 (id int);
            create table sales_backup_2 (id int) partition by hash (id);
            create table part_0 partition of sales_backup_2 for values with
            (modulus 1, remainder 0);
        """,
        found={
            "public.orders_old",
            "public.tmp_import",
            "public.sales_20251201",
            "public.sales_backup_2",
        },
        silent="""
            create table gold (id int);
            create table temperature (id int);
            create table product_codes_12345678 (id int);
            create table events (at date) partition by range (at);
            create table events_20250101 partition of events for values from ('2025-01-01')
            to ('2025-01-02');
        """,
    ),
    "leftover_column": Case(
        fires="""
            create table inventory (id int, status text, status_new int);
            create table events (at date, note text, note_old text) partition by range (at);
            create table events_1 partition of events default;
            alter table inventory add column size text, add column size_bak text;
        """,
        found={
            "public.inventory.status_new",
            "public.inventory.size_bak",
            "public.events.note_old",
        },
        silent="""
            create table inventory (id int, is_new bool, status_new int, gone text, gone_tmp text);
            alter table inventory drop column gone;
        """,
    ),
    "empty_table": Case(
        fires="""
            create table nothing (id int);
            create table events (at date) partition by range (at);
            create table events_1 partition of events default;
        """,
        found={"public.nothing", "public.events"},
        silent="""
            create table something as select 1 as id;
            create table events (at date) partition by range (at);
            create table events_1 partition of events for values from ('2024-01-01')
            to ('2025-01-01');
            create table events_2 partition of events default;
            insert into events values ('2024-05-05');
        """,
    ),
    "isolated_table": Case(
        fires="""
            create table alone (id int primary key, parent_id int references alone);
            create table events (at date) partition by range (at);
            create table events_1 partition of events default;
        """,
        found={"public.alone", "public.events"},
        silent="""
            create table parents (id int primary key);
            create table children (parent_id int references parents);
            create table events (at date, parent_id int references parents)
            partition by range (at);
            create table events_1 partition of events default;
        """,
    ),
    "type_in_wrong_schema": Case(
        fires="""
            create schema inventory;
            create schema orders;
            create schema core;
            create type status as enum ('new', 'sold');
            create type shared as enum ('a');
            create type core.kind as enum ('a');
            create domain cents as bigint check (value >= 0);
            create table core.brands (id int);
            create table inventory.stock (
                status status, price cents, shared shared[], kind core.kind
            );
            create table orders.orders (shared shared, kind core.kind);
        """,
        found={"public.status", "public.cents", "public.shared", "core.kind"},
        without_fix={"public.shared", "core.kind"},
        silent="""
            create schema inventory;
            create schema orders;
            create schema types;
            create type inventory.status as enum ('new', 'sold');
            create type types.shared as enum ('a');
            create type unused as enum ('b');
            create table inventory.stock (status inventory.status, shared types.shared);
            create table orders.orders (status inventory.status, shared types.shared)
            partition by list (shared);
            create table orders.orders_a partition of orders.orders for values in ('a');
        """,
    ),
    "partition_gap": Case(
        fires="""
            create table past (at timestamptz) partition by range (at);
            create table past_1 partition of past for values from ('2024-12-01') to ('2024-12-08');
            create table piling (at date) partition by range (at);
            create table piling_1 partition of piling for values from ('2024-01-01')
            to ('2025-01-01');
            create table piling_default partition of piling default;
            insert into piling values ('2026-01-01');
            create table bare (at timestamp) partition by range (at);
            create table current (at timestamptz) partition by range (at);
            create table current_1 partition of current for values from ('2000-01-01')
            to ('2100-01-01');
        """,
        found={
            "public.past",
            "public.piling",
            "public.piling_default",
            "public.bare",
            "public.current",
        },
        silent="""
            create table ahead (at timestamptz) partition by range (at);
            create table ahead_1 partition of ahead for values from ('2000-01-01')
            to ('2100-01-01');
            create table ahead_2 partition of ahead for values from ('2100-01-01')
            to ('2200-01-01');
            create table ahead_default partition of ahead default;
            create table endless (at date) partition by range (at);
            create table endless_1 partition of endless for values from ('2020-01-01')
            to (maxvalue);
            create table paired (at date, id int) partition by range (at, id);
            create table regions (region text, at date) partition by list (region);
            create table regions_uk partition of regions for values in ('UK')
            partition by range (at);
            create table listed (at date) partition by list (at);
            create table numbered (id bigint) partition by range (id);
            create table numbered_1 partition of numbered for values from
            ('1794614400000000000') to ('1794614400000000001');
        """,
    ),
    "disabled_trigger": Case(
        fires="""
            create function note() returns trigger language plpgsql as 'begin return new; end';
            create table parents (id int primary key);
            create table children (parent_id int references parents);
            create table events (at date) partition by range (at);
            create table events_1 partition of events default;
            create trigger keeps_history before insert on parents for each row
            execute function note();
            create trigger notes after insert on events for each row execute function note();
            alter table parents disable trigger keeps_history;
            alter table children disable trigger all;
            alter table events disable trigger notes;
        """,
        found={
            "public.parents.keeps_history",
            "public.children.children_parent_id_fkey",
            "public.events.notes",
        },
        silent="""
            create function note() returns trigger language plpgsql as 'begin return new; end';
            create table parents (id int primary key);
            create table children (parent_id int references parents);
            create trigger keeps_history before insert on parents for each row
            execute function note();
            alter table parents enable always trigger keeps_history;
        """,
    ),
    "ambiguous_function": Case(
        fires="""
            create function market(a int, b int default 1) returns int language sql as 'select 1';
            create function market(a int, c text default '') returns int language sql
            as 'select 1';
            create function refresh() returns int language sql as 'select 1';
            create function refresh(a int default 1) returns int language sql as 'select 1';
        """,
        found={"public.market(a integer, c text)", "public.refresh(a integer)"},
        silent="""
            create schema other;
            create function market(a int, b int default 1) returns int language sql as 'select 1';
            create function market(a text, b int default 1) returns int language sql
            as 'select 1';
            create function market(a int, b int, c int) returns int language sql as 'select 1';
            create function other.market(a int) returns int language sql as 'select 1';
        """,
    ),
    "money_as_float": Case(
        fires="""
            create table quotes (
                price float8, ask_price float8, market_cap real, day_low float8, rate float8,
                dividend_per_share float8,
                beta float8, fee float8 generated always as (beta * 0.1) stored
            );
            create table fees (at date, processing_fee float8) partition by range (at);
            create table fees_1 partition of fees default;
        """,
        found={
            "public.quotes.price",
            "public.quotes.ask_price",
            "public.quotes.market_cap",
            "public.quotes.day_low",
            "public.quotes.rate",
            "public.quotes.dividend_per_share",
            "public.quotes.fee",
            "public.fees.processing_fee",
        },
        without_fix={"public.quotes.fee"},
        silent="""
            create table quotes (
                price numeric, ask_cents bigint, beta float8, price_change_percent float8,
                price_to_sales_ratio float8, bid_count float8, return_rate float8, size float8,
                enclosed float8, dividend_yield float8
            );
            create view floats as select 1::float8 as price;
        """,
    ),
    "money_type": Case(
        fires="""
            create table orders (at date, total money) partition by range (at);
            create table orders_1 partition of orders default;
        """,
        found={"public.orders.total"},
        silent="create table orders (money numeric(10, 2));",
    ),
    "timestamp_without_time_zone": Case(
        fires="""
            create table stock (bought_at timestamp, opens timetz, sold_at timestamp(0));
            create table events (at timestamp) partition by range (at);
            create table events_1 partition of events default;
        """,
        found={
            "public.stock.bought_at",
            "public.stock.opens",
            "public.stock.sold_at",
            "public.events.at",
        },
        without_fix={"public.stock.opens", "public.events.at"},
        silent="create table stock (bought_at timestamptz, day date, opens time, gone timestamp);"
        "alter table stock drop column gone;",
    ),
    "text_that_is_not_text": Case(
        fires="""
            create table variants (
                size text, listed varchar(20), is_new text, payload text, price text, owner text
            );
            insert into variants select
                (array['7', '7.5', '8', '9', '10.5', '7W', '3.5Y'])[1 + i % 7],
                ('2024-01-01'::date + i % 90)::text,
                (array['true', 'false'])[1 + i % 2], format('{"a": %s}', i % 9),
                ((i % 50) / 4.0)::text, gen_random_uuid()::text
            from generate_series(1, 2000) as i;
            create table quotes (at date, ask text) partition by range (at);
            create table quotes_1 partition of quotes for values from ('2024-01-01')
            to ('2025-01-01');
            create table quotes_2 partition of quotes default;
            insert into quotes select '2024-05-05'::date + 300 * (i % 2), (i % 99)::text
            from generate_series(1, 1000) as i;
            -- then
            analyze;
        """,
        found={
            "public.variants.size",
            "public.variants.listed",
            "public.variants.is_new",
            "public.variants.payload",
            "public.variants.price",
            "public.variants.owner",
            "public.quotes.ask",
        },
        silent="""
            create table variants (
                sku text, ean text, note text, zip text, cik text, few text, size text, id int,
                answer text
            );
            insert into variants select
                (1000 + i % 90)::text, '0' || (4000 + i % 90), 'size ' || i % 9, '0' || i % 9,
                lpad((i % 90)::text, 10, '0'), (i % 2)::text,
                (array['S', 'M', 'L', 'XL'])[1 + i % 4], i, 'yes'
            from generate_series(1, 2000) as i;
            create table brands as select i::text || 'x' as few, i as note
            from generate_series(1, 100) as i;
            create table quotes (at date, grade text) partition by range (at);
            create table quotes_1 partition of quotes for values from ('2024-01-01')
            to ('2025-01-01');
            create table quotes_2 partition of quotes default;
            insert into quotes select '2024-05-05'::date, (i % 99)::text
            from generate_series(1, 100) as i;
            insert into quotes select '2025-05-05'::date, 'no ' || i % 99
            from generate_series(1, 1000) as i;
            -- then
            analyze;
        """,
    ),
    "json_instead_of_jsonb": Case(
        fires="""
            create table payloads (at date, body json) partition by range (at);
            create table payloads_1 partition of payloads default;
        """,
        found={"public.payloads.body"},
        silent="create table payloads (body jsonb, json text);",
    ),
    "text_with_length_limit": Case(
        fires="""
            create table products (ean varchar(13), state char(10)) partition by list (state);
            create table products_1 partition of products default;
        """,
        found={"public.products.ean", "public.products.state"},
        without_fix={"public.products.state"},
        silent="""
            create table products (
                ean text, currency char(3), country varchar(2), v varchar, price numeric(10, 2)
            );
        """,
    ),
    "epoch_as_integer": Case(
        fires="""
            create table quotes (api_timestamp bigint, ts int, at date) partition by range (at);
            create table quotes_1 partition of quotes default;
        """,
        found={"public.quotes.api_timestamp", "public.quotes.ts"},
        silent="create table quotes (at timestamptz, format int, data_at_rest int, hat int);",
    ),
    "same_name_other_type": Case(
        fires="""
            create table a (fiscal_year int, "Region" text);
            create table b (fiscal_year text, "Region" varchar(3), x int);
            create table c (fiscal_year int, x bigint, at date) partition by range (at);
            create table c_1 partition of c default;
        """,
        found={"fiscal_year", "x"},
        silent="""
            create table a (id int, status text, sku text, price numeric(10, 2), detail jsonb);
            create table b (id uuid, status int, sku varchar(20), price numeric, detail text);
            create table c (sku text[], price json);
        """,
    ),
    "price_scale_drift": Case(
        fires="""
            create table a (price numeric(10, 2), fee numeric(10, 2), ask numeric(10, 2));
            create table b (bid numeric(12, 4), last_sale numeric, at date) partition by range (at);
            create table b_1 partition of b default;
            create table c (cost numeric(12, 2));
        """,
        found={"public.b.bid", "public.b.last_sale", "public.c.cost"},
        silent="""
            create table a (
                price numeric(10, 2), fee numeric(10, 2), price_ratio numeric(5, 4),
                length_cm numeric(8, 3)
            );
            create table b (bid_count numeric, volatility numeric(8, 4), price_cents bigint);
        """,
    ),
    "foreign_key_without_index": Case(
        fires="""
            create table parents (id int primary key, a int, b int, unique (a, b));
            create table one (parent_id int references parents);
            create table two (x int, a int, b int, foreign key (a, b) references parents (a, b));
            create index on two (x, a, b);
            create table halved (parent_id int references parents);
            create index on halved (parent_id) where parent_id > 5;
            create table damaged (parent_id int references parents);
            create index broken on damaged (parent_id);
            update pg_index set indisvalid = false where indexrelid = 'broken'::regclass;
            create table events (at date, parent_id int references parents)
            partition by range (at);
            create table events_1 partition of events default;
            alter table events add primary key (at);
            create table leaves (event_at date references events);
        """,
        found={
            "public.one.one_parent_id_fkey",
            "public.two.two_a_b_fkey",
            "public.halved.halved_parent_id_fkey",
            "public.damaged.damaged_parent_id_fkey",
            "public.leaves.leaves_event_at_fkey",
            "public.events.events_parent_id_fkey",
        },
        silent="""
            create table parents (id int primary key, a int, b int, unique (a, b));
            create table one (parent_id int references parents, note text);
            create index on one (parent_id, note);
            create table two (a int, b int, foreign key (a, b) references parents (a, b));
            create index on two (b, a);
            create table three (parent_id int references parents);
            create index on three (parent_id) where parent_id is not null;
            create table events (at date, parent_id int references parents)
            partition by range (at);
            create table events_1 partition of events default;
            create index on events (parent_id);
        """,
    ),
    "implied_foreign_key": Case(
        fires="""
            create schema products;
            create table products.products (id uuid primary key);
            create table products.categories (id int primary key);
            create table inventory_alias_variants (id bigint primary key);
            create table profiles (symbol text primary key);
            create table stock (
                product_id uuid, category_id bigint, note text, profile text references profiles
            );
            create table listed (sku text primary key);
            create table catalog (sku text primary key);
            create table one (sku text references catalog);
            create table two (sku text references catalog);
            create table three (sku text references catalog);
            create table four (sku text);
            create table makers (id int primary key, slug text unique);
            create table shoes (id int, maker_id int, makers_id int);
            create table sales (id int primary key, alias_variant_id bigint);
            create table ratios (symbol text, day date, primary key (symbol, day));
            create table events (at date, product_id uuid) partition by range (at);
            create table events_1 partition of events default;
        """,
        found={
            "public.stock.product_id",
            "public.stock.category_id",
            "public.shoes.maker_id",
            "public.four.sku",
            "public.sales.alias_variant_id",
            "public.ratios.symbol",
            "public.events.product_id",
        },
        silent="""
            create schema one;
            create schema two;
            create table products (id uuid primary key, slug text unique);
            create table one.outlets (id int primary key);
            create table two.outlets (id int primary key);
            create table stock (product_id uuid references products, outlet_id int, slug text);
            create table codes (product_id text);
            create table brands (id int, slug text unique);
            create index on brands (id);
            create table colors (id int unique deferrable initially deferred);
            create table tags (id int);
            create unique index on tags (id) where id > 5;
            create table pairs (id int, other int, unique (id, other));
            create table ghosts (id int);
            create unique index ghosts_key on ghosts (id);
            update pg_index set indisvalid = false where indexrelid = 'ghosts_key'::regclass;
            create table days (day date primary key);
            create table profiles (symbol text primary key);
            create table shops (id int primary key, shop_id int);
            create table stockx_products (id uuid primary key, stockx_product_id uuid);
            create table sources (stockx_product_id uuid);
            create table listed (sku text primary key);
            create table catalog (sku text primary key);
            create table one (sku text references catalog);
            create table two (sku text references catalog);
            create table four (sku text);
            create table files (path text primary key);
            create table rejects (path text);
            create table uses (
                brand_id int, color_id int, tag_id int, pair_id int, ghost_id int, day date,
                symbol int
            );
            create table events (at date, product_id uuid references products)
            partition by range (at);
            create table events_1 partition of events default;
        """,
    ),
    "orphan_rows": Case(
        fires="""
            create table products (id int primary key);
            create table profiles (symbol text primary key);
            insert into products select generate_series(1, 90);
            insert into profiles values ('A'), ('B');
            create table stock (product_id int);
            insert into stock select generate_series(1, 100);
            create table ratios (symbol text, day date);
            insert into ratios values ('A'), ('B'), ('gone'), (null);
            create table loose (parent int);
            insert into loose values (1000);
            alter table loose add foreign key (parent) references products not valid;
            create table events (at date, product_id int) partition by range (at);
            create table events_1 partition of events default;
            insert into events values ('2024-01-01', 7), ('2024-01-01', 700);
        """,
        found={
            "public.stock.product_id",
            "public.ratios.symbol",
            "public.loose.parent",
            "public.events.product_id",
        },
        silent="""
            create table products (id int primary key, sku text unique);
            insert into products values (1, 'A');
            create table stock (product_id int);
            insert into stock values (1), (1), (null);
            create table elsewhere (sku text);
            insert into elsewhere values ('B'), ('C'), ('A');
            create table events (at date, product_id int) partition by range (at);
            create table events_1 partition of events default;
            insert into events values ('2024-01-01', 1);
        """,
    ),
    "constraint_not_validated": Case(
        fires="""
            create table parents (id int primary key);
            create table children (parent_id int, price int);
            alter table children add foreign key (parent_id) references parents not valid;
            alter table children add constraint price_is_positive check (price > 0) not valid;
        """,
        found={"public.children.children_parent_id_fkey", "public.children.price_is_positive"},
        silent="""
            create table parents (id int primary key);
            create table children (parent_id int references parents, price int check (price > 0));
        """,
    ),
    "null_heavy_column": Case(
        fires="""
            create table sales (id int, note text);
            insert into sales select i, case when i % 100 = 0 then 'x' end
            from generate_series(1, 2000) as i;
            create table events (at date, note text) partition by range (at);
            create table events_1 partition of events for values from ('2024-01-01')
            to ('2025-01-01');
            create table events_2 partition of events default;
            insert into events select '2024-05-05' from generate_series(1, 5000);
            insert into events select '2026-05-05', 'x' from generate_series(1, 50);
            -- then
            analyze;
        """,
        found={"public.sales.note", "public.events.note"},
        silent="""
            create table sales (id int, note text);
            insert into sales select i, case when i % 10 = 0 then 'x' end
            from generate_series(1, 2000) as i;
            create table small as select i, null::text as note from generate_series(1, 100) as i;
            create table events (at date, note text) partition by range (at);
            create table events_1 partition of events for values from ('2024-01-01')
            to ('2025-01-01');
            create table events_2 partition of events default;
            insert into events select '2024-05-05' from generate_series(1, 1000);
            insert into events select '2026-05-05', 'x' from generate_series(1, 1000);
            -- then
            analyze;
        """,
    ),
    "price_without_check": Case(
        fires="""
            create table quotes (price float8, ask_cents bigint, at date) partition by range (at);
            create table quotes_1 partition of quotes default;
            create table bids (bid int unique, size int check (size > 0));
        """,
        found={"public.quotes.price", "public.quotes.ask_cents", "public.bids.bid"},
        silent="""
            create domain cents as bigint check (value >= 0);
            create table quotes (
                price int check (price > 0), fee cents, price_change int, profit int, note text,
                low_price int, high_price int, check (low_price <= high_price),
                total_price int generated always as (price_change) stored
            );
        """,
    ),
    "table_without_natural_key": Case(
        fires="""
            create table sales (
                id bigint generated always as identity primary key,
                sku text, sold_at timestamptz, recorded_at timestamptz default clock_timestamp()
            );
            insert into sales (sku, sold_at)
            select 'sku' || i % 50, '2024-01-01'::timestamptz + i * interval '1 s'
            from generate_series(1, 1000) as i, generate_series(1, 3);
            create index on sales (sku);
            create table given (id uuid primary key, sku text);
            insert into given select gen_random_uuid(), 'x' from generate_series(1, 2000);
            create table serial_key (id serial primary key, sku text);
            insert into serial_key (sku) select 'x' from generate_series(1, 2000);
            create table events (id uuid default gen_random_uuid(), at date, primary key (id, at))
            partition by range (at);
            create table events_1 partition of events default;
            insert into events (at) select '2024-01-01'::date + i % 100
            from generate_series(1, 2000) as i;
            -- then
            analyze;
        """,
        found={"public.sales", "public.events", "public.given", "public.serial_key"},
        silent="""
            create table codes (code text default 'x' primary key, kind text);
            insert into codes select i, 'x' from generate_series(1, 2000) as i;
            create table parents (id uuid unique, slug text primary key);
            insert into parents select gen_random_uuid(), i from generate_series(1, 2000) as i;
            create table children (id uuid primary key references parents (id), sku text);
            insert into children select id, 'x' from parents;
            create table composite (id bigserial, sku text, kind text, primary key (id, sku));
            insert into composite (sku, kind) select i % 9, 'x' from generate_series(1, 2000) as i;
            create table versions (
                product_id uuid, at date, kind text, primary key (product_id, at)
            ) partition by range (at);
            create table versions_1 partition of versions default;
            insert into versions select gen_random_uuid(), '2024-01-01', 'x'
            from generate_series(1, 2000);
            create table keyed (id bigserial primary key, sku text, sold_at int);
            create unique index on keyed (sku, sold_at);
            create table natural_key (sku text, sold_at int, note text, primary key (sku, sold_at));
            create table telling (id bigserial primary key, reference text);
            create table small (id bigserial primary key, sku text);
            insert into keyed (sku, sold_at) select 's' || i % 9, i % 500
            from generate_series(1, 2000) as i on conflict do nothing;
            insert into natural_key select 's' || i % 40, i from generate_series(1, 2000) as i;
            insert into telling (reference) select i from generate_series(1, 2000) as i;
            insert into small (sku) select 'x' from generate_series(1, 100);
            -- then
            analyze;
        """,
    ),
    "duplicate_rows": Case(
        fires="""
            create table sales (
                id bigint generated always as identity primary key,
                sku text, sold_at timestamptz, recorded_at timestamptz default clock_timestamp()
            );
            insert into sales (sku, sold_at)
            select 'sku' || i % 50, '2024-01-01'::timestamptz + i * interval '1 s'
            from generate_series(1, 1000) as i, generate_series(1, 3);
            create table events (
                id uuid default gen_random_uuid(), at date, name text, primary key (id, at)
            ) partition by range (at);
            create table events_1 partition of events default;
            insert into events (at, name) select '2024-01-01'::date + i % 100, 'x'
            from generate_series(1, 2000) as i;
            -- then
            analyze;
        """,
        found={"public.sales", "public.events"},
        silent="""
            create table sales (
                id bigint generated always as identity primary key,
                sku text, sold_at timestamptz, payload json
            );
            insert into sales (sku, sold_at)
            select 'sku' || i % 50, '2024-01-01'::timestamptz + i * interval '1 s'
            from generate_series(1, 2000) as i;
            create table events (
                id uuid default gen_random_uuid(), at date, name text, primary key (id, at)
            ) partition by range (at);
            create table events_1 partition of events default;
            insert into events (at, name) select '2024-01-01'::date + i % 100, 'x' || i
            from generate_series(1, 2000) as i;
            create table logs (id bigserial primary key, created_at timestamptz, message text);
            insert into logs (created_at, message) select now() - i * interval '1 s', 'x'
            from generate_series(1, 2000) as i;
            create table fresh (id bigserial primary key, sku text, kind text);
            insert into fresh (sku, kind) select 'x', 'y' from generate_series(1, 2000);
            create table codes (code int primary key, kind text, sku text);
            insert into codes select i, 'x', 'y' from generate_series(1, 2000) as i;
            create table keyed (
                id bigserial primary key, reference int unique, sku text, kind text
            );
            insert into keyed (reference, sku, kind) select null, 'x', 'y'
            from generate_series(1, 2000);
            create table versions (
                product_id uuid, id uuid, kind text, primary key (product_id, id)
            );
            insert into versions select '00000000-0000-0000-0000-000000000000',
                gen_random_uuid(), 'x'
            from generate_series(1, 2000);
            -- then
            analyze;
            -- then
            alter table fresh add column reference uuid default gen_random_uuid();
        """,
    ),
    "stale_table": Case(
        fires=f"""
            create table snapshots (id int, fetched_at timestamptz);
            insert into snapshots select i, '2020-01-01'::timestamptz + i * interval '1 s'
            from generate_series(1, 500) as i;
            create table events (sku text, recorded_at timestamptz) partition by list (sku);
            create table events_1 partition of events for values in ('a');
            create table events_2 partition of events default;
            insert into events select chr(97 + i % 2), '2021-01-01'::timestamptz
            from generate_series(1, 500) as i;
            {FLUSHED}
            analyze;
        """,
        found={"public.snapshots", "public.events"},
        silent=f"""
            create table snapshots (id int, fetched_at timestamptz, released_at timestamptz);
            insert into snapshots select i, now() - i * interval '1 hour', '2020-01-01'
            from generate_series(1, 500) as i;
            create table events (sku text, recorded_at timestamptz) partition by list (sku);
            create table events_1 partition of events for values in ('a');
            create table events_2 partition of events default;
            insert into events select 'a', '2021-01-01' from generate_series(1, 500);
            insert into events select 'b', now() from generate_series(1, 10);
            create table numbered (id int, fetched_at bigint);
            insert into numbered select i, 1577836800 from generate_series(1, 500) as i;
            create table catalog (id int, released_at timestamptz);
            insert into catalog select i, '2020-01-01' from generate_series(1, 500) as i;
            create table small (fetched_at timestamptz);
            insert into small select '2020-01-01' from generate_series(1, 50);
            {FLUSHED}
            analyze;
        """,
    ),
    "impossible_time": Case(
        fires="""
            create table sales (id int, sold_at timestamptz, paid_on timestamp);
            insert into sales select i, now() + interval '1 year', '1970-01-01'
            from generate_series(1, 50) as i;
            create table events (at date, created_at timestamptz) partition by range (at);
            create table events_1 partition of events default;
            insert into events select '2024-05-05'::date, 'epoch'::timestamptz + i * interval '1 s'
            from generate_series(1, 50) as i;
            -- then
            analyze;
        """,
        found={"public.sales.sold_at", "public.sales.paid_on", "public.events.created_at"},
        silent="""
            create table sales (sold_at timestamptz, expires_at timestamptz, birth_date date);
            insert into sales select now() - i * interval '1 h', now() + interval '1 year',
                '1961-01-01'
            from generate_series(1, 50) as i;
            create table events (at date, created_at timestamptz) partition by range (at);
            create table events_1 partition of events default;
            insert into events select now(), now() - i * interval '1 s'
            from generate_series(1, 50) as i;
            -- then
            analyze;
        """,
    ),
    "unique_key_with_arrival_time": Case(
        fires="""
            create table snapshots (
                sku text, taken_at timestamptz default now(), price int,
                constraint snapshots_key unique (sku, taken_at)
            );
            create table events (at date, sku text, seen_at timestamptz default current_timestamp)
            partition by range (at);
            create table events_1 partition of events default;
            create unique index events_key on events (at, sku, seen_at);
        """,
        found={"public.snapshots_key", "public.events_key"},
        silent="""
            create table snapshots (
                sku text, taken_at timestamptz, created_at timestamptz default now(),
                day date default now(), unique (sku, taken_at), unique (created_at),
                unique (sku, day)
            );
            create table events (id int, at timestamptz default now(), primary key (id, at))
            partition by range (at);
            create table events_1 partition of events default;
            create index on events (id, at);
        """,
    ),
    "check_against_the_clock": Case(
        fires="""
            create table prices (
                updated_at timestamptz constraint is_past check (updated_at <= now()),
                day date constraint is_recent check (day <= current_date)
            );
            create table events (at date constraint is_old check (at < localtimestamp))
            partition by range (at);
            create table events_1 partition of events default;
        """,
        found={"public.prices.is_past", "public.prices.is_recent", "public.events.is_old"},
        silent="""
            create table prices (
                known text check (known in ('now', 'later')), current_price int
                check (current_price > 0), starts date, ends date, check (starts < ends)
            );
        """,
    ),
    "duplicate_index": Case(
        fires="""
            create table stock (id int primary key, sku text, price int);
            create index stock_sku on stock (sku);
            create index stock_sku_again on stock (sku);
            create unique index stock_id on stock (id);
            create index stock_price on stock (price) where price > 5;
            create index stock_price_again on stock (price) where price > 5;
            create table events (at date, sku text) partition by range (at);
            create table events_1 partition of events default;
            create index events_sku on events (sku);
            create index events_sku_again on events (sku);
            create table twice (a int, constraint twice_a unique (a));
            create unique index twice_b on twice (a);
            alter table twice add constraint twice_b unique using index twice_b;
        """,
        found={
            "public.stock_sku_again",
            "public.stock_id",
            "public.stock_price_again",
            "public.events_sku_again",
            "public.twice_b",
        },
        silent="""
            create table stock (id int primary key, sku text, price int);
            create index on stock (sku);
            create index on stock (sku desc);
            create index on stock (sku text_pattern_ops);
            create index on stock (sku) where price > 5;
            create index on stock (sku) include (price);
            create index on stock using hash (sku);
            create index on stock (lower(sku));
            create index on stock (upper(sku));
            create table sales (stock_id int references stock, other_id int references stock);
            create index broken on stock (price);
            create index on stock (price);
            update pg_index set indisvalid = false where indexrelid = 'broken'::regclass;
            create table events (at date, sku text) partition by range (at);
            create table events_1 partition of events default;
            create index on events (sku);
        """,
    ),
    "redundant_index": Case(
        fires="""
            create table stock (id int primary key, sku text, price int, at date);
            create index stock_sku on stock (sku);
            create index stock_sku_price on stock (sku, price);
            create table events (at date, sku text) partition by range (at);
            create table events_1 partition of events default;
            create index events_sku on events (sku);
            create index events_sku_at on events (sku, at);
        """,
        found={"public.stock_sku", "public.events_sku"},
        silent="""
            create table stock (id int primary key, sku text, price int, at date);
            create index on stock (id, price);
            create unique index on stock (sku);
            create index on stock (sku, at);
            create index on stock (price desc);
            create index on stock (price, at);
            create index on stock (at) where price > 1;
            create index on stock (at, id);
            create index on stock (price) include (sku);
            create index on stock (lower(sku));
            create table pairs (a int, b int, c text collate "C", d text, e int not null);
            create index on pairs (a);
            create index on pairs (a);
            create index on pairs (b, a);
            create index on pairs (d text_pattern_ops);
            create index on pairs (d, a);
            create index on pairs (c collate "POSIX");
            create index on pairs (c, a);
            create index on pairs ((a + b));
            create index on pairs ((a + b + 1), b);
            create table broken (a int, b int);
            create index on broken (a);
            create index broken_a_b on broken (a, b);
            update pg_index set indisvalid = false where indexrelid = 'broken_a_b'::regclass;
        """,
    ),
    "invalid_index": Case(
        fires="""
            create table stock (id int, sku text);
            create index stock_broken on stock (sku);
            update pg_index set indisvalid = false where indexrelid = 'stock_broken'::regclass;
            create table events (at date, sku text) partition by range (at);
            create table events_1 partition of events default;
            create index events_incomplete on only events (sku);
        """,
        found={"public.stock_broken", "public.events_incomplete"},
        without_fix={"public.events_incomplete"},
        silent="""
            create table stock (id int, sku text);
            create index on stock (sku);
            create table events (at date, sku text) partition by range (at);
            create table events_1 partition of events default;
            create index on events (sku);
        """,
    ),
    "unused_index": Case(
        fires=f"""
            create table stock (id int, sku text);
            create index stock_sku on stock (sku);
            insert into stock select i, 'sku' || i from generate_series(1, 60000) as i;
            do 'begin for i in 1..100 loop perform from stock limit 1; end loop; end';
            create table events (at date, sku text) partition by range (at);
            create table events_1 partition of events default;
            create index events_sku on events (sku);
            insert into events select '2024-01-01', 'sku' || i from generate_series(1, 60000) as i;
            do 'begin for i in 1..100 loop perform from events limit 1; end loop; end';
            {FLUSHED}
        """,
        found={"public.stock_sku", "public.events_sku"},
        silent=f"""
            create table stock (id int, sku text, price int);
            create index on stock (sku);
            create unique index on stock (id);
            create table small (id int);
            create index on small (id);
            create table unread (sku text);
            create index on unread (sku);
            insert into stock select i, 'sku' || i from generate_series(1, 60000) as i;
            insert into unread select 'sku' || i from generate_series(1, 60000) as i;
            do 'begin for i in 1..100 loop perform from small limit 1; end loop; end';
            do 'begin for i in 1..100 loop perform from stock limit 1; end loop; end';
            set local enable_seqscan = off;
            select id from stock where sku = 'sku77';
            {FLUSHED}
        """,
        settings={"window": "0 s"},
    ),
    "cron_job_failed": Case(
        fires=CRON
        + """
            insert into cron.job values (1, '* * * * *', true, 'refresh'), (2, '@', true, null),
            (3, '@', true, 'unconnected');
            insert into cron.job_run_details values
            (1, 'succeeded', '1 row', now() - interval '2 minutes'),
            (1, 'failed', E'ERROR: gone\\nLINE 1', now() - interval '1 minute'),
            (2, 'failed', null, now()),
            (3, 'succeeded', null, now()),
            (3, 'failed', 'connection failed', null);
        """,
        found={"refresh", "job 2", "unconnected"},
        silent=CRON
        + """
            insert into cron.job values (1, '* * * * *', true, 'refresh'), (2, '@', false, 'off');
            insert into cron.job_run_details values
            (1, 'failed', 'ERROR', now() - interval '2 minutes'),
            (1, 'succeeded', '1 row', now() - interval '1 minute'),
            (1, 'running', null, now()),
            (2, 'failed', 'ERROR', now());
        """,
    ),
    "cron_job_silent": Case(
        fires=CRON
        + """
            insert into cron.job values
            (1, '* * * * *', true, 'minutely'), (2, '*/10 * * * *', true, 'ten'),
            (3, '30 seconds', true, 'seconds'), (4, '0 3 * * *', true, 'daily'),
            (5, '0 * * * *', true, 'never');
            insert into cron.job_run_details values
            (1, 'succeeded', '', now() - interval '8 minutes'),
            (2, 'succeeded', '', now() - interval '26 minutes'),
            (3, 'succeeded', '', now() - interval '7 minutes'),
            (4, 'succeeded', '', now() - interval '50 hours');
        """,
        found={"minutely", "ten", "seconds", "daily", "never"},
        silent=CRON
        + """
            insert into cron.job values
            (1, '* * * * *', true, 'minutely'), (2, '*/10 * * * *', true, 'ten'),
            (3, '0 */6 * * *', true, 'six hours'), (4, '0 3 * * 1', true, 'weekly'),
            (5, '0 0 1 * *', true, 'monthly'), (6, '0 0 1 1 *', true, 'yearly'),
            (7, '* * * * *', false, 'off'), (8, '@reboot', true, 'reboot'),
            (9, '* * * * *', true, 'unconnected');
            insert into cron.job_run_details values
            (1, 'succeeded', '', now() - interval '6 minutes'),
            (2, 'failed', '', now() - interval '24 minutes'),
            (3, 'succeeded', '', now() - interval '11 hours'),
            (4, 'succeeded', '', now() - interval '13 days'),
            (5, 'succeeded', '', now() - interval '60 days'),
            (6, 'succeeded', '', now() - interval '500 days'),
            (9, 'succeeded', '', now() - interval '9 days'),
            (9, 'failed', 'connection failed', null);
        """,
    ),
    "table_never_analyzed": Case(
        fires="""
            create table stock (id int) with (autovacuum_enabled = false);
            insert into stock select generate_series(1, 40000);
            create table events (id int) partition by hash (id);
            create table events_1 partition of events for values with (modulus 1, remainder 0);
            insert into events select generate_series(1, 40000);
            -- then
            analyze events_1;
        """,
        found={"public.stock", "public.events"},
        silent="""
            create table stock (id int);
            insert into stock select generate_series(1, 40000);
            create table events (id int) partition by hash (id);
            create table events_1 partition of events for values with (modulus 1, remainder 0);
            insert into events select generate_series(1, 40000);
            -- then
            analyze;
            -- then
            create table small as select 1 as id;
        """,
    ),
    "autovacuum_disabled": Case(
        fires="""
            create table stock (id int) with (autovacuum_enabled = false);
            create table events (id int) partition by hash (id);
            create table events_1 partition of events for values with (modulus 1, remainder 0)
            with (autovacuum_enabled = off);
        """,
        found={"public.stock", "public.events"},
        silent="create table stock (id int) with (autovacuum_enabled, fillfactor = 80);",
    ),
    "definer_function_without_search_path": Case(
        fires="""
            create function raise_rights(a int) returns int language sql security definer
            as 'select 1';
            create procedure clean() language sql security definer set work_mem = '8MB'
            as 'select 1';
        """,
        found={"public.raise_rights(a integer)", "public.clean()"},
        silent="""
            create function pinned() returns int language sql security definer
            set search_path = pg_catalog, pg_temp as 'select 1';
            create function plain() returns int language sql as 'select 1';
        """,
    ),
    "schema_open_to_create": Case(
        fires="create schema open; grant create, usage on schema open to public;",
        found={"open"},
        silent="create schema shut; grant usage on schema shut to public;",
    ),
    "table_open_to_public": Case(
        fires="""
            create table accounts (id int);
            grant select, update on accounts to public;
            create view seen as select 1 as one;
            grant select on seen to public;
            create table events (id int) partition by hash (id);
            create table events_1 partition of events for values with (modulus 1, remainder 0);
            grant select on events, events_1 to public;
        """,
        found={"public.accounts", "public.seen", "public.events"},
        silent="""
            create table accounts (id int);
            grant select on accounts to pg_monitor;
            grant select (id) on accounts to pg_read_all_stats;
        """,
    ),
    "secret_in_plain_text": Case(
        fires="""
            create table accounts (access_token text, password varchar(50), api_key text, day date)
            partition by range (day);
            create table accounts_1 partition of accounts default;
        """,
        found={
            "public.accounts.access_token",
            "public.accounts.password",
            "public.accounts.api_key",
        },
        silent="""
            create table accounts (
                password_hash text, access_token_encrypted bytea, refresh_token bytea,
                token_expires_at timestamptz, api_key_id text, encrypted_password text,
                monkey text
            );
        """,
    ),
    "policy_without_row_security": Case(
        fires="""
            create table accounts (id int, owner text);
            create policy own_rows on accounts using (owner = current_user);
            create table events (id int) partition by hash (id);
            create table events_1 partition of events for values with (modulus 1, remainder 0);
            create policy some_rows on events using (id > 5);
        """,
        found={"public.accounts", "public.events"},
        silent="""
            create table accounts (id int, owner text);
            alter table accounts enable row level security;
            create policy own_rows on accounts using (owner = current_user);
            create table free (id int);
        """,
    ),
    "table_without_comment": Case(
        fires="""
            create schema pricing;
            create table prices (id int);
            create table pricing.rules (id int, name text);
            comment on table pricing.rules is 'Rules.';
            comment on column pricing.rules.id is 'Key.';
        """,
        found={"public", "pricing"},
        silent="""
            create table prices (id int) partition by hash (id);
            create table prices_1 partition of prices for values with (modulus 1, remainder 0);
            comment on table prices is 'Prices.';
            comment on column prices.id is 'Key.';
            create schema empty;
        """,
    ),
    "function_without_comment": Case(
        fires="""
            create schema api;
            create function price() returns int language sql as 'select 1';
            create view api.prices as select 1 as price;
        """,
        found={"public", "api"},
        silent="""
            create function price() returns int language sql as 'select 1';
            create view prices as select 1 as price;
            comment on function price() is 'The price.';
            comment on view prices is 'The prices.';
        """,
    ),
}


def build(connection: psycopg.Connection, steps: str) -> None:
    for step in steps.split("-- then"):
        if step.strip():
            connection.execute(step)


def found_by(connection: psycopg.Connection, name: str) -> dict[str, checks.Finding]:
    """Run one check, whatever the server is able to, and return its findings by subject."""
    check = CHECKS[name]
    requires = tuple(one for one in check.requires if not one.startswith("extension:"))
    [outcome] = checks.run(
        connection,
        [dataclasses.replace(check, requires=requires)],
        settings=CASES[name].settings,
    ).outcomes
    assert outcome.status in ("passed", "findings"), outcome.reason
    return {finding.subject: finding for finding in outcome.findings}


def test_every_check_has_a_case():
    assert set(CASES) == set(CHECKS)


# Something of an extension stands by, so that leaving that out never leaves out all.
BYSTANDERS = """
create type public.bystander_kind as enum ('a');
create table public.bystanders (id int);
alter extension plpgsql add type public.bystander_kind;
alter extension plpgsql add table public.bystanders;
"""


@pytest.mark.parametrize("name", CASES)
def test_check_fires(empty_db, name):
    build(empty_db, BYSTANDERS)
    build(empty_db, CASES[name].fires)
    assert set(found_by(empty_db, name)) == CASES[name].found


@pytest.mark.parametrize("name", CASES)
def test_check_stays_silent(empty_db, name):
    build(empty_db, CASES[name].silent)
    assert found_by(empty_db, name) == {}


FIXABLE = sorted(
    {
        "table_without_primary_key",
        "type_in_wrong_schema",
        "disabled_trigger",
        "money_as_float",
        "money_type",
        "timestamp_without_time_zone",
        "json_instead_of_jsonb",
        "text_with_length_limit",
        "foreign_key_without_index",
        "implied_foreign_key",
        "constraint_not_validated",
        "price_without_check",
        "check_against_the_clock",
        "duplicate_index",
        "redundant_index",
        "invalid_index",
        "unused_index",
        "table_never_analyzed",
        "autovacuum_disabled",
        "definer_function_without_search_path",
        "schema_open_to_create",
        "table_open_to_public",
        "policy_without_row_security",
    }
)


@pytest.mark.parametrize("name", FIXABLE)
def test_fix_mends_and_undo_brings_it_back(empty_db, name):
    build(empty_db, CASES[name].fires)
    before = found_by(empty_db, name)
    without = {subject for subject, finding in before.items() if finding.fix_sql is None}
    assert without == CASES[name].without_fix
    assert without < set(before)
    for subject, finding in before.items():
        if finding.fix_sql is None:
            continue
        empty_db.execute(finding.fix_sql)
        assert subject not in found_by(empty_db, name)
        if finding.undo_sql is not None:
            empty_db.execute(finding.undo_sql)
            assert found_by(empty_db, name)[subject].fix_sql == finding.fix_sql


def test_every_check_that_offers_sql_is_tried():
    texts = {check.name for check in CHECKS.values() if " as fix_sql" in check.sql}
    assert texts == set(FIXABLE)


# What finds a schema, or the rows of pg_cron's own tables.
NOT_OWNED = {"schema_open_to_create", "cron_job_failed", "cron_job_silent"}


@pytest.mark.parametrize("name", sorted(set(CASES) - NOT_OWNED))
def test_objects_of_an_extension_are_left_out(empty_db, name):
    build(empty_db, CASES[name].fires)
    empty_db.execute(
        """
        do $$
        declare
            v_statement text;
        begin
            for v_statement in
                select format('alter extension plpgsql add %s %s', kind, object)
                from (
                    select
                        case when relkind = 'v' then 'view' else 'table' end as kind,
                        relation.oid::regclass::text as object,
                        relation.relnamespace
                    from pg_class as relation where relkind in ('r', 'p', 'v')
                    union all
                    select 'routine', function.oid::regprocedure::text, pronamespace
                    from pg_proc as function
                    union all
                    select 'type', data_type.oid::regtype::text, typnamespace
                    from pg_type as data_type where typtype in ('e', 'd')
                ) as objects
                inner join pg_namespace as namespace on relnamespace = namespace.oid
                where nspname !~ '^pg_' and nspname <> 'information_schema'
            loop
                execute v_statement;
            end loop;
        end;
        $$
        """
    )
    assert found_by(empty_db, name) == {}


TEMPORARY = sorted(
    name
    for name, case in CASES.items()
    if "create schema" not in case.fires and "execute function" not in case.fires
)


@pytest.mark.parametrize("name", TEMPORARY)
def test_temporary_objects_are_left_out(empty_db, name):
    empty_db.execute("set search_path = pg_temp")
    build(empty_db, CASES[name].fires)
    assert found_by(empty_db, name) == {}


@pytest.mark.parametrize(
    ("name", "severities"),
    [
        (
            "partition_gap",
            {
                "public.past": "error",
                "public.bare": "error",
                "public.piling": "warning",
                "public.piling_default": "warning",
                "public.current": "warning",
            },
        ),
        (
            "disabled_trigger",
            {
                "public.children.children_parent_id_fkey": "error",
                "public.parents.keeps_history": "warning",
                "public.events.notes": "warning",
            },
        ),
        (
            "price_scale_drift",
            {"public.b.bid": "warning", "public.b.last_sale": "warning", "public.c.cost": "info"},
        ),
        (
            "table_open_to_public",
            {
                "public.accounts": "error",
                "public.seen": "warning",
                "public.events": "warning",
            },
        ),
        ("table_without_comment", {"public": "warning", "pricing": "info"}),
        (
            "orphan_rows",
            {
                "public.stock.product_id": "error",
                "public.ratios.symbol": "warning",
                "public.loose.parent": "error",
                "public.events.product_id": "error",
            },
        ),
        (
            "cron_job_silent",
            {
                "minutely": "error",
                "ten": "error",
                "seconds": "error",
                "daily": "error",
                "never": "warning",
            },
        ),
    ],
)
def test_severity_follows_the_case(empty_db, name, severities):
    build(empty_db, CASES[name].fires)
    found = found_by(empty_db, name)
    assert {subject: finding.severity for subject, finding in found.items()} == severities


def test_details_say_what_was_seen(empty_db):
    build(empty_db, CASES["orphan_rows"].fires)
    details = {key: one.detail for key, one in found_by(empty_db, "orphan_rows").items()}
    assert details["public.stock.product_id"] == (
        "10 of 100 rows have no public.products (id); such as '100'"
    )
    build(empty_db, "drop schema public cascade; create schema public;")
    build(empty_db, CASES["duplicate_rows"].fires)
    details = {key: one.detail for key, one in found_by(empty_db, "duplicate_rows").items()}
    assert details["public.sales"] == (
        "1000 of 1500 rows looked at repeat another in everything but id and its arrival"
    )


@pytest.fixture
def reader(empty_db):
    """Return a role that may read nothing yet."""
    role = f"test_reader_{secrets.token_hex(4)}"
    empty_db.execute(f"create role {role}")
    yield role
    empty_db.execute(f"reset role; drop owned by {role}; drop role {role}")


@pytest.mark.parametrize(
    ("name", "readable", "found"),
    [
        ("orphan_rows", "stock, products", "public.stock.product_id"),
        ("duplicate_rows", "sales", "public.sales"),
    ],
)
def test_rows_that_may_not_be_read_are_left_out(empty_db, reader, name, readable, found):
    build(empty_db, CASES[name].fires)
    empty_db.execute(f"grant select on {readable} to {reader}; set role {reader}")
    assert set(found_by(empty_db, name)) == {found}
    empty_db.execute("reset role; revoke usage on schema public from public")
    empty_db.execute(f"set role {reader}")
    [outcome] = checks.run(empty_db, [CHECKS[name]]).outcomes
    assert outcome.status == "skipped"
    assert outcome.reason.startswith("none of the ")


@pytest.mark.parametrize(
    ("name", "table", "hidden"),
    [
        ("orphan_rows", "stock", "public.stock.product_id"),
        ("orphan_rows", "products", "public.stock.product_id"),
        ("duplicate_rows", "sales", "public.sales"),
    ],
)
def test_rows_behind_row_level_security_are_left_out(empty_db, reader, name, table, hidden):
    build(empty_db, CASES[name].fires)
    empty_db.execute(f"grant select on all tables in schema public to {reader}")
    empty_db.execute(f"set role {reader}")
    assert hidden in found_by(empty_db, name)
    empty_db.execute(f"reset role; alter table {table} enable row level security")
    empty_db.execute(f"create policy all_rows on {table} using (true); set role {reader}")
    found = set(found_by(empty_db, name))
    assert found
    assert hidden not in found


def test_tables_beyond_the_row_budget_are_not_searched_for_duplicates(empty_db):
    build(empty_db, CASES["duplicate_rows"].fires)
    [outcome] = checks.run(
        empty_db, [CHECKS["duplicate_rows"]], settings={"row_budget": "250"}
    ).outcomes
    assert [finding.subject for finding in outcome.findings] == ["public.events"]


def test_composite_key_that_is_not_valid_is_left_to_others(empty_db):
    build(
        empty_db,
        """
        create table parents (a int, b int, primary key (a, b));
        create table children (a int, b int);
        insert into children values (1, 2);
        alter table children add foreign key (a, b) references parents not valid;
        create table checked (id int primary key);
        create table followers (checked int references checked);
        alter table followers disable trigger all;
        insert into followers values (5);
        """,
    )
    assert found_by(empty_db, "orphan_rows") == {}


def test_orphans_of_a_large_table_are_sampled(empty_db):
    build(
        empty_db,
        """
        create table products (id int primary key);
        create table stock (product_id int);
        insert into stock select generate_series(1, 50000);
        -- then
        analyze;
        """,
    )
    [outcome] = checks.run(
        empty_db, [CHECKS["orphan_rows"]], settings={"row_budget": "5000"}
    ).outcomes
    [finding] = outcome.findings
    sampled = int(finding.detail.split(" of ")[1].split(" sampled")[0])
    assert 1000 < sampled < 15000


def test_unused_index_says_nothing_before_two_weeks(empty_db):
    [outcome] = checks.run(empty_db, [CHECKS["unused_index"]]).outcomes
    assert outcome.status == "skipped"
    assert "less than 14 days" in outcome.reason


def test_cron_checks_are_skipped_without_pg_cron(empty_db):
    names = ("cron_job_failed", "cron_job_silent")
    outcomes = checks.run(empty_db, [CHECKS[name] for name in names]).outcomes
    assert {(one.status, one.reason) for one in outcomes} == {
        ("skipped", "the extension pg_cron is not installed in this database")
    }


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_header_is_complete(path):
    values = checks.load(path.parent)
    check = next(one for one in values if one.name == path.stem)
    header = path.read_text().split("\nselect")[0].split("\nwith")[0]
    assert all(f"-- {key}: " in header for key in ("id", "area", "cost"))
    assert check.id != check.name


def test_a_thousand_tables_take_seconds(empty_db):
    build(
        empty_db,
        """
        do $$
        begin
            for i in 1..1000 loop
                execute format(
                    'create table t_%s (id int primary key, product_id int, sku_%s text,'
                    ' price numeric(10, 2), ask_%s float8, created_at timestamptz,'
                    ' unique (sku_%s))', i, i, i, i
                );
            end loop;
        end;
        $$;
        """,
    )
    outcomes = checks.run(empty_db, list(CHECKS.values()), timeout=60).outcomes
    outcomes += [checks.listing(empty_db, one)[1] for one in checks.load_inventory(INVENTORY)]
    slow = {one.check.name: round(one.seconds, 1) for one in outcomes if one.seconds > 3}
    assert slow == {}
