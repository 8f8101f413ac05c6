"""products.parse_size: what the labels of providers say."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


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
        ("EU 36 1/2", ("EU", "men", "36.5")),
        ("10M/11.5W", ("US", "men", "10")),
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


@pytest.mark.parametrize(
    ("label", "parsed"),
    [
        ("8.5 US", ("US", "men", "8.5")),
        ("US9", ("US", "men", "9")),
        ("27cm", ("CM", "men", "27")),
        ("CM 270", ("CM", "men", "27")),
        ("EUR 42", ("EU", "men", "42")),
        ("EU 42,5", ("EU", "men", "42.5")),
        ("EU 36⅔", ("EU", "men", "36 2/3")),
        ("EU 36.67", ("EU", "men", "36 2/3")),
        ("EU 41.3", ("EU", "men", "41 1/3")),
        ("8 1/2", ("US", "men", "8.5")),
        ("8½", ("US", "men", "8.5")),
        ("US\N{NO-BREAK SPACE}9", ("US", "men", "9")),
        ("Women's 8.5", ("US", "women", "8.5")),
        ("2C", ("US", "infant", "2")),
        ("8K", ("US", "child", "8")),
        ("M 8 / W 9.5", ("US", "men", "8")),
        ("11.5W/10M", ("US", "men", "10")),
        ("XXL", ("other", "unisex", "2XL")),
        ("x-large", ("other", "unisex", "XL")),
        ("4XL", ("other", "unisex", "4XL")),
        ("O/S", ("other", "unisex", "ONE SIZE")),
        ("W32 L34", ("other", "unisex", "W32 L34")),
        ("32x34", ("other", "unisex", "W32 L34")),
        ("10-12 years", ("other", "unisex", "10-12Y")),
    ],
)
def test_what_shops_write(parse, label, parsed):
    assert parse(label) == parsed


@pytest.mark.parametrize(
    ("label", "region"), [("42.5", "EU"), ("36 2/3", "EU"), ("270", "KR"), ("9", "other")]
)
def test_a_number_without_a_region_is_of_the_only_one_that_reaches_it(parse, label, region):
    assert parse(label, "men", None)[0] == region


def test_of_two_sizes_that_of_the_product_s_own_gender_is_read(parse):
    assert parse("M 8 / W 9.5", "women") == ("US", "women", "9.5")
    assert parse("M 8 / W 9.5", "unisex") == ("US", "men", "8")


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    label=st.one_of(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
        st.from_regex(
            r"(US|EU|UK|KR)? ?[MW]? ?[0-9]{1,4}(\.[0-9]{1,3}|,5|½| [12]/3)?[WYCM]?"
            r"( \((EU|US) [0-9]{1,2}\)| ?/ ?[0-9]W)?",
            fullmatch=True,
        ),
        st.sampled_from(["xl", "os", "w32 l34", "10-12Y", "one size", "XXXL"]),
    ),
    gender=st.sampled_from([None, "men", "women", "unisex", "youth", "child", "infant"]),
    region=st.sampled_from([None, "US", "EU", "other", "Mars"]),
)
def test_any_label_is_read_and_what_was_read_is_read_as_the_same(parse, label, gender, region):
    found = parse(label, gender, region)
    assert found[1] is not None
    if found[0] != "other":
        assert found[2][0].isdigit()
    if found[2] is not None:
        assert parse(found[2], found[1], found[0]) == found
