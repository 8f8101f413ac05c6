"""What FMP says of companies: what names a row is judged, the rest stays as it came."""

import pytest

AT = "2026-04-05T12:00:00Z"
LATER = "2026-04-06T12:00:00Z"


@pytest.fixture
def figures(rows):
    """Return a function that returns what is kept, without bookkeeping."""
    query = """
        select subject, data_type, period, as_of_date::text as day, currency, figures
        from equities.fundamentals order by subject, as_of_date, period collate "C"
    """
    return lambda: rows(query)


def statement(**more):
    """Return a statement of a year."""
    return {
        "symbol": "AAPL",
        "date": "2025-09-27",
        "reportedCurrency": "USD",
        "acceptedDate": "2025-10-31 06:01:26",
        "fiscalYear": "2025",
        "period": "FY",
        "revenue": 416161000000,
        "marketCap": 3715929735003.0005,
        "nothing": None,
    } | more


def test_a_statement_stays_as_it_came_and_repeating_it_changes_nothing(ingest, figures, rows):
    assert ingest("fmp", "income_statement", [statement()], at=AT) == (1, 0, 0)
    kept = "select ctid, * from equities.fundamentals"
    before = rows(kept)
    assert ingest("fmp", "income_statement", [statement()], at=AT) == (0, 1, 0)
    assert rows(kept) == before
    assert figures() == [
        {
            "subject": "AAPL",
            "data_type": "income-statement",
            "period": "FY",
            "day": "2025-09-27",
            "currency": "USD",
            "figures": statement(),
        }
    ]


def test_what_was_said_again_is_no_news_but_was_seen(ingest, rows):
    ingest("fmp", "income_statement", [statement()], at=AT)
    assert ingest("fmp", "income_statement", [statement()], at=LATER) == (0, 1, 0)
    seen = "select observed_at = %s as is_later from equities.fundamentals"
    assert rows(seen, LATER) == [{"is_later": True}]


def test_a_statement_that_was_restated_replaces_the_first_and_never_the_other_way(ingest, figures):
    ingest("fmp", "income_statement", [statement()], at=AT)
    restated = statement(revenue=1, reportedCurrency="EUR")
    assert ingest("fmp", "income_statement", [restated], at=LATER) == (1, 0, 0)
    assert ingest("fmp", "income_statement", [statement()], at=AT) == (0, 1, 0)
    [row] = figures()
    assert (row["figures"]["revenue"], row["currency"]) == (1, "EUR")


def test_of_two_of_one_row_the_later_in_the_answer_counts(ingest, figures):
    both = [statement(revenue=1), statement(revenue=2)]
    assert ingest("fmp", "income_statement", both) == (1, 1, 0)
    assert ingest("fmp", "income_statement", both) == (0, 2, 0)
    assert [row["figures"]["revenue"] for row in figures()] == [2]


def test_each_kind_is_apart_from_the_others(ingest, figures):
    ingest("fmp", "income_statement", [statement()])
    ingest("fmp", "cash_flow", [statement()])
    assert sorted(row["data_type"] for row in figures()) == ["cash-flow", "income-statement"]


@pytest.mark.parametrize(
    ("said", "currency"),
    [
        ({"reportedCurrency": None}, None),
        ({"reportedCurrency": None, "currency": "GBP"}, "GBP"),
        # Pence, which are no currency; the figures keep them.
        ({"reportedCurrency": "GBp"}, None),
        ({"reportedCurrency": 7}, None),
    ],
    ids=str,
)
def test_a_currency_is_one_or_none(ingest, figures, said, currency):
    ingest("fmp", "income_statement", [statement(**said)])
    assert [row["currency"] for row in figures()] == [currency]


def test_the_request_says_what_the_answer_does_not(ingest, figures):
    bars = [{"date": "2024-01-03 15:30:00", "close": 1}, {"date": "2024-01-03 14:30:00"}]
    context = {"subject": "aapl", "interval": "1hour", "currency": "USD"}
    assert ingest("fmp", "chart_intraday", bars, context=context) == (2, 0, 0)
    assert [(row["subject"], row["day"], row["period"], row["currency"]) for row in figures()] == [
        ("AAPL", "2024-01-03", "1hour 2024-01-03 14:30:00", "USD"),
        ("AAPL", "2024-01-03", "1hour 2024-01-03 15:30:00", "USD"),
    ]


