"""Rows leave quarantine when what kept them there is gone, without being changed."""

import pytest


@pytest.fixture
def held(open_shop):
    """Put three rows into quarantine: one refused, one that cannot be mapped, one not written."""
    open_shop.db.execute(
        "insert into shop.articles values (1, 'a', -1), (2, 'b', 13), (3, 'c', 666), (4, 'd', 4)"
    )
    assert list(open_shop.quarantine) == [1, 2, 3]
    return open_shop


def retry(move):
    """Try all of them; return how many left."""
    key, released = None, 0
    while True:
        row = move.rows(
            "select last_key::text as key, released"
            " from strangler.retry_quarantine('articles', %s::jsonb)",
            key,
        )[0]
        key, released = row["key"], released + row["released"]
        if key is None:
            return released


def test_what_still_cannot_be_written_stays(held):
    assert retry(held) == 0
    assert list(held.quarantine) == [1, 2, 3]
    assert held.counts() == (4, 1, 0, 3, 0, 0, 0)


def test_what_can_be_written_now_leaves(held):
    held.db.execute("alter table shelf.prices drop constraint prices_cents_is_not_666")
    held.db.execute(
        "create or replace function shelf.cents(p_price numeric) returns bigint"
        " language sql immutable as 'select p_price * 100'"
    )
    assert retry(held) == 2
    assert list(held.quarantine) == [1]
    assert held.target == {"b": 1300, "c": 66600, "d": 400}
    assert held.counts() == (4, 3, 0, 1, 0, 0, 0)


def test_what_is_not_there_any_more_leaves(held):
    held.db.execute("alter table shop.articles disable trigger all")
    held.db.execute("delete from shop.articles where id = 2")
    assert retry(held) == 1
    assert list(held.quarantine) == [1, 3]


def test_there_may_be_thousands(open_shop):
    open_shop.db.execute(
        "insert into shop.articles select n, 'n' || n, -n from generate_series(1, 2100) as n"
    )
    open_shop.db.execute("alter table shop.articles disable trigger all")
    open_shop.db.execute("update shop.articles set price = 1 where id % 3 = 0")
    assert retry(open_shop) == 700
    assert open_shop.counts() == (2100, 700, 0, 1400, 0, 0, 0)
