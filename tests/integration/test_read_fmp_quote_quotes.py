"""FMP quotes: fractions of dollars, Unix seconds, and what is wrong with either."""

import pytest

AT = "2025-12-09T12:00:00Z"


def quote(symbol="AAPL", **more):
    """Return a quote as the stable API answers it."""
    return {
        "symbol": symbol,
        "name": "Apple Inc.",
        "price": 255.92,
        "changePercentage": 0.11345,
        "volume": 31289369,
        "dayLow": 250.65,
        "dayHigh": 256.13,
        "marketCap": 3761492983658,
        "exchange": "NASDAQ",
        "previousClose": 255.63,
        "timestamp": 1765281600,
    } | more


@pytest.fixture
def live(rows):
    """Return a function that returns the latest quotes without bookkeeping."""
    query = """
        select
            symbol, price_cents as price, previous_close_cents as previous,
            day_low_cents as low, day_high_cents as high, market_cap_cents::text as cap, volume,
            currency, extract(epoch from observed_at)::bigint as seconds, origin
        from equities.live_quote_indicators order by symbol
    """
    return lambda: rows(query)


def test_a_quote_is_read_and_repeating_it_changes_nothing(ingest, live, rows):
    assert ingest("fmp", "quote", [quote()]) == (1, 0, 0)
    assert ingest("fmp", "quote", [quote()]) == (0, 1, 0)
    assert live() == [
        {
            "symbol": "AAPL",
            "price": 25592,
            "previous": 25563,
            "low": 25065,
            "high": 25613,
            "cap": "376149298365800",
            "volume": 31289369,
            "currency": "USD",
            "seconds": 1765281600,
            "origin": "ingest",
        }
    ]
    assert rows("select symbol, name, exchange, currency from equities.symbols") == [
        {"symbol": "AAPL", "name": "Apple Inc.", "exchange": "NASDAQ", "currency": "USD"}
    ]


def test_one_quote_by_itself_is_read_and_no_quote_says_nothing(ingest):
    assert ingest("fmp", "quote", quote()) == (1, 0, 0)
    assert ingest("fmp", "quote", []) == (0, 0, 0)


def test_a_quote_without_a_time_is_as_old_as_its_answer(ingest, live):
    short = {"symbol": "AAPL", "price": 255.92, "change": 0.29, "volume": 31289369}
    assert ingest("fmp", "quote", [short], at="2025-12-09T12:00:00Z") == (1, 0, 0)
    assert live()[0]["seconds"] == 1765281600


def test_the_currency_comes_from_the_context(ingest, live):
    ingest("fmp", "quote", [quote("SAP.DE")], context={"currency": "EUR"})
    assert live()[0]["currency"] == "EUR"
    assert ingest("fmp", "quote", [quote("BMW.DE")], context={"currency": "Euro"}) == (0, 0, 1)


def test_symbols_are_upper_case(ingest, live):
    ingest("fmp", "quote", [quote(" aapl "), quote("BRK-B"), quote("^GSPC"), quote("GC=F")])
    assert [row["symbol"] for row in live()] == ["AAPL", "BRK-B", "GC=F", "^GSPC"]


@pytest.mark.parametrize(
    ("said", "cap"),
    [
        (3715929735003.0005, "371592973500300"),
        (None, None),
        (-1, None),
        ("N/A", None),
        (10**40, None),
        ({}, None),
    ],
    ids=str,
)
def test_a_market_capitalisation_that_cannot_be_read_is_left_out(ingest, live, said, cap):
    assert ingest("fmp", "quote", [quote(marketCap=said)]) == (1, 0, 0)
    assert live()[0]["cap"] == cap


@pytest.mark.parametrize(
    ("said", "volume"),
    [(1234, 1234), (12.5, 13), (-1, None), (10**30, None), ("many", None), (None, None)],
    ids=str,
)
def test_a_volume_that_cannot_be_read_is_left_out(ingest, live, said, volume):
    assert ingest("fmp", "quote", [quote(volume=said)]) == (1, 0, 0)
    assert live()[0]["volume"] == volume


@pytest.mark.parametrize("said", [0, -1, None, "inf", "n/a", [], 10**30], ids=str)
def test_lesser_prices_that_cannot_be_read_are_left_out(ingest, live, said):
    odd = quote(previousClose=said, dayLow=said, dayHigh=said)
    assert ingest("fmp", "quote", [odd]) == (1, 0, 0)
    assert [live()[0][part] for part in ("previous", "low", "high")] == [None] * 3


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"symbol": None}, "its symbol cannot be read"),
        ({"symbol": "  "}, "its symbol cannot be read"),
        ({"symbol": "TWO WORDS"}, "its symbol cannot be read"),
        ({"symbol": "X" * 33}, "its symbol cannot be read"),
        ({"symbol": ["AAPL"]}, "its symbol cannot be read"),
        ({"price": None}, "its price cannot be read"),
        ({"price": 0}, "its price cannot be read"),
        ({"price": 0.004}, "its price cannot be read"),
        ({"price": -1}, "its price cannot be read"),
        ({"price": "inf"}, "its price cannot be read"),
        ({"price": 10**13}, "its price cannot be read"),
        ({"price": {}}, "its price cannot be read"),
        ({"timestamp": 1765281600000}, "its timestamp is not in seconds"),
        ({"timestamp": "2025-12-09"}, "its timestamp is not in seconds"),
        ({"timestamp": 0}, "its timestamp is not in seconds"),
        ({"timestamp": -1765281600}, "its timestamp is not in seconds"),
        ({"timestamp": 10**300}, "its timestamp is not in seconds"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_good_half_of_an_answer_goes_in(ingest, live, wrong, reason):
    bad = quote() | wrong
    assert ingest("fmp", "quote", [bad, quote("MSFT")]) == (1, 0, 1)
    assert ingest.rejected() == [("$[0]", reason, bad)]
    assert [row["symbol"] for row in live()] == ["MSFT"]


@pytest.mark.parametrize(
    "payload", [{"Error Message": "Invalid API KEY."}, {}, "x", 7, None, [[]]], ids=str
)
def test_an_answer_of_another_shape_is_rejected(ingest, payload):
    assert ingest("fmp", "quote", payload) == (0, 0, 1)


def test_a_late_quote_is_news_for_the_history_alone(ingest, live, rows):
    ingest("fmp", "quote", [quote()])
    late = quote(price=200, timestamp=1765200000)
    assert ingest("fmp", "quote", [late]) == (1, 0, 0)
    assert ingest("fmp", "quote", [late]) == (0, 1, 0)
    assert live()[0]["price"] == 25592
    assert rows("select price_cents from equities.quote_history order by quoted_at") == [
        {"price_cents": 20000},
        {"price_cents": 25592},
    ]


def test_what_a_quote_says_of_the_year_is_kept(ingest, rows):
    said = {
        "open": 254.86,
        "yearLow": 169.21,
        "yearHigh": 260.1,
        "priceAvg50": 241.23458,
        "priceAvg200": "?",
    }
    assert ingest("fmp", "quote", [quote(**said)]) == (1, 0, 0)
    kept = """
        select day_open_cents, year_low_cents, year_high_cents, average_50_days_cents as short,
        average_200_days_cents as long
        from equities.live_quote_indicators
    """
    assert rows(kept) == [
        {
            "day_open_cents": 25486,
            "year_low_cents": 16921,
            "year_high_cents": 26010,
            "short": 24123,
            "long": None,
        }
    ]
