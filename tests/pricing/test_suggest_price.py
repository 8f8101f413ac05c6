"""pricing.suggest_price: a price by the rule in force, and how it came to be."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

JANUARY, JULY = "2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z"


@pytest.fixture
def db(rolled_back):
    """Return a connection whose work is undone at the end of the test."""
    return rolled_back


@pytest.fixture
def shoe(db):
    """Make a shoe of a brand and of a category; return its key."""
    return db.execute(
        "with brand as (insert into core.brands (name, slug) values ('B', 'b-b') returning id),"
        " category as (insert into core.categories (name, slug) values ('C', 'c-c') returning id)"
        " insert into products.products (name, slug, brand_id, category_id)"
        " select 'Shoe', 'shoe-b', brand.id, category.id from brand, category returning id"
    ).fetchone()[0]


@pytest.fixture
def rule(db, shoe):
    """Return a function that writes a rule: rule(name, base_markup_percent=20)."""

    def write(name="Rule", **columns):
        for column in ("brand_id", "category_id"):
            if columns.get(column) == "its":
                columns[column] = db.execute(
                    f"select {column} from products.products where id = %s", [shoe]
                ).fetchone()[0]
        columns = {"name": name, "rule_type": "markup", "effective_from": "2020-01-01"} | columns
        db.execute(
            f"insert into pricing.price_rules ({', '.join(columns)})"
            f" values ({', '.join(['%s'] * len(columns))})",
            [Jsonb(value) if isinstance(value, dict) else value for value in columns.values()],
        )

    return write


@pytest.fixture
def suggest(db, shoe):
    """Return a function that asks what the shoe should cost."""

    def ask(cost=10000, product=None, **named):
        places = "".join(f", p_{name} => %s" for name in named)
        return db.execute(
            f"select pricing.suggest_price(%s, %s, 'EUR'{places})",
            [product or shoe, cost, *named.values()],
        ).fetchone()[0]

    return ask


def steps(answer):
    return [(step["step"], step["cents"]) for step in answer["steps"]]


def test_every_step_is_told_in_its_order(db, shoe, rule, suggest):
    rule(
        base_markup_percent=50,
        condition_multipliers={"used": 0.8},
        seasonal_adjustments={"winter": 1.1, "summer": 0.5},
    )
    db.execute(
        "insert into pricing.brand_multipliers"
        " (brand_id, multiplier_type, multiplier, effective_from_date, effective_until_date)"
        " select brand_id, kind, factor, day::date, ends::date from products.products, (values"
        " ('premium', 1.2, '2020-01-01', null), ('past', 9, '2020-01-01', '2026-01-14'),"
        " ('future', 9, '2026-01-16', null)) as row (kind, factor, day, ends) where id = %s",
        [shoe],
    )
    assert suggest(condition="used", at=JANUARY) == {
        "price_cents": 15840,
        "currency": "EUR",
        "rule": "Rule",
        "steps": [
            {"step": "cost", "cents": 10000},
            {"step": "markup", "percent": 50, "cents": 15000},
            {"step": "condition used", "factor": 0.8, "cents": 12000},
            {"step": "season winter", "factor": 1.1, "cents": 13200},
            {"step": "brand premium", "factor": 1.2, "cents": 15840},
        ],
    }


@pytest.mark.parametrize(
    ("at", "factor"),
    [
        ("2026-02-28T23:59:59Z", 1),
        ("2026-03-01T00:00:00Z", 2),
        ("2026-05-31T23:59:59Z", 2),
        ("2026-06-01T00:00:00Z", 3),
        ("2026-09-01T00:00:00Z", 4),
        ("2026-12-01T00:00:00Z", 1),
    ],
)
def test_a_season_is_three_months(rule, suggest, at, factor):
    rule(seasonal_adjustments={"winter": 1, "spring": 2, "summer": 3, "autumn": 4})
    assert suggest(at=at)["price_cents"] == 10000 * factor


def test_no_discount_goes_further_than_allowed(rule, suggest):
    rule(base_markup_percent=50, maximum_discount_percent=10, seasonal_adjustments={"summer": 0.5})
    assert steps(suggest(at=JULY)) == [
        ("cost", 10000),
        ("markup", 15000),
        ("season summer", 7500),
        ("maximum discount", 13500),
    ]


def test_the_margin_is_what_is_left_after_the_fee(db, rule, suggest):
    rule(base_markup_percent=10, minimum_margin_percent=15)
    db.execute(
        "insert into platforms.platforms (name, slug, fee_percent, charges_fees)"
        " values ('Shop', 'shop-x', 10, true), ('Own', 'own-x', 10, false)"
    )
    assert suggest()["price_cents"] == 11765  # 11,765 - 15 % = 10,000.25
    own = suggest(platform="own-x")
    assert (own["price_cents"], own["steps"][-1]["fee_percent"]) == (11765, 0)
    found = suggest(platform="shop-x")
    assert found["steps"][-1] == {
        "step": "minimum margin",
        "percent": 15.0,
        "fee_percent": 10.0,
        "cents": 13334,
    }


def test_a_margin_that_no_price_leaves_is_told(db, rule, suggest):
    rule(minimum_margin_percent=95)
    db.execute(
        "insert into platforms.platforms (name, slug, fee_percent) values ('S', 'shop-x', 10)"
    )
    found = suggest(platform="shop-x")
    assert found["price_cents"] is None
    assert found["reason"] == "margin and fee together are the whole price"


@pytest.mark.parametrize(
    ("others", "wins"),
    [
        ({"priority": 1}, "other"),
        ({"priority": 200}, "all"),
        ({"brand_id": "its"}, "other"),
        ({"category_id": "its", "priority": 101}, "all"),
        ({"priority": 1, "is_active": False}, "all"),
        ({"priority": 1, "effective_from": "2026-01-16"}, "all"),
        ({"priority": 1, "effective_until": JANUARY}, "all"),
    ],
)
def test_of_the_rules_in_force_the_first_counts(rule, suggest, others, wins):
    rule("all")
    rule("other", **others)
    assert suggest(at=JANUARY)["rule"] == wins


def test_a_rule_of_another_brand_or_platform_is_none(db, rule, suggest):
    brand, platform = (
        db.execute(f"insert into {table} (name, slug) values ('X', 'x-x') returning id").fetchone()
        for table in ("core.brands", "platforms.platforms")
    )
    rule("brand", brand_id=brand[0])
    rule("platform", platform_id=platform[0])
    assert suggest() == {"price_cents": None, "currency": "EUR", "reason": "no rule applies"}
    assert suggest(platform="x-x")["rule"] == "platform"


def test_what_cannot_be_told_says_why(db, rule, suggest):
    rule()
    assert suggest(cost=None)["reason"] == "the cost is not known"
    assert suggest(product="00000000-0000-0000-0000-000000000000") is None
    with pytest.raises(psycopg.errors.InvalidParameterValue, match='"nowhere" is not known'):
        suggest(platform="nowhere")
