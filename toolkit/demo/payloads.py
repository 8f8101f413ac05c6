"""What the providers say, in the shapes in which they say it."""

import csv
import io
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Json = dict[str, Any]

DEFAULT_NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
NEW = "PRODUCT_CONDITION_NEW"
GOOD_BOX = "PACKAGING_CONDITION_GOOD_CONDITION"
# Pounds to the other currencies that the StockX answers are given in.
PER_POUND = {"GBP": 1.0, "USD": 1.27, "EUR": 1.17}
_SEARCH_KEYS = (
    "productId",
    "brand",
    "productType",
    "styleId",
    "urlKey",
    "title",
    "productAttributes",
)
# How far a price may move from what was recorded, either way.
_REACH = 0.04


@dataclass(frozen=True)
class Recording:
    """Everything the providers say, and what a price tracker wrote down day by day.

    Money is as each provider gives it: StockX strings of whole pounds or None; Alias strings
    of US cents, "0" for none; Awin text such as "130.00" in EUR; FMP floats; the single
    StockX sales text such as "$1,097". stockx_products: catalogue items, with the size chart
    and the eligibility flags where the product's own page was asked for. stockx_variants:
    lists by product id. stockx_market_data: by product id, then variant id.
    alias_availabilities, alias_sales: lists by catalog id. fmp_quotes: the answer by symbol.
    daily_prices: platform, style_id, product_id (StockX id or Alias catalog id), variant_id
    (None on Alias), size (the platform's label), date, lowest_ask, highest_bid and last_sale
    in pounds (stockx) or US dollars (alias), None for none.
    """

    name: str
    now: datetime
    stockx_products: list[Json]
    stockx_variants: dict[str, list[Json]]
    stockx_market_data: dict[str, dict[str, Json]]
    alias_items: list[Json]
    alias_availabilities: dict[str, list[Json]]
    alias_sales: dict[str, list[Json]]
    awin_rows: list[dict[str, str]]
    fmp_quotes: dict[str, list[Json]]
    stockx_sales: list[dict[str, str]]
    daily_prices: list[Json]

    @classmethod
    def generated(cls, now: datetime = DEFAULT_NOW) -> "Recording":
        """Return the invented answers: 112 products of 30 sizes on StockX and on Alias.

        The same now always gives the same recording.
        """
        from toolkit.demo import generated

        return generated.generate(now)

    @classmethod
    def recorded(cls, folder: Path) -> "Recording":
        """Return the answers recorded in the files under folder.

        Raises Failure, naming the file, when one is missing or cannot be read.
        """
        from toolkit.demo import recorded

        return recorded.read(folder)

    def stockx_search(self, query: str, page: int = 1, size: int = 10) -> Json:
        """Return one page of GET /v2/catalog/search: the exact style code first."""
        wanted = _plain(query)
        words = [_plain(word) for word in query.split()]
        hits = [
            product
            for product in self.stockx_products
            if wanted in _plain(product["styleId"] or "")
            or (words and all(word in _plain(product["title"]) for word in words))
        ]
        hits.sort(key=lambda product: _plain(product["styleId"] or "") != wanted)
        first = (page - 1) * size
        return {
            "count": len(hits),
            "pageNumber": page,
            "pageSize": size,
            "hasNextPage": first + size < len(hits),
            "products": [
                {key: product[key] for key in _SEARCH_KEYS}
                for product in hits[first : first + size]
            ],
        }

    def stockx_product(self, product_id: str) -> Json | None:
        """Return GET /v2/catalog/products/{productId}, None where there is none."""
        return _first(self.stockx_products, "productId", product_id)

    def stockx_prices(self, product_id: str, currency: str = "GBP", step: int = 0) -> list[Json]:
        """Return the market data of all variants of one product, step drifts after recording."""
        markets = self.stockx_market_data.get(product_id, {})
        return [
            _scaled(market, drift(variant_id, step) * PER_POUND[currency])
            | {"currencyCode": currency}
            for variant_id, market in markets.items()
        ]

    def alias_search(self, query: str) -> Json:
        """Return GET /api/v1/catalog?query=: the items whose style code or name matches."""
        wanted = _plain(query)
        hits = [
            item
            for item in self.alias_items
            if wanted and (wanted in _plain(item["sku"]) or wanted in _plain(item["name"]))
        ]
        hits.sort(key=lambda item: _plain(item["sku"]) != wanted)
        return {"catalog_items": hits, "next_pagination_token": "", "has_more": False}

    def alias_item(self, catalog_id: str) -> Json | None:
        """Return the catalogue item of one Alias product, None where there is none."""
        return _first(self.alias_items, "catalog_id", catalog_id)

    def alias_prices(
        self,
        catalog_id: str,
        size: float | None = None,
        region: str | None = None,
        consigned: bool | None = None,
        step: int = 0,
    ) -> list[Json]:
        """Return the availabilities of one Alias product, step drifts after recording.

        Without consigned, consigned and other shoes are answered together, as Alias does: the
        lower ask, the higher offer, and no key "consigned". region: 1 is what was recorded;
        2 and 3 ask for 4 and 7 per cent more.
        """
        dearer = {"2": 1.04, "3": 1.07}.get(region or "", 1.0)
        answers: dict[tuple[Any, ...], Json] = {}
        for variant in self.alias_availabilities.get(catalog_id, []):
            if size is not None and variant["size"] != size:
                continue
            if consigned is not None and variant.get("consigned", False) != consigned:
                continue
            key = (variant["size"], variant["product_condition"], variant["packaging_condition"])
            amount = drift(f"{catalog_id}/{variant['size']}", step) * dearer
            moved = variant | {"availability": _scaled(variant["availability"], amount, whole=100)}
            if consigned is None:
                moved.pop("consigned", None)
                moved = _merged(answers[key], moved) if key in answers else moved
            answers[key] = moved
        return list(answers.values())

    def fmp_quote(self, symbol: str, step: int = 0) -> list[Json]:
        """Return GET /stable/quote?symbol=: a list of one quote, empty for an unknown symbol."""
        quotes = self.fmp_quotes.get(symbol, [])
        return [_moved_quote(quote, step) for quote in quotes]

    def awin_csv(self) -> str:
        """Return the Awin feed as CSV with a header line."""
        text = io.StringIO()
        columns = list(self.awin_rows[0]) if self.awin_rows else []
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.awin_rows)
        return text.getvalue()


