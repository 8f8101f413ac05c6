"""products.parse_size: what the labels of providers say."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def parse(db):
    """Return a function that returns (region, gender, label)."""

    def call(label, gender=None, *region):
        more = ", %s" * len(region)
        query = f"select region, gender, label from products.parse_size(%s, %s{more})"
        return db.execute(query, [label, gender, *region]).fetchone()

    return call


@pytest.mark.parametrize(
    ("label", "parsed"),
    [
        ("9", ("US", "men", "9")),
        ("9.0", ("US", "men", "9")),
        ("09", ("US", "men", "9")),
        ("10.5", ("US", "men", "10.5")),
        (" 10.5 ", ("US", "men", "10.5")),
        ("0", ("US", "men", "0")),
        ("40", ("US", "men", "40")),
        ("7.5W", ("US", "women", "7.5")),
        ("7.5 w", ("US", "women", "7.5")),
        ("3.5Y", ("US", "youth", "3.5")),
        ("10C", ("US", "child", "10")),
        ("10M", ("US", "men", "10")),
        ("US 9", ("US", "men", "9")),
        ("US M 7", ("US", "men", "7")),
        ("US W 8.5", ("US", "women", "8.5")),
        ("US 7Y", ("US", "youth", "7")),
        ("UK 6", ("UK", "men", "6")),
        ("UK 6 (EU 39)", ("UK", "men", "6")),
        ("CM 25 (US M 7)", ("CM", "men", "25")),
        ("KR 250 (US 7Y)", ("KR", "men", "250")),
        ("JP 27.5", ("JP", "men", "27.5")),
        ("EU 36", ("EU", "men", "36")),
        ("EU 36 2/3", ("EU", "men", "36 2/3")),
        ("eu 42 1/3", ("EU", "men", "42 1/3")),
        ("EU 36 1/2", ("other", "unisex", "EU 36 1/2")),
        ("10M/11.5W", ("other", "unisex", "10M/11.5W")),
        ("35-36", ("other", "unisex", "35-36")),
        ("S", ("other", "unisex", "S")),
        ("xl", ("other", "unisex", "XL")),
        ("M", ("other", "unisex", "M")),
        ("PSA 10", ("other", "unisex", "PSA 10")),
        ("-9", ("other", "unisex", "-9")),
        ("1000", ("other", "unisex", "1000")),
        ("9.125", ("other", "unisex", "9.125")),
        ("One Size", ("other", "unisex", "ONE SIZE")),
        ("", ("other", "unisex", None)),
        ("  ", ("other", "unisex", None)),
        (None, ("other", "unisex", None)),
    ],
)
def test_labels_that_say_it_all(parse, label, parsed):
    assert parse(label) == parsed


@pytest.mark.parametrize(
    ("label", "gender", "scale"),
    [
        ("9", "men", "men"),
        ("9", "women", "women"),
        ("9", "unisex", "men"),
        ("9", "youth", "youth"),
        ("9", "child", "child"),
        ("9", "infant", "infant"),
        ("9", "boys", "men"),
        ("9W", "men", "women"),
        ("9M", "women", "men"),
        ("7Y", "youth", "youth"),
        ("7Y", "men", "youth"),
        # The youth scale runs on into the men's, on which unisex shoes are sized.
        ("7Y", "unisex", "men"),
        ("10C", "youth", "child"),
        ("EU 38", "women", "women"),
        ("XL", "women", "women"),
    ],
)
def test_the_product_says_what_the_label_does_not(parse, label, gender, scale):
    assert parse(label, gender)[1] == scale


@pytest.mark.parametrize(
    ("label", "region", "parsed"),
    [
        ("42.5", "EU", "EU"),
        ("US 9", "EU", "US"),
        ("9", "us", "US"),
        ("9", "Mars", "other"),
        ("9", None, "other"),
        ("UK 8", None, "UK"),
        ("XL", "EU", "other"),
    ],
)
def test_the_region_is_the_label_s_own_else_the_one_given(parse, label, region, parsed):
    assert parse(label, "men", region)[0] == parsed


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    label=st.one_of(
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
        st.from_regex(r"(US|EU|UK)? ?[MW]? ?[0-9]{1,4}(\.[0-9]{1,3})?[WYCM]?", fullmatch=True),
    ),
    gender=st.sampled_from([None, "men", "women", "unisex", "youth"]),
)
def test_any_label_is_a_size_or_comes_back_whole(parse, label, gender):
    region, scale, number = parse(label, gender)
    assert scale is not None
    if region == "other":
        assert number == (label.strip(" ").upper() or None)
    else:
        assert number[0].isdigit()
        assert parse(f"{region} {number}", scale) == (region, scale, number)


@pytest.fixture(scope="module")
def variants():
    """Return (gender of the product, brand, variant) of every recorded StockX variant."""
    if not DATA.is_dir():
        pytest.skip(f"there are no recorded answers in {DATA}")
    read = {}
    for name in ("catalog_search", "product_details", "product_variants"):
        lines = (DATA / f"stockx/v2_{name}.jsonl").read_text().splitlines()
        read[name] = [json.loads(line)["body"] for line in lines]
    products = {body["productId"]: body for body in read["product_details"]}
    for body in read["catalog_search"]:
        products |= {product["productId"]: product for product in body["products"]}
    return [
        (
            products[variant["productId"]]["productAttributes"]["gender"],
            products[variant["productId"]]["brand"],
            variant,
        )
        for body in read["product_variants"]
        for variant in body
    ]


def test_every_recorded_label_is_read(parse, variants):
    genders = {"kids": "youth"}
    unread = {
        variant["variantValue"]
        for gender, _, variant in variants
        if parse(variant["variantValue"], genders.get(gender, gender))[0] == "other"
    }
    assert len(variants) == 1123
    assert unread == set()


def test_every_recorded_conversion_is_read(parse, variants):
    labels = {
        label["size"]
        for _, _, variant in variants
        for label in variant["sizeChart"]["availableConversions"]
    }
    unread = {label for label in labels if parse(label)[0] == "other"}
    assert labels > {"UK 6 (EU 39)", "EU 36 2/3"}
    assert unread == set()


def test_our_standard_value_is_the_eu_size_that_the_provider_states(db, parse, variants):
    """Of Nike and Jordan, whose chart is the general one."""
    genders = {"kids": "youth"}
    compared, other = 0, {}
    for gender, brand, variant in variants:
        stated = [
            label["size"].removeprefix("EU ")
            for label in variant["sizeChart"]["availableConversions"]
            if label["type"] == "eu"
        ]
        if brand not in ("Nike", "Jordan") or gender not in ("men", "women", "kids") or not stated:
            continue
        region, scale, number = parse(variant["variantValue"], genders.get(gender, gender))
        query = "select products.standardize_size(null, %s, %s, %s)::float"
        ours = db.execute(query, [scale, region, number]).fetchone()[0]
        compared += 1
        if ours != float(stated[0]):
            other[brand, gender, variant["variantValue"]] = (stated[0], ours)
    assert compared == 952
    assert other == {}


# Labels that the chart of men and youth gives two EU sizes; ours is the one that is not here.
AMBIGUOUS = {
    ("CM", "23.5"): 37.5,
    ("KR", "235"): 37.5,
    ("CM", "24"): 38.5,
    ("KR", "240"): 38.5,
    ("UK", "6"): 39,
}


def test_the_recorded_chart_agrees_in_every_scale(db, parse):
    path = DATA / "catalog" / "size_conversions_stockx_v2.csv"
    if not path.exists():
        pytest.skip(f"there is no recorded chart in {DATA}")
    other, compared = [], 0
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        if row["brand"] not in ("Nike", "Jordan"):
            continue
        own = {"men": "us_m", "women": "us_w", "kids": "us"}[row["gender"]]
        gender = {"kids": "youth"}.get(row["gender"], row["gender"])
        eu_size = float(row["eu"].removeprefix("EU "))
        for column in (own, "uk", "eu", "cm", "kr"):
            region, scale, number = parse(row[column], gender)
            query = "select products.standardize_size(null, %s, %s, %s)::float"
            ours = db.execute(query, [gender, region, number]).fetchone()[0]
            also = None if gender == "women" else AMBIGUOUS.get((region, number))
            compared += 1
            assert scale == gender
            if eu_size not in (ours, also):
                other.append((row["brand"], gender, row[column], eu_size, ours))
    assert compared == 5 * 111
    assert other == []
