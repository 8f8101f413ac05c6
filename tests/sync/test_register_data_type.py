"""sync.register_provider, register_data_type, the seeds, and the requests they lead to."""

import json

import psycopg
import pytest


def register(db, request='{"path": "/x/{subject}"}', provider="acme", **more):
    """Register acme-price with a request; more: further arguments by name."""
    named = {"p_target_table": "integration.price_sources", **more}
    arguments = ", ".join(f"{name} => %s" for name in named)
    db.execute(
        f"select sync.register_data_type('acme-price', %s, 'price', p_request => %s, {arguments})",
        [provider, request, *named.values()],
    )


def build(db, data_type, subject):
    return db.execute("select sync.build_request(%s, %s)", [data_type, subject]).fetchone()[0]


def test_registering_again_replaces_what_was_known(queue, rows):
    register(queue, p_priority=7)
    register(queue, p_priority=8)
    assert rows("select priority from sync.data_type_registry") == [{"priority": 8}]


def test_an_unknown_provider_is_refused(queue):
    with pytest.raises(psycopg.Error, match='"acne" is not registered') as refused:
        register(queue, provider="acne")
    assert refused.value.sqlstate == "MD204"


@pytest.mark.parametrize("table", ["integration.price_sauces", "price_sources", None])
def test_a_target_table_that_does_not_exist_is_refused(queue, table):
    with pytest.raises(psycopg.Error, match="does not exist") as refused:
        register(queue, p_target_table=table)
    assert refused.value.sqlstate == "MD205"


@pytest.mark.parametrize("request_text", ["{}", '{"path": "x"}', '{"path": null}', "[]"])
def test_a_request_without_a_path_is_refused(queue, request_text):
    with pytest.raises(psycopg.Error, match="has no path") as refused:
        register(queue, request_text)
    assert refused.value.sqlstate == "22023"


@pytest.mark.parametrize(
    "more",
    [
        {"p_strategy": "sometimes"},
        {"p_strategy": "scheduled"},
        {"p_ttl_hot": "2 days"},
        {"p_calls_per_job": 0},
        {"p_max_attempts": 0},
    ],
)
def test_values_that_make_no_sense_are_refused(queue, more):
    with pytest.raises(psycopg.Error) as refused:
        register(queue, **more)
    assert refused.value.sqlstate == "23514"


def test_a_provider_keeps_only_the_quotas_that_are_named(queue, rows):
    query = "select sync.register_provider('acme', 'Acme', 'http://a.test//', 5, %s)"
    queue.execute(query, ['{"1 day": 5, "1 minute": 2}'])
    queue.execute(query, ['{"24:00:00": 9}'])
    assert rows("select quota_window::text, max_calls from sync.provider_quotas") == [
        {"quota_window": "24:00:00", "max_calls": 9}
    ]
    assert rows("select base_url from sync.providers") == [{"base_url": "http://a.test"}]


@pytest.mark.parametrize(
    ("name", "url", "quotas", "code"),
    [
        ("Acme", "http://a.test", "{}", "23514"),
        ("acme", "ftp://a.test", "{}", "23514"),
        ("acme", "http://a.test", '{"a while": 5}', "22007"),
    ],
)
def test_a_provider_that_makes_no_sense_is_refused(db, name, url, quotas, code):
    with pytest.raises(psycopg.Error) as refused:
        db.execute("select sync.register_provider(%s, 'Acme', %s, 5, %s)", [name, url, quotas])
    assert refused.value.sqlstate == code


@pytest.mark.parametrize("function", ["pause_provider", "resume_provider"])
def test_an_unknown_provider_cannot_be_paused_or_resumed(db, function):
    with pytest.raises(psycopg.Error) as refused:
        db.execute(f"select sync.{function}('acne')")
    assert refused.value.sqlstate == "MD204"


def test_a_text_is_encoded_for_a_url(db):
    expected = {
        "Az09-._~": "Az09-._~",
        "a b/c?d=e&f#g%h+i": "a%20b%2Fc%3Fd%3De%26f%23g%25h%2Bi",
        "é€😀": "%C3%A9%E2%82%AC%F0%9F%98%80",
        "a\n\x01": "a%0A%01",
        "": "",
        None: None,
    }
    query = "select sync.url_encode(%s)"
    assert {text: db.execute(query, [text]).fetchone()[0] for text in expected} == expected


def test_the_subject_is_replaced_everywhere_and_safely(queue):
    request = {
        "path": "/x/{subject}?a=1",
        "query": {"q": "{subject}!", "b c": "2"},
        "headers": {"X-Subject": "<{subject}>"},
        "method": "POST",
        "format": "csv",
    }
    register(queue, json.dumps(request))
    assert build(queue, "acme-price", "a/b&c") == {
        "provider": "acme",
        "method": "POST",
        "url": "http://acme.test/x/a%2Fb%26c?a=1&b%20c=2&q=a%2Fb%26c%21",
        "headers": {"X-Subject": "<a/b&c>"},
        "format": "csv",
        "requests_per_second": 5,
    }


