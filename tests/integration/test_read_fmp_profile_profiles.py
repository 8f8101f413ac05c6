"""FMP profiles, in the names that the fields have now and in those that they had."""

from decimal import Decimal

import pytest

AT = "2026-04-05T12:00:00Z"
LATER = "2026-04-06T12:00:00Z"
NOW = {
    "symbol": "acme",
    "companyName": "Acme Inc.",
    "description": "It makes things. " * 40,
    "exchange": "NASDAQ",
    "exchangeFullName": "NASDAQ Global Select",
    "lastDividend": 1.04,
    "averageVolume": 47782011,
    "beta": 1.109,
    "currency": "USD",
    "country": "US",
    "isin": "US0378331005",
    "fullTimeEmployees": "164000",
    "ipoDate": "1980-12-12",
    "isEtf": False,
    "isActivelyTrading": True,
    "defaultImage": True,
}
THEN = {
    "symbol": "ACME",
    "companyName": "Acme Inc.",
    "description": "It makes things. " * 40,
    "exchange": "NASDAQ Global Select",
    "exchangeShortName": "NASDAQ",
    "lastDiv": 1.04,
    "volAvg": 47782011,
    "beta": 1.109,
    "currency": "USD",
    "country": "US",
    "isin": "US0378331005",
    "fullTimeEmployees": 164000,
    "ipoDate": "1980-12-12",
    "isEtf": False,
    "isActivelyTrading": True,
    "defaultImage": True,
}


@pytest.fixture
def profiles(rows):
    """Return a function that returns the profiles, without bookkeeping."""
    query = """
        select
            profile.symbol, company_name, description, exchange, exchange_name, country_code,
            profile.currency, isin, employee_count, ipo_date::text as ipo, is_etf,
            is_actively_trading, has_default_image, beta, last_dividend_cents as dividend,
            average_volume
        from equities.profiles as profile
        inner join equities.symbols as symbol on profile.symbol = symbol.symbol
        order by profile.symbol
    """
    return lambda: rows(query)


@pytest.mark.parametrize("said", [NOW, THEN], ids=["now", "then"])
def test_a_profile_is_read_and_repeating_it_changes_nothing(ingest, profiles, rows, said):
    assert ingest("fmp", "profile", [said], at=AT) == (1, 0, 0)
    kept = "select ctid, * from equities.profiles"
    before = rows(kept)
    assert ingest("fmp", "profile", [said], at=AT) == (0, 1, 0)
    assert rows(kept) == before
    assert profiles() == [
        {
            "symbol": "ACME",
            "company_name": "Acme Inc.",
            "description": ("It makes things. " * 40).strip(),
            "exchange": "NASDAQ",
            "exchange_name": "NASDAQ Global Select",
            "country_code": "US",
            "currency": "USD",
            "isin": "US0378331005",
            "employee_count": 164000,
            "ipo": "1980-12-12",
            "is_etf": False,
            "is_actively_trading": True,
            "has_default_image": True,
            "beta": Decimal("1.109"),
            "dividend": Decimal(104),
            "average_volume": 47782011,
        }
    ]


def test_the_newer_profile_counts_in_any_order(ingest, profiles, rows):
    newer = NOW | {"companyName": "Acme plc"}
    assert ingest("fmp", "profile", [newer], at=LATER) == (1, 0, 0)
    assert ingest("fmp", "profile", [NOW], at=AT) == (0, 1, 0)
    assert [row["company_name"] for row in profiles()] == ["Acme plc"]
    ingest("fmp", "profile", [newer], at="2026-04-07T12:00:00Z")
    assert rows("select observed_at::date::text as day from equities.profiles") == [
        {"day": "2026-04-07"}
    ]


@pytest.mark.parametrize(
    ("field", "said", "column"),
    [
        ("country", "United States", "country_code"),
        ("isin", "none", "isin"),
        ("fullTimeEmployees", "many", "employee_count"),
        ("fullTimeEmployees", -1, "employee_count"),
        ("fullTimeEmployees", 10**30, "employee_count"),
        ("ipoDate", "soon", "ipo"),
        ("beta", "inf", "beta"),
        ("beta", 10**20, "beta"),
        ("lastDividend", -1, "dividend"),
        ("averageVolume", [], "average_volume"),
    ],
)
def test_what_cannot_be_read_is_left_out(ingest, profiles, field, said, column):
    assert ingest("fmp", "profile", [NOW | {field: said}]) == (1, 0, 0)
    assert profiles()[0][column] is None


def test_a_fraction_of_a_cent_is_kept(ingest, profiles):
    ingest("fmp", "profile", [NOW | {"lastDividend": 0.59362}])
    assert profiles()[0]["dividend"] == Decimal("59.362")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"symbol": None}, "its symbol cannot be read"),
        ({"symbol": "TWO WORDS"}, "its symbol cannot be read"),
        ({"companyName": None}, "its companyName cannot be read"),
        ({"currency": None}, "its currency cannot be read"),
        ({"currency": "GBp"}, "its currency cannot be read"),
    ],
    ids=str,
)
def test_the_good_half_of_an_answer_goes_in(ingest, profiles, wrong, reason):
    bad = NOW | wrong
    assert ingest("fmp", "profile", [bad, NOW | {"symbol": "GOOD"}]) == (1, 0, 1)
    assert ingest.rejected() == [("$[0]", reason, bad)]
    assert [row["symbol"] for row in profiles()] == ["GOOD"]


def test_the_request_may_name_the_currency(ingest, profiles):
    assert ingest("fmp", "profile", [NOW | {"currency": None}], context={"currency": "CAD"}) == (
        1,
        0,
        0,
    )
    assert profiles()[0]["currency"] == "CAD"
