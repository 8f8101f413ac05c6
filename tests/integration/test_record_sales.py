"""integration.record_sales: equal sales of one answer are many, of two answers the same."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DAY = datetime(2025, 12, 9, tzinfo=UTC)

# hour of the sale, price, whether its size is known
sales = st.tuples(st.integers(0, 3), st.sampled_from([6300, 6500]), st.booleans())
answers = st.lists(st.lists(sales, max_size=12), max_size=5)


@pytest.fixture
def sale(shop):
    """Return a function that makes a sale of one product."""
    product = shop.product()
    variant = shop.variant(product)

    def make(hour=0, price=6500, is_sized=True, **more):
        return {
            "product_id": product,
            "variant_id": variant if is_sized else None,
            "source": "alias",
            "region": "global",
            "channel": "standard",
            "currency": "USD",
            "price_cents": price,
            "sold_at": DAY + timedelta(hours=hour),
            "observed_at": DAY + timedelta(days=1),
        } | more

    return make


@pytest.fixture
def record(write):
    """Return a function that records one answer and returns how many sales were new."""
    return lambda answer: write("integration.record_sales", answer)


@pytest.fixture
def stored(db):
    """Return a function that returns how often each sale is stored."""

    def read():
        return Counter(
            (int((sold_at - DAY).total_seconds()) // 3600, price, is_sized)
            for sold_at, price, is_sized in db.execute(
                "select sold_at, price_cents, variant_id is not null from integration.market_sales"
            )
        )

    return read


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(answers=answers, data=st.data())
def test_overlapping_windows_keep_each_sale_once(db, sale, record, stored, answers, data):
    with db.transaction(force_rollback=True):
        expected = Counter()
        for answer in answers:
            new = record([sale(*told) for told in answer])
            assert new == sum((Counter(answer) - expected).values())
            expected |= Counter(answer)
        assert stored() == expected
        for answer in answers:
            told = data.draw(st.permutations(answer))
            assert record([sale(*one) for one in told]) == 0
        assert stored() == expected


def test_equal_sales_are_numbered(db, sale, record):
    assert record([sale(), sale(), sale(price=6300)]) == 3
    assert db.execute(
        "select price_cents, occurrence from integration.market_sales order by 1, 2"
    ).fetchall() == [(6300, 1), (6500, 1), (6500, 2)]


def test_a_sale_keeps_the_time_of_its_first_report(db, sale, record):
    record([sale()])
    record([sale(observed_at=DAY + timedelta(days=9))])
    assert db.execute("select observed_at from integration.market_sales").fetchall() == [
        (DAY + timedelta(days=1),)
    ]


def test_every_part_of_the_natural_key_tells_sales_apart(sale, record):
    others = {"source": "stockx", "region": "US", "channel": "consigned", "currency": "EUR"}
    assert record([sale(), *(sale(**{part: value}) for part, value in others.items())]) == 5


def test_sales_before_all_partitions_are_kept(db, sale, record):
    assert record([sale(sold_at=datetime(2001, 1, 1, tzinfo=UTC))]) == 1
    assert record([sale(sold_at=datetime(2001, 1, 1, tzinfo=UTC))]) == 0
    assert db.execute(
        "select tableoid::regclass::text from integration.market_sales"
    ).fetchall() == [("integration.market_sales_default",)]


@pytest.mark.parametrize(
    ("wrong", "sqlstate"),
    [
        ({"price_cents": 0}, "23514"),
        ({"price_cents": None}, "23502"),
        ({"sold_at": None}, "23502"),
        ({"currency": "usd"}, "23514"),
        ({"currency": "USDX"}, "22001"),
        ({"variant_id": "00000000-0000-0000-0000-000000000000"}, "23503"),
    ],
    ids=str,
)
def test_rows_that_break_the_rules_are_refused(sale, record, wrong, sqlstate):
    with pytest.raises(psycopg.Error) as refused:
        record([sale() | wrong])
    assert refused.value.sqlstate == sqlstate


def test_sessions_that_report_the_same_sales_keep_each_once(committed, in_parallel, write_in):
    product = committed.execute(
        "insert into products.products (name, slug) values ('Shoe', 'shoe') returning id"
    ).fetchone()[0]

    def work(connection, number):
        answer = [
            {
                "product_id": product,
                "source": "alias",
                "region": "global",
                "channel": "standard",
                "currency": "USD",
                "price_cents": 6500,
                "sold_at": DAY + timedelta(hours=hour),
                "observed_at": DAY,
            }
            for hour in range(number, number + 20)
            for _ in range(2)
        ]
        return write_in(
            connection, "integration.record_sales", answer if number % 2 else answer[::-1]
        )

    assert sum(in_parallel(8, work)) == 2 * 27
    assert committed.execute("select count(*) from integration.market_sales").fetchone() == (54,)
