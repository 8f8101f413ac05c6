"""A generated market: products in twenty sizes, fifty prices each, and their history by months.

Deterministic but for the times, which end now. Foreign keys are not checked while it is loaded.
"""

import psycopg

from bench.rows import progress

PRICES_A_PRODUCT = 50  # an ask and a bid in each of 20 sizes, a shop's price in ten
BRANDS = 50
SIZES = 20
LOGS_PER_PRICE = 10

CATALOGUE = """
insert into core.brands (id, name, slug)
select md5('brand ' || n)::uuid, 'Brand ' || n, 'brand-' || n
from generate_series(0, {brands} - 1) as n;

insert into core.categories (id, name, slug)
values (md5('category')::uuid, 'Bench shoes', 'bench-shoes');

insert into products.sizes (id, category_id, region, gender, label, standardized_value)
select
    md5('size ' || n)::uuid, md5('category')::uuid, 'EU', 'men', (36 + n / 2.0)::text,
    36 + n / 2.0
from generate_series(0, {sizes} - 1) as n;

insert into products.products (id, style_code, brand_id, category_id, name, slug, gender)
select
    md5('product ' || n)::uuid, 'ST' || n, md5('brand ' || n % {brands})::uuid,
    md5('category')::uuid,
    (array['Air', 'Low', 'Retro', 'Trail', 'Court', 'Dunk', 'Gel', 'Ultra'])[1 + n % 8]
    || ' ' || (array['Runner', 'Classic', 'Force', 'Wave', 'Street'])[1 + n / 8 % 5]
    || ' ' || md5(n::text),
    'shoe-' || n, 'men'
from generate_series(1, {products}) as n;

insert into products.variants (product_id, id, size_id)
select md5('product ' || n)::uuid, md5('variant ' || n || ' ' || s)::uuid, md5('size ' || s)::uuid
from generate_series(1, {products}) as n cross join generate_series(0, {sizes} - 1) as s;

insert into integration.product_links (
    provider, provider_product_id, product_id, match_method, observed_at, origin
)
select provider, n::text, md5('product ' || n)::uuid, 'new', now(), 'bench'
from generate_series(1, {products}) as n
cross join (values ('stockx'), ('awin')) as link (provider);

select sync.seed_registry();

insert into sync.subjects (data_type, subject, product_id, fetched_at, due_at)
select 'stockx-market-data', n::text, md5('product ' || n)::uuid, now(), now() + interval '1 day'
from generate_series(1, {products}) as n;
"""

# changed_at is when the newest stretch of the history begins.
PRICES = """
insert into integration.price_sources (
    product_id, id, variant_id, source, price_type, condition, region, channel, currency,
    price_cents, observed_at, changed_at, origin
)
select
    priced.product_id, priced.id, priced.variant_id, priced.source, priced.price_type, 'new', 'EU',
    'standard', 'EUR', 5000 + priced.random * 20, now(),
    date_trunc('month', now(), 'UTC')
    + (now() - date_trunc('month', now(), 'UTC')) * priced.random / 1024, 'bench'
from (
    select
        variant.product_id, variant.id as variant_id, offer.source, offer.price_type,
        md5(variant.id::text || offer.price_type)::uuid as id,
        hashtext(variant.id::text || offer.price_type) & 1023 as random
    from products.variants as variant
    cross join (
        values ('stockx', 'ask'), ('stockx', 'bid'), ('awin', 'retail')
    ) as offer (source, price_type)
    where offer.price_type <> 'retail' or get_byte(uuid_send(variant.id), 15) % 2 = 0
    order by variant.product_id
) as priced
"""

HISTORY = """
insert into integration.price_history (
    product_id, price_source_id, valid_from, last_seen_at, price_cents, currency
)
select
    price.product_id, price.id, past.valid_from,
    case when %(ago)s > 0 then past.valid_from + interval '20 days' end,
    price.price_cents + %(ago)s * 7, price.currency
from integration.price_sources as price
cross join lateral (
    select price.changed_at - %(ago)s * interval '1 month' as valid_from
) as past
order by price.product_id, price.id
"""

LOGS = """
insert into system.logs (id, logged_at, level, component, message)
select
    lpad(to_hex({logs} - n), 32, '0')::uuid,
    now() - n * interval '20 days' / {logs}, (array['info', 'info', 'warning', 'error'])[1 + n % 4],
    'component ' || n % 20, 'message ' || n
from generate_series({logs}, 1, -1) as n
"""