def test_the_seeded_data_types_ask_the_right_question(quotes, rows):
    urls = {
        "stockx-catalog": "https://api.stockx.com/v2/catalog/search?query=S",
        "stockx-variants": "https://api.stockx.com/v2/catalog/products/S/variants",
        "stockx-market-data": (
            "https://api.stockx.com/v2/catalog/products/S/market-data?currencyCode=GBP"
        ),
        "alias-catalog": "https://api.alias.org/api/v1/catalog?query=S",
        "alias-availabilities": "https://api.alias.org/api/v1/pricing_insights/availabilities/S",
        "quote": "https://financialmodelingprep.com/stable/quote?symbol=S",
        "awin-feed": (
            "https://productdata.awin.com/datafeed/download"
            "/apikey/{secret:AWIN_API_KEY}/fid/S/format/csv"
        ),
    }
    known = [row["data_type"] for row in rows("select data_type from sync.data_type_registry")]
    asked = {data_type: build(quotes, data_type, "S") for data_type in known}
    assert {data_type: request["url"] for data_type, request in asked.items()} == urls
    assert {request["method"] for request in asked.values()} == {"GET"}


@pytest.mark.usefixtures("quotes")
def test_seeded_data_types_have_a_parser(rows):
    assert (
        rows(
            """
        select registry.data_type
        from sync.data_type_registry as registry
        where not exists (
            select from pg_catalog.pg_proc as parser
            where
                parser.proname ^@ concat_ws('_', 'read', registry.provider, registry.payload_kind)
        )
        """
        )
        == []
    )


def test_seeding_again_changes_nothing_but_the_given_urls(quotes, rows):
    quotes.execute("update sync.data_type_registry set priority = 1")
    quotes.execute("update sync.providers set requests_per_second = 2")
    found = rows('select * from sync.seed_registry(\'{"fmp": "http://localhost:1/"}\')')
    assert found == [{"providers_added": 0, "data_types_added": 0}]
    assert rows("select distinct priority from sync.data_type_registry") == [{"priority": 1}]
    assert rows(
        "select base_url, requests_per_second::integer from sync.providers where name = 'fmp'"
    ) == [{"base_url": "http://localhost:1", "requests_per_second": 2}]


def test_a_base_url_for_an_unknown_provider_is_refused(db):
    with pytest.raises(psycopg.Error, match='"stokcx" is not registered') as refused:
        db.execute('select sync.seed_registry(\'{"stokcx": "http://localhost:1"}\')')
    assert refused.value.sqlstate == "MD204"


@pytest.fixture
def linked(quotes):
    """Link a product to StockX and Alias, one of its variants too, and list a symbol."""
    quotes.execute(
        """
        with product as (
            insert into products.products (name, slug) values ('Shoe', 'shoe') returning id
        )

        insert into integration.product_links (
            provider, provider_product_id, product_id, match_method, observed_at, origin
        )
        select provider, provider || '-shoe', product.id, 'new', now(), 'test'
        from product
        cross join unnest(array['stockx', 'alias', 'awin', 'legacy']) as provider
        """
    )
    quotes.execute("insert into equities.symbols (symbol) values ('AAPL')")
    return quotes


@pytest.mark.usefixtures("linked")
def test_what_is_linked_becomes_a_subject_once(rows):
    query = "select sync.seed_subjects() as added"
    assert rows(query) == [{"added": 3}]
    assert rows(query) == [{"added": 0}]
    assert rows(
        """
        select subjects.data_type, subjects.subject, subjects.tier, products.slug
        from sync.subjects
        left join products.products on subjects.product_id = products.id
        order by subjects.data_type
        """
    ) == [
        {
            "data_type": "alias-availabilities",
            "subject": "alias-shoe",
            "tier": "warm",
            "slug": "shoe",
        },
        {"data_type": "quote", "subject": "AAPL", "tier": "warm", "slug": None},
        {
            "data_type": "stockx-market-data",
            "subject": "stockx-shoe",
            "tier": "warm",
            "slug": "shoe",
        },
    ]


def test_a_subject_that_is_there_only_learns_its_product(linked, rows):
    linked.execute("select sync.touch_subscription('c', 'stockx-market-data', 'stockx-shoe')")
    assert rows("select sync.seed_subjects() as added") == [{"added": 2}]
    query = "select tier, product_id is null as is_unknown from sync.subjects where subject = %s"
    assert rows(query, "stockx-shoe") == [{"tier": "cold", "is_unknown": False}]


def test_subjects_of_unregistered_data_types_are_left_out(linked, rows):
    linked.execute("delete from sync.data_type_registry where data_type = 'quote'")
    assert rows("select sync.seed_subjects() as added") == [{"added": 2}]
