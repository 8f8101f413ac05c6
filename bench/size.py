"""The queries of the read side at size: p50 and p95 beside an index-only look-up of as many rows.

Generated: by default a million prices in twenty sizes, 25 months of their history, ten million
logs. Also: what a new price costs while the history grows to that size.
"""

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import psycopg

from bench.market import PRICES_A_PRODUCT, Market
from bench.rows import Row, Server, databases, progress
from toolkit.migrate import apply_all

DATABASE = "mdt_bench_size"
MONTHS = 25
CALLS = 100  # of each query, in each round
WRITES, BATCH = 30, 200

Sample = dict[str, object]


class Query(NamedTuple):
    """A query, its arguments, the rows it reads, and the seconds that p95 may take.

    rows: of the answer; needs: a relation or function without which it is left out.
    """

    title: str
    text: str
    arguments: tuple[str, ...] = ()
    rows: str = "rows"
    bound: float = 0.010
    needs: str = ""


QUERIES = (
    Query("market page", "select api.market_page(%s)", ("slug",), "sizes"),
    Query("size run", "select api.size_run(%s)", ("id",), "array"),
    Query("chart of 7 days", "select api.price_chart(%s, 7)", ("id",), "array"),
    Query("chart of 30 days", "select api.price_chart(%s)", ("id",), "array"),
    Query(
        "chart of 30 days of a size",
        "select api.price_chart(%s, p_variant_id => %s)", ("id", "variant_id"), "array",
    ),
    Query("search by style code", "select api.search_products(%s)", ("style_code",), "array"),
    Query("search by a part of the name", "select api.search_products(%s)", ("word",), "array"),
    Query("state of the sync engine", "select api.sync_health()"),
    Query(
        "best 50 profit opportunities",
        "select * from analytics.profit_opportunities order by profit_cents desc limit 50",
        bound=0.020,
    ),
    Query(
        "profit opportunities of a product",
        "select * from analytics.profit_opportunities where product_id = %s", ("id",),
        bound=0.020,
    ),
    Query(
        "latest prices of a product",
        "select * from analytics.latest_prices where product_id = %s", ("id",),
    ),
    Query(
        "prices of a brand",
        "select price.currency, count(*), min(price.lowest_ask_cents), avg(price.lowest_ask_cents)"
        " from analytics.latest_prices as price"
        " inner join products.products as product on price.product_id = product.id"
        " where product.brand_id = %s group by price.currency", ("brand_id",),
        bound=0.100,
    ),
    Query(
        "product of an EAN",
        "select product_id, variant_id from products.gtins where gtin = ("
        "select gtin from products.gtins where product_id = %s limit 1)", ("id",),
        bound=0.001, needs="products.gtins",
    ),
    Query(
        "stock by status",
        "select id, product_id, variant_id from products.inventory"
        " where status = 'reserved' limit 100",
        bound=0.005, needs="products.inventory",
    ),
    Query(
        "last 50 log lines of a component",
        "select logged_at, level, message from system.logs"
        " where component = 'component 7' order by logged_at desc limit 50",
    ),
)  # fmt: skip

COUNTS: dict[str, Callable[[list[tuple]], int]] = {
    "rows": len,
    "array": lambda rows: len(rows[0][0]),
    "sizes": lambda rows: len(rows[0][0]["sizes"]),
}
FLOOR = "select id from products.products where id >= %s order by id limit %s"
TOUCHED = """
select
    partition.parent::text,
    count(*) filter (where coalesce(stats.seq_scan, 0) + coalesce(stats.idx_scan, 0) > 0),
    count(*)
from system.partitions as partition
inner join pg_stat_xact_all_tables as stats on partition.partition = stats.relid
group by partition.parent
"""
WRITE = """
select integration.record_prices(
    array(
        select
            row(
                price.product_id, price.variant_id, price.source, price.price_type,
                price.condition, price.region, price.channel, price.currency,
                price.price_cents + 1 + %(round)s, null, clock_timestamp(), 'bench', null, null
            )::integration.price_observation
        from integration.price_sources as price
        where price.product_id = any(%(products)s)
    )
)
"""
INSERT = """
insert into bench_history
select price.product_id, price.id, clock_timestamp(), null, price.price_cents, price.currency
from integration.price_sources as price
where price.product_id = any(%(products)s)
"""
FLOOR_TITLE = f"{BATCH} rows inserted into an empty copy"


