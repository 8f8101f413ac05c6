"""integration.ingest: every payload is kept, what can be read goes in, the rest is rejected."""

import copy
from hashlib import sha256

import psycopg
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from toolkit.demo.payloads import Recording

AT = "2026-01-15T12:00:00Z"
# What FMP says of companies, read by one parser: see integration.list_figure_kinds().
FIGURES = [
    "aftermarket_quote",
    "aftermarket_trade",
    "analyst_estimate",
    "available_exchanges",
    "balance_sheet",
    "biggest_gainers",
    "cash_flow",
    "chart_full",
    "chart_intraday",
    "chart_light",
    "chart_unadjusted",
    "dcf_valuation",
    "dividends",
    "earnings",
    "economic_indicator",
    "exchange_market_hours",
    "exchange_variants",
    "forex_pair",
    "holidays_by_exchange",
    "income_statement",
    "income_statement_ttm",
    "insider_statistics",
    "key_metrics",
    "key_metrics_ttm",
    "market_cap",
    "market_risk_premium",
    "most_actives",
    "price_target_consensus",
    "price_target_summary",
    "ratios",
    "ratios_ttm",
    "revenue_geo_seg",
    "revenue_product_seg",
    "search_symbol",
    "share_float",
    "sma_indicator",
    "stock_grade",
    "stock_grade_historical",
    "stock_grade_summary",
    "stock_price_change",
    "stock_screener",
    "stock_split",
    "treasury_rate",
]
# Those of them that differ in what names a row.
SAMPLED_FIGURES = [
    ("fmp", "chart_intraday"),
    ("fmp", "exchange_variants"),
    ("fmp", "ratios_ttm"),
    ("fmp", "stock_grade"),
    ("fmp", "treasury_rate"),
]
KINDS = [
    ("alias", "availabilities"),
    ("alias", "catalog"),
    ("alias", "offer_histogram"),
    ("alias", "recent_sales"),
    ("awin", "feed"),
    ("ebay", "browse"),
    ("ebay", "sold"),
    ("fmp", "profile"),
    ("fmp", "quote"),
    ("goat", "buy_bar"),
    ("stockx", "browse"),
    ("stockx", "catalog_search"),
    ("stockx", "chart"),
    ("stockx", "contest"),
    ("stockx", "market_data"),
    ("stockx", "table"),
    ("stockx", "variants"),
]
SAMPLED = sorted(KINDS + SAMPLED_FIGURES)
# Everything that an ingest may write, apart from the payload itself.
TABLES = (
    "core.brands",
    "products.products",
    "products.sizes",
    "products.variants",
    "integration.product_links",
    "integration.price_sources",
    "integration.price_history",
    "integration.market_sales",
    "integration.market_snapshots",
    "integration.offer_histograms",
    "equities.symbols",
    "equities.profiles",
    "equities.fundamentals",
    "equities.live_quote_indicators",
    "equities.quote_history",
)


@pytest.fixture
def stored(db):
    """Return a function that returns every row of every table as it lies on disk."""

    def read():
        return {
            table: sorted(map(str, db.execute(f"select tableoid, ctid, * from {table}")))
            for table in TABLES
        }

    return read


def test_what_can_be_read_is_listed(db):
    assert db.execute(
        "select provider, kind from integration.payload_kinds order by 1, 2"
    ).fetchall() == sorted(KINDS + [("fmp", kind) for kind in FIGURES])


@pytest.mark.parametrize(
    ("provider", "kind"),
    [
        ("stockx", "prices"),
        ("klekt", "catalog"),
        ("", ""),
        ("stockx", ""),
        ("stockx_market", "data"),
        ("stockx", "%"),
        ("stockx", 'market_data"; drop table core.brands'),
        (None, "quote"),
        ("fmp", None),
    ],
)
def test_a_kind_that_nothing_reads_is_refused(db, ingest, rows, provider, kind):
    with pytest.raises(psycopg.Error, match="there is no parser for") as refused, db.transaction():
        ingest(provider, kind, [])
    assert refused.value.sqlstate == "MD101"
    assert "mdt ingest --list" in refused.value.diag.message_hint
    assert rows("select from integration.raw_snapshots") == []


@pytest.mark.parametrize(
    "payload",
    [[{"symbol": "AAPL", "price": 1}], [], {}, [7], "x", None, {"a": {"b": [1.50]}}],
    ids=str,
)
def test_every_payload_is_kept_as_it_came(ingest, rows, payload):
    ingest("fmp", "quote", payload, at=AT, context={"subject": "AAPL"})
    assert rows(
        "select provider, payload_kind, payload, context, observed_at = %s as is_then"
        " from integration.raw_snapshots",
        AT,
    ) == [
        {
            "provider": "fmp",
            "payload_kind": "quote",
            "payload": payload,
            "context": {"subject": "AAPL"},
            "is_then": True,
        }
    ]


