"""Alias recent sales: windows of single sales without ids."""

import pytest


def sale(at="2025-12-09T18:24:08.701Z", cents="6500", **more):
    """Return a sale as the recent sales answer it."""
    return {
        "purchased_at": at,
        "price_cents": cents,
        "size": 10,
        "consigned": True,
        "catalog_id": "dunk",
    } | more


def answer(*sales):
    return {"recent_sales": list(sales)}


@pytest.fixture(autouse=True)
def _known(ingest):
    sizes = [{"value": 10}]
    ingest("alias", "catalog", {"catalog_id": "dunk", "name": "Dunk", "allowed_sizes": sizes})


@pytest.fixture
def stored(db):
    """Return a function that returns (UTC time, cents, channel, occurrence) of each sale."""
    query = """
        select
            to_char(sold_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS'), price_cents,
            channel, occurrence
        from integration.market_sales order by 1, 4
    """
    return lambda: db.execute(query).fetchall()


def test_sales_are_read_and_repeating_them_changes_nothing(ingest, stored):
    told = answer(sale(), sale("2025-12-09T20:18:06.675+02:00", "6300", consigned=False))
    assert ingest("alias", "recent_sales", told) == (2, 0, 0)
    assert ingest("alias", "recent_sales", told) == (0, 2, 0)
    assert stored() == [
        ("2025-12-09 18:18:06.675", 6300, "standard", 1),
        ("2025-12-09 18:24:08.701", 6500, "consigned", 1),
    ]


def test_windows_that_overlap_keep_each_sale_once(ingest, stored):
    assert ingest("alias", "recent_sales", answer(sale(), sale())) == (2, 0, 0)
    assert ingest("alias", "recent_sales", answer(sale())) == (0, 1, 0)
    window = answer(sale("2025-12-10T00:00:00Z"), sale(), sale(), sale())
    assert ingest("alias", "recent_sales", window) == (2, 2, 0)
    assert len(stored()) == 4


def test_the_region_comes_from_the_context(ingest, rows):
    ingest("alias", "recent_sales", answer(sale()), context={"region": "US"})
    assert rows("select region, source, currency from integration.market_sales") == [
        {"region": "US", "source": "alias", "currency": "USD"}
    ]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"catalog_id": "stranger"}, "its shoe or size is not known"),
        ({"size": 9}, "its shoe or size is not known"),
        ({"size": "ten"}, "its shoe or size is not known"),
        ({"price_cents": "0"}, "its price_cents cannot be read"),
        ({"price_cents": "-1"}, "its price_cents cannot be read"),
        ({"price_cents": "65.00"}, "its price_cents cannot be read"),
        ({"price_cents": None}, "its price_cents cannot be read"),
        ({"purchased_at": None}, "its purchased_at cannot be read"),
        ({"purchased_at": "2025-13-45T00:00:00Z"}, "its purchased_at cannot be read"),
        ({"purchased_at": "2025-12-09T18:24:08"}, "its purchased_at cannot be read"),
        ({"purchased_at": "2025-12-09"}, "its purchased_at cannot be read"),
        ({"purchased_at": "infinity"}, "its purchased_at cannot be read"),
        ({"purchased_at": "yesterday"}, "its purchased_at cannot be read"),
        ({"purchased_at": 1765304648}, "its purchased_at cannot be read"),
    ],
    ids=str,
)
def test_the_good_half_of_an_answer_goes_in(ingest, stored, wrong, reason):
    bad = sale() | wrong
    assert ingest("alias", "recent_sales", answer(sale(), bad)) == (1, 0, 1)
    assert ingest.rejected() == [("$.recent_sales[1]", reason, bad)]
    assert len(stored()) == 1


def test_an_error_is_rejected_and_no_sales_are_no_error(ingest):
    error = {"code": 3, "message": "Missing parameter: input.Size", "details": []}
    assert ingest("alias", "recent_sales", error) == (0, 0, 1)
    assert ingest("alias", "recent_sales", answer()) == (0, 0, 0)
