"""Tests of one session work in a transaction that is undone, in place of a fresh database."""

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