# Where the tables are there.
STOCK = """
insert into products.inventory (product_id, variant_id, status, currency, purchase_net_cents)
select
    variant.product_id, variant.id,
    case when n % 100 < 2 then 'reserved' when n % 100 < 20 then 'in_stock' else 'sold' end,
    'EUR', 5000 + n % 5000
from (
    select product_id, id, row_number() over (order by id) as n from products.variants
) as variant
"""
BARCODES = """
insert into products.gtins (product_id, variant_id, gtin, source)
select product_id, id, body || (10 - odd % 10) % 10, 'bench'
from (
    select
        variant.product_id, variant.id, variant.body,
        (
            select
                sum(substr(variant.body, place, 1)::int * case place % 2 when 1 then 3 else 1 end)
            from generate_series(1, 13) as place
        ) as odd
    from (
        select
            product_id, id,
            lpad((4000000000 + row_number() over (order by id))::text, 13, '0') as body
        from products.variants
    ) as variant
) as numbered
"""


class Market:
    """The generated rows of a database; the history grows month by month into the past."""

    def __init__(self, connection: psycopg.Connection, prices: int) -> None:
        self.connection = connection
        self.products = max(prices // PRICES_A_PRODUCT, 20)
        self.months = 0
        connection.execute("set timezone = 'UTC'")

    def has(self, relation: str) -> bool:
        """Return whether there is such a relation."""
        found = self.connection.execute("select to_regclass(%s) is not null", [relation]).fetchone()
        return bool(found and found[0])

    def load(self) -> None:
        """Write everything but the history."""
        names = {"brands": BRANDS, "sizes": SIZES, "products": self.products}
        self._replicate(CATALOGUE.format(**names), "catalogue")
        self._replicate(PRICES, "prices")
        if self.has("products.gtins"):
            self._replicate(BARCODES, "barcodes")
        if self.has("products.inventory"):
            self._replicate(STOCK, "stock")
        logs = self.products * PRICES_A_PRODUCT * LOGS_PER_PRICE
        self._replicate(LOGS.format(logs=logs), f"{logs:,} logs")
        self.settle()

    def grow(self, months: int) -> int:
        """Write the history until it has so many months; return how many rows it has."""
        while self.months < months:
            progress(f"size: history, month {self.months + 1} of {months}")
            with self.connection.transaction():
                self.connection.execute("set local session_replication_role = replica")
                self.connection.execute(
                    "select system.make_partition('integration.price_history', wanted.starts_at)"
                    " from (select date_trunc('month', now()) - %s * interval '1 month')"
                    " as wanted (starts_at)"
                    " where not exists ("
                    "select from system.partitions as partition"
                    " where partition.starts_at = wanted.starts_at"
                    " and partition.parent = 'integration.price_history'::regclass)",
                    [self.months],
                )
                self.connection.execute(HISTORY.encode(), {"ago": self.months})
            self.months += 1
        self.settle()
        found = self.connection.execute("select count(*) from integration.price_history").fetchone()
        assert found
        return int(found[0])

    def settle(self) -> None:
        """Leave no work of the load to what is measured."""
        progress("size: vacuum")
        self.connection.execute("vacuum (analyze)")
        self.connection.execute("checkpoint")

    def sample(self, count: int) -> list[dict[str, object]]:
        """Return so many products, spread evenly: id, slug, style_code, name and a variant's id."""
        step = max(self.products // count, 1)
        with self.connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            return cursor.execute(
                """
                select
                    product.id, product.slug, product.style_code, product.brand_id,
                    right(product.name, 8) as word, variant.id as variant_id
                from products.products as product
                cross join lateral (
                    select id from products.variants where product_id = product.id limit 1
                ) as variant
                where product.slug in (
                    select 'shoe-' || 1 + n * %s from generate_series(0, %s - 1) as n
                )
                order by md5(product.slug)
                """,
                [step, count],
            ).fetchall()

    def _replicate(self, statements: str, what: str) -> None:
        progress(f"size: {what}")
        with self.connection.transaction():
            self.connection.execute("set local session_replication_role = replica")
            self.connection.execute(statements.encode())
