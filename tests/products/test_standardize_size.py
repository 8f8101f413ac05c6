"""products.standardize_size: the European size, and nothing where no chart says."""

import pytest


@pytest.fixture
def standardize(db):
    query = "select products.standardize_size(%s, %s, %s, %s)::float"
    return lambda *size: db.execute(query, size).fetchone()[0]


@pytest.mark.parametrize(
    ("gender", "region", "value", "eu_size"),
    [
        ("men", "US", "9", 42.5),
        ("men", "UK", "8", 42.5),
        ("men", "EU", "42.5", 42.5),
        ("men", "CM", "27", 42.5),
        ("men", "JP", "27", 42.5),
        ("men", "KR", "270", 42.5),
        ("men", "us", " 9 ", 42.5),
        ("women", "US", "10.5", 42.5),
        ("women", "US", "9", 40.5),
        ("women", "EU", "42.5", 42.5),
        ("youth", "US", "3.5", 35.5),
        ("youth", "US", "10.5", 27.5),
        ("youth", "EU", "19.5", 19.5),
        ("child", "US", "10", 27),
        ("infant", "US", "5", 21),
        ("youth", "US", "7", 40),
        ("unisex", "US", "9", 42.5),
        (None, "US", "9", 42.5),
        ("men", "US", "3.5", 35.5),
        ("men", "US", "18", 52.5),
    ],
)
def test_known_sizes(standardize, gender, region, value, eu_size):
    assert standardize(None, gender, region, value) == eu_size


@pytest.mark.parametrize(
    ("gender", "region", "value"),
    [
        ("men", "US", "0"),
        ("men", "US", "3"),
        ("men", "US", "40"),
        ("men", "US", "9.25"),
        ("men", "EU", "42 2/3"),
        ("men", "EU", "43.5"),
        ("youth", "US", "7.5"),
        ("child", "US", "2"),
        ("boys", "US", "9"),
        ("men", "UK", "6"),
        ("men", "CM", "23.5"),
        ("men", "other", "XL"),
        ("men", "US", None),
        ("men", None, "9"),
    ],
)
def test_unknown_sizes_stay_unknown(standardize, gender, region, value):
    assert standardize(None, gender, region, value) is None


@pytest.mark.parametrize(
    ("brand", "gender", "region", "value", "eu_size"),
    [
        ("Nike", "men", "US", "9", 42.5),
        ("Air Jordan", "men", "UK", "8", 42.5),
        ("adidas", "men", "US", "9", 42.7),
        ("adidas Originals", "women", "EU", "36 2/3", 36.7),
        ("Yeezy", "men", "US", "9", 42.7),
        ("Asics", "men", "US", "9.5", 43.5),
        ("new balance", "men", "US", "8", 41.5),
        ("Puma", "men", "UK", "7.5", 41),
        ("Converse", "men", "US", "9", 42.5),
        ("Converse", "men", "UK", "9", 42.5),
        ("Vans", "men", "US", "9", 42),
        ("Reebok", "men", "US", "9", 42.5),
        ("UGG", "women", "US", "9", 40),
        # What has no chart is read on the general one.
        ("Salomon", "men", "US", "9", 42.5),
        # What has one is not, where that says nothing.
        ("UGG", "men", "US", "9", None),
        ("New Balance", "youth", "US", "3", None),
    ],
)
def test_brands_differ(standardize, brand, gender, region, value, eu_size):
    assert standardize(brand, gender, region, value) == eu_size


def test_a_brand_s_first_chart_takes_it_off_the_general_one(db, standardize):
    db.execute(
        """
        with brand as (
            insert into core.brands (name, slug) values ('Salomon', 'salomon') returning id
        )
        insert into products.size_conversions (
            brand_id, gender, region, label, standardized_value, source
        )
        select brand.id, 'men', 'US', '9', 42.7, 'test' from brand
        """
    )
    assert standardize("SALOMON", "men", "US", "9") == 42.7
    assert standardize("Salomon", "men", "US", "9.5") is None
    assert standardize("Nike", "men", "US", "9.5") == 43
    assert standardize(None, "men", "US", "9.5") == 43
