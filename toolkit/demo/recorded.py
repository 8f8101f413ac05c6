"""Recorded provider answers, read from the files that the user names with --data."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from toolkit.demo.payloads import GOOD_BOX, NEW, Json, Recording
from toolkit.errors import Failure

_STOCKX_PANDA = "stockx/v2_DD1391-100"
_ALIAS_PANDA = "alias/DD1391-100"


def read(folder: Path) -> Recording:
    """Return the recording kept in folder, as of its newest answer.

    Expected: stockx/v2_*.jsonl, stockx/v2_DD1391-100, stockx/data_contest_2019.csv.gz,
    alias/catalog_search.jsonl, alias/DD1391-100, awin/*.csv.gz, fmp/stock_quote*.json,
    fmp/quote.json. Raises Failure, naming the file, when one is missing or cannot be read.
    """
    products, variants, markets, days = _stockx(folder)
    items = _alias_items(folder / "alias/catalog_search.jsonl")
    availabilities, sales, observed = _alias(folder)
    quotes = _quotes(folder)
    styles = {product["productId"]: product["styleId"] for product in products}
    labels = {
        variant["variantId"]: variant["variantValue"]
        for rows in variants.values()
        for variant in rows
    }
    daily: list[Json] = [
        {
            "platform": "stockx",
            "product_id": product_id,
            "variant_id": variant_id,
            "style_id": styles[product_id],
            "size": labels[variant_id],
            "date": days[variant_id].date().isoformat(),
            "lowest_ask": _whole(market["lowestAskAmount"]),
            "highest_bid": _whole(market["highestBidAmount"]),
            "last_sale": None,
        }
        for product_id, rows in markets.items()
        for variant_id, market in rows.items()
    ]
    daily += _alias_days(items, availabilities, observed)
    spoken = [quote["timestamp"] for rows in quotes.values() for quote in rows]
    moments = [*days.values(), observed, *(datetime.fromtimestamp(at, UTC) for at in spoken)]
    return Recording(
        name=str(folder),
        now=max(moments),
        stockx_products=products,
        stockx_variants=variants,
        stockx_market_data=markets,
        alias_items=items,
        alias_availabilities=availabilities,
        alias_sales=sales,
        awin_rows=_table(_only(folder / "awin", "*.csv.gz")),
        fmp_quotes=quotes,
        stockx_sales=_table(folder / "stockx/data_contest_2019.csv.gz"),
        daily_prices=daily,
    )


def _stockx(
    folder: Path,
) -> tuple[list[Json], dict[str, list[Json]], dict[str, dict[str, Json]], dict[str, datetime]]:
    """Return products, variants, market data, and when each variant's market was asked for."""
    panda = folder / _STOCKX_PANDA
    products: dict[str, Json] = {}
    for path in (folder / "stockx/v2_catalog_search.jsonl", panda / "01_catalog_search.json"):
        with _reading(path):
            for body in _bodies(path):
                products |= {product["productId"]: product for product in body["products"]}
    for path in (folder / "stockx/v2_product_details.jsonl", panda / "02_product_details.json"):
        with _reading(path):
            products |= {body["productId"]: body for body in _bodies(path)}

    variants: dict[str, list[Json]] = {}
    for path in (folder / "stockx/v2_product_variants.jsonl", panda / "03_product_variants.json"):
        with _reading(path):
            variants |= {body[0]["productId"]: body for body in _bodies(path) if body}

    markets: dict[str, dict[str, Json]] = {}
    days: dict[str, datetime] = {}
    path = folder / "stockx/v2_variant_market_data.jsonl"
    with _reading(path):
        answers = [(line["run_started_at"], line["body"]) for line in _lines(path)]
    path = panda / "05_market_data.json"
    with _reading(path):
        market = _document(path)
        answers.append((market["request"]["timestamp"], market["response"]))
        for moment, body in answers:
            markets.setdefault(body["productId"], {})[body["variantId"]] = body
            days[body["variantId"]] = datetime.fromisoformat(moment)
    return list(products.values()), variants, markets, days


def _alias_items(path: Path) -> list[Json]:
    with _reading(path):
        return [item for body in _bodies(path) for item in body["catalog_items"]]


def _alias(folder: Path) -> tuple[dict[str, list[Json]], dict[str, list[Json]], datetime]:
    """Return availabilities and recent sales by catalog id, and when they were asked for."""
    panda = folder / _ALIAS_PANDA
    path = panda / "all_endpoints.json"
    with _reading(path):
        calls = _document(path)["responses"]
        catalog_id = calls[1]["data"]["catalog_item"]["catalog_id"]
        observed = max(datetime.fromisoformat(call["timestamp"]) for call in calls)
    variants: list[Json] = []
    for path in (
        panda / "api5_pricing_non_consigned.json",
        panda / "api6_pricing_consigned.json",
    ):
        with _reading(path):
            variants += _document(path)["variants"]
    path = panda / "api9_recent_sales_WORKING.json"
    with _reading(path):
        sales: list[Json] = _document(path)["recent_sales"]
    return {catalog_id: variants}, {catalog_id: sales}, observed


def _alias_days(
    items: list[Json], availabilities: dict[str, list[Json]], observed: datetime
) -> list[Json]:
    """Return the day's prices of what compares with StockX: new, good box, not consigned."""
    skus = {item["catalog_id"]: item["sku"] for item in items}
    rows: list[Json] = []
    for catalog_id, variants in availabilities.items():
        for variant in variants:
            if variant["consigned"] or variant["product_condition"] != NEW:
                continue
            if variant["packaging_condition"] != GOOD_BOX:
                continue
            prices = variant["availability"]
            rows.append(
                {
                    "platform": "alias",
                    "product_id": catalog_id,
                    "variant_id": None,
                    "style_id": skus[catalog_id].replace(" ", "-"),
                    "size": f"{variant['size']:g}",
                    "date": observed.date().isoformat(),
                    "lowest_ask": _dollars(prices["lowest_listing_price_cents"]),
                    "highest_bid": _dollars(prices["highest_offer_price_cents"]),
                    "last_sale": _dollars(prices["last_sold_listing_price_cents"]),
                }
            )
    return rows


def _quotes(folder: Path) -> dict[str, list[Json]]:
    """Return the newest quote of each symbol."""
    newest: dict[str, Json] = {}
    for name in ("quote.json", "stock_quote.2025-09-23.json", "stock_quote.json"):
        path = folder / "fmp" / name
        with _reading(path):
            for quote in _document(path):
                known = newest.get(quote["symbol"])
                if known is None or known["timestamp"] < quote["timestamp"]:
                    newest[quote["symbol"]] = quote
    return {symbol: [quote] for symbol, quote in newest.items()}


def _whole(amount: str | None) -> int | None:
    return None if amount is None else int(amount)


def _dollars(cents: str) -> float | None:
    return int(cents) / 100 or None


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    return found[0] if found else folder / pattern


def _bodies(path: Path) -> Iterator[Any]:
    """Yield the answers in a log of one answer a line, or the one in a document of its own."""
    if path.suffix == ".jsonl":
        for line in _lines(path):
            yield line["body"]
    else:
        yield _document(path)["response"]


def _lines(path: Path) -> Iterator[Json]:
    for line in _text(path).split("\n"):
        if line:
            yield json.loads(line)


def _document(path: Path) -> Any:
    return json.loads(_text(path))


def _table(path: Path) -> list[dict[str, str]]:
    with _reading(path):
        return list(csv.DictReader(io.StringIO(_text(path), newline="")))


def _text(path: Path) -> str:
    """Return the text of a file, unpacked when its name ends in .gz."""
    packed = path.read_bytes()
    return (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong with a file, and with the shape of what it holds, into a Failure."""
    try:
        yield
    except FileNotFoundError as error:
        raise Failure(
            f"there is no file {str(path)!r}",
            "The folder of recordings is not complete.",
            "Name the folder that holds stockx, alias, awin and fmp with --data.",
        ) from error
    except (KeyError, IndexError, TypeError) as error:
        raise _unreadable(path, f"It is not in the shape expected ({error!r}).") from error
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise _unreadable(path, f"{error}.") from error


def _unreadable(path: Path, detail: str) -> Failure:
    return Failure(
        f"cannot read the recording {str(path)!r}",
        detail,
        "Put the original file back, or leave out --data to use the generated recording.",
    )
