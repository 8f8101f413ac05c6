"""equities.withdraw_quotes: a symbol that is gone has no latest quote, but a past."""

from datetime import UTC, datetime, timedelta

import pytest

DAY = datetime(2025, 12, 9, tzinfo=UTC)


def quote(symbol="AAPL", day=0):
    return {
        "symbol": symbol,
        "price_cents": 100,
        "currency": "USD",
        "observed_at": DAY + timedelta(days=day),
        "origin": "test",
    }


@pytest.fixture
def symbols(db):
    """Return a function that returns the symbols of a table."""

    def read(table):
        return [row[0] for row in db.execute(f"select symbol from equities.{table} order by 1")]

    return read


def test_the_latest_quote_goes_and_the_history_stays(write, symbols):
    write("record_quotes", [quote(), quote("MSFT")])
    assert write("withdraw_quotes", [quote()], DAY + timedelta(days=1)) == 1
    assert symbols("live_quote_indicators") == ["MSFT"]
    assert symbols("quote_history") == symbols("symbols") == ["AAPL", "MSFT"]
    assert write("withdraw_quotes", [quote()], DAY + timedelta(days=1)) == 0


def test_what_was_quoted_later_stays(write, symbols):
    write("record_quotes", [quote(day=5)])
    assert write("withdraw_quotes", [quote(day=1)], DAY + timedelta(days=2)) == 0
    assert symbols("live_quote_indicators") == ["AAPL"]
    assert write("withdraw_quotes", [quote(day=5)], DAY + timedelta(days=2)) == 1


def test_a_symbol_that_comes_back_is_quoted_again(write, symbols):
    write("record_quotes", [quote()])
    write("withdraw_quotes", [quote()], DAY)
    assert write("record_quotes", [quote(day=1)]) == 1
    assert symbols("live_quote_indicators") == ["AAPL"]
