"""What StockX states of each size it sells, beside what we make of it."""

import csv
import json
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no recorded answers in {DATA}")

# A shoe has one size of its own, and a number on the other sex's scale, which is not always that
# of the same European size there: ours reads it on that scale. These are all there are.
LONGER = "from 16.5W on, Nike's women's sizes run half a European size ahead of the men's"
SMALL = "ASICS gives its smallest men's and women's sizes different European ones"
NOT_MADE = "the brand's chart of that scale does not go so far"
NO_CHART = "of UGG only the women's chart is known"
EXCEPTIONS = {
    ("ASICS", "men", "US W 5"): (35.5, SMALL),
    ("ASICS", "women", "US M 3.5"): (35, SMALL),
    **{
        ("ASICS", "men", f"US W {size}"): (None, NOT_MADE)
        for size in ("12.5", "13", "13.5", "14", "14.5", "15.5")
    },
    **{
        (brand, "men", label): (ours, LONGER)
        for brand in ("Nike", "Jordan")
        for label, ours in (("US W 16.5", 50), ("US W 17.5", 51))
    },
    **{
        (brand, "men", f"US W {size}"): (None, NOT_MADE)
        for brand in ("Nike", "Jordan")
        for size in ("18.5", "19.5")
    },
    ("Jordan", "women", "US M 15"): (49.5, LONGER),
    ("Nike", "women", "US M 15"): (49.5, LONGER),
    ("Nike", "women", "US M 15.5"): (50, LONGER),
    ("Nike", "women", "US M 16"): (50.5, LONGER),
    ("Nike", "women", "US M 16.5"): (51, LONGER),
    ("adidas", "women", "US M 2.5"): (None, NOT_MADE),
    ("adidas", "women", "US M 3"): (None, NOT_MADE),
    **{("UGG", "women", f"US M {size}"): (None, NO_CHART) for size in range(4, 12)},
}


def read_number(label):
    """Return 36.7 for EU 36 2/3."""
    whole, _, third = label.removeprefix("EU ").partition(" ")
    return float(whole) + {"": 0, "1/3": 0.3, "2/3": 0.7}[third]


@pytest.fixture(scope="module")
def variants():
    """Return (brand, gender of the product, variant) of every recorded StockX variant."""
    read = {}
    for name in ("catalog_search", "product_details", "product_variants"):
        lines = (DATA / f"stockx/v2_{name}.jsonl").read_text(encoding="utf-8").splitlines()
        read[name] = [json.loads(line)["body"] for line in lines]
    products = {body["productId"]: body for body in read["product_details"]}
    for body in read["catalog_search"]:
        products |= {product["productId"]: product for product in body["products"]}
    return [
        (
            products[variant["productId"]]["brand"],
            products[variant["productId"]]["productAttributes"]["gender"],
            variant,
        )
        for body in read["product_variants"]
        for variant in body
    ]


@pytest.fixture
def explain(db):
    """Return a function that returns (European size or None, reason)."""
    known = {}

    def call(*size):
        if size not in known:
            query = "select standard_size::float, reason from products.explain_size(%s, %s, %s, %s)"
            known[size] = db.execute(query, size).fetchone()
        return known[size]

    return call


def test_every_recorded_size_has_the_european_size_that_stockx_states(explain, variants):
    assert len(variants) == 1123
    other = {}
    for brand, gender, variant in variants:
        [eu] = [
            label["size"]
            for label in variant["sizeChart"]["availableConversions"]
            if label["type"] == "eu"
        ]
        ours, reason = explain(brand, gender, "US", variant["variantValue"])
        if ours != read_number(eu):
            other[brand, gender, variant["variantValue"]] = (eu, ours, reason)
    assert other == {}


def test_every_recorded_conversion_means_the_same_size_but_for_these(explain, variants):
    other, compared = {}, 0
    for brand, gender, variant in variants:
        labels = variant["sizeChart"]["availableConversions"]
        [stated] = [read_number(label["size"]) for label in labels if label["type"] == "eu"]
        for label in labels:
            ours, _ = explain(brand, gender, None, label["size"])
            compared += 1
            if ours != stated:
                other[brand, gender, label["size"]] = ours
    assert compared == 6722
    assert other == {key: ours for key, (ours, _) in EXCEPTIONS.items()}


def test_the_recorded_chart_is_ours(db):
    """On every scale and in every column, whether or not the label alone would be ambiguous."""
    path = DATA / "catalog" / "size_conversions_stockx_v2.csv"
    missing = []
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        own = {"men": "us_m", "women": "us_w", "kids": "us"}[row["gender"]]
        for column in (own, "uk", "eu", "cm", "kr"):
            found = db.execute(
                "select conversion.standardized_value::float"
                " from products.parse_size(%s, %s) as size"
                " cross join lateral products.find_size_conversions("
                " products.find_size_chart(%s), size.gender, size.region, size.label)"
                " as conversion where conversion.confidence = 'high'",
                [row[column], row["gender"], row["brand"]],
            ).fetchall()
            if (read_number(row["eu"]),) not in found:
                missing.append((row["brand"], row["gender"], row[column], found))
    assert missing == []
