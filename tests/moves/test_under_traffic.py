"""All steps of the price moves, while the legacy application writes 200 statements a second."""

import time

import pytest

from toolkit.demo.writer import Writer

pytestmark = pytest.mark.slow

PRICES = ("stockx_latest_prices", "market_prices", "live_quotes")
RATE = 200
ROUNDS = 10


@pytest.fixture
def refused(defined):
    """Return how many rows of each table its mapping refuses, before anybody writes."""
    return {
        name: defined.value(
            f"select count(distinct source.ctid) from {table} as source"
            f" cross join lateral strangler_v2.map_{name}(source) as mapped"
            " where mapped.reject_reason is not null"
        )
        for name, table in (
            ("live_quotes", "public.live_quote_indicators"),
            ("market_prices", "pricing.market_prices"),
            ("stockx_latest_prices", "public.inventory_v4_stockx_market_data"),
        )
    }


@pytest.fixture
def writer(defined, refused):
    del refused
    with Writer(defined.dsn, rate=RATE) as running:
        yield running


def expect_clean(site):
    for name in PRICES:
        found = site.compare(name)
        assert found[4:] == (0, 0, 0), site.mismatches(name)
        assert found[0] == found[1] + found[2] + found[3]


def wait_for(writer, statements):
    """Let the application write some more."""
    until = writer.statements + statements
    while writer.statements < until:
        time.sleep(0.01)


def test_the_application_never_notices_and_nothing_is_lost(defined, refused, writer):
    wait_for(writer, 50)
    defined.start(*PRICES)
    wait_for(writer, 50)
    defined.db.execute("update strangler_v2.backfills set batch_size = 500")
    defined.backfill(*PRICES)
    for percent in (10, 50, 100, 0, 10, 50, 100):
        wait_for(writer, 100)
        expect_clean(defined)
        for name in PRICES:
            defined.db.execute("select strangler_v2.set_rollout(%s, %s)", [name, percent])
    for name in PRICES:
        defined.db.execute("select strangler_v2.rollback(%s)", [name])
    wait_for(writer, 200)
    defined.start(*PRICES)
    wait_for(writer, 50)
    defined.backfill(*PRICES)
    for _ in range(ROUNDS - 7):
        expect_clean(defined)
    writer.stop()
    assert writer.messages == []
    assert writer.failed == 0
    assert writer.statements > 1000
    assert writer.lost() == []
    expect_clean(defined)
    held = "select move, count(*) from strangler_v2.quarantine group by 1"
    assert dict(defined.db.execute(held).fetchall()) == refused
    assert all(refused.values())
    assert defined.value("select count(*) from system_v2.logs where component = 'capture'") == 0
    assert (
        defined.value("select count(*) from strangler_v2.quarantine where error_code is not null")
        == 0
    )
