"""equities.record_quotes: the latest quote a symbol, every quote in the history."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

START = datetime(2025, 12, 9, tzinfo=UTC)


def at(minute):
    return START + timedelta(minutes=minute)


def quote(symbol="AAPL", minute=0, price=25592, **more):
    """Return a quote."""
    return {
        "symbol": symbol,
        "name": symbol,
        "price_cents": price,
        "volume": 100,
        "currency": "USD",
        "observed_at": at(minute),
        "origin": "test",
    } | more


@pytest.fixture
def record(write):
    """Return a function that records quotes and returns how many were news."""
    return lambda quotes, *more: write("record_quotes", quotes, *more)


@pytest.fixture
def live(db):
    """Return a function that returns {symbol: (time, price)} of the latest quotes."""
    query = "select symbol, observed_at, price_cents from equities.live_quote_indicators"
    return lambda: {row[0]: (row[1], row[2]) for row in db.execute(query)}


@pytest.fixture
def history(db):
    """Return a function that returns {(symbol, time): price} of all quotes."""
    query = "select symbol, quoted_at, price_cents from equities.quote_history"
    return lambda: {(row[0], row[1]): row[2] for row in db.execute(query)}


quotes = st.tuples(st.sampled_from(["AAPL", "MSFT"]), st.integers(0, 6), st.integers(1, 3))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    batches=st.lists(st.lists(quotes, max_size=6), max_size=5),
    on_tie=st.sampled_from(["replace", "keep"]),
)
def test_quotes_in_any_order(db, record, live, history, batches, on_tie):
    seen = {}
    with db.transaction(force_rollback=True):
        for batch in batches:
            before = dict(seen)
            for symbol, minute, price in batch:
                if on_tie == "replace" or (symbol, minute) not in seen:
                    seen[symbol, minute] = price
            news = sum(before.get(key) != price for key, price in seen.items())
            assert record([quote(*one) for one in batch], on_tie) == news
            assert record([quote(*one) for one in batch], on_tie) == 0
        assert history() == {
            (symbol, at(minute)): price for (symbol, minute), price in seen.items()
        }
        latest = {
            symbol: max(minute for known, minute in seen if known == symbol) for symbol, _ in seen
        }
        assert live() == {
            symbol: (at(minute), seen[symbol, minute]) for symbol, minute in latest.items()
        }


def test_a_repeated_quote_is_not_written_again(db, record):
    tables = ("equities.symbols", "equities.live_quote_indicators", "equities.quote_history")

    def stored():
        return [db.execute(f"select ctid, * from {table}").fetchall() for table in tables]

    record([quote(), quote("MSFT")])
    before = stored()
    assert record([quote("MSFT"), quote()]) == 0
    assert stored() == before


def test_a_figure_that_only_the_latest_quote_has_is_news_too(record, live, db):
    record([quote()])
    assert record([quote(day_low_cents=25000)]) == 1
    assert record([quote(day_low_cents=25000)]) == 0
    assert record([quote(day_low_cents=24000)], "keep") == 0
    query = "select day_low_cents from equities.live_quote_indicators"
    assert db.execute(query).fetchone() == (25000,)
    assert len(live()) == 1


def test_what_is_not_known_of_a_symbol_is_filled_in_and_never_replaced(db, record):
    query = "select name, exchange, currency from equities.symbols"
    record([quote(name=None)])
    assert db.execute(query).fetchone() == (None, None, "USD")
    record([quote(minute=1, name="Apple", exchange="NASDAQ")])
    assert db.execute(query).fetchone() == ("Apple", "NASDAQ", "USD")
    record([quote(minute=2, name="Apple Inc.", exchange="XETRA", currency="EUR")])
    assert db.execute(query).fetchone() == ("Apple", "NASDAQ", "USD")


def test_another_way_to_settle_ties_is_refused(record):
    with pytest.raises(psycopg.Error, match='p_on_tie is "newest"') as refused:
        record([quote()], "newest")
    assert refused.value.sqlstate == "22023"


@pytest.mark.parametrize(
    ("wrong", "sqlstate"),
    [
        ({"symbol": "aapl"}, "23514"),
        ({"symbol": ""}, "23514"),
        ({"symbol": None}, "23502"),
        ({"price_cents": 0}, "23514"),
        ({"price_cents": None}, "23502"),
        ({"volume": -1}, "23514"),
        ({"currency": "usd"}, "23514"),
        ({"currency": "DOLLAR"}, "22001"),
        ({"observed_at": None}, "23502"),
        ({"market_cap_cents": 10**30}, "22003"),
    ],
    ids=str,
)
def test_quotes_that_break_the_rules_are_refused(db, record, wrong, sqlstate):
    with pytest.raises(psycopg.Error) as refused, db.transaction():
        record([quote("MSFT"), quote() | wrong])
    assert refused.value.sqlstate == sqlstate
    assert db.execute("select count(*) from equities.symbols").fetchone() == (0,)


def test_sessions_that_bring_the_same_quotes_end_with_the_latest(dsn, write_in):
    symbols = [f"S{number}" for number in range(30)]
    barrier = threading.Barrier(8)

    def work(number):
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("set statement_timeout = '60s'")
            barrier.wait(30)
            order = symbols if number % 2 else symbols[::-1]
            for minute in range(number, 20 + number):
                write_in(
                    connection,
                    "record_quotes",
                    [quote(symbol, minute, 100 + minute) for symbol in order],
                )

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work, number) for number in range(8)]:
            done.result()
    with psycopg.connect(dsn) as connection:
        assert connection.execute(
            "select distinct observed_at, price_cents from equities.live_quote_indicators"
        ).fetchall() == [(at(26), 126)]
        assert connection.execute("select count(*) from equities.quote_history").fetchone() == (
            27 * len(symbols),
        )
