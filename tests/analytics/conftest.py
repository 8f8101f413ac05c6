"""A small market: what the figures are derived from."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[tuple[Any, ...]]
Ingest = Callable[..., None]


def ingest_into(db: Connection, provider: str, kind: str, payload: Any, **context: str) -> None:
    """Ingest a payload that was true on the ninth of December 2025."""
    db.execute(
        "select integration.ingest(%s, %s, %s, '2025-12-09T12:00:00Z', %s)",
        [provider, kind, Jsonb(payload), Jsonb(context)],
    )


def open_market(db: Connection) -> None:
    """Let a shop sell one shoe in euros, and three markets bid for it in two currencies.

    The shop has EU 42, 42.5 and 43 for 100 EUR, 42.5 is US 9, 43 is out of stock.
    """
    shoe = {"productId": "p", "title": "Dunk", "styleId": "XX1391-100"}
    sizes = (("us8.5", "8.5"), ("us9", "9"), ("us9.5", "9.5"))
    variants = [
        {"productId": "p", "variantId": name, "variantValue": label} for name, label in sizes
    ]
    ingest_into(db, "stockx", "catalog_search", shoe | {"productType": "sneakers"})
    ingest_into(db, "stockx", "variants", variants)
    for name, ask, bid in (("us8.5", "140", "90"), ("us9", "150", "120"), ("us9.5", "160", "130")):
        answer = {"productId": "p", "variantId": name, "currencyCode": "EUR"}
        answer |= {"lowestAskAmount": ask, "highestBidAmount": bid, "flexLowestAskAmount": "135"}
        ingest_into(db, "stockx", "market_data", answer)
    item = {"catalog_id": "a", "name": "Dunk", "sku": "XX1391 100", "allowed_sizes": [{"value": 9}]}
    ingest_into(db, "alias", "catalog", item)
    offer = {
        "size": 9,
        "product_condition": "PRODUCT_CONDITION_NEW",
        "packaging_condition": "PACKAGING_CONDITION_GOOD_CONDITION",
        "availability": {
            "lowest_listing_price_cents": "99900",
            "highest_offer_price_cents": "50000",
        },
    }
    worn = offer | {"product_condition": "PRODUCT_CONDITION_USED"}
    ingest_into(db, "alias", "availabilities", {"variants": [offer, worn]}, subject="a")
    rows = [
        {
            "aw_product_id": label,
            "merchant_deep_link": "https://shop.example/x",
            "product_name": "Dunk",
            "description": "A shoe. | XX1391.100",
            "merchant_category": "Men's Footwear",
            "search_price": "100.00",
            "currency": "EUR",
            "in_stock": stock,
            "Fashion:size": label,
        }
        for label, stock in (("42", "1"), ("42.5", "1"), ("43", "0"), ("43 1/3", "1"))
    ]
    ingest_into(db, "awin", "feed", rows)


@pytest.fixture
def db(rolled_back: Connection) -> Connection:
    """Return a connection whose work is undone at the end of the test."""
    return rolled_back


@pytest.fixture
def market(db: Connection) -> Connection:
    """Return the connection, with the small market in place."""
    open_market(db)
    return db


@pytest.fixture
def open_market_in() -> Callable[[Connection], None]:
    """Return the function that opens the small market in a database of one's own."""
    return open_market
