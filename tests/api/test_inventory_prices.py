"""api.inventory_prices: what a user has in stock, with the market's prices for it."""

import pytest

ANNA, BOB = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"


@pytest.fixture
def stock(db, shoe):
    """Return a function that gives a user a piece of the shoe: stock(ANNA, "9")."""
    for user, email in ((ANNA, "anna@example.com"), (BOB, "bob@example.com")):
        db.execute("insert into auth.users (id, email) values (%s, %s)", [user, email])

    def add(user, label=None, **columns):
        columns = {"owner_id": user, "product_id": shoe[0], "currency": "EUR"} | columns
        if label:
            columns["variant_id"] = db.execute(
                "select variant.id from products.variants as variant inner join products.sizes"
                " as size on variant.size_id = size.id where variant.product_id = %s"
                " and size.label = %s",
                [shoe[0], label],
            ).fetchone()[0]
        return db.execute(
            f"insert into products.inventory ({', '.join(columns)})"
            f" values ({', '.join(['%s'] * len(columns))}) returning id::text, variant_id",
            list(columns.values()),
        ).fetchone()

    return add


def record(db, shoe, variant, cents, price_type="ask", **more):
    named = "".join(f", p_{name} => %s" for name in more)
    db.execute(
        "select integration.record_price(%s, %s, 'stockx', %s, %s, 'GBP',"
        f" '2025-12-09T12:00:00Z'{named})",
        [shoe[0], variant, price_type, cents, *more.values()],
    )


def test_a_piece_comes_with_the_prices_of_its_size_and_condition(db, ask, shoe, stock):
    db.execute("set local timezone = 'UTC'")
    key, nine = stock(ANNA, "9", purchase_net_cents=9000, quantity=2)
    _, ten = stock(ANNA, "10", condition="used")
    record(db, shoe, nine, 13200)
    record(db, shoe, nine, 12900, channel="flex")
    record(db, shoe, nine, 9900, condition="used")
    record(db, shoe, ten, 8800, "bid", condition="used")
    first, second = ask("api.inventory_prices", ANNA)
    prices = {"source": "stockx", "currency": "GBP", "retail_cents": None} | {
        "observed_at": "2025-12-09T12:00:00+00:00"
    }
    assert first == {
        "id": key,
        "product": {
            "id": shoe[0],
            "slug": shoe[1],
            "style_code": "DD1391-100",
            "name": "Nike Dunk Low",
        },
        "size_label": "9",
        "size_region": "US",
        "eu_size": 42.5,
        "condition": "new",
        "status": "in_stock",
        "quantity": 2,
        "reserved_quantity": 0,
        "currency": "EUR",
        "purchase_total_cents": 9000,
        "custom_value_cents": None,
        "prices": [prices | {"lowest_ask_cents": 12900, "highest_bid_cents": None}],
    }
    assert second["prices"] == [prices | {"lowest_ask_cents": None, "highest_bid_cents": 8800}]


def test_a_piece_of_no_known_size_has_no_prices(db, ask, shoe, stock):
    _, nine = stock(ANNA, "9")
    record(db, shoe, nine, 13200)
    stock(ANNA, size_label="EU 99")
    assert [
        (item["size_label"], len(item["prices"])) for item in ask("api.inventory_prices", ANNA)
    ] == [("9", 1), ("EU 99", 0)]


def test_what_is_gone_is_not_in_stock(ask, stock):
    for status in ("sold", "archived", "cancelled", "removed"):
        stock(ANNA, "9", status=status)
    stock(ANNA, "9", quantity=0)
    assert ask("api.inventory_prices", ANNA) == []
    assert ask("api.inventory_prices", None) == []


def test_nobody_sees_the_stock_of_another_user(db, ask, stock):
    mine, _ = stock(ANNA, "9")
    stock(BOB, "9")
    db.execute("set local role mdt_app")
    db.execute("select set_config('mdt.user_id', %s, true)", [ANNA])
    assert [item["id"] for item in ask("api.inventory_prices", ANNA)] == [mine]
    assert ask("api.inventory_prices", BOB) == []
