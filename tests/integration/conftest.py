"""What the tests of ingest share: products to name, and the writers called with plain rows."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
# What each writer takes an array of.
ROW_TYPES = {
    "integration.record_catalogue": "integration.catalogue_entry",
    "integration.withdraw_links": "integration.catalogue_entry",
    "integration.record_prices": "integration.price_observation",
    "integration.withdraw_prices": "integration.price_observation",
    "integration.record_sales": "integration.sale_observation",
    "integration.record_snapshots": "integration.market_observation",
}

Connection = psycopg.Connection[tuple[Any, ...]]
Row = dict[str, Any]
Write = Callable[..., int]
Rows = Callable[..., list[Row]]


@pytest.fixture
def db(rolled_back: Connection) -> Connection:
    """Return a connection whose work is undone at the end of the test."""
    return rolled_back


def _write(db: Connection, function: str, rows: list[Row], *more: object) -> int:
    places = "".join(", %s" for _ in more)
    query = (
        f"select {function}(array(select jsonb_populate_record(null::{ROW_TYPES[function]}, item)"
        f" from jsonb_array_elements(%s) with ordinality as given (item, place) order by place)"
        f"{places})"
    )
    as_json = partial(json.dumps, default=str)
    found = db.execute(query, [Jsonb(rows, dumps=as_json), *more]).fetchone()
    assert found is not None
    return int(found[0])


@pytest.fixture
def write(db: Connection) -> Write:
    """Return a function that calls a writer: write("integration.record_prices", rows).

    The rows are dictionaries; what one leaves out is null.
    """
    return partial(_write, db)


@pytest.fixture
def write_in() -> Write:
    """Return the same function for any session: write_in(connection, function, rows)."""
    return _write


@pytest.fixture
def rows(db: Connection) -> Rows:
    """Return a function that returns the rows of a query as dictionaries."""

    def read(query: str, *values: object) -> list[Row]:
        with db.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()

    return read


@dataclass
class Shop:
    """Makes products and variants in the plainest way."""

    db: Connection

    def product(self, name: str = "Shoe", style_code: str | None = None) -> UUID:
        """Make a product and return its key."""
        return self._key(
            "insert into products.products (name, slug, style_code)"
            " values (%s, gen_random_uuid()::text, %s) returning id",
            name,
            style_code,
        )

    def variant(self, product: UUID, label: str = "9") -> UUID:
        """Make a product's variant of a US men's size and return its key."""
        size = self._key(
            "insert into products.sizes (category_id, region, gender, label)"
            " select id, 'US', 'men', %s from core.categories where slug = 'sneakers'"
            " on conflict (category_id, brand_id, region, gender, label)"
            " do update set label = excluded.label returning id",
            label,
        )
        return self._key(
            "insert into products.variants (product_id, size_id) values (%s, %s) returning id",
            product,
            size,
        )

    def _key(self, query: str, *values: object) -> UUID:
        found = self.db.execute(query, values).fetchone()
        assert found is not None
        key: UUID = found[0]
        return key


@pytest.fixture
def shop(db: Connection) -> Shop:
    """Return what makes products and variants."""
    return Shop(db)


@dataclass
class Ingest:
    """Calls integration.ingest() and returns (accepted, unchanged, rejected)."""

    db: Connection

    def __call__(
        self,
        provider: str,
        kind: str,
        payload: Any,
        at: str = "2025-12-09T12:00:00Z",
        context: Row | None = None,
    ) -> tuple[int, int, int]:
        found = self.db.execute(
            "select accepted, unchanged, rejected from integration.ingest(%s, %s, %s, %s, %s)",
            [provider, kind, Jsonb(payload), at, Jsonb(context or {})],
        ).fetchone()
        assert found is not None
        return (found[0], found[1], found[2])

    def rejected(self) -> list[tuple[str, str, Any]]:
        """Return path, reason and value of everything that was rejected, by path."""
        return self.db.execute(
            "select path, reason, value from integration.rejected_payloads"
            ' order by path collate "C"'
        ).fetchall()  # type: ignore[return-value]


@pytest.fixture
def ingest(db: Connection) -> Ingest:
    """Return a function that ingests a payload: ingest("fmp", "quote", [...])."""
    return Ingest(db)


InParallel = Callable[[int, Callable[[Connection, int], Any]], list[Any]]


@pytest.fixture
def in_parallel(dsn: str) -> InParallel:
    """Return a function that runs work(connection, number) in many sessions at the same time."""

    def run(sessions: int, work: Callable[[Connection, int], Any]) -> list[Any]:
        barrier = threading.Barrier(sessions)

        def one(number: int) -> Any:
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("set statement_timeout = '60s'")
                barrier.wait(30)
                return work(connection, number)

        with ThreadPoolExecutor(sessions) as pool:
            return [future.result() for future in [pool.submit(one, n) for n in range(sessions)]]

    return run


@pytest.fixture
def committed(dsn: str) -> Iterator[Connection]:
    """Connect to a database of its own, for what other sessions shall see."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection
