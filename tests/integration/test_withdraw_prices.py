"""integration.withdraw_prices and withdraw_links: what a source shows no more."""

from datetime import UTC, datetime, timedelta

import pytest

DAY = datetime(2025, 12, 9, tzinfo=UTC)


@pytest.fixture
def price(shop):
    """Return a function that makes an observation of one price."""
    product = shop.product()

    def make(cents=100, day=0):
        return {
            "product_id": product,
            "source": "stockx",
            "price_type": "ask",
            "condition": "new",
            "region": "global",
            "channel": "standard",
            "currency": "GBP",
            "price_cents": cents,
            "observed_at": DAY + timedelta(days=day),
            "origin": "test",
        }

    return make


@pytest.fixture
def history(db):
    """Return a function that returns [(day it began, price)]."""
    query = (
        "select extract(day from valid_from - %s)::int, price_cents"
        " from integration.price_history order by 1"
    )
    return lambda: db.execute(query, [DAY]).fetchall()


def test_a_price_that_is_gone_was_there_until_then(write, price, history):
    write("integration.record_prices", [price()])
    gone = DAY + timedelta(days=3)
    assert write("integration.withdraw_prices", [price()], gone) == 1
    assert write("integration.withdraw_prices", [price()], gone) == 0
    assert history() == [(0, 100), (3, None)]
    write("integration.record_prices", [price(120, day=5)])
    assert history() == [(0, 100), (3, None), (5, 120)]


def test_what_was_seen_later_is_not_taken_back(write, price, history):
    write("integration.record_prices", [price(day=5)])
    write("integration.withdraw_prices", [price(day=1)], DAY + timedelta(days=2))
    assert history() == [(2, None), (5, 100)]