def test_bars_of_nobody_are_rejected(ingest):
    bar = {"date": "2024-01-03 15:30:00"}
    assert ingest("fmp", "chart_intraday", [bar]) == (0, 0, 1)
    assert ingest.rejected() == [("$[0]", "its subject cannot be read", bar)]


def test_a_company_listed_in_several_places_has_a_row_for_each(ingest, figures):
    listed = [{"symbol": "AAPL", "mktCap": 1}, {"symbol": "AAPL.NE", "currency": "CAD"}]
    assert ingest("fmp", "exchange_variants", listed, context={"subject": "AAPL"}) == (2, 0, 0)
    assert [(row["subject"], row["period"], row["currency"]) for row in figures()] == [
        ("AAPL", "AAPL", None),
        ("AAPL", "AAPL.NE", "CAD"),
    ]


def test_two_grades_of_one_company_and_day_stay_two_and_the_same_one_is_one(ingest, figures):
    grade = {
        "symbol": "AAPL",
        "date": "2023-05-31",
        "gradingCompany": "Wedbush",
        "previousGrade": None,
        "newGrade": "Buy",
        "action": "initialise",
    }
    grades = [grade, grade, grade | {"previousGrade": "Buy", "action": "maintain"}]
    assert ingest("fmp", "stock_grade", grades) == (2, 1, 0)
    assert [row["period"] for row in figures()] == [
        "Wedbush initialise Buy",
        "Wedbush maintain Buy Buy",
    ]


@pytest.mark.parametrize(
    ("kind", "item", "subject", "day", "period"),
    [
        ("treasury_rate", {"date": "2024-01-31"}, "", "2024-01-31", ""),
        ("market_risk_premium", {"country": "Zimbabwe"}, "Zimbabwe", None, ""),
        ("available_exchanges", {"exchange": "AMEX", "delay": "N/A"}, "AMEX", None, ""),
        ("share_float", {"symbol": "a", "date": "2026-04-04 20:46:05"}, "A", "2026-04-04", ""),
        ("insider_statistics", {"symbol": "A", "year": 2026, "quarter": 2}, "A", None, "2026 2"),
        ("economic_indicator", {"name": "GDP", "date": "2024-10-01"}, "GDP", "2024-10-01", ""),
        (
            "revenue_geo_seg",
            {"symbol": "A", "date": "2025-09-27", "fiscalYear": 2025, "period": "FY"},
            "A",
            "2025-09-27",
            "FY",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_names_a_row(ingest, figures, kind, item, subject, day, period):
    assert ingest("fmp", kind, [item]) == (1, 0, 0)
    [row] = figures()
    assert (row["subject"], row["day"], row["period"], row["figures"]) == (
        subject,
        day,
        period,
        item,
    )


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"symbol": None}, "its symbol cannot be read"),
        ({"symbol": " "}, "its symbol cannot be read"),
        ({"symbol": ["A"]}, "its symbol cannot be read"),
        ({"date": None}, "its date cannot be read"),
        ({"date": "2025-02-30"}, "its date cannot be read"),
        ({"date": 1765281600}, "its date cannot be read"),
        ({"period": ["FY"]}, "its period cannot be read"),
        ({"period": "F" * 201}, "its period cannot be read"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_good_half_of_an_answer_goes_in(ingest, figures, wrong, reason):
    bad = statement(**wrong)
    assert ingest("fmp", "balance_sheet", [bad, statement(symbol="MSFT")]) == (1, 0, 1)
    assert ingest.rejected() == [("$[0]", reason, bad)]
    assert [row["subject"] for row in figures()] == ["MSFT"]


def test_a_period_that_is_missing_is_rejected_and_one_that_is_null_is_none(ingest, figures):
    nameless = statement()
    del nameless["period"]
    assert ingest("fmp", "ratios", [nameless, statement(period=None)]) == (1, 0, 1)
    assert [row["period"] for row in figures()] == [""]


@pytest.mark.parametrize(
    "payload", [{"Error Message": "Invalid API KEY."}, {}, "x", 7, None, [[]]], ids=str
)
@pytest.mark.parametrize("kind", ["treasury_rate", "key_metrics_ttm", "stock_grade"])
def test_an_answer_of_another_shape_is_rejected(ingest, figures, kind, payload):
    assert ingest("fmp", kind, payload) == (0, 0, 1)
    assert figures() == []
