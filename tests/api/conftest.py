"""Tests of one session work in a transaction that is undone, in place of a fresh database."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[tuple[Any, ...]]
Ask = Callable[..., Any]


@pytest.fixture
def db(rolled_back: Connection) -> Connection:
    """Return a connection whose work is undone at the end of the test."""
    return rolled_back


@pytest.fixture
def ask(db: Connection) -> Ask:
    """Return a function that returns what a function answers: ask("api.size_run", product)."""

    def call(function: str, *values: object, **named: object) -> Any:
        places = [*["%s"] * len(values), *(f"p_{name} => %s" for name in named)]
        query = f"select {function}({', '.join(places)})"
        found = db.execute(query, [*values, *named.values()]).fetchone()
        assert found is not None
        return found[0]

    return call


@pytest.fixture
def ingest(db: Connection) -> Callable[..., None]:
    """Return a function that ingests a payload: ingest("fmp", "quote", [...])."""

    def call(
        provider: str, kind: str, payload: Any, at: str = "2025-12-09T12:00:00Z", **context: str
    ) -> None:
        db.execute(
            "select integration.ingest(%s, %s, %s, %s, %s)",
            [provider, kind, Jsonb(payload), at, Jsonb(context)],
        )

    return call


@pytest.fixture
def shoe(db: Connection, ingest: Callable[..., None]) -> tuple[str, str]:
    """Make a shoe of StockX known, in US 9 and 10 and one size that means nothing.

    Returns its key and its slug.
    """
    product = {
        "productId": "p",
        "brand": "Nike",
        "productType": "sneakers",
        "styleId": "DD1391-100",
        "title": "Nike Dunk Low",
        "productAttributes": {
            "colorway": "White/Black",
            "gender": "men",
            "releaseDate": "2021-03-10",
            "retailPrice": 115,
        },
    }
    ingest("stockx", "catalog_search", product)
    labels = ("10", "9", "OS")
    variants = [{"productId": "p", "variantId": one, "variantValue": one} for one in labels]
    ingest("stockx", "variants", variants)
    found = db.execute("select id::text, slug from products.products").fetchone()
    assert found is not None
    return found[0], found[1]