def drift(key: str, step: int) -> float:
    """Return by how much the prices of key have moved at a step: 1.0 at step 0, then near it."""
    if step == 0:
        return 1.0
    return 1 + _REACH * (zlib.crc32(f"{key}/{step}".encode()) / 2**31 - 1)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _first(items: list[Json], key: str, value: str) -> Json | None:
    return next((item for item in items if item[key] == value), None)


def _scaled(amounts: Json, factor: float, whole: int = 1) -> Json:
    """Return amounts with every string of digits multiplied, in steps of whole; zero stays."""
    if factor == 1.0:
        return amounts

    def scale(value: Any) -> Any:
        if isinstance(value, dict):
            return _scaled(value, factor, whole)
        if isinstance(value, str) and value.isdecimal() and int(value):
            return str(max(whole, round(int(value) * factor / whole) * whole))
        return value

    return {key: scale(value) for key, value in amounts.items()}


def _merged(one: Json, other: Json) -> Json:
    """Return one answer for two availabilities of the same size and condition."""
    here, there = one["availability"], other["availability"]
    asks = [
        int(side["lowest_listing_price_cents"])
        for side in (here, there)
        if side["lowest_listing_price_cents"] != "0"
    ]
    offer = max(int(side["highest_offer_price_cents"]) for side in (here, there))
    return one | {
        "availability": here
        | {
            "lowest_listing_price_cents": str(min(asks, default=0)),
            "highest_offer_price_cents": str(offer),
        }
    }


def _moved_quote(quote: Json, step: int) -> Json:
    if step == 0:
        return quote
    price = round(quote["price"] * drift(quote["symbol"], step), 2)
    change = round(price - quote["previousClose"], 2)
    return quote | {
        "price": price,
        "change": change,
        "changePercentage": round(100 * change / quote["previousClose"], 5),
        "dayLow": min(quote["dayLow"], price),
        "dayHigh": max(quote["dayHigh"], price),
        "yearLow": min(quote["yearLow"], price),
        "yearHigh": max(quote["yearHigh"], price),
        "volume": quote["volume"] + 1000 * step,
        "timestamp": quote["timestamp"] + 60 * step,
    }