def test_a_rejected_item_names_its_payload(ingest, rows):
    ingest("fmp", "quote", [{"symbol": "AAPL"}, {"symbol": "MSFT", "price": 1}])
    assert rows(
        """
        select rejected.provider, rejected.payload_kind, rejected.path, rejected.value
        from integration.rejected_payloads as rejected
        inner join integration.raw_snapshots as raw on rejected.raw_snapshot_id = raw.id
        """
    ) == [
        {
            "provider": "fmp",
            "payload_kind": "quote",
            "path": "$[0]",
            "value": {"symbol": "AAPL"},
        }
    ]


def test_arguments_that_are_missing_have_their_defaults(db, rows):
    counts = db.execute(
        "select (ingested).* from integration.ingest('fmp', 'quote', null, null, null) as ingested"
    ).fetchone()
    assert counts == (0, 0, 1)
    assert rows(
        "select payload, context, observed_at = now() as is_now from integration.raw_snapshots"
    ) == [{"payload": None, "context": {}, "is_now": True}]


def test_a_context_that_says_nothing_useful_is_harmless(ingest):
    quote = [{"symbol": "AAPL", "price": 1}]
    for context in ([], "x", 7, {"currency": None}):
        ingest("fmp", "quote", quote, context=context)


def test_a_payload_that_breaks_a_rule_is_rejected_whole_and_leaves_nothing(ingest, stored):
    """The parsers let nothing through that breaks one; here the context does."""
    before = stored()
    item = {"productId": "p", "title": "Dunk", "productAttributes": {"retailPrice": 100}}
    counts = ingest("stockx", "catalog_search", [item], context={"retail_currency": "pounds"})
    assert counts == (0, 0, 1)
    [(path, reason, value)] = ingest.rejected()
    assert (path, value) == ("$", [item])
    assert reason.startswith("22001: ")
    assert stored() == before
    assert ingest("stockx", "catalog_search", [item]) == (1, 0, 0)


def test_a_session_that_fails_keeps_nothing_of_a_payload(db, ingest, rows):
    with pytest.raises(psycopg.Error), db.transaction():
        ingest("fmp", "quote", [{"symbol": "AAPL", "price": 1}])
        db.execute("select 1 / 0")
    assert rows("select from integration.raw_snapshots") == []
    assert rows("select from equities.symbols") == []


def browsed():
    """Return a product in one size, as the older API of StockX answers it."""
    market = {
        "productUuid": "browsed",
        "skuUuid": "None",
        "lowestAsk": 95,
        "highestBid": 118,
        "lastSale": 0,
        "averageDeadstockPrice": 111,
        "annualLow": 88,
        "annualHigh": 187,
        "numberOfAsks": 293,
        "volatility": 0.070413,
        "pricePremium": 1.553,
        "updatedAt": 1594350562,
        "lastSaleDate": "2020-07-10T03:09:22+00:00",
    }
    shoe = {
        "id": "browsed",
        "title": "Browsed",
        "brand": "Nike",
        "gender": "men",
        "productCategory": "sneakers",
        "styleId": "ZZ1391-100",
        "releaseDate": "2020-07-02 23:59:59",
        "retailPrice": 38,
        "shoeSize": "None",
        "market": market,
    }
    size = shoe | {
        "id": "browsed-9",
        "shoeSize": "9",
        "market": market | {"skuUuid": "browsed-9", "lowestAsk": 98},
    }
    return {"Product": shoe | {"children": {"browsed-9": size}}}


