"""Twenty changes of a large table while applications use it: none of them fails or waits long."""

import os

import psycopg
import pytest

from bench import traffic


@pytest.mark.parametrize(
    "rows",
    [
        int(os.environ.get("MDT_TRAFFIC_ROWS", "200000")),
        pytest.param(traffic.ROWS, marks=pytest.mark.faults, id="a large table"),
    ],
)
def test_twenty_changes_of_a_table_in_use_are_hardly_noticed(empty_dsn, rows):
    assert len(traffic.CHANGES) >= 20
    outcome = traffic.run(empty_dsn, rows, rate=300, quiet_seconds=3)
    print(f"before: {outcome.before}", f"during: {outcome.during}", *outcome.said, sep="\n")
    assert outcome.errors == ""
    assert outcome.during.transactions > 100
    # An application waits for one try of ours, and for the processor as it does without us.
    assert outcome.during.longest < 1.5 * outcome.lock_timeout + outcome.before.longest
    with psycopg.connect(empty_dsn) as connection:
        last = "select max(migration_id) from system.applied_migrations"
        assert connection.execute(last).fetchone() == (f"{len(traffic.CHANGES) + 2:04}_rename",)
        sales = "select count(*) filter (where amount is null) from shop.sales"
        assert connection.execute(sales).fetchone() == (0,)
