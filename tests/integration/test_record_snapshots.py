"""integration.record_snapshots: a whole market state is written when it is another one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

START = datetime(2025, 12, 9, tzinfo=UTC)


@pytest.fixture
def record(write, shop):
    """Return a function that records the states of one product and returns how many it wrote."""
    product = shop.product()
    variant = shop.variant(product)

    def run(*states):
        return write(
            "integration.record_snapshots",
            [
                {
                    "product_id": product,
                    "variant_id": variant,
                    "provider": "stockx",
                    "provider_source": "market_data",
                    "region": "global",
                    "channel": "standard",
                    "condition": "new",
                    "currency": "GBP",
                    "details": {},
                    "origin": "test",
                }
                | state
                for state in states
            ],
        )

    return run


def state(minute=0, ask=100, **more):
    """Return a state at a minute."""
    return {"snapshot_at": START + timedelta(minutes=minute), "lowest_ask_cents": ask} | more


@pytest.fixture
def asks(rows):
    """Return a function that returns (minute, lowest ask) in order."""
    query = "select snapshot_at, lowest_ask_cents from integration.market_snapshots order by 1"
    return lambda: [
        ((row["snapshot_at"] - START) // timedelta(minutes=1), row["lowest_ask_cents"])
        for row in rows(query)
    ]


def test_only_another_state_is_written(record, asks):
    assert record(state(0)) == 1
    assert record(state(0)) == 0
    assert record(state(5)) == 0
    assert record(state(9, 120)) == 1
    assert record(state(12)) == 1
    assert asks() == [(0, 100), (9, 120), (12, 100)]


def test_a_market_of_which_nothing_was_ever_said_is_not_written(record, asks):
    assert record(state(0, None)) == 0
    assert record(state(1), state(2, None)) == 2
    assert asks() == [(1, 100), (2, None)]


@pytest.mark.parametrize(
    "other",
    [
        {"variant_id": None},
        {"provider": "alias"},
        {"provider_source": "browse"},
        {"region": "UK"},
        {"channel": "flex"},
        {"condition": "used"},
        {"currency": "EUR"},
    ],
    ids=str,
)
def test_each_market_is_apart(record, asks, other):
    assert record(state(0), state(0, **other)) == 2
    assert record(state(1), state(1, **other)) == 0
    assert record(state(2, 1, **other)) == 1
    assert len(asks()) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"highest_bid_cents": 1},
        {"last_sale_cents": 1},
        {"last_sale_at": START},
        {"average_price_cents": 1},
        {"minimum_price_cents": 1},
        {"maximum_price_cents": 1},
        {"sell_faster_cents": 1},
        {"earn_more_cents": 1},
        {"beat_us_cents": 1},
        {"retail_price_cents": 1},
        {"ask_count": 1},
        {"bid_count": 1},
        {"sales_count_72_hours": 1},
        {"sales_count_total": 1},
        {"volatility": 0.5},
        {"price_premium": -0.5},
        {"details": {"a": 1}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_is_another_state(record, rows, change):
    record(state(0))
    assert record(state(1, **change)) == 1
    assert record(state(2, **change)) == 0
    [name] = change
    [row] = rows(
        f"select {name} as said from integration.market_snapshots order by snapshot_at desc limit 1"
    )
    assert row["said"] == change[name]


def test_more_digits_than_are_kept_are_no_other_state(record):
    assert record(state(0, volatility=0.153475)) == 1
    assert record(state(1, volatility=0.153475)) == 0


def test_of_one_moment_the_later_said_counts(record, asks):
    assert record(state(0, 100), state(0, 120)) == 1
    assert asks() == [(0, 120)]
    assert record(state(0, 130)) == 1
    assert record(state(0, 130)) == 0
    assert asks() == [(0, 130)]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sights=st.lists(
        st.tuples(st.integers(0, 6), st.integers(1, 3)), max_size=7, unique_by=lambda one: one[0]
    ),
    order=st.randoms(use_true_random=False),
)
def test_the_state_of_every_moment_is_the_one_that_was_said_and_stays_so(
    db, record, asks, sights, order
):
    with db.transaction(force_rollback=True):
        for minute, ask in sorted(sights):
            record(state(minute, ask))
        kept = asks()
        for minute, ask in sights:
            assert [said for at, said in kept if at <= minute][-1] == ask
        assert all(one[1] != other[1] for one, other in pairwise(kept))
        again = list(sights)
        order.shuffle(again)
        assert [record(state(minute, ask)) for minute, ask in again] == [0] * len(again)
        assert asks() == kept


def test_a_market_of_thousands_of_moments_is_written_at_once(record, asks):
    states = [state(minute, 100 + minute // 3) for minute in range(3000)]
    assert record(*reversed(states)) == 1000
    assert asks()[:3] == [(0, 100), (3, 101), (6, 102)]
    assert record(*states) == 0