@pytest.fixture(scope="module")
def samples():
    """Return ((provider, kind), (payload, context)), small and in an order that makes sense."""
    said = Recording.generated()
    shoes = [said.stockx_products[place] for place in (0, 1, 5, 10)]
    ids = [shoe["productId"] for shoe in shoes]
    codes = [shoe["styleId"] for shoe in shoes]
    items = [
        item | {"allowed_sizes": item["allowed_sizes"][:4]}
        for item in said.alias_items
        if item["sku"] in codes
    ]
    catalog_id = items[0]["catalog_id"]
    sizes = [size["value"] for size in items[0]["allowed_sizes"]]
    variants = [one for one in said.alias_prices(catalog_id) if one["size"] in sizes]
    sales = [one | {"size": sizes[0]} for one in said.alias_sales[catalog_id][:4]]
    quotes = [quote for quotes in said.fmp_quotes.values() for quote in quotes]
    found = {
        ("stockx", "catalog_search"): ({"products": shoes}, {}),
        ("stockx", "variants"): (
            [one for key in ids[:3] for one in said.stockx_variants[key][:2]],
            {},
        ),
        ("stockx", "market_data"): (said.stockx_prices(ids[0])[:2], {}),
        ("alias", "catalog"): ({"catalog_items": items}, {}),
        ("alias", "availabilities"): ({"variants": variants[:4]}, {"subject": catalog_id}),
        ("alias", "recent_sales"): ({"recent_sales": sales}, {}),
        ("awin", "feed"): (said.awin_rows[:4], {}),
        ("fmp", "quote"): (quotes[:3], {}),
        ("stockx", "contest"): (said.stockx_sales[:4], {}),
        ("alias", "offer_histogram"): (
            {"offer_histogram": {"bins": [{"offer_price_cents": "5500", "count": "2"}]}},
            {"subject": catalog_id, "size": f"{sizes[0]:g}"},
        ),
        ("stockx", "browse"): (browsed(), {"currency": "EUR"}),
        ("stockx", "chart"): (
            {"series": [{"data": [[1486161931000, 585], [1487445217900, 580]]}]},
            {"subject": ids[0], "currency": "USD"},
        ),
        ("stockx", "table"): (
            [
                {
                    "": "0",
                    "item": "Tabled (W)",
                    "brand": "Nike",
                    "retail": "225",
                    "release": "2023-03-21",
                    "lowestAsk": "325",
                    "highestBid": "480",
                    "lastSale": "347",
                    "averageDeadstockPrice": "388",
                    "pricePremium": "0.542",
                }
            ],
            {"currency": "USD"},
        ),
        ("goat", "buy_bar"): (
            [
                {
                    "size": 9.5,
                    "shoeCondition": "new_no_defects",
                    "boxCondition": "good_condition",
                    "lowestPriceCents": {"currency": "USD", "amount": 24800},
                    "instantShipLowestPriceCents": {"currency": "USD"},
                }
            ],
            {"subject": "17", "style_code": codes[0]},
        ),
        ("ebay", "sold"): (
            [
                {
                    "title": f"Nike {codes[0]} size 10",
                    "item_id": "116665474966",
                    "sold_caption": "Sold  Aug 9, 2025",
                    "condition_text": "Pre-Owned \u00b7 Nike",
                    "price_text": "$1,185.00",
                    "format_text": "Buy It Now",
                    "shipping_text": "+$14.95 delivery",
                }
            ],
            {"currency": "USD"},
        ),
        ("ebay", "browse"): (
            {
                "itemSummaries": [
                    {
                        "itemId": "v1|385462201428|0",
                        "title": f"Nike {codes[0]}",
                        "condition": "New",
                        "buyingOptions": ["FIXED_PRICE"],
                        "price": {
                            "value": "0.75",
                            "currency": "USD",
                            "convertedFromValue": "0.99",
                            "convertedFromCurrency": "CAD",
                        },
                    }
                ]
            },
            {},
        ),
        ("fmp", "profile"): (
            [
                {
                    "symbol": "ACME",
                    "companyName": "Acme",
                    "currency": "USD",
                    "description": "It makes things.",
                    "fullTimeEmployees": "164000",
                    "averageVolume": 50542058,
                    "beta": 1.24,
                    "lastDividend": 0.99,
                    "ipoDate": "1980-12-12",
                    "country": "US",
                    "isin": "US0378331005",
                    "isEtf": False,
                }
            ],
            {},
        ),
        ("fmp", "chart_intraday"): (
            [{"date": "2024-01-03 15:30:00", "close": 184.24}],
            {"subject": "ACME"},
        ),
        ("fmp", "exchange_variants"): ([{"symbol": "ACME.L"}], {"subject": "ACME"}),
        ("fmp", "ratios_ttm"): ([{"symbol": "ACME", "grossProfitMarginTTM": 0.5}], {}),
        ("fmp", "stock_grade"): (
            [
                {
                    "symbol": "ACME",
                    "date": "2026-03-31",
                    "gradingCompany": "Grader",
                    "previousGrade": None,
                    "newGrade": "Buy",
                    "action": "maintain",
                }
            ],
            {},
        ),
        ("fmp", "treasury_rate"): ([{"date": "2024-01-31", "month1": 5.53}], {}),
    }
    assert sorted(found) == SAMPLED
    return list(found.items())


def test_the_samples_are_read_and_repeating_them_changes_nothing(ingest, samples, stored):
    accepted = {}
    for kind, (payload, context) in samples:
        accepted[kind], _, rejected = ingest(*kind, payload, AT, context)
        assert (accepted[kind] > 0, rejected) == (True, 0), kind
    before = stored()
    for kind, (payload, context) in samples:
        assert ingest(*kind, payload, AT, context) == (0, accepted[kind], 0), kind
    assert stored() == before


