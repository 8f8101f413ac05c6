"""The chart of the older StockX API: average prices at the moments that it draws."""

from datetime import UTC, datetime

import pytest

ASKED = {"subject": "p", "currency": "USD"}


@pytest.fixture(autouse=True)
def _known(ingest):
    ingest("stockx", "catalog_search", {"productId": "p", "title": "Yeezy"})


def chart(*points):
    """Return a chart of [milliseconds, amount]."""
    return {"title": {"text": "Average price over time"}, "series": [{"data": list(points)}]}


@pytest.fixture
def history(rows):
    """Return a function that returns (moment, cents) of the average price."""
    query = """
        select history.valid_from, history.price_cents
        from integration.price_history as history
        inner join integration.price_sources as price on history.price_source_id = price.id
        where price.price_type = 'average' and price.variant_id is null order by 1
    """
    return lambda: [tuple(row.values()) for row in rows(query)]


def test_a_chart_is_read_and_repeating_it_changes_nothing(ingest, history):
    answer = chart([1486161931000, 585], [1487445217900, 580], [1488728504800, 580])
    # The third says what the second did.
    assert ingest("stockx", "chart", answer, context=ASKED) == (2, 1, 0)
    assert ingest("stockx", "chart", answer, context=ASKED) == (0, 3, 0)
    assert history() == [
        (datetime(2017, 2, 3, 22, 45, 31, tzinfo=UTC), 58500),
        (datetime(2017, 2, 18, 19, 13, 37, 900000, tzinfo=UTC), 58000),
    ]


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        ([1486161931, 585], "its time is not in milliseconds"),
        ([None, 585], "its time is not in milliseconds"),
        ([1486161931000, 0], "it is not a price"),
        ([1486161931000, -1], "it is not a price"),
        ([1486161931000, "inf"], "it is not a price"),
        ([1486161931000], "it is not a price"),
        ([], "its time is not in milliseconds"),
        ("x", "its time is not in milliseconds"),
    ],
    ids=str,
)
def test_the_good_half_of_a_chart_goes_in(ingest, history, point, reason):
    answer = chart(point, [1487445217900, 580])
    assert ingest("stockx", "chart", answer, context=ASKED) == (1, 0, 1)
    assert ingest.rejected() == [("$.series[0].data[0]", reason, point)]
    assert [cents for _, cents in history()] == [58000]


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ({"currency": "USD"}, "its product is not known"),
        ({"subject": "p"}, "its currency is not known"),
        ({"subject": "p", "currency": "$"}, "its currency is not known"),
    ],
    ids=str,
)
def test_only_the_request_says_what_it_is_of(ingest, context, reason):
    assert ingest("stockx", "chart", chart([1487445217900, 580]), context=context) == (0, 0, 1)
    assert ingest.rejected()[0][1] == reason


@pytest.mark.parametrize(
    "payload", [{}, {"series": []}, {"series": [7]}, {"series": [{}]}, "x", 7, None, []], ids=str
)
def test_an_answer_of_another_shape_is_rejected(ingest, payload):
    assert ingest("stockx", "chart", payload, context=ASKED) == (0, 0, 1)
