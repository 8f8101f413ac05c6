"""integration.convert_cents and exchange_rate: amounts in another currency, by dated rates."""

from decimal import Decimal

import pytest


@pytest.fixture
def rates(db):
    """Write the rates of some days, all of them against the euro but one."""
    db.execute(
        "insert into integration.fx_rates (base_currency, quote_currency, as_of_date, rate, source)"
        " values ('EUR', 'USD', '2026-01-05', 1.2, 'test'),"
        " ('EUR', 'USD', '2026-01-09', 1.25, 'test'),"
        " ('EUR', 'GBP', '2026-01-09', 0.8, 'test'),"
        " ('GBP', 'CHF', '2026-01-09', 1.1, 'test')"
    )


@pytest.mark.usefixtures("rates")
@pytest.mark.parametrize(
    ("cents", "source", "target", "day", "expected"),
    [
        (10000, "EUR", "USD", "2026-01-09", 12500),
        (10000, "EUR", "USD", "2026-01-08", 12000),
        (12500, "USD", "EUR", "2026-01-09", 10000),
        # Over a weekend, and no longer.
        (10000, "EUR", "USD", "2026-01-16", 12500),
        (10000, "EUR", "USD", "2026-01-17", None),
        (10000, "EUR", "USD", "2026-01-04", None),
        # Through the euro, and through the pound.
        (10000, "GBP", "USD", "2026-01-09", 15625),
        (10000, "EUR", "CHF", "2026-01-09", 8800),
        (10000, "USD", "CHF", "2026-01-09", None),
        (10000, "EUR", "JPY", "2026-01-09", None),
        (10000, "JPY", "JPY", "2026-01-09", 10000),
        (1, "EUR", "GBP", "2026-01-09", 1),
        (-333, "USD", "EUR", "2026-01-09", -266),
        (9_000_000_000_000_000, "EUR", "USD", "2026-01-09", 11_250_000_000_000_000),
        (None, "EUR", "USD", "2026-01-09", None),
    ],
)
def test_an_amount_is_converted(db, cents, source, target, day, expected):
    query = "select integration.convert_cents(%s, %s, %s, %s)"
    assert db.execute(query, [cents, source, target, day]).fetchone() == (expected,)


@pytest.mark.usefixtures("rates")
def test_a_rate_is_stated_or_turned_round(db):
    query = "select integration.exchange_rate(%s, %s, '2026-01-09')"
    assert db.execute(query, ["EUR", "USD"]).fetchone() == (Decimal("1.25"),)
    assert db.execute(query, ["USD", "EUR"]).fetchone() == (Decimal("0.8"),)


@pytest.mark.usefixtures("rates")
def test_a_rate_that_is_stated_comes_before_a_path(db):
    db.execute("insert into integration.fx_rates values ('GBP', 'USD', '2026-01-03', 1.5, 'test')")
    query = "select integration.exchange_rate('GBP', 'USD', '2026-01-09')"
    assert db.execute(query).fetchone() == (Decimal("1.5"),)