def measure(rounds: int, prices: int = 1_000_000) -> list[Row]:
    """Generate a market in a database of its own in the private cluster, and measure it."""
    server = Server()
    rows = []
    with databases(server, DATABASE):
        server.fresh(DATABASE)
        apply_all(server.dsn(DATABASE))
        with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
            market = Market(connection, prices)
            market.load()
            rows += growth(market)
            progress("size: materialized views")
            connection.execute("select analytics.refresh_views()")
            market.settle()
            for query in QUERIES:
                if not query.needs or market.has(query.needs):
                    rows += look_up(market, query, rounds)
            say_unmeasured(connection)
    return rows


def growth(market: Market) -> list[Row]:
    """Return what new prices cost at a month, ten months and all months of history.

    Beside each: as many plain rows into a table of that form that is always empty before, so that
    what else the machine does shows in both.
    """
    market.connection.execute(
        "create table bench_history (like integration.price_history including indexes)"
    )
    rows = []
    for months in (1, MONTHS * 2 // 5, MONTHS):
        size = market.grow(months)
        seconds, floor = write(market)
        rows.append(Row(f"{BATCH} new prices, history of {size:,}", seconds, FLOOR_TITLE, floor))
    return rows


def write(market: Market) -> tuple[float, float]:
    """Return the median seconds of recording 200 new prices, and of as many plain inserts."""
    width = BATCH // PRICES_A_PRODUCT
    products = [sample["id"] for sample in market.sample(WRITES * width)]
    market.connection.execute("truncate bench_history")
    seen: dict[str, list[float]] = {WRITE: [], INSERT: []}
    for number in range(WRITES):
        some = [
            products[place % len(products)] for place in range(number * width, (number + 1) * width)
        ]
        for statement, times in seen.items():
            started = time.perf_counter()
            market.connection.execute(statement.encode(), {"products": some, "round": number})
            times.append(time.perf_counter() - started)
    return statistics.median(seen[WRITE]), statistics.median(seen[INSERT])


def look_up(market: Market, query: Query, rounds: int) -> list[Row]:
    """Return p50 and p95 of a query, each beside that of its floor, measured in turn."""
    connection = market.connection
    samples = market.sample(CALLS)
    seen: list[float] = []
    floors: list[float] = []
    count = 0
    for sample in samples:  # once, so that neither plans nor pages are new to what is measured
        connection.execute(query.text.encode(), [sample[name] for name in query.arguments])
    for _ in range(rounds):
        for sample in samples:
            arguments = [sample[name] for name in query.arguments]
            seconds, rows = ask(connection, query.text, arguments)
            seen.append(seconds)
            count = COUNTS[query.rows](rows)
            floors.append(ask(connection, FLOOR, [sample["id"], max(count, 1)])[0])
    title = f"{query.title}{touched(connection, query, samples[0])}"
    p95 = percentile(seen, 95)
    progress(
        f"size: {title}: p50 {statistics.median(seen) * 1000:.2f} ms, p95 {p95 * 1000:.2f} ms, "
        f"{count} rows" + (f": over {query.bound * 1000:g} ms" if p95 > query.bound else "")
    )
    floor = f"{count} rows by index alone"
    return [
        Row(f"{title}, p50", statistics.median(seen), floor, statistics.median(floors)),
        Row(f"{title}, p95", p95, floor, percentile(floors, 95)),
    ]


def ask(
    connection: psycopg.Connection, text: str, arguments: list[object]
) -> tuple[float, list[tuple]]:
    """Return how long a query took, and its rows."""
    started = time.perf_counter()
    rows = connection.execute(text.encode(), arguments, prepare=True).fetchall()
    return time.perf_counter() - started, rows


def percentile(values: list[float], percent: int) -> float:
    """Return the value that so many percent do not exceed."""
    return sorted(values)[min(len(values) * percent // 100, len(values) - 1)]


def touched(connection: psycopg.Connection, query: Query, sample: Sample) -> str:
    """Return how many partitions a query reads, of the partitioned tables that it reads."""
    with psycopg.connect(connection.info.dsn) as fresh:  # it counts nothing of before
        fresh.execute(query.text.encode(), [sample[name] for name in query.arguments])
        found = fresh.execute(TOUCHED).fetchall()
    said = [f"{table.split('.')[1]} {read} of {there}" for table, read, there in found if read]
    return f" ({', '.join(said)} partitions)" if said else ""


def say_unmeasured(connection: psycopg.Connection) -> None:
    """Name the functions of api and the views of analytics that no query here uses."""
    text = " ".join(query.text for query in QUERIES)
    for (name,) in connection.execute(
        """
        select distinct pronamespace::regnamespace || '.' || proname from pg_proc
        where pronamespace = 'api'::regnamespace
        union
        select relnamespace::regnamespace || '.' || relname from pg_class
        where relnamespace = 'analytics'::regnamespace and relkind in ('m', 'v')
        order by 1
        """
    ).fetchall():
        if name not in text:
            progress(f"size: {name} is not measured")
