"""Which piece of stock an order sold: by its listing, else where only one will do."""

import pytest

# Two shoes in one size; pieces and orders are added by the tests.
SHOE = """
    insert into products.sizes (id, category_id, region, gender, label)
    select md5('size')::uuid, id, 'US', 'men', '9' from core.categories where slug = 'sneakers';
    insert into products.products (id, name, slug)
    values (md5('shoe')::uuid, 'Shoe', 'shoe'), (md5('other')::uuid, 'Other shoe', 'other');
    insert into products.variants (product_id, id, size_id)
    select id, id, md5('size')::uuid from products.products;
    insert into auth.users (id, email) values (md5('anna')::uuid, 'anna@example.com');
"""
PIECE = """
    insert into products.inventory (
        id, product_id, variant_id, owner_id, currency, purchase_net_cents, purchase_vat_cents,
        purchased_at
    )
    values (
        md5(%(name)s)::uuid, md5(%(shoe)s)::uuid, md5(%(shoe)s)::uuid, md5(%(owner)s)::uuid,
        %(currency)s, %(cost)s, 19, %(at)s
    )
"""
ORDER = """
    insert into transactions.orders (
        id, product_id, variant_id, owner_id, currency, cost_cents, sold_at, listing_id,
        sale_price_cents, status, platform_id
    )
    select
        md5(%(name)s)::uuid, md5(%(shoe)s)::uuid, md5(%(shoe)s)::uuid, md5(%(owner)s)::uuid,
        %(currency)s, %(cost)s, %(at)s, md5(%(listing)s)::uuid, 9999, %(status)s, id
    from platforms.platforms
    where slug = 'stockx'
"""
LISTING = """
    insert into platforms.listings (
        id, product_id, platform_id, inventory_id, currency, price_cents
    )
    select md5('listing')::uuid, md5('shoe')::uuid, id, md5(%s)::uuid, 'EUR', 9999
    from platforms.platforms
    where slug = 'stockx'
"""
DEFAULTS = {
    "shoe": "shoe",
    "owner": None,
    "currency": "EUR",
    "cost": 100,
    "at": None,
    "listing": None,
    "status": "completed",
}


@pytest.fixture
def shop(db):
    db.execute(SHOE)
    return db


def add(shop, statement, name, at, **values):
    shop.execute(statement, DEFAULTS | {"name": name, "at": at} | values)


def matches(shop, *arguments):
    """Return {order: (piece, rule)}, under the names that the tests gave them."""
    names = {
        shop.execute("select md5(%s)::uuid", [name]).fetchone()[0]: name
        for name in ("o1", "o2", "o3", "p1", "p2", "p3")
    }
    found = shop.execute(
        "select order_id, inventory_id, rule from transactions.match_inventory(%s)",
        [arguments[0] if arguments else False],
    ).fetchall()
    return {names[order]: (names[piece], rule) for order, piece, rule in found}


def test_the_listing_settles_it(shop):
    add(shop, PIECE, "p1", "2021-01-01", cost=555)
    add(shop, PIECE, "p2", "2021-01-01")
    shop.execute(LISTING, ["p1"])
    add(shop, ORDER, "o1", "2021-02-01", listing="listing")
    add(shop, ORDER, "o2", "2021-02-01", cost=None)
    assert matches(shop) == {"o1": ("p1", "listing"), "o2": ("p2", "only one")}


@pytest.mark.parametrize("cost", [100, 119, None])
def test_the_only_piece_that_will_do_is_taken(shop, cost):
    add(shop, PIECE, "p1", "2021-01-01")
    add(shop, ORDER, "o1", "2021-02-01", cost=cost)
    assert matches(shop) == {"o1": ("p1", "only one")}


@pytest.mark.parametrize(
    "difference",
    [
        {"shoe": "other"},
        {"owner": "anna"},
        {"currency": "USD"},
        {"cost": 101},
        {"at": "2021-02-02"},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_a_piece_that_is_not_the_same_is_not_taken(shop, difference):
    add(shop, ORDER, "o1", "2021-02-01")
    shop.execute(PIECE, DEFAULTS | {"name": "p1", "at": "2021-01-01"} | difference)
    assert matches(shop, True) == {}


def test_pieces_that_are_alike_are_paired_by_time_only_when_that_is_asked_for(shop):
    for number, month in enumerate(("01", "03", "05"), start=1):
        add(shop, PIECE, f"p{number}", f"2021-{month}-01")
    add(shop, ORDER, "o1", "2021-02-01")
    add(shop, ORDER, "o2", "2021-06-01")
    assert matches(shop) == {}
    assert matches(shop, True) == {
        "o1": ("p1", "first in, first out"),
        "o2": ("p2", "first in, first out"),
    }


def test_a_cancelled_order_sold_nothing_and_a_sold_piece_is_not_sold_again(shop):
    add(shop, PIECE, "p1", "2021-01-01")
    add(shop, ORDER, "o1", "2021-02-01", status="cancelled")
    add(shop, ORDER, "o2", "2021-02-02")
    assert shop.execute("select transactions.backfill_inventory()").fetchone() == (1,)
    add(shop, ORDER, "o3", "2021-02-03")
    assert matches(shop, True) == {}


def test_the_backfill_writes_so_many_at_once_and_then_nothing(shop):
    for number in range(1, 4):
        add(shop, PIECE, f"p{number}", "2021-01-01", cost=number)
        add(shop, ORDER, f"o{number}", f"2021-02-0{number}", cost=number)
    counts = [
        shop.execute("select transactions.backfill_inventory(p_max_orders => 2)").fetchone()[0]
        for _ in range(3)
    ]
    assert counts == [2, 1, 0]
    unpaired = "select count(*) from transactions.orders where inventory_id is null"
    assert shop.execute(unpaired).fetchone() == (0,)
