"""The generated recording is repeatable, complete, and shaped like the recorded one."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from toolkit.demo.payloads import GOOD_BOX, NEW, Recording, drift
from toolkit.errors import Failure

ROOT = Path(__file__).resolve().parents[2]


def test_same_now_gives_the_same_recording(generated):
    assert Recording.generated() == generated
    assert Recording.generated(datetime(2026, 3, 1, tzinfo=UTC)) != generated


def test_hash_randomisation_changes_nothing():
    digest = (
        "import dataclasses, hashlib, json; from toolkit.demo.payloads import Recording;"
        "said = json.dumps(dataclasses.asdict(Recording.generated()), default=str);"
        "print(hashlib.sha256(said.encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", digest],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\n", digests.pop())


def test_now_moves_the_days_and_not_the_prices(generated):
    later = Recording.generated(datetime(2026, 3, 1, 8, 30, tzinfo=UTC))
    assert sorted({row["date"] for row in later.daily_prices}) == [
        "2026-02-23",
        "2026-02-24",
        "2026-02-25",
        "2026-02-26",
        "2026-02-27",
        "2026-02-28",
        "2026-03-01",
    ]
    assert later.stockx_market_data == generated.stockx_market_data
    assert all(
        sale["purchased_at"] < "2026-03-01T08:30"
        for rows in later.alias_sales.values()
        for sale in rows
    )


def test_there_are_112_products_of_30_sizes_on_both_providers(generated):
    assert len(generated.stockx_products) == len(generated.alias_items) == 112
    assert {len(rows) for rows in generated.stockx_variants.values()} == {30}
    assert {len(rows) for rows in generated.stockx_market_data.values()} == {30}
    for rows in generated.alias_availabilities.values():
        comparable = [
            row["size"]
            for row in rows
            if (row["product_condition"], row["packaging_condition"]) == (NEW, GOOD_BOX)
        ]
        assert Counter(comparable) == dict.fromkeys(comparable, 2)
        assert len(set(comparable)) == 30


def test_the_same_shoes_are_on_both_providers_under_other_spellings(generated):
    stockx = [product["styleId"] for product in generated.stockx_products]
    alias = [item["sku"] for item in generated.alias_items]
    assert len({re.sub("[^A-Z0-9]", "", code) for code in stockx}) == 112
    assert [code.replace("-", " ") for code in stockx] == alias
    assert set(stockx) != set(alias)
    brands = {product["brand"] for product in generated.stockx_products}
    assert brands == {"Nike", "Jordan", "adidas", "New Balance", "ASICS"}
    assert {item["brand"] for item in generated.alias_items} - brands == {"Air Jordan"}


def test_size_labels_vary_as_they_do_in_life(generated):
    genders = Counter(
        product["productAttributes"]["gender"] for product in generated.stockx_products
    )
    assert genders == {"men": 91, "women": 14, "unisex": 7}
    runs = {
        product["productAttributes"]["gender"]: [
            variant["variantValue"] for variant in generated.stockx_variants[product["productId"]]
        ]
        for product in generated.stockx_products
    }
    assert (runs["men"][0], runs["men"][-1]) == ("3.5", "18")
    assert (runs["women"][0], runs["women"][-1]) == ("5W", "19.5W")
    assert runs["unisex"][:9] == ["3.5Y", "4Y", "4.5Y", "5Y", "5.5Y", "6Y", "6.5Y", "7Y", "7.5"]


def test_a_week_of_daily_prices_ends_with_the_current_ones(generated):
    assert len(generated.daily_prices) == 112 * 30 * 2 * 7
    newest = max(row["date"] for row in generated.daily_prices)
    assert newest == generated.now.date().isoformat()
    for row in generated.daily_prices:
        if row["platform"] == "stockx" and row["date"] == newest:
            market = generated.stockx_market_data[row["product_id"]][row["variant_id"]]
            assert market["lowestAskAmount"] == text(row["lowest_ask"])
            assert market["highestBidAmount"] == text(row["highest_bid"])


def test_bids_are_below_asks_but_for_a_few(generated):
    both = [
        (row["lowest_ask"], row["highest_bid"])
        for row in generated.daily_prices
        if row["lowest_ask"] is not None and row["highest_bid"] is not None
    ]
    crossed = sum(bid > ask for ask, bid in both)
    assert 0 < crossed < 0.02 * len(both)
    assert max(bid / ask for ask, bid in both) < 1.2
    assert all(
        any(row[price] is not None for price in ("lowest_ask", "highest_bid", "last_sale"))
        for row in generated.daily_prices
    )


def test_a_price_walks_gently_from_day_to_day(generated):
    asks: dict[tuple[str, str], list[int]] = {}
    for row in generated.daily_prices:
        if row["lowest_ask"] is not None:
            asks.setdefault((row["product_id"], row["size"]), []).append(row["lowest_ask"])
    steps = [b / a for run in asks.values() for a, b in pairwise(run)]
    assert max(steps) < 1.15
    assert min(steps) > 0.87
    assert len(set(steps)) > 100


def test_other_providers_say_as_much_as_was_asked_for(generated):
    sales = [sale for rows in generated.alias_sales.values() for sale in rows]
    assert len(sales) == 1500
    assert len({json.dumps(sale, sort_keys=True) for sale in sales}) == 1500
    twins = Counter((sale["catalog_id"], sale["size"], sale["price_cents"]) for sale in sales)
    assert max(twins.values()) > 1, "some sales differ by their minute only"
    assert len(generated.awin_rows) == 300
    assert len({row["aw_product_id"] for row in generated.awin_rows}) == 300
    assert len(generated.fmp_quotes) == 24
    assert len(generated.stockx_sales) == 2000


def test_codes_of_the_trade_have_valid_check_digits(generated):
    gtins = [
        gtin["identifier"]
        for rows in generated.stockx_variants.values()
        for variant in rows
        for gtin in variant["gtins"]
    ]
    assert len(gtins) == len(set(gtins)) > 3000
    feed = [row["ean"] for row in generated.awin_rows]
    assert {len(ean) for ean in feed} == {13}
    for code in gtins + feed:
        digits = [int(digit) for digit in code.zfill(14)]
        assert (3 * sum(digits[::2]) + sum(digits[1::2])) % 10 == 0, code
    assert len({ean.lstrip("0") for ean in feed} & set(gtins)) > 200


def test_drift_is_none_at_first_and_small_and_repeatable_after():
    assert drift("a", 0) == 1.0
    moved = [drift("a", step) for step in range(1, 200)]
    assert moved == [drift("a", step) for step in range(1, 200)]
    assert len(set(moved)) == 199
    assert 0.96 <= min(moved) < 0.97
    assert 1.03 < max(moved) <= 1.04


def test_prices_drift_and_gaps_stay(generated):
    product = generated.stockx_products[0]["productId"]
    before, after = (generated.stockx_prices(product, step=step) for step in (0, 1))
    assert before == list(generated.stockx_market_data[product].values())
    assert before != after
    assert [row["lowestAskAmount"] is None for row in before] == [
        row["lowestAskAmount"] is None for row in after
    ]
    catalog = generated.alias_items[0]["catalog_id"]
    asks, moved = (
        [
            row["availability"]["lowest_listing_price_cents"]
            for row in generated.alias_prices(catalog, step=step)
        ]
        for step in (0, 1)
    )
    assert asks != moved
    assert [ask == "0" for ask in asks] == [ask == "0" for ask in moved]
    assert all(int(ask) % 100 == 0 for ask in moved)
    assert generated.fmp_quote("AAPL") == generated.fmp_quotes["AAPL"]
    quote, later = generated.fmp_quote("AAPL")[0], generated.fmp_quote("AAPL", 1)[0]
    assert later["timestamp"] == quote["timestamp"] + 60
    assert later["change"] == pytest.approx(later["price"] - later["previousClose"], abs=0.001)
    assert generated.fmp_quote("NOPE") == []


def test_stockx_answers_in_the_currency_asked_for(generated):
    product = generated.stockx_products[0]["productId"]
    pounds, dollars = (generated.stockx_prices(product, money)[0] for money in ("GBP", "USD"))
    assert dollars["currencyCode"] == "USD"
    assert int(dollars["lowestAskAmount"]) == round(int(pounds["lowestAskAmount"]) * 1.27)


def test_alias_answers_for_consigned_and_others_together_unless_told(generated):
    catalog = generated.alias_items[0]["catalog_id"]

    def asks(**filters: Any) -> dict[float, int]:
        rows = generated.alias_prices(catalog, **filters)
        return {
            row["size"]: int(row["availability"]["lowest_listing_price_cents"])
            for row in rows
            if (row["product_condition"], row["packaging_condition"]) == (NEW, GOOD_BOX)
        }

    together, own, consigned = asks(), asks(consigned=False), asks(consigned=True)
    assert len(together) == len(own) == len(consigned) == 30
    for size, ask in together.items():
        there = [price for price in (own[size], consigned[size]) if price]
        assert ask == min(there, default=0)
    assert "consigned" not in generated.alias_prices(catalog)[0]
    assert generated.alias_prices(catalog, consigned=True)[0]["consigned"] is True
    assert set(asks(size=9.5)) == {9.5}
    assert asks(region="3")[9] > asks(region="1")[9] == together[9]


def test_alias_answers_with_the_lower_ask_and_the_higher_offer_of_the_two(generated):
    def offer(consigned: bool, ask: str, bid: str) -> dict[str, Any]:
        return {
            "size": 9,
            "product_condition": NEW,
            "packaging_condition": GOOD_BOX,
            "consigned": consigned,
            "availability": {
                "lowest_listing_price_cents": ask,
                "highest_offer_price_cents": bid,
                "last_sold_listing_price_cents": "0",
                "global_indicator_price_cents": "0",
            },
        }

    for own, consigned, ask in (("9000", "8000", "8000"), ("0", "8000", "8000"), ("0", "0", "0")):
        said = replace(
            generated,
            alias_availabilities={
                "shoe": [offer(False, own, "100"), offer(True, consigned, "7000")]
            },
        )
        (answer,) = said.alias_prices("shoe")
        assert answer["availability"]["lowest_listing_price_cents"] == ask
        assert answer["availability"]["highest_offer_price_cents"] == "7000"
        assert "consigned" not in answer


def test_search_finds_the_exact_code_first_and_pages_through_the_rest(generated):
    product = generated.stockx_products[40]
    found = generated.stockx_search(product["styleId"])
    assert found["products"][0]["productId"] == product["productId"]
    first, second = (generated.stockx_search("jordan retro", page) for page in (1, 2))
    assert (first["count"], first["pageSize"], first["hasNextPage"]) == (28, 10, True)
    assert len(second["products"]) == 10
    assert first["products"] != second["products"]
    assert not generated.stockx_search("jordan retro", 3)["hasNextPage"]
    item = generated.alias_items[40]
    assert generated.alias_search(item["sku"].replace(" ", "-"))["catalog_items"][0] == item
    assert generated.alias_search("")["catalog_items"] == []


def test_nothing_generated_is_in_the_recording(generated, recorded):
    for kind in ("stockx_products", "stockx_sales", "awin_rows", "alias_items"):
        ours = {fingerprint(row) for row in getattr(generated, kind)}
        theirs = {fingerprint(row) for row in getattr(recorded, kind)}
        assert not ours & theirs, kind
    codes = {product["styleId"] for product in recorded.stockx_products}
    codes |= {item["sku"].replace(" ", "-") for item in recorded.alias_items}
    assert not codes & {product["styleId"] for product in generated.stockx_products}


def pages(said: Recording) -> list[Any]:
    return [product for product in said.stockx_products if "sizeChart" in product]


KINDS = {
    "product": pages,
    "search": lambda said: [said.stockx_search("retro")],
    "variant": lambda said: [row for rows in said.stockx_variants.values() for row in rows],
    "market data": lambda said: [
        row for rows in said.stockx_market_data.values() for row in rows.values()
    ],
    "Alias item": lambda said: said.alias_items,
    "availability": lambda said: [
        row for rows in said.alias_availabilities.values() for row in rows
    ],
    "Alias sale": lambda said: [row for rows in said.alias_sales.values() for row in rows],
    "quote": lambda said: [row for rows in said.fmp_quotes.values() for row in rows],
    "single sale": lambda said: said.stockx_sales,
    "daily price": lambda said: said.daily_prices,
}


@pytest.mark.parametrize("kind", KINDS)
def test_generated_answers_have_the_shape_of_recorded_ones(kind, generated, recorded):
    ours, theirs = (shape(KINDS[kind](said)) for said in (generated, recorded))
    assert set(ours) == set(theirs)
    for path, types in ours.items():
        assert types <= theirs[path] | (
            {"null", "text", "number"} if kind == "daily price" else set()
        ), path


def test_the_generated_feed_has_the_columns_that_are_filled(generated, recorded):
    filled = {name for row in recorded.awin_rows for name, value in row.items() if value}
    assert {name for row in generated.awin_rows for name in row} == filled
    for name in ("search_price", "display_price", "in_stock", "ean", "Fashion:size"):
        pattern = {
            "search_price": r"\d+\.\d\d",
            "display_price": r"EUR\d+\.\d\d",
            "in_stock": "[01]",
            "ean": r"\d{13}",
            "Fashion:size": r"\d+(\.5)?",
        }[name]
        for said in (generated, recorded):
            assert all(re.fullmatch(pattern, row[name]) for row in said.awin_rows), name


def test_the_recording_holds_all_that_was_recorded(recorded):
    assert len(recorded.stockx_sales) == 99_956
    assert len(recorded.stockx_products) == 236
    assert sum(map(len, recorded.stockx_variants.values())) == 1145
    assert sum(map(len, recorded.stockx_market_data.values())) == 701
    assert len(recorded.alias_items) == 149
    assert sum(map(len, recorded.alias_availabilities.values())) == 235 + 213
    assert sum(map(len, recorded.alias_sales.values())) == 10
    assert len(recorded.awin_rows) == 1150
    assert {symbol: rows[0]["price"] for symbol, rows in recorded.fmp_quotes.items()} == {
        "AAPL": 255.92
    }
    assert recorded.now == datetime.fromtimestamp(1775160000, UTC)


@pytest.mark.parametrize(
    "name",
    [
        "stockx/v2_catalog_search.jsonl",
        "stockx/v2_DD1391-100/05_market_data.json",
        "stockx/data_contest_2019.csv.gz",
        "alias/catalog_search.jsonl",
        "alias/DD1391-100/api9_recent_sales_WORKING.json",
        "fmp/stock_quote.json",
    ],
)
@pytest.mark.parametrize("harm", ["gone", "cut", "other"])
def test_a_bad_file_is_one_failure_that_names_it(name, harm, recorded, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(recorded.name, folder, copy_function=os.symlink)
    bad = folder / name
    whole = bad.read_bytes()
    bad.unlink()
    if harm == "cut":
        bad.write_bytes(whole[: len(whole) // 2])
    elif harm == "other" and not name.endswith(".gz"):
        bad.write_text('{"response": {"no": 1}, "body": {"no": 1}}\n')
    elif harm == "other":
        bad.write_bytes(b"no archive")
    with pytest.raises(Failure) as refused:
        Recording.recorded(folder)
    assert str(bad) in refused.value.message
    assert ("there is no file" in refused.value.message) == (harm == "gone")


def test_a_folder_without_recordings_is_one_failure(tmp_path):
    with pytest.raises(Failure, match="there is no file") as refused:
        Recording.recorded(tmp_path)
    assert "--data" in refused.value.hint


def text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)


def fingerprint(row: Any) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def shape(values: list[Any]) -> dict[str, set[str]]:
    """Return the JSON types found at each path; elements of a list share the path []."""
    found: dict[str, set[str]] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{path}.{key}")
        elif isinstance(value, list):
            for inner in value:
                walk(inner, f"{path}[]")
        else:
            kind = {type(None): "null", bool: "yes or no", str: "text"}.get(type(value), "number")
            found.setdefault(path, set()).add(kind)

    for value in values:
        walk(value, "")
    return found
