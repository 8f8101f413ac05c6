"""api.price_chart: what a product's prices were, day by day."""

from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime(2025, 12, 31, tzinfo=UTC)


def ago(days):
    return NOW - timedelta(days=days)


@pytest.fixture(autouse=True)
def _utc(db):
    db.execute("set local timezone = 'UTC'")


@pytest.fixture
def record(db, shoe):
    """Return a function that records a price of the whole shoe as it was days ago."""

    def call(cents, days, price_type="ask", source="stockx", currency="GBP", **more):
        named = "".join(f", p_{name} => %s" for name in more)
        db.execute(
            f"select integration.record_price(%s, null, %s, %s, %s, %s, %s{named})",
            [shoe[0], source, price_type, cents, currency, ago(days), *more.values()],
        )

    return call


@pytest.fixture
def chart(ask, shoe):
    """Return a function that returns [(days ago it began, days ago it ended, price)]."""

    def read(days=30, **more):
        found = ask("api.price_chart", shoe[0], days, now=NOW, **more)
        return [
            (
                (NOW - datetime.fromisoformat(span["from"])).days,
                (NOW - datetime.fromisoformat(span["to"])).days,
                span["price_cents"],
            )
            for span in found
        ]

    return read


def test_every_price_is_drawn_from_its_first_to_its_last_sight(record, chart):
    for cents, days in ((100, 20), (100, 15), (120, 10), (None, 5), (110, 4), (110, 1)):
        record(cents, days)
    assert chart() == [(20, 15, 100), (10, 10, 120), (5, 5, None), (4, 1, 110)]


def test_a_price_that_began_earlier_and_still_held_belongs_to_the_chart(record, chart):
    record(90, 400)
    record(100, 300)
    record(100, 0)
    assert chart(7) == [(300, 0, 100)]


def test_a_price_that_changed_since_is_shown_with_the_one_before(record, chart):
    record(90, 200)
    record(90, 50)
    record(100, 40)
    record(100, 20)
    record(110, 10)
    assert chart(30) == [(40, 20, 100), (10, 10, 110)]
    assert chart(45) == [(40, 20, 100), (10, 10, 110)]
    assert chart(60) == [(200, 50, 90), (40, 20, 100), (10, 10, 110)]
    assert chart(15) == [(10, 10, 110)]


def test_a_price_that_nobody_saw_in_these_days_is_not_shown(record, chart):
    record(100, 300)
    record(100, 200)
    assert chart(30) == []
    assert chart(250) == [(300, 200, 100)]


def test_what_was_seen_later_is_left_out(record, ask, chart, shoe):
    record(100, 10)
    record(100, -5)
    record(120, -10)
    assert chart() == [(10, 0, 100)]
    earlier = ask("api.price_chart", shoe[0], 30, now=ago(20))
    assert earlier == []


def test_each_line_says_whose_price_it_is(record, ask, shoe):
    record(100, 3)
    record(200, 2, source="alias", currency="USD", region="US", channel="consigned")
    assert ask("api.price_chart", shoe[0], 30, now=NOW) == [
        {
            "source": "alias",
            "currency": "USD",
            "region": "US",
            "channel": "consigned",
            "variant_id": None,
            "from": "2025-12-29T00:00:00+00:00",
            "to": "2025-12-29T00:00:00+00:00",
            "price_cents": 200,
        },
        {
            "source": "stockx",
            "currency": "GBP",
            "region": "global",
            "channel": "standard",
            "variant_id": None,
            "from": "2025-12-28T00:00:00+00:00",
            "to": "2025-12-28T00:00:00+00:00",
            "price_cents": 100,
        },
    ]


def test_price_type_and_condition_are_chosen(record, chart):
    record(100, 3)
    record(80, 2, "bid")
    record(60, 1, condition="used")
    assert chart() == [(3, 3, 100)]
    assert chart(price_type="bid") == [(2, 2, 80)]


def test_one_size_is_chosen(db, ask, shoe, record):
    record(100, 3)
    [variant] = db.execute(
        """
        select variant.id from products.variants as variant
        inner join products.sizes as size on variant.size_id = size.id where size.label = '9'
        """
    ).fetchone()
    db.execute(
        "select integration.record_price(%s, %s, 'stockx', 'ask', 200, 'GBP', %s)",
        [shoe[0], variant, ago(1)],
    )
    prices = ask("api.price_chart", shoe[0], 30, now=NOW, variant_id=variant)
    assert [(price["variant_id"], price["price_cents"]) for price in prices] == [
        (str(variant), 200)
    ]
    assert len(ask("api.price_chart", shoe[0], 30, now=NOW)) == 2


def test_no_days_and_no_product_have_no_chart(record, chart, ask):
    record(100, 3)
    assert chart(0) == []
    assert ask("api.price_chart", None) == []


def test_a_long_history_is_looked_up_and_not_read(db, record, chart):
    for days in range(300):
        record(1000 + days, days)
    # A table this small would be read whole.
    db.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
    read = """
        select sum(seq_tup_read + idx_tup_fetch)::int from pg_stat_xact_user_tables
        where relname like 'price\\_history%%'
    """
    before = db.execute(read).fetchone()[0]
    assert len(chart(7)) == 7
    assert db.execute(read).fetchone()[0] - before < 30
