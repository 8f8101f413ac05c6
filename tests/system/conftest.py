"""Tests of one session work in a transaction that is undone, in place of a fresh database."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def db(rolled_back: Connection) -> Connection:
    """Return a connection whose work is undone at the end of the test."""
    return rolled_back


@pytest.fixture
def events(db: Connection) -> Connection:
    """Make a partitioned table without partitions, system.events."""
    db.execute(
        "create table system.events (at timestamptz not null, note text) partition by range (at)"
    )
    return db


@pytest.fixture
def live(dsn: str) -> Iterator[Connection]:
    """Connect, in autocommit mode, to a database of the test's own: for what has to commit."""
    with psycopg.connect(dsn, autocommit=True, row_factory=psycopg.rows.tuple_row) as connection:
        yield connection


@pytest.fixture
def shoes(live: Connection) -> Connection:
    """Make public.shoes, with a trail: three rows, keys 1 to 3, priced 10, 20 and 30."""
    live.execute(
        "create table shoes (id int primary key, name text, price numeric, extra jsonb);"
        "insert into shoes select n, 'shoe ' || n, n * 10, '{}' from generate_series(1, 3) as n;"
        "select system.enable_audit('shoes')"
    )
    return live
