"""integration.record_catalogue: one product however many providers sell it, and no fewer."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

START = datetime(2025, 12, 1, tzinfo=UTC)


def product(provider="stockx", product_id="p1", code="DD1391-100", day=0, **more):
    """Return the entry of a product."""
    return {
        "provider": provider,
        "provider_product_id": product_id,
        "provider_variant_id": "",
        "style_code": code,
        "brand": "Nike",
        "title": "Nike Dunk Low",
        "gender": "men",
        "category": "sneakers",
        "observed_at": (START + timedelta(days=day)).isoformat(),
        "origin": "test",
    } | more


def variant(label, provider="stockx", product_id="p1", variant_id=None, day=0, **more):
    """Return the entry of a variant."""
    return {
        "provider": provider,
        "provider_product_id": product_id,
        "provider_variant_id": variant_id or f"v{label}",
        "size_region": "US",
        "size_label": label,
        "observed_at": (START + timedelta(days=day)).isoformat(),
        "origin": "test",
    } | more


@pytest.fixture
def record(write):
    """Return a function that records entries and returns how many links are new or changed."""
    return lambda entries, *more: write("integration.record_catalogue", entries, *more)


@pytest.fixture
def ours(db):
    """Return a function that returns our product's key for a provider's."""

    def find(provider, product_id):
        return db.execute(
            "select product_id from integration.product_links where provider = %s"
            " and provider_product_id = %s and provider_variant_id = ''",
            [provider, product_id],
        ).fetchone()[0]

    return find


@pytest.fixture
def sizes(db):
    """Return a function that returns (provider, variant id, region, gender, label, EU size)."""

    def read():
        return db.execute(
            """
            select
                link.provider, link.provider_variant_id,
                size.region, size.gender, size.label, size.standardized_value::float
            from integration.product_links as link
            inner join products.variants as variant
                on link.product_id = variant.product_id and link.variant_id = variant.id
            inner join products.sizes as size on variant.size_id = size.id
            order by 1, 2
            """
        ).fetchall()

    return read


@pytest.fixture
def stored(db):
    """Return a function that returns every row of the catalogue as it lies on disk."""
    tables = ("core.brands", "products.products", "products.sizes", "products.variants")
    everything = (*tables, "integration.product_links")

    def read():
        return [
            db.execute(f"select ctid, * from {table} order by 1").fetchall() for table in everything
        ]

    return read


def test_a_product_is_written_with_all_that_its_provider_says(record, rows):
    assert (
        record(
            [
                product(
                    colorway="White/Black",
                    retail_price_cents=11500,
                    retail_currency="USD",
                    release_date="2021-03-10",
                )
            ]
        )
        == 1
    )
    [found] = rows(
        """
        select
            product.style_code, product.name, product.slug, product.colorway, product.gender,
            product.retail_price_cents, product.retail_currency, product.release_date::text,
            brand.name as brand, category.slug as category
        from products.products as product
        left join core.brands as brand on product.brand_id = brand.id
        left join core.categories as category on product.category_id = category.id
        """
    )
    slug = found.pop("slug")
    assert slug[:14] == "nike-dunk-low-"
    assert found == {
        "style_code": "DD1391-100",
        "name": "Nike Dunk Low",
        "colorway": "White/Black",
        "gender": "men",
        "retail_price_cents": 11500,
        "retail_currency": "USD",
        "release_date": "2021-03-10",
        "brand": "Nike",
        "category": "sneakers",
    }
    [link] = rows("select * from integration.product_links")
    assert (link["style_code"], link["title"]) == ("DD1391-100", "Nike Dunk Low")
    assert (link["match_method"], link["variant_id"]) == ("new", None)


def test_another_provider_joins_by_style_code_in_any_spelling(record, ours, rows):
    record([product("stockx", "s", "DD1391-100")])
    for provider, code in (("alias", "dd1391 100"), ("awin", "DD1391.100"), ("goat", "DD1391_100")):
        record([product(provider, "x", code)])
        assert ours(provider, "x") == ours("stockx", "s")
    methods = rows("select provider, match_method from integration.product_links order by 1")
    assert [row["match_method"] for row in methods] == ["style code"] * 3 + ["new"]


def test_products_without_a_style_code_join_nothing(record, ours):
    record([product("stockx", "s", None), product("stockx", "t", " - ")])
    record([product("alias", "a", None), product("alias", "b", "")])
    keys = [("stockx", "s"), ("stockx", "t"), ("alias", "a"), ("alias", "b")]
    assert len({ours(*key) for key in keys}) == 4


def test_two_products_under_one_code_of_one_provider_stay_two(record, ours):
    record([product(product_id="one"), product(product_id="two")])
    record([product(product_id="three")])
    assert len({ours("stockx", name) for name in ("one", "two", "three")}) == 3


@pytest.mark.parametrize("reverse", [False, True])
def test_another_provider_joins_the_one_of_two_that_has_most_in_common(record, ours, reverse):
    pair = [
        product(product_id="black cat", brand="Jordan", gender="men"),
        product(product_id="premium", brand="Nike", gender="unisex"),
    ]
    record(pair[::-1] if reverse else pair)
    record([product("alias", "black-cat", brand="Air Jordan", gender="men")])
    assert ours("alias", "black-cat") == ours("stockx", "black cat")


@pytest.mark.parametrize(
    ("more", "joined"),
    [
        ({"brand": "Off-White", "gender": "women"}, "sail"),
        ({"gender": "men", "release_date": "2020-07-25"}, "charity"),
        ({"gender": None, "release_date": "2020-07-26"}, "sail"),
        # Nothing tells them apart, so the first by name.
        ({"gender": None}, "charity"),
    ],
)
def test_gender_and_release_day_tell_products_of_one_brand_apart(record, ours, more, joined):
    record(
        [
            product(product_id="sail", title="Sail", gender="women", release_date="2020-07-26"),
            product(product_id="charity", title="Charity", gender="men", release_date="2020-07-25"),
        ]
    )
    record([product("alias", "a", **more)])
    assert ours("alias", "a") == ours("stockx", joined)


def test_of_two_that_want_one_product_the_better_match_gets_it(record, ours):
    record([product("stockx", "s", brand="Jordan", gender="men")])
    record(
        [
            product("alias", "a lace set", brand="Nike", gender="unisex"),
            product("alias", "b shoe", brand="Air Jordan", gender="men"),
        ]
    )
    assert ours("alias", "b shoe") == ours("stockx", "s")
    assert ours("alias", "a lace set") != ours("stockx", "s")


def test_two_providers_in_one_call_share_the_product(record, ours):
    record([product("stockx", "s"), product("alias", "a"), product("stockx", "s2")])
    assert ours("alias", "a") in {ours("stockx", "s"), ours("stockx", "s2")}
    assert ours("stockx", "s") != ours("stockx", "s2")


def test_what_a_product_is_does_not_change_when_another_provider_differs(record, rows):
    record([product("stockx", "s", retail_price_cents=22500, retail_currency="USD")])
    before = rows("select * from products.products")
    record([product("alias", "a", title="Another name", retail_price_cents=21500)])
    assert rows("select * from products.products") == before


@pytest.mark.parametrize(
    ("spellings", "name"),
    [
        (["ASICS", "Asics", "asics"], "ASICS"),
        (["Jordan", "Air Jordan", "AIR JORDAN", " Jordan "], "Jordan"),
        (["adidas", "Adidas Originals", "ADIDAS"], "adidas"),
        (["A Ma Maniére", "A Ma Maniere", "a-ma-maniére"], "A Ma Maniére"),
    ],
)
def test_a_brand_is_one_however_it_is_spelt(record, rows, spellings, name):
    for place, spelling in enumerate(spellings):
        record([product(product_id=f"p{place}", brand=spelling)])
    used = "select distinct name from core.brands as brand where exists (select from"
    used += " products.products as product where product.brand_id = brand.id)"
    assert [row["name"] for row in rows(used)] == [name]


@pytest.mark.parametrize("brand", [None, "", "  ", "???"])
def test_a_product_without_a_brand_is_a_product(record, rows, brand):
    record([product(brand=brand)])
    assert rows("select brand_id from products.products") == [{"brand_id": None}]


def test_sizes_of_two_providers_are_one_when_they_mean_the_same(record, sizes, rows):
    record([product("stockx", "s"), variant("9", "stockx", "s"), variant("9.5", "stockx", "s")])
    record(
        [
            product("alias", "a"),
            variant("9.0", "alias", "a"),
            variant("US M 9", "alias", "a"),
            variant("10", "alias", "a"),
        ]
    )
    assert len(rows("select from products.variants")) == 3
    assert [(row[1], row[4], row[5]) for row in sizes()] == [
        ("v10", "10", 44.0),
        ("v9.0", "9", 42.5),
        ("vUS M 9", "9", 42.5),
        ("v9", "9", 42.5),
        ("v9.5", "9.5", 43.0),
    ]


@pytest.mark.parametrize(
    ("gender", "label", "expected"),
    [
        ("men", "9", ("US", "men", "9", 42.5)),
        ("women", "7.5", ("US", "women", "7.5", 38.5)),
        ("women", "7.5W", ("US", "women", "7.5", 38.5)),
        ("men", "7.5W", ("US", "women", "7.5", 38.5)),
        ("youth", "3.5Y", ("US", "youth", "3.5", 35.5)),
        ("youth", "3.5", ("US", "youth", "3.5", 35.5)),
        ("unisex", "3.5Y", ("US", "men", "3.5", 35.5)),
        ("child", "10C", ("US", "child", "10", 27.0)),
        ("child", "2", ("US", "child", "2", None)),
        ("men", "EU 42.5", ("EU", "men", "42.5", 42.5)),
        ("men", "EU 42 2/3", ("EU", "men", "42 2/3", None)),
        ("men", "40", ("US", "men", "40", None)),
        ("men", "XL", ("other", "men", "XL", None)),
        (None, "9", ("US", "men", "9", 42.5)),
    ],
)
def test_a_label_is_read_on_the_scale_of_its_product(record, sizes, gender, label, expected):
    record([product(gender=gender), variant(label)])
    assert [row[2:] for row in sizes()] == [expected]


def test_a_size_is_read_on_the_charts_of_its_brand(record, sizes):
    record([product(brand="adidas"), variant("9")])
    assert [row[2:] for row in sizes()] == [("US", "men", "9", 42.7)]


def test_two_sizes_that_are_one_but_for_what_stands_beside_them_stay_two(record, sizes):
    record([product(), variant("UK 6 (EU 39)"), variant("UK 6 (EU 40)")])
    assert [row[2:] for row in sizes()] == [
        ("UK", "men", "6 (EU 39)", 39.0),
        ("UK", "men", "6 (EU 40)", 40.0),
    ]


def test_a_brand_s_first_chart_moves_its_sizes_and_no_variant(db, record, sizes, rows):
    entries = [product(brand="Salomon"), variant("9"), variant("XL")]
    record(entries)
    record([product(product_id="other", brand="Mizuno"), variant("9", product_id="other")])
    variants = "select product_id, id from products.variants order by 1, 2"
    before = rows(variants)
    db.execute(
        "insert into products.size_conversions"
        " (brand_id, gender, region, label, standardized_value, source)"
        " select id, 'men', 'US', '9', 42.7, 'test' from core.brands where slug = 'salomon'"
    )
    assert db.execute("select products.restandardize_sizes()").fetchone() == (1,)
    assert db.execute("select products.restandardize_sizes()").fetchone() == (0,)
    assert rows(variants) == before
    assert sorted(row[4:] for row in sizes()) == sorted([("9", 42.5), ("9", 42.7), ("XL", None)])
    assert record(entries) == 0
    assert rows(variants) == before


def test_the_sizes_of_what_is_no_shoe_mean_nothing_on_the_scale_of_shoes(record, sizes, rows):
    record([product(category="apparel"), variant("9"), variant("M")])
    assert [row[2:] for row in sizes()] == [("US", "men", "9", None), ("other", "men", "M", None)]
    categories = rows(
        "select distinct category.slug from products.sizes as size"
        " inner join core.categories as category on size.category_id = category.id"
    )
    assert categories == [{"slug": "apparel"}]


@pytest.mark.parametrize("label", [None, "", "   "])
def test_a_variant_without_a_size_is_passed_over(record, sizes, label):
    assert record([product(), variant(label, variant_id="v")]) == 1
    assert sizes() == []


def test_a_variant_of_an_unknown_product_is_passed_over(record, rows):
    assert record([variant("9", product_id="nobody")]) == 0
    assert rows("select from integration.product_links") == []


def test_a_link_changes_only_when_what_comes_is_newer(record, rows):
    read = "select title, size_label from integration.product_links order by provider_variant_id"

    def said():
        return [tuple(row.values()) for row in rows(read)]

    record([product(day=2, title="B"), variant("9", variant_id="v", day=2)])
    assert record([product(day=1, title="A"), variant("8", variant_id="v", day=1)]) == 0
    assert said() == [("B", None), (None, "9")]
    assert record([product(day=3, title="C"), variant("10", variant_id="v", day=3)]) == 2
    assert said() == [("C", None), (None, "10")]


def test_what_was_seen_again_is_newer_than_what_comes_late(record, rows):
    record([product(day=1, title="B"), variant("9", variant_id="v", day=1)])
    assert record([product(day=3, title="B"), variant("9", variant_id="v", day=3)]) == 0
    assert record([product(day=2, title="A"), variant("8", variant_id="v", day=2)]) == 0
    assert rows("select title, size_label from integration.product_links order by 2") == [
        {"title": None, "size_label": "9"},
        {"title": "B", "size_label": None},
    ]


@pytest.mark.parametrize(("on_tie", "title"), [("replace", "B"), ("keep", "A")])
def test_what_was_seen_at_the_same_time_is_replaced_or_kept(record, rows, on_tie, title):
    assert record([product(title="A")], on_tie) == 1
    assert record([product(title="B")], on_tie) == (1 if on_tie == "replace" else 0)
    assert rows("select title from integration.product_links") == [{"title": title}]
    record([product(product_id="q", title="A"), product(product_id="q", title="B")], on_tie)
    assert rows("select title from integration.product_links where provider_product_id = 'q'") == [
        {"title": title}
    ]


def test_another_way_to_settle_ties_is_refused(record):
    with pytest.raises(psycopg.Error, match='p_on_tie is "newest"') as refused:
        record([product()], "newest")
    assert refused.value.sqlstate == "22023"


def test_a_product_that_was_withdrawn_and_comes_back_takes_its_variants_along(
    record, write, ours, db
):
    record([product(code=None), variant("9")])
    first = ours("stockx", "p1")
    assert write("integration.withdraw_links", [product()]) == 1
    record([product(code=None, day=1), variant("9.5", variant_id="v9", day=1)])
    assert ours("stockx", "p1") != first
    assert db.execute(
        "select count(distinct product_id) from integration.product_links"
    ).fetchone() == (1,)


def test_a_link_seen_after_it_was_withdrawn_stays(record, write, rows):
    record([product(day=5)])
    moment = START + timedelta(days=4)
    assert write("integration.withdraw_links", [product(day=3)], moment) == 0
    assert write("integration.withdraw_links", [product(day=5)], moment) == 1
    assert rows("select from integration.product_links") == []


entries = st.lists(
    st.one_of(
        st.builds(
            product,
            st.sampled_from(["stockx", "alias"]),
            st.sampled_from("abc"),
            st.sampled_from([None, "X-1", "X 1", "Y-2"]),
            st.integers(0, 2),
            brand=st.sampled_from(["Nike", "Jordan", "Air Jordan", None]),
            gender=st.sampled_from(["men", "women", None]),
            title=st.sampled_from(["One", "Two"]),
        ),
        st.builds(
            variant,
            st.sampled_from(["9", "9.5", "7W", "3Y", "M"]),
            st.sampled_from(["stockx", "alias"]),
            st.sampled_from("abc"),
            day=st.integers(0, 2),
        ),
    ),
    max_size=12,
)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=entries, second=entries)
def test_any_entries_keep_the_promises(db, record, stored, first, second):
    with db.transaction(force_rollback=True):
        record(first)
        record(second)
        before = stored()
        assert record(second) == 0
        assert stored() == before
        promises = {
            "a provider calls one of our products by two names": """
                select from integration.product_links
                where provider_variant_id = ''
                group by product_id, provider having count(*) > 1
            """,
            "a provider joined although the codes differ": """
                select
                from integration.product_links as link
                inner join products.products as product on link.product_id = product.id
                where link.match_method = 'style code'
                and product.style_code is null
            """,
            "a variant belongs to another product than its parent": """
                select
                from integration.product_links as child
                inner join integration.product_links as parent
                    on child.provider = parent.provider
                    and child.provider_product_id = parent.provider_product_id
                    and parent.provider_variant_id = ''
                where child.product_id <> parent.product_id
            """,
            "a product that nobody sells": """
                select from products.products as product
                where not exists (
                    select from integration.product_links as link
                    where link.product_id = product.id
                )
            """,
        }
        broken = [text for text, query in promises.items() if db.execute(query).fetchall()]
        assert broken == []


def test_sessions_that_bring_the_same_products_make_each_once(committed, in_parallel, write_in):
    def work(connection, number):
        provider = ("stockx", "alias")[number % 2]
        entries = [product(provider, f"p{place}", f"X-{place}") for place in range(20)]
        entries += [
            variant(label, provider, f"p{place}") for place in range(20) for label in ("8", "9")
        ]
        return write_in(
            connection,
            "integration.record_catalogue",
            entries if number % 4 < 2 else entries[::-1],
        )

    assert sorted(in_parallel(8, work)) == [0] * 6 + [60] * 2
    counts = "select (select count(*) from products.products), (select count(*) from {})"
    assert committed.execute(counts.format("products.variants")).fetchone() == (20, 40)
    assert committed.execute(counts.format("products.sizes")).fetchone() == (20, 2)
