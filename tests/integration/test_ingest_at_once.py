"""The same payload from several sessions at once, each in another order."""

import pytest
from psycopg.types.json import Jsonb

SESSIONS = 4
AT = "2026-01-15T12:00:00Z"


def rate(number):
    return {"date": f"2024-01-{number + 1:02}", "month1": number}


def company(number):
    return {"symbol": f"S{number}", "companyName": f"Company {number}", "currency": "USD"}


def shoe(number):
    market = {"productUuid": f"p{number}", "lowestAsk": 100 + number, "annualLow": 50}
    return {"id": f"p{number}", "title": f"Shoe {number}", "market": market}


def offer(number):
    return {"offer_price_cents": f"{1000 + number}", "count": "1"}


@pytest.mark.parametrize(
    ("provider", "kind", "make", "table", "context"),
    [
        ("fmp", "treasury_rate", rate, "equities.fundamentals", {}),
        ("fmp", "profile", company, "equities.profiles", {}),
        ("stockx", "browse", shoe, "integration.market_snapshots", {"currency": "USD"}),
        (
            "alias",
            "offer_histogram",
            offer,
            "integration.offer_histograms",
            {"subject": "dunk", "size": "10"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sessions_at_once_write_each_row_once(
    in_parallel, committed, provider, kind, make, table, context
):
    item = {
        "catalog_id": "dunk",
        "name": "Dunk",
        "gender": "men",
        "allowed_sizes": [{"value": 10}],
    }
    call = "select rejected from integration.ingest(%s, %s, %s, %s, %s)"
    committed.execute(call, ["alias", "catalog", Jsonb({"catalog_items": [item]}), AT, Jsonb({})])
    items = [make(number) for number in range(28)]

    def work(connection, number):
        mine = items[number * 7 :] + items[: number * 7]
        if number % 2:
            mine.reverse()
        whole = {"stockx": {"Products": mine}, "alias": {"bins": mine}}.get(provider, mine)
        said = [
            connection.execute(
                call, [provider, kind, Jsonb(whole), f"2026-01-{day}T12:00:00Z", Jsonb(context)]
            ).fetchone()
            for day in (15, 16)
        ]
        return [rejected for (rejected,) in said]

    assert in_parallel(SESSIONS, work) == [[0, 0]] * SESSIONS
    [(kept,)] = committed.execute(f"select count(*)::int from {table}").fetchall()
    assert kept == 28
