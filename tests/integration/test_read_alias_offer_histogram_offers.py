"""Alias offer histograms: how many offers stood at which price, for the size asked for."""

import pytest

ASKED = {"subject": "dunk", "size": "10"}


@pytest.fixture(autouse=True)
def _known(ingest):
    sizes = [{"value": 10}, {"value": 9.5}]
    item = {"catalog_id": "dunk", "name": "Dunk", "gender": "men", "allowed_sizes": sizes}
    ingest("alias", "catalog", {"catalog_items": [item]})


def histogram(*bins):
    """Return an answer with bins of (cents, count)."""
    return {
        "offer_histogram": {
            "bins": [{"offer_price_cents": cents, "count": count} for cents, count in bins]
        }
    }


TWO = histogram(("5500", "1"), ("4500", "12"))


@pytest.fixture
def offers(rows):
    """Return a function that returns (day, cents, count)."""
    query = """
        select extract(day from snapshot_at)::int, price_cents, offer_count
        from integration.offer_histograms order by 1, 2
    """
    return lambda: [tuple(row.values()) for row in rows(query)]


def test_a_histogram_is_read_and_repeating_it_changes_nothing(ingest, offers, rows):
    assert ingest("alias", "offer_histogram", TWO, context=ASKED) == (2, 0, 0)
    assert ingest("alias", "offer_histogram", TWO, context=ASKED) == (0, 2, 0)
    assert offers() == [(9, 4500, 12), (9, 5500, 1)]
    assert rows(
        "select distinct provider, region, channel, condition, packaging, size_label, currency"
        " from integration.offer_histograms"
    ) == [
        {
            "provider": "alias",
            "region": "global",
            "channel": "standard",
            "condition": "new",
            "packaging": "good_condition",
            "size_label": "10",
            "currency": "USD",
        }
    ]


def test_only_another_histogram_is_written(ingest, offers):
    ingest("alias", "offer_histogram", TWO, at="2025-12-09T12:00:00Z", context=ASKED)
    again = ingest("alias", "offer_histogram", TWO, at="2025-12-10T12:00:00Z", context=ASKED)
    assert again == (0, 2, 0)
    fewer = histogram(("5500", "1"))
    later = ingest("alias", "offer_histogram", fewer, at="2025-12-11T12:00:00Z", context=ASKED)
    assert later == (1, 0, 0)
    assert offers() == [(9, 4500, 12), (9, 5500, 1), (11, 5500, 1)]


@pytest.mark.parametrize(
    ("more", "column", "said"),
    [
        ({"region": "US"}, "region", "US"),
        ({"consigned": "true"}, "channel", "consigned"),
        ({"condition": "used"}, "condition", "used"),
        ({"packaging": "missing_lid"}, "packaging", "missing_lid"),
        ({"size": "9.5"}, "size_label", "9.5"),
    ],
)
def test_the_request_says_whose_offers_they_are(ingest, rows, more, column, said):
    ingest("alias", "offer_histogram", TWO, context=ASKED)
    assert ingest("alias", "offer_histogram", TWO, context=ASKED | more) == (2, 0, 0)
    found = rows(f"select {column} as said from integration.offer_histograms")
    assert [row["said"] for row in found].count(said) == 2


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ({}, "its shoe or size is not known"),
        ({"subject": "dunk"}, "its shoe or size is not known"),
        ({"subject": "stranger", "size": "10"}, "its shoe or size is not known"),
        (ASKED | {"condition": "eaten"}, "its condition is not known"),
    ],
    ids=str,
)
def test_offers_for_what_is_not_known_are_rejected(ingest, offers, context, reason):
    assert ingest("alias", "offer_histogram", histogram(("1", "1")), context=context) == (0, 0, 1)
    assert ingest.rejected() == [
        (
            "$.offer_histogram.bins[0]",
            reason,
            {"offer_price_cents": "1", "count": "1"},
        )
    ]
    assert offers() == []


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (("0", "1"), "its offer_price_cents cannot be read"),
        (("-5", "1"), "its offer_price_cents cannot be read"),
        (("55.5", "1"), "its offer_price_cents cannot be read"),
        (("inf", "1"), "its offer_price_cents cannot be read"),
        (("9" * 13, "1"), "its offer_price_cents cannot be read"),
        ((None, "1"), "its offer_price_cents cannot be read"),
        (("55", "-1"), "its count cannot be read"),
        (("55", "many"), "its count cannot be read"),
        (("55", "9" * 10), "its count cannot be read"),
        (("55", None), "its count cannot be read"),
    ],
    ids=str,
)
def test_the_good_half_of_an_answer_goes_in(ingest, offers, bad, reason):
    answer = histogram(bad, ("4500", "0"))
    assert ingest("alias", "offer_histogram", answer, context=ASKED) == (1, 0, 1)
    assert [row[1] for row in ingest.rejected()] == [reason]
    assert offers() == [(9, 4500, 0)]


@pytest.mark.parametrize(
    "payload", [{"code": 3, "message": "missing parameter"}, {}, "x", 7, None, [[]]], ids=str
)
def test_an_answer_of_another_shape_is_rejected(ingest, payload):
    assert ingest("alias", "offer_histogram", payload, context=ASKED) == (0, 0, 1)


def test_no_offers_say_nothing(ingest):
    assert ingest("alias", "offer_histogram", histogram(), context=ASKED) == (0, 0, 0)