# Long, and not to be compressed: no index has room for it.
NOISE = "".join(sha256(str(number).encode()).hexdigest() for number in range(100))
# What a provider may send where something else is expected.
JUNK = st.one_of(
    st.sampled_from(
        [
            None, True, False, "", " ", "0", "-1", "inf", "-Infinity", "NaN", "1e400", "0x1F",
            "2025-13-45", "2025-02-30T25:61:61Z", "infinity", "now", "$1,097", "null", "[]",
            0, -1, 1.5, 1e-30, 1e30, 10**18, 10**40, -(10**20), [], {}, [None], [[]], {"a": []},
            "\u0001", "\ufeff", "ß" * 300, NOISE, "٣", "\U0001f45f", "%s", "'; --", "\\",
        ]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip


def places(value, path=()):
    """Yield the path of every value within a payload, the whole first."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def changed(payload, choice, how, junk):
    """Return a payload with one thing wrong."""
    payload = copy.deepcopy(payload)
    paths = list(places(payload))
    *way, last = paths[choice % len(paths)] or (None,)
    if last is None:
        return junk
    inner = payload
    for key in way:
        inner = inner[key]
    if how == "replace":
        inner[last] = junk
    elif how == "drop":
        del inner[last]
    elif how == "double" and isinstance(inner, list):
        inner.append(copy.deepcopy(inner[last]))
    elif how == "rename" and isinstance(inner, dict):
        inner[str(junk)[:40]] = inner.pop(last)
    else:
        inner[last] = [inner[last], junk]
    return payload


@pytest.mark.parametrize("junk", [NOISE, None], ids=["noise", "null"])
@pytest.mark.parametrize("kind", SAMPLED, ids=" ".join)
def test_one_thing_wrong_in_any_place_is_no_error(db, ingest, samples, kind, junk):
    for other, (payload, context) in samples:
        if other[1] in ("catalog_search", "variants", "catalog"):
            ingest(*other, payload, "2026-01-14T12:00:00Z", context)
    payload, context = dict(samples)[kind]
    for number, path in enumerate(places(payload)):
        if any(key for key in path if isinstance(key, int)):
            # The first item of each list stands for the others.
            continue
        with db.transaction(force_rollback=True):
            *_, rejected = ingest(*kind, changed(payload, number, "replace", junk), AT, context)
            refused = ingest.rejected()
            assert len(refused) == rejected
            assert [reason for _, reason, _ in refused if reason[:2] in ("22", "23", "54")] == []


@st.composite
def changes(draw):
    """Draw how to change a payload: (choice of a place, what to do there, with what)."""
    kinds = ["replace", "replace", "drop", "double", "rename", "swap"]
    return draw(st.integers(0, 10**6)), draw(st.sampled_from(kinds)), draw(JUNK)


CHANGED = given(
    known=st.booleans(),
    kind=st.sampled_from(SAMPLED),
    wrong=st.lists(changes(), min_size=1, max_size=4),
)
UNHURRIED = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@UNHURRIED
@CHANGED
def test_whatever_comes_is_no_error_and_breaks_no_rule(
    db, ingest, samples, stored, known, kind, wrong
):
    take_changed(db, ingest, samples, stored, known, kind, wrong)


@pytest.mark.faults
@settings(UNHURRIED, max_examples=20_000)
@CHANGED
def test_whatever_comes_by_the_thousand_is_no_error(
    db, ingest, samples, stored, known, kind, wrong
):
    take_changed(db, ingest, samples, stored, known, kind, wrong)


def take_changed(db, ingest, samples, stored, known, kind, wrong):
    """Ingest a changed sample twice: nothing fails or vanishes, and the second changes nothing."""
    payload, context = dict(samples)[kind]
    for change in wrong:
        payload = changed(payload, *change)
    with db.transaction(force_rollback=True):
        if known:
            for other, (sample, said) in samples:
                ingest(*other, sample, "2026-01-14T12:00:00Z", said)
        accepted, unchanged, rejected = ingest(*kind, payload, AT, context)
        assert min(accepted, unchanged, rejected) >= 0
        refused = ingest.rejected()
        assert len(refused) == rejected
        # A parser that lets something through that breaks a rule loses the good half as well.
        assert [reason for _, reason, _ in refused if reason[:2] in ("22", "23", "54")] == []
        event("good and bad" if accepted + unchanged and rejected else "one or the other")
        before = stored()
        again = ingest(*kind, payload, AT, context)
        assert again == (0, accepted + unchanged, rejected)
        assert stored() == before
